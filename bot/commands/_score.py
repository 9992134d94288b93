"""Scores predictions against labelled news.

The figures: kind accuracy; precision and recall of relevance without borderline items; strict hard
negatives announced; F1 of every fact field over the relevant items (facts are aligned greedily by
the number of equal fields); pairwise F1 of stories, and look-alikes wrongly merged.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

How = Literal["exact", "names", "loose"]
Row = Mapping[str, Any]

FIELDS: Mapping[str, Mapping[str, How]] = {
    "awards": {
        "award_id": "exact",
        "year": "exact",
        "laureates": "names",
        "level": "exact",
        "category": "loose",
        "organiser": "loose",
        "date": "exact",
        "place": "loose",
    },
    "events": {
        "name": "loose",
        "start": "exact",
        "end": "exact",
        "city": "loose",
        "place": "loose",
        "status": "exact",
        "previous_start": "exact",
    },
    "cfps": {"event": "loose", "deadline": "exact", "city": "loose"},
    "releases": {"project": "loose", "version": "exact"},
}
_SMALL = frozenset(
    ["la", "le", "les", "l", "de", "d", "du", "des", "ville", "commune", "the", "of", "a", "et"]
)


def _plain(value: object) -> str | None:
    if value is None:
        return None
    text = unicodedata.normalize("NFKD", str(value)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    for char in "’'‘`‑‐–—-.,()[]":
        text = text.replace(char, " ")
    return " ".join(text.split())


def _loose(one: object, other: object) -> bool:
    if one is None or other is None:
        return one == other
    mine = {word for word in (_plain(one) or "").split() if word not in _SMALL}
    theirs = {word for word in (_plain(other) or "").split() if word not in _SMALL}
    return bool(mine and theirs) and 2 * len(mine & theirs) >= min(len(mine), len(theirs))


def _names(one: Iterable[object] | None, other: Iterable[object] | None) -> bool:
    mine, theirs = list(one or ()), list(other or ())
    return all(any(_loose(a, b) for b in theirs) for a in mine) and all(
        any(_loose(a, b) for a in mine) for b in theirs
    )


def equal(how: How, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same."""
    if how == "names":
        return _names(one, other)
    return _loose(one, other) if how == "loose" else _plain(one) == _plain(other)


def _empty(value: object) -> bool:
    return value is None or value in ([], (), "")


def f1(hit: int, gold: int, got: int) -> float:
    """Harmonic mean of precision and recall; 0 where nothing was hit."""
    return 2 * hit / (gold + got) if hit else 0.0


@dataclass
class Score:
    """All figures of one run; ``worst`` lists items by how much is wrong in them."""

    items: int = 0
    missing: int = 0
    kinds: int = 0
    relevance: Counter[str] = field(default_factory=Counter)  # tp fp fn tn
    strict: int = 0
    strict_announced: int = 0
    found: dict[str, Counter[str]] = field(default_factory=dict)
    fields: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    pairs: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    wrong_pairs: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    worst: list[tuple[float, str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of relevance."""
        tp, fp = self.relevance["tp"], self.relevance["fp"]
        return tp / (tp + fp) if tp + fp else 0.0

    @property
    def recall(self) -> float:
        """Of relevance."""
        tp, fn = self.relevance["tp"], self.relevance["fn"]
        return tp / (tp + fn) if tp + fn else 0.0

    @property
    def relevance_f1(self) -> float:
        """Borderline items left out."""
        tp, fp, fn = (self.relevance[key] for key in ("tp", "fp", "fn"))
        return f1(tp, tp + fn, tp + fp)

    @property
    def kind_accuracy(self) -> float:
        """Share of items whose kind is right."""
        return self.kinds / self.items if self.items else 0.0

    @property
    def field_f1(self) -> float:
        """Micro F1 over all fact fields."""
        total: Counter[str] = Counter()
        for (_, _, what), count in self.fields.items():
            total[what] += count
        return f1(total["hit"], total["gold"], total["got"])

    @property
    def pair_f1(self) -> float:
        """Pairwise F1 of stories over the relevant items."""
        hit = self.pairs[True, True]
        return f1(hit, hit + self.pairs[True, False], hit + self.pairs[False, True])

    def of_field(self, group: str, name: str) -> tuple[float, int]:
        """(F1, how many values the labels hold) of one field."""
        hit, gold, got = (self.fields[group, name, what] for what in ("hit", "gold", "got"))
        return f1(hit, gold, got), gold

    def of_group(self, group: str) -> float:
        """F1 of finding the facts of a group at all."""
        counts = self.found.get(group, Counter())
        return f1(counts["hit"], counts["gold"], counts["got"])


def score(rows: Sequence[Row], predictions: Iterable[Row]) -> Score:
    """Compare predictions with the labels of the items they bear the ids of."""
    by_id = {row["id"]: row for row in predictions}
    result = Score(items=len(rows), found={group: Counter() for group in FIELDS})
    nothing: Row = {"kind": "other", "relevant": False, "facts": {}}
    for row in rows:
        labels = row["labels"]
        guess = by_id.get(row["id"], nothing)
        result.missing += row["id"] not in by_id
        faults = _judge(result, row, guess)
        if labels["relevant"]:
            faults += _facts(result, labels["facts"], guess.get("facts") or {})
        if faults:
            weight = sum(2.0 if fault.startswith("!") else 1.0 for fault in faults)
            result.worst.append((weight, row["id"], ", ".join(faults)))
    result.worst.sort(key=lambda one: (-one[0], one[1]))
    _pairs(result, rows, by_id)
    return result


def _judge(result: Score, row: Row, guess: Row) -> list[str]:
    labels = row["labels"]
    faults = []
    if guess.get("kind") == labels["kind"]:
        result.kinds += 1
    else:
        faults.append(f"kind {guess.get('kind')} ≠ {labels['kind']}")
    told = bool(guess.get("relevant"))
    if not labels["borderline"]:
        kept = ("t" if told == labels["relevant"] else "f") + ("p" if told else "n")
        result.relevance[kept] += 1
        if kept == "fn":
            result.missed.append(row["id"])
            faults.append("!missed")
        elif kept == "fp":
            result.alarms.append(row["id"])
            faults.append("!false alarm")
        if labels["hard_negative"]:
            result.strict += 1
            result.strict_announced += told
    return faults


def _facts(result: Score, labelled: Row, guessed: Row) -> list[str]:
    faults: list[str] = []
    for group, fields in FIELDS.items():
        gold, got = list(labelled.get(group) or ()), list(guessed.get(group) or ())
        matched = _aligned(fields, gold, got)
        counts = result.found[group]
        counts["hit"] += len(matched)
        counts["gold"] += len(gold)
        counts["got"] += len(got)
        for at, truth in enumerate(gold):
            said = got[matched[at]] if at in matched else {}
            for name, how in fields.items():
                wanted, given = truth.get(name), said.get(name)
                right = not _empty(wanted) and not _empty(given) and equal(how, wanted, given)
                result.fields[group, name, "gold"] += not _empty(wanted)
                result.fields[group, name, "got"] += not _empty(given)
                result.fields[group, name, "hit"] += right
                if not right and not (_empty(wanted) and _empty(given)):
                    faults.append(f"{group}.{name} {given!r} ≠ {wanted!r}")
        for at, said in enumerate(got):
            if at not in matched.values():
                faults.append(f"{group}: one too many")
                for name in fields:
                    result.fields[group, name, "got"] += not _empty(said.get(name))
    return faults


def _aligned(fields: Mapping[str, How], gold: list[Row], got: list[Row]) -> dict[int, int]:
    pairs = sorted(
        (
            (
                sum(
                    not _empty(truth.get(name)) and equal(how, truth.get(name), said.get(name))
                    for name, how in fields.items()
                ),
                i,
                j,
            )
            for i, truth in enumerate(gold)
            for j, said in enumerate(got)
        ),
        reverse=True,
    )
    matched: dict[int, int] = {}
    for same, i, j in pairs:
        if same and i not in matched and j not in matched.values():
            matched[i] = j
    return matched


def _pairs(result: Score, rows: Sequence[Row], by_id: Mapping[str, Row]) -> None:
    relevant = [row for row in rows if row["labels"]["relevant"]]
    for one, other in combinations(relevant, 2):
        mine, theirs = one["labels"], other["labels"]
        if mine["story_id"] in (theirs.get("may_merge_with") or ()) or theirs["story_id"] in (
            mine.get("may_merge_with") or ()
        ):
            continue
        gold = mine["story_id"] is not None and mine["story_id"] == theirs["story_id"]
        here = by_id.get(one["id"], {}).get("story")
        got = here is not None and here == by_id.get(other["id"], {}).get("story")
        result.pairs[gold, got] += 1
        if got and (
            theirs["story_id"] in (mine.get("lookalike_of") or ())
            or mine["story_id"] in (theirs.get("lookalike_of") or ())
        ):
            result.wrong_pairs += 1

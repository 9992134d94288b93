"""Learns ``bot/understanding/ranked.txt``, the second reader of facts: part of `make learn`.

For each field a logistic regression over the traits of its candidates (``laureates.py``): right, if
the labels hold it. Traits that fewer than three candidates have are left out. It never learns from
what the rules chose: they were mended by the same news, and would seem never to err.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.commands import _news, _score
from bot.understanding import awardtext, eventchoice, laureates, ranked, second
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, prepare

STRENGTH = 0.3  # C of scikit-learn: the inverse of the regularisation
FEWEST = 3  # candidates that have a trait
SMALLEST = 0.02  # weight below which a trait is left out


class Choice(NamedTuple):
    """One candidate of one field: in whose news, its traits, whether it is right."""

    hand: str
    field: str
    traits: frozenset[str]
    right: bool


def choices(known: Knowledge, path: Path, hand: str) -> Iterator[Choice]:
    """Every candidate of every fact that a file's labels hold."""
    for row in _news.read(str(path)):
        entry = _news.entry_of(row)
        labels = row["labels"]
        if entry is not None and labels["relevant"]:
            yield from _laureates(prepare(entry, known), labels["facts"], hand)
            yield from _days(prepare(entry, known), labels, hand)


def _laureates(entry: Prepared, facts: Mapping[str, Any], hand: str) -> Iterator[Choice]:
    awards = facts.get("awards") or []
    for id in dict.fromkeys(one.get("award_id") for one in awards):
        if id is None:
            continue
        names = [
            name
            for one in awards
            if one.get("award_id") == id
            for name in one.get("laureates") or []
        ]
        for one in laureates.candidates(awardtext.of(entry), id):
            right = any(_score.equal("loose", one.name, name) for name in names)
            yield Choice(hand, second.FIELD, frozenset(one.traits), right)


def _days(entry: Prepared, labels: Mapping[str, Any], hand: str) -> Iterator[Choice]:
    starts = {one.get("start") for one in labels["facts"].get("events") or []}
    if labels["kind"] in ("event", "event_update") and starts:
        for one in eventchoice.days(entry, labels["kind"]):
            yield Choice(hand, eventchoice.FIELD, one.traits, one.span.iso in starts)


def lines(given: Iterable[Choice]) -> Iterator[str]:
    """The weights of every field, as ``ranked.txt`` holds them."""
    by_field: dict[str, list[Choice]] = {}
    for one in given:
        by_field.setdefault(one.field, []).append(one)
    for field, mine in sorted(by_field.items()):
        held = Counter(trait for one in mine for trait in one.traits)
        names = DictVectorizer()
        table = names.fit_transform(
            [{trait: 1.0 for trait in sorted(one.traits) if held[trait] >= FEWEST} for one in mine]
        )
        learnt = LogisticRegression(C=STRENGTH, max_iter=2000)
        learnt.fit(table, [one.right for one in mine])
        yield f"{field}\t{ranked.BIAS}\t{learnt.intercept_[0]:.2f}"
        for trait, weight in sorted(zip(names.feature_names_, learnt.coef_[0], strict=True)):
            if abs(weight) >= SMALLEST:
                yield f"{field}\t{trait}\t{weight:.2f}"


def figures(known: Knowledge, made: Mapping[Any, Any], rows: list[Any]) -> tuple[float, float, int]:
    """F1 of fact fields and of stories, and look-alikes merged, where the readers are ``made``."""
    told = replace(known, _made={**known._made, **made})
    result = _score.score(rows, _news.predictions(rows, told))
    return result.field_f1, result.pair_f1, result.wrong_pairs

"""Where an entry names awards, their organisers and their gatherings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.config.knowledge import Award
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.sweep import Interest

What = Literal["award", "organiser", "gathering"]


class Mention(NamedTuple):
    """``text[start:end]`` names award ``award`` itself, who gives it, or where it is given."""

    award: str
    what: What
    start: int
    end: int
    year: int | None = None
    year_end: int = 0  # offset after the year, where one follows


_YEAR = re.compile(r"[\s\"',:(]{0,3}(?:(?:edition|millesime|pour|de|en)\s)?((?:19|20)\d\d)\b")
_YEAR_JOINED = re.compile(r"(20\d\d)\b")  # "#TNL2026"
#: Beside a name that a community bears too: the prize is meant.
_PRIZE_NEAR = re.compile(
    r"\b(?:prix|jury|laureate?s?|recompens\w+|trophees?|primee?s?|prizes?|awards?|awarded|winners?)\b"
)
_YEAR_BEFORE = re.compile(r"\b((?:19|20)\d\d)\s+$")


_Begun = tuple[re.Pattern[str] | None, str | None]


@dataclass(frozen=True)
class Index:
    """Compiled names of every award."""

    names: Mapping[str, re.Pattern[str]]  # by the word with which they begin
    by_name: Mapping[str, tuple[tuple[str, What], ...]]
    acronyms: Mapping[str, str]  # as folded: in capitals
    by_acronym: Mapping[str, str]
    shared: frozenset[str] = frozenset()  # as ``squeezed``: others bear them too

    def begins(self, word: str) -> _Begun | None:
        """What a word begins: names, by their pattern; an acronym."""
        bare = _bare(word)
        pattern = self.names.get(word) or self.names.get(bare)
        acronym = self.acronyms.get(word) or self.acronyms.get(bare)
        return (pattern, acronym) if pattern or acronym else None


def flexible(name: str) -> str:
    """A pattern for a folded name: any spaces, hyphens and quotes between its words, plurals,
    and none at all, as in a hashtag."""
    words = re.findall(r"[a-z0-9&@œæ]+", fold(name))
    return r"[\s\"'\-,\[\]()]{0,3}".join(
        re.escape(word) + ("s?" if len(word) > 3 and not word.endswith("s") else "")
        for word in words
    )


def squeezed(text: str) -> str:
    """Letters and figures of a folded text, without plural s: the key of ``by_name``."""
    return "".join(word.rstrip("s") for word in re.findall(r"[a-z0-9&@œæ]+", text))


def index(knowledge: Knowledge) -> Index:
    """The names of all awards, compiled."""
    by_name: dict[str, list[tuple[str, What]]] = {}
    patterns: dict[str, set[str]] = {}
    acronyms: dict[str, str] = {}

    def add(name: str, id: str, what: What) -> None:
        pattern = flexible(name)
        key = squeezed(fold(name))
        if key:
            words = re.findall(r"[a-z0-9œæ]+", fold(name))
            for first in {words[0], "".join(words), key}:
                patterns.setdefault(_bare(first), set()).add(pattern)
            for spelled in {key, squeezed("".join(words))}:  # "#CasdOR" has lost its plural's place
                pairs = by_name.setdefault(spelled, [])
                if (id, what) not in pairs:
                    pairs.append((id, what))

    for id, award in knowledge.awards.items():
        for name in award_names(award):
            add(name, id, "award")
            if award.label and fold(name).startswith("label "):
                for said in ("labellisé", "labellisée", "labellisés", "labellisées", "labelled"):
                    add(f"{said} {name[6:]}", id, "award")
        if award.organiser:
            for name in (award.organiser.name, *award.organiser.names):
                add(name, id, "organiser")
        if award.gathering:
            add(award.gathering, id, "gathering")
        acronyms.update(dict.fromkeys(award.acronyms, id))
    return Index(
        {first: _union(found) for first, found in patterns.items()},
        {key: tuple(pairs) for key, pairs in by_name.items()},
        {fold(acronym): acronym for acronym in acronyms},
        acronyms,
        frozenset(
            squeezed(fold(name)) for award in knowledge.awards.values() for name in award.shared
        ),
    )


def _union(patterns: set[str]) -> re.Pattern[str]:
    """Longest first; in one order whatever the order of the files."""
    ordered = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(rf"(?:{'|'.join(ordered)})(?![a-z])")


def _bare(word: str) -> str:
    """A word without the year of a hashtag and without its plural."""
    return word.rstrip("0123456789").rstrip("s") or word


def award_names(award: Award) -> Iterable[str]:
    """Every name of an award, once."""
    for name in dict.fromkeys((award.name.fr, award.name.en, *award.names, *award.shared)):
        if name:
            yield name


_BEGUN: Interest[_Begun] = Interest(lambda knowledge, _: knowledge.made(index).begins)


def find(prepared: Prepared) -> list[Mention]:
    """Every mention, in order of appearance; looked for once per entry."""
    kept = vars(prepared)
    if "award_mentions" not in kept:
        kept["award_mentions"] = _found(prepared, prepared.knowledge.made(index))
    found: list[Mention] = kept["award_mentions"]
    return found


def _found(prepared: Prepared, known: Index) -> list[Mention]:
    found: list[Mention] = []
    folded, starts, past = prepared.folded, prepared.word_starts, 0
    for at, (pattern, acronym) in _BEGUN.within(prepared):
        if acronym and prepared.text.startswith(acronym, starts[at]):
            id = known.by_acronym[acronym]
            found.append(_dated(prepared, id, "award", starts[at], starts[at] + len(acronym)))
        if pattern is None or starts[at] < past:
            continue
        hit = pattern.match(folded, starts[at])
        if hit is None:
            continue
        pairs = known.by_name.get(squeezed(hit.group()), ())
        if all(what == "organiser" for _, what in pairs) and _is_person(
            prepared, hit.start(), hit.end()
        ):
            continue
        past = hit.end()
        if squeezed(hit.group()) in known.shared and not _PRIZE_NEAR.search(
            folded, max(0, hit.start() - 30), hit.end() + 30
        ):
            continue
        found += [_dated(prepared, id, what, hit.start(), hit.end()) for id, what in pairs]
    found.sort(key=lambda mention: mention.start)
    return found


#: "Lucie Bernard": a first name, and no organiser.
_SURNAME = re.compile(r"\s(?:de |d’)?[A-ZÀ-Ý][a-zà-ÿ]+")


def _is_person(prepared: Prepared, start: int, end: int) -> bool:
    text = prepared.text
    word = text[start:end]
    return word.isalpha() and word.istitle() and bool(_SURNAME.match(text, end))


def _dated(prepared: Prepared, id: str, what: What, start: int, end: int) -> Mention:
    after = _YEAR.match(prepared.folded, end) or _YEAR_JOINED.match(prepared.folded, end)
    if after:
        return Mention(id, what, start, end, int(after[1]), after.end())
    before = _YEAR_BEFORE.search(prepared.folded, max(0, start - 6), start)
    return Mention(id, what, start, end, int(before[1]) if before else None, end)

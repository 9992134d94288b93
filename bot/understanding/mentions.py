"""Where an entry names awards, their organisers and their gatherings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.config.knowledge import Award
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold

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
_YEAR_BEFORE = re.compile(r"\b((?:19|20)\d\d)\s+$")


@dataclass(frozen=True)
class Index:
    """Compiled names of every award."""

    names: re.Pattern[str] | None
    by_name: Mapping[str, tuple[tuple[str, What], ...]]
    acronyms: re.Pattern[str] | None
    by_acronym: Mapping[str, str]


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
    patterns: dict[str, str] = {}
    acronyms: dict[str, str] = {}

    def add(name: str, id: str, what: What) -> None:
        pattern = flexible(name)
        key = squeezed(fold(name))
        if key:
            patterns[pattern] = pattern
            pairs = by_name.setdefault(key, [])
            if (id, what) not in pairs:
                pairs.append((id, what))

    for id, award in knowledge.awards.items():
        for name in award_names(award):
            add(name, id, "award")
        if award.organiser:
            for name in (award.organiser.name, *award.organiser.names):
                add(name, id, "organiser")
        if award.gathering:
            add(award.gathering, id, "gathering")
        acronyms.update(dict.fromkeys(award.acronyms, id))
    ordered = sorted(patterns, key=len, reverse=True)
    return Index(
        re.compile(rf"(?<![a-z0-9])(?:{'|'.join(ordered)})(?![a-z])") if ordered else None,
        {key: tuple(pairs) for key, pairs in by_name.items()},
        re.compile(rf"(?<![A-Za-z])({'|'.join(map(re.escape, acronyms))})(?![A-Za-z])")
        if acronyms
        else None,
        acronyms,
    )


def award_names(award: Award) -> Iterable[str]:
    """Every name of an award; of a long one also without the word for label or prize."""
    for name in {award.name.fr, award.name.en, *award.names} - {None}:
        assert name is not None
        yield name


def find(prepared: Prepared) -> list[Mention]:
    """Every mention, in order of appearance."""
    known = prepared.knowledge.made(index)
    found: list[Mention] = []
    folded = prepared.folded
    if known.names:
        for hit in known.names.finditer(folded):
            pairs = known.by_name.get(squeezed(hit.group()))
            for id, what in pairs or ():
                found.append(_dated(prepared, id, what, hit.start(), hit.end()))
    if known.acronyms:
        found += [
            _dated(prepared, known.by_acronym[hit.group(1)], "award", hit.start(), hit.end())
            for hit in known.acronyms.finditer(prepared.text)
        ]
    found.sort(key=lambda mention: mention.start)
    return found


def _dated(prepared: Prepared, id: str, what: What, start: int, end: int) -> Mention:
    after = _YEAR.match(prepared.folded, end) or re.compile(r"((?:20)\d\d)\b").match(
        prepared.folded, end
    )
    if after:
        return Mention(id, what, start, end, int(after[1]), after.end())
    before = _YEAR_BEFORE.search(prepared.folded, max(0, start - 6), start)
    return Mention(id, what, start, end, int(before[1]) if before else None, end)

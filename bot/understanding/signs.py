"""The signs of gatherings, calls and releases in an entry: ``[happenings]`` of its language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.understanding.cues import Cue, Cues
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared

Signs = Mapping[str, tuple[Cue, ...]]


def cues_of(knowledge: Knowledge) -> Mapping[str, Cues]:
    """The compiled ``[happenings]`` tables, by language."""
    return {
        code: Cues.build(language.table("happenings"), code)
        for code, language in knowledge.languages.items()
    }


def of(prepared: Prepared) -> Signs:
    """Every sign of an entry by its name, found once. Absent names have no sign."""
    kept = vars(prepared)
    if "signs" not in kept:
        every = prepared.knowledge.made(cues_of)
        cues = every.get(prepared.code)
        found: dict[str, list[Cue]] = {}
        for cue in cues.find(prepared) if cues else ():
            found.setdefault(cue.name, []).append(cue)
        kept["signs"] = {name: tuple(hits) for name, hits in found.items()}
    signs: Signs = kept["signs"]
    return signs


def within(signs: Signs, name: str, start: int, end: int) -> Cue | None:
    """The first sign of that name between two offsets."""
    return next((cue for cue in signs.get(name, ()) if start <= cue.start < end), None)


def is_free(signs: Signs) -> bool:
    """Whether the entry has to do with free software ("prix libre" is not enough)."""
    return is_free_within(signs, 0, None)


def is_free_within(signs: Signs, start: int, end: int | None) -> bool:
    """The same of a part of it."""

    def inside(cue: Cue) -> bool:
        return cue.start >= start and (end is None or cue.start < end)

    if any(map(inside, signs.get("free_gathering", ()))):
        return True
    misleading = {
        word for cue in signs.get("not_free", ()) for word in range(cue.first, cue.last + 1)
    }
    return any(
        inside(cue) and cue.first not in misleading and cue.last not in misleading
        for cue in signs.get("free", ())
    )

"""One sweep of an entry's words for all that is looked for by word.

Cues, awards, series, places and dates each know the words with which something of theirs begins.
Nearly all words of a text begin nothing; one table tells that for all of them at once, so that
such a word costs one look, however many there are that ask. What a word begins is worked out the
first time it is met in a language, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.understanding.remembered import Remembered

if TYPE_CHECKING:
    from bot.understanding.knowledge import Knowledge
    from bot.understanding.language import Prepared

Borne = TypeVar("Borne")
#: Tells what begins with a folded word; None: nothing.
Begins = Callable[[str], Borne | None]
#: For one word: what begins with it, beside the number of who looks for it.
_Row = tuple[tuple[int, Any], ...]
_every: list[Interest[Any]] = []


class Interest(Generic[Borne]):
    """What one index looks for. Made once, at the top of its module."""

    def __init__(self, build: Callable[[Knowledge, str], Begins[Borne]]) -> None:
        """``build`` is given the knowledge and the code of a language."""
        self._build = build
        self._number = len(_every)
        _every.append(self)

    def within(self, prepared: Prepared) -> list[tuple[int, Borne]]:
        """The words of an entry with which something begins: their indexes, and what."""
        kept = vars(prepared)
        found: list[list[tuple[int, Any]]] | None = kept.get("swept")
        if found is None or len(found) <= self._number:
            found = kept["swept"] = _sweep(prepared)
        return found[self._number]

    def begins(self, knowledge: Knowledge, code: str) -> Begins[Borne]:
        """What tells it of a word."""
        return self._build(knowledge, code)


def _sweep(prepared: Prepared) -> list[list[tuple[int, Any]]]:
    found: list[list[tuple[int, Any]]] = [[] for _ in _every]
    rows = [*map(_table(prepared).__getitem__, prepared.words)]
    for index, row in compress(enumerate(rows), rows):
        for number, borne in row or ():
            found[number].append((index, borne))
    return found


def _table(prepared: Prepared) -> Remembered[str, _Row]:
    """The table of the entry's language; one more where another module came to look."""
    tables: dict[tuple[str, int], Remembered[str, _Row]] = prepared.knowledge.made(_tables)
    key = prepared.code, len(_every)
    if key not in tables:
        tables[key] = _together(prepared.knowledge, prepared.code)
    return tables[key]


def _tables(_: Knowledge) -> dict[tuple[str, int], Remembered[str, _Row]]:
    return {}


def _together(knowledge: Knowledge, code: str) -> Remembered[str, _Row]:
    asked = [(number, one.begins(knowledge, code)) for number, one in enumerate(_every)]

    def row(word: str) -> _Row | None:
        told = ((number, begins(word)) for number, begins in asked)
        return tuple((number, borne) for number, borne in told if borne is not None) or None

    return Remembered(row)

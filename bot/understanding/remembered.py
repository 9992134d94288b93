"""What a word bears, worked out once for each word.

Every index (cues, awards, places, series) asks of each word of a text whether something begins
with it. Words repeat, and nearly all of them begin nothing: the answer is kept, and a text is
swept without a call for each of its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Borne = TypeVar("Borne")

#: Words remembered before starting anew; a text has a few hundred different ones.
_MOST = 50_000


class Remembered(dict[str, Borne | None]):
    """``remembered[word]`` is what ``work_out(word)`` gave the first time; None: nothing."""

    def __init__(self, work_out: Callable[[str], Borne | None]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: str) -> Borne | None:
        if len(self) >= _MOST:
            self.clear()
        borne = self[word] = self._work_out(word)
        return borne

    def within(self, words: Iterable[str]) -> list[tuple[int, Borne]]:
        """The words that bear something: their indexes, and what."""
        borne = enumerate(map(self.__getitem__, words))
        return [(index, one) for index, one in borne if one]

"""What a word bears, worked out once for each word (or for each set of words).

Words repeat: the answer is kept, and a whole text is looked up by ``map(table.__getitem__, words)``,
without a call of Python for each of its words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Asked = TypeVar("Asked")
Borne = TypeVar("Borne")

#: Words remembered before starting anew; a text has a few hundred different ones.
_MOST = 50_000


class Remembered(dict[Asked, Borne | None]):
    """``remembered[word]`` is what ``work_out(word)`` gave the first time; None: nothing."""

    def __init__(self, work_out: Callable[[Asked], Borne | None]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: Asked) -> Borne | None:
        if len(self) >= _MOST:
            self.clear()
        borne = self[word] = self._work_out(word)
        return borne

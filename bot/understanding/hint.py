"""Words without which a pattern cannot be found: it is tried only in sentences that hold one.

A long choice of words is slow as a regular expression: Python tries every word of it at every
place. Whether a word of a text holds one of them is worked out once for that word, in the sweep
that is made of every entry anyway.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.understanding.sweep import Interest

if TYPE_CHECKING:
    from bot.understanding.language import Prepared, Sentence


class Hint:
    """The words that hold what ``pattern`` finds. Made once, at the top of a module."""

    def __init__(self, pattern: str) -> None:
        holds = re.compile(pattern).search
        self._words: Interest[bool] = Interest(lambda *_: lambda word: bool(holds(word)) or None)

    def in_sentence(self, sentence: Sentence) -> bool:
        """Whether one of the words stands in a sentence."""
        return sentence.index in self.sentences(sentence.prepared)

    def sentences(self, prepared: Prepared) -> set[int]:
        """The sentences, by index, in which one of them stands; looked for once."""
        kept = vars(prepared).setdefault("hints", {})
        if self not in kept:
            at, starts = prepared.sentence_at, prepared.word_starts
            kept[self] = {at(starts[index]).index for index, _ in self._words.within(prepared)}
        found: set[int] = kept[self]
        return found

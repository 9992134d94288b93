"""Cue words: by which words a language says receiving, giving, refusing, hoping…

``[cues]`` of a language file holds named lists of words and short phrases. A word stands for all
words of its stem ("décerné": décernée, décernent…); ``=word`` stands for itself only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.understanding.language import fold, stem

if TYPE_CHECKING:
    from bot.understanding.language import Prepared

#: A word can only bear a cue's stem if it begins as the cue's words do.
_PREFIX = 2
#: Words remembered with their patterns, before starting anew.
_MOST_WORDS = 50_000


class Cue(NamedTuple):
    """A cue found: words ``first`` to ``last`` (inclusive indexes) of the prepared entry."""

    name: str
    first: int
    last: int
    start: int
    end: int


class _Pattern(NamedTuple):
    name: str
    rest: tuple[tuple[str, bool], ...]  # further words: (stem or word, exact)
    head: str  # how the first of them begins


@dataclass(frozen=True)
class Cues:
    """The compiled cues of one language."""

    code: str
    by_stem: Mapping[str, tuple[_Pattern, ...]]
    by_word: Mapping[str, tuple[_Pattern, ...]]
    prefixes: frozenset[str]
    known: dict[str, tuple[_Pattern, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(cls, table: Mapping[str, Any], code: str) -> Cues:
        """From the ``[cues]`` table: name -> list of words and phrases."""
        stems: dict[str, list[_Pattern]] = {}
        words: dict[str, list[_Pattern]] = {}
        prefixes: set[str] = set()
        for name, phrases in table.items():
            if not isinstance(phrases, list):
                continue  # a sub-table: numbers, levels
            for phrase in phrases:
                parts = [
                    (part[1:], True) if part.startswith("=") else (stem(part, code), False)
                    for part in fold(phrase).replace("'", " ").replace("-", " ").split()
                ]
                (first, exact), rest = parts[0], tuple(parts[1:])
                prefixes.add(first[:_PREFIX])
                (words if exact else stems).setdefault(first, []).append(
                    _Pattern(name, rest, rest[0][0][:_PREFIX] if rest else "")
                )
        return cls(
            code,
            {key: _longest_first(found) for key, found in stems.items()},
            {key: _longest_first(found) for key, found in words.items()},
            frozenset(prefixes),
        )

    def find(self, prepared: Prepared) -> Iterator[Cue]:
        """Every cue of the entry, in order. One word may bear several."""
        words, starts, ends = prepared.words, prepared.word_starts, prepared.word_ends
        known, count = self.known, len(words)
        for index, word in enumerate(words):
            patterns = known.get(word)
            if patterns is None:
                patterns = self._patterns(word)
            for name, rest, head in patterns:
                last = index + len(rest)
                if not rest or (
                    last < count
                    and words[index + 1].startswith(head)
                    and self._follow(words, index + 1, rest)
                ):
                    yield Cue(name, index, last, starts[index], ends[last])

    def _follow(self, words: list[str], at: int, rest: tuple[tuple[str, bool], ...]) -> bool:
        """Whether the further words of a phrase stand from ``at`` on."""
        for wanted, exact in rest:
            word = words[at]
            if word != wanted and (exact or stem(word, self.code) != wanted):
                return False
            at += 1
        return True

    def _patterns(self, word: str) -> tuple[_Pattern, ...]:
        """The patterns that may begin with ``word``, remembered: most words begin none."""
        found: tuple[_Pattern, ...] = ()
        if word[:_PREFIX] in self.prefixes:
            found = self.by_word.get(word, ()) + self.by_stem.get(stem(word, self.code), ())
        if len(self.known) >= _MOST_WORDS:
            self.known.clear()
        self.known[word] = found
        return found


def of(prepared: Prepared) -> tuple[Cue, ...]:
    """The cues of an entry, found once."""
    kept = vars(prepared)
    if "cues" not in kept:
        kept["cues"] = tuple(prepared.knowledge.cues(prepared.code).find(prepared))
    found: tuple[Cue, ...] = kept["cues"]
    return found


def _longest_first(patterns: list[_Pattern]) -> tuple[_Pattern, ...]:
    return tuple(sorted(patterns, key=lambda pattern: -len(pattern.rest)))

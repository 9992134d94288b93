"""Cue words: by which words a language says receiving, giving, refusing, hoping…

``[cues]`` of a language file holds named lists of words and short phrases. A word stands for all
words of its stem ("décerné": décernée, décernent…); ``=word`` stands for itself only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.understanding.language import fold, stem

if TYPE_CHECKING:
    from bot.understanding.language import Prepared

#: A word can only bear a cue's stem if it begins as the cue's words do.
_PREFIX = 2


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


@dataclass(frozen=True)
class Cues:
    """The compiled cues of one language."""

    code: str
    by_stem: Mapping[str, tuple[_Pattern, ...]]
    by_word: Mapping[str, tuple[_Pattern, ...]]
    prefixes: frozenset[str]

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
                (words if exact else stems).setdefault(first, []).append(_Pattern(name, rest))
        return cls(
            code,
            {key: _longest_first(found) for key, found in stems.items()},
            {key: _longest_first(found) for key, found in words.items()},
            frozenset(prefixes),
        )

    def find(self, prepared: Prepared) -> Iterator[Cue]:
        """Every cue of the entry, in order. One word may bear several."""
        words, starts, ends = prepared.words, prepared.word_starts, prepared.word_ends
        prefixes, by_stem, by_word = self.prefixes, self.by_stem, self.by_word
        for index, word in enumerate(words):
            if word[:_PREFIX] not in prefixes:
                continue
            patterns = by_word.get(word, ()) + by_stem.get(stem(word, self.code), ())
            for pattern in patterns:
                last = index + len(pattern.rest)
                if last < len(words) and all(
                    (words[index + 1 + k] if exact else stem(words[index + 1 + k], self.code))
                    == wanted
                    for k, (wanted, exact) in enumerate(pattern.rest)
                ):
                    yield Cue(pattern.name, index, last, starts[index], ends[last])


def _longest_first(patterns: list[_Pattern]) -> tuple[_Pattern, ...]:
    return tuple(sorted(patterns, key=lambda pattern: -len(pattern.rest)))

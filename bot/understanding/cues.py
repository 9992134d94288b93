"""Cue words: by which words a language says receiving, giving, refusing, hoping…

``[cues]`` (and ``[happenings]``, see :mod:`signs`) of a language file holds named lists of words and short phrases. A word stands for all
words of its stem ("décerné": décernée, décernent…); ``=word`` stands for itself only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.understanding.language import fold, stem
from bot.understanding.sweep import Interest

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
    table: str
    name: str
    rest: tuple[tuple[str, bool], ...]  # further words: (stem or word, exact)
    head: str  # how the first of them begins


class _Begun(NamedTuple):
    """What may begin with one word: by the head of the word after it, or with no such word."""

    followed: Mapping[str, tuple[_Pattern, ...]]
    alone: tuple[_Pattern, ...]


@dataclass(frozen=True)
class Cues:
    """The compiled tables of one language: all are found in one sweep of a text."""

    code: str
    by_stem: Mapping[str, tuple[_Pattern, ...]]
    by_word: Mapping[str, tuple[_Pattern, ...]]
    prefixes: frozenset[str]

    @classmethod
    def build(cls, tables: Mapping[str, Mapping[str, Any]], code: str) -> Cues:
        """From tables of a language file: name -> list of words and phrases."""
        stems: dict[str, list[_Pattern]] = {}
        words: dict[str, list[_Pattern]] = {}
        prefixes: set[str] = set()
        for table, named in tables.items():
            for name, phrases in named.items():
                for phrase in phrases if isinstance(phrases, list) else ():  # or numbers, levels
                    parts = [
                        (part[1:], True) if part.startswith("=") else (stem(part, code), False)
                        for part in fold(phrase).replace("'", " ").replace("-", " ").split()
                    ]
                    (first, exact), rest = parts[0], tuple(parts[1:])
                    prefixes.add(first[:_PREFIX])
                    (words if exact else stems).setdefault(first, []).append(
                        _Pattern(table, name, rest, rest[0][0][:_PREFIX] if rest else "")
                    )
        return cls(
            code,
            {key: _longest_first(found) for key, found in stems.items()},
            {key: _longest_first(found) for key, found in words.items()},
            frozenset(prefixes),
        )

    def find(self, prepared: Prepared) -> Iterator[tuple[str, Cue]]:
        """Every cue of the entry, in order, and its table. One word may bear several."""
        words, starts = prepared.words, prepared.word_starts
        count = len(words)
        for index, (followed, alone) in _BEGUN.within(prepared):
            head = words[index + 1][:_PREFIX] if index + 1 < count else ""
            for table, name, rest, _ in followed.get(head, alone):
                last = index + len(rest)
                if not rest or (last < count and self._follow(words, index + 1, rest)):
                    yield table, Cue(name, index, last, starts[index], prepared.word_end(last))

    def _follow(self, words: list[str], at: int, rest: tuple[tuple[str, bool], ...]) -> bool:
        """Whether the further words of a phrase stand from ``at`` on."""
        for wanted, exact in rest:
            word = words[at]
            if word != wanted and (exact or stem(word, self.code) != wanted):
                return False
            at += 1
        return True

    def begins(self, word: str) -> _Begun | None:
        """What may begin with ``word``; most words begin nothing."""
        if word[:_PREFIX] not in self.prefixes:
            return None
        found = self.by_word.get(word, ()) + self.by_stem.get(stem(word, self.code), ())
        if not found:
            return None
        return _Begun(
            {
                head: tuple(one for one in found if not one.rest or one.head == head)
                for head in {one.head for one in found if one.rest}
            },
            tuple(one for one in found if not one.rest),
        )


_BEGUN: Interest[_Begun] = Interest(lambda knowledge, code: knowledge.cues(code).begins)


def of(prepared: Prepared) -> tuple[Cue, ...]:
    """The cues of an entry, found once."""
    return of_table(prepared, "cues")


def of_table(prepared: Prepared, table: str) -> tuple[Cue, ...]:
    """The cues of one table of its language in an entry, found once."""
    kept = vars(prepared)
    if "cues" not in kept:
        found: dict[str, list[Cue]] = {}
        for of, cue in prepared.knowledge.cues(prepared.code).find(prepared):
            found.setdefault(of, []).append(cue)
        kept["cues"] = {of: tuple(cues) for of, cues in found.items()}
    sorted_out: dict[str, tuple[Cue, ...]] = kept["cues"]
    return sorted_out.get(table, ())


def _longest_first(patterns: list[_Pattern]) -> tuple[_Pattern, ...]:
    return tuple(sorted(patterns, key=lambda pattern: -len(pattern.rest)))

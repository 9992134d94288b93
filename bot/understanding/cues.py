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
    """A word or a phrase. It is looked for by its longest word ("a eu" by "eu"): small words
    are everywhere."""

    order: int  # of two cues that begin at the same word, which is told first
    table: str
    name: str
    first: int  # where it begins, counted in words from the one it is looked for by
    last: int
    others: tuple[tuple[int, str, bool], ...]  # where, its stem, or the word where that is exact


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
        named = sorted(_phrases(tables, code), key=lambda one: (not one[2][0][1], -len(one[2])))
        stems: dict[str, list[_Pattern]] = {}
        words: dict[str, list[_Pattern]] = {}
        for order, (table, name, parts) in enumerate(named):
            at = max(range(len(parts)), key=lambda place: len(parts[place][0]))
            word, exact = parts[at]
            others = tuple((place - at, *part) for place, part in enumerate(parts) if place != at)
            pattern = _Pattern(order, table, name, -at, len(parts) - 1 - at, others)
            (words if exact else stems).setdefault(word, []).append(pattern)
        return cls(
            code,
            {key: tuple(found) for key, found in stems.items()},
            {key: tuple(found) for key, found in words.items()},
            frozenset(word[:_PREFIX] for word in (*words, *stems)),
        )

    def find(self, prepared: Prepared) -> dict[str, list[Cue]]:
        """Every cue of the entry, in order, by its table. One word may bear several."""
        words, starts, code = prepared.words, prepared.word_starts, self.code
        hits: list[tuple[int, int, int, _Pattern]] = []
        for index, patterns in _BORNE.within(prepared):
            for pattern in patterns:
                for away, wanted, exact in pattern.others:
                    word = words[index + away] if 0 <= index + away < len(words) else ""
                    if word != wanted and (exact or stem(word, code) != wanted):
                        break
                else:
                    hits.append((index + pattern.first, pattern.order, index, pattern))
        hits.sort()
        found: dict[str, list[Cue]] = {}
        for first, _, index, pattern in hits:
            last = index + pattern.last
            cue = Cue(pattern.name, first, last, starts[first], starts[last] + len(words[last]))
            found.setdefault(pattern.table, []).append(cue)
        return found

    def borne(self, word: str) -> tuple[_Pattern, ...] | None:
        """What may be found by ``word``; most words bear nothing."""
        if word[:_PREFIX] not in self.prefixes:
            return None
        found = self.by_word.get(word, ()) + self.by_stem.get(stem(word, self.code), ())
        if stem(word, self.code) != word:  # a further word may also be spelled as its stem
            found += tuple(one for one in self.by_stem.get(word, ()) if one.first)
        return found or None


def _phrases(
    tables: Mapping[str, Mapping[str, Any]], code: str
) -> Iterator[tuple[str, str, tuple[tuple[str, bool], ...]]]:
    for table, named in tables.items():
        for name, phrases in named.items():
            for phrase in phrases if isinstance(phrases, list) else ():  # or numbers, levels
                plain = fold(phrase).replace("'", " ").replace("-", " ")
                yield (
                    table,
                    name,
                    tuple(
                        (part[1:], True) if part.startswith("=") else (stem(part, code), False)
                        for part in plain.split()
                    ),
                )


_BORNE: Interest[tuple[_Pattern, ...]] = Interest(
    lambda knowledge, code: knowledge.cues(code).borne
)


def of(prepared: Prepared) -> tuple[Cue, ...]:
    """The cues of an entry, found once."""
    return of_table(prepared, "cues")


def of_table(prepared: Prepared, table: str) -> tuple[Cue, ...]:
    """The cues of one table of its language in an entry, found once."""
    kept = vars(prepared)
    if "cues" not in kept:
        found = prepared.knowledge.cues(prepared.code).find(prepared)
        kept["cues"] = {of: tuple(cues) for of, cues in found.items()}
    sorted_out: dict[str, tuple[Cue, ...]] = kept["cues"]
    return sorted_out.get(table, ())

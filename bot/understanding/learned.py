"""What labelled news taught: for each trait, what it speaks for, as weights in ``learned.txt``.

Two logistic regressions (one of the kinds, one of announcing or not) over the traits of an entry
(``traits.py``), each counted as (1 + ln n) x idf and brought to length 1 (Manning, Raghavan and
Schütze, Introduction to Information Retrieval, 6.2 and 6.4.4). ``make learn`` makes the file anew
of the labelled news in ``tests/news``. Reading needs nothing but this file: the same entry always
gets the same vote, and the words that weighed most can be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import resources
from itertools import chain, combinations
from math import exp, log, sqrt
from typing import NamedTuple, cast, get_args

from bot.config.settings import RelevanceSettings
from bot.understanding import lanes, traits
from bot.understanding.fact import Kind
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared
from bot.understanding.remembered import Remembered
from bot.understanding.traits import BOTH, HEAD, MARK

KINDS: tuple[Kind, ...] = get_args(Kind)
FILE = "learned.txt"
#: The line of ``FILE`` that no trait has: what is added to every sum.
BIAS = "=bias"
#: idf, then a weight for each kind in the order of KINDS, then one for announcing.
Weights = tuple[float, ...]
#: Words named as the grounds of a vote.
_GROUNDS = 3
#: A word is named if it is at least so long.
_SHORTEST = 4


@dataclass(frozen=True)
class Vote:
    """How likely each kind is (sums to 1), how likely it is that a person would announce the
    entry (0 to 1), and which of its words speak most for each kind."""

    kinds: Mapping[Kind, float]
    relevant: float
    grounds: Callable[[Kind], tuple[str, ...]]  # at most three, as the entry spells them


class _Known(NamedTuple):
    """For one language: which trait a word has, at the head too; None where nothing was learnt."""

    words: Remembered[str, str]
    head: Remembered[str, str]


class Model:
    """The weights as read."""

    def __init__(self, bias: Weights, weights: Mapping[str, Weights]) -> None:
        self.bias = bias
        self.weights = weights  # by trait; of two marks by both
        #: idf x idf, then idf x each weight: what a trait that is met once adds to each sum
        self._adds = {
            trait: lanes.pack((idf * idf, *(idf * one for one in rest)))
            for trait, (idf, *rest) in weights.items()
        }
        self._of_code: dict[str, _Known] = {}
        self._marks: Remembered[str, str] = Remembered(lambda name: self._learnt(MARK + name))
        self._head_marks: Remembered[str, str] = Remembered(
            lambda name: self._learnt(HEAD + MARK + name)
        )
        self._pairs: Remembered[frozenset[str], tuple[str, ...]] = Remembered(self._learnt_pairs)

    def vote(self, entry: Prepared) -> Vote:
        """What the traits of an entry speak for."""
        counts, adds = self._counts(entry), self._adds
        once = sum(map(adds.__getitem__, counts))  # as if each trait were met only once
        again: dict[int, int] = {}  # by how often they are met: those that are not
        for trait, count in counts.items():
            if count > 1:
                again[count] = again.get(count, 0) + adds[trait]
        square, row = lanes.first(once), lanes.times(once, 1.0)
        for count, more in again.items():
            often = log_tf(count)
            square += (often * often - 1.0) * lanes.first(more)
            row += lanes.times(more, often - 1.0)
        length = sqrt(square) or 1.0
        _, *sums = lanes.unpack(row, 1 + len(self.bias))
        *scores, worth = (fixed + one / length for fixed, one in zip(self.bias, sums, strict=True))
        best = max(scores)
        powers = [exp(score - best) for score in scores]
        whole = sum(powers)
        kinds = {kind: power / whole for kind, power in zip(KINDS, powers, strict=True)}
        return Vote(kinds, 1.0 / (1.0 + exp(-worth)), partial(self._grounds, entry))

    def _counts(self, entry: Prepared) -> Counter[str]:
        """How often an entry has each trait, single or paired, that something was learnt of.
        All are looked up and counted in C: a word costs one look into a table."""
        found, known = traits.parts(entry), self._known(entry.code)
        marks = self._marks.__getitem__
        counts: Counter[str | None] = Counter(
            chain(
                map(known.words.__getitem__, found.words),
                map(known.head.__getitem__, found.head),
                map(marks, found.whole),
                map(marks, found.marks),
                map(self._head_marks.__getitem__, found.head_marks),
                *(pairs for names in found.together if (pairs := self._pairs[names])),
            )
        )
        del counts[None]
        return cast("Counter[str]", counts)

    def _known(self, code: str) -> _Known:
        if code not in self._of_code:
            self._of_code[code] = _Known(
                Remembered(lambda word: self._learnt(traits.of_word(word, code))),
                Remembered(lambda word: self._learnt(HEAD + traits.of_word(word, code))),
            )
        return self._of_code[code]

    def _learnt(self, trait: str) -> str | None:
        return trait if trait in self.weights else None

    def _learnt_pairs(self, names: frozenset[str]) -> tuple[str, ...] | None:
        both = (f"{MARK}{one}{BOTH}{MARK}{other}" for one, other in combinations(sorted(names), 2))
        return tuple(trait for trait in both if trait in self.weights) or None

    def _grounds(self, entry: Prepared, kind: Kind) -> tuple[str, ...]:
        at = 1 + KINDS.index(kind)
        told = traits.told(entry)
        gains: dict[str, float] = {}
        for trait in traits.of(entry).single:
            words = " ".join(told.get(trait.removeprefix(HEAD), "").split()).lower()
            weights = self.weights.get(trait)
            if weights is not None and len(words) >= _SHORTEST:
                mean = sum(weights[1:-1]) / len(KINDS)
                gains[words] = gains.get(words, 0.0) + weights[0] * (weights[at] - mean)
        best = sorted(gains, key=lambda words: (-gains[words], words))
        return tuple(words for words in best if gains[words] > 0)[:_GROUNDS]


@lru_cache(maxsize=256)
def log_tf(count: int) -> float:
    """1 + ln n: the tenth time a word is said weighs less than the first."""
    return 1.0 + log(count)


def read(text: str) -> Model:
    """A model from the text of its file: comments, ``bias``, then a line for each trait, its
    fields parted by tabs. Raises ValueError where a number is none."""
    weights: dict[str, Weights] = {}
    number = lru_cache(maxsize=None)(float)  # some hundred different ones, ninety thousand times
    for line in text.splitlines():
        if line and line[0] != "#":
            trait, *numbers = line.split("\t")
            weights[trait] = tuple(map(number, numbers))
    return Model(weights.pop(BIAS), weights)


def build(knowledge: Knowledge) -> Model | None:
    """The shipped model; None where ``[relevance] learned = false``."""
    if not knowledge.relevance.learned:
        return None
    return read(resources.files("bot.understanding").joinpath(FILE).read_text(encoding="utf-8"))


def usual(knowledge: Knowledge) -> bool:
    """Whether the rule of relevance is the one under which the news was labelled. Where an admin
    has set another, what to announce is for the rule alone to say."""
    return knowledge.relevance == RelevanceSettings()


def vote(entry: Prepared) -> Vote | None:
    """The vote on an entry; None where it is switched off, or in a language nothing was learnt of."""
    if entry.language is None:
        return None
    model = entry.knowledge.made(build)
    return model.vote(entry) if model else None

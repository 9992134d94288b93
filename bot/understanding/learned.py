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
from math import exp, log, sqrt
from operator import add, mul
from typing import get_args

from bot.config.settings import RelevanceSettings
from bot.understanding import traits
from bot.understanding.fact import Kind
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared
from bot.understanding.traits import BOTH, HEAD, MARK, Traits

KINDS: tuple[Kind, ...] = get_args(Kind)
FILE = "learned.txt"
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


@dataclass(frozen=True)
class Model:
    """The weights as read. ``pairs`` is by the first mark, then by the second."""

    bias: Weights
    single: Mapping[str, Weights]
    pairs: Mapping[str, Mapping[str, Weights]]

    def vote(self, entry: Prepared) -> Vote:
        """What the traits of an entry speak for."""
        found = traits.of(entry)
        counts, rows = self._known(found)
        idf, *columns = zip(*rows, strict=True) if rows else ((), *((),) * (len(KINDS) + 1))
        values = [log_tf(count) * one for count, one in zip(counts, idf, strict=True)]
        length = sqrt(sum(map(mul, values, values))) or 1.0
        sums = [sum(map(mul, values, column)) / length for column in columns]
        *scores, worth = map(add, self.bias, sums)
        powers = [exp(score - max(scores)) for score in scores]
        whole = sum(powers)
        kinds = {kind: power / whole for kind, power in zip(KINDS, powers, strict=True)}
        return Vote(kinds, 1.0 / (1.0 + exp(-worth)), partial(self._grounds, entry, found))

    def _grounds(self, entry: Prepared, found: Traits, kind: Kind) -> tuple[str, ...]:
        at = 1 + KINDS.index(kind)
        told = traits.told(entry)
        gains: dict[str, float] = {}
        for trait in found.single:
            words = " ".join(told.get(trait.removeprefix(HEAD), "").split()).lower()
            weights = self.single.get(trait)
            if weights is not None and len(words) >= _SHORTEST:
                mean = sum(weights[1:-1]) / len(KINDS)
                gains[words] = gains.get(words, 0.0) + weights[0] * (weights[at] - mean)
        best = sorted(gains, key=lambda words: (-gains[words], words))
        return tuple(words for words in best if gains[words] > 0)[:_GROUNDS]

    def _known(self, found: Traits) -> tuple[list[int], list[Weights]]:
        """The counts and weights of all traits, single and paired, that something was learnt of."""
        single, pairs = self.single, self.pairs
        known = [trait for trait in found.single if trait in single]
        counts = [found.single[trait] for trait in known]
        rows = [single[trait] for trait in known]
        together = Counter(
            (one, other)
            for marks in found.marks
            for one in sorted(marks & pairs.keys())
            for other in sorted(marks & pairs[one].keys())
        )
        counts += together.values()
        rows += [pairs[one][other] for one, other in together]
        return counts, rows


@lru_cache(maxsize=256)
def log_tf(count: int) -> float:
    """1 + ln n: the tenth time a word is said weighs less than the first."""
    return 1.0 + log(count)


def read(text: str) -> Model:
    """A model from the text of its file: comments, ``bias``, then a line for each trait, its
    fields parted by tabs. Raises ValueError where a number is none."""
    bias: Weights = ()
    single: dict[str, Weights] = {}
    pairs: dict[str, dict[str, Weights]] = {}
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        trait, *numbers = line.split("\t")
        weights = tuple(map(float, numbers))
        one, both, other = trait.partition(BOTH)
        if not bias:
            bias = weights
        elif both and one.startswith(MARK):
            pairs.setdefault(one, {})[other] = weights
        else:
            single[trait] = weights
    return Model(bias, single, pairs)


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

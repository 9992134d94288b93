"""What labelled news taught of facts: which of several candidates a field means.

For each field a logistic regression over the traits of a candidate (``laureates.py``), as weights
in ``ranked.txt``: a sum says how likely the candidate is right. ``make learn`` makes the file anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from math import exp, fsum

from bot.understanding.knowledge import Knowledge

FILE = "ranked.txt"
BIAS = "=bias"


@dataclass(frozen=True)
class Ranker:
    """The weights of one field."""

    weights: Mapping[str, float]

    def odds(self, traits: Iterable[str]) -> float:
        """Natural log of the odds that a candidate with these traits is right."""
        known = self.weights
        return known.get(BIAS, 0.0) + fsum(known[one] for one in traits if one in known)


def share(odds: float) -> float:
    """From the log of the odds, 0 to 1."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def read(text: str) -> Mapping[str, Ranker]:
    """The rankers by field, from lines of field, trait and weight parted by tabs. Raises
    ValueError where a weight is none."""
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line and line[0] != "#":
            field, trait, weight = line.split("\t")
            found.setdefault(field, {})[trait] = float(weight)
    return {field: Ranker(weights) for field, weights in found.items()}


def build(knowledge: Knowledge) -> Mapping[str, Ranker]:
    """The shipped rankers; none where ``[relevance] learned = false``."""
    if not knowledge.relevance.learned:
        return {}
    return read(resources.files("bot.understanding").joinpath(FILE).read_text(encoding="utf-8"))

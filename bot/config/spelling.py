"""The nearest right spelling of a word somebody mistyped."""

from __future__ import annotations

from collections.abc import Iterable

#: Below this likeness (0 to 100) a suggestion would be a guess, and guesses mislead.
LIKE_ENOUGH = 65.0
#: A word this long may be a part of the right one: ``max_age`` of ``max_age_days``.
_LONG_ENOUGH = 4


def nearest(word: str, right: Iterable[str], *, at_least: float = LIKE_ENOUGH) -> str | None:
    """The most similar of ``right``, or None where nothing is similar enough.

    Two swapped letters count as one slip; case, ``-`` and ``_`` weigh nothing.

    :param at_least: likeness from 0 to 100.
    """
    from rapidfuzz import fuzz  # only needed once something is wrong
    from rapidfuzz.distance import OSA

    def likeness(candidate: str) -> float:
        one, other = _folded(word), _folded(candidate)
        whole = 100 * OSA.normalized_similarity(one, other)
        part = fuzz.WRatio(one, other) if len(one) >= _LONG_ENOUGH else 0.0
        return max(whole, part if part >= 85 else 0.0)  # parts agree too easily below that

    scored = [(likeness(candidate), candidate) for candidate in sorted(right)]
    best = max(scored, key=lambda each: each[0], default=(0.0, ""))
    return best[1] if best[0] >= at_least else None


def _folded(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())

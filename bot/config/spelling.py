"""The nearest right spelling of a word somebody mistyped."""

from __future__ import annotations

from collections.abc import Iterable

#: Below this likeness (0 to 100) a suggestion would be a guess, and guesses mislead.
LIKE_ENOUGH = 60


def nearest(word: str, right: Iterable[str]) -> str | None:
    """The most similar of ``right``, or None where nothing is similar enough.

    Case, accents' neighbours, ``-`` and ``_`` weigh little: ``Max_Age`` finds ``max_age_days``.
    """
    from rapidfuzz import fuzz, process, utils  # only needed once something is wrong

    found = process.extractOne(
        word, list(right), scorer=fuzz.WRatio, processor=utils.default_process
    )
    return str(found[0]) if found and found[1] >= LIKE_ENOUGH else None

"""“2 h”, “30 min”, “3 jours”, “a week”: how long, as people write it."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.understanding.language import fold

_UNITS: tuple[tuple[str, timedelta], ...] = (
    ("min", timedelta(minutes=1)),
    ("mn", timedelta(minutes=1)),
    ("h", timedelta(hours=1)),
    ("j", timedelta(days=1)),
    ("d", timedelta(days=1)),
    ("sem", timedelta(weeks=1)),
    ("w", timedelta(weeks=1)),
)
_FORM = re.compile(r"(?:pendant |pour |for )?(\d{1,4}|une?|an?|one) ?([a-z]+)")
_LONGEST = timedelta(days=366)


def duration(text: str) -> timedelta | None:
    """How long; None where it is no duration, or over a year.

    >>> duration("2 h"), duration("trois")
    (datetime.timedelta(seconds=7200), None)
    """
    found = _FORM.fullmatch(fold(text).strip())
    if found is None:
        return None
    number = int(found[1]) if found[1].isdigit() else 1
    for start, unit in _UNITS:
        if found[2].startswith(start):
            long = number * unit
            return long if timedelta(0) < long <= _LONGEST else None
    return None

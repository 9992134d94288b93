"""How often a source really publishes, and how often it is therefore read. Pure.

Twelve reads in the time between two of its news: a source that publishes once a day is read every
two hours, one that has been silent for a fortnight once a day. A file may fix the interval.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.sources.due import FLOOR, LONGEST

#: minutes between two reads of a source of which too little is known (P5)
DEFAULT = timedelta(minutes=60)
#: reads in the time between two news
READS = 12
#: moments of news that are remembered, and that tell enough
KEPT = 12
ENOUGH = 4

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def remember(known: Sequence[int], news: Iterable[datetime], now: datetime) -> list[int]:
    """The moments of the latest news, in minutes since 1970, oldest first.

    What was published within a quarter of an hour is one moment: nobody reads more often.

    :param known: what this function gave before.
    :param news: when the new entries were published; what lies in the future is no moment.
    """
    found: list[int] = []
    for moment in sorted({*known, *((at - _EPOCH) // _MINUTE for at in news if at <= now)}):
        if not found or moment - found[-1] >= FLOOR // _MINUTE:
            found.append(moment)
    return found[-KEPT:]


def gap(known: Sequence[int], now: datetime) -> timedelta | None:
    """The usual time between two news, or that since the last where it is longer; None: not known."""
    return None if (usual := _usual(known)) is None else max(usual, now - _last(known))


def _usual(known: Sequence[int]) -> timedelta | None:
    if len(known) < ENOUGH:
        return None
    return median(b - a for a, b in itertools.pairwise(known)) * _MINUTE


def _last(known: Sequence[int]) -> datetime:
    return _EPOCH + known[-1] * _MINUTE


def interval(fixed: int | None, known: Sequence[int], now: datetime) -> timedelta:
    """The time between two reads, between the floor and a day.

    :param fixed: the source's own setting, in minutes.
    """
    if fixed is not None:
        return timedelta(minutes=fixed)
    return _between(gap(known, now))


def _between(gap: timedelta | None) -> timedelta:
    return DEFAULT if gap is None else min(max(gap / READS, FLOOR), LONGEST)


class Often:
    """:func:`interval`, of which what only depends on the news is worked out once for them."""

    def __init__(self) -> None:
        self._known: Sequence[int] | None = None  # a list of a row: never changed, only replaced
        self._usual: timedelta | None = None
        self._last = _EPOCH

    def interval(self, fixed: int | None, known: Sequence[int], now: datetime) -> timedelta:
        """As the function of that name."""
        if fixed is not None:
            return timedelta(minutes=fixed)
        if known is not self._known:
            self._known, self._usual = known, _usual(known)
            self._last = _last(known) if known else _EPOCH
        usual = self._usual
        return _between(None if usual is None else max(usual, now - self._last))

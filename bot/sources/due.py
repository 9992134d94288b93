"""When a source is read again. Pure: the moment and the chance arrive as arguments.

Criteria P5 to P9 and P11: the interval with jitter, never under the floor; what the server asks
for, up to a day; Retry-After, up to a week; failures double up to a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

#: no configuration, restart or command reads one source more often (P5)
FLOOR = timedelta(minutes=15)
#: the longest wait that a server's caching headers or repeated failures can bring (P6, P9)
LONGEST = timedelta(hours=24)
#: the longest wait that Retry-After can bring (P8)
LONGEST_RETRY_AFTER = timedelta(days=7)
#: a 429 or 503 without Retry-After waits at least this long (P8)
SHORTEST_REFUSAL = timedelta(minutes=10)
#: a start reads so many sources at once; the others wait their turn within their interval (P14)
START = 50
#: the interval varies by up to this share, so that sources do not march in step
JITTER = 0.1


def after_success(
    now: datetime, interval: timedelta, wait: timedelta | None, chance: float
) -> datetime:
    """The next read after a good one.

    :param interval: the source's own setting.
    :param wait: what the server asked for (max-age, Expires, ttl, sy:update…), if anything.
    :param chance: 0 to 1, spreads the moment by JITTER.
    """
    base = min(max(interval, wait or FLOOR, FLOOR), LONGEST)
    return now + base * (1 + JITTER * chance)


def after_failure(
    now: datetime,
    interval: timedelta,
    failures: int,
    retry_after: timedelta | None,
    chance: float,
) -> datetime:
    """The next try after a failed one.

    :param failures: how many in a row, this one included (1 or more).
    :param retry_after: from a 429 or 503 answer; not one request before it.
    """
    doubled = max(interval, FLOOR, SHORTEST_REFUSAL) * 2 ** min(failures - 1, 10)
    base: timedelta = min(doubled, LONGEST)
    if retry_after is not None:
        base = max(base, min(retry_after, LONGEST_RETRY_AFTER))
    return now + base * (1 + JITTER * chance)


def after_pause(now: datetime, interval: timedelta, left: timedelta, chance: float) -> datetime:
    """The next try of a source that was not asked, because its host is left alone for ``left``:
    a part of its own interval later, so that a host's sources do not all come back at once."""
    return now + left + max(interval, FLOOR) * JITTER * chance


def soonest(next_due: datetime, last_try: datetime | None) -> datetime:
    """Whatever a configuration, a restart or a command made of ``next_due``: not under the floor
    since the last try (P5)."""
    return next_due if last_try is None else max(next_due, last_try + FLOOR)


def set_back(
    next_due: datetime | None, last_try: datetime, now: datetime
) -> tuple[datetime | None, datetime]:
    """``next_due`` and ``last_try`` on a clock that was ahead and has been put right: the wait that
    was meant begins now, else a source would stand still until the old time comes again (R15)."""
    if last_try <= now:
        return next_due, last_try
    wait = min(max(next_due - last_try, FLOOR), LONGEST_RETRY_AFTER) if next_due else None
    return (now + wait if wait else None), now


def spread(intervals: Sequence[timedelta], now: datetime) -> list[datetime]:
    """When each of the sources that are all due at a start is read: the first START at once, the
    others one after the other within their own intervals (P14).

    :param intervals: of the sources, the longest waiting first.
    """
    later = len(intervals) - START
    return [
        now + max(interval, FLOOR) * max(0, number + 1 - START) / (later + 1)
        for number, interval in enumerate(intervals)
    ]

"""How fast messages go out: so many an hour, so many a day, none in the quiet hours.

"An hour" and "a day" slide: with three a day, the fourth may go 24 hours after the first. (By
the calendar, three posts at 23:50 and three at 00:10 would keep to the letter and drown the
readers.) Quiet hours are local wall-clock time, right through both changes of the clock: they
are compared with the local time of day of real moments, never added to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: from this priority on a message passes quiet hours and pace (an urgent cancellation)
URGENT = 10

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_QUIET = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", re.ASCII)


def earliest(
    sent: Sequence[datetime],
    now: datetime,
    *,
    per_hour: int,
    per_day: int,
    quiet: str,
    timezone: str,
    priority: int = 0,
) -> datetime:
    """The first moment, ``now`` or later, at which one more message may go out (UTC).

    :param sent: when messages went out, at least those of the last 24 hours, in any order.
    :param per_hour: at most so many in any 60 minutes; 0: no limit.
    :param per_day: at most so many in any 24 hours; 0: no limit.
    :param quiet: "20:00-08:00", local; "" for none. Equal ends mean none as well.
    :param timezone: IANA name, "Europe/Paris".
    :param priority: from :data:`URGENT` on nothing holds it back.
    """
    now = now.astimezone(UTC)
    if priority >= URGENT:
        return now
    moment = now
    for limit, span in ((per_hour, _HOUR), (per_day, _DAY)):
        moment = max(moment, _free_again(sent, now, limit, span))
    return _after_quiet(moment, quiet, timezone)


def _free_again(sent: Sequence[datetime], now: datetime, limit: int, span: timedelta) -> datetime:
    """When fewer than ``limit`` messages lie within the last ``span``. A moment in the future
    (the clock was wrong) counts as now, so that it can never hold messages for longer."""
    if limit <= 0:
        return now
    recent = sorted(
        moment for one in sent if (moment := min(one.astimezone(UTC), now)) > now - span
    )
    return now if len(recent) < limit else recent[-limit] + span


def _after_quiet(moment: datetime, quiet: str, timezone: str) -> datetime:
    bounds = hours(quiet)
    if bounds is None:
        return moment
    start, end = bounds
    zone = ZoneInfo(timezone)
    local = moment.astimezone(zone)
    if not _within(local.time(), start, end):
        return moment
    day = local.date() if local.time() < end else local.date() + _DAY
    # Where the clock is changed, 02:30 may come twice (October: quiet until the second) or not
    # at all (March: then the later reading overshoots, and quiet ends as the clock leaps).
    ends = (datetime.combine(day, end, zone).replace(fold=fold) for fold in (0, 1))
    out = max(one.astimezone(UTC) for one in ends)
    minute = timedelta(minutes=1)
    while out > moment and not _within((out - minute).astimezone(zone).time(), start, end):
        out -= minute
    return max(out, moment)


def _within(at: time, start: time, end: time) -> bool:
    """Is a time of day in [start, end), which may go over midnight?"""
    return start <= at < end if start < end else at >= start or at < end


def hours(quiet: str) -> tuple[time, time] | None:
    """The two ends of "20:00-08:00", or None for no quiet hours. Raises ValueError."""
    if not quiet.strip():
        return None
    found = _QUIET.fullmatch(quiet)
    if found is None:
        msg = f"quiet hours are written 20:00-08:00, not {quiet!r}"
        raise ValueError(msg)
    first, second = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return None if first == second else (first, second)

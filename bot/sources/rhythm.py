"""How often a feed wants to be read: ttl, sy:update…, skipHours and skipDays (P6, P7).

Read from the raw XML because feedparser keeps only the last of several skipHours. RSS 2.0
(ttl, skipHours, skipDays), RSS 1.0 syndication module (updatePeriod, updateFrequency).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIRST_ITEM = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)[\s>/]")
_HEAD = 64 * 1024  # bytes; what a channel says of itself stands before its items, or after them
_TTL = re.compile(rb"<ttl[^>]*>\s*([0-9]{1,7})\s*</ttl>")
_PERIOD = re.compile(rb"<(?:\w+:)?updatePeriod[^>]*>\s*(\w{1,20})\s*</")
_FREQUENCY = re.compile(rb"<(?:\w+:)?updateFrequency[^>]*>\s*([0-9]{1,4})\s*</")
_HOURS = re.compile(rb"<skipHours[^>]*>(.{0,4000}?)</skipHours>", re.DOTALL)
_HOUR = re.compile(rb"<hour[^>]*>\s*([0-9]{1,2})\s*</hour>")
_SKIP_DAYS = re.compile(rb"<skipDays[^>]*>(.{0,2000}?)</skipDays>", re.DOTALL)
_DAY = re.compile(rb"<day[^>]*>\s*(\w{1,12})\s*</day>")

#: no feed may ask to be left alone for longer (P6)
LONGEST = timedelta(hours=24)


def read(body: bytes) -> dict[str, Any]:
    """What the feed asks for, as JSON values: ``minutes``, ``hours`` (GMT), ``days`` (0 Monday)."""
    first = _FIRST_ITEM.search(body)
    head = body[: first.start() if first else _HEAD][:_HEAD]
    text = head + body[-4096:] if len(body) > len(head) else head
    found: dict[str, Any] = {}
    minutes = [int(match[1]) for match in _TTL.finditer(text)][:1]
    if period := _PERIOD.search(text):
        times = _FREQUENCY.search(text)
        every = _PERIODS.get(period[1].decode("ascii", "ignore").lower(), 0)
        minutes.append(every // max(int(times[1]) if times else 1, 1))
    if max(minutes, default=0) > 0:
        found["minutes"] = min(max(minutes), int(LONGEST.total_seconds()) // 60)
    if block := _HOURS.search(text):
        # 24 is an old spelling of midnight (RSS 0.91 counted from 1)
        hours = sorted(
            {int(hour[1]) % 24 for hour in _HOUR.finditer(block[1]) if int(hour[1]) < 25}
        )
        if 0 < len(hours) < 24:
            found["hours"] = hours
    if block := _SKIP_DAYS.search(text):
        names = {day[1].decode("ascii", "ignore").lower() for day in _DAY.finditer(block[1])}
        days = [number for number, name in enumerate(_DAYS) if name in names]
        if 0 < len(days) < 7:
            found["days"] = days
    return found


def wait(
    rhythm: Mapping[str, Any], now: datetime, interval: timedelta, asked: timedelta | None
) -> timedelta | None:
    """How long to wait from ``now`` (aware), at most 24 h; None where nobody asked for anything.

    :param interval: the source's own setting: the wait ends outside the skipped hours and days.
    :param asked: what the HTTP answer asked for.
    """
    if not rhythm and asked is None:
        return None  # as most do
    longest = max(asked or timedelta(), timedelta(minutes=rhythm.get("minutes", 0)))
    hours, days = rhythm.get("hours", ()), rhythm.get("days", ())
    if hours or days:
        start = now.astimezone(UTC) + max(longest, interval)
        moment = start
        end = start + timedelta(days=8)
        while moment < end and (moment.hour in hours or moment.weekday() in days):
            moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if start < moment < end:
            longest = moment - now.astimezone(UTC)
    return min(longest, LONGEST) if longest > timedelta() else None

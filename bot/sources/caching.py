"""What a server says about when to come back: Retry-After, Cache-Control, Expires (P6, P8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def http_date(text: str) -> datetime | None:
    """A date of RFC 9110 section 5.6.7, aware; None where it is none."""
    try:
        found = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """RFC 9110 section 10.2.3, in seconds or as a date; 0 to 7 days, None where it says nothing."""
    if not text:
        return None
    if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", text, re.ASCII):
        wait = timedelta(seconds=min(float(text), WEEK.total_seconds()))
    else:
        moment = http_date(text)
        if moment is None:
            return None
        wait = moment - now
    return min(max(wait, timedelta()), WEEK)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer stays fresh: max-age (RFC 9111 section 5.2.2.1) or Expires − Date.

    ``no-cache`` and ``no-store`` cancel max-age only (P6); what results is at most 24 h, None
    where the server says nothing or says "stale already".
    """
    if "Cache-Control" not in headers and "Expires" not in headers:
        return None
    directives = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (
            part.partition("=") for part in headers.get("Cache-Control", "").split(",")
        )
    }
    age = directives.get("max-age", "")
    waits: list[timedelta] = []
    if re.fullmatch(r"[0-9]+", age, re.ASCII) and not directives.keys() & {"no-cache", "no-store"}:
        waits.append(timedelta(seconds=min(int(age[:12]), int(DAY.total_seconds()))))
    expires = http_date(headers.get("Expires", ""))
    if expires is not None:
        waits.append(expires - (http_date(headers.get("Date", "")) or now))
    longest = max(waits, default=timedelta())
    return min(longest, DAY) if longest > timedelta() else None

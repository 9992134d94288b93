"""Which messages people look at before they are posted, and why. Pure.

The rule, as it is applied (VOICE: in the first days everything, then what is doubtful):

1. A correction of words that a person has approved or written is looked at again.
2. In an election reserve: whatever tells an award of a local place, ``when = "never"`` or not.
3. ``when = "always"``: everything; ``"never"``: nothing.
4. In the first days of a channel: everything.
5. Then: facts that are not certain enough, the first post of a source, and the cancellation of
   an event by anybody but its organiser.
6. More new stories of one source at once than the cap: one question for all of them.
7. Reminders, digests and corrections of what went out unasked pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.announcements.announcement import Purpose
from bot.config.syntax import periods
from bot.config.wiring import ApprovalSettings

Reason = Mapping[str, object]

#: local hour at which what was put off is shown again
MORNING = time(9, 0)
#: a draft put off to the morning may be answered for so long at least
AFTER_MORNING = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a message when it is queued."""

    purpose: Purpose
    confidence: float = 1.0  # of the least certain fact that it tells
    official: bool = True  # the organiser itself says so
    new_source: str = ""  # the name of its source, where nothing of it was posted yet
    age: timedelta = timedelta(days=365)  # of the channel
    reserved: str = ""  # it tells a local award in an election reserve: that one's last day
    edits: bool = False  # it corrects a post
    approved: bool = False  # of which a person has approved, or written, the words


def reason(settings: ApprovalSettings, known: Circumstances) -> Reason | None:
    """Why people should look at it first; None: they need not."""
    if known.edits and known.approved:
        return {"key": "edited"}
    if known.reserved:
        return {"key": "reserve", "until": known.reserved}
    if known.edits or settings.when == "never":
        return None
    if settings.when == "always":
        return {"key": "always"}
    if known.age < timedelta(days=settings.first_days):
        return {"key": "first-days", "days": settings.first_days}
    if known.purpose in ("reminder", "digest"):
        return None
    if known.purpose == "cancellation" and settings.cancellation and not known.official:
        return {"key": "cancellation"}
    if known.confidence < settings.below:
        return {"key": "unsure", "percent": round(known.confidence * 100)}
    if known.purpose == "new" and settings.new_source and known.new_source:
        return {"key": "new-source", "source": known.new_source}
    return None


def reserve(dates: str, now: datetime, timezone: str) -> str:
    """The last day (ISO 8601) of the election reserve in which ``now`` is; "" in none. The eve of its
    first day counts: what is queued then may go out on it, after the quiet hours.

    :param dates: as the setting ``news.reserve`` has it.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    last = [end for first, end in periods(dates) if first - timedelta(days=1) <= today <= end]
    return max(last).isoformat() if last else ""


def expiry(days: float, now: datetime, worth: datetime | None) -> datetime:
    """Until when an answer counts: so many days, and never past the event (``worth``)."""
    end = now + timedelta(days=days)
    return end if worth is None else min(end, worth)


def put_off(
    now: datetime, timezone: str, expires: datetime | None, worth: datetime | None
) -> tuple[datetime, datetime | None] | None:
    """Tomorrow morning, and until when an answer counts then; None: it would be too late."""
    zone = ZoneInfo(timezone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    at = datetime.combine(tomorrow, MORNING, zone)
    if worth is not None and worth <= at:
        return None
    later = at + AFTER_MORNING
    if expires is not None and expires > later:
        later = expires
    return at, later if worth is None else min(later, worth)

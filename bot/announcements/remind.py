"""Reminders that nobody had to ask for: AlpOSS, the flagships, and the deadlines of calls.

Seven days before everywhere, the day before in rooms too; never thirty days before, never the
morning itself, and never of what was announced just now (VOICE.md, defaults).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from bot.announcements.announcement import Announcement, announcement_id
from bot.announcements.route import announcement
from bot.config.wiring import ChannelSettings
from bot.stories.story import Story
from bot.understanding.fact import CallFact, EventFact
from bot.understanding.knowledge import Knowledge

#: Days before, and how late such a reminder may still come.
_WEEK, _WEEK_LATEST = 7, 3
#: A reminder so soon after the first telling would only repeat it.
_RECENT = timedelta(days=2)
#: Local hour from which a day's reminders are told.
_FROM = time(9, 0)
#: Kinds of channel that are rooms.
_ROOMS = frozenset({"matrix"})


def reminders(
    stories: Iterable[Story],
    channels: Mapping[str, ChannelSettings],
    now: datetime,
    knowledge: Knowledge,
    told: Collection[tuple[str, str]] = (),
) -> tuple[tuple[Announcement, str], ...]:
    """The reminders due now, each with a channel id.

    :param told: (announcement id, channel id); only what a channel was told before is brought
        to mind there, and each reminder once.
    """
    local = now.astimezone(knowledge.timezone)
    if local.time() < _FROM:
        return ()
    found: list[tuple[Announcement, str]] = []
    for story in stories:
        day = _day(story, knowledge)
        if day is None or not story.relevant:
            continue
        ahead = (day - local.date()).days
        for id, channel in channels.items():
            occasion = _occasion(ahead, now - story.created, channel)
            first = announcement_id(story.id, "new")
            if not occasion or not channel.enabled or (first, id) not in told:
                continue
            due = announcement(
                story.id,
                "reminder",
                f"{occasion} {day.isoformat()}",
                reply_to=first if channel.kind in _ROOMS else None,
                expires=datetime.combine(day, time(23, 59), tzinfo=knowledge.timezone),
            )
            if (due.id, id) not in told:
                found.append((due, id))
    return tuple(found)


def _occasion(ahead: int, known: timedelta, channel: ChannelSettings) -> str | None:
    if _WEEK_LATEST <= ahead <= _WEEK and known > _RECENT:
        return "7d"
    if ahead == 1 and channel.kind in _ROOMS and known > _RECENT:
        return "1d"
    return None


def _day(story: Story, knowledge: Knowledge) -> date | None:
    """The day that matters: of AlpOSS, a flagship or a deadline; None for anything else."""
    for fact in story.facts:
        if isinstance(fact, EventFact) and fact.status in ("scheduled", "moved", "full"):
            series = knowledge.events.get(fact.series or "")
            if (story.alposs or (series and series.flagship)) and fact.start:
                return date.fromisoformat(fact.start) if len(fact.start) == 10 else None
        if isinstance(fact, CallFact) and fact.deadline and len(fact.deadline) == 10:
            return date.fromisoformat(fact.deadline)
    return None

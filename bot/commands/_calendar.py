"""Gatherings as an iCalendar file (RFC 5545), for whatever calendar a person uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event

from bot.announcements import event as events
from bot.announcements.voice import Voice
from bot.commands import _told
from bot.stories.story import Story
from bot.understanding.fact import EventFact

#: who made the file (section 3.7.3)
MAKER = "-//AlpOSS//alposs-bot//FR"
#: the media type of such a file
MIME = "text/calendar"


def calendar(found: Sequence[tuple[EventFact, Story]], voice: Voice, title: str) -> bytes:
    """The file. A gathering keeps its UID for life, so that a calendar that is given a newer file
    moves what it has (section 3.8.4.7)."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    for fact, story in found:
        made.add_component(_event(fact, story, voice))
    data: bytes = made.to_ical()
    return data


def _event(fact: EventFact, story: Story, voice: Voice) -> Event:
    one = Event()
    one.add("uid", f"{story.id}@alposs-bot")
    one.add("dtstamp", story.updated)
    one.add("last-modified", story.updated)
    start, end = _span(fact, voice)
    one.add("dtstart", start)
    if end is not None:
        one.add("dtend", end)
    one.add("summary", events.title(fact, voice.knowledge.events.get(fact.series or ""), voice))
    place = ", ".join(voice.set(part) for part in (fact.place, fact.city) if part)
    if place:
        one.add("location", place)
    if link := _told.link(story):
        one.add("url", link)
        one.add("description", link)
    one.add("status", "CANCELLED" if fact.status == "cancelled" else "CONFIRMED")
    return one


def _span(fact: EventFact, voice: Voice) -> tuple[date | datetime, date | datetime | None]:
    """Begin and end; whole days where no hour is known, the end then exclusive (section 3.6.1)."""
    first = date.fromisoformat(fact.start or "")
    whole = fact.end is not None and len(fact.end) == 10
    last = date.fromisoformat(fact.end) if fact.end and whole else first
    if fact.time is None or last > first:
        return first, last + timedelta(days=1)
    zone = voice.knowledge.timezone
    start = datetime.combine(first, time.fromisoformat(fact.time), zone)
    if fact.end_time is None:
        return start, None
    end = datetime.combine(last, time.fromisoformat(fact.end_time), zone)
    return start, end if end > start else None

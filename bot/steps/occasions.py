"""What the calendar calls for, not the news: reminders, and each channel's digest of the week.

Like ``settle`` it runs inside one transaction and only decides with the pure rooms; what was told
once is never told again, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.announcements.announcement import Announcement, announcement_id
from bot.announcements.compose import compose
from bot.announcements.digest import compose_digest, week
from bot.announcements.remind import reminders
from bot.announcements.route import hears
from bot.channels.channel import Limits
from bot.config.syntax import last_time
from bot.house import House
from bot.steps import people
from bot.steps.settle import queue, told_of
from bot.store.database import Tx
from bot.stories.story import Story
from bot.understanding.fact import CallFact, EventFact, Kind

#: what a reminder can be about
REMINDED: tuple[Kind, ...] = ("event", "event_update", "call_for_papers")
#: stories this old are not looked at: an event is rarely announced more than a year ahead
WINDOW = timedelta(days=400)
#: stories of one digest of the week: it is a summary, and must be no flood itself
IN_ROOM, IN_POST = 12, 6
#: a digest that could not be made at its hour may still come so much later
LATE = timedelta(hours=12)


def occasions(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    """Queue every reminder and digest that is due; how many messages that made."""
    limits = {**house.known_limits(), **limits}  # a reload may have brought channels
    made = _remind(tx, house, limits, now) + _digest(tx, house, limits, now)
    return made + people.remind(tx, house, now)


def _remind(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    coming = {story.id: story for story in tx.stories.recent(now - WINDOW, kinds=REMINDED)}
    options = {id: channel.options for id, channel in house.channels.items()}
    told = {pair for id in coming for pair in told_of(tx, (id, *tx.stories.aliases(id)))}
    queued = 0
    for announcement, id in reminders(coming.values(), options, now, house.knowledge, told):
        channel = house.channels[id]
        if tx.deliveries.held_back(announcement_id(announcement.story, "new"), id):
            continue
        message = compose(
            announcement,
            coming[announcement.story],
            channel.options,
            limits[id],
            house.tongue(channel),
            house.knowledge,
            now=now,
        )
        story = coming[announcement.story]
        queued += queue(tx, house, now, channel, announcement, story, message, limits[id])
    return queued


def _digest(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    queued = 0
    for id, channel in house.channels.items():
        if not _due(channel.options.digest, now, house):
            continue
        begun = tx.channels.meet(id, now).first_seen or now
        unapproved = tx.drafts.unapproved(id)
        stories = {
            story.id: story
            for story in tx.stories.recent(now - WINDOW)
            if hears(id, channel.options, story, house.config.sources)
            and story.created >= begun
            and story.id not in unapproved
            and _alive(story, now)
        }
        whole = week(stories.values(), id, now, house.knowledge)
        if whole is None or _told(tx, whole, id):
            continue
        most = IN_ROOM if limits[id].form == "room" else IN_POST
        parts = compose_digest(
            replace(whole, stories=whole.stories[:most]),
            stories,
            channel.options,
            limits[id],
            house.tongue(channel),
            house.knowledge,
            now=now,
        )
        for announcement, message in parts:
            queued += queue(tx, house, now, channel, announcement, None, message, limits[id])
    return queued


def _due(moment: str, now: datetime, house: House) -> bool:
    """Did the hour of a channel's digest come within the last LATE?"""
    last = last_time(moment, now, house.knowledge.timezone)
    return last is not None and now - last <= LATE


def _alive(story: Story, now: datetime) -> bool:
    """News of the last days, or a day still to come; what was there at first sight is neither."""
    if story.quiet:
        return False
    today = now.date().isoformat()
    for fact in story.facts:
        day = fact.end or fact.start if isinstance(fact, EventFact) else None
        day = fact.deadline if isinstance(fact, CallFact) else day
        if day is not None:
            return day >= today[: len(day)]
    return max(witness.published for witness in story.witnesses) >= now - timedelta(days=8)


def _told(tx: Tx, digest: Announcement, channel: str) -> bool:
    first = announcement_id(digest.story, "digest", digest.occasion)
    return tx.deliveries.revision(first, channel) >= 0

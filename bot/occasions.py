"""What the calendar calls for, not the news: reminders, and each channel's digest of the week.

Like ``settle`` it runs inside one transaction and only decides with the pure rooms; what was told
once is never told again, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.announcements.announcement import Announcement, announcement_id
from bot.announcements.compose import compose
from bot.announcements.digest import compose_digest, week
from bot.announcements.remind import reminders
from bot.announcements.route import hears
from bot.channels.channel import Limits
from bot.config.syntax import weekly
from bot.house import House
from bot.settle import queue
from bot.store.database import Tx
from bot.stories.story import Story
from bot.understanding.fact import Kind

#: what a reminder can be about
REMINDED: tuple[Kind, ...] = ("event", "event_update", "call_for_papers")
#: stories this old are not looked at: an event is rarely announced more than a year ahead
WINDOW = timedelta(days=400)
#: a digest that could not be made at its hour may still come so much later
LATE = timedelta(hours=12)


def occasions(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    """Queue every reminder and digest that is due; how many messages that made."""
    return _remind(tx, house, limits, now) + _digest(tx, house, limits, now)


def _remind(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    coming = {story.id: story for story in tx.stories.recent(now - WINDOW, kinds=REMINDED)}
    options = {id: channel.options for id, channel in house.channels.items()}
    told = {pair for id in coming for pair in tx.announcements.told(id)}
    queued = 0
    for announcement, id in reminders(coming.values(), options, now, house.knowledge, told):
        channel = house.channels[id]
        message = compose(
            announcement,
            coming[announcement.story],
            channel.options,
            limits[id],
            house.tongue(channel),
            house.knowledge,
            now=now,
        )
        queued += queue(tx, now, channel, announcement, announcement.story, message)
    return queued


def _digest(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    queued = 0
    for id, channel in house.channels.items():
        if not _due(channel.options.digest, now, house):
            continue
        stories = {
            story.id: story
            for story in tx.stories.recent(now - WINDOW)
            if hears(id, channel.options, story, house.config.sources) and _alive(story, now)
        }
        whole = week(stories.values(), id, now, house.knowledge)
        if whole is None or _told(tx, whole, id):
            continue
        parts = compose_digest(
            whole,
            stories,
            channel.options,
            limits[id],
            house.tongue(channel),
            house.knowledge,
            now=now,
        )
        for announcement, message in parts:
            queued += queue(tx, now, channel, announcement, None, message)
    return queued


def _due(moment: str, now: datetime, house: House) -> bool:
    """Is it the day and hour of a channel's digest, or a little later?"""
    found = weekly(moment)
    if found is None:
        return False
    day, at = found
    local = now.astimezone(house.knowledge.timezone)
    minutes = local.hour * 60 + local.minute - (at.hour * 60 + at.minute)
    return local.weekday() == day and timedelta(0) <= timedelta(minutes=minutes) <= LATE


def _alive(story: Story, now: datetime) -> bool:
    """Published lately, or about a day to come: what was old when it was first seen is no news."""
    lately = max(witness.published for witness in story.witnesses) >= now - timedelta(days=8)
    return lately or story.kind in REMINDED


def _told(tx: Tx, digest: Announcement, channel: str) -> bool:
    first = announcement_id(digest.story, "digest", digest.occasion)
    return tx.deliveries.revision(first, channel) >= 0

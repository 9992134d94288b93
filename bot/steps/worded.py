"""What an announcement says on one channel: its words, and the post that is boosted in their place.

A watched account whose source says ``boost = true`` has often told the story itself: a channel that
can boost then passes its post on. The words are kept beside it, for where that cannot be done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.announcements.announcement import Announcement, Message
from bot.announcements.compose import compose
from bot.channels.channel import Channel, Limits
from bot.house import House
from bot.stories.story import Story


def worded(
    house: House,
    channel: Channel,
    announcement: Announcement,
    story: Story,
    limits: Limits,
    now: datetime,
) -> Message:
    """The exact message of ``announcement`` for ``channel``."""
    message = compose(
        announcement,
        story,
        channel.options,
        limits,
        house.tongue(channel),
        house.knowledge,
        now=now,
        alarm=house.alarm(limits),
    )
    return replace(message, boosts=_boosts(house, channel, announcement, story, message))


def _boosts(
    house: House, channel: Channel, announcement: Announcement, story: Story, message: Message
) -> str:
    """The post that tells the story already: that of its first witness, if its source is to be
    boosted. A boost can bear no warning and cannot be for some people alone."""
    if announcement.purpose != "new" or "boost" not in channel.abilities:
        return ""
    if message.spoiler or message.visibility == "direct":
        return ""
    first = story.witnesses[0]
    wanted = getattr(house.config.sources.get(first.source), "boost", False)
    return first.url or "" if wanted else ""

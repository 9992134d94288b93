"""What an announcement says on one channel: its words, and the post that is boosted in their place.

A channel that is asked to shows the picture of the article with the first post, if the article has
words for those who do not see it (``entries/pictures.py``).

A watched account whose source says ``boost = true`` has often told the story itself: a channel that
can boost then passes its post on. The words are kept beside it, for where that cannot be done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.announcements.announcement import Announcement, Message, Picture
from bot.announcements.compose import compose, sure
from bot.channels.channel import Channel, Limits
from bot.house import House
from bot.sources.source import Media
from bot.stories.cite import cited, outdated
from bot.stories.story import Story, Witness


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
    boosts = _boosts(house, channel, announcement, story, message)
    shown = None if boosts or announcement.purpose != "new" else pictured(channel, story)
    picture = Picture(shown.url, shown.alt) if shown is not None and shown.alt else None
    return replace(message, boosts=boosts, picture=picture)


def pictured(channel: Channel, story: Story) -> Media | None:
    """The picture of the article that a post links to, where its channel shows pictures: it may
    be one without words, which is not shown."""
    return linked(channel, story).picture if channel.images else None


def linked(channel: Channel, story: Story) -> Witness:
    """The witness that a channel's post links to."""
    return cited(story.witnesses, sure(story, channel.options))[0]


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
    if outdated(first, story.witnesses, sure(story, channel.options)):
        return ""  # it still invites people to what another one calls off
    wanted = getattr(house.config.sources.get(first.source), "boost", False)
    return first.url or "" if wanted else ""

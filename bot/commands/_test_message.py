"""Test messages: the latest story in a channel's own words, clearly marked as a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from bot import kinds, languages
from bot.announcements.announcement import Message
from bot.announcements.compose import compose
from bot.announcements.route import announcement
from bot.commands._audit import note
from bot.commands._told import TEST
from bot.commands.command import Context
from bot.config.read import Config, language_folders
from bot.outbox.delivery import Delivery
from bot.outbox.pace import URGENT
from bot.understanding.knowledge import Knowledge

if TYPE_CHECKING:
    from bot.store.database import Tx
    from bot.stories.story import Story

MARK: Mapping[str, str] = {
    "fr": "Essai du bot AlpOSS\u00a0: ceci n’est pas une annonce.",
    "en": "A test of the AlpOSS bot: this is no announcement.",
}
#: a test that could not be sent by then is not worth sending
WORTH = timedelta(days=1)
#: stories that are looked through for the latest one that can be told
_LATEST = 50


async def queue(context: Context, channels: Iterable[str]) -> tuple[Delivery, ...]:
    """Queue a test message on each channel; it passes quiet hours and pace.

    Nothing is opened: a running bot, or the next one, sends it.
    """
    config, now = context.config(), context.now()
    store = await context.store()
    recent = await store.read(lambda tx: tx.stories.recent(n=_LATEST))
    story = next((one for one in recent if one.relevant and one.witnesses), None)
    spoken = languages.read_all(language_folders(context.config_dir))
    knowledge = Knowledge.build(
        config.awards,
        config.events,
        config.places,
        spoken,
        config.bot.timezone,
        config.bot.relevance,
    )
    made = [
        _delivery(channel, message_for(config, channel, story, spoken, knowledge, now), now)
        for channel in channels
    ]

    def put(tx: Tx) -> None:
        tx.deliveries.add(made)
        for one in made:
            note(tx, context, "test-post", f"channel {one.channel}", after=one.announcement)

    await store.write(put)
    return tuple(made)


def message_for(
    config: Config,
    channel: str,
    story: Story | None,
    spoken: Mapping[str, languages.Language],
    knowledge: Knowledge,
    now: datetime,
) -> Message:
    """The mark, and below it the latest story as this channel would tell it."""
    options = config.channels[channel]
    mark = MARK.get(options.language, MARK["en"])
    if story is None:
        return Message(mark, language=options.language, visibility="direct")
    kind = kinds.load("channel", options.kind)
    assert kind is not None, f"config let an unknown channel kind pass: {options.kind}"
    room = replace(kind.usual, characters=kind.usual.characters - len(mark) - 2)
    told = compose(
        announcement(story.id, "new"),
        story,
        options,
        room,
        spoken[options.language],
        knowledge,
        now=now,
    )
    html = None if told.html is None else f"<strong>{escape(mark)}</strong><br>{told.html}"
    return replace(told, text=f"{mark}\n\n{told.text}", html=html, visibility="direct")


def _delivery(channel: str, message: Message, now: datetime) -> Delivery:
    id = f"{TEST}{now:%Y%m%dT%H%M%S%f}"
    return Delivery(
        id=0,
        channel=channel,
        announcement=id,
        story=None,  # it tells nothing: no later edit is to look for it
        revision=0,
        action="post",
        key=f"{id}-{channel}-0",
        message=message,
        created=now,
        due=now,
        priority=URGENT,
        expires=now + WORTH,
    )

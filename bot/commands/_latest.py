"""The latest of a source, read now, and what the bot would say of it. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot import kinds, languages
from bot.announcements.announcement import Announcement
from bot.announcements.compose import compose
from bot.channels.channel import Limits
from bot.commands._news import why
from bot.commands.command import Context
from bot.config.wiring import ChannelSettings, SourceSettings
from bot.entries.clean import clean, once
from bot.entries.entry import Entry, Publisher
from bot.stories.match import choose, happenings, sought
from bot.stories.merge import begin, join
from bot.stories.story import Story
from bot.understanding.fact import Understanding
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

if TYPE_CHECKING:
    from bot.sources.fetch import Fetcher
    from bot.sources.source import Source

#: as a post on Mastodon would read
_LIMITS = Limits(characters=500, per_url=23, form="status")


@dataclass(frozen=True)
class Seen:
    """One entry, understood, with the posts that would tell it."""

    entry: Entry
    understanding: Understanding
    why: tuple[str, ...]
    posts: tuple[str, ...]


def build(id: str, options: SourceSettings, fetcher: Fetcher) -> Source:
    """A source of the kind that it names."""
    kind = kinds.load("source", options.kind)
    assert kind is not None, options.kind
    built: Source = kind(id, options, fetcher)
    return built


async def latest(source: Source, now: datetime, last: int) -> tuple[Entry, ...]:
    """The entries of one source, the latest first. Raises SourceError."""
    options = source.options
    reading = await source.read({}, now)
    who = Publisher(source.id, options.name, options.role, options.home, options.place)
    language = reading.language or options.language
    entries = once(
        clean(item, who, now=now, language=language, base=options.home)
        for item in reading.items[: max(200, last)]
    )
    return tuple(sorted(entries, key=lambda entry: entry.published, reverse=True))


def see(
    entry: Entry,
    told: list[Story],
    knowledge: Knowledge,
    spoken: Mapping[str, languages.Language],
    context: Context,
) -> Seen:
    """Understand one entry, and tell what no entry before it told."""
    understanding = understand(entry, knowledge)
    language = spoken.get(context.language) or spoken["fr"]
    posts: list[str] = []
    fresh: list[Story] = []
    # what one entry tells is apart from itself: only earlier entries may have told the same
    for happening in happenings(entry, understanding, knowledge):
        if not happening.relevant:
            continue
        shared = set(sought(happening))  # stories that share none cannot be the same
        story = choose(happening, [one for one in told if shared.intersection(one.keys)])
        if story is not None:
            told[told.index(story)] = join(story, happening, knowledge, context.now())
            continue
        story = begin(happening, knowledge, context.now())
        fresh.append(story)
        posts.append(_post(story, language, knowledge, context.now()))
    told += fresh
    reasons = tuple(why(understanding, knowledge, context.language))
    return Seen(entry, understanding, reasons, tuple(posts))


def _post(story: Story, language: languages.Language, knowledge: Knowledge, now: datetime) -> str:
    announcement = Announcement(id="preview", story=story.id, purpose="new")
    channel = ChannelSettings(kind="console", confidence=0)
    written = compose(announcement, story, channel, _LIMITS, language, knowledge, now=now)
    return written.text

"""How an answer tells stories: one line each with its link, the soonest or latest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from bot.announcements.announcement import Announcement
from bot.announcements.compose import words
from bot.announcements.voice import Voice
from bot.announcements.words import cut, safe_link
from bot.commands.command import Context
from bot.stories.cite import cited
from bot.stories.story import Story
from bot.understanding.fact import EventFact
from bot.understanding.knowledge import Knowledge

if TYPE_CHECKING:
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx

#: lines that an answer shows; characters of one
SHOWN, LINE = 6, 220
#: how the announcement of a test message begins
TEST = "test-"
#: facts less certain than this are told in the plain form
SURE = 0.6


async def voice_of(context: Context) -> Voice:
    """The asker's language, and what the bot knows."""
    knowledge = cast(Knowledge, await context.tools["knowledge"]())
    spoken = knowledge.languages.get(context.language) or knowledge.languages["fr"]
    return Voice(spoken, knowledge)


def local_day(now: datetime, voice: Voice) -> date:
    """The day in the bot's own time zone."""
    return now.astimezone(voice.knowledge.timezone).date()


def link(story: Story) -> str:
    """The address of the witness that tells it as it stands; "" where none has one."""
    found = (safe_link(witness.url) for witness in cited(story.witnesses, story.facts))
    return next((url for url in found if url), "")


def line(story: Story, voice: Voice, now: datetime, *, label: bool = False) -> str:
    """“Prix : Échirolles reçoit… https://…”: as a room is told it."""
    facts = tuple(fact for fact in story.facts if fact.confidence >= SURE)
    announcement = Announcement(story.id, story.id, "new")
    told = words(announcement, story, facts, voice, today=local_day(now, voice))
    said = cut(told.line, LINE, None)
    if label:
        colon = "\u00a0:" if voice.language.code == "fr" else ":"
        said = f"{told.label}{colon} {said}"
    return f"{said} {link(story)}".rstrip()


def once(lines: Iterable[str]) -> list[str]:
    """Each line once: two stories may say the same."""
    return list(dict.fromkeys(lines))


def listed(heading: str, lines: Sequence[str], more: str) -> str:
    """A heading and as many lines as fit one screen; ``more`` has {n} for those left out."""
    shown = [f"- {one}" for one in lines[:SHOWN]]
    left = len(lines) - len(shown)
    return "\n".join([heading, *shown, *([more.format(n=left)] if left > 0 else [])])


def announced(tx: Tx, *, remote: str) -> list[Story]:
    """The stories of the announcement that became the message ``remote``; none where it is none."""
    one = next(iter(tx.deliveries.by_remote(remote)), None)
    return [] if one is None else stories_of(tx, one)


def stories_of(tx: Tx, one: Delivery) -> list[Story]:
    """The stories that a delivery tells: several for a digest."""
    announcement = tx.announcements.get(one.announcement)
    ids = (
        announcement.stories
        if announcement and announcement.stories
        else (one.story or one.message.story or "",)
    )
    found = (tx.stories.get(id) for id in dict.fromkeys(ids))
    return [story for story in found if story is not None]


def event_of(story: Story) -> EventFact | None:
    """The gathering that a story tells of."""
    found = (fact for fact in story.facts if isinstance(fact, EventFact))
    return next((fact for fact in found if fact.confidence >= SURE), None)

"""What is between one person and the bot: where it is said, so that nobody else can read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.announcements import personal
from bot.announcements.announcement import Message
from bot.channels.heard import Direct
from bot.commands.command import Answer, Context, Question
from bot.errors import ChannelError, CommandError
from bot.steps import people
from bot.store.database import Tx
from bot.store.people import Person

T = TypeVar("T")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "here": {"fr": "Je vous réponds en privé.", "en": "I answer you in private."},
    "invited": {
        "fr": "Je vous réponds en privé\u00a0: acceptez mon invitation.",
        "en": "I answer you in private: accept my invitation.",
    },
    "write": {
        "fr": "Cela reste entre nous\u00a0: écrivez-moi en privé.",
        "en": "This stays between us: write to me in private.",
    },
    "again": {
        "fr": "Commencez une conversation avec moi, et redemandez-le là.",
        "en": "Begin a conversation with me, and ask again there.",
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """The asker, and the room in which they can be answered alone."""

    person: Person
    asked: Question
    invited: bool = False

    @property
    def here(self) -> bool:
        """Is it the very room in which they asked?"""
        return self.person.room == self.asked.room


async def place(context: Context) -> Place:
    """Where the asker can be answered alone: here, in the room the two have, or in a new one.

    Raises CommandError where there is none.
    """
    asked = context.question
    direct = context.tools.get("direct")
    if asked is None or not asked.account:
        raise CommandError(what=say("write", context.language), next=say("again", context.language))
    found: Direct | None = Direct(asked.room, invited=False) if asked.direct else None
    if found is None and direct is not None:
        try:
            found = await direct(asked.sender)
        except ChannelError as error:
            raise CommandError(
                what=say("write", context.language), next=say("again", context.language)
            ) from error
    if found is None:
        raise CommandError(what=say("write", context.language), next=say("again", context.language))
    person = Person(asked.account, asked.sender, found.room, context.language)
    return Place(person, asked, found.invited)


async def answer(context: Context, act: Callable[[Tx, Place], str]) -> Answer:
    """Do it and say what came of it, to the asker alone; both in one transaction."""
    where, now, store = await place(context), context.now(), await context.store()

    def both(tx: Tx) -> str:
        tx.people.put(where.person, now)
        text = act(tx, where)
        if not where.here and text:
            what = personal.occasion_id("answer", where.asked.event)
            message = Message(text, language=context.language, visibility="direct")
            expires = now + people.ALERT_KEPT  # whoever never comes is not waited for
            to = where.person.to
            one = people.letter(to, what, message, now, expires=expires, urgent=True)
            tx.deliveries.add([one])
        return text

    text = await store.write(both)
    if where.here:
        return Answer(text)
    return Answer(say("invited" if where.invited else "here", context.language))


def say(key: str, language: str) -> str:
    """One of these texts."""
    return TEXTS[key].get(language, TEXTS[key]["en"])

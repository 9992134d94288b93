"""A story as people point at it, and how a change of stories is made, noted and undone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.announcements.words import cut
from bot.commands._audit import note
from bot.commands._message_number import number
from bot.commands.command import POWER, Context
from bot.errors import CommandError
from bot.steps import retell

if TYPE_CHECKING:
    from bot.house import House
    from bot.outbox.delivery import Delivery
    from bot.store.audit import Change
    from bot.store.database import Tx
    from bot.stories.story import Story

#: before the thing in the audit log
STORY, ANNOUNCEMENT = "story ", "announcement "
_ID = re.compile(r"[0-9a-f]{12}")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "unknown": {
        "fr": "Je ne connais pas l’annonce n°\u00a0{word}.",
        "en": "I do not know announcement no. {word}.",
    },
    "which": {"fr": "De quelle annonce s’agit-il\u202f?", "en": "Which announcement is it about?"},
    "how": {
        "fr": "Répondez à l’annonce, ou prenez son numéro dans !nouveautes.",
        "en": "Reply to the announcement, or take its number from !news.",
    },
    "elsewhere": {
        "fr": "Cette nouvelle n’a pas été annoncée dans ce salon. Qui modère un salon décide de ce qui "
        "y est annoncé.",
        "en": "This news was not announced in this room. A room’s moderators decide about what is "
        "announced there.",
    },
    "ask-others": {
        "fr": "Demandez-le aux admins, ou dans le salon où les brouillons sont relus.",
        "en": "Ask the admins, or in the room where drafts are looked at.",
    },
    "digest": {
        "fr": "C’est un résumé de plusieurs nouvelles\u00a0: prenez le numéro de l’une d’elles.",
        "en": "This is a digest of several stories: take the number of one of them.",
    },
}


def _withdrawn(tx: Tx) -> set[str]:
    """The announcements that people have taken back: they are never told again (D5)."""
    noted = tx.audit.latest(about=ANNOUNCEMENT)
    return {
        one.thing.removeprefix(ANNOUNCEMENT) for one in noted if one.thing.startswith(ANNOUNCEMENT)
    }


def own_room(context: Context) -> str | None:
    """The channel about which the asker may decide: a moderator's, in the room where they ask. None:
    about all of them, as an admin, at the terminal, or in the moderators' own room."""
    asked = context.question
    if asked is None or POWER[asked.role] >= POWER["admin"]:
        return None
    return asked.channel


def within(tx: Tx, context: Context, stories: Iterable[str]) -> bool:
    """May the asker decide about these stories: were they told in their room?"""
    room = own_room(context)
    return room is None or all(
        any(one.channel == room for one in tx.deliveries.of_story(id, *tx.stories.aliases(id)))
        for id in stories
    )


def _no(key: str, language: str, **fields: str) -> CommandError:
    texts = TEXTS[key]
    how = TEXTS["ask-others" if key == "elsewhere" else "how"]
    return CommandError(
        what=texts.get(language, texts["en"]).format(**fields),
        next=how.get(language, how["en"]),
    )


@contextlib.asynccontextmanager
async def house_of(context: Context) -> AsyncIterator[House]:
    """The running bot's house; from the terminal one of our own, which opens no connection."""
    running = context.tools.get("house")
    if running is not None:
        yield await running()
        return
    open_house: Any = context.tools["open_house"]
    async with open_house(beside=True) as house:
        yield house


def announced(tx: Tx, context: Context, word: str) -> Delivery:
    """The message of this number, or the one that is replied to. Raises CommandError."""
    said, asked = context.language, context.question
    bare = re.sub(r"^\s*n[°o.]*\s*", "", word).strip()
    if bare:
        found = tx.deliveries.get(number(bare))
        if found is None:
            raise _no("unknown", said, word=cut(bare, 20, None))
    else:
        remote = asked.reply_to if asked else None
        rows = tx.deliveries.by_remote(remote) if remote else []
        if not rows:
            raise _no("which", said)
        found = rows[0]
    room = own_room(context)
    if room is not None and not tx.deliveries.of_announcement(found.announcement, room):
        raise _no("elsewhere", said)
    return found


def story_of(tx: Tx, context: Context, word: str) -> Story:
    """The story that a message tells, or of this id. Raises CommandError."""
    if _ID.fullmatch(word):
        story = tx.stories.get(word)
    else:
        delivery = announced(tx, context, word)
        if delivery.story is None:
            raise _no("digest", context.language)
        story = tx.stories.get(delivery.story)
    if story is None:
        raise _no("unknown", context.language, word=cut(word, 20, None))
    if not within(tx, context, [story.id]):
        raise _no("elsewhere", context.language)
    return story


def change(
    tx: Tx,
    context: Context,
    command: str,
    ids: Iterable[str],
    act: Callable[[], Iterable[str]],
) -> Change:
    """Let ``act`` change stories (it gives the ids there are afterwards), and note it."""
    names = list(dict.fromkeys(ids))
    before = tx.stories.snapshot(names)
    names = list(dict.fromkeys([*names, *act()]))
    after = tx.stories.snapshot(names)
    return note(tx, context, command, STORY + ", ".join(names), before, after)


def undo(tx: Tx, house: House, change: Change, now: datetime) -> bool:
    """Put the stories back as they were before a change, and let the posts say so. False: they
    were changed since."""
    names = change.thing.removeprefix(STORY).split(", ")
    if tx.stories.snapshot(names) != change.after:
        return False
    made = set(change.after["stories"]) - set(change.before["stories"])
    for id in sorted(made):
        for one in tx.announcements.of_story(id):
            retell.retract(tx, house, one.id, now)
    tx.stories.restore(names, change.before)
    for id in sorted(change.before["stories"]):
        story = tx.stories.get(id)
        if story is not None:
            retell.retell(tx, house, story, now)
            if id not in change.after["stories"]:
                retell.again(tx, house, story, now, never=_withdrawn(tx))
    house.wake.set()
    return True

"""What each new entry means, read so that others need not wait, and that one which cannot be read
stops nothing else."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot import thrift
from bot.entries.entry import Entry
from bot.errors import SourceError, Unreadable
from bot.thinker import Endless
from bot.understanding.fact import Understanding
from bot.understanding.understand import opening, understand

if TYPE_CHECKING:
    from bot.house import House

log = logging.getLogger(__name__)

#: from so many characters on an entry is read beside the event loop (R1)
LONG = 4_000
NOT_UNDERSTOOD = {
    "fr": "Une erreur du bot m’empêche de comprendre «\u00a0{name}\u00a0»\u00a0: je ne l’annonce pas. "
    "Regardez-la vous-même, et signalez-le aux auteurs du bot.",
    "en": "A mistake of the bot keeps me from understanding “{name}”: I do not tell it. Look at it "
    "yourself, and report this to the bot's authors.",
}


async def understand_all(
    house: House, entries: tuple[Entry, ...]
) -> list[tuple[Entry, Understanding]]:
    """What each entry says, oldest first. Raises SourceError where one has no end."""
    understood = []
    for entry in sorted(entries, key=lambda one: (one.published, one.id)):
        try:
            meant = await _understood(house, entry)
        except SourceError:
            raise
        except Exception:
            # A mistake of ours met in one entry: it alone is left out; edited, it is tried again.
            log.exception("entry %s: a mistake in understanding it. Report this", entry.id)
            said = NOT_UNDERSTOOD[house.config.bot.language]
            name = f"{entry.title or entry.id} {entry.url or ''}".rstrip()
            await house.notice(f"not-understood:{entry.id}", said.format(name=name), house.now())
            meant = Understanding("other", relevant=False)
        understood.append((entry, meant))
    return understood


async def _understood(house: House, entry: Entry) -> Understanding:
    knowledge = house.knowledge
    if len(entry.text) < LONG and house.warm is knowledge:
        # All sources together read one entry in a turn of the loop: others must not wait (R1).
        async with house.reading:
            meant = understand(entry, knowledge)
            await asyncio.sleep(0)
        return meant
    if entry.id in house.endless:
        raise Unreadable(cause=_endless(entry))
    try:
        meant = await thrift.aside(understand, opening(entry), knowledge)
    except Endless as error:
        house.endless.add(entry.id)
        raise Unreadable(cause=_endless(entry)) from error
    house.warm = knowledge
    return meant


def _endless(entry: Entry) -> dict[str, str]:
    """What is said of a source as long as it shows this entry; after a restart it is tried again."""
    name = entry.title or entry.url or entry.id
    return {
        "fr": f"l’article «\u00a0{name}\u00a0» me fait réfléchir sans fin\u202f; je le laisse de côté, "
        "et avec lui ce que cette source montre. Signalez-le aux auteurs du bot",
        "en": f"the entry “{name}” makes me think without end; I leave it aside, and with it what "
        "this source shows. Report it to the bot's authors",
    }

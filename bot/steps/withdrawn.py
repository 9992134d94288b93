"""An entry that its source has taken back is reported to the moderators, and not acted on.

Whether an announcement is to be taken back too is for people to say: a feed may be cut by mistake,
and what was told may be true all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.entries.clean import entry_id
from bot.entries.entry import Entry
from bot.house import House
from bot.sources.source import Source
from bot.sources.vanished import MOST, Vanished
from bot.store.database import Tx

TEXTS: Mapping[str, Mapping[str, str]] = {
    "withdrawn": {
        "fr": "{name} ne montre plus «\u00a0{title}\u00a0», que j’ai annoncé\u00a0: peut-être retiré là-bas. "
        "Je n’ai rien changé. Regardez\u00a0: {url}\nCe que j’en ai dit, et où\u00a0: !pourquoi {url}",
        "en": "{name} no longer shows “{title}”, which I announced: maybe withdrawn there. I have "
        "changed nothing. Look: {url}\nWhat I said of it, and where: !why {url}",
    },
    "deleted": {
        "fr": "{name} dit avoir supprimé «\u00a0{title}\u00a0», que j’ai annoncé. Je n’ai rien changé. "
        "Regardez\u00a0: {url}\nCe que j’en ai dit, et où\u00a0: !pourquoi {url}",
        "en": "{name} says that it has deleted “{title}”, which I announced. I have changed "
        "nothing. Look: {url}\nWhat I said of it, and where: !why {url}",
    },
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An announced entry that its source took back."""

    entry: Entry
    said: bool  # the feed says so itself


def find(
    tx: Tx, source: str, vanished: Vanished | None, shown: Collection[str]
) -> tuple[TakenBack, ...]:
    """The announced entries that were taken back.

    :param shown: ids of what the read showed, known and edited entries among it.
    """
    if vanished is None:
        return ()
    said = {entry_id(source, guid.strip()) for guid in vanished.deleted}
    found = [one for id in sorted(said) if (one := _announced(tx, id)) is not None]
    # what is newer than its neighbour did not fall off the end of the list
    at = tx.entries.published(f"{source}/{end}" for pair in vanished.outside for end in pair if end)
    outside = [
        end
        for end, near in vanished.outside
        if (mine := at.get(f"{source}/{end}"))
        and (other := at.get(f"{source}/{near}"))
        and mine > other
    ]
    ids = [id for end in (*vanished.between, *outside) if (id := f"{source}/{end}") not in shown]
    if len(ids) <= MOST:
        found += [one for id in ids if id not in said and (one := _announced(tx, id)) is not None]
    return tuple(TakenBack(entry, entry.id in said) for entry in found)


async def report(house: House, source: Source, found: Collection[TakenBack], now: datetime) -> None:
    """Tell the moderators of each of them, once."""
    for one in found:
        words = TEXTS["deleted" if one.said else "withdrawn"]
        text = words.get(house.config.bot.language, words["en"]).format(
            name=source.options.name,
            title=one.entry.title or one.entry.summary[:80],
            url=one.entry.url or one.entry.id,
        )
        await house.notice(f"withdrawn:{one.entry.id}", text, now)


def _announced(tx: Tx, id: str) -> Entry | None:
    """The entry, if anything that it tells was told or is queued."""
    row = tx.entries.get(id)
    stories = tx.stories.of_entry(id) if row else []
    for story in stories:
        if tx.announcements.told(story.id, *tx.stories.aliases(story.id)):
            return row.entry if row else None
    return None

"""What is remembered of each channel: since when it is there, and whether it is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import channels

_GET = Statement(select(channels).where(channels.c.id == bindparam("which")))
_TURN = Statement(
    select(channels).where(channels.c.id == bindparam("which")).with_for_update(skip_locked=True)
)
_RESUME = Statement(
    update(channels)
    .where(
        channels.c.id == bindparam("which"),
        or_(channels.c.paused_until.is_not(None), channels.c.paused_why != ""),
    )
    .values(paused_until=None, paused_why="")
)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel's memory."""

    id: str
    first_seen: datetime | None = None  # news from before it are not told there
    paused_until: datetime | None = None
    paused_why: str = ""


class Channels(Noun):
    """The channels, by id (their file's stem)."""

    def get(self, id: str) -> ChannelRow:
        """A channel's memory; an empty one for a new channel."""
        row = _GET.first(self._db, which=id)
        return ChannelRow(*row) if row else ChannelRow(id)

    def meet(self, id: str, now: datetime) -> ChannelRow:
        """Note a configured channel at its creation; later calls change nothing."""
        known = self.get(id)
        if known.first_seen is not None:
            return known
        self._here(id)
        self._db.execute(
            update(channels)
            .where(channels.c.id == id, channels.c.first_seen.is_(None))
            .values(first_seen=now)
        )
        return self.get(id)

    def pause(self, id: str, until: datetime, why: str) -> None:
        """Claim nothing for it before ``until``."""
        self._here(id)
        self._db.execute(
            update(channels).where(channels.c.id == id).values(paused_until=until, paused_why=why)
        )

    def resume(self, id: str) -> None:
        """Go on at once: its account was renewed, an admin said so, a message went through."""
        _RESUME.run(self._db, which=id)

    def _here(self, id: str) -> None:
        insert = self._insert(channels).values(id=id, paused_why="")
        self._db.execute(insert.on_conflict_do_nothing(index_elements=["id"]))

    def turn(self, id: str) -> ChannelRow | None:
        """Take the channel for this transaction; None while another worker has it.

        One worker at a time claims for a channel, or its order could not be kept.
        """
        row = _TURN.first(self._db, which=id)
        if row is None and _GET.first(self._db, which=id) is None:
            self._here(id)
            row = _TURN.first(self._db, which=id)
        return ChannelRow(*row) if row else None

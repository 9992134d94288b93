"""Drafts: what people look at before it is posted, each with the number by which they call it.

A draft holds the deliveries of one announcement on all the channels where it has to be looked at
(or, of a flood, those of many). They are in the state ``draft``; what becomes of them is decided
here, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, or_, select, update

from bot.announcements.announcement import Message
from bot.outbox.delivery import Delivery
from bot.store.asked import Askeds
from bot.store.noun import Noun
from bot.store.queued import Queue, unpack_delivery
from bot.store.tables import deliveries, drafts

Kind = Literal["announcement", "flood"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One question to the moderators."""

    id: int
    kind: Kind
    reason: Mapping[str, Any]  # "key", and the values of its sentence
    by: str  # how it may be answered: reaction, message
    created: datetime
    show_at: datetime  # not shown before
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by channel
    expires: datetime | None = None  # kept afterwards, not posted
    shows: int = 0  # how often its words have changed, or were put off
    shown: datetime | None = None  # None: to be shown (again)
    settled: datetime | None = None
    choice: str = ""
    who: str = ""
    carried: bool = True  # False: a summary was asked for, and is still to be made

    def open(self, now: datetime) -> bool:
        """Does it still wait for an answer that comes in time?"""
        return self.settled is None and (self.expires is None or self.expires > now)


class Drafts(Noun):
    """The drafts, by number."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._queue = Queue(connection)
        self._asked = Askeds(connection)

    # -- making ----------------------------------------------------------------------------------

    def begin(self, draft: Draft) -> int:
        """Remember a new one (its ``id`` is given here)."""
        row = {name: getattr(draft, name) for name in _NAMES if name != "id"}
        made = self._insert(drafts).values(row).returning(drafts.c.id)
        return int(self._db.execute(made).scalar_one())

    def of(self, announcement: str) -> Draft | None:
        """The draft in which an announcement waits now, if it does."""
        held = select(deliveries.c.draft).where(
            deliveries.c.announcement == announcement, deliveries.c.state == "draft"
        )
        query = select(drafts).where(drafts.c.id.in_(held), drafts.c.settled.is_(None))
        row = self._db.execute(query.order_by(drafts.c.id.desc())).first()
        return _unpack(row) if row else None

    def join(self, id: int, more: Draft, now: datetime) -> None:
        """One more channel, or newer words: what was shown of it counts no more."""
        old = self.get(id)
        assert old is not None
        ends = [one.expires for one in (old, more) if one.expires is not None]
        self._set(
            id,
            by="message" if "message" in (old.by, more.by) else old.by,
            limits={**old.limits, **more.limits},
            expires=min(ends, default=None) if old.expires is not None else None,
            show_at=more.show_at if old.shown else max(old.show_at, more.show_at),
        )
        self.again(id, now)

    def again(self, id: int, now: datetime) -> None:
        """Its words have changed: answers to what was shown count no more, it is shown anew."""
        self._close(id, now)
        values = {"shown": None, "shows": drafts.c.shows + 1}
        self._db.execute(update(drafts).where(drafts.c.id == id).values(**values))

    def pin(self, delivery: Delivery, message: Message) -> Delivery | None:
        """Put a person's words in the place of a draft's on one channel, still to be approved."""
        revision = delivery.revision + 1
        key = f"{delivery.announcement}-{delivery.channel}-{revision}"
        pinned = replace(
            delivery, id=0, revision=revision, key=key, action="edit", message=message, pinned=True
        )
        return self._queue.put(pinned)

    # -- showing ---------------------------------------------------------------------------------

    def to_show(self, now: datetime) -> list[Draft]:
        """Those that are to be shown now, oldest first."""
        query = select(drafts).where(
            drafts.c.settled.is_(None),
            drafts.c.shown.is_(None),
            drafts.c.show_at <= now,
            or_(drafts.c.expires.is_(None), drafts.c.expires > now),
        )
        return [_unpack(row) for row in self._db.execute(query.order_by(drafts.c.id))]

    def note_shown(self, draft: Draft, now: datetime) -> bool:
        """It stands in the room. False: its words have changed meanwhile, or it is settled."""
        same = and_(
            drafts.c.id == draft.id, drafts.c.shows == draft.shows, drafts.c.settled.is_(None)
        )
        return self._db.execute(update(drafts).where(same).values(shown=now)).rowcount > 0

    # -- settling --------------------------------------------------------------------------------

    def approve(self, id: int, choice: str, who: str, now: datetime) -> list[str] | None:
        """Let it go out: the states of its deliveries then. None: it was settled before."""
        if not self._settle(id, choice, who, now):
            return None
        return [self._queue.approve(row, now) for row in self._rows(id)]

    def reject(
        self, id: int, choice: str, who: str, now: datetime, *, state: str = "rejected"
    ) -> bool:
        """Never post it. False: it was settled before."""
        if not self._settle(id, choice, who, now):
            return False
        held = and_(deliveries.c.draft == id, deliveries.c.state == "draft")
        self._db.execute(update(deliveries).where(held).values(state=state))
        return True

    def later(self, id: int, at: datetime, expires: datetime | None, now: datetime) -> bool:
        """Show it again at ``at``. False: it was settled before."""
        draft = self.get(id)
        if draft is None or draft.settled is not None:
            return False
        self._set(id, show_at=at, expires=expires)
        self.again(id, now)
        return True

    def to_carry_out(self) -> list[Draft]:
        """Floods of which a summary was asked for and not made yet."""
        query = select(drafts).where(~drafts.c.carried).order_by(drafts.c.id)
        return [_unpack(row) for row in self._db.execute(query)]

    def carried(self, id: int, *, done: bool) -> None:
        """What was answered is done, or is still to be done."""
        self._set(id, carried=done)

    def summarised(self, id: int) -> dict[str, list[str]]:
        """Channel -> the stories of a flood that are to be told in a summary, in order."""
        query = select(deliveries.c.channel, deliveries.c.story).where(
            deliveries.c.draft == id,
            deliveries.c.state == "superseded",
            deliveries.c.story.is_not(None),
        )
        found: dict[str, list[str]] = {}
        for row in self._db.execute(query.order_by(deliveries.c.id)):
            if row.story not in found.setdefault(row.channel, []):
                found[row.channel].append(row.story)
        return found

    def forget(self, before: datetime, now: datetime) -> int:
        """Give up those that nobody has answered since then. How many."""
        query = select(drafts.c.id).where(drafts.c.settled.is_(None), drafts.c.created < before)
        old = list(self._db.execute(query).scalars())
        for id in old:
            self.reject(id, "expired", "", now, state="expired")
        return len(old)

    def _settle(self, id: int, choice: str, who: str, now: datetime) -> bool:
        """The first answer wins; whatever was shown of it asks no more."""
        open_still = and_(drafts.c.id == id, drafts.c.settled.is_(None))
        values = {"settled": now, "choice": choice, "who": who}
        changed = self._db.execute(update(drafts).where(open_still).values(**values)).rowcount
        if changed:
            self._close(id, now)
        return changed > 0

    def _close(self, id: int, now: datetime) -> None:
        for kind in ("draft", "flood"):
            for asked in self._asked.about(kind, id):
                self._asked.settle(asked.event, "changed", "", now)

    # -- questions -------------------------------------------------------------------------------

    def get(self, id: int) -> Draft | None:
        """One draft."""
        row = self._db.execute(select(drafts).where(drafts.c.id == id)).first()
        return _unpack(row) if row else None

    def waiting(self) -> list[Draft]:
        """Those that nobody has settled, expired ones included, oldest first."""
        query = select(drafts).where(drafts.c.settled.is_(None)).order_by(drafts.c.id)
        return [_unpack(row) for row in self._db.execute(query)]

    def letters(self, id: int) -> list[Delivery]:
        """The deliveries that wait in it."""
        return [unpack_delivery(row) for row in self._rows(id)]

    def unapproved(self, channel: str) -> set[str]:
        """The stories that people have not let through on a channel, or have not looked at yet."""
        query = select(deliveries.c.story).where(
            deliveries.c.channel == channel,
            deliveries.c.action == "post",
            deliveries.c.state.in_(("draft", "rejected")),
        )
        return {str(story) for story in self._db.execute(query).scalars() if story}

    def _rows(self, id: int) -> list[Row[Any]]:
        query = select(deliveries).where(deliveries.c.draft == id, deliveries.c.state == "draft")
        return list(self._db.execute(query.order_by(deliveries.c.channel, deliveries.c.id)))

    def _set(self, id: int, **values: Any) -> None:
        self._db.execute(update(drafts).where(drafts.c.id == id).values(**values))


_NAMES = tuple(column.name for column in drafts.columns)


def _unpack(row: Row[Any]) -> Draft:
    return Draft(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it

"""How the deliveries of one announcement on one channel stand to each other.

A post, its edits and its withdrawal are revisions of one announcement: a newer one takes the
place of an older one that is certainly not there.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from bot.outbox.delivery import Delivery, boosted
from bot.store.backup import RECONCILE
from bot.store.meta import Meta
from bot.store.noun import Noun, insert_of
from bot.store.statement import Statement
from bot.store.tables import announcements, deliveries
from bot.store.values import unpack

#: a post that is there, or may be, or will be
_ALIVE = ("queued", "sending", "unclear", "sent")

#: a row of ``deliveries``, its columns as attributes
Row = Any
_REVISIONS = Statement(
    select(deliveries)
    .where(
        deliveries.c.channel == bindparam("where"),
        deliveries.c.announcement == bindparam("what"),
    )
    .order_by(deliveries.c.revision)
)
_ANSWERED = Statement(
    select(deliveries)
    .where(
        deliveries.c.channel == bindparam("where"),
        deliveries.c.announcement
        == select(announcements.c.reply_to)
        .where(announcements.c.id == bindparam("what"))
        .scalar_subquery(),
        deliveries.c.action == "post",
        deliveries.c.state.in_(_ALIVE),
    )
    .order_by(deliveries.c.revision.desc())
)


class Queue(Noun):
    """The rules between revisions, posts and replies; for one question, in which nothing is sent."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._meta = Meta(connection)
        self._parents: dict[int, Row | None] = {}  # of the rows that were asked about

    def put(self, new: Delivery) -> Delivery | None:
        """Add one; None where it was there already."""
        others = self._revisions(new.channel, new.announcement)
        if any(row.revision == new.revision for row in others):
            return None
        if any(row.revision > new.revision for row in others):
            new = replace(new, state="superseded")
        elif others:
            new = self._take_place(new, others)
        new = self._reconciled(new)
        added = _add(self.postgres).rows(self._db, **delivery_row(new))
        return replace(new, id=int(added[0].id)) if added else None

    def _take_place(self, new: Delivery, others: list[Row]) -> Delivery:
        """Let older revisions give way, and make the new one what it then has to be."""
        # What was approved is posted even while people look at newer words for it.
        gives_way = ("draft", "aside") if new.state == "draft" else ("draft", "queued", "aside")
        unsent = [row for row in others if row.state in gives_way and not row.doubt]
        unposted = any(row.action == "post" for row in unsent)
        for row in unsent:
            taken_back = new.action == "withdraw" and row.action == "post"
            self._set(row.id, "withdrawn" if taken_back else "superseded")
        if new.action == "edit" and unposted:
            return replace(new, action="post")
        there = any(
            row.action == "post" and (row.state in _ALIVE or (row.state == "aside" and row.doubt))
            for row in others
            if row not in unsent
        )
        if new.action != "post" and not there:
            return replace(new, state="superseded")  # nothing to edit or to take back
        return new

    def approve(self, row: Row, now: datetime) -> str:
        """Let a draft go out, as what it now has to be; the state that it is then in."""
        mine = self._revisions(row.channel, row.announcement)
        if row.expires is not None and row.expires <= now:
            self._set(row.id, "expired")
            return "expired"
        new = replace(unpack_delivery(row), state="queued", due=max(row.due, now))
        older = [other for other in mine if other.revision < row.revision]
        new = self._take_place(new, older) if older else new
        new = self._reconciled(new)
        values = {name: getattr(new, name) for name in _APPROVED}
        self._db.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))
        return new.state

    def _reconciled(self, new: Delivery) -> Delivery:
        """After a restore the other side may have what we no longer remember (D9)."""
        since = self._meta.get(RECONCILE)
        if since is None or new.state != "queued" or new.doubt:
            return new
        if new.created >= datetime.fromisoformat(since["until"]):
            return new
        moment = datetime.fromisoformat(since["since"])
        return replace(new, state="unclear", doubt=True, first_attempt=moment)

    def free(self, row: Row, now: datetime) -> bool:
        """May it go: has an edit its post, does a reply's answered message not wait itself?

        An edit waits while an older revision is in somebody's hands, however urgent it is: the
        two could arrive in either order. One that a newer revision has overtaken never goes.
        """
        if row.action != "post":
            if self.posted(row) is None or self.overtaken(row):
                return False
            return not any(
                _in_hand(other, now) and other.revision < row.revision
                for other in self._revisions(row.channel, row.announcement)
            )
        if row.attempts or row.reply_to:
            return True
        parent = self._answered(row)
        return parent is None or parent.state == "sent" or parent.priority < row.priority

    def overtaken(self, row: Row) -> bool:
        """Is it an edit whose text is old: a newer one is on its way, or there already?

        An edit may be done twice, so that one in doubt need not be looked for: what comes after
        it says the same or better, and what it says itself must not come last.
        """
        return row.action == "edit" and any(
            other.revision > row.revision and other.state in (*_ALIVE, "withdrawn")
            for other in self._revisions(row.channel, row.announcement)
        )

    def posted(self, row: Row) -> str | None:
        """The id over there of the post that an edit changes."""
        for other in reversed(self._revisions(row.channel, row.announcement)):
            if other.action == "post" and other.state == "sent":
                return None if other.remote is None else str(other.remote)
        return None

    def answered(self, row: Row) -> str | None:
        """The id over there of the message that a reply answers, if it went out. What follows a
        boost stands alone: nothing is said in somebody else's thread."""
        parent = self._answered(row)
        if parent is None or parent.state != "sent" or boosted(unpack_delivery(parent)):
            return None
        return str(parent.remote)

    def _answered(self, row: Row) -> Row | None:
        """The newest living post of the announcement that ``row``'s answers."""
        if row.id not in self._parents:
            found = _ANSWERED.first(self._db, where=row.channel, what=row.announcement)
            self._parents[row.id] = found
        return self._parents[row.id]

    def without_post(self, row: Row) -> None:
        """A post will not be there: a newer text becomes the post, unless it came too late."""
        if row.action != "post":
            return
        waiting = [
            other
            for other in self._revisions(row.channel, row.announcement)
            if other.revision > row.revision and other.state == "queued"
        ]
        for other in waiting:
            self._set(other.id, "superseded")
        edits = [other for other in waiting if other.action == "edit"]
        aside = self._db.execute(
            select(deliveries.c.state).where(deliveries.c.id == row.id)
        ).scalar()
        if edits and len(edits) == len(waiting) and aside == "aside":
            self._db.execute(
                update(deliveries)
                .where(deliveries.c.id == edits[-1].id)
                .values(state="queued", action="post")
            )
            self._set(row.id, "superseded")

    def withdrawn(self, row: Row) -> None:
        """The post was taken back: it says so, and what would have changed it is void."""
        mine = and_(
            deliveries.c.channel == row.channel, deliveries.c.announcement == row.announcement
        )
        self._db.execute(
            update(deliveries)
            .where(mine, deliveries.c.action == "post", deliveries.c.state == "sent")
            .values(state="withdrawn")
        )
        self._db.execute(
            update(deliveries)
            .where(mine, deliveries.c.state.in_(("queued", "draft")))
            .values(state="superseded")
        )

    def _revisions(self, channel: str, announcement: str) -> list[Row]:
        return _REVISIONS.rows(self._db, where=channel, what=announcement)

    def _set(self, id: int, state: str) -> None:
        self._db.execute(update(deliveries).where(deliveries.c.id == id).values(state=state))


def _in_hand(row: Row, now: datetime) -> bool:
    """Is a worker sending it at this moment?"""
    return row.state == "sending" and row.lease_until is not None and row.lease_until > now


#: what an approval may change of a draft
_APPROVED = ("state", "action", "due", "doubt", "first_attempt")


@cache
def _add(postgres: bool) -> Statement:
    once = insert_of(deliveries, postgres).on_conflict_do_nothing(
        index_elements=["channel", "announcement", "revision"]
    )
    return Statement(once.returning(deliveries.c.id), _OWN)


_NAMES = tuple(field.name for field in fields(Delivery))
_OWN = tuple(name for name in _NAMES if name != "id")
_own, _all = attrgetter(*_OWN), attrgetter(*_NAMES)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """The columns of a delivery that has no id yet."""
    return dict(zip(_OWN, _own(delivery), strict=True))


def unpack_delivery(row: Row, **more: Any) -> Delivery:
    """A delivery as its row has it, but for what ``more`` says."""
    from bot.announcements.announcement import Message

    values = dict(zip(_NAMES, _all(row), strict=True))
    return Delivery(**values | {"message": unpack(Message, row.message)} | more)

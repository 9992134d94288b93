"""What can be asked of the outbox: what was told where, what waits, what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.outbox.delivery import Delivery
from bot.store import outgoing
from bot.store.noun import Noun
from bot.store.outgoing import WAITING
from bot.store.queued import Row, unpack_delivery
from bot.store.tables import deliveries, entries, story_entries

#: told to a room or to the public: what one person was told is shown to nobody else
_OPEN = ~deliveries.c.channel.contains("/")


class Told(Noun):
    """The deliveries, as they stand."""

    def get(self, id: int) -> Delivery | None:
        """One delivery."""
        found = self._find(deliveries.c.id == id)
        return found[0] if found else None

    def sent_times(self, channel: str, since: datetime) -> list[datetime]:
        """When posts went out, or may have gone out, since then: what the pace counts."""
        rows = outgoing.SENT_TIMES.each(self._db, where=channel, since=since)
        return sorted(row.moment for row in rows)

    def of_story(self, *stories: str) -> list[Delivery]:
        """All of a story (give its aliases too), oldest first."""
        return self._find(deliveries.c.story.in_(stories))

    def of_announcement(self, announcement: str, channel: str | None = None) -> list[Delivery]:
        """All of an announcement, oldest first."""
        which = deliveries.c.announcement == announcement
        return self._find(
            which if channel is None else and_(which, deliveries.c.channel == channel)
        )

    def by_url(self, url: str) -> list[Delivery]:
        """The one whose post is at this address over there, if any."""
        return self._find(deliveries.c.remote_url == url)

    def by_remote(self, remote: str) -> list[Delivery]:
        """Those that became the message with this id over there, edits included."""
        return self._find(deliveries.c.remote == remote)

    def remote(self, announcement: str, channel: str) -> str | None:
        """The id over there of an announcement's post."""
        query = select(deliveries.c.remote).where(
            deliveries.c.channel == channel,
            deliveries.c.announcement == announcement,
            deliveries.c.action == "post",
            deliveries.c.state == "sent",
        )
        found = self._db.execute(query.order_by(deliveries.c.revision.desc())).scalar()
        return None if found is None else str(found)

    def held_back(self, announcement: str, channel: str) -> bool:
        """Have people not let an announcement's post through, or not looked at it yet? Then
        nothing may answer it, correct it or bring it to mind."""
        posts = [row for row in self.of_announcement(announcement, channel) if row.action == "post"]
        there = any(row.state in (*WAITING, "sent", "aside", "withdrawn") for row in posts)
        over = ("draft", "rejected", "expired")
        return not there and any(row.draft is not None and row.state in over for row in posts)

    def begun(self, channel: str) -> bool:
        """Was anything told on a channel, or is it to be? (A test message tells nothing.)"""
        query = select(deliveries.c.id).where(
            deliveries.c.channel == channel, deliveries.c.story.is_not(None)
        )
        return self._db.execute(query.limit(1)).first() is not None

    def unheard(self, source: str) -> bool:
        """Has nothing that a source tells been posted yet?"""
        told = (
            select(deliveries.c.id)
            .join(story_entries, story_entries.c.story == deliveries.c.story)
            .join(entries, entries.c.id == story_entries.c.entry)
            .where(
                entries.c.source == source,
                deliveries.c.action == "post",
                deliveries.c.state == "sent",
            )
        )
        return self._db.execute(told.limit(1)).first() is None

    def revision(self, announcement: str, channel: str) -> int:
        """The newest revision of an announcement on a channel; -1 before the first."""
        query = select(func.max(deliveries.c.revision)).where(
            deliveries.c.announcement == announcement, deliveries.c.channel == channel
        )
        found = self._db.execute(query).scalar()
        return -1 if found is None else int(found)

    def counts(self) -> dict[tuple[str, str], int]:
        """{(channel, state): how many}."""
        query = (
            select(deliveries.c.channel, deliveries.c.state, func.count().label("n"))
            .where(_OPEN)
            .group_by(deliveries.c.channel, deliveries.c.state)
        )
        return {(row.channel, row.state): row.n for row in self._db.execute(query)}

    def fates(self, channels: Collection[str], since: datetime) -> Counter[str]:
        """How many posts of these channels came to which end since then; of those set aside, all
        that still are."""
        rows = self._db.execute(
            select(deliveries.c.state, func.count())
            .where(
                deliveries.c.action == "post",
                deliveries.c.channel.in_(list(channels)),
                or_(
                    deliveries.c.sent_at >= since,
                    deliveries.c.state == "aside",
                    (deliveries.c.state == "expired") & (deliveries.c.due >= since),
                ),
            )
            .group_by(deliveries.c.state)
        )
        return Counter({row.state: row[1] for row in rows})

    def waiting(self, channel: str | None = None) -> list[Delivery]:
        """Those still on their way, in the order of going out."""
        which = deliveries.c.state.in_(WAITING)
        found = self._find(
            and_(which, _OPEN if channel is None else deliveries.c.channel == channel)
        )
        return sorted(found, key=lambda one: (one.channel, -one.priority, one.id))

    def oldest(self) -> datetime | None:
        """Since when the longest waiting one that is due has waited (O4)."""
        query = select(func.min(deliveries.c.due)).where(deliveries.c.state.in_(WAITING), _OPEN)
        moment: datetime | None = self._db.execute(query).scalar()
        return moment

    def due_on(self, now: datetime) -> set[str]:
        """The channels on which something may have to go out."""
        return {row.channel for row in outgoing.WAITING_ON.rows(self._db, now=now)}

    def aside(self) -> list[Delivery]:
        """Those set aside, which an admin has to look at."""
        return self._find(and_(deliveries.c.state == "aside", _OPEN))

    def last_sent(self, channel: str | None = None, n: int = 1) -> list[Delivery]:
        """The ``n`` that went out last."""
        here = _OPEN if channel is None else deliveries.c.channel == channel
        query = select(deliveries).where(deliveries.c.state == "sent", here)
        rows = self._db.execute(
            query.order_by(deliveries.c.sent_at.desc(), deliveries.c.id.desc()).limit(n)
        )
        return [unpack_delivery(row) for row in rows]

    def due_next(self, channel: str) -> datetime | None:
        """When the next one of a channel is due, pace and quiet hours not counted."""
        query = select(func.min(deliveries.c.due)).where(
            deliveries.c.channel == channel, deliveries.c.state.in_(WAITING)
        )
        moment: datetime | None = self._db.execute(query).scalar()
        return moment

    def held_until(self, channel: str, now: datetime) -> datetime | None:
        """Until when what is being sent holds up the rest of a channel, should no answer come; None
        where nothing is in hand."""
        query = select(func.max(deliveries.c.lease_until)).where(
            deliveries.c.channel == channel,
            deliveries.c.state == "sending",
            deliveries.c.lease_until > now,
        )
        moment: datetime | None = self._db.execute(query).scalar()
        return moment

    def _find(self, which: ColumnElement[bool]) -> list[Delivery]:
        rows: Sequence[Row] = self._db.execute(
            select(deliveries).where(which).order_by(deliveries.c.id)
        ).all()
        return [unpack_delivery(row) for row in rows]

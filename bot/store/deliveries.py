"""The outbox: what waits for each channel, who is sending it, what became of it.

A channel's messages go out by priority, then by age. One that failed holds up the younger ones
until it went through or was set aside, but not for ever: after ``PATIENCE`` tries it steps back.
One that is only due later (a reminder) holds up nobody. An edit waits for its post, a reply for
the message that it answers.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.outbox.decide import PATIENCE, Settlement
from bot.outbox.delivery import Delivery
from bot.store import outgoing
from bot.store.channels import Channels
from bot.store.noun import Noun
from bot.store.outgoing import WAITING
from bot.store.queued import Queue, Row, unpack_delivery
from bot.store.tables import deliveries, entries, story_entries

#: told to a room or to the public: what one person was told is shown to nobody else
_OPEN = ~deliveries.c.channel.contains("/")


class Deliveries(Noun):
    """The deliveries, by id."""

    # -- in ------------------------------------------------------------------------------------

    def add(self, rows: Iterable[Delivery]) -> list[Delivery]:
        """Queue deliveries; one whose (channel, announcement, revision) is there is left alone.

        An older revision that certainly is not there gives way: the newer one then posts what it
        would have edited. Returns those that were added, with their ids.
        """
        queue = Queue(self._db)
        return [added for row in rows if (added := queue.put(row)) is not None]

    # -- out -----------------------------------------------------------------------------------

    def head(
        self, channel: str, now: datetime, *, least: int | None = None, posts: bool = True
    ) -> Delivery | None:
        """What :meth:`claim` would give, left where it is: to ask the pace about it."""
        paused = Channels(self._db).get(channel).paused_until
        if paused is not None and paused > now:
            return None
        ready = self._ready(channel, now, 1, least, posts)
        return unpack_delivery(ready[0]) if ready else None

    def claim(
        self,
        channel: str,
        now: datetime,
        *,
        lease: timedelta,
        limit: int = 1,
        least: int | None = None,
        posts: bool = True,
    ) -> list[Delivery]:
        """Take the next deliveries of a channel, in its order, for as long as ``lease``.

        They come back as ``sending`` with a ``lease`` of their own, ``attempts`` counted,
        ``remote`` (for an edit) and ``reply_to`` filled in, and ``doubt`` where an earlier try
        may have arrived. Empty while the channel is paused, or another worker claims for it: so
        this may run beside other workers' writes.

        :param least: only of this priority or a higher one (quiet hours).
        :param posts: False: only edits and withdrawals, which no pace holds back.
        """
        turn = Channels(self._db).turn(channel)
        if turn is None or (turn.paused_until is not None and turn.paused_until > now):
            return []
        self._expire(channel, now)
        return [
            self._take(row, now, lease) for row in self._ready(channel, now, limit, least, posts)
        ]

    def _expire(self, channel: str, now: datetime) -> None:
        """What was certainly not told and is not worth telling any more, and edits overtaken."""
        for row in outgoing.EXPIRED.rows(self._db, where=channel, now=now):
            self._set(row.id, state="expired")
            Queue(self._db).without_post(row)
        for row in outgoing.EDITS.rows(self._db, where=channel, now=now):
            if Queue(self._db).overtaken(row):
                self._set(row.id, state="superseded", lease="", lease_until=None)

    def _ready(
        self, channel: str, now: datetime, limit: int, least: int | None, posts: bool
    ) -> list[Row]:
        """The rows that may go now, in order; those they have to wait for end the list."""
        query = outgoing.READY if posts else outgoing.READY_CHANGES
        priority = outgoing.ANY_PRIORITY if least is None else least
        queue, ready = Queue(self._db), list[Row]()
        for row in query.each(self._db, where=channel, now=now, least=priority):
            if row.state == "sending" and row.lease_until is not None and row.lease_until > now:
                break
            if row.state != "sending" and row.due > now:
                if row.attempts < PATIENCE:
                    break
                continue
            late = row.expires is not None and row.expires <= now
            if (late and row.state == "queued" and not row.doubt) or not queue.free(row, now):
                continue
            ready.append(row)
            if len(ready) == limit:
                break
        return ready

    def _take(self, row: Row, now: datetime, lease: timedelta) -> Delivery:
        queue = Queue(self._db)
        taken = {
            "state": "sending",
            # A lease that ran out: its worker may have sent it before it died.
            "doubt": row.doubt or row.state in ("sending", "unclear"),
            "attempts": row.attempts + 1,
            "first_attempt": row.first_attempt or now,
            "lease": secrets.token_hex(8),
            "lease_until": now + lease,
            # The answered message is chosen once: the same key always sends the same (D4).
            "reply_to": row.reply_to if row.attempts else row.reply_to or queue.answered(row),
        }
        self._set(row.id, **taken)
        remote = row.remote if row.action == "post" else queue.posted(row)
        return replace(unpack_delivery(row), **taken, remote=remote)

    # -- afterwards ------------------------------------------------------------------------------

    def settle(self, delivery: Delivery, outcome: Settlement, now: datetime) -> bool:
        """Write what became of a claimed delivery. False: its lease was lost, nothing changed.

        Whoever holds it now looks before sending, so that the outcome is found, not lost (C18).
        """
        held = self._held(delivery)
        if held is None:
            return False
        values: dict[str, Any] = {
            "state": outcome.state,
            "doubt": outcome.doubt,
            "error": outcome.error,
            "lease": "",
            "lease_until": None,
        }
        if outcome.due is not None:
            values["due"] = outcome.due
        if outcome.state == "queued" and not outcome.doubt:
            values["first_attempt"] = None  # no try of it can have arrived
        if outcome.state == "sent":
            values |= {
                "sent_at": now,
                "remote": outcome.remote,
                "remote_url": outcome.remote_url,
            }
            if outcome.picture is not None:
                values["picture"] = dict(outcome.picture)
        self._set(delivery.id, **values)
        channels = Channels(self._db)
        if outcome.pause is not None:
            channels.pause(delivery.channel, outcome.pause, outcome.tell or "paused")
        if outcome.state == "sent":
            self._went_through(held, now)
        elif outcome.state in ("aside", "expired") and not outcome.doubt:
            Queue(self._db).without_post(held)
        return True

    def _went_through(self, row: Row, now: datetime) -> None:
        """The channel takes messages again: what waited for its next try need not wait longer."""
        Channels(self._db).resume(row.channel)
        if row.action == "withdraw":
            Queue(self._db).withdrawn(row)
        if row.action != "post":
            return  # an edit that passes proves nothing about a limit on posts
        outgoing.DUE_AGAIN.run(self._db, where=row.channel, now=now)

    def release(self, claimed: Iterable[Delivery]) -> None:
        """Give back what was claimed and **not tried**: on shutdown, or after a failure."""
        for delivery in claimed:
            if self._held(delivery) is None:
                continue
            tried = delivery.attempts - 1
            self._set(
                delivery.id,
                state="unclear" if delivery.doubt else "queued",
                attempts=tried,
                doubt=delivery.doubt,
                lease="",
                lease_until=None,
                **({} if delivery.doubt else {"first_attempt": None}),
            )

    def extend(self, delivery: Delivery, until: datetime) -> bool:
        """Hold it longer. False: the lease was lost, stop."""
        if self._held(delivery) is None:
            return False
        self._set(delivery.id, lease_until=until)
        return True

    def note_picture(self, delivery: Delivery, picture: Mapping[str, str]) -> bool:
        """Keep what became of its picture. False: the lease was lost, stop."""
        if self._held(delivery) is None:
            return False
        self._set(delivery.id, picture=dict(picture))
        return True

    def retry(self, id: int, now: datetime) -> bool:
        """Try one that was set aside again. A doubt stays: it is looked for first."""
        row = self._db.execute(
            select(deliveries.c.doubt).where(deliveries.c.id == id, deliveries.c.state == "aside")
        ).first()
        if row is None:
            return False
        self._set(id, state="unclear" if row.doubt else "queued", due=now, attempts=0)
        return True

    def drop(self, id: int) -> bool:
        """Give up one that waits or was set aside: an admin says so."""
        row = self._db.execute(
            select(deliveries).where(
                deliveries.c.id == id, deliveries.c.state.in_(("queued", "unclear", "aside"))
            )
        ).first()
        if row is None:
            return False
        self._set(id, state="withdrawn")
        Queue(self._db).without_post(row)
        return True

    def _held(self, delivery: Delivery) -> Row | None:
        return outgoing.HELD.first(self._db, which=delivery.id, holder=delivery.lease)

    def _set(self, id: int, **values: Any) -> None:
        given = {f"new_{name}": value for name, value in values.items()}
        outgoing.setting(tuple(values)).run(self._db, which=id, **given)

    # -- questions -------------------------------------------------------------------------------

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

    def _find(self, which: ColumnElement[bool]) -> list[Delivery]:
        rows: Sequence[Row] = self._db.execute(
            select(deliveries).where(which).order_by(deliveries.c.id)
        ).all()
        return [unpack_delivery(row) for row in rows]

"""The outbox: what waits for each channel, who is sending it, what became of it.

A channel's messages go out by priority, then by age. One that failed holds up the younger ones
until it went through or was set aside, but not for ever: after ``PATIENCE`` tries it steps back.
One that is only due later (a reminder) holds up nobody. An edit waits for its post, a reply for
the message that it answers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.outbox.decide import PATIENCE, Settlement
from bot.outbox.delivery import Delivery
from bot.store import outgoing
from bot.store.channels import Channels
from bot.store.queued import Queue, Row, unpack_delivery
from bot.store.tables import deliveries
from bot.store.told import Told


class Deliveries(Told):
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
        ready = self._ready(Queue(self._db), channel, now, 1, least, posts)
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
        queue = Queue(self._db)
        ready = self._ready(queue, channel, now, limit, least, posts)
        return [self._take(queue, row, now, lease) for row in ready]

    def _expire(self, channel: str, now: datetime) -> None:
        """What was certainly not told and is not worth telling any more, and edits overtaken."""
        for row in outgoing.EXPIRED.rows(self._db, where=channel, now=now):
            self._set(row.id, state="expired")
            Queue(self._db).without_post(row)
        for row in outgoing.EDITS.rows(self._db, where=channel, now=now):
            if Queue(self._db).overtaken(row):
                self._set(row.id, state="superseded", lease="", lease_until=None)

    def _ready(
        self,
        queue: Queue,
        channel: str,
        now: datetime,
        limit: int,
        least: int | None,
        posts: bool,
    ) -> list[Row]:
        """The rows that may go now, in order; those they have to wait for end the list."""
        query = outgoing.READY if posts else outgoing.READY_CHANGES
        priority = outgoing.ANY_PRIORITY if least is None else least
        ready = list[Row]()
        for row in query.each(self._db, where=channel, now=now, least=priority):
            if row.state == "sending" and row.lease_until is not None and row.lease_until > now:
                break
            if row.state != "sending" and row.due > now:
                if row.attempts < PATIENCE:
                    break
                continue
            late = row.expires is not None and row.expires <= now
            if late and row.state == "queued" and not row.doubt:
                continue
            if not queue.free(row, now):
                if ready:
                    break  # it may wait for one of these: what comes after it must not overtake it
                continue
            ready.append(row)
            if len(ready) == limit:
                break
        return ready

    def _take(self, queue: Queue, row: Row, now: datetime, lease: timedelta) -> Delivery:
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
        return unpack_delivery(row, **taken, remote=remote)

    # -- afterwards ------------------------------------------------------------------------------

    def settle(self, delivery: Delivery, outcome: Settlement, now: datetime) -> bool:
        """Write what became of a claimed delivery. False: its lease was lost, nothing changed.

        Whoever holds it now looks before sending, so that the outcome is found, not lost (C18).
        """
        return self.settle_all([(delivery, outcome)], now)[0]

    def settle_all(self, ended: Sequence[tuple[Delivery, Settlement]], now: datetime) -> list[bool]:
        """The same of several that one channel sent, in their order."""
        kept: list[bool] = []
        sent: list[Delivery] = []
        for delivery, outcome in ended:
            if outcome.state != "sent" and sent:
                self._went_through(sent, now)  # before a failure sets its own pause and next try
                sent = []
            kept.append(self._settled(delivery, outcome, now))
            if kept[-1] and outcome.state == "sent":
                sent.append(delivery)
        if sent:
            self._went_through(sent, now)
        return kept

    def _settled(self, delivery: Delivery, outcome: Settlement, now: datetime) -> bool:
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
        if not self._set_held(delivery, **values):
            return False
        if outcome.pause is not None:
            Channels(self._db).pause(delivery.channel, outcome.pause, outcome.tell or "paused")
        if outcome.state in ("aside", "expired") and not outcome.doubt:
            Queue(self._db).without_post(delivery)
        return True

    def _went_through(self, sent: Sequence[Delivery], now: datetime) -> None:
        """The channel takes messages again: what waited for its next try need not wait longer."""
        channel = sent[0].channel
        Channels(self._db).resume(channel)
        for one in sent:
            if one.action == "withdraw":
                Queue(self._db).withdrawn(one)
        if any(one.action == "post" for one in sent):
            # an edit that passes proves nothing about a limit on posts
            outgoing.DUE_AGAIN.run(self._db, where=channel, now=now)

    def hurry(self, channel: str, now: datetime) -> int:
        """What waits for its next try need not wait longer: the account is open again. How many
        messages wait."""
        outgoing.DUE_AGAIN.run(self._db, where=channel, now=now)
        return len(self.waiting(channel))

    def release(self, claimed: Iterable[Delivery]) -> None:
        """Give back what was claimed and **not tried**: on shutdown, or after a failure."""
        for delivery in claimed:
            self._set_held(
                delivery,
                state="unclear" if delivery.doubt else "queued",
                attempts=delivery.attempts - 1,
                doubt=delivery.doubt,
                lease="",
                lease_until=None,
                **({} if delivery.doubt else {"first_attempt": None}),
            )

    def extend(self, delivery: Delivery, until: datetime) -> bool:
        """Hold it longer. False: the lease was lost, stop."""
        return self._set_held(delivery, lease_until=until)

    def take_over(self, mine: Callable[[str], bool], until: datetime) -> int:
        """Who held messages of these channels holds them no more: what they had in hand is free by
        then at the latest, in doubt. How many."""
        held = select(deliveries.c.id, deliveries.c.channel).where(
            deliveries.c.state == "sending", deliveries.c.lease_until > until
        )
        rows = [row for row in self._db.execute(held.with_for_update()) if mine(row.channel)]
        for row in rows:
            self._set(row.id, lease_until=until)
        return len(rows)

    def note_picture(self, delivery: Delivery, picture: Mapping[str, str]) -> bool:
        """Keep what became of its picture. False: the lease was lost, stop."""
        return self._set_held(delivery, picture=dict(picture))

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

    def _set_held(self, delivery: Delivery, **values: Any) -> bool:
        """Change a claimed one. False: somebody else holds it now, nothing changed."""
        given = {f"new_{name}": value for name, value in values.items()}
        change = outgoing.setting(tuple(values), held=True)
        return change.run(self._db, which=delivery.id, holder=delivery.lease, **given) > 0

    def _set(self, id: int, **values: Any) -> None:
        given = {f"new_{name}": value for name, value in values.items()}
        outgoing.setting(tuple(values)).run(self._db, which=id, **given)

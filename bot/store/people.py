"""People who asked for something in private: their own room, their alerts and reminders.

Nothing of this is ever shown to anybody else. ``forget`` leaves nothing of a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, exists, func, select, update

from bot.announcements.personal import Subscription, destination
from bot.store.noun import Noun
from bot.store.outgoing import WAITING
from bot.store.statement import Statement
from bot.store.tables import asked, channels, deliveries, drafts, people, subscriptions


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and where the bot may write to them."""

    account: str  # through which
    person: str  # @user:server
    room: str  # the one that the two are alone in
    language: str

    @property
    def to(self) -> str:
        """As a delivery's channel."""
        return destination(self.account, self.person)


def _in_order(which: Any) -> Any:
    return (
        select(subscriptions)
        .where(which)
        .order_by(subscriptions.c.account, subscriptions.c.person, subscriptions.c.number)
    )


_ALERTS = Statement(_in_order(subscriptions.c.kind == "alert"))
_REMINDERS_OF = Statement(
    _in_order(
        and_(
            subscriptions.c.kind == "reminder",
            subscriptions.c.story.in_(bindparam("names", expanding=True)),
        )
    )
)


class People(Noun):
    """The people, by account and id."""

    def put(self, person: Person, now: datetime) -> None:
        """Remember a person's own room, or the new one."""
        row = {
            "account": person.account,
            "person": person.person,
            "destination": person.to,
            "room": person.room,
            "language": person.language,
            "met": now,
        }
        self._put(people, row, keep=("met",))

    def get(self, account: str, person: str) -> Person | None:
        """One of them."""
        mine = and_(people.c.account == account, people.c.person == person)
        row = self._db.execute(select(people).where(mine)).first()
        return _person(row) if row else None

    def with_mail(self) -> list[Person]:
        """Those for whom messages wait."""
        mail = exists().where(
            deliveries.c.channel == people.c.destination, deliveries.c.state.in_(WAITING)
        )
        return [_person(row) for row in self._db.execute(select(people).where(mail))]

    def expire(self, now: datetime) -> int:
        """Give up the letters that are worth nothing any more: their reader never came. How many."""
        late = and_(
            deliveries.c.channel.in_(select(people.c.destination)),
            deliveries.c.state == "queued",
            ~deliveries.c.doubt,
            deliveries.c.expires <= now,
        )
        return self._db.execute(update(deliveries).where(late).values(state="expired")).rowcount

    # -- what they asked for -------------------------------------------------------------------

    def add(self, wanted: Subscription) -> tuple[Subscription, bool]:
        """Keep it, with a number of its own; False: it was there already, here it is."""
        for known in self.of(wanted.account, wanted.person):
            same = (known.kind, known.words, known.story)
            if same == (wanted.kind, wanted.words, wanted.story):
                return known, False
        mine = and_(
            subscriptions.c.account == wanted.account, subscriptions.c.person == wanted.person
        )
        last = self._db.execute(select(func.max(subscriptions.c.number)).where(mine)).scalar()
        kept = replace(wanted, number=int(last or 0) + 1)
        row = {
            "account": kept.account,
            "person": kept.person,
            "number": kept.number,
            "kind": kept.kind,
            "words": list(kept.words),
            "story": kept.story,
            "language": kept.language,
            "created": kept.created,
            "tap": kept.tap,
        }
        self._db.execute(subscriptions.insert(), row)
        return kept, True

    def of(self, account: str, person: str) -> list[Subscription]:
        """A person's, by number."""
        mine = and_(subscriptions.c.account == account, subscriptions.c.person == person)
        return self._wanted(mine)

    def alerts(self) -> list[Subscription]:
        """Everybody's."""
        return [_subscription(row) for row in _ALERTS.each(self._db)]

    def reminders(self, *stories: str) -> list[Subscription]:
        """Everybody's, of these stories only where some are given. A story that was merged is
        still named by the id that it had, so that undoing the merge finds it: give aliases too."""
        if not stories:
            return self._wanted(subscriptions.c.kind == "reminder")
        return [_subscription(row) for row in _REMINDERS_OF.each(self._db, names=stories)]

    def tapped(self, account: str, person: str, tap: str) -> Subscription | None:
        """The one that this reaction of the person asked for."""
        mine = and_(subscriptions.c.account == account, subscriptions.c.person == person)
        found = self._wanted(and_(mine, subscriptions.c.tap == tap)) if tap else []
        return found[0] if found else None

    def stop(self, account: str, person: str, number: int | None = None) -> list[Subscription]:
        """End one, or all; what waits for it is not sent. Those that ended."""
        ended = [one for one in self.of(account, person) if number in (None, one.number)]
        for one in ended:
            self._db.execute(
                delete(subscriptions).where(
                    subscriptions.c.account == account,
                    subscriptions.c.person == person,
                    subscriptions.c.number == one.number,
                )
            )
        numbers = {one.number for one in ended}
        waiting = select(deliveries.c.id, deliveries.c.message).where(
            deliveries.c.channel == destination(account, person),
            deliveries.c.state.in_(("queued", "unclear")),
        )
        for row in self._db.execute(waiting).all():
            of = set(row.message.get("data", {}).get("numbers", ()))
            if of and (number is None or of <= numbers):
                gone = update(deliveries).where(deliveries.c.id == row.id)
                self._db.execute(gone.values(state="withdrawn"))
        return ended

    def forget(self, person: str) -> dict[str, int]:
        """Leave nothing of a person: how many of each went."""
        rooms = select(people.c.destination).where(people.c.person == person)
        where = list(self._db.execute(rooms).scalars())
        letters = delete(deliveries).where(deliveries.c.channel.in_(where))
        wanted = self._wanted(subscriptions.c.person == person)
        gone = {
            "alerts": sum(one.kind == "alert" for one in wanted),
            "reminders": sum(one.kind == "reminder" for one in wanted),
            "letters": self._db.execute(letters).rowcount if where else 0,
        }
        self._db.execute(delete(subscriptions).where(subscriptions.c.person == person))
        self._db.execute(delete(people).where(people.c.person == person))
        for table in (asked, drafts):  # what they answered stands, not that it was they
            self._db.execute(update(table).where(table.c.who == person).values(who=""))
        self._db.execute(delete(asked).where(asked.c.asker == person))
        if where:
            self._db.execute(delete(channels).where(channels.c.id.in_(where)))
        return gone

    def _wanted(self, which: Any) -> list[Subscription]:
        return [_subscription(row) for row in self._db.execute(_in_order(which))]


def _subscription(row: Any) -> Subscription:
    return Subscription(
        row.account,
        row.person,
        row.number,
        row.kind,
        row.created,
        tuple(row.words),
        row.story,
        row.language,
        row.tap,
    )


def _person(row: Row[Any]) -> Person:
    return Person(row.account, row.person, row.room, row.language)

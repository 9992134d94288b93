"""What the bot has asked in rooms: which of its messages wait for a tap or a reply, and for what.

One row a message: its ``kind`` names the file in ``bot/reactions/`` that understands the answer,
``about`` is whatever that file needs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update

from bot.store.noun import Noun
from bot.store.tables import asked


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of the bot that people may answer by a tap or in words."""

    event: str  # the message over there
    room: str
    account: str  # id of the account that asked
    kind: str  # of bot/reactions
    about: Any  # JSON
    asker: str = ""  # only this person may answer; "": whoever has the role
    created: datetime | None = None
    expires: datetime | None = None  # no answer counts after it
    placed: bool = False  # the bot's own reactions stand under it
    settled: datetime | None = None  # when it was answered
    choice: str = ""  # what was answered
    who: str = ""  # by whom


class Askeds(Noun):
    """The questions, by the event in which they were asked."""

    def put(self, question: Asked, now: datetime) -> None:
        """Remember it; one that is there stays as it is."""
        row = {
            "event": question.event,
            "room": question.room,
            "account": question.account,
            "kind": question.kind,
            "about": question.about,
            "asker": question.asker,
            "created": now,
            "expires": question.expires,
            "placed": question.placed,
            "settled": None,
            "choice": "",
            "who": "",
        }
        self._put_new(asked, [row])

    def get(self, event: str) -> Asked | None:
        """What was asked in this message, answered or not."""
        row = self._db.execute(select(asked).where(asked.c.event == event)).first()
        return _unpack(row) if row else None

    def open(self, account: str, now: datetime) -> list[Asked]:
        """What an account still waits for, oldest first."""
        query = select(asked).where(
            asked.c.account == account,
            asked.c.settled.is_(None),
            or_(asked.c.expires.is_(None), asked.c.expires > now),
        )
        rows = self._db.execute(query.order_by(asked.c.created, asked.c.event))
        return [_unpack(row) for row in rows]

    def bare(self, account: str, now: datetime) -> list[Asked]:
        """The open ones under which the bot's own reactions do not stand yet."""
        return [one for one in self.open(account, now) if not one.placed]

    def about(self, kind: str, about: Any) -> list[Asked]:
        """The questions of a kind about the same thing that wait for an answer, oldest first."""
        query = select(asked).where(asked.c.kind == kind, asked.c.settled.is_(None))
        query = query.order_by(asked.c.created)
        return [one for row in self._db.execute(query) if (one := _unpack(row)).about == about]

    def note_placed(self, event: str) -> None:
        """The bot's own reactions stand under it."""
        self._db.execute(update(asked).where(asked.c.event == event).values(placed=True))

    def settle(self, event: str, choice: str, who: str, now: datetime) -> bool:
        """It is answered: the first valid answer wins. False: it was answered before, it expired,
        or it was never asked; then nothing may be done.

        Call it in the transaction that does what was answered, so that both happen or neither.
        """
        open_still = and_(
            asked.c.event == event,
            asked.c.settled.is_(None),
            or_(asked.c.expires.is_(None), asked.c.expires > now),
        )
        changed = update(asked).where(open_still)
        values = {"settled": now, "choice": choice, "who": who}
        return self._db.execute(changed.values(**values)).rowcount > 0

    def forget(self, before: datetime) -> int:
        """Drop what was answered, expired, or asked in vain before then. How many."""
        asked_only = and_(asked.c.expires.is_(None), asked.c.created < before)
        gone = or_(asked.c.settled < before, asked.c.expires < before, asked_only)
        return self._db.execute(delete(asked).where(gone)).rowcount


def _unpack(row: Row[Any]) -> Asked:
    return Asked(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it

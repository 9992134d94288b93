"""What admins were told: each thing once, until it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import notices

#: before the key of what the admins' room has heard
_HEARD = "heard:"
#: before the key of what went the second way
_CARRIED = "carried:"
#: before the key of what a person told the admins: ``said:PERSON:MESSAGE``
SAID = "said:"

_CLEAR = Statement(
    delete(notices)
    .where(notices.c.key.in_([bindparam("which"), bindparam("heard"), bindparam("carried")]))
    .returning(notices.c.key)
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something an admin was told and that still holds."""

    key: str
    text: str
    since: datetime


class Notices(Noun):
    """Told once a key: ``gone:SOURCE``, ``locked:CHANNEL``, ``aside:DELIVERY``…"""

    def once(self, key: str, text: str, now: datetime) -> bool:
        """True the first time: then tell it. False as long as it is not cleared."""
        insert = self._insert(notices).values(key=key, text=text, since=now)
        told = insert.on_conflict_do_nothing(index_elements=["key"]).returning(notices.c.key)
        return self._db.execute(told).first() is not None

    def reword(self, key: str, text: str) -> None:
        """What still holds is told anew in other words, in the admins' room alone."""
        self._db.execute(update(notices).where(notices.c.key == key).values(text=text))
        self._db.execute(delete(notices).where(notices.c.key == _HEARD + key))

    def heard(self, key: str) -> bool:
        """Has the admins' room heard it?"""
        query = select(notices.c.key).where(notices.c.key == _HEARD + key)
        return self._db.execute(query).first() is not None

    def note_heard(self, key: str, now: datetime) -> None:
        """The admins' room has heard it."""
        self.once(_HEARD + key, "", now)

    def carried(self, key: str) -> bool:
        """Did it reach the admins, by their room or the second way?"""
        query = select(notices.c.key).where(notices.c.key.in_([_HEARD + key, _CARRIED + key]))
        return self._db.execute(query).first() is not None

    def note_carried(self, key: str, now: datetime) -> None:
        """It went the second way."""
        self.once(_CARRIED + key, "", now)

    def clear(self, key: str) -> bool:
        """It is over: should it come again, it is told again. True if it was there."""
        gone = _CLEAR.rows(self._db, which=key, heard=_HEARD + key, carried=_CARRIED + key)
        return any(row.key == key for row in gone)

    def said_about(self, message: str) -> bool:
        """Has a person told the admins about this message?"""
        query = select(notices.c.key).where(
            notices.c.key.startswith(SAID), notices.c.key.endswith(f":{message}", autoescape=True)
        )
        return self._db.execute(query).first() is not None

    def said_by(self, person: str, since: datetime) -> int:
        """How often a person has told the admins something since then."""
        query = select(func.count()).where(
            notices.c.key.startswith(f"{SAID}{person}:", autoescape=True), notices.c.since >= since
        )
        return int(self._db.execute(query).scalar() or 0)

    def forget_person(self, person: str) -> int:
        """Drop what a person told the admins. How many."""

        def gone(start: str) -> int:
            mine = notices.c.key.startswith(f"{start}{person}:", autoescape=True)
            return self._db.execute(delete(notices).where(mine)).rowcount

        gone(_HEARD + SAID)
        return gone(SAID)

    def forget_said(self, before: datetime) -> None:
        """Drop what people told the admins before then: it has been read."""
        for key in (SAID, _HEARD + SAID):
            self._db.execute(
                delete(notices).where(notices.c.key.startswith(key), notices.c.since < before)
            )

    def unheard(self) -> list[Notice]:
        """What holds now and the admins' room has not heard, oldest first."""
        heard = set(self._db.execute(select(notices.c.key)).scalars())
        return [one for one in self.all() if _HEARD + one.key not in heard]

    def all(self) -> list[Notice]:
        """What holds now, oldest first."""
        told = select(notices).where(
            ~notices.c.key.startswith(_HEARD), ~notices.c.key.startswith(_CARRIED)
        )
        rows = self._db.execute(told.order_by(notices.c.since, notices.c.key))
        return [Notice(row.key, row.text, row.since) for row in rows]

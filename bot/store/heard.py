"""Which messages of people have been answered: each once, across restarts (S6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.store.noun import Noun
from bot.store.tables import heard


class HeardOnes(Noun):
    """The answered messages, by their event ids."""

    def known(self, event: str) -> bool:
        """Was it answered?"""
        return (
            self._db.execute(select(heard.c.at).where(heard.c.event == event)).first() is not None
        )

    def put(self, event: str, now: datetime, *, sender: str = "", answer: str = "") -> None:
        """It is answered, by the message ``answer``."""
        self._put_new(heard, [{"event": event, "at": now, "sender": sender, "answer": answer}])

    def of(self, sender: str, since: datetime) -> int:
        """How many answers this person has had since then."""
        mine = select(func.count()).where(heard.c.sender == sender, heard.c.at >= since)
        return int(self._db.execute(mine).scalar() or 0)

    def is_answer(self, message: str) -> bool:
        """Is a message one of the bot’s answers of late?"""
        found = self._db.execute(select(heard.c.at).where(heard.c.answer == message)).first()
        return found is not None

    def forget_person(self, sender: str) -> int:
        """Whose questions these were is no longer known; that they were answered is. How many."""
        mine = update(heard).where(heard.c.sender == sender)
        return self._db.execute(mine.values(sender="")).rowcount

    def forget(self, before: datetime) -> int:
        """Drop what is older: such messages are too old to be answered again. How many."""
        return self._db.execute(delete(heard).where(heard.c.at < before)).rowcount

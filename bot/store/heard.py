"""Which messages of people have been answered: each once, across restarts (S6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from bot.store.noun import Noun
from bot.store.tables import heard


class HeardOnes(Noun):
    """The answered messages, by their event ids."""

    def known(self, event: str) -> bool:
        """Was it answered?"""
        return (
            self._db.execute(select(heard.c.at).where(heard.c.event == event)).first() is not None
        )

    def put(self, event: str, now: datetime) -> None:
        """It is answered."""
        self._put_new(heard, [{"event": event, "at": now}])

    def forget(self, before: datetime) -> int:
        """Drop what is older: such messages are too old to be answered again. How many."""
        return self._db.execute(delete(heard).where(heard.c.at < before)).rowcount

"""The workers that share one PostgreSQL database, as they last told of themselves."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.store.noun import Noun
from bot.store.tables import workers

#: one that has not been heard of for so long is gone
SILENT = timedelta(seconds=60)
#: and is no longer spoken of after so long
FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that runs the bot."""

    id: str
    host: str  # of the machine
    pid: int
    version: str
    started: datetime
    seen: datetime
    leads: bool = False
    read: int = 0  # sources that answered it, since it started
    sent: int = 0  # messages that it delivered

    def alive(self, now: datetime) -> bool:
        """Does it work now, as far as one has heard?"""
        return now - self.seen < SILENT


def own_name() -> str:
    """What this process is called: unique, and telling where it runs."""
    return f"{platform.node()}-{os.getpid()}-{os.urandom(2).hex()}"


class Workers(Noun):
    """The workers, by id."""

    def beat(self, worker: Worker) -> None:
        """It is there."""
        self._put(workers, asdict(worker))

    def leave(self, id: str) -> None:
        """It has ended."""
        self._db.execute(delete(workers).where(workers.c.id == id))

    def all(self) -> list[Worker]:
        """Those that were heard of lately, the oldest first."""
        rows = self._db.execute(select(workers).order_by(workers.c.started, workers.c.id))
        return [Worker(**row) for row in rows.mappings()]

    def alive(self, now: datetime) -> list[Worker]:
        """Those that work now."""
        return [one for one in self.all() if one.alive(now)]

    def forget(self, now: datetime) -> None:
        """Drop those that ended long ago without a word."""
        self._db.execute(delete(workers).where(workers.c.seen < now - FORGOTTEN))

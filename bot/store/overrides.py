"""What was set from the room, over the files: see :mod:`bot.config.overrides`.

Each change leaves a mark, by which a running bot notices that it has to take something up.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select

from bot.config.overrides import Override
from bot.store.meta import Meta
from bot.store.noun import Noun
from bot.store.tables import overrides

#: where the mark lies, and where a running bot says what came of it
ASKED, ANSWERED = "reload-asked", "reload-answered"


class Overrides(Noun):
    """The overrides, by room, id and key."""

    def all(self) -> list[Override]:
        """Everything that is set."""
        rows = self._db.execute(
            select(overrides).order_by(overrides.c.room, overrides.c.id, overrides.c.key)
        )
        return [Override(row.room, row.id, row.key, row.value) for row in rows]

    def get(self, room: str, id: str, key: str) -> Override | None:
        """One of them; None where nothing is set."""
        which = self._is(room, id, key)
        row = self._db.execute(select(overrides).where(*which)).first()
        return None if row is None else Override(row.room, row.id, row.key, row.value)

    def put(self, one: Override, now: datetime) -> None:
        """Set it."""
        row = {"room": one.room, "id": one.id, "key": one.key, "value": one.value, "at": now}
        self._put(overrides, row)
        self.ask()

    def drop(self, room: str, id: str, key: str) -> bool:
        """Let the file speak again. True if it was set."""
        gone = self._db.execute(delete(overrides).where(*self._is(room, id, key))).rowcount > 0
        self.ask()
        return gone

    def ask(self) -> str:
        """Ask a running bot to take up what is configured now; the mark."""
        mark = secrets.token_hex(8)
        Meta(self._db).put(ASKED, mark)
        return mark

    def asked(self) -> str:
        """The last mark; "" where nobody has asked yet."""
        return str(Meta(self._db).get(ASKED, ""))

    def answer(self, mark: str, said: Any) -> None:
        """What came of it, for whoever asked in another process."""
        Meta(self._db).put(ANSWERED, {"mark": mark, "said": said})

    def answered(self, mark: str) -> Any:
        """What came of the mark; None: nothing yet."""
        found = Meta(self._db).get(ANSWERED)
        return found["said"] if found and found["mark"] == mark else None

    def there(self) -> bool:
        """False in a database that an older bot left and nobody has brought up to date yet."""
        return inspect(self._db).has_table(overrides.name)

    @staticmethod
    def _is(room: str, id: str, key: str) -> tuple[Any, ...]:
        return overrides.c.room == room, overrides.c.id == id, overrides.c.key == key

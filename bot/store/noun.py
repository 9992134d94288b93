"""What every noun's file shares: its connection, and an upsert that both databases know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


class Noun:
    """One kind of thing, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    def _put(self, table: Table, row: dict[str, Any], *, keep: tuple[str, ...] = ()) -> None:
        """Insert ``row``, or replace the one with its primary key, except the columns ``keep``."""
        keys = [column.name for column in table.primary_key]
        insert = self._insert(table).values(row)
        changed = {
            name: insert.excluded[name] for name in row if name not in keys and name not in keep
        }
        statement: Insert = (
            insert.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        self._db.execute(statement)

    @property
    def postgres(self) -> bool:
        """True on PostgreSQL, where several processes may work at once."""
        return self._db.dialect.name == "postgresql"

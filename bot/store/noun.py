"""What every noun's file shares: its connection, and an upsert that both databases know."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.statement import Statement


class Noun:
    """One kind of thing, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return insert_of(table, self.postgres)

    def _put(self, table: Table, row: dict[str, Any], *, keep: tuple[str, ...] = ()) -> None:
        """Insert ``row``, or replace the one with its primary key, except the columns ``keep``."""
        _upsert(table, self.postgres, tuple(row), keep).run(self._db, **row)

    def _put_first(self, table: Table, row: dict[str, Any]) -> bool:
        """Insert ``row``; False where one with its primary key is there, which stays as it is."""
        return _insert_new(table, self.postgres, tuple(row)).run(self._db, **row) > 0

    def _put_new(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert ``rows``, except those whose primary key is there."""
        if rows:
            _insert_new(table, self.postgres, tuple(rows[0])).run_each(self._db, rows)

    @property
    def postgres(self) -> bool:
        """True on PostgreSQL, where several processes may work at once."""
        return self._db.dialect.name == "postgresql"


def insert_of(table: Table, postgres: bool) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows ON CONFLICT, as both databases do."""
    return postgresql.insert(table) if postgres else sqlite.insert(table)


@cache
def _upsert(
    table: Table, postgres: bool, names: tuple[str, ...], keep: tuple[str, ...]
) -> Statement:
    keys = [column.name for column in table.primary_key]
    insert = insert_of(table, postgres)
    changed = {n: insert.excluded[n] for n in names if n not in keys and n not in keep}
    if not changed:
        return Statement(insert.on_conflict_do_nothing(index_elements=keys), names)
    return Statement(insert.on_conflict_do_update(index_elements=keys, set_=changed), names)


@cache
def _insert_new(table: Table, postgres: bool, names: tuple[str, ...]) -> Statement:
    keys = [column.name for column in table.primary_key]
    insert = insert_of(table, postgres)
    return Statement(insert.on_conflict_do_nothing(index_elements=keys), names)

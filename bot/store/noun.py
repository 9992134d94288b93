"""What every noun's file shares: its connection, and an upsert that both databases know."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


class Noun:
    """One kind of thing, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return _insert(table, self.postgres)

    def _put(self, table: Table, row: dict[str, Any], *, keep: tuple[str, ...] = ()) -> None:
        """Insert ``row``, or replace the one with its primary key, except the columns ``keep``."""
        self._db.execute(_upsert(table, self.postgres, tuple(row), keep), row)

    def _put_new(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert ``rows``, except those whose primary key is there."""
        if rows:
            self._db.execute(_insert_new(table, self.postgres), rows)

    @property
    def postgres(self) -> bool:
        """True on PostgreSQL, where several processes may work at once."""
        return self._db.dialect.name == "postgresql"


def _insert(table: Table, postgres: bool) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if postgres else sqlite.insert(table)


@cache
def _upsert(table: Table, postgres: bool, names: tuple[str, ...], keep: tuple[str, ...]) -> Insert:
    """Built once: making a statement costs more than running it."""
    keys = [column.name for column in table.primary_key]
    insert = _insert(table, postgres)
    changed = {n: insert.excluded[n] for n in names if n not in keys and n not in keep}
    if not changed:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def _insert_new(table: Table, postgres: bool) -> Insert:
    keys = [column.name for column in table.primary_key]
    insert = _insert(table, postgres)
    return insert.on_conflict_do_nothing(index_elements=keys)

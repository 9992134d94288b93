"""The sources' rows, kept in memory while the bot runs: asking what is due reads no database.

One process at a time runs on a data folder (D8), and only it writes these rows. A poll that
brought nothing new changes little of a row: such rows are gathered and written together. A crash
in between costs one more conditional request, and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.store.database import Store
from bot.store.sources import SourceRow

#: seconds in which polls that brought nothing new are gathered for one write
GATHER = 0.01
_AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Ledger:
    """Every source's row, by id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[str, SourceRow] | None = None
        self._due: dict[str, datetime] = {}  # of those that may be read at all
        self._checked: dict[str, SourceRow] = {}  # not written yet
        self._states: set[str] = set()  # those of them whose state is new too

    async def due(self, ids: Iterable[str], now: datetime) -> list[SourceRow]:
        """Those of ``ids`` that are to be read at ``now``; one never read is. Raises DataError."""
        if self._rows is None:
            self._rows = {
                row.id: row for row in await self._store.read(lambda tx: tx.sources.all())
            }
            for id in ids:
                self._note(self._rows.setdefault(id, SourceRow(id)))
        rows = self._rows
        return [rows[id] for id, due in self._due.items() if due <= now and id in rows]

    def written(self, row: SourceRow) -> None:
        """``row`` is in the database."""
        self._checked.pop(row.id, None)
        self._note(row)

    def checked(self, row: SourceRow) -> None:
        """Of ``row`` only moments and validators are new: :meth:`save` writes them."""
        before = self._rows.get(row.id) if self._rows else None
        if before is None or before.state is not row.state:
            self._states.add(row.id)
        self._checked[row.id] = row
        self._note(row)

    async def save(self) -> None:
        """Write what :meth:`checked` gathered. Raises DataError; then the next one writes it."""
        while self._checked:
            await asyncio.sleep(GATHER)  # a round of polls brings hundreds
            rows = list(self._checked.values())
            await self._write(rows)
            for row in rows:
                if self._checked.get(row.id) is row:
                    del self._checked[row.id]
                    self._states.discard(row.id)

    async def _write(self, rows: list[SourceRow]) -> None:
        moments = [row for row in rows if row.id not in self._states]
        states = [row for row in rows if row.id in self._states]
        await self._store.write(lambda tx: tx.sources.checked(moments, states))

    def _note(self, row: SourceRow) -> None:
        if self._rows is not None:
            self._rows[row.id] = row
        if row.disabled:
            self._due.pop(row.id, None)
        else:
            self._due[row.id] = row.next_due or _AT_ONCE

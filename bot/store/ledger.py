"""The sources' rows, kept in memory while the bot runs: asking what is due reads no database.

One process at a time runs on a data folder (D8), and only it writes these rows. A poll that
brought nothing new changes little of a row: such rows are gathered and written together. A crash
in between costs one more conditional request, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.sources import due
from bot.store.database import Store
from bot.store.sources import SourceRow

#: seconds in which polls that brought nothing new are gathered for one write: each costs a commit
GATHER = 1.0
_AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Ledger:
    """Every source's row, by id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[str, SourceRow] | None = None
        self._due: dict[str, datetime] = {}  # of those that may be read at all
        self._coming: list[tuple[datetime, str]] = []  # the same, soonest first; and outdated ones
        self._now_due: dict[str, datetime] = {}  # taken from there: due until they are noted anew
        self._asked: Collection[str] = ()  # which ones were asked for the last time
        self._met: set[str] = set()  # those that were configured at some time
        self._checked: dict[str, SourceRow] = {}  # not written yet
        self._states: set[str] = set()  # those of them whose state is new too
        self._hurried = asyncio.Event()
        self._now = self._latest = _AT_ONCE  # as it was last told, and the latest ever

    async def due(self, ids: Iterable[str], now: datetime) -> list[SourceRow]:
        """Those of ``ids`` that are to be read at ``now``; one never read is. Raises DataError."""
        back, self._now = now < self._now, now
        self._latest = max(self._latest, now)
        if self._rows is None:
            stored = await self._store.read(lambda tx: tx.sources.all())
            self._rows = {row.id: row for row in stored}
            back = True
        wanted = ids if isinstance(ids, Mapping) else dict.fromkeys(ids)
        rows = self._rows
        if wanted is not self._asked:  # a reload brings another mapping
            for id in wanted:
                if id not in self._met:  # all of them at first; later those that a reload brought
                    self._note(rows.setdefault(id, SourceRow(id)))
                    self._met.add(id)
            self._asked = wanted
        if back:
            await self._set_back()
        return [rows[id] for id in self._come(now) if id in wanted]

    def _come(self, now: datetime) -> list[str]:
        """Those whose moment has come, without looking at all the others."""
        coming, ready = self._coming, self._now_due
        while coming and coming[0][0] <= now:
            at, id = heapq.heappop(coming)
            if self._due.get(id) == at:
                ready[id] = at
        return [id for id, at in ready.items() if at <= now]

    def _plan(self, id: str, at: datetime | None) -> None:
        """``id`` is due at a moment, None: never."""
        self._now_due.pop(id, None)
        if at is None:
            self._due.pop(id, None)
        elif self._due.get(id) != at:
            self._due[id] = at
            heapq.heappush(self._coming, (at, id))
        else:
            self._now_due[id] = at  # as before: it may have been taken from the heap

    def spread(self, intervals: Mapping[str, timedelta], now: datetime) -> None:
        """A start with many sources that are all due: they take their turns (P14).

        :param intervals: of the sources, by id; call it after the first :meth:`due`.
        """
        waiting = sorted((at, id) for id, at in self._due.items() if at <= now and id in intervals)
        turns = due.spread([intervals[id] for _, id in waiting], now)
        for (at, id), turn in zip(waiting, turns, strict=True):
            self._plan(id, max(at, turn))

    async def _set_back(self) -> None:
        """The clock was put back, or was ahead before a restart: nothing stands still (R15)."""
        rows = self._rows or {}
        ahead = [row for row in rows.values() if row.last_try and row.last_try > self._now]
        for row in ahead:
            self._note(self._right(row))
        if ahead:
            changed = [rows[row.id] for row in ahead]
            await self._store.write(lambda tx: tx.sources.checked(changed))

    def _right(self, row: SourceRow) -> SourceRow:
        """``row`` with the moments that were meant, on the clock as it is now."""
        if row.last_try is None or row.last_try <= self._now:
            return row
        next_due, last_try = due.set_back(row.next_due, row.last_try, self._now)
        last_ok = min(row.last_ok, self._now) if row.last_ok else None
        return replace(row, next_due=next_due, last_try=last_try, last_ok=last_ok)

    def row(self, id: str) -> SourceRow | None:
        """What is remembered of a source; None before the first :meth:`due`, or where it is new."""
        return (self._rows or {}).get(id)

    async def all(self) -> Mapping[str, SourceRow]:
        """Every row, by id; none before the first :meth:`due`."""
        return self._rows or {}

    async def hold(self, id: str, now: datetime) -> SourceRow | None:  # noqa: ARG002 - as with several workers
        """The row of a source that has told something by itself."""
        return self.row(id)

    async def let_go(self, row: SourceRow) -> None:
        """Nothing more is to be written of it: with one process that needs nothing."""

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
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER):  # a round of polls brings hundreds
                    await self._hurried.wait()
            self._hurried.clear()
            rows = list(self._checked.values())
            await self._write(rows)
            for row in rows:
                if self._checked.get(row.id) is row:
                    del self._checked[row.id]
                    self._states.discard(row.id)

    def hurry(self) -> None:
        """Nothing more is to come: what is gathered is written now."""
        self._hurried.set()

    async def _write(self, rows: list[SourceRow]) -> None:
        moments = [row for row in rows if row.id not in self._states]
        states = [row for row in rows if row.id in self._states]
        await self._store.write(lambda tx: tx.sources.checked(moments, states))

    def _note(self, row: SourceRow) -> None:
        if self._now < self._latest:  # a read that began before the clock was put back
            row = self._right(row)
        if self._rows is not None:
            self._rows[row.id] = row
        next_due = due.soonest(row.next_due or _AT_ONCE, row.last_try)
        self._plan(row.id, None if row.disabled else next_due)

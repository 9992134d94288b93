"""The sources' rows where several workers share a PostgreSQL database: each claims what it reads.

It stands where :class:`bot.store.ledger.Ledger` stands in a single process; nothing is kept in
memory here but what waits to be written.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sources import due
from bot.sources.source import Source
from bot.store.database import Store, Tx
from bot.store.sources import SourceRow

#: seconds in which polls that brought nothing new are gathered: others wait for their leases
GATHER = 0.01
#: a start puts off so many sources in one transaction
AT_ONCE = 1000


class SharedLedger:
    """The part of the sources that one worker has.

    :param worker: its name, part of its leases.
    :param most: how many it reads at a time.
    :param paused: of ``meta``: the hosts that asked any of the workers to be left alone.
    """

    def __init__(
        self,
        store: Store,
        worker: str,
        most: int,
        paused: str,
    ) -> None:
        self._store = store
        self._worker = worker
        self._most = most
        self._paused_key = paused
        self._met: dict[str, Source] = {}  # the sources as they were when last told of
        self._strangers: set[str] = set()
        self._held: dict[str, SourceRow] = {}
        self._checked: dict[str, SourceRow] = {}  # not written yet
        self._numbers = itertools.count(1)
        self.paused: Mapping[str, str] = {}  # hosts, as the last claim found them
        self.more = False  # did the last claim leave some?

    async def due(self, sources: Mapping[str, Source], now: datetime) -> list[SourceRow]:
        """Claim as many of those that are due as there is room for. Raises DataError."""
        await self._meet(sources)
        room = self._most - len(self._held)
        if room <= 0:
            self.more = True
            return []
        lease = self._lease()

        def claim(tx: Tx) -> list[SourceRow]:
            self.paused = tx.meta.get(self._paused_key, {})
            while True:
                rows = tx.leases.claim(lease, now, room, self._strangers)
                unknown = [row for row in rows if row.id not in sources]
                if not unknown:
                    return rows
                # Another worker has another configuration, or they are configured no more.
                tx.leases.give_back(rows)
                self._strangers.update(row.id for row in unknown)

        rows = await self._store.write(claim, beside=True)
        self._held.update((row.id, row) for row in rows)
        self.more = len(rows) == room
        return rows

    async def _meet(self, sources: Mapping[str, Source]) -> None:
        if self._met.keys() == sources.keys() and all(
            one is sources[id] for id, one in self._met.items()
        ):
            return
        hosts = {id: one.host for id, one in sources.items()}
        await self._store.write(lambda tx: tx.leases.meet(hosts))
        self._met = dict(sources)
        self._strangers.difference_update(sources)

    async def spread(
        self, sources: Mapping[str, Source], intervals: Mapping[str, timedelta], now: datetime
    ) -> None:
        """A start of all of them with many sources that are due: they take their turns (P14)."""
        await self._meet(sources)
        known = await self._store.read(lambda tx: (tx.workers.alive(now), tx.leases.waiting(now)))
        others, waiting = known
        if any(one.id != self._worker for one in others):
            return  # they have been reading all the while
        mine = [id for id in waiting if id in intervals]
        turns = due.spread([intervals[id] for id in mine], now)
        later = [(id, at) for id, at in zip(mine, turns, strict=True) if at > now]
        for start in range(0, len(later), AT_ONCE):
            part = dict(later[start : start + AT_ONCE])
            await self._store.write(lambda tx, part=part: tx.leases.put_off(part))  # type: ignore[misc]  # bound in the loop

    def row(self, id: str) -> SourceRow | None:
        """The row of a source that this worker is reading."""
        return self._held.get(id)

    async def all(self) -> Mapping[str, SourceRow]:
        """Every row, by id. Raises DataError."""
        return {row.id: row for row in await self._store.read(lambda tx: tx.sources.all())}

    async def hold(self, id: str, now: datetime) -> SourceRow | None:
        """Claim a source that has told something by itself; None while it is being read: then
        the next read brings it. Raises DataError."""
        lease = self._lease()
        return await self._store.write(lambda tx: tx.leases.hold(id, lease, now), beside=True)

    async def let_go(self, row: SourceRow) -> None:
        """Nothing more is written of it: others may have it. Raises DataError."""
        await self._store.write(lambda tx: tx.leases.give_back([row]), beside=True)

    def _lease(self) -> str:
        return f"{self._worker}/{next(self._numbers)}"

    def written(self, row: SourceRow) -> None:
        """``row`` is in the database, and free; or it is left to its lease's end."""
        self._held.pop(row.id, None)

    def checked(self, row: SourceRow) -> None:
        """Of ``row`` only moments and validators are new: :meth:`save` writes them."""
        self._checked[row.id] = row
        self._held.pop(row.id, None)

    def hurry(self) -> None:
        """Nothing more is to come: what is gathered is written at once anyway."""

    async def save(self) -> None:
        """Write what :meth:`checked` gathered. Raises DataError; then the next one writes it."""
        while self._checked:
            await asyncio.sleep(GATHER)
            rows = list(self._checked.values())
            await self._store.write(lambda tx, rows=rows: tx.leases.checked(rows), beside=True)  # type: ignore[misc]  # the same
            for row in rows:
                if self._checked.get(row.id) is row:
                    del self._checked[row.id]

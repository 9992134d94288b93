"""Reading where several workers share the sources: each takes as many as it has room for, reads
them, and takes more, as long as any is due. Who reads what, PostgreSQL decides (``store/leases``).
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.house import House
from bot.steps.read import read_one
from bot.store.shared import SharedLedger
from bot.store.sources import SourceRow

#: the task that takes sources
TAKING = "taking"


async def take(house: House, ledger: SharedLedger, now: datetime) -> None:
    """Read what is due at ``now``, together with the other workers."""
    while not house.stopping:
        sources = house.sources  # a reload may bring others while the database is asked
        rows = await ledger.due(sources, now)
        house.fetcher.resume(ledger.paused)  # what a host told one of us holds for all (P8)
        for row in rows:
            house.begin(f"source {row.id}", _read(house, ledger, row, now))
        if not ledger.more:
            return
        half = house.config.bot.fetch.concurrency // 2
        while len(reading := reads(house)) > half:
            await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)


def reads(house: House) -> list[asyncio.Task[None]]:
    """The reads that are under way."""
    return [task for name, task in house.working.items() if name.startswith("source ")]


async def _read(house: House, ledger: SharedLedger, row: SourceRow, now: datetime) -> None:
    try:
        await read_one(house, house.sources[row.id], row, now)
    finally:
        ledger.written(row)  # whatever came of it: there is room for another one

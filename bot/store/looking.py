"""A database that is only looked into, beside a bot that may be running: nothing is written to it,
no step of its schema is made and no lock of the bot's is taken.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.errors import DataError
from bot.store import engine as engines
from bot.store.database import Tx
from bot.store.migrate import check
from bot.store.writer import StoreTrouble

T = TypeVar("T")


class Looking:
    """See :func:`looking`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` on one snapshot; it cannot write. Raises what it raises, or DataError."""
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[Tx], T]) -> T:
        try:
            with self._engine.connect() as connection, connection.begin():
                return work(Tx(connection))
        except DBAPIError as error:
            raise StoreTrouble.of(error) from error


@contextlib.asynccontextmanager
async def looking(url: str, data_dir: Path) -> AsyncIterator[Looking | None]:
    """The database at ``url`` ("" is SQLite in ``data_dir``); None where there is none yet.

    Raises DataError: no access, or a schema that is not this bot's own.
    """
    engine = await asyncio.to_thread(_open, url, data_dir)
    if engine is None:
        yield None
        return
    try:
        yield Looking(engine)
    finally:
        await asyncio.to_thread(engine.dispose)


def _open(url: str, data_dir: Path) -> Engine | None:
    where = engines.address(url, data_dir)
    if where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():
        return None
    engine = engines.make(where, readonly=True)
    try:
        with engine.connect() as connection:
            check(connection)
    except DBAPIError as error:
        engine.dispose()
        raise StoreTrouble.of(error) from error
    except DataError:
        engine.dispose()
        raise
    return engine

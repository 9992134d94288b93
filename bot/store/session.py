"""A connection of its own on which PostgreSQL keeps what belongs to one process alone: advisory
locks. They end with the connection, however the process ends, and then another one may have them.

Two things are kept so: who **leads** (one process, for what may run only once), and which **hosts**
are being asked (one request in flight per host, across all workers: P14).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from sqlalchemy import Engine

from bot.store.engine import POSTGRES
from bot.store.writer import StoreTrouble

#: any fixed numbers: the spaces of our advisory locks
_LEADER, _HOSTS = 0x414C504C, 0x414C5048
#: seconds without an answer after which the connection counts as lost. PostgreSQL itself gives up
#: a silent client after 14 (``engine.POSTGRES``): who led knows it before another one may lead.
PATIENCE = 8.0
#: seconds between two looks for a host that another worker is asking, at first and at most
LOOK, LOOK_MOST = 0.05, 1.0


class Session:
    """One process's own locks. :meth:`open` it, and again after it was lost."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self.leads = False

    async def open(self) -> None:
        """Connect, where it is not connected. Raises DataError."""
        if self.alive:
            return
        await self.close()
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        told = POSTGRES | {"idle_in_transaction_session_timeout": "0"}
        options = {
            **options,
            "options": " ".join(f"-c {name}={value}" for name, value in told.items()),
            "application_name": "alposs-bot session",
            "connect_timeout": 10,
            "autocommit": True,
        }
        try:
            self._connection = await psycopg.AsyncConnection.connect(*arguments, **options)
        except psycopg.Error as error:
            raise _trouble(error) from error

    @property
    def alive(self) -> bool:
        """Is it connected, as far as it knows?"""
        return self._connection is not None and not self._connection.closed

    async def close(self) -> None:
        """End it, and with it every lock. Never raises."""
        connection, self._connection, self.leads = self._connection, None, False
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                await connection.close()

    async def check(self) -> bool:
        """Ask PostgreSQL whether the session is still there. False: every lock is lost."""
        try:
            await self._ask("SELECT true")
        except StoreTrouble:
            return False
        return True

    async def lead(self) -> bool:
        """Lead, where nobody else does. Raises DataError."""
        if not self.leads:
            self.leads = await self._ask("SELECT pg_try_advisory_lock(%s, 0)", _LEADER)
        return self.leads

    async def resign(self) -> None:
        """Let another one lead. Raises DataError; the lock is lost even then."""
        if self.leads:
            self.leads = False
            await self._ask("SELECT pg_advisory_unlock(%s, 0)", _LEADER)

    @contextlib.asynccontextmanager
    async def host(self, name: str) -> AsyncIterator[None]:
        """Ask this host alone, of all workers. Raises DataError: then nobody may be asked."""
        pause, connection = LOOK, self._connection
        take = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
        try:
            while not await self._ask(take, _HOSTS, name):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LOOK_MOST)
            yield
        finally:
            # Also where the question was cut off: the answer may have been yes. After a loss of
            # the connection there is nothing to give back.
            if connection is self._connection:
                with contextlib.suppress(StoreTrouble):
                    await asyncio.shield(
                        self._ask("SELECT pg_advisory_unlock(%s, hashtext(%s))", _HOSTS, name)
                    )

    async def _ask(self, question: str, *values: object) -> bool:
        connection = self._connection
        if connection is None or connection.closed:
            raise StoreTrouble(cause="no session")
        try:
            async with asyncio.timeout(PATIENCE):
                cursor = await connection.execute(question, values)
                row = await cursor.fetchone()
        except (psycopg.Error, TimeoutError) as error:
            await self._lost(connection)
            raise _trouble(error) from error
        return bool(row and row[0])

    async def _lost(self, connection: psycopg.AsyncConnection[Any]) -> None:
        if connection is self._connection:
            await self.close()


def _trouble(error: BaseException) -> StoreTrouble:
    return StoreTrouble(cause=next(iter(str(error).strip().splitlines()), type(error).__name__))

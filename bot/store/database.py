"""The Store: everything remembered, in transactions.

``await store.write(work)`` runs ``work(tx)`` in the writer's thread inside one transaction (a
savepoint of a grouped commit) and returns its result after the commit. ``await
store.read(work)`` runs it in a reader's thread on one snapshot. ``work`` is plain synchronous
code; it may run after its caller was cancelled, and must be safe to be run again after an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.causes import cause_of
from bot.config.overrides import Override
from bot.errors import DataError
from bot.store import engine as engines
from bot.store.announcements import Announcements
from bot.store.asked import Askeds
from bot.store.audit import Audit
from bot.store.backup import copy_sqlite
from bot.store.channels import Channels
from bot.store.deliveries import Deliveries
from bot.store.drafts import Drafts
from bot.store.entries import Entries
from bot.store.heard import HeardOnes
from bot.store.hubs import Hubs
from bot.store.index import Index
from bot.store.leases import Leases
from bot.store.lock import data_lock, leader_lock
from bot.store.meta import Meta
from bot.store.migrate import migrate
from bot.store.notices import Notices
from bot.store.overrides import Overrides
from bot.store.people import People
from bot.store.session import Session
from bot.store.sources import Sources
from bot.store.stories import Stories
from bot.store.together import Together
from bot.store.workers import Workers
from bot.store.writer import StoreTrouble, Writer

__all__ = ["Store", "Tx", "data_lock", "leader_lock"]

log = logging.getLogger(__name__)
T = TypeVar("T")
N = TypeVar("N")

#: threads that read; a read never waits for a write
READERS = 3


class UnusableFolder(DataError):
    """The data folder cannot be made or written."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Le dossier des données {folder} ne peut pas être utilisé ({cause}). Vérifiez ses "
        "droits, ou donnez-en un autre avec --data.",
        "en": "The data folder {folder} cannot be used ({cause}). Check its permissions, or give "
        "another one with --data.",
    }


class OthersBackup(DataError):
    """A PostgreSQL database has its own tools for backups."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Une base PostgreSQL se sauvegarde avec pg_dump et se restaure avec pg_restore.",
        "en": "A PostgreSQL database is backed up with pg_dump and restored with pg_restore.",
    }


def is_shared(url: str) -> bool:
    """Is it a database on which several workers may run (PostgreSQL)?"""
    return url.startswith("postgres")


def is_own(url: str, data_dir: Path) -> bool:
    """Does the database lie in the data folder? Then who holds the folder's lock is alone with it:
    whatever another process had in hand, that process is dead."""
    where = engines.address(url, data_dir)
    if where.get_backend_name() != "sqlite":
        return False
    return Path(where.database or "").resolve().parent == data_dir.resolve()


class _Of(Generic[N]):
    """A noun of a transaction, made when it is first asked for: most need three of them."""

    def __init__(self, kind: Callable[[Connection], N]) -> None:
        self._kind = kind

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, tx: Tx, _: type) -> N:
        noun = tx.__dict__[self._name] = self._kind(tx.connection)
        return noun


class Tx:
    """One transaction, with everything remembered sorted by noun."""

    meta = _Of(Meta)
    sources = _Of(Sources)
    leases = _Of(Leases)
    workers = _Of(Workers)
    entries = _Of(Entries)
    stories = _Of(Stories)
    announcements = _Of(Announcements)
    channels = _Of(Channels)
    deliveries = _Of(Deliveries)
    notices = _Of(Notices)
    index = _Of(Index)
    heard = _Of(HeardOnes)
    audit = _Of(Audit)
    asked = _Of(Askeds)
    people = _Of(People)
    hubs = _Of(Hubs)
    overrides = _Of(Overrides)
    drafts = _Of(Drafts)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Store:
    """An opened database. Make one with :meth:`open`, end it with :meth:`close`."""

    def __init__(self, writing: Engine, reading: Engine, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._writing = writing
        self._reading = reading
        self._writer = Writer(writing)
        self._together = Together(self._writer.submit)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    @classmethod
    async def open(cls, url: str = "", *, data_dir: Path) -> Store:
        """Open (and migrate) the database at ``url``; "" is SQLite in ``data_dir`` (0700).

        Raises DataError: unknown kind of database, newer schema, no access, disk full.
        """
        return await asyncio.to_thread(cls._open, url, data_dir)

    @classmethod
    def _open(cls, url: str, data_dir: Path) -> Store:
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            where = engines.address(url, data_dir)
            writing = engines.make(where)
            try:
                migrate(writing, data_dir)
            except BaseException:
                writing.dispose()
                raise
            return cls(writing, engines.make(where, readonly=True), data_dir)
        except DBAPIError as error:
            raise StoreTrouble.of(error) from error
        except OSError as error:
            raise UnusableFolder(folder=data_dir, cause=cause_of(error)) from error

    @classmethod
    async def overrides(cls, url: str, data_dir: Path) -> list[Override]:
        """What was set from the room, of a database that may be older, or not be there yet: then
        nothing. Changes nothing in it. Raises DataError where it cannot be reached."""
        return await asyncio.to_thread(cls._overrides, url, data_dir)

    @classmethod
    def _overrides(cls, url: str, data_dir: Path) -> list[Override]:
        where = engines.address(url, data_dir)
        file = where.database if where.get_backend_name() == "sqlite" else None
        if file is not None and not Path(file).is_file():
            return []
        reading = engines.make(where, readonly=True)
        try:
            with reading.connect() as connection, connection.begin():
                found = Overrides(connection)
                return found.all() if found.there() else []
        except DBAPIError as error:
            raise StoreTrouble.of(error) from error
        finally:
            reading.dispose()

    @property
    def database(self) -> Path | None:
        """The file of a SQLite database, None for PostgreSQL."""
        url = self._writing.url
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def shared(self) -> bool:
        """True for PostgreSQL: other workers may read and write it at the same time."""
        return self.database is None

    def session(self) -> Session:
        """A connection for what belongs to one process alone, not opened yet (PostgreSQL)."""
        return Session(self._writing)

    def coming(self) -> AbstractContextManager[None]:
        """Inside of it a write is on its way that may be made ``together`` with others."""
        return self._together.coming()

    async def write(
        self, work: Callable[[Tx], T], *, beside: bool = False, together: bool = False
    ) -> T:
        """Run ``work`` in one transaction; its result comes after the commit.

        Raises what ``work`` raises (it alone is rolled back), or DataError.

        :param beside: ``work`` touches only what it claims, or holds by a lease, so that other
            workers may write at the same time; else it has the database to itself.
        :param together: inside :meth:`coming`: it may wait a moment for others that are coming.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = (lambda one: work(Tx(one))), future, beside
        if together:
            await self._together.wait(job)
            return future.result()
        self._together.flush()
        self._writer.submit(job)
        return await future

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` on one snapshot; it cannot write. Raises what it raises, or DataError."""

        def run() -> T:
            try:
                with self._reading.connect() as connection, connection.begin():
                    return work(Tx(connection))
            except DBAPIError as error:
                raise StoreTrouble.of(error) from error

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    async def backup(self, target: Path) -> None:
        """Write a verified snapshot of a SQLite database to ``target`` (0600), under load (O5).

        Raises DataError; for PostgreSQL it says to use pg_dump.
        """
        if self.database is None:
            raise OthersBackup
        await asyncio.get_running_loop().run_in_executor(
            self._readers, copy_sqlite, self.database, target
        )

    async def close(self) -> None:
        """Finish the queued writes and close every connection."""
        self._together.flush()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self._reading.dispose()
        self._writing.dispose()

"""The one writer: a thread that runs queued pieces of work, several to a commit.

Each piece runs inside a savepoint (one that is alone needs none): one that fails is rolled back
alone. Nobody hears of success before the commit that holds their work is on the disk; a commit
that fails fails them all.

In SQLite one transaction writes at a time, and all code relies on it: what it has read still holds
when it writes. In PostgreSQL, where other workers write too, a transaction-level advisory lock
says the same: work that decides has it alone, work that only takes or gives back what nobody else
may touch (*beside*) shares it. It is taken first, so that no two wait for each other, and
PostgreSQL frees it with the transaction, however that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError

from bot.errors import DataError
from bot.store.statement import directly

log = logging.getLogger(__name__)
T = TypeVar("T")

#: pieces of work that may share a commit
GROUP = 64
#: pauses before trying again to begin, in seconds; nothing has run then, so nothing runs twice
BEGIN_AGAIN = (0.1, 0.5, 2.0)

#: work, who waits for it (on their event loop), may it run beside other workers' writes?
Job = tuple[Callable[[Connection], Any], "asyncio.Future[Any]", bool]
#: who waits, what came of it, or the error
Ended = tuple["asyncio.Future[Any]", Any, BaseException | None]

#: any fixed number: PostgreSQL's advisory lock for "who writes"
_TURN = 0x414C5057
_ALONE = text(f"SELECT pg_advisory_xact_lock({_TURN})")
_BESIDE = text(f"SELECT pg_advisory_xact_lock_shared({_TURN})")


class StoreTrouble(DataError):
    """The database refused: disk full, locked by another process, connection lost…

    Whether a lost commit was made is not known (C17): every write is made so that it may be done
    again.
    """

    texts: ClassVar[dict[str, str]] = {
        "fr": "La base de données refuse ({cause}). Libérez de la place ou vérifiez qu’elle "
        "répond ; rien n’est perdu, je recommencerai.",
        "en": "The database refuses ({cause}). Free some space or check that it answers; nothing "
        "is lost, I will start again.",
    }

    @classmethod
    def of(cls, error: DBAPIError | PendingRollbackError) -> StoreTrouble:
        """Say it without the statement and its values, which may be private."""
        said = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
        cause = next(iter(said.strip().splitlines()), "?")
        damaged = "not a database" in cause or "malformed" in cause  # SQLITE_NOTADB, _CORRUPT
        return (Damaged if damaged else cls)(cause=cause)


class Damaged(StoreTrouble):
    """The database file cannot be read as one. Nothing was written to it."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Le fichier de la base de données est abîmé ({cause}). Je n’y ai rien écrit. Remettez "
        "à sa place une copie de data/backups, ou mettez-le de côté pour repartir de zéro.",
        "en": "The database file is damaged ({cause}). I wrote nothing to it. Put a copy from "
        "data/backups in its place, or move it aside to start anew.",
    }


class Writer:
    """Owns the one connection that writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[tuple[Job, ...] | None] = queue.SimpleQueue()
        #: SQLite's connection between two commits, as long as all goes well
        self._kept: Connection | None = None
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, *jobs: Job) -> None:
        """Queue pieces of work, which share a commit. Their futures end after it."""
        with self._door:
            if not self._closed:
                self._jobs.put(jobs)
                return
        _tell([(job[1], None, StoreTrouble(cause="closed")) for job in jobs])

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._gather()
            if group:
                self._commit_group(group)
        if self._kept is not None:
            self._kept.close()

    def _gather(self) -> tuple[list[Job], bool]:
        """Wait for a piece of work and take what else is waiting; False: the end was asked."""
        group: list[Job] = []
        jobs = self._jobs.get()
        while jobs is not None:
            group += [job for job in jobs if not job[1].cancelled()]
            if len(group) >= GROUP:
                return group, True
            try:
                jobs = self._jobs.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit_group(self, group: list[Job]) -> None:
        ended: list[Ended] = []
        try:
            with self._transaction() as connection:
                if connection.dialect.name == "postgresql":
                    beside = all(beside for _, _, beside in group)
                    connection.execute(_BESIDE if beside else _ALONE)
                for work, future, _ in group:
                    savepoint = _Savepoint(connection) if len(group) > 1 else None
                    try:
                        result = work(connection)
                    except Exception as error:  # noqa: BLE001  # told to the one who asked for it
                        _undo(connection, savepoint, error)
                        ended.append((future, None, _told(error)))
                    else:
                        if savepoint is not None:
                            savepoint.commit()
                        ended.append((future, result, None))
                connection.commit()
        except Exception as error:  # noqa: BLE001  # told to all who had work in this commit
            log.warning("commit failed", extra={"cause": type(error).__name__, "works": len(group)})
            ended = [(future, None, _told(error)) for _, future, _ in group]
        _tell(ended)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begun; kept for the next one where it ended well."""
        connection = self._connection()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if connection.dialect.name == "sqlite":
            self._kept = connection
        else:
            connection.close()

    def _connection(self) -> Connection:
        """A connection with a transaction begun; what it takes to get one is tried again."""
        for pause in (*BEGIN_AGAIN, None):
            connection, self._kept = self._kept, None
            try:
                connection = connection or self._engine.connect()
                connection.begin()
            except DBAPIError as error:
                if connection is not None:
                    connection.close()
                if pause is None:
                    raise
                log.warning("database not ready", extra={"cause": StoreTrouble.of(error).fields})
                time.sleep(pause)
            else:
                return connection
        raise AssertionError  # the last round returned or raised


class _Savepoint:
    """Inside the group's transaction. On SQLite the driver sets it: SQLAlchemy's own costs more
    than most of the work that it guards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        lite = connection.dialect.name == "sqlite"
        self._nested = None if lite else connection.begin_nested()
        if lite:
            directly(connection, "SAVEPOINT work")

    def commit(self) -> None:
        if self._nested is not None:
            self._nested.commit()
        else:
            directly(self._connection, "RELEASE work")

    def rollback(self) -> None:
        if self._nested is not None:
            self._nested.rollback()
        else:
            directly(self._connection, "ROLLBACK TO work")
            directly(self._connection, "RELEASE work")


def _undo(connection: Connection, savepoint: _Savepoint | None, error: Exception) -> None:
    """Roll one piece of work back, or the whole transaction where it is alone. A full disk or a
    lost connection ends the whole one, savepoints and all: then its own error is what there is to
    tell, to all of the group."""
    try:
        (savepoint or connection).rollback()
    except SQLAlchemyError as gone:
        raise error from gone
    if connection.invalidated:
        raise error


def _tell(ended: Iterable[Ended]) -> None:
    """Let those who wait know, all of one event loop at once: each call wakes it up."""
    loops: dict[asyncio.AbstractEventLoop, list[Ended]] = {}
    for one in ended:
        loops.setdefault(one[0].get_loop(), []).append(one)
    for loop, those in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_end, those)


def _end(those: Iterable[Ended]) -> None:
    for future, result, error in those:
        if future.done():
            continue  # who waited has gone
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def _told(error: BaseException) -> BaseException:
    # Other errors of SQLAlchemy's are our own mistakes: they must show as they are.
    if isinstance(error, DBAPIError | PendingRollbackError):
        return StoreTrouble.of(error)
    return error

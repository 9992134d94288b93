"""Connections to SQLite or PostgreSQL, with the settings that each of them needs.

SQLite runs in WAL mode with ``synchronous=FULL``: with NORMAL a power cut may take back the last
commits, and a "sent" that is taken back is a message sent twice. Commits are grouped by the
writer, so that the extra fsync costs little.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import DataError
from bot.store.statement import directly
from bot.store.values import pack

#: how long SQLite waits for another process's write to end, in seconds
BUSY_SECONDS = 10
#: what PostgreSQL is told of each connection. A worker that stands still, or whose machine is gone,
#: must not hold up the others: its transaction ends after 15 s, its connection (on TCP) after 14.
POSTGRES = {
    "timezone": "UTC",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}


class UnknownDatabase(DataError):
    """``[store] url`` names neither SQLite nor PostgreSQL. ``kind`` is what it begins with."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Base de données inconnue : « {kind} ». Dans bot.toml, sous [store], "
        "url est vide (SQLite dans le dossier des données) ou commence par postgresql://",
        "en": "Unknown database: “{kind}”. In bot.toml, under [store], url is empty (SQLite in "
        "the data folder) or begins with postgresql://",
    }


def address(url: str, data_dir: Path) -> URL:
    """The database's URL; an empty one is SQLite in ``data_dir``.

    ``postgres://`` and ``postgresql://`` are spoken to through psycopg. Raises UnknownDatabase for
    anything else than SQLite and PostgreSQL.
    """
    if not url:
        return URL.create("sqlite", database=str(data_dir / "alposs.db"))
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase(kind=url.partition(":")[0]) from error
    backend = made.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql"):
        return made.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UnknownDatabase(kind=backend)
    name = made.database
    if not name or name == ":memory:":
        return URL.create("sqlite", database=str(data_dir / "alposs.db"))
    path = Path(name)
    return made.set(
        drivername="sqlite", database=str(path if path.is_absolute() else data_dir / path)
    )


def make(url: URL, *, readonly: bool = False) -> Engine:
    """An engine whose transactions are one snapshot; a writer's takes the lock at once."""
    if url.get_backend_name() == "sqlite":
        _private_file(Path(url.database or ""))
        engine = create_engine(
            url, pool_size=4, connect_args={"timeout": BUSY_SECONDS}, json_serializer=pack
        )
        event.listen(engine, "connect", _settings(readonly=readonly))
        event.listen(engine, "begin", _begin_snapshot if readonly else _begin_write)
        return engine
    told = POSTGRES | ({"default_transaction_read_only": "on"} if readonly else {})
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    return create_engine(
        url,
        pool_size=4,
        pool_pre_ping=True,
        json_serializer=pack,
        connect_args={"options": options, "connect_timeout": 10, "application_name": "alposs-bot"},
        isolation_level="REPEATABLE READ" if readonly else "READ COMMITTED",
    )


def _private_file(path: Path) -> None:
    """Make the database 0600 before anything is written; -wal and -shm take its mode.

    One that is there is never opened: closing *any* descriptor of a file drops all POSIX locks
    that the process has on it (fcntl(2), sqlite.org/howtocorrupt.html section 2.2), also those of
    its open connections. Another process would then take itself for the last one, and delete the
    write-ahead log under ours: what is committed afterwards would be lost.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    found = path.stat()
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != 0o600:
        path.chmod(0o600)


def _settings(*, readonly: bool) -> Any:
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must begin nothing by itself: it would leave DDL outside of transactions.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"query_only={'ON' if readonly else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return connect


def _begin_write(connection: Connection) -> None:
    directly(connection, "BEGIN IMMEDIATE")


def _begin_snapshot(connection: Connection) -> None:
    directly(connection, "BEGIN")

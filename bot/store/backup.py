"""Backup under load and restore (O5).

A backup is one whole SQLite file made by ``VACUUM INTO``: a snapshot, whatever is written
meanwhile. After a restore the bot must not trust what the backup says was not sent: until every
message of that time is looked for first, nothing is posted twice (D9).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from bot.errors import DataError
from bot.store.lock import data_lock

#: key in ``meta``: since when the other side may know more than we do, and until when to ask
RECONCILE = "reconcile"
#: news older than this is not told anyway, so that looking first may end
RECONCILE_FOR = timedelta(days=15)


#: a backup made before an update is kept for so long
KEPT = timedelta(days=30)


class BadBackup(DataError):
    """A file that is no sound backup of the bot."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{file} n’est pas une sauvegarde utilisable ({cause}). Prenez-en une autre dans "
        "data/backups/.",
        "en": "{file} is not a usable backup ({cause}). Take another one from data/backups/.",
    }


class NoBackup(DataError):
    """A backup could not be written."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "La sauvegarde {file} n’a pas pu être écrite ({cause}). Libérez de la place ou "
        "donnez un autre dossier.",
        "en": "The backup {file} could not be written ({cause}). Free some space or give another "
        "folder.",
    }


def copy_sqlite(database: Path, target: Path) -> None:
    """Write a verified snapshot of ``database`` to ``target`` (0600). Raises NoBackup."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            with closing(sqlite3.connect(database, timeout=10)) as source:
                source.execute("VACUUM INTO ?", (str(part),))
            verify(part)
            _sync(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise NoBackup(file=target, cause=error) from error


def verify(file: Path) -> None:
    """Raise BadBackup unless ``file`` is a sound database of the bot."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            [said] = database.execute("PRAGMA integrity_check").fetchone()
            database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BadBackup(file=file, cause=error) from error
    if said != "ok":
        raise BadBackup(file=file, cause=said)


def expire(data_dir: Path, now: datetime) -> int:
    """Delete the backups made before updates that are older than ``KEPT``: whoever asked to be
    forgotten is in them still. How many."""
    gone = 0
    for file in (data_dir / "backups").glob("before-update-*.db"):
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < now - KEPT:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def restore_sqlite(backup: Path, database: Path, data_dir: Path, now: datetime) -> None:
    """Put ``backup`` in the place of ``database``; the one replaced is kept beside it.

    Refuses while a bot runs (DataLocked) and an unsound backup (BadBackup). Every message of the
    time since the backup will be looked for before it is sent.
    """
    verify(backup)
    with data_lock(data_dir):
        part = database.with_name(database.name + ".restored")
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        shutil.copyfile(backup, part)
        taken = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
        _mark(part, min(taken, now), now)
        _sync(part)
        if database.exists():
            _put_aside(database, now)
        part.replace(database)


def _put_aside(database: Path, now: datetime) -> None:
    """Keep the replaced database whole; its log is folded into it first."""
    with closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = database.with_name(f"{database.stem}-replaced-{now:%Y%m%dT%H%M%S}.db")
    database.replace(kept)
    for log_file in ("-wal", "-shm"):
        database.with_name(database.name + log_file).unlink(missing_ok=True)


def _mark(file: Path, since: datetime, now: datetime) -> None:
    import json

    value = {"since": since.isoformat(), "until": (now + RECONCILE_FOR).isoformat()}
    moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    try:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (RECONCILE, json.dumps(value)),
            )
            database.execute(
                "UPDATE deliveries SET doubt = 1, state = 'unclear', lease = '', "
                "lease_until = NULL, first_attempt = COALESCE(first_attempt, ?) "
                "WHERE state IN ('queued', 'sending', 'unclear')",
                (moment,),
            )
    except sqlite3.Error as error:
        raise BadBackup(file=file, cause=error) from error


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

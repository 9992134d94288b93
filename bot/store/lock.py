"""The data lock: one running bot per data folder (D8)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, ClassVar

from bot.causes import cause_of
from bot.errors import DataError


class DataLocked(DataError):
    """Another bot works with this data folder. ``pid`` is its process, ``folder`` the data."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Un autre bot (processus {pid}) utilise déjà {folder}. Arrêtez-le d’abord, ou "
        "donnez à celui-ci un autre dossier avec --data.",
        "en": "Another bot (process {pid}) already uses {folder}. Stop it first, or give this "
        "one another folder with --data.",
    }


class DataFolder(DataError):
    """The data folder cannot be written. ``folder`` is it, ``cause`` what the system says."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Je ne peux pas écrire dans le dossier de données {folder} ({cause}). Vérifiez que "
        "c’est un dossier et que le bot y a tous les droits, ou donnez-en un autre avec --data.",
        "en": "I cannot write in the data folder {folder} ({cause}). Check that it is a folder "
        "and that the bot may write there, or give another one with --data.",
    }


@contextmanager
def data_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder. The system frees it when the process ends, however it ends.

    Only ``run`` and ``once`` take it. Raises DataLocked, DataFolder.
    """
    with _held(data_dir / "lock", blocking=False) as handle:
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def runs(data_dir: Path) -> bool:
    """Does a bot seem to work with this data folder? Takes no lock: a bot that starts at this
    moment must find it free."""
    try:
        pid = int((data_dir / "lock").read_text(encoding="utf-8"))
        os.kill(pid, 0)
    except PermissionError:
        return True  # another user's process
    except (OSError, ValueError):
        return False
    return True


@contextmanager
def leader_lock(data_dir: Path) -> Iterator[None]:
    """Hold what only a leader may open in this data folder (the keys of a Matrix device): one that
    no longer leads may still be closing it. Raises DataLocked, DataFolder."""
    with _held(data_dir / "leader.lock", blocking=False):
        yield


@contextmanager
def migration_lock(data_dir: Path) -> Iterator[None]:
    """Wait for one's turn to migrate a SQLite database."""
    with _held(data_dir / "migration.lock", blocking=True):
        yield


@contextmanager
def _held(path: Path, *, blocking: bool) -> Iterator[IO[str]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise DataFolder(folder=path.parent, cause=cause_of(error)) from error
    with os.fdopen(number, "r+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if blocking else fcntl.LOCK_NB))
        except BlockingIOError as error:
            pid = handle.read().strip() or "?"
            raise DataLocked(pid=pid, folder=path.parent) from error
        yield handle  # closing the file frees the lock

"""What a Matrix account keeps in the data folder: ``matrix/ACCOUNT/``, mode 0700.

``@user:server_DEVICE.db`` and three text files are the client's key store; ``pickle.key`` (0600)
is the key that encrypts it. Both belong in every backup: without them the device is lost.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.channels.matrix_errors import KeysLost
from bot.config.wiring import AccountSettings


def crypto_folder(data_dir: Path, account_id: str) -> Path:
    """The account's folder, created where missing. Raises KeysLost where it cannot be."""
    folder = Path(data_dir) / "matrix" / account_id
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise KeysLost(device="?", cause=error.strerror or "no folder") from error
    return folder


def pickle_key(data_dir: Path, account_id: str, settings: AccountSettings) -> str:
    """The key of the key store: read, or created once before there is a store.

    ``pickle_key_file`` of the account may name another file; a relative one is under
    ``data_dir``. Raises KeysLost where a store stands without its key, or the file is readable
    by others.
    """
    folder = crypto_folder(data_dir, account_id)
    path = folder / "pickle.key"
    if settings.pickle_key_file:
        path = Path(data_dir) / Path(settings.pickle_key_file).expanduser()
    device = settings.device or "?"
    try:
        if path.exists():
            if path.stat().st_mode & 0o077:
                raise KeysLost(device=device, cause=f"{path.name} is readable by others: chmod 600")
            key = path.read_text(encoding="ascii").strip()
            if not key:
                raise KeysLost(device=device, cause=f"{path.name} is empty")
            return key
        if any(folder.glob("*.db")):
            raise KeysLost(device=device, cause=f"{path.name} is missing")
        key = secrets.token_urlsafe(32)
        write_secret(path, key)
    except OSError as error:
        raise KeysLost(device=device, cause=error.strerror or path.name) from error
    return key


def write_secret(path: Path, value: str) -> None:
    """Write a secret so that nobody else can read it, not even for a moment; whole or not at
    all (the new file takes the old one's place)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)

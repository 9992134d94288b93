"""What a Matrix account keeps in the data folder: ``matrix/ACCOUNT/``, mode 0700.

``@user:server_DEVICE.db`` and three text files are the client's key store; ``pickle.key`` (0600)
is the key that encrypts it. Both belong in every backup: without them the device is lost.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from bot.causes import cause_of
from bot.channels.account import write_secret
from bot.channels.matrix_errors import KeysLost
from bot.config.wiring import AccountSettings


def crypto_folder(data_dir: Path, account_id: str) -> Path:
    """The account's folder, created where missing. Raises KeysLost where it cannot be."""
    folder = Path(data_dir) / "matrix" / account_id
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        for path in folder.glob("@*"):  # the client’s library makes its files as the umask has it
            if path.is_file():
                path.chmod(0o600)
    except OSError as error:
        raise KeysLost(device="?", cause=cause_of(error)) from error
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
                cause = {
                    "fr": f"d’autres peuvent lire {path.name}\u00a0: chmod 600 {path}",
                    "en": f"others can read {path.name}: chmod 600 {path}",
                }
                raise KeysLost(device=device, cause=cause)
            key = path.read_text(encoding="ascii").strip()
            if not key:
                raise KeysLost(
                    device=device,
                    cause={"fr": f"{path.name} est vide", "en": f"{path.name} is empty"},
                )
            return key
        if any(folder.glob("*.db")):
            raise KeysLost(
                device=device,
                cause={"fr": f"{path.name} manque", "en": f"{path.name} is missing"},
            )
        key = secrets.token_urlsafe(32)
        write_secret(path, key)
    except OSError as error:
        raise KeysLost(device=device, cause=cause_of(error)) from error
    return key

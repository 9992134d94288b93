"""An account: one login of ``config/accounts/``, and its secret, read when it is used.

A secret stands in a file that only the bot may read, or in an environment variable; never in a
configuration file, an error, a log line or a ``repr`` (S11).
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from bot.causes import cause_of
from bot.config.wiring import AccountSettings
from bot.errors import Locked

#: longest secret that is read, in bytes: whoever names another file by mistake learns it early
LONGEST = 64 * 1024


class SecretMissing(Locked):
    """The secret cannot be used: not there, empty, or open to other users."""

    reason: ClassVar[str] = "secret"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel}\u00a0: {cause}\u202f; rien n’est perdu. {next}",
        "en": "{channel}: {cause}; nothing is lost. {next}",
    }


class Account:
    """One login, shared by all channels that name it.

    :param id: the stem of its file in ``config/accounts/``.
    :param settings: that file.
    :param data_dir: the bot's data folder.
    :param language: of what it says to admins.
    """

    def __init__(
        self, id: str, settings: AccountSettings, data_dir: Path, language: str = "fr"
    ) -> None:
        self.id = id
        self.settings = settings
        self.data_dir = data_dir
        self.language = language

    def secret(self) -> str:
        """The access token, read afresh each time: a renewed one works without a restart.

        Raises SecretMissing.
        """
        return read_secret(
            self.settings.token_file, self.settings.token_env, base=self.data_dir, whose=self.id
        )

    def __repr__(self) -> str:
        return f"Account({self.id!r}, {self.settings.kind}, {self.settings.server})"


def read_secret(
    file: str | None,
    variable: str | None,
    *,
    base: Path,
    whose: str,
    env: Mapping[str, str] = os.environ,
) -> str:
    """The secret of ``whose``, from ``file`` or else from the environment's ``variable``.

    :param base: where a relative ``file`` starts; configuration files give absolute ones.

    Raises SecretMissing.
    """
    if file:
        return _from_file(base / Path(file).expanduser(), whose, env)
    if variable:
        value = env.get(variable, "").strip()
        if value:
            return value
        raise SecretMissing(
            channel=whose,
            cause=_two("la variable {} est vide", "the variable {} is empty", variable),
            next=_two("Donnez-lui le secret et relancez.", "Set it and start again."),
        )
    raise SecretMissing(
        channel=whose,
        cause=_two("aucun secret n’est indiqué", "no secret is named"),
        next=_two(
            "Écrivez …_file ou …_env dans son fichier, ou lancez\u00a0: alposs-bot setup",
            "Write …_file or …_env in its file, or run: alposs-bot setup",
        ),
    )


def _from_file(path: Path, whose: str, env: Mapping[str, str]) -> str:
    """Read a file, judged by what was opened: it cannot be swapped in between."""
    try:
        # Plain system calls: a file object would take five times as long, for each message.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise _unusable(path, whose, "n’est pas un fichier", "is no file")
            if os.name == "posix" and found.st_mode & _closed(path, env):
                mode = f"{stat.S_IMODE(found.st_mode):04o}"
                raise SecretMissing(
                    channel=whose,
                    cause=_two(
                        "d’autres utilisateurs peuvent lire le secret {} (droits {})",
                        "other users can read the secret {} (mode {})",
                        path,
                        mode,
                    ),
                    next=_two("Fermez-le\u00a0: chmod 600 {}", "Close it: chmod 600 {}", path),
                )
            value = os.read(file, LONGEST).decode("utf-8").strip()
        finally:
            os.close(file)
    except UnicodeDecodeError as error:
        raise _unusable(path, whose, "n’est pas du texte", "is no text") from error
    except OSError as error:
        cause = cause_of(error)
        french, english = f"est illisible ({cause['fr']})", f"cannot be read ({cause['en']})"
        raise _unusable(path, whose, french, english) from error
    if not value:
        raise _unusable(path, whose, "est vide", "is empty")
    return value


def _closed(path: Path, env: Mapping[str, str]) -> int:
    """The permission bits that must not be set. systemd hands credentials over as 0440, in a
    folder that only the service can enter."""
    given = env.get("CREDENTIALS_DIRECTORY")
    return 0o037 if given and path.is_relative_to(given) else 0o077


def _unusable(path: Path, whose: str, french: str, english: str) -> SecretMissing:
    return SecretMissing(
        channel=whose,
        cause=_two("le secret {} {}", "the secret {} {}", path, {"fr": french, "en": english}),
        next=_two("Créez-le avec\u00a0: alposs-bot setup", "Make it with: alposs-bot setup"),
    )


def _two(french: str, english: str, *values: object) -> dict[str, str]:
    def filled(language: str, template: str) -> str:
        return template.format(
            *(value[language] if isinstance(value, dict) else value for value in values)
        )

    return {"fr": filled("fr", french), "en": filled("en", english)}


def write_secret(path: Path, value: str) -> None:
    """Write a secret with mode 0600, whole or not at all: a new file takes the old one's place,
    and at no moment may anybody else read it. Its folder, where missing, is made 0700.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp: 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(value.strip() + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

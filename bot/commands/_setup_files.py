"""The files that ``setup`` writes: shown, never over others without a yes, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.causes import cause_in
from bot.channels.account import write_secret
from bot.commands._setup_answers import Answers
from bot.config.read import defaults_folder
from bot.errors import CommandError


def own_folder(answers: Answers) -> Path:
    """The folder that may be written: the given one, else ``./config``; begun where missing with
    the shipped settings, sources and channels (the rest is taken from the shipped ones anyway).

    Raises CommandError.
    """
    shipped = defaults_folder()
    folder = answers.context.config_dir
    if folder.resolve() == shipped.resolve() and shipped.name != "config":
        folder = Path("config")  # an installed bot: its own files are not ours to change
    if folder.resolve() == shipped.resolve() or _begun(folder):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (shipped / "bot.toml").exists():
            shutil.copy(shipped / "bot.toml", folder / "bot.toml")
        for room in ("sources", "channels"):
            shutil.copytree(shipped / room, folder / room, dirs_exist_ok=True)
    except OSError as error:
        raise _unwritable(answers, folder, error) from error
    answers.say("begun", folder=folder)
    return folder


def _begun(folder: Path) -> bool:
    rooms = ("accounts", "channels", "sources")
    return (folder / "bot.toml").exists() or any((folder / room).is_dir() for room in rooms)


def known(folder: Path, room: str) -> dict[str, dict[str, Any]]:
    """What the files of a folder say, by id; one that cannot be read says nothing."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / room).glob("*.toml")):
        try:
            found[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            found[path.stem] = {}
    return found


def first(folder: Path, kind: str, name: str) -> str:
    """What the first account of a kind says of itself, to be offered again; else empty."""
    accounts = known(folder, "accounts").values()
    return next((str(told.get(name, "")) for told in accounts if told.get("kind") == kind), "")


async def write(
    answers: Answers, path: Path, values: Mapping[str, Any], comment: str, *, ours: bool = False
) -> bool:
    """Write one settings file, and show it. True if it now says ``values``.

    :param ours: it is known to be this very thing: then it is brought up to date unasked, and
        whatever else it says stays.
    """
    there = known(path.parent.parent, path.parent.name).get(path.stem)
    if there is not None and _says(there, values):
        answers.say("unchanged", path=path)
        return True
    if there is not None and not ours:
        question = answers.tell("overwrite", path=path)
        if not await answers.agree("overwrite", question, default=False, alone=False):
            answers.say("kept", path=path)
            return False
    try:
        text = _replace(path, values, comment, keep=there is not None and ours)
    except OSError as error:
        raise _unwritable(answers, path, error) from error
    answers.say("wrote", path=path, text="".join(f"    {line}\n" for line in text.splitlines()))
    return True


def _replace(path: Path, values: Mapping[str, Any], comment: str, *, keep: bool) -> str:
    """Write the file, whole or not at all; its text. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text(encoding="utf-8") if keep else ""
    text = amended(old, values) if old else toml(values, comment)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return text


def keep_secret(answers: Answers, path: Path, value: str) -> None:
    """Write a secret, 0600. Raises CommandError."""
    try:
        write_secret(path, value)
    except OSError as error:
        raise _unwritable(answers, path, error) from error


def amended(text: str, values: Mapping[str, Any]) -> str:
    """A flat TOML text with some values changed or added, its comments and the rest untouched."""
    for name, value in values.items():
        line = f"{name} = {_literal(value)}"
        pattern = rf"(?m)^[ \t]*{re.escape(name)}[ \t]*=.*$"
        if tomllib.loads(text).get(name) == value:
            continue
        text, changed = re.subn(pattern, lambda _, line=line: line, text, count=1)  # type: ignore[misc]  # a lambda's default
        if not changed:
            text = f"{text.rstrip()}\n{line}\n"
    return text


def _says(told: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(told.get(name) == value for name, value in values.items())


def toml(values: Mapping[str, Any], comment: str) -> str:
    """A flat TOML document (toml.io v1.0): a JSON string is a TOML basic string, once DEL is
    escaped."""
    lines = [f"# {line}" for line in comment.splitlines()]
    for name, value in values.items():
        lines.append(f"{name} = {_literal(value)}")
    return "\n".join(lines) + "\n"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def as_path(secret: Path, folder: Path) -> str:
    """How a settings file names a secret: relative where both lie side by side, so that the two
    folders can be moved together; else in full."""
    secret, folder = secret.absolute(), folder.absolute()
    common = Path(os.path.commonpath([secret, folder]))
    if len(common.parts) > 1 and len(folder.relative_to(common).parts) <= 1:
        return Path(os.path.relpath(secret, folder)).as_posix()
    return str(secret)


def _unwritable(answers: Answers, path: Path, error: OSError) -> CommandError:
    cause = cause_in(error, answers.context.language)
    return CommandError(
        what=answers.tell("unwritable", path=path, cause=cause),
        next=answers.tell("unwritable-next"),
    )

"""What no file can show alone: references between files, double names, secrets in their place.

The checks read each file's own data, not its validated value: a file with another mistake in it
is checked all the same, and a mistake is told once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_args

from bot.config.model import Settings
from bot.config.secrecy import looks_secret
from bot.config.sheet import Sheet
from bot.config.spelling import nearest
from bot.config.wiring import AccountSettings
from bot.errors import Problem

#: Kinds of account; a channel of such a kind speaks through one.
ACCOUNT_KINDS: tuple[str, ...] = get_args(AccountSettings.model_fields["kind"].annotation)
#: kinds of source that read just the address they are given
ONE_ADDRESS = frozenset({"feed", "jsonfeed", "ical"})
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Files:
    """What was read. A room is a folder: ``accounts``, ``sources``…; ``""`` holds ``bot``."""

    sheets: Mapping[tuple[str, str], Sheet]  # (room, id) -> file
    models: Mapping[tuple[str, str], type[Settings]]  # (room, id) -> what describes it
    ids: Mapping[str, AbstractSet[str]]  # room -> every id, also of files that are no TOML

    def room(self, name: str) -> dict[str, Sheet]:
        """The readable files of one folder."""
        return {id: sheet for (room, id), sheet in self.sheets.items() if room == name}


def between(
    files: Files, *, folder: Path, languages: AbstractSet[str], env: Mapping[str, str]
) -> Iterator[Problem]:
    """Every problem that only shows between files, or outside of them."""
    yield from _accounts_of_channels(files)
    yield from _account_of_second_way(files)
    yield from _room_of_reserve(files)
    yield from _channels_of_sources(files)
    yield from _same_feeds(files.room("sources"))
    for room in ("", "channels"):
        for sheet in files.room(room).values():
            yield from _language(sheet, languages)
    for room in ("channels", "awards", "events"):
        yield from _same_names(files.room(room))
    for room in ("accounts", "sources", "channels"):
        for id, sheet in files.room(room).items():
            if model := files.models.get((room, id)):
                yield from _secrets(sheet, model, folder, _user(id, room, files), env)


def _text(sheet: Sheet, key: str) -> str | None:
    value = sheet.data.get(key)
    return value if isinstance(value, str) else None


def _account_of_second_way(files: Files) -> Iterator[Problem]:
    known = sorted(files.ids.get("accounts", ()))
    for sheet in files.room("").values():
        way = sheet.data.get("second_way")
        wanted = way.get("mastodon") if isinstance(way, dict) else None
        if isinstance(wanted, str) and wanted and wanted not in known:
            near = nearest(wanted, known)
            at = ("second_way", "mastodon")
            yield sheet.problem(at, "no-such-account", near, value=wanted)


def _room_of_reserve(files: Files) -> Iterator[Problem]:
    """An election reserve that nobody could be asked about would hold back nothing."""
    rooms = any(
        sheet.data.get("admin_room") or sheet.data.get("moderators_room")
        for sheet in files.room("accounts").values()
    )
    for sheet in files.room("").values():
        news, chat = sheet.data.get("news"), sheet.data.get("chat")
        deaf = isinstance(chat, dict) and chat.get("enabled") is False
        if isinstance(news, dict) and news.get("reserve") and (deaf or not rooms):
            yield sheet.problem(("news", "reserve"), "no-room-to-ask")


def _accounts_of_channels(files: Files) -> Iterator[Problem]:
    known, accounts = sorted(files.ids.get("accounts", ())), files.room("accounts")
    kinds = {id: _text(sheet, "kind") for id, sheet in accounts.items()}
    for id, sheet in files.room("channels").items():
        field = files.models["channels", id].model_fields["account"]
        wanted, kind = _text(sheet, "account"), _text(sheet, "kind")
        fits = [id for id, other in kinds.items() if other == kind]
        only = fits[0] if len(fits) == 1 else None
        if "account" not in sheet.data:
            if kind in ACCOUNT_KINDS and not field.is_required():
                yield sheet.problem(("account",), "no-account", only)
        elif wanted is not None and wanted not in known:
            near = nearest(wanted, known) or only
            yield sheet.problem(("account",), "no-such-account", near, value=wanted)
        elif wanted in kinds and kinds[wanted] in ACCOUNT_KINDS and kinds[wanted] != kind:
            near = nearest(wanted, fits) or only
            yield sheet.problem(
                ("account",), "other-account", near, value=wanted, other=kinds[wanted], kind=kind
            )


def _channels_of_sources(files: Files) -> Iterator[Problem]:
    known = files.ids.get("channels", frozenset())
    for sheet in files.room("sources").values():
        wanted = sheet.data.get("channels")
        for position, channel in enumerate(wanted if isinstance(wanted, list) else ()):
            if isinstance(channel, str) and channel not in known:
                near = nearest(channel, known)
                loc = ("channels", position)
                yield sheet.problem(loc, "no-such-channel", near, value=channel)


def _language(sheet: Sheet, languages: AbstractSet[str]) -> Iterator[Problem]:
    language = _text(sheet, "language")
    if language is not None and language not in languages:
        near, choices = nearest(language, languages), ", ".join(sorted(languages))
        yield sheet.problem(
            ("language",), "no-such-language", near, value=language, choices=choices
        )


def _same_names(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for id, sheet in sheets.items():
        name = sheet.data.get("name")
        if isinstance(name, dict):
            name = name.get("fr") or name.get("en")
        if not isinstance(name, str) or not name.strip():
            continue
        folded = " ".join(name.casefold().split())
        if folded in first:
            yield sheet.problem(("name",), "same-name", value=name, other=first[folded])
        first.setdefault(folded, id)


def _same_feeds(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """One feed has one file, which may reach many channels: two files would ask for it twice as
    often as its site is promised (P5)."""
    first: dict[str, str] = {}
    for id, sheet in sheets.items():
        url = _text(sheet, "url")
        if url is None or sheet.data.get("enabled", True) is not True:
            continue
        if (_text(sheet, "kind") or "feed") not in ONE_ADDRESS:
            continue  # its address is made of other settings too
        if url in first:
            yield sheet.problem(("url",), "same-feed", value=url, other=first[url])
        first.setdefault(url, id)


# -- secrets ---------------------------------------------------------------------------------


def rooted(thing: S, folder: Path, room: str) -> S:
    """The thing with absolute paths: one meaning for whoever opens them.

    :param folder: the configuration folder; there the paths of secrets (``…_file``) start.
    :param room: its own folder in it; there the ``path`` of a source starts.
    """
    files = {
        name: str(_path(value, folder if name.endswith("_file") else folder / room))
        for name in type(thing).model_fields
        if (name.endswith("_file") or (name == "path" and room == "sources"))
        and (value := getattr(thing, name))
    }
    return thing.model_copy(update=files)


def _path(value: str, folder: Path) -> Path:
    return (folder / Path(value).expanduser()).absolute()


def _user(id: str, room: str, files: Files) -> str | None:
    """Who needs the secrets of this thing now; None where nothing that is enabled does."""
    if room == "accounts":
        for channel, sheet in files.room("channels").items():
            if sheet.data.get("account") == id and sheet.data.get("enabled", True) is True:
                return f"channels/{channel}"
        return None
    enabled = files.sheets[room, id].data.get("enabled", True) is True
    return f"{room}/{id}" if enabled else None


def _secrets(
    sheet: Sheet,
    model: type[Settings],
    folder: Path,
    user: str | None,
    env: Mapping[str, str],
) -> Iterator[Problem]:
    """``X_file`` and ``X_env``: at most one of them; there, and closed to others."""
    for name in model.model_fields:
        stem, _, form = name.rpartition("_")
        value = _text(sheet, name)
        if form == "file" and value:
            if f"{stem}_env" in model.model_fields and _text(sheet, f"{stem}_env"):
                yield sheet.problem((name,), "both-secrets", first=name, second=f"{stem}_env")
            yield from _secret_file(sheet, name, value, folder, user, env)
        elif form == "env" and value and user and not _is_set(value, env):
            yield sheet.problem((name,), "no-variable", user=user)
    given = "token_file" in sheet.data or "token_env" in sheet.data
    if model is AccountSettings and user and not given:
        yield sheet.problem(("token_file",), "no-secret", user=user)


def _is_set(name: str, env: Mapping[str, str]) -> bool:
    return bool(env.get(name, "").strip())


def _secret_file(
    sheet: Sheet, name: str, value: str, folder: Path, user: str | None, env: Mapping[str, str]
) -> Iterator[Problem]:
    path = _path(value, folder)
    made_here = name == "pickle_key_file"  # the bot writes it itself where it is missing
    try:
        found = path.stat()
    except (OSError, ValueError):
        if looks_secret(value) and not value.startswith((".", "/", "~")) and "." not in value:
            yield sheet.problem((name,), "not-a-path")
        elif user and not made_here:
            yield sheet.problem((name,), "no-secret-file")
        return
    if not stat.S_ISREG(found.st_mode):
        yield sheet.problem((name,), "no-secret-file")
        return
    # systemd hands credentials over as 0440, in a folder that only the service can enter.
    given = env.get("CREDENTIALS_DIRECTORY")
    closed = 0o037 if given and path.is_relative_to(given) else 0o077
    if os.name == "posix" and found.st_mode & closed:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        yield sheet.problem((name,), "open-secret-file", mode=mode)
    if user and found.st_size == 0:
        yield sheet.problem((name,), "empty-secret")

"""What no file can show alone: references between files, double names, secrets in their place."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from bot.config.knowledge import Award, EventSeries, Gazetteer, Scale
from bot.config.model import Settings
from bot.config.secrecy import looks_secret
from bot.config.settings import BotSettings
from bot.config.sheet import Sheet
from bot.config.spelling import nearest
from bot.config.wiring import AccountSettings, ChannelSettings, SourceSettings
from bot.errors import Problem

Sheets = Mapping[tuple[str, str], Sheet]
#: Kinds of account; a channel of such a kind speaks through one.
ACCOUNT_KINDS: tuple[str, ...] = get_args(AccountSettings.model_fields["kind"].annotation)
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Values:
    """Whatever could be validated; a file with problems of its own is absent here."""

    bot: BotSettings | None
    accounts: Mapping[str, AccountSettings]
    sources: Mapping[str, SourceSettings]
    channels: Mapping[str, ChannelSettings]
    awards: Mapping[str, Award]
    events: Mapping[str, EventSeries]
    places: Mapping[str, Gazetteer]


def between(
    values: Values,
    sheets: Sheets,
    *,
    folder: Path,
    languages: AbstractSet[str],
    env: Mapping[str, str],
) -> Iterator[Problem]:
    """Every problem that only shows between files, or outside of them."""
    yield from _wiring(values, sheets)
    yield from _languages(values, sheets, languages)
    for room in ("accounts", "sources", "channels"):
        things: Mapping[str, Any] = getattr(values, room)
        for id, thing in things.items():
            user = _user(id, room, values)
            yield from _secrets(sheets[room, id], thing, folder, user, env)
    for room, names in (
        ("sources", {id: source.name for id, source in values.sources.items()}),
        ("channels", {id: channel.name for id, channel in values.channels.items()}),
        ("awards", {id: award.name.fr or award.name.en for id, award in values.awards.items()}),
        ("events", {id: event.name.fr or event.name.en for id, event in values.events.items()}),
    ):
        yield from _same_names(room, names, sheets)
    yield from _knowledge(values, sheets)


def _ids(room: str, sheets: Sheets) -> list[str]:
    """Also of files with problems of their own: one mistake shall not look like two."""
    return sorted(id for known, id in sheets if known == room)


def _wiring(values: Values, sheets: Sheets) -> Iterator[Problem]:
    accounts, channels = _ids("accounts", sheets), _ids("channels", sheets)
    for id, channel in values.channels.items():
        sheet, wanted = sheets["channels", id], channel.account
        if wanted is None:
            if channel.kind in ACCOUNT_KINDS:
                near = accounts[0] if len(accounts) == 1 else None
                yield sheet.problem(("account",), "no-account", near)
        elif wanted not in accounts:
            near = nearest(wanted, accounts)
            yield sheet.problem(("account",), "no-such-account", near, value=wanted)
        elif wanted in values.accounts and values.accounts[wanted].kind != channel.kind:
            other = values.accounts[wanted].kind
            fits = [name for name, each in values.accounts.items() if each.kind == channel.kind]
            near = nearest(wanted, fits) or (fits[0] if len(fits) == 1 else None)
            yield sheet.problem(
                ("account",), "other-account", near, value=wanted, other=other, kind=channel.kind
            )
    for id, source in values.sources.items():
        for position, wanted in enumerate(source.channels):
            if wanted not in channels:
                loc = ("channels", position)
                near = nearest(wanted, channels)
                yield sheets["sources", id].problem(loc, "no-such-channel", near, value=wanted)


def _languages(values: Values, sheets: Sheets, languages: AbstractSet[str]) -> Iterator[Problem]:
    spoken: list[tuple[str, str, str]] = [
        ("channels", id, channel.language) for id, channel in values.channels.items()
    ]
    if values.bot and ("", "bot") in sheets:
        spoken.append(("", "bot", values.bot.language))
    for room, id, language in spoken:
        if language not in languages:
            near, choices = nearest(language, languages), ", ".join(sorted(languages))
            yield sheets[room, id].problem(
                ("language",), "no-such-language", near, value=language, choices=choices
            )


def _same_names(room: str, names: Mapping[str, str | None], sheets: Sheets) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for id, name in names.items():
        if not name:
            continue
        folded = " ".join(name.casefold().split())
        if folded in first:
            yield sheets[room, id].problem(("name",), "same-name", value=name, other=first[folded])
        first.setdefault(folded, id)


# -- secrets ---------------------------------------------------------------------------------


def rooted(thing: S, folder: Path) -> S:
    """The thing with absolute paths (``path``, ``…_file``): one meaning for whoever opens them.

    :param folder: where relative paths start.
    """
    files = {
        name: str(_path(value, folder))
        for name in type(thing).model_fields
        if (name.endswith("_file") or name == "path") and (value := getattr(thing, name))
    }
    return thing.model_copy(update=files)


def _path(value: str, folder: Path) -> Path:
    return (folder / Path(value).expanduser()).absolute()


def _user(id: str, room: str, values: Values) -> str | None:
    """Who needs the secrets of this thing now; None where nothing that is enabled does."""
    if room == "accounts":
        return next(
            (
                f"channels/{name}"
                for name, channel in values.channels.items()
                if channel.account == id and channel.enabled
            ),
            None,
        )
    things: Mapping[str, Any] = getattr(values, room)
    return f"{room}/{id}" if things[id].enabled else None


def _secrets(
    sheet: Sheet, thing: Any, folder: Path, user: str | None, env: Mapping[str, str]
) -> Iterator[Problem]:
    """``X_file`` and ``X_env``: at most one of them; there, and closed to others."""
    fields = type(thing).model_fields
    for name in fields:
        stem, _, form = name.rpartition("_")
        value = getattr(thing, name)
        if form == "file" and value:
            if f"{stem}_env" in fields and getattr(thing, f"{stem}_env"):
                yield sheet.problem((name,), "both-secrets", first=name, second=f"{stem}_env")
            yield from _secret_file(sheet, name, value, folder, user, env)
        elif form == "env" and value and user and not env.get(value):
            yield sheet.problem((name,), "no-variable", user=user)
    if isinstance(thing, AccountSettings) and user and not (thing.token_file or thing.token_env):
        yield sheet.problem(("token_file",), "no-secret", user=user)


def _secret_file(
    sheet: Sheet, name: str, value: str, folder: Path, user: str | None, env: Mapping[str, str]
) -> Iterator[Problem]:
    path = _path(value, folder)
    try:
        found = path.stat()
    except (OSError, ValueError):
        if looks_secret(value) and not value.startswith((".", "/", "~")) and "." not in value:
            yield sheet.problem((name,), "not-a-path")
        elif user:
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


# -- knowledge -------------------------------------------------------------------------------


def _knowledge(values: Values, sheets: Sheets) -> Iterator[Problem]:
    for id, award in values.awards.items():
        sheet = sheets["awards", id]
        yield from _scales(sheet, award.scales)
        for position, month in enumerate(award.months):
            if not 1 <= month <= 12:
                yield sheet.problem(("months", position), "month", value=month)
    for room in ("awards", "events", "places"):
        things: Mapping[str, Any] = getattr(values, room)
        for id, thing in things.items():
            if not (thing.name.fr or thing.name.en):
                yield sheets[room, id].problem(("name",), "nameless")
    for id, gazetteer in values.places.items():
        for position, spot in enumerate(gazetteer.spots):
            if (spot.lat is None) != (spot.lon is None):
                leaf = "lat" if spot.lat is None else "lon"
                yield sheets["places", id].problem(("spots", position), "half-place", leaf=leaf)


def _scales(sheet: Sheet, scales: tuple[Scale, ...]) -> Iterator[Problem]:
    """Oldest first, no year in two scales; inside each, distinct levels."""
    for position, scale in enumerate(scales):
        loc = ("scales", position)
        if scale.from_ is not None and scale.until is not None and scale.from_ > scale.until:
            yield sheet.problem((*loc, "until"), "scale-years")
        if position:
            before = scales[position - 1].until
            if before is None or scale.from_ is None or scale.from_ <= before:
                yield sheet.problem((*loc, "from"), "scale-overlap")
        levels = [level.strip() for level in scale.levels]
        if not levels or not all(levels) or len(set(levels)) < len(levels):
            yield sheet.problem((*loc, "levels"), "scale-levels")

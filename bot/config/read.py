"""Reads a configuration folder: one validated value, or every problem at once.

::

    bot.toml                       the bot as a whole          BotSettings
    accounts/ sources/ channels/   yours alone                 one file a thing
    awards/ events/ places/        yours over the shipped ones, by file name
    languages/                     the same; read by bot.languages
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from bot import kinds
from bot.causes import cause_of
from bot.config import checks, sheet
from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.config.model import Settings
from bot.config.problems import problem
from bot.config.refusals import refusals, unknown_key
from bot.config.settings import BotSettings
from bot.config.sheet import Sheet
from bot.config.spelling import nearest
from bot.config.wiring import AccountSettings, ChannelSettings, SourceSettings
from bot.errors import ConfigError, KindError, Problem

if TYPE_CHECKING:
    from bot.config.overrides import Override

S = TypeVar("S", bound=Settings)

#: What a configuration folder may hold.
OWN = ("accounts", "sources", "channels")
OVERLAID = ("awards", "events", "places", "languages")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Config:
    """Everything that ``config/`` says, validated. Keys of the mappings are file stems.

    ``sources`` and ``channels`` hold instances of their kind's own ``Options``.
    """

    bot: BotSettings
    accounts: Mapping[str, AccountSettings]
    sources: Mapping[str, SourceSettings]
    channels: Mapping[str, ChannelSettings]
    awards: Mapping[str, Award]
    events: Mapping[str, EventSeries]
    places: Mapping[str, Gazetteer]
    folder: Path
    #: set from the room, see :mod:`bot.config.overrides`: what has an effect, and what has none
    overrides: tuple[Override, ...] = ()
    override_problems: tuple[Problem, ...] = ()
    #: channels that an admin paused, and until when; None: until they are resumed
    pauses: Mapping[str, datetime | None] = field(default_factory=dict)

    def paused(self, channel: str, now: datetime) -> bool:
        """Did an admin pause this channel? Then nothing goes out there, and all of it waits."""
        if channel not in self.pauses:
            return False
        until = self.pauses[channel]
        return until is None or until > now


@dataclass
class _Reading:
    """What was read so far; ``problems`` grows."""

    problems: list[Problem] = field(default_factory=list)
    sheets: dict[tuple[str, str], Sheet] = field(default_factory=dict)
    models: dict[tuple[str, str], type[Settings]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)


def defaults_folder() -> Path:
    """The repository's ``config/`` in a checkout, else the one installed with the bot."""
    beside = Path(__file__).resolve().parents[2] / "config"
    if beside.is_dir():
        return beside
    import bot_config  # type: ignore[import-not-found]  # config/ under its installed name

    return Path(str(next(iter(bot_config.__path__))))


def language_folders(folder: Path | None) -> list[Path]:
    """Where language files are, the shipped ones first: a later file replaces an earlier one."""
    return [root / "languages" for root in _layers(folder)]


def load(folder: Path | None, env: Mapping[str, str]) -> Config:
    """Read and validate everything.

    :param folder: the configuration folder; None: the shipped one.
    :param env: the environment, for ``token_env``.
    :raises ConfigError: with every problem of every file, in the order of files and lines.
    """
    root = folder if folder is not None else defaults_folder()
    if not root.is_dir():
        raise ConfigError([problem(str(root), None, "", "no-folder")])
    reading = _Reading()
    reading.problems += _strays(root)
    bot = _bot(root, reading)
    accounts = _room(root, "accounts", AccountSettings, reading)
    sources = _kinds_room(root, "sources", "source", SourceSettings, reading)
    channels = _kinds_room(root, "channels", "channel", ChannelSettings, reading)
    awards = _overlaid(root, "awards", Award, reading)
    events = _overlaid(root, "events", EventSeries, reading)
    places = _overlaid(root, "places", Gazetteer, reading)
    languages = {path.stem for each in language_folders(root) for path in each.glob("*.toml")}
    files = checks.Files(reading.sheets, reading.models, reading.ids)
    reading.problems += checks.between(files, folder=root, languages=languages, env=env)
    if reading.problems:
        raise ConfigError(reading.problems)
    return Config(
        bot=bot or BotSettings(),
        accounts={id: checks.rooted(thing, root, "accounts") for id, thing in accounts.items()},
        sources={id: checks.rooted(thing, root, "sources") for id, thing in sources.items()},
        channels={id: checks.rooted(thing, root, "channels") for id, thing in channels.items()},
        awards=awards,
        events=events,
        places=places,
        folder=root,
    )


def load_bot(folder: Path) -> BotSettings:
    """``bot.toml`` alone, with what is wrong in it left to :func:`load`: then its defaults."""
    return _bot(folder, _Reading()) or BotSettings()


def _layers(folder: Path | None) -> list[Path]:
    shipped = defaults_folder()
    if folder is None or folder.resolve() == shipped.resolve():
        return [folder or shipped]
    return [shipped, folder]


def _inside(folder: Path, problems: list[Problem]) -> list[Path]:
    """What is in a folder, sorted; a folder that cannot be listed is a problem."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        cause = cause_of(error)
        problems.append(problem(str(folder), None, "", "unread-folder", cause=cause))
        return []


def _strays(root: Path) -> list[Problem]:
    """TOML files and folders of them that nothing reads: most often a typing slip."""
    known = (*OWN, *OVERLAID)
    found: list[Problem] = []
    for path in _inside(root, found):
        if path.name.startswith((".", "_")):
            continue
        if path.suffix == ".toml" and path.name != "bot.toml":
            near = nearest(path.stem, ["bot"])
            found.append(
                problem(str(path), None, "", "stray", near and "bot.toml", choices="bot.toml")
            )
        elif path.is_dir() and path.name not in known and any(path.glob("*.toml")):
            near = nearest(path.name, known)
            found.append(problem(str(path), None, "", "stray", near, choices=", ".join(known)))
    return found


def _bot(root: Path, reading: _Reading) -> BotSettings | None:
    path = root / "bot.toml"
    read = _sheet("", path, reading) if path.exists() else None
    return _built("", read, BotSettings, reading) if read else None


def _files(folder: Path, reading: _Reading) -> list[Path]:
    """The TOML files of a folder; those whose name cannot be an id are a problem."""
    files: list[Path] = []
    for path in _inside(folder, reading.problems):
        if path.suffix != ".toml" or path.name.startswith("."):
            continue
        if _ID.fullmatch(path.stem):
            files.append(path)
        else:
            reading.problems.append(problem(str(path), None, "", "bad-id", _slug(path.stem)))
    return files


def _slug(name: str) -> str | None:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64]
    return f"{slug}.toml" if slug else None


def _sheet(room: str, path: Path, reading: _Reading) -> Sheet | None:
    reading.ids.setdefault(room, set()).add(path.stem)
    read = sheet.read(path)
    if isinstance(read, Problem):
        reading.problems.append(read)
        return None
    reading.sheets[room, path.stem] = read
    return read


def _built(room: str, read: Sheet, model: type[S], reading: _Reading) -> S | None:
    reading.models[room, read.path.stem] = model
    try:
        return model.model_validate(read.data)
    except ValidationError as error:
        reading.problems += refusals(read, model, error)
        return None


def _room(root: Path, room: str, model: type[S], reading: _Reading) -> dict[str, S]:
    """One folder of things of one sort."""
    return _all(_files(root / room, reading), room, model, reading)


def _overlaid(root: Path, room: str, model: type[S], reading: _Reading) -> dict[str, S]:
    """The shipped folder, each file replaced by the one of its name in ``root``."""
    files: dict[str, Path] = {}
    for layer in _layers(root):
        files.update({path.stem: path for path in _files(layer / room, reading)})
    return _all([files[stem] for stem in sorted(files)], room, model, reading)


def _all(paths: list[Path], room: str, model: type[S], reading: _Reading) -> dict[str, S]:
    found: dict[str, S] = {}
    for path in paths:
        read = _sheet(room, path, reading)
        value = _built(room, read, model, reading) if read else None
        if value is not None:
            found[path.stem] = value
    return found


def _kinds_room(
    root: Path, room: str, family: str, base: type[S], reading: _Reading
) -> dict[str, S]:
    """One folder of things whose ``kind`` says which model each follows."""
    found: dict[str, S] = {}
    for path in _files(root / room, reading):
        read = _sheet(room, path, reading)
        value = _of_its_kind(room, read, family, base, reading) if read else None
        if value is not None:
            found[path.stem] = value
    return found


def _of_its_kind(room: str, read: Sheet, family: str, base: type[S], reading: _Reading) -> S | None:
    kind = read.data.get("kind", base.model_fields["kind"].get_default())
    if not isinstance(kind, str):
        _built_as_base(room, read, base, reading)  # says what is wrong with `kind` too
        return None
    try:
        found = kinds.load(family, kind)
    except KindError as error:
        module, cause = error.fields["file"], error.fields["cause"]
        made = read.problem(("kind",), "broken-kind", module=module, cause=cause)
    else:
        if found is not None:
            return _built(room, read, found.Options, reading)
        names = _kind_names(family)
        near = nearest(kind, names)
        made = read.problem(("kind",), "choice", near, value=kind, choices=", ".join(names))
    reading.problems.append(made)
    _built_as_base(room, read, base, reading)
    return None


def _kind_names(family: str) -> tuple[str, ...]:
    try:
        return kinds.names(family)
    except KindError:  # some other kind's file is broken: the file names still help
        return kinds.likely(family)


def _built_as_base(room: str, read: Sheet, base: type[S], reading: _Reading) -> None:
    """Where the kind is unknown, only what every kind has can be judged.

    A key that no kind shares may belong to the kind that was meant: it is told only where it
    looks like a slip for a shared one, or holds a secret.
    """
    known = {field.alias or name for name, field in base.model_fields.items()}
    data = {key: value for key, value in read.data.items() if key in known}
    _built(room, Sheet(read.path, read.text, data), base, reading)
    for key in sorted(set(read.data) - known):
        made = unknown_key(read, (key,), base.model_fields)
        if made.code == "secret" or nearest(key, known - set(data), at_least=75):
            reading.problems.append(made)

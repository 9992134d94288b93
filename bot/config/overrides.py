"""What was set from the room: it lies in the store, over the files, and is judged like them.

An override names a thing (a source, a channel, or the bot as a whole), one of its keys, and the
value. Without a key it *is* the thing: a source that was added in chat. A file wins over such a
source of the same id. What is wrong with one is told, and it alone is left out.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from bot import kinds
from bot.config.model import Settings
from bot.config.problems import problem
from bot.config.read import Config
from bot.config.refusals import refusals
from bot.config.settings import BotSettings
from bot.config.sheet import Sheet
from bot.errors import Problem

#: the room of ``bot.toml``, and the id of the one thing in it
BOT: Literal["bot"] = "bot"
#: the key of a channel that was paused, which no file has: its value is {"until": ISO 8601 or None}
PAUSE = "pause"

Room = Literal["bot", "sources", "channels"]


@dataclass(frozen=True, slots=True)
class Override:
    """``value`` is JSON. ``key`` is dotted: ``news.flood_cap``; "": the thing itself."""

    room: Room
    id: str
    key: str
    value: Any

    @property
    def name(self) -> str:
        """As people are told it: ``channels/salon: per_hour``."""
        thing = "bot" if self.room == BOT else f"{self.room}/{self.id}"
        return f"{thing}: {self.key}" if self.key else thing


def apply(config: Config, overrides: Iterable[Override]) -> Config:
    """The configuration with what was set over it; ``overrides`` keeps what has an effect."""
    given = sorted(overrides, key=lambda one: (one.room, one.id, one.key))
    problems: list[Problem] = []
    used: list[Override] = []
    sources: dict[str, Any] = dict(config.sources)
    channels: dict[str, Any] = dict(config.channels)
    bot = config.bot
    pauses: dict[str, datetime | None] = {}
    for one in given:
        if one.room == "sources" and not one.key and one.id not in sources:
            made = _source(one, problems)
            if made is not None:
                sources[one.id] = made
                used.append(one)
    for one in given:
        things: dict[str, Any] = {BOT: bot} if one.room == BOT else channels
        things = sources if one.room == "sources" else things
        if not one.key or one.id not in things:
            continue
        if (one.room, one.key) == ("channels", PAUSE):
            until = one.value.get("until") if isinstance(one.value, dict) else None
            pauses[one.id] = datetime.fromisoformat(until) if until else None
            used.append(one)
            continue
        changed = _changed(one, things[one.id], problems)
        if changed is not None:
            things[one.id] = changed
            used.append(one)
            bot = changed if one.room == BOT and isinstance(changed, BotSettings) else bot
    return replace(
        config,
        bot=bot,
        sources=sources,
        channels=channels,
        pauses=pauses,
        overrides=tuple(used),
        override_problems=tuple(problems),
    )


def _source(one: Override, problems: list[Problem]) -> Any:
    """A source that was added in chat, as its kind reads it."""
    kind = kinds.load("source", str(one.value.get("kind", "feed")))
    if kind is None:
        choices = ", ".join(kinds.names("source"))
        value = one.value.get("kind")
        problems.append(problem(one.name, None, "kind", "choice", value=value, choices=choices))
        return None
    return _validated(one, kind.Options, one.value, problems)


def _changed(one: Override, thing: Settings, problems: list[Problem]) -> Settings | None:
    """The thing with one key set."""
    data = copy.deepcopy(thing.model_dump(exclude_unset=True))
    *tables, leaf = one.key.split(".")
    inside = data
    for table in tables:
        inside = inside.setdefault(table, {})
    inside[leaf] = one.value
    found: Settings | None = _validated(one, type(thing), data, problems)
    return found


def _validated(
    one: Override, model: type[Settings], data: Mapping[str, Any], problems: list[Problem]
) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        sheet = Sheet(Path(one.name.partition(":")[0]), "", data)
        problems += refusals(sheet, model, error)
        return None

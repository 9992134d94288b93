"""What the bot knows, in one frozen value: awards, events, places, languages, and their indexes.

An index (a compiled pattern, a table of stems) is built once from the files, the first time
somebody asks for it: ``knowledge.made(build)`` calls ``build(knowledge)`` once and keeps what it
gave. A changed configuration is another Knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.config.settings import RelevanceSettings
from bot.languages import Language
from bot.understanding.cues import Cues

Made = TypeVar("Made")
#: tables of a language file that hold cue words
CUE_TABLES = ("cues", "happenings")


@dataclass(frozen=True)
class Knowledge:
    """Built by :meth:`build`; never changes."""

    awards: Mapping[str, Award]
    events: Mapping[str, EventSeries]
    places: Mapping[str, Gazetteer]
    languages: Mapping[str, Language]
    timezone: ZoneInfo
    relevance: RelevanceSettings = field(default_factory=RelevanceSettings)
    _made: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(
        cls,
        awards: Mapping[str, Award],
        events: Mapping[str, EventSeries],
        places: Mapping[str, Gazetteer],
        languages: Mapping[str, Language],
        timezone: str = "Europe/Paris",
        relevance: RelevanceSettings | None = None,
    ) -> Knowledge:
        """From the files of config/. Raises zoneinfo.ZoneInfoNotFoundError for an unknown zone."""
        return cls(
            dict(awards),
            dict(events),
            dict(places),
            dict(languages),
            ZoneInfo(timezone),
            relevance or RelevanceSettings(),
        )

    def made(self, build: Callable[[Knowledge], Made]) -> Made:
        """What ``build`` makes of this knowledge, made once."""
        if build not in self._made:
            self._made[build] = build(self)
        return cast(Made, self._made[build])

    def cues(self, code: str) -> Cues:
        """The cue words of a language; of none, where it has no file."""
        key = ("cues", code)
        if key not in self._made:
            language = self.languages.get(code)
            tables = {one: language.table(one) for one in CUE_TABLES} if language else {}
            self._made[key] = Cues.build(tables, code)
        return cast(Cues, self._made[key])

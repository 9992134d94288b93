"""For tests: whatever a test hands in, under the source's id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from bot.config.wiring import SourceSettings
from bot.errors import SourceError
from bot.sources.source import Item, Reading, Source, State


class Memory(Source):
    """Each read returns what was handed in last under its id: items, or an error to raise."""

    kind = "memory"

    class Options(SourceSettings):
        """Settings of a memory source: those that every source has, and whether its entries are
        posts that can be boosted."""

        boost: bool = Field(False, description="true: what it tells first is boosted where it can.")

    shelves: ClassVar[dict[str, tuple[int, tuple[Item, ...] | SourceError]]] = {}

    @classmethod
    def hand_in(cls, id: str, what: Iterable[Item] | SourceError) -> None:
        """From now on the source ``id`` shows these items, or fails so."""
        version = cls.shelves[id][0] + 1 if id in cls.shelves else 1
        kept = what if isinstance(what, SourceError) else tuple(what)
        cls.shelves[id] = (version, kept)

    async def read(self, state: State, now: datetime) -> Reading:  # noqa: ARG002 - the door
        """What is on the shelf; unchanged while nothing new was handed in."""
        version, what = self.shelves.get(self.id, (0, ()))
        if isinstance(what, SourceError):
            raise what
        if state.get("version") == version:
            return Reading(False, state=state)
        return Reading(True, what, {"version": version}, title=self.options.name)

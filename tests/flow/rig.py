"""A whole house in one process: memory source, memory channel, a real store, and a crash button."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import pipeline
from bot.channels import memory as memory_channel
from bot.config.read import load
from bot.house import House
from bot.languages import read_all
from bot.opening import close_house, open_house
from bot.sources.memory import Memory as MemorySource
from bot.sources.source import Item
from bot.store.database import Store

START = datetime(2025, 11, 3, 9, tzinfo=UTC)
TOWNS = (
    "Claix", "Échirolles", "Vizille", "Domène", "Seyssins", "Seyssinet-Pariset",
    "Saint-Égrève", "Meylan", "Voreppe", "Grenoble", "Voiron", "Crolles",
)  # fmt: skip
_numbers = itertools.count(1)


class Crashed(BaseException):
    """The process died here."""


class CrashPoint:
    """Counts the steps of the bot; at the chosen one everything dies, and stays dead."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.dead = False
        self.steps = 0

    def arm(self, steps: int) -> None:
        self.left = steps

    def step(self) -> None:
        self.steps += 1
        if self.left is not None:
            self.left -= 1
            self.dead = self.dead or self.left < 0
        if self.dead:
            raise Crashed


class Rig:
    """A bot that can be crashed and started again on the same data."""

    def __init__(
        self,
        folder: Path,
        channels: int = 1,
        sources: int = 1,
        flood_cap: int = 0,
        more: str = "",
        source_more: str = "",
        bot_more: str = "",
    ) -> None:
        self.folder = folder
        self.name = f"rig{next(_numbers)}"
        self.now = START
        self.items: dict[str, dict[str, Item]] = {}
        self.house: House | None = None
        self.crash = CrashPoint()
        config = folder / "config"
        for part in ("sources", "channels"):
            (config / part).mkdir(parents=True)
        (config / "bot.toml").write_text(f"[news]\nflood_cap = {flood_cap}\n{bot_more}")
        self.sources = [f"{self.name}-s{n}" for n in range(sources)]
        for number, id in enumerate(self.sources):
            self.items[id] = {}
            (config / "sources" / f"{id}.toml").write_text(
                f'kind = "memory"\nname = "La lettre {number}"\nrole = "press"\ninterval = 60\n'
                + source_more
            )
        self.channels = [f"{self.name}-{n}" for n in range(channels)]
        for id in self.channels:
            (config / "channels" / f"{id}.toml").write_text(
                f'kind = "memory"\nserver = "{id}"\nlanguage = "fr"\n{more}'
            )
            memory_channel.other_side(id).clock = lambda: self.now
        self.config = load(config, {})
        from bot.config.read import language_folders

        self.languages = read_all(language_folders(config))
        self.show()

    def side(self, index: int = 0) -> memory_channel.OtherSide:
        """The server of one channel."""
        return memory_channel.other_side(self.channels[index])

    def publish(self, guid: str, title: str, summary: str = "", source: int = 0) -> None:
        """A source shows one more entry, or new words for a known one."""
        id = self.sources[source]
        known = self.items[id].get(guid)
        self.items[id][guid] = Item(
            guid=guid,
            url=f"https://lettre{source}.example/{guid}",
            title=title,
            summary=summary,
            language="fr",
            published=known.published if known else self.now,
        )
        self.show()

    def show(self) -> None:
        for id, items in self.items.items():
            MemorySource.hand_in(id, tuple(items.values()))

    async def up(self) -> House:
        """Start the bot."""
        store = await Store.open(data_dir=self.folder / "data")
        house = await open_house(
            self.config, store, self.languages, data_dir=self.folder / "data",
            now=lambda: self.now, say=lambda *_: None, language="fr",
        )  # fmt: skip
        house.chance = lambda: 0.0
        self.crash.left, self.crash.dead = None, False
        store.write = self._doomed(store.write)  # type: ignore[method-assign]
        store.read = self._doomed(store.read)  # type: ignore[method-assign]
        for channel in house.channels.values():
            for verb in ("deliver", "edit", "find", "bring"):
                setattr(channel, verb, self._doomed(getattr(channel, verb)))
        self.house = house
        return house

    def _doomed(self, act: Callable[..., Any]) -> Callable[..., Any]:
        async def doomed(*args: Any, **more: Any) -> Any:
            self.crash.step()  # died before it
            done = await act(*args, **more)
            self.crash.step()  # died after it, its result unheard
            return done

        return doomed

    async def down(self) -> None:
        """End it, crashed or not: what was in memory is gone."""
        house, self.house = self.house, None
        if house is None:
            return
        for task in list(house.working.values()):
            task.cancel()
        await asyncio.gather(*house.working.values(), return_exceptions=True)
        await close_house(house)
        await house.store.close()

    async def decide(self, choice: str, id: int | None = None, who: str = "@mod:x") -> list[str]:
        """A moderator answers the draft ``id``, or every one that waits; what they are told."""
        from types import SimpleNamespace

        from bot.commands._drafts import decide, reword
        from bot.commands.command import Question

        house = self.house
        assert house is not None

        async def store() -> Store:
            return house.store

        context: Any = SimpleNamespace(
            language="fr", now=lambda: self.now, store=store, config=lambda: self.config,
            question=Question(who, "!moderators"),
        )  # fmt: skip
        waiting = await house.store.read(lambda tx: tx.drafts.waiting())
        said = []
        for draft in waiting:
            if id in (None, draft.id):
                act = decide if choice in ("yes", "no", "later", "digest") else reword
                said.append(await act(context, draft.id, choice))
        return said

    def forget_channel(self, id: str) -> None:
        """As if the channel had never been there."""
        import sqlite3

        with sqlite3.connect(self.folder / "data" / "alposs.db") as database:
            database.execute("delete from channels where id = ?", (id,))
        database.close()

    async def work(self, what: str) -> bool:
        """One tick of collect or deliver, to its end; False when it crashed (and is down)."""
        assert self.house is not None
        with contextlib.suppress(Crashed):
            await getattr(pipeline, what)(self.house, self.now)
        await pipeline.finished(self.house)
        if self.crash.dead:
            await self.down()
            return False
        return True

    async def settle(self, hours: int = 30) -> None:
        """No more faults: let the bot do everything that it still has to do."""
        if self.house is None:
            await self.up()
        for _ in range(hours):
            await self.work("collect")
            await self.work("remind")
            await self.work("deliver")
            self.now += timedelta(hours=1)


@pytest.fixture
async def make_rig(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Make bots in this process, their sources known already."""
    made: list[Rig] = []

    async def make(**more: Any) -> Rig:
        rig = Rig(tmp_path / f"bot{len(made)}", **more)
        made.append(rig)
        await rig.settle(1)
        return rig

    yield make
    for rig in made:
        await rig.down()

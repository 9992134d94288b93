"""A whole house that reads real feeds from a loopback server, on a clock that a test moves
(fixture ``make_web_rig``): hours and days pass at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feed_server import News
from rig import Rig
from web_site import Page, WebSite

from bot import pipeline
from bot.config.read import load


class WebRig(Rig):
    """``feeds`` sources ``/f0``, ``/f1``… of ``site``; what they show is ``page(n).news``."""

    def __init__(
        self,
        folder: Path,
        site: WebSite,
        feeds: int = 1,
        flood_cap: int = 0,
        hosts: int = 1,
        channels: int = 1,
    ) -> None:
        super().__init__(folder, channels=channels, sources=0, flood_cap=flood_cap)
        self.site = site
        site.clock = lambda: self.now
        bot = folder / "config" / "bot.toml"
        bot.write_text(f'{bot.read_text()}[fetch]\nallow = ["127.0.0.0/8"]\n')
        self.sources = [f"{self.name}-f{n}" for n in range(feeds)]
        for number in range(feeds):
            site.pages[f"/f{number}"] = Page()
            self.write(number, f"{site.hosts[number % hosts]}/f{number}")
        self.reload()

    def write(self, number: int, url: str, more: str = "interval = 60\n") -> None:
        """The file of one source."""
        (self.folder / "config" / "sources" / f"{self.sources[number]}.toml").write_text(
            f'kind = "feed"\nname = "La lettre {number}"\nrole = "press"\nurl = "{url}"\n{more}'
        )

    def reload(self) -> None:
        """Read the configuration again; a bot that runs takes it up when it is next started."""
        self.config = load(self.folder / "config", {})

    def page(self, number: int = 0) -> Page:
        return self.site.pages[f"/f{number}"]

    def post(self, guid: str, title: str, text: str = "", feed: int = 0) -> None:
        """One more entry, on top."""
        self.page(feed).news.insert(0, News(title, text, guid, self.now))

    def asked(self, number: int = 0) -> list[Any]:
        return self.site.of(f"/f{number}")

    async def begin(self) -> None:
        """Start it as ``run`` does."""
        await self.up()
        await pipeline.spread(self.house, self.now)

    async def tick(self, spell: timedelta, times: int = 1) -> None:
        """So many rounds of collect and deliver, ``spell`` after each."""
        for _ in range(times):
            await self.work("collect")
            await self.work("deliver")
            self.now += spell

    async def row(self, number: int = 0) -> Any:
        return await self.house.store.read(lambda tx: tx.sources.get(self.sources[number]))

    async def notices(self) -> list[str]:
        return [one.text for one in await self.house.store.read(lambda tx: tx.notices.all())]


@pytest.fixture
async def make_web_rig(tmp_path: Path, web_site: WebSite) -> AsyncIterator[Callable[..., Any]]:
    """Make bots on ``web_site``, not started yet."""
    made: list[WebRig] = []

    def make(**more: Any) -> WebRig:
        made.append(WebRig(tmp_path / f"web{len(made)}", web_site, **more))
        return made[-1]

    yield make
    for rig in made:
        await rig.down()

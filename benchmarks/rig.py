"""The bot as it runs, opened inside the measuring process, with a clock that is set."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.server import Server
from bot import pipeline, thrift
from bot.config.read import language_folders, load
from bot.house import House
from bot.languages import read_all
from bot.opening import close_house, open_house
from bot.process.crew import seated
from bot.store.database import Store

START = datetime(2026, 1, 6, 9, tzinfo=UTC)


def write_config(folder: Path, urls: list[str], hook: str | None) -> Path:
    """A configuration folder with one source per address, and a webhook that takes everything."""
    config = folder / "config"
    for part in ("sources", "channels", "secrets"):
        (config / part).mkdir(parents=True)
    (config / "bot.toml").write_text(
        '[fetch]\nallow = ["127.0.0.0/8"]\n[web]\nport = 0\n[news]\nflood_cap = 0\n'
    )
    for number, url in enumerate(urls):
        (config / "sources" / f"commune-{number}.toml").write_text(
            f'kind = "feed"\nname = "Commune {number}"\nrole = "municipal"\ninterval = 60\n'
            f'url = "{url}"\n'
        )
    if hook:
        secret = folder / "secret"
        secret.touch(0o600)
        secret.write_text("a secret that signs")
        (config / "channels" / "hook.toml").write_text(
            f'kind = "webhook"\nurl = "{hook}"\nsecret_file = "{secret}"\n'
            'allow = ["127.0.0.0/8"]\ngather = 0\n'
        )
    return config


class Rig:
    """A house on loopback feeds."""

    def __init__(self, house: House, server: Server) -> None:
        self.house = house
        self.server = server
        self.moment = START

    async def collect(self) -> None:
        """One round: every source is due, and read to the end."""
        self.moment += timedelta(hours=2)
        await pipeline.collect(self.house, self.moment)
        await pipeline.finished(self.house)

    async def deliver(self) -> None:
        """Everything that is queued goes out."""
        await pipeline.deliver(self.house, self.moment)
        await pipeline.finished(self.house)


@contextlib.asynccontextmanager
async def opened(server: Server, urls: list[str], database: str = "") -> AsyncIterator[Rig]:
    """The house with these feeds, on a new database (an empty one on PostgreSQL, if its address is
    given); nothing is read yet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_config(folder, urls, server.hook)
        data = folder / "data"
        store = await Store.open(database, data_dir=data)
        rig: Rig | None = None
        house = await open_house(
            await asyncio.to_thread(load, path, {}),
            store,
            read_all(language_folders(path)),
            data_dir=data,
            now=lambda: rig.moment if rig else START,
            say=lambda *_: None,
            language="fr",
        )
        thrift.begin()  # as `run` does
        house.chance = lambda: 0.0
        rig = Rig(house, server)
        try:
            async with seated(house) as seat:
                house.leads = seat is None or await seat.lead()
                yield rig
        finally:
            await close_house(house)
            await store.close()

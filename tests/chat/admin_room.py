"""A room in which somebody configures the bot, over real files, a real store and a real chat face;
only the network is a double (fixture ``admin_room``)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, TAP, Channel, Mouth, hear, tap
from told_stories import NOW

from bot.chat import Chat
from bot.config import overrides
from bot.config.read import load

FILES = {
    "bot.toml": '[fetch]\nallow = ["127.0.0.0/8"]\n[news]\nflood_cap = 5\n[web]\nport = 0\n',
    "accounts/matrix.toml": 'kind = "matrix"\nserver = "https://x.example"\nuser = "@bot:x.example"\n'
    'admin_room = "!admins:x.example"\n',
    "channels/salon.toml": 'kind = "memory"\nserver = "salon"\nname = "Le salon"\nper_hour = 2\n'
    'quiet = "21:00-08:00"\n',
    "channels/toot.toml": 'kind = "memory"\nserver = "toot"\nname = "Mastodon"\n',
    "sources/lettre.toml": 'kind = "memory"\nname = "La lettre"\n',
}


class AdminRoom:
    """Say something as somebody with a power level, and get the answer."""

    def __init__(self, folder, store, knowledge):
        self.folder, self._store, self._knowledge = folder / "config", store, knowledge
        for path, text in FILES.items():
            self.write(path, text)
        self._config = load(self.folder, {})
        self.config_dir, self.data_dir = self.folder, folder / "data"
        self.language, self.question, self.at = "fr", None, NOW
        self.mouth = Mouth(power=100)
        self.more = {}
        self.progress = []
        self._numbers = itertools.count(1)
        self._chat = None

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    # -- what a command may use ---------------------------------------------------------------

    def now(self):
        return self.at

    def config(self):
        return self._config

    async def store(self):
        return self._store

    def say(self, progress):
        self.progress.append(progress)

    async def reload(self, *, files=True):
        del files
        given = await self._store.read(lambda tx: tx.overrides.all())
        self._config = overrides.apply(load(self.folder, {}), given)

    @property
    def tools(self):
        async def knowledge():
            return self._knowledge

        return {"knowledge": knowledge, "reload": self.reload, **self.more}

    # -- the conversation ---------------------------------------------------------------------

    def open(self):
        self._chat = Chat({"salon": Channel(self.mouth)}, self)
        self._chat.start()

    async def close(self):
        await self._chat.stop()

    async def hears(self, text, *, power=100, sender="@camille:x", reply_to=None):
        """What the bot answers to this, as somebody of that power; "" for nothing."""
        self.mouth.level = power
        event = f"$ask{next(self._numbers)}"
        await hear(
            self.mouth,
            replace(
                ONE, event=event, sender=sender, text=text, age=timedelta(0), reply_to=reply_to
            ),
        )
        self.last = f"{event}-answer"
        return next((said for to, said in self.mouth.said if to == event), "")

    async def taps(self, key, *, power=100, sender="@camille:x", target=None):
        """What the bot answers to a tap on its last answer."""
        self.mouth.level = power
        event = f"$tap{next(self._numbers)}"
        on = target or self.last
        await tap(self.mouth, replace(TAP, event=event, sender=sender, key=key, target=on))
        return next((said for to, said in self.mouth.said if to == event), "")

    async def changes(self):
        """The audit log, oldest first."""
        return list(reversed(await self._store.read(lambda tx: tx.audit.latest())))


@pytest.fixture
async def admin_room(tmp_path, store, shipped):
    room = AdminRoom(tmp_path, store, shipped[1])
    room.open()
    yield room
    await room.close()

"""Listeners of our own: what people say and tap, and what the bot answers."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

from bot.channels.heard import Heard, Reacted

ONE = Heard("!r", "$1", "@m:x", "!aide", timedelta(0))
TAP = Reacted("!r", "$tap", "@m:x", "$asked", "✅", timedelta(0))


class Mouth:
    """A listener that notes the answers and the bot's own reactions; ``faults`` are raised
    first, before anything else is done."""

    me = ("@alposs:x", "alposs")
    answers = a_day = None

    def __init__(self, *faults, power=0, powers=None):
        self.said, self.faults, self.level, self.ear = [], list(faults), power, None
        self.powers = powers or {}  # by person, over ``power``
        self.tips = None
        self.placed = []  # (event, key)
        self.alone = {}  # person -> Direct
        self.there = {}  # event -> what people have tapped under it
        self.closed, self.files = False, []
        self.erased, self.may_erase = [], False

    def listen(self, ear, tips=None, bookmark=None):
        self.ear, self.tips, self.bookmark = ear, tips, bookmark

    def _fail(self):
        if self.faults:
            raise self.faults.pop(0)

    async def answer(self, to, text):
        self._fail()
        self.said.append((to.event, text))
        return f"{to.event}-answer"

    async def react(self, room, event, key):
        self._fail()
        if (event, key) not in self.placed:
            self.placed.append((event, key))

    async def reactions(self, room, event):
        self._fail()
        return self.there.get(event, [])

    async def attach(self, to, file):
        if self.faults:
            raise self.faults.pop(0)
        self.files.append((to.event, file))
        return f"{to.event}-file"

    async def erase(self, to):
        self.erased.append(to.event)
        return self.may_erase

    async def direct(self, person):
        self._fail()
        return self.alone.get(person)

    async def power(self, to):
        return self.powers.get(to.sender, self.level)

    async def close(self):
        self.closed = True


class Channel:
    """A room's channel."""

    id = "salon"
    place = "!r"

    def __init__(self, mouth, admins=()):
        self.mouth = mouth
        self.options = SimpleNamespace(language="fr", name="")
        self.account = SimpleNamespace(id="alpes", settings=SimpleNamespace(admins=admins))

    def listener(self):
        return self.mouth


async def hear(mouth, *heard):
    async with asyncio.timeout(20):
        await mouth.ear(heard)


async def tap(mouth, *given):
    async with asyncio.timeout(20):
        await mouth.tips(given)

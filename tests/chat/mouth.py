"""A room with ears and a mouth of our own."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

from bot.channels.heard import Heard

ONE = Heard("!r", "$1", "@m:x", "!aide", timedelta(0))


class Mouth:
    """A listener that notes the answers; ``faults`` are raised first."""

    me = ("@alposs:x", "alposs")

    def __init__(self, *faults, power=0):
        self.said, self.faults, self.level, self.ear = [], list(faults), power, None
        self.closed = False

    def listen(self, ear):
        self.ear = ear

    async def answer(self, to, text):
        if self.faults:
            raise self.faults.pop(0)
        self.said.append((to.event, text))
        return f"{to.event}-answer"

    async def power(self, to):
        return self.level

    async def close(self):
        self.closed = True


class Channel:
    """A room's channel."""

    id = "salon"
    place = "!r"

    def __init__(self, mouth, admins=()):
        self.mouth = mouth
        self.options = SimpleNamespace(language="fr", name="")
        self.account = SimpleNamespace(settings=SimpleNamespace(admins=admins))

    def listener(self):
        return self.mouth


async def hear(mouth, *heard):
    async with asyncio.timeout(5):
        await mouth.ear(heard)

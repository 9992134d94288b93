"""The chat face: the ears of every account that hears (``ears.py``), kept through reloads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot import kinds
from bot.channels.heard import Listener
from bot.commands._parse import Vocabulary
from bot.commands.command import Context
from bot.ears import Ears

if TYPE_CHECKING:
    from bot.channels.channel import Channel


class Chat:
    """Every account that hears. ``base`` is the app's context: its store, clock and settings."""

    def __init__(self, channels: Mapping[str, Channel], base: Context) -> None:
        self._base = base
        self._vocabulary = Vocabulary.of(kinds.every("command"))
        self._channels = tuple(channels.values())
        self._ears: list[Ears] = []
        self._listens = False  # of several workers only the one that leads does

    def start(self) -> None:
        """Listen; the channels open the accounts. Called again it gives new accounts their ears."""
        self._listens = True
        heard: dict[int, tuple[Listener, list[Channel]]] = {}
        for channel in self._channels:
            if (listener := channel.listener()) is not None:
                heard.setdefault(id(listener), (listener, []))[1].append(channel)
        for listener, mine in heard.values():
            known = next((one for one in self._ears if one.listener is listener), None)
            if known is not None:
                known.take_up(mine)
                continue
            fresh = Ears(listener, mine, self._base, self._vocabulary, self._channel_of)
            self._ears.append(fresh)
            fresh.start()

    async def swap(
        self, channels: Mapping[str, Channel], close: Callable[[], Awaitable[None]]
    ) -> None:
        """A reload: hear through ``channels``. Ears whose account is no more are stopped before
        ``close`` ends its channels; new ones open after it, for they may be the same account."""
        accounts = [channel.account for channel in channels.values()]
        gone = [one for one in self._ears if not any(one.login is each for each in accounts)]
        self._ears = [one for one in self._ears if one not in gone]
        for ears in gone:
            await ears.stop()
        await close()
        self._channels = tuple(channels.values())
        if self._listens:
            self.start()

    def _channel_of(self, room: str) -> str | None:
        return next((one.id for one in self._channels if one.place == room), None)

    async def stop(self) -> None:
        """Listen no more, until the next :meth:`start`. Never raises."""
        self._listens = False
        while self._ears:
            await self._ears.pop().stop()

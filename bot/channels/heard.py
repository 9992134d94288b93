"""What people say in rooms, and the Listener that hears it: the door between chat and a network.

A channel kind that hears (Matrix) gives a :class:`Listener` for its account; ``bot.chat`` knows
only this file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a person: never a notice, an edit, a redacted or an own one (S6)."""

    room: str
    event: str  # the message's id over there
    sender: str
    text: str  # without the quotation that old clients put before a reply
    age: timedelta  # by the server's own clock
    reply_to: str | None = None  # the message that it answers
    thread: str | None = None  # the thread in which it stands
    direct: bool = False  # a room of this person and the bot alone
    #: False: sent in clear into an encrypted room, so that anybody could have written it (S7)
    sealed: bool = True


Ear = Callable[[Sequence[Heard]], Awaitable[None]]


class Listener(Protocol):
    """One account that hears and answers. Its calls raise only ChannelError."""

    @property
    def me(self) -> tuple[str, ...]:
        """The names by which people may call the bot here: its id, its displayed name."""

    def listen(self, ear: Ear) -> None:
        """Give every batch of messages to ``ear``, in order. What is heard counts as handled,
        and is not brought again after a restart, once ``ear`` has returned."""

    async def answer(self, to: Heard, text: str) -> str:
        """Reply to a message, in its thread if it stands in one; the id of the reply.

        A quiet notice in a room of several; where ``to.direct``, a message that rings. The same
        message is answered once with the same event, however often this is called.
        """

    async def close(self) -> None:
        """Hear no more. Never raises."""

    async def power(self, to: Heard) -> int | None:
        """The power level of the sender, from the room's present state; None for a creator of a
        room of version 12, whose power has no bound. 0 in rooms that nobody configured."""

"""What people say and tap in rooms, and the Listener that hears it: the door between chat and a
network.

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
    encrypted: bool = False  # it came encrypted


@dataclass(frozen=True, slots=True)
class Reacted:
    """One reaction of a person to a message: never an own or a redacted one (S6). Reactions are
    never encrypted: what they may decide is for the one who asked to say (S7)."""

    room: str
    event: str  # the reaction's own id
    sender: str
    target: str  # the message to which it was given
    key: str  # without U+FE0F, which some phones add: “✅”, “1⃣”
    age: timedelta  # by the server's own clock
    direct: bool = False  # a room of this person and the bot alone
    #: True: the person took something of their own back. ``event`` is that act, ``target`` what is
    #: gone: a reaction, maybe, whose own target and key nobody knows any more
    taken: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that an answer brings."""

    name: str
    mime: str  # its media type: “text/calendar”
    data: bytes


@dataclass(frozen=True, slots=True)
class Direct:
    """A room of one person and the bot alone."""

    room: str
    invited: bool  # the person has not come yet


class Bookmark(Protocol):
    """How far an account has heard, kept in the store."""

    async def get(self) -> str | None:
        """What :meth:`put` was given last; None: nothing yet."""

    async def put(self, place: str) -> None:
        """Everything up to this is handled."""


Ear = Callable[[Sequence[Heard]], Awaitable[None]]
Fingertips = Callable[[Sequence[Reacted]], Awaitable[None]]


def bare(key: str) -> str:
    """A reaction's key without U+FE0F, the sign that asks for a coloured picture.

    >>> bare("1\ufe0f\u20e3") == "1\u20e3"
    True
    """
    return key.replace("\ufe0f", "")


class Listener(Protocol):
    """One account that hears and answers. Its calls raise only ChannelError."""

    @property
    def answers(self) -> frozenset[str] | None:
        """The only commands that may be asked here, and only clearly; None: all of them."""

    @property
    def a_day(self) -> int | None:
        """So many answers one person gets a day at most; None: no limit."""

    @property
    def me(self) -> tuple[str, ...]:
        """The names by which people may call the bot here: its id, its displayed name."""

    def listen(
        self, ear: Ear, tips: Fingertips | None = None, bookmark: Bookmark | None = None
    ) -> None:
        """Give every batch of messages to ``ear``, in order, and every batch of reactions to
        ``tips``. What is heard counts as handled, and is not brought again after a restart, once
        both have returned; ``bookmark`` keeps how far that is, for those who need it kept."""

    async def answer(self, to: Heard | Reacted, text: str) -> str:
        """Reply to a message, in its thread if it stands in one, or to the message to which a
        reaction was given; the id of the reply.

        A quiet notice in a room of several; where ``to.direct``, a message that rings. The same
        message or reaction is answered once with the same event, however often this is called.
        """

    async def react(self, room: str, event: str, key: str) -> None:
        """Place a reaction of the bot's own, so that one tap is enough for others. Already there
        is success."""

    async def reactions(self, room: str, event: str) -> Sequence[Reacted]:
        """The reactions that people have given to a message, oldest first, as the server has them
        now: those given while the bot was down are among them."""

    async def attach(self, to: Heard, file: File) -> str:
        """Send a file into the room of a message, encrypted where the room is; the message's id.
        The same message is answered once with the same file, however often this is called."""

    async def direct(self, person: str) -> Direct | None:
        """The room in which this person and the bot are alone, made where there is none: the person
        is then invited. None: this network has no such rooms. Raises ChannelError."""

    async def erase(self, to: Heard | Reacted) -> bool:
        """Take what a person wrote out of the room. False: the bot has no such power there. Never
        raises."""

    async def close(self) -> None:
        """Hear no more. Never raises."""

    async def power(self, to: Heard | Reacted) -> int | None:
        """The power level of the sender, from the room's present state; None for a creator of a
        room of version 12, whose power has no bound. 0 in rooms that nobody configured."""

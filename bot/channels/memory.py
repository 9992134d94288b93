"""A channel into this process's memory, for tests: it keeps Mastodon's real rules and fails on
demand.

What was posted lives on an :class:`OtherSide`, which outlives the channel object as a real
server outlives a crashed bot. It keeps an idempotency key for an hour (on a clock of its own),
answers a repeat with the first message, and injects the faults that :meth:`OtherSide.fail` asks.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from bot.channels.channel import Channel, Found, Limits, Receipt
from bot.config.wiring import ChannelSettings
from bot.errors import ChannelError, Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

#: how long Mastodon keeps an idempotency key
KEY_KEPT = timedelta(seconds=3600)

#: refuse: no connection · lose-request, lose-answer: the connection breaks before or after the
#: act · limit: 429 · error: 500 before the act · error-after: 500 after it · lock: 401 ·
#: reject: 422
Fault = Literal[
    "refuse", "lose-request", "lose-answer", "limit", "error", "error-after", "lock", "reject"
]
_AFTER: frozenset[Fault] = frozenset({"lose-answer", "error-after"})


@dataclass
class Posted:
    """One message on the other side."""

    id: str
    key: str
    text: str
    at: datetime
    reply_to: str | None = None
    boosts: str = ""  # the address of somebody's post: then there are no words
    picture: str = ""  # the words of the picture that it shows
    edits: list[str] = field(default_factory=list)  # the texts that it had before
    gone: bool = False


@dataclass
class OtherSide:
    """A server: what it has, what it still remembers of keys, and what goes wrong next.

    :param clock: the server's now, UTC and aware.
    :param key_kept: how long it keeps a key; None: it knows no keys (GoToSocial).
    :param reach: how many messages a search sees; None: all.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    key_kept: timedelta | None = KEY_KEPT
    reach: int | None = None
    messages: list[Posted] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # addresses of posts that may be boosted
    faults: deque[Fault] = field(default_factory=deque)
    open: asyncio.Event | None = None  # answers wait until it is set; None: at once
    pictures: dict[str, str] = field(default_factory=dict)  # brought over: id -> its words
    asked: dict[str, str] = field(default_factory=dict)  # event -> what the moderators were shown
    calls: int = 0
    _keys: dict[str, tuple[Posted, datetime]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def fail(self, *faults: Fault) -> None:
        """Each of the next calls fails so, one fault a call."""
        self.faults.extend(faults)

    def there(self) -> list[Posted]:
        """What readers see."""
        return [message for message in self.messages if not message.gone]

    async def call(self, channel: str, act: Callable[[], Posted]) -> Posted:
        """One call to the server. Raises ChannelError as the next fault wants."""
        self.calls += 1
        fault = self.faults.popleft() if self.faults else None
        await asyncio.sleep(0)
        if self.open is not None:
            await self.open.wait()
        done = act() if fault is None or fault in _AFTER else None
        if fault is not None:
            raise _failure(fault, channel)
        assert done is not None
        return done

    def post(self, delivery: Delivery) -> Posted:
        """A new message, or the first one of a key that is still kept."""
        now = self.clock()
        boosts = delivery.message.boosts
        if boosts in self.others:
            return self._boost(boosts, delivery.key, now)
        known = self._keys.get(delivery.key)
        if known and self.key_kept is not None and now - known[1] < self.key_kept:
            return known[0]
        made = Posted(
            f"m{next(self._numbers)}",
            delivery.key,
            delivery.message.text,
            now,
            delivery.reply_to,
            picture=self.pictures.get((delivery.picture or {}).get("id", ""), ""),
        )
        self.messages.append(made)
        self._keys[delivery.key] = (made, now)
        return made

    def bring(self, alt: str) -> Posted:
        """A picture that no message shows yet, under an id of its own."""
        made = Posted(f"p{next(self._numbers)}", "", alt, self.clock())
        self.pictures[made.id] = alt
        return made

    def _boost(self, address: str, key: str, now: datetime) -> Posted:
        made = next((one for one in self.there() if one.boosts == address), None)
        if made is None:
            made = Posted(f"m{next(self._numbers)}", key, "", now, boosts=address)
            self.messages.append(made)
        return made

    def get(self, id: str) -> Posted | None:
        """A message that is there, by its id."""
        return next((message for message in self.there() if message.id == id), None)


def _failure(fault: Fault, channel: str) -> ChannelError:
    match fault:
        case "refuse":
            return NotNow(channel=channel, cause="connection refused")
        case "limit":
            return NotNow(channel=channel, cause="429", after=timedelta(seconds=60))
        case "lock":
            return Locked(channel=channel, cause="401")
        case "reject":
            return Rejected(channel=channel, cause="422")
        case "error" | "error-after":
            return Unclear(channel=channel, cause="500")
        case _:
            return Unclear(channel=channel, cause="connection lost")


_sides: dict[str, OtherSide] = {}


def other_side(name: str) -> OtherSide:
    """The server of that name, made at the first call."""
    return _sides.setdefault(name, OtherSide())


def forget(name: str) -> None:
    """Take the server of that name away, with all it has."""
    _sides.pop(name, None)


class MemoryOptions(ChannelSettings):
    """A channel for tests: posts stay in this process's memory."""

    kind: str = Field("memory", description="memory")
    server: str = Field(
        "memory", description="Channels that name the same server see the same messages."
    )
    per_hour: int = Field(0, ge=0, description="At most so many an hour; 0: no limit.")
    per_day: int = Field(0, ge=0, description="At most so many a day; 0: no limit.")
    digest: str = Field("", description="When the digest of the week is told, local; empty: never.")
    quiet: str = Field("", description="Silence, local time; empty: none.")
    gather: int = Field(0, ge=0, description="Minutes to wait for other witnesses.")
    images: bool = Field(False, description="true: show the article’s image with the first post.")
    moderated: bool = Field(False, description="true: it has a room where drafts are shown.")


class Memory(Channel):
    """A channel into memory."""

    kind = "memory"
    Options = MemoryOptions
    abilities = frozenset({"edit", "withdraw", "find", "reply", "idempotent", "boost", "picture"})
    room: str | None = None  # of one person

    def __init__(self, id: str, options: MemoryOptions, account: object = None) -> None:
        super().__init__(id, options, account)
        self.other_side = other_side(options.server)
        if self.other_side.key_kept is not None:
            self.window = self.other_side.key_kept - timedelta(minutes=10)

    def to_person(
        self, id: str, person: str, room: str, *, per_day: int, quiet: str
    ) -> Channel | None:
        """The same server's memory of what one person was told: ``SERVER/PERSON``."""
        own = {"server": f"{self.options.server}/{person}", "per_day": per_day, "quiet": quiet}
        made = Memory(id, self.options.model_copy(update=own), self.account)
        made.room = room
        return made

    @property
    def place(self) -> str | None:
        """The person's room, where it is one."""
        return self.room

    async def limits(self) -> Limits:
        """Mastodon's."""
        return Limits(characters=500, per_url=23)

    @property
    def images(self) -> bool:
        """As its settings say."""
        return bool(self.options.images)

    @property
    def moderators(self) -> bool:
        """As its settings say."""
        return bool(self.options.moderated)

    async def tell_admins(
        self,
        key: str,
        text: str,
        html: str | None = None,  # noqa: ARG002 - the door's
        *,
        moderators: bool = False,  # noqa: ARG002
    ) -> tuple[str, str] | None:
        """Show it to the moderators, once per ``key`` and ``text``."""
        if not self.moderators:
            return None
        event = f"${key}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        self.other_side.asked[event] = text
        return "!moderators", event

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Post it, unless its key is still kept."""
        posted = await self.other_side.call(self.id, lambda: self.other_side.post(delivery))
        return Receipt(posted.id, posted.boosts or None)

    async def bring(self, picture: bytes, type: str, alt: str) -> str:  # noqa: ARG002 - the door's
        """Keep its words."""
        return (await self.other_side.call(self.id, lambda: self.other_side.bring(alt))).id

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:
        """Put the new words in; a message that is gone is never posted again (D5)."""
        found = self.other_side.get(remote)
        if found is None:
            raise Rejected(channel=self.id, cause="404")

        def change() -> Posted:
            if not found.boosts and found.text != delivery.message.text:
                found.edits.append(found.text)
                found.text = delivery.message.text
            return found

        return Receipt((await self.other_side.call(self.id, change)).id)

    async def withdraw(self, remote: str, delivery: Delivery) -> None:  # noqa: ARG002 - the door's
        """Take it away; gone is gone."""
        found = self.other_side.get(remote) or Posted(remote, "", "", self.other_side.clock())

        def remove() -> Posted:
            found.gone = True
            return found

        await self.other_side.call(self.id, remove)

    async def find(self, delivery: Delivery, since: datetime) -> Found:
        """By its words, newest first, as far as the server lets search."""
        there = [
            m for m in reversed(self.other_side.there()) if m.at >= since - timedelta(minutes=5)
        ]
        seen = there[: self.other_side.reach]

        def look() -> Posted:
            return next(
                (m for m in seen if _is(m, delivery)),
                Posted("", "", "", since),
            )

        found = await self.other_side.call(self.id, look)
        receipt = Receipt(found.id, found.boosts or None) if found.id else None
        return Found(receipt, complete=len(seen) == len(there))


def _is(posted: Posted, delivery: Delivery) -> bool:
    if posted.boosts:
        return posted.boosts == delivery.message.boosts
    return posted.text == delivery.message.text

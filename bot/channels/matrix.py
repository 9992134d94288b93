"""Matrix rooms, plain and end-to-end encrypted.

The bot speaks ``m.notice`` with an empty ``m.mentions`` (nobody's phone rings), and puts an
``org.alposs.bot`` object into each message's content, inside the encryption where there is one:
by it, and by the transaction id, its own messages are found again (Matrix client-server API,
sections 8.3 ``PUT send``, 11.5 ``m.replace``, 11.6 ``m.in_reply_to``). A device that takes the
place of another can read nothing that was encrypted before it: so a *trace* stands beside the
encryption, which only who knows the store's secret can tell from chance.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from bot.channels import matrix_registry as registry
from bot.channels.channel import Channel, Found, Limits, Receipt
from bot.channels.heard import Listener
from bot.channels.matrix_client import Connection
from bot.channels.matrix_errors import RoomClosed
from bot.channels.matrix_find import find_edits, find_redaction, find_sent
from bot.channels.matrix_registry import hold, release
from bot.channels.matrix_sync import Account
from bot.config.wiring import ChannelSettings
from bot.errors import Rejected
from bot.outbox.delivery import Delivery

#: our own field in a message's content
OURS = "org.alposs.bot"
#: characters of the text that old clients show of an edit
FALLBACK = 500


class MatrixOptions(ChannelSettings):
    """A Matrix room."""

    kind: str = Field("matrix", description="matrix")
    account: str = Field(description="Id of the Matrix account it speaks through.")
    room: str = Field(
        pattern=r"^(!\S+|#[^:\s]+:\S+)$",
        description="The room: its id (!…) or an alias (#…:server). The bot joins it when invited.",
    )
    per_hour: int = Field(2, ge=0, description="At most so many an hour; 0: no limit.")
    per_day: int = Field(6, ge=0, description="At most so many a day; 0: no limit.")
    digest: str = Field(
        "thursday 17:00", description="When the digest of the week is told, local; empty: never."
    )
    quiet: str = Field("21:00-08:00", description="Silence, local time; empty: none.")


class Matrix(Channel):
    """One room of one account."""

    kind = "matrix"
    Options = MatrixOptions
    leader_only = True
    abilities = frozenset({"edit", "withdraw", "find", "reply", "idempotent"})
    #: Synapse keeps transaction ids for 24 h
    window: timedelta | None = timedelta(hours=20)

    #: An event may have 65,536 bytes (section 6.2.1), encryption makes it a third larger, and
    #: text stands in it twice: so many characters fit, an edit's short fallback included.
    usual = Limits(characters=20_000, html=True, form="room")

    def __init__(self, id: str, options: MatrixOptions, account: Account) -> None:
        super().__init__(id, options, account)
        self._connection: Connection | None = None
        self._holding = asyncio.Lock()  # a channel holds its account once, whoever asks first
        self._room = ""

    @property
    def device(self) -> str | None:
        """The account's own in this data folder."""
        return self._connection.device_id if self._connection is not None else None

    @property
    def place(self) -> str | None:
        """The room's id; None for an alias that is not resolved yet."""
        room: str = self._room or self.options.room
        return room if room.startswith("!") else None

    async def start(self) -> None:
        """Log the account in (once for all its channels), sync, join the room."""
        if self._connection is not None:
            await self._connection.open()
        await self._ready()

    async def stop(self) -> None:
        """Give the account back; the last of its channels closes it."""
        connection, self._connection = self._connection, None
        self._room = ""
        if connection is not None:
            await release(connection)

    async def tell_admins(
        self, key: str, text: str, html: str | None = None, *, moderators: bool = False
    ) -> tuple[str, str] | None:
        """Tell the admins in the account's admin room; None where there is none."""
        room = self.account.settings.moderators_room if moderators else None
        return await (await self._held()).tell_admins(key, text, html, room=room)

    @property
    def moderators(self) -> bool:
        """Has the account a room for its admins or moderators?"""
        settings = self.account.settings
        return bool(settings.moderators_room or settings.admin_room)

    def pulse(self) -> int | None:
        """The syncs of its account so far."""
        return self._connection.turns if self._connection is not None else None

    def concerns(self) -> dict[str, Mapping[str, str]]:
        """Of the whole account: a room that moved, a device that clients distrust."""
        return self._connection.concerns() if self._connection is not None else {}

    def listener(self) -> Listener:
        """The account's ears; this channel's room is one of those whose power levels count."""
        return registry.listener(self.account, self.options.room)

    async def limits(self) -> Limits:
        """The same everywhere: no server says less."""
        return self.usual

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send an ``m.notice`` under the transaction id ``delivery.key``."""
        connection, room = await self._ready()
        content = self.content(delivery)
        if delivery.reply_to:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": delivery.reply_to}}
        event_id = await self._say(connection, room, content, delivery)
        return self._receipt(event_id)

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:
        """Replace the message ``remote``. The receipt bears the first event's id: later edits
        and replies belong to it."""
        connection, room = await self._home_of(remote)
        new = self.content(delivery)
        content = {
            **new,
            "body": f"* {new['body'][:FALLBACK]}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": remote},
        }
        content.pop("format", None)
        content.pop("formatted_body", None)
        await self._in_old_or_new(room, self._say(connection, room, content, delivery))
        return self._receipt(remote)

    async def withdraw(self, remote: str, delivery: Delivery) -> None:
        """Redact the message ``remote``, and our edits of it: they hold its words too."""
        connection, room = await self._home_of(remote)
        edits = await find_edits(connection, room, remote)
        await self._in_old_or_new(room, connection.redact(room, remote, transaction(delivery)))
        for event_id in edits:
            await connection.redact(room, event_id, f"{transaction(delivery)}-{event_id}")

    async def find(self, delivery: Delivery, since: datetime) -> Found:
        """Read our own messages back past ``since``, decrypting, until ``delivery`` shows."""
        connection, room = await self._ready()
        if delivery.action == "withdraw":
            connection, room = await self._home_of(str(delivery.remote))
            gone = await find_redaction(connection, room, str(delivery.remote))
            return Found(self._receipt(str(delivery.remote)) if gone else None, complete=True)
        complete, place = True, room
        while place:  # sent before the room was replaced, it is in the old one
            event_id, whole = await find_sent(
                connection,
                place,
                transaction(delivery),
                delivery.key,
                trace(self.mark, place, delivery.key),
                since,
            )
            if event_id:
                return Found(self._receipt(event_id, place), complete=True)
            complete = complete and whole
            place = connection.membership.predecessor(place) or ""
        return Found(None, complete)

    def content(self, delivery: Delivery) -> dict[str, Any]:
        """What the message says."""
        return notice(delivery)

    def to_person(
        self, id: str, person: str, room: str, *, per_day: int, quiet: str
    ) -> Channel | None:
        """The room in which the account and one person are alone."""
        from bot.channels._matrix_direct import MatrixDirect

        own = {"room": room, "per_hour": 0, "per_day": per_day, "quiet": quiet, "digest": ""}
        return MatrixDirect(id, self.options.model_copy(update=own), self.account, person)

    async def _say(
        self, connection: Connection, room: str, content: dict[str, Any], delivery: Delivery
    ) -> str:
        """Send it, its trace beside the encryption where there is one; the event's id."""
        left = trace(self.mark, room, delivery.key)
        beside = {OURS: {"trace": left}} if left else {}
        return await connection.send(room, content, transaction(delivery), beside=beside)

    async def _ready(self) -> tuple[Connection, str]:
        connection = self._connection
        if connection is None:
            connection = await self._held()
        else:
            await connection.reopen()
        if not connection.inside(self._room):
            self._room = await connection.enter(self.options.room)
        return connection, self._room

    async def _home_of(self, remote: str) -> tuple[Connection, str]:
        """The room in which a message of ours stands: ours, or one that it has replaced."""
        connection, room = await self._ready()
        place: str | None = room
        while place and (older := connection.membership.predecessor(place)):
            if await connection.holds(place, remote):
                return connection, place
            place = older
        return connection, place or room

    async def _in_old_or_new(self, room: str, what: Awaitable[Any]) -> None:
        """A refusal of a room that was replaced concerns this message alone, not the channel."""
        try:
            await what
        except RoomClosed as error:
            if room == self._room:
                raise
            raise Rejected(channel=self.id, cause=error.fields.get("cause"), code="?") from error

    async def _held(self) -> Connection:
        """The account's connection, held once for this channel: ``stop`` gives it back once."""
        async with self._holding:
            if self._connection is None:
                self._connection = await hold(self.account)
            return self._connection

    def _receipt(self, event_id: str, room: str = "") -> Receipt:
        return Receipt(event_id, f"https://matrix.to/#/{room or self._room}/{event_id}")


def notice(delivery: Delivery) -> dict[str, Any]:
    """The content of the message, always the same for the same delivery (D4)."""
    message = delivery.message
    content: dict[str, Any] = {
        "msgtype": "m.notice",
        "body": message.text,
        "m.mentions": {},
        OURS: {
            "story": delivery.story,
            "announcement": delivery.announcement,
            "key": delivery.key,
            "revision": delivery.revision,
        },
    }
    if message.html is not None:
        content["format"] = "org.matrix.custom.html"
        content["formatted_body"] = message.html
    return content


def transaction(delivery: Delivery) -> str:
    """The transaction id. Synapse tells them apart by room and device only: should one key ever
    serve a post and its withdrawal, the second must not be taken for the first."""
    return delivery.key if delivery.action == "post" else f"{delivery.key}-{delivery.action}"


def trace(mark: str, room: str, key: str) -> str:
    """What stands in clear beside the encrypted message of this key in this room: which secret
    it was made with, and the key under it; "" without a secret."""
    if not mark:
        return ""

    def sealed(what: str) -> str:
        return hmac.digest(mark.encode(), what.encode(), "sha256").hex()

    return f"{sealed('which')[:8]}-{sealed(f'{room} {key}')[:32]}"

"""Rooms, people and channels on the Synapse of the tests (fixtures ``people``, ``make_room``,
``make_channel``, ``make_reader``, ``make_relay``), and ``delivery()``."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nio
import pytest
from relay import Relay
from synapse_server import Login, Synapse

from bot.announcements.announcement import Message
from bot.channels.matrix import Matrix, MatrixOptions
from bot.config.wiring import AccountSettings
from bot.outbox.delivery import Delivery

NOW = datetime.now(UTC)
MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}
numbers = itertools.count(1)


class FixedAccount:
    """What bot.channels.account.Account gives, with a token from memory."""

    language = "fr"

    def __init__(self, id: str, settings: AccountSettings, data_dir: Path, token: str) -> None:
        self.id, self.settings, self.data_dir, self.token = id, settings, data_dir, token

    def secret(self) -> str:
        return self.token


def account_of(login: Login, url: str, data_dir: Path, **more: Any) -> FixedAccount:
    """The account ``alpes`` of a logged-in user."""
    told = {"kind": "matrix", "server": url, "user": login.user_id, "device": login.device}
    return FixedAccount("alpes", AccountSettings(**{**told, **more}), data_dir, login.token)


def delivery(text: str = "Échirolles reçoit le NEC d’or.", **more: Any) -> Delivery:
    """A new delivery of its own announcement."""
    number = next(numbers)
    made = Delivery(
        id=number,
        channel="salon",
        announcement=f"annonce-{number}",
        story=f"histoire-{number}",
        revision=0,
        action="post",
        key=f"cle-{number}",
        message=Message(text, html=f"<strong>Prix :</strong> {text}"),
        created=NOW,
        due=NOW,
    )
    return replace(made, **more)


class Room:
    """A room of a member and the bot, seen through the member's plain API calls."""

    def __init__(self, synapse: Synapse, bot: Login, member: Login, room_id: str) -> None:
        self.synapse, self.bot, self.member, self.id = synapse, bot, member, room_id

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        path = f"/_matrix/client/v3/rooms/{self.id}/{path}"
        return await asyncio.to_thread(self.synapse.request, method, path, body, self.member.token)

    async def messages(self) -> list[dict[str, Any]]:
        """The messages in order, as the server holds them."""
        page = await self.call("GET", "messages?dir=f&limit=200")
        kinds = {"m.room.message", "m.room.encrypted"}
        return [event for event in page["chunk"] if event["type"] in kinds]

    async def encrypt(self) -> None:
        await self.call("PUT", "state/m.room.encryption", MEGOLM)


class Reader:
    """A member with a real client and keys of its own."""

    def __init__(self, url: str, login: Login, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.client = nio.AsyncClient(
            url,
            login.user_id,
            device_id=login.device,
            store_path=str(folder),
            config=nio.AsyncClientConfig(pickle_key="reader", max_timeouts=0, max_limit_exceeded=0),
        )
        self.client.restore_login(login.user_id, login.device, login.token)

    async def sync(self) -> None:
        answer = await self.client.sync(timeout=0, full_state=not self.client.rooms)
        assert isinstance(answer, nio.SyncResponse), answer
        for needed, call in (
            (self.client.should_upload_keys, self.client.keys_upload),
            (self.client.should_query_keys, self.client.keys_query),
        ):
            if needed:
                await call()

    async def everything(self, room_id: str) -> list[dict[str, Any]]:
        """All events of the room, decrypted."""
        await self.sync()
        page = await self.client.room_messages(
            room_id, None, direction=nio.MessageDirection.front, limit=200
        )
        return [event.source for event in page.chunk]

    async def latest(self, room_id: str, number: int) -> list[dict[str, Any]]:
        """The newest events, decrypted, the newest first."""
        await self.sync()
        page = await self.client.room_messages(room_id, limit=number)
        return [event.source for event in page.chunk]

    async def read(self, room_id: str) -> list[dict[str, Any]]:
        """The decrypted events in order; one that could not be read shows as ``m.room.encrypted``."""
        await self.sync()
        page = await self.client.room_messages(
            room_id, None, direction=nio.MessageDirection.front, limit=200
        )
        kinds = {"m.room.message", "m.room.encrypted"}
        return [event.source for event in page.chunk if event.source.get("type") in kinds]


@pytest.fixture
def people(synapse: Synapse) -> tuple[Login, Login]:
    """A bot and a member, new for each test."""
    number = next(numbers)
    return synapse.enrol(f"bot{number}"), synapse.enrol(f"membre{number}")


@pytest.fixture
def make_room(synapse: Synapse, people: tuple[Login, Login]) -> Callable[..., Room]:
    """Make a room of the member, with the bot invited."""

    def make(
        *,
        encrypted: bool = False,
        invite: bool = True,
        server: Any = None,
        who: Any = None,
        **more: Any,
    ) -> Room:
        bot, member = who or people
        on = server or synapse
        state = [{"type": "m.room.encryption", "state_key": "", "content": MEGOLM}]
        body = {
            "preset": "private_chat",
            "invite": [bot.user_id] if invite else [],
            "initial_state": state if encrypted else [],
            **more,
        }
        made = on.request("POST", "/_matrix/client/v3/createRoom", body, member.token)
        return Room(on, bot, member, made["room_id"])

    return make


@pytest.fixture
async def make_channel(
    synapse: Synapse, people: tuple[Login, Login], tmp_path: Path
) -> AsyncIterator[Callable[..., Matrix]]:
    """Make a channel of the bot into a room; it is stopped at the end."""
    opened: list[Matrix] = []

    def make(
        room: Any,
        *,
        url: str = "",
        data_dir: Path = tmp_path / "data",
        account: Any = None,
        **more: Any,
    ) -> Matrix:
        options = MatrixOptions(account="alpes", room=room if isinstance(room, str) else room.id)
        account = account or account_of(people[0], url or synapse.url, data_dir, **more)
        channel = Matrix("salon", options, account)
        opened.append(channel)
        return channel

    yield make
    for channel in opened:
        await channel.stop()


@pytest.fixture
async def make_reader(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """A member's own client, its keys uploaded."""
    readers: list[Reader] = []

    async def make(login: Login) -> Reader:
        reader = Reader(synapse.url, login, tmp_path / f"reader{len(readers)}")
        readers.append(reader)
        await reader.sync()
        return reader

    yield make
    for reader in readers:
        await reader.client.close()
        reader.client.store.database.close()


@pytest.fixture
async def make_relay(synapse: Synapse) -> AsyncIterator[Callable[..., Any]]:
    """A relay in front of the server."""
    async with AsyncExitStack() as stack:

        async def make(target: str = "") -> Relay:
            return await stack.enter_async_context(Relay(target or synapse.url))

        yield make

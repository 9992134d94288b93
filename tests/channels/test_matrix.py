"""The Matrix channel against a real Synapse."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.announcements.announcement import Message
from bot.channels.matrix import Matrix, MatrixOptions
from bot.config.wiring import AccountSettings
from bot.errors import Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

NOW = datetime.now(UTC)
numbers = itertools.count(1)


class Login:
    """What bot.channels.account.Account gives, without a file."""

    def __init__(self, id: str, settings: AccountSettings, data_dir: Path, token: str) -> None:
        self.id, self.settings, self.data_dir, self.token = id, settings, data_dir, token

    def secret(self) -> str:
        return self.token


def account_of(user, server, data_dir: Path, **more: Any) -> Login:
    settings = AccountSettings(
        **{
            "kind": "matrix",
            "server": server.url,
            "user": user.user_id,
            "device": user.device,
            **more,
        }
    )
    return Login("alpes", settings, data_dir, user.token)


def delivery(text="Échirolles reçoit le NEC d’or.", **more: Any) -> Delivery:
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
    """A room with the bot and one member in it, who looks at it through the plain API."""

    def __init__(self, synapse, bot, member, room_id) -> None:
        self.synapse, self.bot, self.member, self.id = synapse, bot, member, room_id

    def call(self, method, path, body=None):
        path = f"/_matrix/client/v3/rooms/{self.id}/{path}"
        return self.synapse.request(method, path, body, self.member.token)

    def messages(self):
        return [
            event
            for event in self.call("GET", "messages?dir=f&limit=100")["chunk"]
            if event["type"] in {"m.room.message", "m.room.encrypted"}
        ]


@pytest.fixture
def people(synapse):
    """A bot and a member, new for each test."""
    number = next(numbers)
    return synapse.enrol(f"bot{number}"), synapse.enrol(f"membre{number}")


@pytest.fixture
def make_room(synapse, people):
    def make(*, encrypted=False, **more) -> Room:
        bot, member = people
        state = [
            {
                "type": "m.room.encryption",
                "state_key": "",
                "content": {"algorithm": "m.megolm.v1.aes-sha2"},
            }
        ]
        body = {
            "preset": "private_chat",
            "invite": [bot.user_id],
            "initial_state": state if encrypted else [],
            **more,
        }
        made = synapse.request("POST", "/_matrix/client/v3/createRoom", body, member.token)
        return Room(synapse, bot, member, made["room_id"])

    return make


@pytest.fixture
async def make_channel(synapse, people, tmp_path):
    opened = []

    def make(room, *, data_dir=tmp_path / "data", account=None, **more) -> Matrix:
        options = MatrixOptions(account="alpes", room=room if isinstance(room, str) else room.id)
        channel = Matrix(
            "salon", options, account or account_of(people[0], synapse, data_dir, **more)
        )
        opened.append(channel)
        return channel

    yield make
    for channel in opened:
        await channel.stop()


async def test_a_plain_room_gets_a_notice_once(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    await channel.start()
    sent = delivery()
    receipt = await channel.deliver(sent)
    again = await channel.deliver(sent)
    assert again == receipt
    [event] = room.messages()
    assert event["event_id"] == receipt.remote
    assert event["content"] == {
        "msgtype": "m.notice",
        "body": sent.message.text,
        "format": "org.matrix.custom.html",
        "formatted_body": sent.message.html,
        "m.mentions": {},
        "org.alposs.bot": {
            "story": sent.story,
            "announcement": sent.announcement,
            "key": sent.key,
            "revision": 0,
        },
    }

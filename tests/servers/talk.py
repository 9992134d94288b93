"""People who ask the bot in rooms of a real Synapse (fixture ``talking``)."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from aiohttp import ClientSession, TCPConnector

FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\n'


class Talk:
    """One person in one room: says something, and waits for the bot's answer."""

    def __init__(self, room: Any, who: Any, reader: Any = None) -> None:
        self.room, self.who, self.reader = room, who, reader

    async def say(self, text: str, **more: Any) -> str:
        """Send an m.text; its event id. Encrypted where this person has keys."""
        content = {"msgtype": "m.text", "body": text, **more}
        if self.reader is not None:
            await self.reader.sync()
            sent = await self.reader.client.room_send(
                self.room.id, "m.room.message", content, ignore_unverified_devices=True
            )
            return sent.event_id
        return await self.say_in_clear(content)

    def by(self, who: Any) -> Talk:
        """The same room, another person (without keys)."""
        return Talk(self.room, who)

    async def join(self, who: Any) -> None:
        path = f"/_matrix/client/v3/join/{self.room.id}"
        await asyncio.to_thread(self.room.synapse.request, "POST", path, {}, who.token)

    async def until_joined(self) -> None:
        """Wait until the bot is in the room."""
        for _ in range(600):
            if await asyncio.to_thread(joined, self.room, self.room.bot):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the bot did not come")

    async def storm(self, text: str, number: int, people: Sequence[Any]) -> list[str]:
        """The same question ``number`` times, from several people side by side, each from a client
        that keeps its connections: as fast as the server takes them."""

        async def shout(who: Any, times: int) -> list[str]:
            address = f"{self.room.synapse.url}/_matrix/client/v3/rooms/{self.room.id}"
            headers = {"Authorization": f"Bearer {who.token}"}
            async with ClientSession(connector=TCPConnector(limit=3), headers=headers) as client:

                async def say() -> str:
                    number = uuid.uuid4().hex
                    path = f"{address}/send/m.room.message/{number}"
                    # the same words in the same millisecond would be the same event
                    content = {"msgtype": "m.text", "body": text, "test.number": number}
                    async with client.put(path, json=content) as answer:
                        return (await answer.json())["event_id"]

                return await asyncio.gather(*(say() for _ in range(times)))

        each = await asyncio.gather(*(shout(who, number // len(people)) for who in people))
        return [event for events in each for event in events]

    async def rate(self, events: Collection[str]) -> int:
        """How many of these events a minute the server took, by its own clock."""
        heard = await self.messages()
        moments = [one["origin_server_ts"] for one in heard if one["event_id"] in events]
        assert len(moments) == len(events)
        return round(len(moments) * 60_000 / (max(moments) - min(moments)))

    async def announcement(self, words: str, seconds: float = 60) -> dict[str, Any]:
        """The bot's own message with these words, waited for."""
        for _ in range(int(seconds * 10)):
            for event in await (self.messages() if self.reader else self.bot_says()):
                mine = event["sender"] == self.room.bot.user_id
                if mine and words in event["content"].get("body", ""):
                    return event
            await asyncio.sleep(0.1)
        raise AssertionError(f"never announced: {words}")

    async def say_in_clear(self, content: dict[str, Any]) -> str:
        path = f"/_matrix/client/v3/rooms/{self.room.id}/send/m.room.message/{uuid.uuid4().hex}"
        sent = await asyncio.to_thread(
            self.room.synapse.request, "PUT", path, content, self.who.token
        )
        return sent["event_id"]

    async def download(self, path: str) -> bytes:
        """A file that the server keeps, as it keeps it."""

        def get() -> bytes:
            asked = Request(
                self.room.synapse.url + path, headers={"Authorization": f"Bearer {self.who.token}"}
            )
            with urlopen(asked, timeout=20) as answer:
                return answer.read()

        return await asyncio.to_thread(get)

    async def messages(self) -> list[dict[str, Any]]:
        if self.reader is not None:
            return await self.reader.read(self.room.id)
        found: list[dict[str, Any]] = []
        start = ""
        while True:
            path = f"/_matrix/client/v3/rooms/{self.room.id}/messages?dir=f&limit=500{start}"
            page = await asyncio.to_thread(
                self.room.synapse.request, "GET", path, None, self.who.token
            )
            found += [event for event in page["chunk"] if event["type"] == "m.room.message"]
            if not page.get("end"):
                return found
            start = f"&from={page['end']}"

    async def bot_says(self) -> list[dict[str, Any]]:
        """The bot's own messages alone, oldest first, however much else is said (not decrypted)."""
        only = quote(json.dumps({"senders": [self.room.bot.user_id], "types": ["m.room.message"]}))
        path = f"/_matrix/client/v3/rooms/{self.room.id}/messages?dir=f&limit=1000&filter={only}"
        page = await asyncio.to_thread(self.room.synapse.request, "GET", path, None, self.who.token)
        return page["chunk"]

    async def answers(self, to: str) -> list[dict[str, Any]]:
        """The bot's replies to an event, in words (a file comes beside them)."""
        return [
            event["content"]
            for event in await self.messages()
            if event["sender"] == self.room.bot.user_id
            and event["content"].get("msgtype") != "m.file"
            and event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
            == to
        ]

    async def answer(self, to: str, seconds: float = 60) -> dict[str, Any]:
        """The bot's reply, waited for."""
        for _ in range(int(seconds * 10)):
            if found := await self.answers(to):
                assert len(found) == 1
                return found[0]
            await asyncio.sleep(0.1)
        raise AssertionError(f"no answer in {seconds} s")

    async def latest(self, number: int) -> list[dict[str, Any]]:
        """The room's newest events, the newest first."""
        if self.reader is not None:
            return await self.reader.latest(self.room.id, number)
        path = f"/_matrix/client/v3/rooms/{self.room.id}/messages?dir=b&limit={number}"
        page = await asyncio.to_thread(self.room.synapse.request, "GET", path, None, self.who.token)
        return page["chunk"]

    async def replies(self, to: Iterable[str], seconds: float = 60) -> dict[str, str]:
        """The words of the bot's one reply to each of these events, all waited for."""
        wanted, found = set(to), {}
        for _ in range(int(seconds * 5)):
            found = {}
            for event in await self.latest(4 * len(wanted)):
                relation = event["content"].get("m.relates_to", {})
                asked = relation.get("m.in_reply_to", {}).get("event_id")
                if event["sender"] == self.room.bot.user_id and asked in wanted:
                    assert asked not in found, "answered twice"
                    found[asked] = event["content"]["body"]
            if found.keys() == wanted:
                return found
            await asyncio.sleep(0.2)
        raise AssertionError(f"no answer in {seconds} s to {wanted - found.keys()}")

    async def announcement_of(self, to: str) -> dict[str, Any]:
        """The bot's reply to an event, as an event of its own."""
        await self.answer(to, 60)
        for event in await self.messages():
            relation = event["content"].get("m.relates_to", {})
            if relation.get("m.in_reply_to", {}).get("event_id") == to:
                return event
        raise AssertionError("no answer")

    async def until(self, true: Any) -> None:
        """Wait until ``true()``, which may ask the server, is."""
        for _ in range(600):
            if await asyncio.to_thread(true):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("waited in vain")

    async def ask(self, text: str, **more: Any) -> str:
        """Say it, and give the words of the answer."""
        return (await self.answer(await self.say(text, **more)))["body"]


@pytest.fixture
def talking(bot_process, synapse, people, make_room, make_reader):
    """Start a bot with one room; gives (talk, room)."""

    async def start(
        *,
        encrypted=False,
        account="",
        channel="",
        invite_more=(),
        on=synapse,
        who=None,
        **more,
    ):
        bot, member = who or people
        room = make_room(encrypted=encrypted, server=on, who=(bot, member), **more)
        for user_id in invite_more:
            await room.call("POST", "invite", {"user_id": user_id})
        token = bot_process.secret("matrix.token", bot.token)
        bot_process.write(
            "accounts/element.toml",
            f'kind = "matrix"\nserver = "{on.url}"\nuser = "{bot.user_id}"\n'
            f'device = "{bot.device}"\ntoken_file = "{token}"\n{account}',
        )
        bot_process.write(
            "channels/salon.toml",
            f'kind = "matrix"\naccount = "element"\nroom = "{room.id}"\n{FREE}{channel}',
        )
        reader = await make_reader(member) if encrypted else None
        bot_process.start()
        talk = Talk(room, member, reader)
        await asyncio.to_thread(
            bot_process.wait_for, lambda: joined(room, bot), "the bot to join its room"
        )
        return talk

    return start


def joined(room: Any, bot: Any) -> bool:
    """Is the bot in the room? As the server says."""
    path = f"/_matrix/client/v3/rooms/{room.id}/joined_members"
    return bot.user_id in room.synapse.request("GET", path, None, room.member.token)["joined"]

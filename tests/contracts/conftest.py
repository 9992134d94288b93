"""A harness per kind of channel: fixture ``KIND_harness``. A new kind adds its own here, or in a
plugin that tests/conftest.py names; the contract suite then runs over it by itself."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from bot.channels import memory
from bot.channels.account import Account, write_secret
from bot.channels.channel import Channel
from bot.channels.console import Console, ConsoleOptions
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.channels.memory import Memory, MemoryOptions
from bot.channels.webhook import Webhook, WebhookOptions
from bot.config.wiring import AccountSettings


@dataclass
class Harness:
    """A channel and what is behind it.

    ``fail(what)`` makes the next call fail: ``refuse`` (certainly not done), ``lose`` (done, the
    answer is lost), ``lock``, ``reject``. A kind says in ``faults`` which it can suffer.
    """

    channel: Channel
    faults: frozenset[str] = frozenset({"refuse", "lose", "lock", "reject"})

    async def shown(self) -> list[str]:
        """The texts that readers see, oldest first."""
        raise NotImplementedError

    def fail(self, what: str) -> None:
        raise NotImplementedError

    def foreign_post(self) -> str:
        """The address of somebody's post that can be boosted."""
        raise NotImplementedError

    def boosts(self) -> list[str]:
        """The addresses of the posts that are boosted, oldest first."""
        raise NotImplementedError

    def pictures(self) -> list[list[str]]:
        """The words of the pictures that each post shows, oldest first."""
        raise NotImplementedError


class MemoryHarness(Harness):
    async def shown(self) -> list[str]:
        return [m.text for m in self.channel.other_side.there()]  # type: ignore[attr-defined]  # Memory's

    def fail(self, what: str) -> None:
        fault: Any = "lose-answer" if what == "lose" else what
        self.channel.other_side.fail(fault)  # type: ignore[attr-defined]  # Memory's

    def foreign_post(self) -> str:
        address = f"https://mairie.example/@claix/{len(self.channel.other_side.others)}"  # type: ignore[attr-defined]  # Memory's
        self.channel.other_side.others.add(address)  # type: ignore[attr-defined]  # Memory's
        return address

    def boosts(self) -> list[str]:
        return [m.boosts for m in self.channel.other_side.there() if m.boosts]  # type: ignore[attr-defined]  # Memory's

    def pictures(self) -> list[list[str]]:
        there = self.channel.other_side.there()  # type: ignore[attr-defined]  # Memory's
        return [[m.picture] if m.picture else [] for m in there]


@pytest.fixture
def memory_harness() -> Any:
    yield MemoryHarness(Memory("memory", MemoryOptions(server="contract")))
    memory.forget("contract")


class ConsoleHarness(Harness):
    """A terminal shows everything for ever: an edit and a withdrawal are lines of their own."""

    async def shown(self) -> list[str]:
        shown: list[str] = []
        for block in self.channel.out.getvalue().split("[Serait ")[1:]:  # type: ignore[attr-defined]  # Console's
            title, _, text = block.partition("]\n")
            text = "\n".join(line[2:] for line in text.rstrip().split("\n"))
            if title.startswith("publié"):
                shown.append(text)
            elif title == "corrigé ainsi":
                shown[-1] = text
            else:
                shown.clear()
        return shown

    def fail(self, what: str) -> None:
        self.channel.out = io.StringIO()  # type: ignore[attr-defined]  # Console's
        self.channel.out.close()


@pytest.fixture
def console_harness() -> Harness:
    console = Console("console", ConsoleOptions())
    console.out = io.StringIO()
    return ConsoleHarness(console, frozenset({"refuse"}))


class WebhookHarness(Harness):
    """A receiver that keeps the ids it has seen, as Standard Webhooks asks of it."""

    def receive(self) -> web.Application:
        self.seen: set[str] = set()
        self.messages: dict[str, str] = {}
        self.next: str = ""
        app = web.Application()
        app.router.add_post("/", self.take)
        return app

    async def take(self, request: web.Request) -> web.Response:
        fault, self.next = self.next, ""
        told = await request.json(loads=json.loads)
        status = {"refuse": 429, "lock": 401, "reject": 422}.get(fault, 204)
        if status == 204 and request.headers["webhook-id"] not in self.seen:
            self.seen.add(request.headers["webhook-id"])
            if told["type"] == "announcement.withdrawn":
                self.messages.pop(told["data"]["message"], None)
            else:
                self.messages[told["data"]["message"]] = told["data"]["text"]
        if fault == "lose":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status)

    async def shown(self) -> list[str]:
        return list(self.messages.values())

    def fail(self, what: str) -> None:
        self.next = what


@pytest.fixture
async def webhook_harness(tmp_path: Any) -> AsyncIterator[Harness]:
    write_secret(tmp_path / "secret", "un secret")
    harness = WebhookHarness(None)  # type: ignore[arg-type]  # made below: its address is not known yet
    runner = web.AppRunner(harness.receive(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    harness.channel = Webhook(
        "webhook",
        WebhookOptions(
            url=f"http://127.0.0.1:{runner.addresses[0][1]}/",
            secret_file=str(tmp_path / "secret"),
            allow=("127.0.0.1/32",),
        ),
    )
    yield harness
    await harness.channel.stop()
    await runner.cleanup()


class MastodonHarness(Harness):
    server: Any = None

    async def shown(self) -> list[str]:
        return [status.text for status in self.server.statuses()]

    def foreign_post(self) -> str:
        return str(self.server.foreign_post("Claix reçoit le label"))

    def boosts(self) -> list[str]:
        return list(self.server.boosts())

    def pictures(self) -> list[list[str]]:
        known = self.server.media.known
        return [[known[id].alt for id in status.media] for status in self.server.statuses()]

    def fail(self, what: str) -> None:
        fault = {"refuse": "429", "lose": "lose", "lock": "401", "reject": "422"}[what]
        self.server.faults(fault)


@pytest.fixture
async def mastodon_harness(mastodon_server: Any, tmp_path: Any) -> AsyncIterator[Harness]:
    write_secret(tmp_path / "jeton", mastodon_server.token)
    settings = AccountSettings(
        kind="mastodon", server=mastodon_server.url, token_file=str(tmp_path / "jeton")
    )
    account = Account("alpes", settings, tmp_path)
    harness = MastodonHarness(Mastodon("mastodon", MastodonOptions(account="alpes"), account))
    harness.server = mastodon_server
    yield harness
    await harness.channel.stop()


class MatrixHarness(Harness):
    """Synapse, behind a relay that loses and forges answers."""

    room: Any = None
    relay: Any = None

    async def shown(self) -> list[str]:
        shown = []
        for event in await self.room.messages():
            content = event["content"]
            if not content or content.get("m.relates_to", {}).get("rel_type") == "m.replace":
                continue  # redacted, or another's edit
            seen = await self.room.call("GET", f"event/{event['event_id']}")
            newest = seen.get("unsigned", {}).get("m.relations", {}).get("m.replace", {})
            new = newest.get("content", {}).get("m.new_content", content)
            shown.append(new["body"])
        return shown

    def fail(self, what: str) -> None:
        if what == "lose":
            self.relay.lose("/send/", times=2)  # aiohttp repeats a PUT by itself, once
            return
        status, code = {
            "refuse": (429, "M_LIMIT_EXCEEDED"),
            "lock": (401, "M_UNKNOWN_TOKEN"),
            "reject": (413, "M_TOO_LARGE"),
        }[what]
        self.relay.answer("/send/", status, json.dumps({"errcode": code, "error": "x"}).encode())


@pytest.fixture
async def matrix_harness(make_room: Any, make_channel: Any, make_relay: Any) -> Harness:
    relay = await make_relay()
    room = make_room()
    harness = MatrixHarness(make_channel(room, url=relay.url))
    harness.room, harness.relay = room, relay
    await harness.channel.start()
    return harness

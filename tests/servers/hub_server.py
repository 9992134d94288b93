"""A WebSub hub on loopback (fixture ``hub``), in the test's own loop: it verifies intent, keeps
leases and signs what it sends, as W3C's Recommendation says."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web


@dataclass
class Hub:
    """``asked`` holds the forms that it was sent, ``callbacks`` the confirmed ones by topic."""

    url: str = ""
    lease: int = 86_400
    method: str = "sha256"
    verify: bool = True  # False: it takes the request and never comes back
    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)
    callbacks: dict[str, tuple[str, str]] = field(default_factory=dict)  # topic -> address, secret
    refusals: list[int] = field(default_factory=list)  # answers to its questions that were no yes
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def subscribe(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status == 202 and self.verify:
            task = asyncio.ensure_future(self.check(form))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return web.Response(status=self.status)

    async def check(self, form: dict[str, str], topic: str = "", mode: str = "subscribe") -> str:
        """Ask the subscriber whether it means it; what it answered."""
        asked = {
            "hub.mode": mode,
            "hub.topic": topic or form["hub.topic"],
            "hub.challenge": "a-challenge",
            "hub.lease_seconds": str(self.lease),
        }
        async with ClientSession() as web, web.get(form["hub.callback"], params=asked) as answer:
            said = await answer.text()
            if answer.status == 200 and said == "a-challenge":
                self.callbacks[asked["hub.topic"]] = (form["hub.callback"], form["hub.secret"])
            else:
                self.refusals.append(answer.status)
        return said

    async def settled(self) -> None:
        """What it has to ask is asked."""
        await asyncio.gather(*self.tasks)

    async def publish(self, topic: str, body: bytes, signature: str | None = None) -> int:
        """Send ``body`` to whoever subscribed; the answer's status."""
        callback, secret = self.callbacks[topic]
        proof = hmac.new(secret.encode(), body, getattr(hashlib, self.method)).hexdigest()
        headers = {
            "Content-Type": "application/rss+xml",
            "Link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"',
            "X-Hub-Signature": f"{self.method}={proof}" if signature is None else signature,
        }
        async with (
            ClientSession() as web,
            web.post(callback, data=io.BytesIO(body), headers=headers) as answer,
        ):
            return answer.status


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub of its own for one test."""
    made = Hub()
    app = web.Application()
    app.router.add_post("/hub", made.subscribe)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
    yield made
    await runner.cleanup()

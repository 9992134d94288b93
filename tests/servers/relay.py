"""A small HTTP relay between the bot and a real server: it counts, loses answers, lies.

A fault is told once and used up: ``relay.lose("/send/", times=2)`` carries the next two requests
whose path contains ``/send/`` to the server, and then hangs up instead of answering.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

import aiohttp
from aiohttp import web

#: headers that belong to one connection (RFC 9110, section 7.6.1), or that aiohttp writes itself
OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}


@dataclass
class Fault:
    """What happens to the next ``times`` requests whose path contains ``part``."""

    part: str
    times: int
    carry: bool = False  # True: the server gets the request
    status: int = 0  # 0: hang up
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], Awaitable[None]] | None = None
    kept: asyncio.Event | None = None  # set once the server has answered; the answer is kept back


class Relay:
    """Listens on loopback in the test's own loop and passes requests on to ``target``."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.seen: list[tuple[str, str]] = []  # (method, path)
        self.faults: list[Fault] = []
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(auto_decompress=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        assert self._runner is not None
        await self._runner.cleanup()
        await self._session.close()

    def lose(self, part: str, times: int = 1) -> None:
        """The server does it, the answer never comes."""
        self.faults.append(Fault(part, times, carry=True))

    def keep(self, part: str) -> asyncio.Event:
        """The server does it, and whoever asked waits for the answer; the event tells when."""
        kept = asyncio.Event()
        self.faults.append(Fault(part, 1, carry=True, kept=kept))
        return kept

    def cut(self, part: str, times: int = 1) -> None:
        """The request never reaches the server."""
        self.faults.append(Fault(part, times))

    def answer(
        self,
        part: str,
        status: int,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """An answer of our own; the server gets nothing."""
        self.faults.append(Fault(part, times, status=status, body=body, headers=headers or {}))

    def before(self, part: str, what: Callable[[], Awaitable[None]]) -> None:
        """Something happens first; then the request is carried on and answered."""
        self.faults.append(Fault(part, 1, carry=True, status=200, before=what))

    def count(self, part: str) -> int:
        """How many requests had ``part`` in their path."""
        return sum(part in path for _, path in self.seen)

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, request.path))
        body = await request.read()
        fault = next((f for f in self.faults if f.times > 0 and f.part in request.path), None)
        if fault is None:
            return await self._carry(request, body)
        fault.times -= 1
        if fault.before is not None:
            await fault.before()
            return await self._carry(request, body)
        if fault.carry:
            await self._carry(request, body)
        if fault.kept is not None:
            fault.kept.set()
            await asyncio.Event().wait()  # until whoever asked, or the relay, is gone
        if fault.status:
            return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
        assert request.transport is not None
        request.transport.abort()
        raise asyncio.CancelledError

    async def _carry(self, request: web.Request, body: bytes) -> web.Response:
        assert self._session is not None
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in OWN | {"host"}
        }
        async with self._session.request(
            request.method,
            self.target + request.raw_path,
            data=body or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            kept = {
                name: value for name, value in answer.headers.items() if name.lower() not in OWN
            }
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

"""Health and readiness over HTTP, for containers and service managers (O2).

``/health/live``: the loop and the scheduler go on. ``/health/ready``: the database takes writes
and every account that this process opens has finished its first sync. A broken feed fails neither.
Of several workers each answers for itself, and says whether it leads.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.web.websub import WebSub

#: names under which a loopback face may be asked (Host check, S12)
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Health:
    """A small HTTP server.

    :param alive: says at once whether the scheduler ticks.
    :param ready: says whether messages could be stored and sent now.
    :param told: what stands beside that in every answer.
    """

    def __init__(
        self,
        alive: Callable[[], bool],
        ready: Callable[[], Awaitable[bool]],
        told: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        self._told = told
        self._alive = alive
        self._ready = ready
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = LOCAL_NAMES

    async def start(self, host: str, port: int, hubs: WebSub | None = None) -> int:
        """Listen on ``host:port`` (0: any free port); the port. Raises OSError if it is taken.

        :param hubs: what answers to hubs, where the bot has a public address.
        """
        self._hosts = LOCAL_NAMES | {host, f"[{host}]"} | ({hubs.host} if hubs else set())
        app = web.Application(middlewares=[self._guard], client_max_size=1024)
        app.router.add_get("/health/live", self._live)
        app.router.add_get("/health/ready", self._is_ready)
        if hubs is not None:
            hubs.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close it."""
        if self._runner is not None:
            with contextlib.suppress(OSError):
                await self._runner.cleanup()

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        name = request.host.rpartition(":")[0] if _has_port(request.host) else request.host
        if name not in self._hosts:
            raise web.HTTPMisdirectedRequest(text="unknown host\n")
        answer = await handler(request)
        answer.headers["Content-Security-Policy"] = "default-src 'none'"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def _live(self, _: web.Request) -> web.Response:
        return self._says(self._alive())

    async def _is_ready(self, _: web.Request) -> web.Response:
        return self._says(await self._ready())

    def _says(self, good: bool) -> web.Response:
        return web.json_response({"ok": good, **self._told()}, status=200 if good else 503)


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")

"""A loopback server whose answers each test writes, and a fetcher that may talk to it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.config.settings import FetchSettings
from bot.sources.fetch import Fetcher


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.time = datetime(2026, 2, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.time

    def on(self, **spell):
        self.time += timedelta(**spell)


class Site:
    """``site.pages[path]`` is a handler, or (status, headers, body); ``site.asked`` is a list."""

    def __init__(self):
        self.pages = {}
        self.asked = []
        self.url = ""
        self.closing = []

    def serve(self, path, body=b"", status=200, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            body = body.encode()

        async def handler(request):
            return web.Response(status=status, body=body, headers=names)

        self.pages[path] = handler

    async def answer(self, request):
        self.asked.append(request)
        handler = self.pages.get(request.path)
        return await handler(request) if handler else web.Response(status=404)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def site():
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def raw():
    """``await raw(script)`` starts a server that speaks bytes: script(reader, writer). -> URL"""
    servers = []

    async def start(script):
        async def talk(reader, writer):
            try:
                await script(reader, writer)
            except (ConnectionError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def make_fetcher(clock):
    made = []

    def make(**settings):
        settings.setdefault("allow", ("127.0.0.0/8",))
        agent = "alposs-bot/0.1 (+https://alposs.fr; contact@example.org)"
        made.append(Fetcher(FetchSettings(**settings), agent, clock))
        return made[-1]

    yield make
    for fetcher in made:
        await fetcher.close()


@pytest.fixture
def fetcher(make_fetcher):
    return make_fetcher()


@pytest.fixture
def rss():
    def make(*items, head="", tail="</channel></rss>"):
        body = "".join(
            f"<item><guid>{guid}</guid><title>{title}</title>"
            f"<link>https://journal.example/{guid}</link></item>"
            for guid, title in items
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>Journal</title>{head}{body}{tail}"
        ).encode()

    return make

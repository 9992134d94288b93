"""A web site on loopback whose feeds a test writes (fixture ``web_site``), in the test's own loop:
it answers conditional requests as a good server does, and notes who asked what, and when."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web
from feed_server import News


@dataclass
class Page:
    """What stands at one path. ``body`` or ``status`` take the place of the feed."""

    news: list[News] = field(default_factory=list)
    head: str = ""  # of the channel
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    answer: Callable[[web.Request], web.StreamResponse] | None = None


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    at: datetime
    headers: dict[str, str]

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


class WebSite:
    """``pages[path]`` is a :class:`Page`; ``hosts`` are addresses of this one server."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.hosts: list[str] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def url(self) -> str:
        return self.hosts[0]

    def of(self, path: str) -> list[Asked]:
        """The requests for one path."""
        return [one for one in self.asked if one.path == path]

    def document(self, page: Page) -> bytes:
        items = "".join(one.xml(self.url) for one in page.news)
        return (
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
            f"<title>La commune</title><link>{self.url}</link><language>fr</language>"
            f"{page.head}{items}</channel></rss>"
        ).encode()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path, self.clock(), dict(request.headers)))
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if page.answer is not None:
            return page.answer(request)
        if page.status != 200:
            return web.Response(status=page.status, headers=page.headers)
        body = self.document(page) if page.body is None else page.body
        headers = {"Content-Type": "application/rss+xml; charset=utf-8", **page.headers}
        if page.validators:
            headers["ETag"] = f'"{hashlib.sha1(body).hexdigest()[:12]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)


@pytest.fixture
async def web_site() -> AsyncIterator[WebSite]:
    """One server under three loopback addresses."""
    site = WebSite()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = 0
    for number in (1, 2, 3):
        await web.TCPSite(runner, f"127.0.0.{number}", port).start()
        port = runner.addresses[0][1]
        site.hosts.append(f"http://127.0.0.{number}:{port}")
    yield site
    await runner.cleanup()

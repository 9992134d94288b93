"""The web face keeps to itself (S12)."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession

from bot.config.settings import WebSettings
from bot.web.health import Health


@pytest.fixture
async def face():
    async def ready() -> bool:
        return True

    health = Health(lambda: True, ready)
    yield await health.start("127.0.0.1", 0)
    await health.stop()


def test_s12_it_listens_on_loopback_unless_told_otherwise():
    assert WebSettings().host == "127.0.0.1"


async def test_s12_another_host_name_is_refused(face):
    async with ClientSession() as web:
        url = f"http://127.0.0.1:{face}/health/live"
        for name, status in (("127.0.0.1", 200), ("localhost", 200), ("evil.example", 421)):
            async with web.get(url, headers={"Host": f"{name}:{face}"}) as answer:
                assert answer.status == status


async def test_s12_what_it_shows_is_shown_nowhere_else(face):
    async with ClientSession() as web, web.get(f"http://127.0.0.1:{face}/health/ready") as answer:
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.json() == {"ok": True}


async def test_s12_nothing_is_taken_in(face):
    async with ClientSession() as web:
        url = f"http://127.0.0.1:{face}/health/live"
        async with web.post(url, data=b"x" * 10_000) as answer:
            assert answer.status == 405
        reader, writer = await asyncio.open_connection("127.0.0.1", face)
        writer.write(b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n")
        await writer.drain()
        assert b" 400 " in await asyncio.wait_for(reader.readline(), 30)
        writer.close()

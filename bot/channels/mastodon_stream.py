"""A bell that rings when somebody mentions the account: Mastodon's stream of notifications.

It only says that there is something to read: the reading is that of the poll, from the last
notification that was handled, so that the two together hear nothing twice and lose nothing. A
stream that breaks off is opened again later and later; the poll goes on meanwhile. Servers that
stream by WebSocket alone (GoToSocial, Pleroma) are polled.
API: docs.joinmastodon.org/methods/streaming/#notification.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp

from bot.channels.mastodon_client import AGENT, CONNECT
from bot.errors import ChannelError

log = logging.getLogger(__name__)

#: seconds without a sound after which a stream is dead: Mastodon sends a heartbeat each 15
SILENCE = 90.0
#: seconds before a broken stream is opened again: at first, and at most
AGAIN, AGAIN_MOST = 5.0, 900.0
#: bytes of the longest line that is read
LONGEST = 1024 * 1024

#: where the stream is ("" where there is none), and the token for it
Where = Callable[[], Awaitable[tuple[str, str]]]


class Bell:
    """Rings for each mention, and once when a stream opens, for what came before it."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._rung = asyncio.Event()
        self.open = False  # does a stream stand now?

    async def wait(self, seconds: float) -> None:
        """Until it rings, or so many seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()

    async def follow(self) -> None:
        """Keep a stream open, for ever; returns where the server has none."""
        pause = AGAIN
        while True:
            heard = False
            try:
                base, token = await self._where()
                if not base:
                    return
                heard = await self._listen(base, token)
            except (ChannelError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                # not its text, which may hold addresses
                log.info("no stream of notifications now (%s); I poll", type(error).__name__)
            except Exception:
                log.exception("the stream of notifications broke off; I poll, and try again")
            if self.open:  # it stood: whoever waits for it shall poll from now on
                heard, self.open = True, False
                self._rung.set()
            await asyncio.sleep(pause)
            pause = AGAIN if heard else min(pause * 2, AGAIN_MOST)

    async def _listen(self, base: str, token: str) -> bool:
        """Until the stream ends: True, it had stood. Raises aiohttp.ClientError, TimeoutError."""
        headers = {"Authorization": f"Bearer {token}", "User-Agent": AGENT}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=SILENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout, read_bufsize=LONGEST) as session,
            session.get(
                f"{base}/api/v1/streaming/user/notification",
                headers=headers,
                allow_redirects=False,
                raise_for_status=True,
            ) as answer,
        ):
            if answer.content_type != "text/event-stream":
                return False
            self.open = True
            self._rung.set()
            async for line in answer.content:
                if line.startswith(b"data:") and _mentions(line[5:]):
                    self._rung.set()
        return True


def stream_address(told: object, server: str) -> str:
    """``https://…`` of what a server says of its stream (``wss://…``); "" where there is none, or it
    is less protected than the server itself: the token goes there."""
    parts = urlsplit(str(told or "").rstrip("/"))
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    if not parts.netloc or scheme not in ("https", urlsplit(server).scheme):
        return ""
    return f"{scheme}://{parts.netloc}{parts.path}"


def _mentions(data: bytes) -> bool:
    """Is it a notification of a mention?"""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("type") == "mention"

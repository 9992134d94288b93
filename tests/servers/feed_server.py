"""A feed on loopback that a test fills (fixture ``feed_server``): RSS 2.0 with an ETag."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class News:
    """One entry of the feed."""

    title: str
    text: str = ""
    guid: str = ""
    published: datetime = field(default_factory=lambda: datetime.now(UTC))

    def link(self, base: str) -> str:
        """The address of its article."""
        name = self.guid or hashlib.sha1(self.title.encode()).hexdigest()[:8]
        return f"{base}/article/{name}"

    def xml(self, base: str) -> str:
        link = self.link(base)
        return (
            f"<item><title>{escape(self.title)}</title><link>{link}</link>"
            f"<guid isPermaLink='false'>{self.guid or link}</guid>"
            f"<description>{escape(self.text)}</description>"
            f"<pubDate>{format_datetime(self.published)}</pubDate></item>"
        )


class FeedServer:
    """Serves ``news`` at ``url``; counts what it was asked."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.news: list[News] = []
        self.asked: list[dict[str, str]] = []
        self.broken = False  # True: answers 500
        self.slow = 0.0  # seconds that an answer takes
        self.in_flight = self.most_in_flight = 0
        self._counting = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append(dict(self.headers))
                with outer.in_hand():
                    self._answer()

            def _answer(self) -> None:
                if outer.broken:
                    self.send_error(500)
                    return
                body = outer.document()
                etag = f'"{hashlib.sha1(body).hexdigest()[:12]}"'
                same = self.headers.get("If-None-Match") == etag
                self.send_response(304 if same else 200)
                self.send_header("ETag", etag)
                if not same:
                    self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if not same:
                    with contextlib.suppress(ConnectionError):  # whoever asked was killed
                        self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://{address}:{self.server.server_port}"
        self.url = f"{self.base}/feed.xml"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @contextlib.contextmanager
    def in_hand(self) -> Iterator[None]:
        """Counts how many requests are being answered at once."""
        with self._counting:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            time.sleep(self.slow)
            yield
        finally:
            with self._counting:
                self.in_flight -= 1

    def document(self) -> bytes:
        items = "".join(one.xml(self.base) for one in self.news)
        return (
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
            f"<title>La commune</title><link>{self.base}</link><language>fr</language>"
            f"<description>Nouvelles</description>{items}</channel></rss>"
        ).encode()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    """A feed of its own for one test."""
    server = FeedServer()
    yield server
    server.close()

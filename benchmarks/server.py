"""The loopback server, in its own process: feeds, a webhook's receiver, and a control line.

Every feed has a host of its own (127.x.y.z), as on the web: one host is asked one thing at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

from benchmarks.feeds import document

PORT_FILE_WAIT = 10.0


def host(number: int) -> str:
    """The address of a feed's own host."""
    return f"127.{1 + number // 62_500}.{1 + number // 250 % 250}.{1 + number % 250}"


class State:
    """What is served now, and what was seen."""

    def __init__(self) -> None:
        #: or "bare": no validators, always 200; "same": nobody who has a validator is told news
        self.mode = "etag"
        self.generation = 0
        self.built = 0
        self.comments = 0
        self.only: int | None = None  # the one feed that has the generation; None: all
        self.hour: int | None = None  # of a day in which every hour other 2 % bring news
        self.bodies: dict[tuple[int, ...], tuple[bytes, bytes]] = {}
        self.answered: list[float] = []
        self.posted: list[float] = []
        self.big = b""

    def body(self, number: int) -> tuple[bytes, bytes]:
        generation = self.generation if self.only in (None, number) else 0
        if self.hour is not None:
            generation = (self.hour - number % 50) // 50 + 1
        key = (number, generation, self.built, self.comments)
        if key not in self.bodies:
            body = document(number, generation, built=self.built, comments=self.comments)
            self.bodies[key] = body, hashlib.sha1(body, usedforsecurity=False).hexdigest().encode()
        return self.bodies[key]

    def control(self, order: dict[str, Any]) -> dict[str, Any]:
        """Set what is named; ``build``: make the documents of so many feeds ahead."""
        feeds = order.pop("build", 0)
        said = {"answered": self.answered, "posted": self.posted}
        self.answered, self.posted = [], []
        if "generation" in order or "built" in order or "comments" in order:
            self.bodies.clear()
        for name, value in order.items():
            setattr(self, name, value)
        for number in range(feeds):
            self.body(number)
        return said


class Talk(asyncio.Protocol):
    """Just enough HTTP/1.1, so that the server is never what is waited for."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while (end := self.pending.find(b"\r\n\r\n")) >= 0:
            head, rest = self.pending[:end], self.pending[end + 4 :]
            fields = {
                name.lower(): value
                for name, _, value in (line.partition(b": ") for line in head.split(b"\r\n")[1:])
            }
            length = int(fields.get(b"content-length", 0))
            if len(rest) < length:
                return
            self.pending = rest[length:]
            self.transport.write(self.answer(head.split(b" ", 2), fields, rest[:length]))  # type: ignore[attr-defined]  # a Transport

    def answer(self, line: list[bytes], fields: dict[bytes, bytes], sent: bytes) -> bytes:
        path = line[1]
        if path.startswith(b"/feed/"):
            if self.state.mode == "same" and b"if-none-match" in fields:
                return (
                    b"HTTP/1.1 304 Not Modified\r\nETag: " + fields[b"if-none-match"] + b"\r\n\r\n"
                )
            body, tag = self.state.body(int(path[6:]))
            self.state.answered.append(time.monotonic())
            if self.state.mode == "etag":
                if fields.get(b"if-none-match", b"").strip(b'"') == tag:
                    return b'HTTP/1.1 304 Not Modified\r\nETag: "' + tag + b'"\r\n\r\n'
                return _ok(body, b'ETag: "' + tag + b'"\r\n')
            return _ok(body)
        if path == b"/control":
            return _ok(json.dumps(self.state.control(json.loads(sent))).encode())
        if path == b"/big":
            return _ok(self.state.big)
        if line[0] == b"GET":
            return _ok(b'{"version": "4.3.0", "uri": "bench.example"}')  # a Mastodon's, to peers
        self.state.posted.append(time.monotonic())
        return _ok(b'{"id": "1", "created_at": "2026-01-06T09:00:00.000Z"}')


def _ok(body: bytes, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=UTF-8\r\n"
        + more
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )


def _serve(feeds: int, told: Any) -> None:
    async def main() -> None:
        state = State()
        big = document(5, 0)  # the largest size; its items four times over: 525 KB
        head, first, rest = big.partition(b"<item>")
        items, _, tail = rest.rpartition(b"</channel>")
        copies = (
            (first + items).replace(b"?p=", b"?p=%d" % copy).replace(b"/lettre-", b"/l%d-" % copy)
            for copy in range(1, 5)
        )
        state.big = head + b"".join(copies) + b"</channel>" + tail
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Talk(state), "127.0.0.1", 0, backlog=1000)
        port = server.sockets[0].getsockname()[1]
        hosts = sorted({host(number) for number in range(feeds)})
        await loop.create_server(lambda: Talk(state), hosts, port, backlog=100)
        told.send(port)
        await asyncio.Event().wait()

    asyncio.run(main())


class Server:
    """The running server, seen from outside."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, number: int) -> str:
        return f"http://{host(number)}:{self.port}/feed/{number}"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def big(self) -> str:
        return f"http://127.0.0.1:{self.port}/big"

    def set(self, **order: Any) -> dict[str, list[float]]:
        """Change what is served; returns when it answered and when it was posted to since."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request("POST", "/control", body=json.dumps(order))
        said: dict[str, list[float]] = json.loads(line.getresponse().read())
        line.close()
        return said


@contextlib.contextmanager
def running(feeds: int) -> Iterator[Server]:
    """Start it with so many hosts, and end it."""
    context = multiprocessing.get_context("spawn")
    hear, told = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(feeds, told), daemon=True)
    process.start()
    told.close()  # should it die before it speaks, nobody waits for it
    try:
        yield Server(hear.recv())
    finally:
        process.terminate()
        process.join()

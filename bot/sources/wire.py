"""One HTTP/1.1 exchange, on a connection that is kept or new (``connections.py``).

aiohttp reads the answer. What its session does around that (cookies, redirects, proxies,
middleware, its own time limits) is not wanted here, and costs as much again as a whole poll that
brings nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
from aiohttp.client_proto import ResponseHandler
from multidict import CIMultiDictProxy
from yarl import URL

from bot.sources.connections import Connections, Peer

_SWITCHING = 101
_START = 2  # lines of Place.start


class Place:
    """Where a request goes, with what each one begins with."""

    __slots__ = ("address", "host", "peer", "start")

    def __init__(self, address: str, url: URL) -> None:
        self.address = address
        self.host = (url.host or "").lower()
        self.peer = Peer(url)
        self.start = f"{url.raw_path_qs} HTTP/1.1\r\nHost: {url.host_port_subcomponent}\r\n"


class Answer:
    """The head of an answer; its body comes by ``content``, packed as it was sent. Then its
    ``protocol`` is kept, or closed."""

    __slots__ = ("content", "headers", "protocol", "status")

    def __init__(
        self,
        protocol: ResponseHandler,
        status: int,
        headers: CIMultiDictProxy[str],
        content: aiohttp.StreamReader,
    ) -> None:
        self.protocol = protocol
        self.status = status
        self.headers = headers
        self.content = content


async def exchange(
    connections: Connections,
    place: Place,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Answer:
    """GET from ``place``, or POST ``body`` to it, whose Content-Type is among ``headers``. Follows
    nothing, and ends only by itself.

    Raises what opening a connection raises (nothing was sent then), what aiohttp raises,
    HttpProcessingError where the answer is no HTTP, ValueError where a header cannot be sent.
    """
    sent = _written(place, headers, body)
    kept = connections.kept(place.peer)
    if kept is not None:
        try:
            return await _talk(kept, sent)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            # Only a kept connection may have been closed before it heard the question, so that
            # asking again is no second question to a server that fails (P9).
            if body is not None:
                raise
    return await _talk(await connections.open(place.peer), sent)


async def _talk(protocol: ResponseHandler, sent: bytes) -> Answer:
    transport = protocol.transport
    if transport is None or transport.is_closing():
        raise aiohttp.ClientOSError
    try:
        protocol.set_response_params(read_until_eof=True, auto_decompress=False)
        transport.write(sent)
        message, content = await protocol.read()
        while 100 <= message.code < 200 and message.code != _SWITCHING:  # RFC 9110 section 15.2
            message, content = await protocol.read()
    except BaseException:
        protocol.close()
        raise
    return Answer(protocol, message.code, message.headers, content)


def _written(place: Place, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The request as it is sent. Raises ValueError where a value would end its line."""
    if body is None:
        method, body = "GET", b""
    else:
        method, headers = "POST", {**headers, "Content-Length": str(len(body))}
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    head = f"{method} {place.start}{lines}\r\n"
    ends = _START + len(headers) + 1
    if head.count("\n") != ends or head.count("\r") != ends or "\0" in head:
        raise ValueError("a header cannot hold the end of a line")
    return head.encode() + body

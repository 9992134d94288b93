"""One HTTP/1.1 exchange on a connection of aiohttp's pool.

aiohttp connects (names, TLS, the guard's sockets), keeps connections, and reads answers; what its
session does around that (cookies, redirects, proxies, middleware, its own time limits) is not
wanted here, and costs as much again as a whole poll that brings nothing new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from multidict import CIMultiDictProxy
from yarl import URL

#: the whole exchange is ended by who asks for it
_NO_LIMITS = aiohttp.ClientTimeout(total=None)
_SWITCHING = 101
_START = 2  # lines of Place.start
#: Connections that have answered once: only such a one may have been closed while it was kept, so
#: that asking again is no second question to a server that fails (P9).
_ANSWERED: WeakSet[ResponseHandler] = WeakSet()


class Place:
    """Where a request goes, with what each one begins with."""

    __slots__ = ("address", "host", "request", "start", "url")

    def __init__(self, address: str, url: URL) -> None:
        self.address = address
        self.url = url
        self.host = (url.host or "").lower()
        self.request = _Request(url)
        self.start = f"{url.raw_path_qs} HTTP/1.1\r\nHost: {url.host_port_subcomponent}\r\n"


class Answer:
    """The head of an answer; its body comes by ``content``. It ends with release() or close()."""

    __slots__ = ("_connection", "content", "headers", "status")

    def __init__(
        self,
        connection: Connection,
        status: int,
        headers: CIMultiDictProxy[str],
        content: aiohttp.StreamReader,
    ) -> None:
        self._connection = connection
        self.status = status
        self.headers = headers
        self.content = content

    def release(self) -> None:
        """It was read to its end: others may use the connection."""
        self._connection.release()

    def close(self) -> None:
        """What is left of it is not wanted."""
        self._connection.close()


async def exchange(
    connector: aiohttp.BaseConnector,
    place: Place,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    connecting: float | None = None,
) -> Answer:
    """GET from ``place``, or POST ``body`` to it, whose Content-Type is among ``headers``. Follows
    nothing, and ends only by itself.

    :param connecting: seconds that this alone may take; over them, nothing was sent.

    Raises what aiohttp raises (ConnectionTimeoutError for ``connecting``), HttpProcessingError where
    the answer is no HTTP, ValueError where a header cannot be sent.
    """
    sent = _written(place, headers, body)
    again = body is None
    while True:
        connection = await _connected(connector, place, connecting)
        kept = connection.protocol in _ANSWERED
        try:
            return await _talk(connection, sent)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            connection.close()
            if not (again and kept):
                raise
            again = False  # the server had closed a kept connection: once more, on another
        except BaseException:
            connection.close()
            raise


async def _connected(
    connector: aiohttp.BaseConnector, place: Place, seconds: float | None
) -> Connection:
    if seconds is None:
        return await connector.connect(place.request, [], _NO_LIMITS)
    try:
        async with asyncio.timeout(seconds):
            return await connector.connect(place.request, [], _NO_LIMITS)
    except TimeoutError as error:
        raise aiohttp.ConnectionTimeoutError from error


async def _talk(connection: Connection, sent: bytes) -> Answer:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or transport.is_closing():
        raise aiohttp.ClientOSError
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    transport.write(sent)
    message, content = await protocol.read()
    while 100 <= message.code < 200 and message.code != _SWITCHING:  # RFC 9110 section 15.2
        message, content = await protocol.read()
    _ANSWERED.add(protocol)
    return Answer(connection, message.code, message.headers, content)


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


class _Request(aiohttp.ClientRequest):
    """What the pool wants to know of a request: where it goes. The rest is written here."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._ssl = True
        self.proxy = self.proxy_auth = self.proxy_headers = None
        self.server_hostname = None
        self._key = super().connection_key

    @property
    def connection_key(self) -> ConnectionKey:
        """Under which its connections are kept."""
        return self._key

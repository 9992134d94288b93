"""Connections to the hosts that are asked: opened past the guard (S1), kept a moment for the next
question.

Between two polls of a feed lies an hour, so that what is kept serves a redirect, a site's
robots.txt, its pictures and its other feeds, and nothing after that. A small server has only some
dozens of connections to give, so that each host keeps one for us, and not for long. Here a plain
one takes some 6 KB of memory, an encrypted one more than 256 KB of memory: of those few are kept.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import resource
import socket
import ssl
from collections.abc import Sequence
from typing import Any, Final

import aiohappyeyeballs
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from bot.errors import Forbidden, Unreachable
from bot.sources.address import BLOCKED, Guard
from bot.sources.line import Line

#: seconds that a connection waits for another question; some servers end it after five
KEPT = 15.0
#: so many plain ones wait at most: with 1,000 feeds 512 take 3 MB more than 20
_PLAIN = 128
#: RFC 8305: seconds until another address of the same name is tried beside the first
_ELSEWHERE = 0.25
#: seconds that a server may take to say goodbye on an encrypted connection
_FAREWELL = 5.0
#: what getaddrinfo says of one address
Info = tuple[int, int, int, str, tuple[Any, ...]]
#: encrypted or not, host, port
_Key = tuple[bool, str, int]
_Waiting = dict[_Key, tuple[ResponseHandler, float]]

_NO_NAME = {"fr": "nom introuvable", "en": "name not found"}
_NO_TLS = {"fr": "certificat ou chiffrement refusé", "en": "certificate or encryption refused"}
_NO_CONNECTION = {"fr": "connexion impossible", "en": "cannot connect"}


class Peer:
    """Whom to connect to."""

    __slots__ = ("encrypted", "host", "info", "key", "port")

    def __init__(self, url: URL) -> None:
        self.encrypted = url.scheme == "https"
        self.host = url.raw_host or ""
        self.port = url.port or 0
        self.key = (self.encrypted, self.host, self.port)
        self.info = _literal(self.host, self.port)


class Connections:
    """Of one who asks: a fetcher, a webhook. Of each host one is kept.

    :param encrypted: so many encrypted ones are kept; plain ones are counted apart.
    :param seconds: that opening one may take; None: who asks sees to that.
    """

    def __init__(self, guard: Guard, encrypted: int, seconds: float | None = None) -> None:
        self._guard = guard
        self._most = {False: plain(), True: encrypted}
        self._seconds = seconds
        self._loop: Final = asyncio.get_running_loop()
        #: those that wait, by whether they are encrypted: longest first, and since when (the
        #: loop's seconds)
        self._kept: dict[bool, _Waiting] = {False: {}, True: {}}
        self._sweeper: asyncio.TimerHandle | None = None
        self._tls: ssl.SSLContext | None = None

    def kept(self, peer: Peer) -> ResponseHandler | None:
        """One that has answered before; it may be gone all the same."""
        found = self._kept[peer.encrypted].pop(peer.key, None)
        if found is None:
            return None
        protocol, since = found
        fresh = self._loop.time() - since < KEPT
        # what came without having been asked for is no answer to the next question
        if fresh and protocol.is_connected() and not protocol.should_close:
            return protocol
        protocol.close()
        return None

    async def open(self, peer: Peer) -> ResponseHandler:
        """A new one. Raises Unreachable, Forbidden."""
        if self._seconds is None:
            return await self._open(peer)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._open(peer)
        except TimeoutError as error:
            raise Unreachable(cause=_NO_CONNECTION) from error

    async def _open(self, peer: Peer) -> ResponseHandler:
        try:
            infos = [peer.info] if peer.info else await self._resolved(peer)
        except OSError as error:
            raise Unreachable(cause=_NO_NAME) from error
        tls = await self._context() if peer.encrypted else None
        while True:
            try:
                line = await self._connected(infos)
            except OSError as error:
                if error.errno == BLOCKED:
                    raise Forbidden from None  # the chain would name the inside host
                raise Unreachable(cause=_NO_CONNECTION) from error
            if tls is None:
                protocol = ResponseHandler(self._loop)
                Line(self._loop, line, protocol)
                return protocol
            where: Any = None
            try:
                where = line.getpeername()
                return await self._encrypted(line, tls, peer)
            except OSError as error:  # another address may be another server
                line.close()
                left = [info for info in infos if info[4] != where]
                # one that the system spells otherwise than it was asked for is not tried again
                infos = left if len(left) < len(infos) else []
                if not infos:
                    refused = isinstance(error, ssl.SSLError | ssl.CertificateError)
                    cause = _NO_TLS if refused else _NO_CONNECTION
                    raise Unreachable(cause=cause) from error

    def keep(self, peer: Peer, protocol: ResponseHandler) -> None:
        """Its answer was read to the end: it may be asked again."""
        if protocol.should_close or not protocol.is_connected():
            protocol.close()
            return
        alike = self._kept[peer.encrypted]
        if peer.key in alike:
            _drop(alike, peer.key)
        elif len(alike) >= self._most[peer.encrypted]:
            _drop(alike, next(iter(alike)))
        alike[peer.key] = protocol, self._loop.time()
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(KEPT, self._sweep)

    async def close(self) -> None:
        """End those that wait."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        waiting = [protocol for alike in self._kept.values() for protocol, _ in alike.values()]
        ended = [protocol.closed for protocol in waiting]
        for protocol in waiting:
            protocol.abort()
        for alike in self._kept.values():
            alike.clear()
        await asyncio.gather(*(one for one in ended if one), return_exceptions=True)

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._kept.values()))

    def _sweep(self) -> None:
        """Close those that have waited long enough."""
        self._sweeper = None
        now = self._loop.time()
        first = []
        for alike in self._kept.values():
            for key, (_, since) in list(alike.items()):
                if now - since < KEPT:
                    first.append(since)
                    break
                _drop(alike, key)
        if first:
            self._sweeper = self._loop.call_at(min(first) + KEPT, self._sweep)

    async def _resolved(self, peer: Peer) -> Sequence[Info]:
        return await self._loop.getaddrinfo(
            peer.host, peer.port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )

    async def _connected(self, infos: Sequence[Info]) -> socket.socket:
        """Raises OSError."""
        if len(infos) > 1:
            return await aiohappyeyeballs.start_connection(
                infos,
                happy_eyeballs_delay=_ELSEWHERE,
                loop=self._loop,
                socket_factory=self._guard.socket,
            )
        line = self._guard.socket(infos[0])
        try:
            line.setblocking(False)
            await self._reach(line, infos[0][4])
        except BaseException:
            line.close()
            raise
        return line

    async def _reach(self, line: socket.socket, where: tuple[Any, ...]) -> None:
        """Connect. Raises OSError."""
        said = line.connect_ex(where)
        if said == errno.EINPROGRESS:  # always; a host nearby has answered by now
            said = line.connect_ex(where)
        if said == errno.EALREADY:
            answered = asyncio.Event()
            self._loop.add_writer(line, answered.set)
            try:
                await answered.wait()
            finally:
                self._loop.remove_writer(line)
            said = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if said not in (0, errno.EISCONN):
            raise OSError(said, os.strerror(said))

    async def _encrypted(
        self, line: socket.socket, tls: ssl.SSLContext, peer: Peer
    ) -> ResponseHandler:
        """Raises OSError; then the socket is closed."""
        protocol = ResponseHandler(self._loop)
        try:
            await self._loop.create_connection(
                lambda: protocol,
                sock=line,
                ssl=tls,
                server_hostname=peer.host.rstrip("."),  # certificates are written without it
                ssl_shutdown_timeout=_FAREWELL,
            )
        except BaseException:
            line.close()
            raise
        return protocol

    async def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = await asyncio.to_thread(_verifying)  # it reads a file of certificates
        return self._tls


def plain() -> int:
    """So many plain ones may wait: half of the files that the system grants are for others."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _PLAIN if files == resource.RLIM_INFINITY else min(_PLAIN, files // 2)


def _drop(waiting: _Waiting, key: _Key) -> None:
    waiting.pop(key)[0].close()


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context


def _literal(host: str, port: int) -> Info | None:
    """An address that needs no name server; None: a name, or a spelling that the system reads."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port)
    if address.scope_id is not None:
        return None
    return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port, 0, 0)

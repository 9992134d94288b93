"""A plain connection's transport (bot/sources/line.py), between two ends of a socket pair."""

import asyncio
import errno
import socket
import struct

import pytest

from bot.sources.line import Line

LIMIT = 30  # seconds, on a busy machine


class Heard(asyncio.Protocol):
    def __init__(self):
        self.data = b""
        self.ends = []
        self.changed = asyncio.Event()
        self.fail = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.fail:
            raise LookupError
        self.data += data
        self.changed.set()

    def connection_lost(self, error):
        self.ends.append(error)
        self.changed.set()

    async def until(self, condition):
        async with asyncio.timeout(LIMIT):
            while not condition(self):
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def ends():
    """The line with its protocol, and a socket at the other end (which waits)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
    near.setblocking(False)
    far.settimeout(LIMIT)
    heard = Heard()
    line = Line(asyncio.get_running_loop(), near, heard)
    yield line, heard, far
    line.abort()
    far.close()
    await asyncio.sleep(0)
    assert near.fileno() == -1
    assert len(heard.ends) == 1


async def test_both_ways(ends):
    line, heard, far = ends
    assert heard.transport is line
    line.write(b"question")
    assert await asyncio.to_thread(far.recv, 100) == b"question"
    far.sendall(b"answer")
    await heard.until(lambda heard: heard.data == b"answer")
    assert not line.is_closing()


async def test_what_does_not_fit_is_sent_as_the_other_side_takes_it(ends):
    line, _, far = ends
    parts = [bytes([number]) * 1_000_000 for number in range(20)]
    for part in parts:
        line.write(part)

    def take():
        got = b""
        while len(got) < 20_000_000:
            got += far.recv(1 << 20)
        return got

    assert await asyncio.to_thread(take) == b"".join(parts)
    line.write(b"!")  # nothing waits any more
    assert await asyncio.to_thread(far.recv, 10) == b"!"


async def test_what_is_paused_is_left_where_it_is(ends):
    line, heard, far = ends
    line.pause_reading()
    line.pause_reading()
    far.sendall(b"later")
    line.write(b"x")
    assert await asyncio.to_thread(far.recv, 10) == b"x"
    assert heard.data == b""
    line.resume_reading()
    line.resume_reading()
    await heard.until(lambda heard: heard.data == b"later")


async def test_the_other_side_ends_it(ends):
    line, heard, far = ends
    far.sendall(b"all")
    far.close()
    await heard.until(lambda heard: heard.ends)
    assert (heard.data, heard.ends, line.is_closing()) == (b"all", [None], True)
    line.write(b"too late")
    line.resume_reading()


async def test_the_other_side_breaks_it_off(ends):
    _, heard, far = ends
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far.close()
    await heard.until(lambda heard: heard.ends)
    assert heard.ends[0].errno == errno.ECONNRESET


async def test_ended_here_the_protocol_hears_it_afterwards_and_once(ends):
    line, heard, far = ends
    line.write(bytes(20_000_000))  # more than fits
    line.close()
    line.close()
    line.abort()
    assert (heard.ends, line.is_closing()) == ([], True)
    await heard.until(lambda heard: heard.ends)
    far.sendall(b"x")
    await asyncio.sleep(0)
    assert (heard.data, heard.ends) == (b"", [None])


async def test_a_protocol_that_fails_ends_it(ends):
    _, heard, far = ends
    failed = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: failed.append(told))
    heard.fail = True
    far.sendall(b"x")
    await heard.until(lambda heard: heard.ends)
    assert isinstance(failed[0]["exception"], LookupError)

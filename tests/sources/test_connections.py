"""Which connections are opened and kept (bot/sources/connections.py)."""

import asyncio
import resource
import socket
from contextlib import asynccontextmanager

import pytest
from mail_server import Authority
from yarl import URL

from bot.errors import Forbidden, Unreachable
from bot.sources import connections, wire
from bot.sources.address import Guard

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"


class Host:
    """A server on a loopback address of its own: how many connections it has, and ever had."""

    def __init__(self):
        self.open = self.ever = 0
        self.changed = asyncio.Condition()
        self.answer = OK + b"body"
        self.then = None  # what it does once it has answered

    async def talk(self, reader, writer):
        self.ever += 1
        await self.count(1)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer)
                await writer.drain()
                if self.then is not None:
                    await self.then(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            await self.count(-1)

    async def count(self, more):
        async with self.changed:
            self.open += more
            self.changed.notify_all()

    async def has(self, number):
        async with self.changed, asyncio.timeout(30):
            await self.changed.wait_for(lambda: self.open == number)


@asynccontextmanager
async def hosts(*addresses, tls=None):
    """{address: Host}, all on one port, which is ``port`` of the first."""
    made, servers, port = {}, [], 0
    for address in addresses:
        made[address] = Host()
        context = (tls or {}).get(address)
        server = await asyncio.start_server(made[address].talk, address, port, ssl=context)
        port = server.sockets[0].getsockname()[1]
        made[address].port = port
        servers.append(server)
    try:
        yield made
    finally:
        for server in servers:
            server.close()


@pytest.fixture
def named(monkeypatch):
    """``named(*addresses)``: what every name stands for, on both families as a resolver says it."""

    def set_addresses(*addresses):
        async def getaddrinfo(self, host, port, **kinds):
            assert host in ("site.example", "site.example.")
            return [
                (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
                for address in addresses
            ]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)

    return set_addresses


async def test_a_connection_is_asked_again_at_once(fetcher):
    async with hosts("127.0.0.1") as served:
        host = served["127.0.0.1"]
        for _ in range(3):
            assert (await fetcher.get(f"http://127.0.0.1:{host.port}/")).body == b"body"
        assert (host.open, host.ever) == (1, 1)
        await fetcher.close()
        await host.has(0)


async def test_plain_ones_are_kept_though_more_than_are_asked_at_once(make_fetcher, monkeypatch):
    monkeypatch.setattr(connections, "KEPT", 600.0)
    addresses = [f"127.0.0.{number}" for number in range(1, 31)]
    fetcher = make_fetcher(concurrency=2)
    async with hosts(*addresses) as served:
        port = served["127.0.0.1"].port
        for _ in range(2):
            for address in addresses:
                await fetcher.get(f"http://{address}:{port}/")
        assert [(host.open, host.ever) for host in served.values()] == [(1, 1)] * 30


async def test_of_plain_ones_the_longest_idle_make_room(make_fetcher, monkeypatch):
    monkeypatch.setattr(connections, "KEPT", 600.0)
    monkeypatch.setattr(connections, "plain", lambda: 3)
    addresses = [f"127.0.0.{number}" for number in range(1, 7)]
    fetcher = make_fetcher(concurrency=1)
    async with hosts(*addresses) as served:
        port = served["127.0.0.1"].port
        for address in addresses:
            await fetcher.get(f"http://{address}:{port}/")
        for address in addresses[:3]:
            await served[address].has(0)
        assert [served[address].open for address in addresses[3:]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("files", "most"), [(64, 32), (256, 128), (1024, 128), (resource.RLIM_INFINITY, 128)]
)
def test_plain_ones_leave_half_of_the_files_free(files, most, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connections.plain() == most


async def test_one_that_nobody_asks_is_closed(fetcher, monkeypatch):
    monkeypatch.setattr(connections, "KEPT", 0.2)
    async with hosts("127.0.0.1", "127.0.0.2") as served:
        for address, host in served.items():
            await fetcher.get(f"http://{address}:{host.port}/")
        for host in served.values():
            await host.has(0)
        await fetcher.get(f"http://127.0.0.1:{served['127.0.0.1'].port}/")
        assert served["127.0.0.1"].ever == 2


async def test_words_that_nobody_asked_for_are_no_answer_to_the_next_question(fetcher):
    async with hosts("127.0.0.1") as served:
        host = served["127.0.0.1"]
        idle = asyncio.Event()

        async def complain(writer):
            await idle.wait()
            writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()

        host.then = complain  # as some servers do before they hang up
        url = f"http://127.0.0.1:{host.port}/"
        await fetcher.get(url)
        idle.set()
        ((kept, _),) = fetcher._connections._kept[False].values()
        async with asyncio.timeout(30):
            while not kept.should_close:
                await asyncio.sleep(0.01)
        assert (await fetcher.get(url)).body == b"body"
        assert host.ever == 2


async def test_s1_a_name_that_stands_for_the_inside_is_refused(make_fetcher, named):
    async with hosts("127.0.0.1") as served:
        host = served["127.0.0.1"]
        for inside in (("127.0.0.1",), ("10.0.0.1", "127.0.0.1", "169.254.169.254")):
            named(*inside)
            with pytest.raises(Forbidden):
                await make_fetcher(allow=()).get(f"http://site.example:{host.port}/")
        assert host.ever == 0


async def test_s1_a_name_is_looked_up_again_and_its_new_address_judged(make_fetcher, named):
    async with hosts("127.0.0.1", "127.0.0.2") as served:
        port = served["127.0.0.1"].port
        fetcher = make_fetcher(allow=("127.0.0.1/32",))
        named("127.0.0.1")
        await fetcher.get(f"http://site.example:{port}/")
        await fetcher.close()
        named("127.0.0.2")  # rebound
        with pytest.raises(Forbidden):
            await fetcher.get(f"http://site.example:{port}/")
        assert [host.ever for host in served.values()] == [1, 0]


async def test_s1_of_several_addresses_only_allowed_ones_are_connected_to(make_fetcher, named):
    async with hosts("127.0.0.1", "127.0.0.2") as served:
        named("127.0.0.2", "127.0.0.1")
        fetcher = make_fetcher(allow=("127.0.0.1/32",))
        await fetcher.get(f"http://site.example:{served['127.0.0.1'].port}/")
        assert [host.ever for host in served.values()] == [1, 0]


async def test_an_address_that_does_not_answer_gives_way_to_another(fetcher, named):
    async with hosts("127.0.0.1") as served:
        named("127.0.0.2", "127.0.0.1")
        url = f"http://site.example:{served['127.0.0.1'].port}/"
        assert (await fetcher.get(url)).body == b"body"
        named("127.0.0.2", "127.0.0.3")
        await fetcher.close()
        with pytest.raises(Unreachable, match="cannot connect"):
            await fetcher.get(url)


async def test_opening_alone_may_be_limited_and_then_nothing_was_sent(monkeypatch):
    async def never(self, host, port, **kinds):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", never)
    place = wire.Place("http://site.example/", URL("http://site.example/"))
    with pytest.raises(Unreachable, match="cannot connect"):
        await wire.exchange(connections.Connections(Guard(), 1, 0.01), place, {}, b"body")


async def test_a_second_one_to_the_same_host_takes_the_place_of_the_first():
    async with hosts("127.0.0.1") as served:
        host = served["127.0.0.1"]
        lines = connections.Connections(Guard(("127.0.0.0/8",)), 5)
        url = f"http://127.0.0.1:{host.port}/"
        place = wire.Place(url, URL(url))
        answers = [await wire.exchange(lines, place, {}) for _ in range(2)]
        for answer in answers:
            assert await answer.content.read() == b"body"
            lines.keep(place.peer, answer.protocol)
        assert len(lines) == 1
        await host.has(1)
        await lines.close()
        await host.has(0)


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """An authority that the bot believes."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    return authority


async def test_an_encrypted_connection_is_kept_too(fetcher, trusted):
    async with hosts("127.0.0.1", tls={"127.0.0.1": trusted.server()}) as served:
        host = served["127.0.0.1"]
        for _ in range(2):
            assert (await fetcher.get(f"https://127.0.0.1:{host.port}/")).body == b"body"
        assert (host.open, host.ever) == (1, 1)
        await fetcher.close()
        await host.has(0)


async def test_no_more_encrypted_ones_are_kept_than_are_asked_at_once(
    make_fetcher, trusted, monkeypatch
):
    monkeypatch.setattr(connections, "KEPT", 600.0)
    addresses = [f"127.0.0.{number}" for number in range(1, 6)]
    plain = "127.0.0.9"
    fetcher = make_fetcher(concurrency=2)
    shown = {address: trusted.server(address) for address in addresses}
    async with hosts(plain, *addresses, tls=shown) as served:
        port = served[plain].port
        await fetcher.get(f"http://{plain}:{port}/")
        for address in addresses:
            await fetcher.get(f"https://{address}:{port}/")
        for address in addresses[:3]:  # those that have waited longest went
            await served[address].has(0)
        assert [served[address].open for address in (*addresses[3:], plain)] == [1, 1, 1]


async def test_both_kinds_are_closed_when_nobody_asks_them(fetcher, trusted, monkeypatch):
    monkeypatch.setattr(connections, "KEPT", 0.2)
    shown = {"127.0.0.1": trusted.server()}
    async with hosts("127.0.0.1", "127.0.0.2", tls=shown) as served:
        port = served["127.0.0.1"].port
        await fetcher.get(f"https://127.0.0.1:{port}/")
        await fetcher.get(f"http://127.0.0.2:{port}/")
        for host in served.values():
            await host.has(0)
        assert len(fetcher._connections) == 0


@pytest.mark.parametrize("wrong", ["over", "another name", "nobody's"])
async def test_s1_a_certificate_is_verified(fetcher, trusted, tmp_path, wrong):
    (tmp_path / "other").mkdir()
    shown = {
        "over": lambda: trusted.server(over=True),
        "another name": lambda: trusted.server("127.0.0.9"),
        "nobody's": lambda: Authority(tmp_path / "other").server(),
    }[wrong]()
    async with hosts("127.0.0.1", tls={"127.0.0.1": shown}) as served:
        with pytest.raises(Unreachable, match="certificate or encryption refused"):
            await fetcher.get(f"https://127.0.0.1:{served['127.0.0.1'].port}/")


async def test_the_certificate_of_another_address_may_be_right(fetcher, trusted, named):
    named("127.0.0.2", "127.0.0.1")
    shown = {"127.0.0.1": trusted.server("site.example"), "127.0.0.2": trusted.server("127.0.0.2")}
    async with hosts("127.0.0.1", "127.0.0.2", tls=shown) as served:
        url = f"https://site.example:{served['127.0.0.1'].port}/"
        assert (await fetcher.get(url)).body == b"body"
        await fetcher.close()
        # the same name, written to its end; certificates leave the dot out
        assert (await fetcher.get(url.replace("example:", "example.:"))).body == b"body"


async def test_plain_and_encrypted_are_two_connections(fetcher, trusted):
    async with hosts("127.0.0.1", tls={"127.0.0.1": trusted.server()}) as served:
        port = served["127.0.0.1"].port
        await fetcher.get(f"https://127.0.0.1:{port}/")
        with pytest.raises(Unreachable):
            await fetcher.get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("spelling", ["[::ffff:7f00:1]", "127.0.0.1"])
async def test_p9_a_server_that_refuses_tls_is_asked_once_however_its_address_is_spelt(spelling):
    asked = 0

    async def refuse(_reader, writer):
        nonlocal asked
        asked += 1
        writer.write(b"no\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened = connections.Connections(Guard(("127.0.0.0/8",)), 5)
    async with server:
        with pytest.raises(Unreachable):
            await opened.open(connections.Peer(URL(f"https://{spelling}:{port}/")))
    await opened.close()
    assert asked == 1

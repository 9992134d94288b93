"""What goes over the wire, byte by byte (bot/sources/wire.py)."""

import pytest

from bot.errors import Refused, Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"


@pytest.fixture
def heard(raw):
    """``await heard(*answers)`` -> URL and the requests, for each connection its own list. Where an
    answer is b"", the connection is closed instead."""

    async def serve(*answers):
        connections, left = [], list(answers)

        async def script(reader, writer):
            mine = []
            connections.append(mine)
            while left:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(
                    head.lower().partition(b"content-length: ")[2].partition(b"\r")[0] or 0
                )
                mine.append(head + await reader.readexactly(length))
                answer = left.pop(0)
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()

        return await raw(script), connections

    return serve


async def test_what_is_sent(heard, fetcher):
    url, connections = await heard(OK + b"body", OK + b"more")
    await fetcher.get(f"{url}a%20b?q=é", {"If-None-Match": '"é"'})
    await fetcher.post(url, {"hub.mode": "subscribe", "hub.topic": "https://x.example/é"})
    host = url[len("http://") : -1].encode()
    accept = b"application/atom+xml, application/rss+xml, application/feed+json;q=0.9, "
    same = (
        b"Host: " + host + b"\r\n"
        b"User-Agent: alposs-bot/0.1 (+https://alposs.fr; contact@example.org)\r\n"
        b"Accept: " + accept + b"application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1\r\n"
        b"Accept-Encoding: gzip, deflate\r\n"
    )
    form = b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fx.example%2F%C3%A9"
    asked = 'GET /a%20b?q=%C3%A9 HTTP/1.1\r\n{}If-None-Match: "é"\r\n\r\n'
    told = (
        b"POST / HTTP/1.1\r\n"
        + same
        + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 61\r\n\r\n"
        + form
    )
    assert connections == [[asked.format(same.decode()).encode(), told]]


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nX: y", "a\rX: y", "a\0"])
async def test_a_value_cannot_become_another_header(heard, fetcher, value):
    url, connections = await heard(OK + b"body")
    with pytest.raises(Unreachable):
        await fetcher.get(url, {"If-None-Match": value})
    assert connections == []


async def test_a_kept_connection_that_the_server_ends_is_replaced_once(heard, fetcher):
    url, connections = await heard(OK + b"body", b"", OK + b"more", b"", b"")
    assert (await fetcher.get(url)).body == b"body"
    assert (await fetcher.get(url)).body == b"more"
    assert [len(requests) for requests in connections] == [2, 1]
    with pytest.raises(Unreachable):
        await fetcher.get(url)
    assert [len(requests) for requests in connections] == [2, 2, 1]  # the third was a new one


async def test_p9_a_server_that_fails_at_once_is_asked_once(heard, fetcher):
    url, connections = await heard(b"", OK + b"late")
    with pytest.raises(Unreachable):
        await fetcher.get(url)
    assert [len(requests) for requests in connections] == [1]


async def test_a_form_is_never_sent_twice(heard, fetcher):
    url, connections = await heard(OK + b"body", b"", OK + b"more")
    await fetcher.get(url)
    with pytest.raises(Unreachable):
        await fetcher.post(url, {"a": "b"})
    assert [len(requests) for requests in connections] == [2]


async def test_hints_before_the_answer_are_passed_over(heard, fetcher):
    url, _ = await heard(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"body")
    answer = await fetcher.get(url)
    assert (answer.status, answer.body) == (200, b"body")
    assert "Link" not in answer.headers


async def test_another_protocol_is_no_answer_and_its_connection_is_not_kept(heard, fetcher):
    switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    url, connections = await heard(switch, OK + b"body")
    with pytest.raises(Refused):
        await fetcher.get(url)
    assert (await fetcher.get(url)).body == b"body"
    assert len(connections) == 2


async def test_cookies_are_not_kept(heard, fetcher):
    url, connections = await heard(b"HTTP/1.1 304 No\r\nSet-Cookie: a=b\r\n\r\n", OK + b"body")
    await fetcher.get(url)
    await fetcher.get(url)
    assert b"cookie" not in b"".join(connections[0]).lower()
    assert len(connections) == 1

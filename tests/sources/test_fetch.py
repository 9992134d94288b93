import asyncio
import gzip
import resource
import zlib
from datetime import timedelta

import pytest
from aiohttp import web

from bot.errors import Forbidden, Gone, Refused, SourceError, TooLarge, Unreachable, Unreadable


async def test_reads_a_page(site, fetcher):
    site.serve("/feed", b"hello", ETag='"a"')
    fetched = await fetcher.get(site.url + "/feed")
    assert (fetched.status, fetched.body, fetched.headers["etag"]) == (200, b"hello", '"a"')
    assert fetched.url == site.url + "/feed"
    assert fetched.moved is None


async def test_p12_p13_asks_politely(site, fetcher):
    async def cookie(request):
        return web.Response(body=b"x", headers={"Set-Cookie": "a=b; Path=/"})

    site.pages["/feed"] = cookie
    await fetcher.get(site.url + "/feed")
    await fetcher.get(site.url + "/feed")
    for asked in site.asked:
        assert asked.method == "GET"
        assert asked.query_string == ""
        assert asked.headers["User-Agent"].startswith("alposs-bot/0.1 (+https://alposs.fr; ")
        assert "application/atom+xml" in asked.headers["Accept"]
        assert asked.headers["Accept-Encoding"] == "gzip, deflate"
        assert not {"Cookie", "Referer", "Authorization"} & set(asked.headers)
    assert [asked.path for asked in site.asked] == ["/feed", "/feed"]  # no favicon


@pytest.mark.parametrize("packed", ["gzip", "deflate", "raw deflate"])
async def test_p13_decodes_what_it_accepts(site, fetcher, packed):
    text = b"<rss/>" * 1000
    squeeze = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw deflate": squeeze.compress(text) + squeeze.flush(),
    }[packed]
    site.serve("/feed", body, Content_Encoding=packed.split()[-1])
    assert (await fetcher.get(site.url + "/feed")).body == text


async def test_r2_gzip_bomb_is_capped(site, fetcher):
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(600)) + squeeze.flush()
    site.serve("/feed", bomb, Content_Encoding="gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge):
        await fetcher.get(site.url + "/feed")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


async def test_r2_endless_body_is_capped(raw, fetcher):
    async def endless(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge):
        await fetcher.get(await raw(endless))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


async def test_r2_announced_size_is_refused_before_reading(raw, fetcher):
    async def boast(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")
        await writer.drain()
        await asyncio.sleep(20)

    with pytest.raises(TooLarge):
        await asyncio.wait_for(fetcher.get(await raw(boast)), 5)


async def test_r2_false_content_length_is_a_truncated_body(raw, fetcher):
    async def short(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>")
        await writer.drain()

    with pytest.raises(Unreadable):
        await fetcher.get(await raw(short))


async def test_r3_slow_loris_ends_and_delays_nobody(raw, site, make_fetcher):
    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    fetcher = make_fetcher(timeout=2)
    slow = await raw(drip)
    site.serve("/feed", b"quick")
    await fetcher.get(site.url + "/feed")
    lost = asyncio.ensure_future(fetcher.get(slow))
    # by another name: one host gets one request at a time
    quick = await fetcher.get(site.url.replace("127.0.0.1", "localhost") + "/feed")
    assert not lost.done()
    async with asyncio.timeout(30):
        with pytest.raises(Unreachable, match="too slow"):
            await lost
    assert quick.body == b"quick"


async def test_r3_time_limit_spans_redirects(site, make_fetcher):
    async def slow(request):
        await asyncio.sleep(0.4)
        step = int(request.path[2:])
        return web.Response(status=302, headers={"Location": f"/s{step + 1}"})

    for step in range(5):
        site.pages[f"/s{step}"] = slow
    with pytest.raises(Unreachable, match="too slow"):
        await make_fetcher(timeout=1).get(site.url + "/s0")
    assert len(site.asked) <= 3  # 0.4 s each: there was no time for the others


async def test_p14_one_request_in_flight_per_host(site, fetcher):
    flying = most = 0

    async def count(request):
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.01)
        flying -= 1
        return web.Response(body=b"x")

    site.pages["/feed"] = count
    await asyncio.gather(*(fetcher.get(site.url + "/feed") for _ in range(8)))
    assert (most, len(site.asked)) == (1, 8)


async def test_hosts_are_asked_at_the_same_time(site, fetcher):
    meeting = asyncio.Barrier(2)

    async def meet(request):
        await asyncio.wait_for(meeting.wait(), 5)
        return web.Response(body=b"x")

    site.pages["/feed"] = meet
    other = site.url.replace("127.0.0.1", "localhost")
    await asyncio.gather(fetcher.get(site.url + "/feed"), fetcher.get(other + "/feed"))


async def test_p10_redirects_are_followed_and_told(site, fetcher):
    site.serve("/old", status=301, Location="/newer")
    site.serve("/newer", status=308, Location="/newest")
    site.serve("/newest", status=302, Location="/today")
    site.serve("/today", b"x")
    fetched = await fetcher.get(site.url + "/old")
    assert fetched.url == site.url + "/today"
    assert fetched.moved == site.url + "/newest"  # a temporary step is never part of it


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_p10_temporary_redirects_are_not_told(site, fetcher, status):
    site.serve("/old", status=status, Location="/new")
    site.serve("/new", status=301, Location="/there")
    site.serve("/there", b"x")
    assert (await fetcher.get(site.url + "/old")).moved is None


async def test_p10_loops_and_long_chains_end(site, fetcher):
    site.serve("/a", status=302, Location="/b")
    site.serve("/b", status=302, Location="/a")
    with pytest.raises(Unreachable, match="loop"):
        await fetcher.get(site.url + "/a")
    for step in range(9):
        site.serve(f"/{step}", status=302, Location=f"/{step + 1}")
    site.asked.clear()
    with pytest.raises(Unreachable, match="too many redirects"):
        await fetcher.get(site.url + "/0")
    assert len(site.asked) == 6


async def test_p8_retry_after_reaches_the_error_and_pauses_the_host(site, fetcher, clock):
    site.serve("/busy", status=429, Retry_After="120")
    site.serve("/other", b"x")
    with pytest.raises(Refused) as refusal:
        await fetcher.get(site.url + "/busy")
    assert refusal.value.retry_after == timedelta(minutes=2)
    with pytest.raises(Refused):
        await fetcher.get(site.url + "/other")
    assert len(site.asked) == 1
    clock.on(seconds=121)
    assert (await fetcher.get(site.url + "/other")).body == b"x"


async def test_p8_a_429_without_retry_after_pauses_its_host_for_ten_minutes(site, fetcher, clock):
    site.serve("/busy", status=429)
    site.serve("/other", b"x")
    for _ in range(3):
        with pytest.raises(Refused):
            await fetcher.get(site.url + "/busy")
    assert len(site.asked) == 1
    clock.on(minutes=11)
    assert (await fetcher.get(site.url + "/other")).body == b"x"


async def test_p8_a_503_pauses_no_other_feed(site, fetcher):
    site.serve("/busy", status=503, Retry_After="Sun, 01 Feb 2026 13:00:00 GMT")
    site.serve("/other", b"x")
    with pytest.raises(Refused) as refusal:
        await fetcher.get(site.url + "/busy")
    assert refusal.value.retry_after == timedelta(hours=1)
    assert (await fetcher.get(site.url + "/other")).body == b"x"


@pytest.mark.parametrize(
    ("status", "error"), [(410, Gone), (404, Refused), (401, Refused), (500, Refused)]
)
async def test_p11_statuses_become_errors(site, fetcher, status, error):
    site.serve("/feed", b"x", status=status, Retry_After="60")
    with pytest.raises(error) as raised:
        await fetcher.get(site.url + "/feed")
    assert raised.value.retry_after is None


async def test_p6_freshness_is_told(site, fetcher):
    site.serve("/feed", b"x", Cache_Control="public, max-age=7200")
    assert (await fetcher.get(site.url + "/feed")).wait == timedelta(hours=2)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://１２７.０.０.１:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::127.0.0.1]:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/",
        "http://[2002:7f00:1::]:{port}/",
        "http://[fec0::1]:{port}/",
        "http://10.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_s1_inside_addresses_are_refused(site, make_fetcher, address):
    site.serve("/", b"secret")
    fetcher = make_fetcher(allow=(), timeout=3)
    with pytest.raises(SourceError) as refusal:
        await fetcher.get(address.format(port=site.url.rpartition(":")[2]))
    assert isinstance(refusal.value, Forbidden | Unreachable)
    assert site.asked == []
    for language in ("fr", "en"):  # the error tells nothing of the inside
        assert "127.0.0.1" not in refusal.value.say(language)


async def test_s1_redirect_to_the_inside_is_refused(site, make_fetcher):
    port = int(site.url.rpartition(":")[2])
    site.serve("/feed", status=302, Location=f"http://127.0.0.2:{port}/secret")
    site.serve("/secret", b"secret")
    fetcher = make_fetcher(allow=("127.0.0.1/32",))
    with pytest.raises(Forbidden):
        await fetcher.get(site.url + "/feed")
    assert [asked.path for asked in site.asked] == ["/feed"]


async def test_s1_allowed_port_is_no_other_port(site, make_fetcher):
    port = int(site.url.rpartition(":")[2])
    site.serve("/", b"x")
    assert (await make_fetcher(allow=(f"127.0.0.1/32:{port}",)).get(site.url + "/")).body == b"x"
    with pytest.raises(Forbidden):
        await make_fetcher(allow=(f"127.0.0.1/32:{port % 65535 + 1}",)).get(site.url + "/")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://user:secret@example.org/feed",
        "https://user@example.org/feed",
        "http://[",
        "http://",
        "//example.org/feed",
        "",
        "http://exa mple.org/",
        "http://" + "a" * 70 + ".example/",
    ],
)
async def test_s1_only_plain_http_addresses(fetcher, address):
    with pytest.raises(Unreachable) as refusal:
        await fetcher.get(address)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "http://[", "javascript:alert(1)"]
)
async def test_s1_redirects_only_to_plain_http_addresses(site, fetcher, location):
    site.serve("/feed", status=302, Location=location)
    with pytest.raises(Unreachable):
        await fetcher.get(site.url + "/feed")


async def test_s1_headers_of_ours_do_not_cross_origins(site, fetcher):
    site.serve("/feed", status=302, Location=site.url.replace("127.0.0.1", "localhost") + "/b")
    site.serve("/b", b"x")
    sent = {"Authorization": "Bearer secret", "X-Token": "secret", "If-None-Match": '"a"'}
    await fetcher.get(site.url + "/feed", sent)
    first, second = site.asked
    assert first.headers["Authorization"] == "Bearer secret"
    assert "secret" not in str(second.headers)
    assert second.headers["If-None-Match"] == '"a"'


async def test_no_answer_is_said_plainly(raw, fetcher):
    async def hang_up(reader, writer):
        await reader.readline()

    async def no_http(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()

    with pytest.raises(Unreachable) as error:
        await fetcher.get(await raw(hang_up))
    assert "connexion coupée" in error.value.say("fr")
    with pytest.raises(Unreadable):
        await fetcher.get(await raw(no_http))
    with pytest.raises(Unreachable, match="name not found"):
        await fetcher.get("http://no-such-host.invalid/")
    with pytest.raises(Unreachable, match="cannot connect"):
        await fetcher.get("http://127.0.0.1:9/")


async def test_closing_twice_and_reopening(site, fetcher):
    site.serve("/feed", b"x")
    await fetcher.close()
    await fetcher.get(site.url + "/feed")
    await fetcher.close()
    await fetcher.close()
    assert (await fetcher.get(site.url + "/feed")).body == b"x"

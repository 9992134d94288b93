"""Polite polling (P1 to P14) of the whole bot: real requests on loopback, a clock that is moved."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from feed_server import News
from test_promises import label, texts
from web_site import Asked, Page

from bot import pipeline
from bot.sources import due

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def gaps(asked: list[Asked]) -> list[timedelta]:
    return [later.at - earlier.at for earlier, later in itertools.pairwise(asked)]


async def test_p5_a_poll_that_ends_while_the_bot_stops_is_remembered(make_web_rig):
    rig = make_web_rig()
    rig.post("a", label("Claix"))
    await rig.begin()
    await rig.tick(2 * HOUR, 2)
    asked = len(rig.asked())
    rig.now += 2 * HOUR
    await pipeline.collect(rig.house, rig.now)
    await pipeline.drain(rig.house, 60)
    assert len(rig.asked()) == asked + 1
    rows = await rig.house.store.read(lambda tx: tx.sources.all())
    assert [row.last_ok for row in rows] == [rig.now]


async def test_p1_one_unconditional_request_over_two_days_and_restarts(make_web_rig):
    """The kill -9 of a real process is in tests/servers/test_polite_kill.py; here it dies in memory."""
    rig = make_web_rig(feeds=6, hosts=3)
    for number in range(6):
        rig.post("a", label("Claix"), feed=number)
    await rig.begin()
    end = rig.now + 2 * DAY
    restarts = [rig.now + 9 * HOUR, rig.now + 22 * HOUR, rig.now + 40 * HOUR]
    while rig.now < end:
        await rig.tick(10 * MINUTE)
        if restarts and rig.now > restarts[0]:
            restarts.pop(0)
            await rig.down()
            await rig.begin()
    for number in range(6):
        asked = rig.asked(number)
        assert [one.conditional for one in asked] == [False] + [True] * (len(asked) - 1)
        assert 40 <= len(asked) <= 49
        assert min(gaps(asked)) >= HOUR


async def test_p4_what_is_too_large_keeps_the_validators(make_web_rig):
    rig = make_web_rig()
    rig.post("a", label("Claix"))
    await rig.begin()
    await rig.tick(2 * HOUR)
    before = (await rig.row()).state
    rig.page().body = b"<rss>" + b" " * (11 * 1024 * 1024)
    await rig.tick(2 * HOUR)
    row = await rig.row()
    assert row.state == before
    assert row.failures == 1
    rig.page().body = None
    await rig.tick(3 * HOUR, 2)
    assert rig.asked()[-1].headers["If-None-Match"] == before["etag"]


async def test_p5_a_feed_is_asked_once_however_many_rooms_hear_of_it(make_web_rig):
    rig = make_web_rig()
    for number in range(3):
        (rig.folder / "config" / "channels" / f"{rig.name}-more{number}.toml").write_text(
            f'kind = "memory"\nserver = "{rig.name}-more{number}"\n'
        )
    rig.reload()
    await rig.begin()
    await rig.tick(30 * MINUTE, 4)
    assert len(rig.house.channels) == 4
    assert len(rig.asked()) == 2


async def test_p5_never_under_a_quarter_of_an_hour_whatever_asks_for_it(make_web_rig):
    rig = make_web_rig()
    await rig.begin()
    for _ in range(12):  # restarts, and something that calls it due at once
        await rig.tick(MINUTE)
        row = await rig.row()

        def at_once(tx, row=row):
            tx.sources.checked([due_now(row)])

        await rig.house.store.write(at_once)
        await rig.down()
        await rig.begin()
    assert len(rig.asked()) == 1
    await rig.tick(MINUTE, 10)
    assert min(gaps(rig.asked())) >= due.FLOOR


def due_now(row):
    from dataclasses import replace

    return replace(row, next_due=None)


async def test_p6_what_a_feed_asks_for_is_waited_for_also_after_a_304(make_web_rig):
    rig = make_web_rig(feeds=3)
    rig.page(0).headers["Cache-Control"] = "max-age=14400"
    rig.page(1).head = "<ttl>180</ttl>"
    rig.page(2).headers["Cache-Control"] = f"max-age={40 * 86400}"
    await rig.begin()
    await rig.tick(15 * MINUTE, 4 * 50)
    for number, wait in ((0, 4 * HOUR), (1, 3 * HOUR), (2, DAY)):
        found = gaps(rig.asked(number))
        assert len(found) > 1 or number == 2
        assert all(wait <= gap <= wait * 1.1 + 15 * MINUTE for gap in found)


async def test_p7_skipped_hours_are_not_asked_in(make_web_rig):
    rig = make_web_rig()
    hours = "".join(f"<hour>{hour}</hour>" for hour in (0, 1, 2, 3, 4, 5, 22, 23))
    rig.page().head = f"<skipHours>{hours}</skipHours><skipDays><day>Sunday</day></skipDays>"
    await rig.begin()
    await rig.tick(15 * MINUTE, 4 * 24 * 8)
    asked = rig.asked()[1:]
    assert len(asked) > 80
    skipped = [one.at for one in asked if one.at.hour not in range(6, 22) or one.at.weekday() == 6]
    assert len(skipped) <= 2, "a Sunday with its nights is longer than a day: P6 ends the wait"
    assert max(gaps(asked)) <= DAY


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_p8_not_one_request_before_retry_after_across_restarts(make_web_rig, form):
    rig = make_web_rig(feeds=3, hosts=2)  # f0 and f2 stand on one host
    until = rig.now + 30 * HOUR
    said = "108000" if form == "seconds" else format_datetime(until, usegmt=True)
    rig.page(0).status, rig.page(0).headers["Retry-After"] = 429, said
    await rig.begin()
    for _ in range(3):
        await rig.tick(30 * MINUTE, 4 * 4)
        await rig.down()
        await rig.begin()
    assert rig.now < until
    assert len(rig.asked(0)) == 1
    assert len(rig.asked(2)) <= 1, "a 429 pauses its host, also across a restart"
    assert len(rig.asked(1)) > 15, "and no other"
    row = await rig.row(2)
    assert row.failures == 0, "it did not fail: it was not asked"
    assert "laisse en paix" in row.error or rig.asked(2)
    rig.page(0).status = 200
    await rig.tick(HOUR, 12)
    assert rig.asked(0)[1].at >= until
    assert rig.asked(2)[-1].at >= until
    assert (await rig.row(2)).error == ""


async def test_p8_no_longer_than_a_week(make_web_rig):
    rig = make_web_rig()
    rig.page().status, rig.page().headers["Retry-After"] = 503, str(400 * 86400)
    await rig.begin()
    await rig.tick(6 * HOUR, 4 * 9)
    assert len(rig.asked()) == 2
    assert 7 * DAY <= gaps(rig.asked())[0] <= 8 * DAY


async def test_p8_a_429_without_a_word_doubles(make_web_rig):
    rig = make_web_rig()
    rig.page().status = 429
    await rig.begin()
    await rig.tick(15 * MINUTE, 4 * 24 * 4)
    found = gaps(rig.asked())
    assert found[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert max(found) <= DAY


@pytest.mark.parametrize("fault", [500, 404, "page"])
async def test_p9_errors_are_asked_again_ever_more_rarely(make_web_rig, fault):
    rig = make_web_rig()
    if fault == "page":
        rig.page().body = b"<html><form>mot de passe</form></html>"
    else:
        rig.page().status = fault
    await rig.begin()
    await rig.tick(15 * MINUTE, 4 * 24 * 5)
    found = gaps(rig.asked())
    assert found == sorted(found)
    assert found[0] >= HOUR
    assert found[-1] == DAY
    assert len(rig.asked()) <= 10


async def test_p10_a_move_is_believed_late_told_and_can_be_reversed(make_web_rig):
    rig = make_web_rig(feeds=2, hosts=2)

    def move(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"{rig.site.url}/new"})

    rig.site.pages["/new"] = Page()
    rig.page().answer = move
    await rig.begin()
    await rig.tick(30 * MINUTE, 2 * 23)
    assert not (await rig.row()).state["moved"].get("settled"), "not within a day"
    await rig.tick(30 * MINUTE, 2 * 6)
    assert (await rig.row()).state["moved"]["settled"]
    old = len(rig.asked())
    await rig.tick(30 * MINUTE, 6)
    assert len(rig.asked()) == old, "the old address is left alone"
    assert any("déménagé" in said for said in await rig.notices())
    await rig.down()
    rig.page().answer = None
    rig.write(0, f"{rig.site.url}/f0?x")  # an admin's word counts
    rig.reload()
    await rig.begin()
    await rig.tick(HOUR, 2)
    assert len(rig.asked()) > old


async def test_p11_a_feed_that_is_gone_is_told_once_and_asked_no_more(make_web_rig):
    rig = make_web_rig()
    await rig.begin()
    await rig.tick(2 * HOUR)
    rig.page().status = 410
    await rig.tick(2 * HOUR, 2)
    asked = len(rig.asked())
    for _ in range(2):
        await rig.tick(6 * HOUR, 8)
        await rig.down()
        await rig.begin()
    assert len(rig.asked()) == asked
    assert len([said for said in await rig.notices() if "410" in said]) == 1
    await rig.down()
    rig.site.pages["/f1"] = Page()
    rig.write(0, f"{rig.site.url}/f1")  # its new address
    rig.reload()
    await rig.begin()
    await rig.tick(HOUR)
    assert len(rig.site.of("/f1")) == 1
    assert await rig.notices() == []


async def test_p12_p13_what_the_bot_sends(make_web_rig):
    rig = make_web_rig()
    rig.page().headers["Set-Cookie"] = "a=b"
    await rig.begin()
    await rig.tick(2 * HOUR, 3)
    for one in rig.asked():
        assert not {"Cookie", "Referer"} & set(one.headers)
        assert one.headers["User-Agent"].startswith("alposs-bot/")
        assert "(+https://" in one.headers["User-Agent"]
    assert {one.path for one in rig.site.asked} == {"/f0"}, "no favicon, no robots.txt for a feed"


async def test_p14_a_start_with_many_feeds_is_spread_over_the_interval(make_web_rig):
    rig = make_web_rig(feeds=110)
    start: datetime = rig.now
    await rig.begin()
    await rig.work("collect")
    assert len(rig.site.asked) == due.START
    rig.now += MINUTE
    await rig.tick(MINUTE, 60)
    counts = [sum(len(rig.asked(n)) > 0 for n in range(110))]
    assert counts == [110], "each was read within its interval"
    firsts = sorted(rig.asked(n)[0].at - start for n in range(110))
    rest = firsts[due.START :]
    assert max(b - a for a, b in itertools.pairwise(rest)) <= 2 * MINUTE
    before = len(rig.site.asked)
    rig.now += 3 * HOUR  # all are overdue at the next start
    await rig.down()
    await rig.begin()
    await rig.work("collect")
    assert len(rig.site.asked) - before == due.START


async def test_p15_an_archive_page_is_never_announced(make_web_rig):
    rig = make_web_rig()
    await rig.begin()
    await rig.tick(2 * HOUR)
    rig.page().head = '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
    rig.post("a", label("Claix"))
    await rig.tick(2 * HOUR, 2)
    assert texts(rig.side()) == []
    assert any("archives" in said for said in await rig.notices())


async def test_p5_p6_intervals_follow_how_often_a_source_publishes(make_web_rig):
    rig = make_web_rig(feeds=2)
    rig.write(0, f"{rig.site.url}/f0", "")  # no interval: it adapts
    rig.reload()
    start = rig.now
    for day in range(10):
        rig.page().news.append(News(f"Numéro {day}", "", f"old{day}", start - day * 21 * DAY))
    await rig.begin()
    await rig.tick(15 * MINUTE, 4 * 24 * 3)
    assert gaps(rig.asked(0))[0] >= HOUR
    assert all(gap >= 20 * HOUR for gap in gaps(rig.asked(0))[1:]), "once in three weeks: daily"
    assert set(gaps(rig.asked(1))) == {HOUR}, "a fixed interval stays"
    for number in range(60):
        rig.post(f"n{number}", f"Conseil numéro {number}")
        await rig.tick(15 * MINUTE, 8)
    late = gaps(rig.asked(0))[-10:]
    assert max(late) <= HOUR, "news every two hours: read often"
    assert min(late) >= due.FLOOR
    row = await rig.row(0)
    assert row.recent.endswith("0") or "1" in row.recent
    rig.page().headers["Cache-Control"] = "max-age=14400"
    await rig.tick(15 * MINUTE, 4 * 12)
    assert gaps(rig.asked(0))[-1] >= 4 * HOUR, "what the site asks for counts more"

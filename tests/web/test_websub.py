"""P17: a hub tells us of news at once, through the real web face, from a hub on loopback."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from feed_server import News
from test_promises import label, texts

from bot import pipeline
from bot.sources.websub import offer, signed
from bot.web import websub
from bot.web.health import Health
from bot.web.websub import WebSub

HOUR = timedelta(hours=1)


class Bot:
    """A house whose feed offers a hub, and the web face under which that hub finds it."""

    def __init__(self, rig, hub):
        self.rig, self.hub, self.face = rig, hub, None
        self.topic = f"{rig.site.url}/f0"

    async def up(self):
        rig, topic = self.rig, self.topic
        rig.page().headers["Link"] = f'<{self.hub.url}>; rel="hub", <{topic}>; rel="self"'
        rig.page().news = [News("Le marché change de place", guid="first", published=rig.now)]
        await rig.begin()
        await self.open()
        await rig.tick(HOUR)
        await self.ask()

    async def open(self):
        house = self.rig.house

        async def ready():
            return True

        self.face = Health(lambda: True, ready)
        self.websub = WebSub(house, "")
        port = await self.face.start("127.0.0.1", 0, self.websub)
        self.websub._public = f"http://127.0.0.1:{port}"

    async def ask(self):
        """One tick: hubs are asked, and ask back."""
        await self.websub.tick(self.rig.now)
        await pipeline.finished(self.rig.house)
        await self.hub.settled()

    async def push(self, title, guid, **more):
        """The hub tells of one entry, which the feed shows as well."""
        page = self.rig.page()
        page.news.insert(0, News(title, "", guid, self.rig.now))
        only = type(page)(news=page.news[:1])
        status = await self.hub.publish(self.topic, self.rig.site.document(only), **more)
        await asyncio.gather(*self.websub._tasks)
        await pipeline.finished(self.rig.house)
        return status

    async def subscription(self):
        (one,) = await self.rig.house.store.read(lambda tx: tx.hubs.all())
        return one


@pytest.fixture
async def bot(make_web_rig, hub):
    made = Bot(make_web_rig(), hub)
    await made.up()
    yield made
    await made.face.stop()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_p17_a_push_is_told_at_once_and_the_poll_does_not_repeat_it(bot, method):
    bot.hub.method = method
    (form,) = bot.hub.asked
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", bot.topic)
    assert len(form["hub.secret"]) >= 32
    asked = len(bot.rig.asked())
    assert await bot.push(label("Claix"), "a") == 202
    await bot.rig.work("deliver")
    assert len(texts(bot.rig.side())) == 1
    assert len(bot.rig.asked()) == asked, "nobody was asked for it"
    assert await bot.push(label("Claix"), "a") == 202  # hubs repeat themselves
    await bot.rig.tick(2 * HOUR, 3)
    assert len(texts(bot.rig.side())) == 1
    assert len(bot.rig.asked()) == asked + 3, "the poll goes on, in its own time"
    bot.rig.post("b", label("Vizille"))  # what the hub forgets, the poll finds
    await bot.rig.tick(2 * HOUR, 2)
    assert len(texts(bot.rig.side())) == 2


async def test_p17_without_the_right_signature_nothing_is_believed(bot):
    for wrong in ("", "sha256=", f"sha256={'0' * 64}", "md5=abc", "sha256", "sha1=é"):
        assert await bot.push(label("Claix"), "a", signature=wrong) == 403
    await bot.rig.work("deliver")
    assert texts(bot.rig.side()) == []
    assert not signed("sha1=é", b"", "secret")


async def test_p17_only_what_was_asked_for_is_confirmed(bot):
    before = await bot.subscription()
    assert before.active
    assert before.secret not in repr(bot.rig.house.config)
    (form,) = bot.hub.asked
    await bot.hub.check(form, topic="https://elsewhere.example/feed")
    await bot.hub.check(form, mode="unsubscribe")
    await bot.hub.check({**form, "hub.callback": form["hub.callback"] + "x"})
    assert bot.hub.refusals == [404, 404, 410]
    assert await bot.subscription() == before


async def test_p17_a_lease_is_renewed_in_time_also_after_a_restart(bot):
    bot.hub.lease = 4 * 3600
    one = await bot.subscription()
    assert one.lease_until - bot.rig.now <= timedelta(days=1)
    for _ in range(17):
        bot.rig.now += HOUR
        await bot.ask()
    assert len(bot.hub.asked) == 1
    bot.rig.now += HOUR  # three quarters of the day that was granted
    await bot.face.stop()
    await bot.rig.down()
    await bot.rig.begin()
    await bot.open()
    await bot.rig.work("collect")
    await bot.ask()
    assert len(bot.hub.asked) == 2
    assert bot.hub.asked[1]["hub.secret"] == bot.hub.asked[0]["hub.secret"]
    renewed = await bot.subscription()
    assert renewed.lease_until == bot.rig.now + 4 * HOUR
    for _ in range(8):
        bot.rig.now += HOUR
        await bot.ask()
    assert len(bot.hub.asked) == 4


async def test_p17_a_silent_or_broken_hub_is_asked_ever_more_rarely(bot):
    bot.hub.verify, bot.hub.status = False, 503
    bot.rig.now += timedelta(days=2)
    times = []
    for _ in range(60):
        before = len(bot.hub.asked)
        await bot.ask()
        times += [bot.rig.now] * (len(bot.hub.asked) - before)
        bot.rig.now += HOUR
    assert [b - a for a, b in itertools.pairwise(times)] == [HOUR, 2 * HOUR, 4 * HOUR,
                                                                      8 * HOUR, 16 * HOUR, 24 * HOUR]  # fmt: skip
    assert "503" in (await bot.subscription()).error
    bot.rig.post("a", label("Claix"))
    await bot.rig.tick(HOUR, 2)
    assert len(texts(bot.rig.side())) == 1, "polling does not need it"


async def test_p17_denied_is_noted_and_nothing_more_is_taken(bot):
    (form,) = bot.hub.asked
    asked = {"hub.mode": "denied", "hub.topic": bot.topic, "hub.reason": "not here"}
    async with ClientSession() as web, web.get(form["hub.callback"], params=asked) as answer:
        assert answer.status == 200
    assert (await bot.subscription()).error == "denied not here"
    assert await bot.push(label("Claix"), "a") == 404


async def test_p17_a_hub_that_is_offered_no_more_is_forgotten(bot):
    del bot.rig.page().headers["Link"]
    bot.rig.post("a", "Conseil municipal")
    await bot.rig.tick(2 * HOUR)
    await bot.ask()
    assert await bot.rig.house.store.read(lambda tx: tx.hubs.all()) == []
    assert await bot.push(label("Claix"), "b") == 410


async def test_s12_a_push_is_bounded_in_size_time_and_number(bot, monkeypatch):
    (form,) = bot.hub.asked
    assert await bot.hub.publish(bot.topic, b"x" * (websub.LARGEST + 1)) == 413
    monkeypatch.setattr(websub, "SECONDS", 0.2)
    host, _, port = form["hub.callback"].split("/")[2].partition(":")
    path = "/" + form["hub.callback"].split("/", 3)[3]
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000\r\n\r\nx".encode()
    )
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 60)
    writer.close()
    bot.websub._waiting = websub.WAITING
    assert await bot.push(label("Claix"), "a") == 503
    bot.websub._waiting = 0
    async with (
        ClientSession() as web,
        web.get(form["hub.callback"], headers={"Host": "evil.example"}) as answer,
    ):
        assert answer.status == 421


async def test_p17_garbage_with_a_right_signature_changes_nothing(bot):
    before = await bot.rig.row()
    assert await bot.hub.publish(bot.topic, b"\x00 no feed") == 202
    await asyncio.gather(*bot.websub._tasks)
    await pipeline.finished(bot.rig.house)
    assert await bot.rig.row() == before


async def test_s1_a_feed_cannot_send_us_to_an_inside_hub(make_web_rig, hub):
    rig = make_web_rig()
    rig.page().headers["Link"] = '<http://10.0.0.1/hub>; rel="hub"'
    await rig.begin()
    await rig.tick(HOUR)
    subscriber = WebSub(rig.house, "https://bot.example")
    await subscriber.tick(rig.now)
    await pipeline.finished(rig.house)
    (one,) = await rig.house.store.read(lambda tx: tx.hubs.all())
    assert "10.0.0.1" not in one.error
    assert "adresse refusée" in one.error


ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://h.example/?a=1&amp;b=2"/>'


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, b"<rss>", None),
        ({"Link": '<https://h.example/>; rel="hub"'}, b"", ("https://h.example/", "https://a.example/feed")),
        ({"Link": "</t>; rel=self, </h>; rel=hub"}, b"", ("https://a.example/h", "https://a.example/t")),
        ({"Link": '<https://h.example/>; rel="hub self"'}, ATOM, ("https://h.example/", "https://h.example/")),
        ({}, ATOM + b"<entry>", ("https://h.example/?a=1&b=2", "https://a.example/feed")),
        ({}, b"<rss><atom:link href='https://h.example' rel='hub' /><atom:link rel='self' href='/x'/>",
         ("https://h.example", "https://a.example/x")),
        ({}, b"<rss><item><atom:link rel='hub' href='https://h.example'/></item>", None),
        ({"Link": '<javascript:x>; rel="hub"'}, b"", None),
        ({"Link": "<<<;;;rel=hub"}, b"<link rel=hub", None),
    ],
)  # fmt: skip
def test_p17_how_a_feed_offers_its_hub(headers, body, found):
    said = offer(headers, body, "https://a.example/feed")
    assert said == (found and {"hub": found[0], "topic": found[1]})

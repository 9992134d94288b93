"""A tap under the notice of a source that fails: it is switched off, or looked for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from feed_server import News
from told_stories import NOW

from bot.commands.command import Question
from bot.commands.undo import Undo
from bot.config.settings import BotSettings, FetchSettings
from bot.reactions.address import Address
from bot.reactions.failing import Failing
from bot.sources.feed import Feed
from bot.store.asked import Asked


@pytest.fixture
def tapped(store, asking, feed_server):
    """Somebody taps under what was asked of a source at ``url``."""

    async def tap(kind, about, choice, *, url="", event="$asked", **more):
        options = Feed.Options(name="Ville de X", url=url or feed_server.url, **more)
        settings = BotSettings(fetch=FetchSettings(allow=("127.0.0.0/8",)))
        asking.config = lambda: SimpleNamespace(sources={"x": options}, bot=settings)
        asking.question = Question("@admin:x", "!r", None, None, role="admin")
        asked = Asked(event, "!r", "alpes", kind.kind, about)
        await store.write(lambda tx: tx.asked.put(asked, NOW))
        return await kind().chosen(asking, asked, choice)

    return tap


async def overrides(store):
    given = await store.read(lambda tx: tx.overrides.all())
    return {(one.room, one.id, one.key): one.value for one in given}


async def test_no_more_reading_is_noted_and_the_notice_is_over(tapped, store):
    await store.write(lambda tx: tx.notices.once("failing:x", "…", NOW))
    answer = await tapped(Failing, "x", "no")
    assert answer.text.startswith("C’est noté\u00a0: je ne lis plus Ville de X.")
    assert await overrides(store) == {("sources", "x", "enabled"): False}
    assert await store.read(lambda tx: tx.notices.all()) == []
    [change] = await store.read(lambda tx: tx.audit.latest(9))
    assert (change.sender, change.thing) == ("@admin:x", "set sources/x/enabled")
    assert await tapped(Failing, "x", "yes") is None  # somebody was faster


async def test_the_new_address_is_looked_for_and_taken_up_on_a_yes(tapped, store, feed_server):
    feed_server.news = [News("La piscine rouvre lundi")]
    gone = f"{feed_server.base}/gone.xml"
    answer = await tapped(Failing, "x", "yes", url=gone, home=feed_server.url)
    assert feed_server.url in answer.text
    assert answer.asks.kind == "address"
    assert answer.asks.about == {"source": "x", "url": feed_server.url, "kind": "feed"}
    assert answer.asks.anybody
    assert await overrides(store) == {}
    answer = await tapped(Address, answer.asks.about, "yes", url=gone, event="$second")
    assert "nouvelle adresse" in answer.text
    assert await overrides(store) == {("sources", "x", "url"): feed_server.url}


@pytest.mark.parametrize("kind", [Failing, Address])
async def test_s13_what_was_tapped_is_taken_back_as_any_change_is(tapped, store, asking, kind):
    about = "x" if kind is Failing else {"source": "x", "url": "http://127.0.0.1/b", "kind": "feed"}
    await tapped(kind, about, "no" if kind is Failing else "yes")
    assert await overrides(store) != {}
    await Undo().run(asking, {})
    assert await overrides(store) == {}


async def test_nothing_found_says_what_to_do(tapped, feed_server):
    unknown = await tapped(Failing, "y", "yes", event="$1")
    assert "rien à faire" in unknown.text
    closed = await tapped(Failing, "x", "yes", event="$2", url="http://127.0.0.1:9/a.xml")
    assert "je continue d’essayer l’ancienne" in closed.text
    same = await tapped(Failing, "x", "yes", event="$3", home=feed_server.url)
    assert "répond de nouveau" in same.text
    kept = await tapped(Address, {"source": "x", "url": "?", "kind": "feed"}, "no", event="$4")
    assert "garde son adresse" in kept.text

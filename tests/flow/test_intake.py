"""What is taken for news before it was compared (bot/steps/meaning.py): no difference to be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from feed_server import News
from test_promises import label, texts

from bot.steps import meaning

HOUR = timedelta(hours=1)


@pytest.fixture
def read(monkeypatch):
    """Titles of what was understood, in order."""
    titles, understand = [], meaning.understand

    def noted(entry, knowledge):
        titles.append(getattr(entry, "title", None))
        return understand(entry, knowledge)

    monkeypatch.setattr(meaning, "understand", noted)
    return titles


async def begun(make):
    rig = make()
    rig.page().news = [News(f"Le marché, {n}", guid=f"m{n}", published=rig.now) for n in range(3)]
    await rig.begin()
    await rig.tick(2 * HOUR)
    return rig


def other_bytes(news):
    """The same words, in an item of other bytes."""
    before = news.xml
    news.xml = lambda base: before(base).replace("<link>", "<link >")


async def test_what_was_no_news_is_looked_up_first_until_news_comes(make_web_rig, read):
    rig = await begun(make_web_rig)
    source = next(iter(rig.house.sources))
    del read[:]
    other_bytes(rig.page().news[0])
    await rig.tick(2 * HOUR)
    assert read == ["Le marché, 0"]  # taken for news, in vain
    assert rig.house.stale == {source}
    other_bytes(rig.page().news[1])
    await rig.tick(2 * HOUR)
    assert read == ["Le marché, 0"]
    rig.post("a", label("Claix"))
    await rig.tick(2 * HOUR)
    assert read == ["Le marché, 0", label("Claix")]
    assert not rig.house.stale
    rig.post("b", label("Vizille"))
    await rig.tick(2 * HOUR)
    assert len(read) == 3
    assert sorted(text[:5] for text in texts(rig.side())) == ["Claix", "Vizil"]


async def test_r10_an_edit_is_one_though_it_was_taken_for_news(make_web_rig, read):
    rig = await begun(make_web_rig)
    rig.post("a", label("Claix"))
    await rig.tick(2 * HOUR)
    del read[:]
    news = rig.page().news
    at = next(n for n, one in enumerate(news) if one.guid == "a")
    news[at] = replace(news[at], title=label("Domène"))
    await rig.tick(2 * HOUR, 2)
    assert read == [label("Domène")]
    [text] = texts(rig.side())
    assert text.startswith("Domène")


async def test_r6_another_guid_of_a_known_page_is_no_news(make_web_rig):
    rig = await begun(make_web_rig)
    rig.post("a", label("Claix"))
    await rig.tick(2 * HOUR)
    known = next(one for one in rig.page().news if one.guid == "a")
    before = known.xml
    known.xml = lambda base: before(base).replace(">a</guid>", ">z</guid>")
    await rig.tick(2 * HOUR, 2)
    assert len(texts(rig.side())) == 1
    assert len(await rig.house.store.read(lambda tx: tx.entries.latest())) == 4


async def test_of_several_unknown_ones_each_becomes_what_it_is(make_web_rig):
    rig = await begun(make_web_rig)
    rig.post("a", label("Claix"))
    other_bytes(rig.page().news[-1])
    rig.post("b", label("Vizille"))
    await rig.tick(2 * HOUR, 2)
    assert sorted(text[:5] for text in texts(rig.side())) == ["Claix", "Vizil"]
    assert len(await rig.house.store.read(lambda tx: tx.entries.latest())) == 5


async def test_r6_what_still_stands_there_is_noted_once_a_day(make_web_rig):
    rig = await begun(make_web_rig)

    async def seen():
        rows = await rig.house.store.read(lambda tx: tx.entries.latest())
        return {row.entry.title: row.last_seen for row in rows}

    rig.post("a", label("Claix"))
    await rig.tick(2 * HOUR)
    first = await seen()
    rig.post("b", label("Vizille"))
    await rig.tick(23 * HOUR)
    after = await seen()
    assert {title: after[title] for title in first} == first
    rig.post("c", label("Domène"))
    at = rig.now
    await rig.tick(2 * HOUR)
    assert all(at - moment < timedelta(days=1) for moment in (await seen()).values())

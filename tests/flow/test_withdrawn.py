"""An entry that its source takes back is reported to the moderators, and not acted on."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from feed_server import News
from test_promises import label, texts

from bot.sources import vanished

HOUR = timedelta(hours=1)
TOWNS = ("Claix", "Vizille", "Meylan", "Voreppe", "Voiron", "Domène")


@pytest.fixture(params=["newest first", "oldest first"])
async def rig(make_web_rig, request):
    """Six announced entries, as a feed shows them in its own order."""
    rig = make_web_rig()
    rig.page().news = [News("Le marché change de place", guid="first", published=rig.now)]
    await rig.begin()
    await rig.tick(2 * HOUR)
    for town in TOWNS:
        news = News(label(town), "", town, rig.now)
        rig.page().news.insert(0 if request.param == "newest first" else 99, news)
        await rig.tick(2 * HOUR)
    assert len(texts(rig.side())) == len(TOWNS)
    return rig


def take(rig, *towns):
    taken = [news for news in rig.page().news if news.guid in towns]
    rig.page().news = [news for news in rig.page().news if news.guid not in towns]
    return taken


async def told(rig):
    return [said for said in await rig.notices() if "ne montre plus" in said]


@pytest.mark.parametrize("town", ["Meylan", "Domène"])
async def test_what_is_taken_out_is_reported_once_and_its_post_stays(rig, town):
    take(rig, town)
    await rig.tick(2 * HOUR, 3)
    (said,) = await told(rig)
    assert town in said
    assert f"!pourquoi {rig.site.url}/article/{quote(town)}" in said
    assert len(texts(rig.side())) == len(TOWNS), "nothing was taken back"
    rig.post("more", label("Crolles"))
    await rig.tick(2 * HOUR, 2)
    assert len(await told(rig)) == 1


async def test_what_falls_off_the_end_is_not_withdrawn(rig):
    take(rig, "first", "Claix", "Vizille")
    await rig.tick(2 * HOUR)
    news = News(label("Crolles"), "", "Crolles", rig.now)
    newest_first = rig.page().news[0].guid == "Domène"
    rig.page().news.insert(0 if newest_first else 99, news)
    take(rig, "Meylan")
    await rig.tick(2 * HOUR, 2)
    assert await told(rig) == []


async def test_an_edited_entry_another_feed_and_an_empty_one_are_no_withdrawals(rig):
    rig.page().news[3].title = label("Voreppe", "5")
    await rig.tick(2 * HOUR)
    kept, rig.page().news = rig.page().news, []
    await rig.tick(2 * HOUR)
    rig.page().news = [News(f"Autre chose {n}", "", f"x{n}", rig.now) for n in range(6)]
    await rig.tick(2 * HOUR)
    rig.page().news = kept[:1] + kept[-1:]  # four at once between two: another selection
    await rig.tick(2 * HOUR)
    assert await told(rig) == []


async def test_what_was_never_announced_is_nobodys_business(rig):
    rig.post("a", "Conseil municipal")
    rig.post("b", "Marché de Noël")
    rig.post("c", "Fermeture de la piscine")
    await rig.tick(2 * HOUR)
    take(rig, "b")
    await rig.tick(2 * HOUR, 2)
    assert await told(rig) == []


async def test_a_feed_says_itself_what_it_deleted(rig):
    rig.page().head = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="Claix" '
        'when="2025-11-03T12:00:00Z"/>'
    )
    take(rig, "Claix")
    await rig.tick(2 * HOUR, 2)
    said = [one for one in await rig.notices() if "supprimé" in one]
    assert len(said) == 1
    assert "Claix" in said[0]


def test_rfc_6721_refs_are_read_as_they_are_written():
    body = b'<feed><at:deleted-entry ref="tag:a.example,2026:1&amp;2" when="x"><at:comment/>'
    assert vanished.deleted(body) == ("tag:a.example,2026:1&2",)
    assert vanished.deleted(b"<deleted-entry when='x'>") == ()


def test_a_damaged_order_is_no_order():
    for order in ("", "\x00", "abc", "~" * 40):
        assert vanished.look(order, ["00" * 8], {}) is None

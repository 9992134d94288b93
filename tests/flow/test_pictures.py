"""The article's image goes with the first post, with its words, never in the way of the post."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.errors import (
    Forbidden,
    Gone,
    Locked,
    NotNow,
    Refused,
    Rejected,
    TooLarge,
    Unclear,
    Unreachable,
    Unreadable,
)
from bot.sources import picture as pictures
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.source import Media

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
ALT = "Le maire de Claix tient la plaque du label"
LABEL = "{town} obtient le niveau {level} du label Territoire Numérique Libre 2024"


@pytest.fixture
def web_of(monkeypatch):
    """What the web answers to whoever asks for an image; ``asked`` is a list."""
    asked = []

    def answer(body=PNG, error=None):
        async def get(self, url, headers=None, *, max_bytes=None):
            asked.append(url)
            assert max_bytes == pictures.LARGEST
            if error is not None:
                raise error
            return Fetched(200, url, {}, body)

        monkeypatch.setattr(Fetcher, "get", get)
        return asked

    return answer


@pytest.fixture
def showing(make_rig):
    """A bot whose channel shows images."""

    async def make(more="images = true\n", **others):
        rig = await make_rig(more=more, **others)
        await rig.up() if rig.house is None else None
        return rig

    return make


def publish(rig, alt=ALT, level=3, town="Claix", source=0):
    rig.publish(town.lower(), LABEL.format(town=town, level=level), source=source)
    items = rig.items[rig.sources[source]]
    media = (Media(f"https://lettre0.example/{town}.png", "image/png", alt),)
    items[town.lower()] = replace(items[town.lower()], media=media)
    rig.show()


async def once(rig):
    for verb in ("collect", "deliver"):
        await rig.work(verb)


async def said(rig):
    """What `why` says of the posts, and what is kept of their images."""
    from bot.commands._sent_texts import pictured

    return [
        pictured(one, "fr")
        for one in await rig.house.store.read(lambda tx: tx.deliveries.last_sent(n=9))
    ]


async def test_the_first_post_shows_the_image_with_its_words(showing, web_of):
    asked = web_of()
    rig = await showing()
    publish(rig)
    await once(rig)
    [post] = rig.side().there()
    assert post.picture == ALT
    assert asked == ["https://lettre0.example/Claix.png"]
    assert await said(rig) == [" Avec l’image de l’article."]
    publish(rig, level=4)  # the edit asks for it no more
    rig.now += timedelta(hours=2)
    await once(rig)
    [post] = rig.side().there()
    assert (post.picture, len(post.edits), len(asked)) == (ALT, 1, 1)


async def test_images_are_off_unless_asked_for(showing, web_of):
    asked = web_of()
    rig = await showing(more="")
    publish(rig)
    publish(rig, alt="", town="Meylan")
    await once(rig)
    assert [post.picture for post in rig.side().there()] == ["", ""]
    assert asked == []
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []


async def test_an_image_without_words_is_left_out_and_admins_hear_of_it_once_a_source(
    showing, web_of
):
    asked = web_of()
    rig = await showing(sources=2)
    for town, source in (("Claix", 0), ("Meylan", 0), ("Voiron", 1)):
        publish(rig, alt="IMG_12.jpg", town=town, source=source)
        await once(rig)
        rig.now += timedelta(hours=2)
    assert [post.picture for post in rig.side().there()] == ["", "", ""]
    assert asked == []
    notices = await rig.house.store.read(lambda tx: tx.notices.all())
    assert sorted(one.key for one in notices) == [f"mute:{id}" for id in sorted(rig.sources)]
    text = next(one.text for one in notices if one.key == f"mute:{rig.sources[0]}")
    assert text.startswith("La lettre 0\u00a0: ses images viennent sans texte de remplacement")
    assert "demander à La lettre 0 de décrire ses images" in text


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"error": TooLarge(limit=pictures.LARGEST)}, "elle pèse plus de 8\u00a0Mo"),
        ({"error": Refused(status=404)}, "son site ne la donne pas (HTTP 404)"),
        ({"error": Gone()}, "son site ne la donne pas (HTTP 410)"),
        ({"error": Forbidden()}, "son adresse n’est pas publique"),
        ({"error": Unreachable(cause={"fr": "trop lent", "en": "too slow"})}, "(trop lent)"),
        ({"body": b"<html>Connexion</html>"}, "ce n’est pas une image"),
        ({"body": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, "ce n’est pas une image"),
    ],
)
async def test_an_image_that_cannot_be_had_delays_nothing_and_why_says_so(
    showing, web_of, answer, why
):
    web_of(**answer)
    rig = await showing()
    publish(rig)
    await once(rig)
    [post] = rig.side().there()
    assert post.picture == ""
    [line] = await said(rig)
    assert line.startswith(" Sans l’image de l’article\u00a0: ")
    assert why in line


@pytest.mark.parametrize(
    "error",
    [
        NotNow(channel="m", cause="429", status=429),
        Rejected(channel="m", cause="422", status=422),
        Unclear(channel="m", cause="503", status=503),
        Locked(channel="m", cause="403", status=403),
    ],
)
async def test_an_image_that_the_server_does_not_take_is_left_out(showing, web_of, error):
    web_of()
    rig = await showing()
    channel = next(iter(rig.house.channels.values()))

    async def bring(*_):
        raise error

    channel.bring = bring
    publish(rig)
    await once(rig)
    [post] = rig.side().there()
    assert post.picture == ""
    [line] = await said(rig)
    assert line.startswith(" Sans l’image de l’article\u00a0: ")


async def test_an_upload_that_hangs_is_given_up_and_the_post_goes(showing, web_of, monkeypatch):
    from bot.steps import pictures as steps

    monkeypatch.setattr(steps, "PATIENCE", 0.05)
    web_of()
    rig = await showing()
    channel = next(iter(rig.house.channels.values()))

    async def bring(*_):
        await asyncio.sleep(3600)

    channel.bring = bring
    publish(rig)
    await once(rig)
    [post] = rig.side().there()
    assert post.picture == ""
    [line] = await said(rig)
    assert "(trop lent)" in line


async def test_a_server_that_is_away_gets_post_and_image_later(showing, web_of):
    web_of()
    rig = await showing()
    rig.side().fail("refuse")  # the upload finds nobody
    publish(rig)
    await once(rig)
    assert rig.side().there() == []
    rig.now += timedelta(hours=1)
    await rig.work("deliver")
    assert [post.picture for post in rig.side().there()] == [ALT]


async def test_c10_an_image_that_is_up_is_not_brought_again(showing, web_of):
    asked = web_of()
    rig = await showing()
    channel = next(iter(rig.house.channels.values()))
    bring = channel.bring

    async def then_the_post_fails(*args):
        id = await bring(*args)
        rig.side().fail("refuse")
        return id

    channel.bring = then_the_post_fails
    publish(rig)
    await once(rig)
    assert (len(rig.side().pictures), rig.side().there()) == (1, [])
    rig.now += timedelta(hours=1)
    await rig.work("deliver")
    assert [post.picture for post in rig.side().there()] == [ALT]
    assert (len(rig.side().pictures), len(asked)) == (1, 1)


async def test_c10_one_that_was_swept_meanwhile_is_brought_anew(showing, web_of):
    web_of()
    rig = await showing()
    channel = next(iter(rig.house.channels.values()))
    bring = channel.bring

    async def then_the_post_fails(*args):
        id = await bring(*args)
        rig.side().fail("refuse")
        return id

    channel.bring = then_the_post_fails
    publish(rig)
    await once(rig)
    channel.bring = bring
    rig.side().pictures.clear()
    rig.now += timedelta(hours=30)
    await rig.work("deliver")
    assert [post.picture for post in rig.side().there()] == [ALT]


@pytest.mark.parametrize("step", range(0, 40, 2))
async def test_c10_a_crash_at_any_step_leaves_one_post_with_its_image(showing, web_of, step):
    web_of()
    rig = await showing()
    publish(rig)
    rig.crash.arm(step)
    for verb in ("collect", "deliver", "deliver"):
        rig.now += timedelta(minutes=30)
        if not await rig.work(verb):
            break
    await rig.down()
    await rig.settle(4)
    assert [post.picture for post in rig.side().there()] == [ALT]


async def test_people_see_the_words_of_the_image_in_the_draft(showing, web_of):
    web_of()
    rig = await showing(more='images = true\nmoderated = true\n[approval]\nwhen = "always"\n')
    publish(rig)
    await once(rig)
    await rig.work("deliver")
    [shown] = [text for text in rig.side().asked.values() if "Claix obtient" in text]
    assert f"Avec l’image de l’article, décrite ainsi\u00a0: {ALT}" in shown
    await rig.decide("yes")
    await rig.work("deliver")
    assert [post.picture for post in rig.side().there()] == [ALT]


# -- the real door -------------------------------------------------------------------------------


@pytest.fixture
async def photos():
    """A site on loopback: its address and what was asked."""
    asked = []

    async def answer(request):
        asked.append(request)
        if request.path == "/big.png":
            return web.Response(body=PNG + bytes(pictures.LARGEST))
        if request.path == "/half.png":
            return web.Response(body=PNG[:30])
        if request.path == "/inside.png":
            raise web.HTTPFound("http://10.0.0.1/secret.png")
        return web.Response(body=PNG, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    await runner.cleanup()


async def test_s1_an_image_comes_by_the_same_polite_and_safe_door(photos):
    from datetime import UTC, datetime

    from bot.config.settings import FetchSettings

    url, asked = photos
    port = url.rpartition(":")[2]
    now = datetime.now(UTC)
    closed = Fetcher(FetchSettings(), "alposs-bot/0 (+https://alposs.fr)", lambda: now)
    with pytest.raises(Forbidden):
        await pictures.fetch(closed, f"{url}/a.png")
    assert asked == []
    allowed = FetchSettings(allow=(f"127.0.0.0/8:{port}",))
    door = Fetcher(allowed, "alposs-bot/0 (+https://alposs.fr)", lambda: now)
    assert await pictures.fetch(door, f"{url}/a.png") == (PNG, "image/png")
    assert asked[0].headers["Accept"].startswith("image/")
    assert not {"Cookie", "Referer", "Authorization"} & set(asked[0].headers)
    with pytest.raises(TooLarge):
        await pictures.fetch(door, f"{url}/big.png")
    with pytest.raises(Unreadable):
        await pictures.fetch(door, f"{url}/half.png")
    with pytest.raises(Forbidden):
        await pictures.fetch(door, f"{url}/inside.png")
    await closed.close()
    await door.close()


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (PNG, "image/png"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_an_image_is_what_its_first_bytes_say(body, type):
    assert pictures.kind(body) == type

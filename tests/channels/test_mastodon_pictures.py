"""Images on Mastodon against a server that keeps its real rules about them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.channels import mastodon_media
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.config.wiring import AccountSettings
from bot.errors import Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
ALT = "La maire d’Échirolles reçoit le trophée"
UPLOAD = "POST /api/v2/media"


def delivery(picture=None, **more):
    now = datetime.now(UTC)
    made = Delivery(
        id=1, channel="pouet", announcement="a1", story="s1", revision=0, action="post",
        key="cle-1", message=Message("Un prix."), created=now, due=now,
        picture=None if picture is None else {"id": picture, "at": now.isoformat()},
    )  # fmt: skip
    return replace(made, **more)


@pytest.fixture
async def make_channel(tmp_path, monkeypatch):
    monkeypatch.setattr(mastodon_media, "PAUSE", 0.01)
    made = []

    def make(server, token=None):
        path = tmp_path / f"jeton{len(made)}"
        write_secret(path, token or server.token)
        settings = AccountSettings(kind="mastodon", server=server.url, token_file=str(path))
        account = Account("alpes", settings, tmp_path)
        made.append(Mastodon("pouet", MastodonOptions(account="alpes", images=True), account))
        return made[-1]

    yield make
    for channel in made:
        await channel.stop()


@pytest.fixture
def channel(make_channel, mastodon_server):
    return make_channel(mastodon_server)


def shown(server):
    """What each status shows, in words."""
    return [[server.media.known[id].alt for id in one.media] for one in server.statuses()]


async def test_an_image_is_up_before_its_status_and_bears_its_words(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", ALT)
    assert mastodon_server.statuses() == []
    assert (await channel.deliver(delivery(id))).picture
    assert shown(mastodon_server) == [[ALT]]
    kept = mastodon_server.media.known[id]
    assert (kept.type, kept.body) == ("image/png", PNG)


async def test_an_image_that_takes_its_time_is_waited_for(channel, mastodon_server):
    mastodon_server.media.slow = 3  # 202, then 206, 206, 200
    id = await channel.bring(PNG, "image/png", ALT)
    assert mastodon_server.count("GET", f"/api/v1/media/{id}") == 3
    await channel.deliver(delivery(id))
    assert shown(mastodon_server) == [[ALT]]


async def test_one_that_is_never_ready_is_given_up(channel, mastodon_server):
    mastodon_server.media.slow = 1000
    with pytest.raises(NotNow) as caught:
        await channel.bring(PNG, "image/png", ALT)
    assert caught.value.fields["status"] == 206
    assert mastodon_server.count("GET", "/api/v1/media") == mastodon_media.LOOKS


async def test_an_edit_keeps_the_image(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", ALT)
    first = await channel.deliver(delivery(id))
    changed = delivery(message=Message("Deux prix."), action="edit", revision=1)
    await channel.edit(first.remote, changed)
    await channel.edit(first.remote, changed)
    [status] = mastodon_server.statuses()
    assert (status.text, status.media) == ("Deux prix.", [id])


async def test_a_status_whose_image_is_gone_says_its_words_without(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", ALT)
    mastodon_server.advance(timedelta(days=2).total_seconds())  # swept: no status showed it
    receipt = await channel.deliver(delivery(id))
    assert not receipt.picture
    assert shown(mastodon_server) == [[]]


async def test_words_that_are_not_taken_are_refused_with_an_image_too(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", ALT)
    with pytest.raises(Rejected):
        await channel.deliver(delivery(id, message=Message("a" * 501)))
    assert mastodon_server.statuses() == []


async def test_the_answered_post_is_gone_and_the_image_stays(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", ALT)
    await channel.deliver(delivery(id, reply_to="404"))
    assert shown(mastodon_server) == [[ALT]]


async def test_what_the_server_says_of_images_is_heeded_before_the_upload(
    make_channel, mastodon_server
):
    mastodon_server.media.largest, mastodon_server.media.types = 10, ("image/jpeg", "image/png")
    channel = make_channel(mastodon_server)
    for body, type in ((PNG, "image/png"), (PNG[:9], "image/webp")):
        with pytest.raises(Rejected):
            await channel.bring(body, type, ALT)
    assert mastodon_server.count("POST", "/api/v2/media") == 0


async def test_long_words_are_cut_to_what_the_server_takes(channel, mastodon_server):
    id = await channel.bring(PNG, "image/png", "mot " * 500)
    assert len(mastodon_server.media.known[id].alt) <= 1500
    assert mastodon_server.media.known[id].alt.endswith("…")


async def test_the_limit_of_thirty_in_half_an_hour_says_so(channel, mastodon_server):
    mastodon_server.rates.media = 1
    await channel.bring(PNG, "image/png", ALT)
    with pytest.raises(NotNow) as caught:
        await channel.bring(PNG, "image/png", ALT)
    assert caught.value.fields["status"] == 429
    mastodon_server.advance(1801)
    assert await channel.bring(PNG, "image/png", ALT)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("401", Locked), ("403", Locked), ("422", Rejected), ("lose", Unclear), ("503", Unclear)],
)
async def test_a_failed_upload_says_what_it_is(channel, mastodon_server, fault, error):
    mastodon_server.faults(fault, on=UPLOAD)
    with pytest.raises(error):
        await channel.bring(PNG, "image/png", ALT)


async def test_an_upload_that_hangs_holds_no_post_up(channel, mastodon_server):
    await channel.start()
    mastodon_server.faults("hang", on=UPLOAD)
    hanging = asyncio.create_task(channel.bring(PNG, "image/png", ALT))
    while not mastodon_server.count("POST", "/api/v2/media"):
        await asyncio.sleep(0.01)
    await channel.deliver(delivery())
    assert not hanging.done()
    hanging.cancel()
    assert shown(mastodon_server) == [[]]


async def test_a_token_without_the_right_to_upload_is_told_apart(make_channel, mastodon_server):
    mastodon_server.tokens["peu"] = "read write:statuses"
    with pytest.raises(Locked) as caught:
        await make_channel(mastodon_server, "peu").bring(PNG, "image/png", ALT)
    assert caught.value.fields["status"] == 403


async def test_servers_that_say_nothing_of_images_are_simply_asked(
    make_channel, make_mastodon_server
):
    server = make_mastodon_server()
    server.has_v2 = False
    channel = make_channel(server)
    id = await channel.bring(PNG, "image/png", ALT)
    await channel.deliver(delivery(id))
    assert shown(server) == [[ALT]]

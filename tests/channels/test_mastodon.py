"""The Mastodon channel against a server that keeps Mastodon's real rules."""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import SKEW, Mastodon, MastodonOptions, reach
from bot.channels.mastodon_client import Client
from bot.channels.mastodon_instance import WINDOW, understand
from bot.config.wiring import AccountSettings
from bot.errors import Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

TEXT = (
    "Échirolles reçoit le NEC d’or 2025 de la cohérence.\n\nPrix remis par l’ANCT, mercredi "
    "29 octobre 2025 à Strasbourg\u202f; « bravo »\u00a0!\n\nSource\u00a0: Le Travailleur alpin\n"
    "https://travailleur-alpin.fr/2025/10/30/echirolles-recoit-le-prix-national?a=1&b=2\n\n"
    "#Échirolles #LogicielLibre"
)
SINCE = datetime.now(UTC) - timedelta(minutes=1)


def delivery(text: str = TEXT, key: str = "cle-1", **more) -> Delivery:
    now = datetime.now(UTC)
    made = Delivery(
        id=1,
        channel="pouet",
        announcement="a1",
        story="s1",
        revision=0,
        action="post",
        key=key,
        message=Message(text),
        created=now,
        due=now,
    )
    return replace(made, **more)


@pytest.fixture
async def make_channel(tmp_path):
    made = []

    def make(server, *, token=None, url=None, **options):
        path = tmp_path / "secrets" / f"jeton{len(made)}"
        write_secret(path, token or server.token)
        settings = AccountSettings(kind="mastodon", server=url or server.url, token_file=str(path))
        account = Account("alpes", settings, tmp_path)
        channel = Mastodon("pouet", MastodonOptions(account="alpes", **options), account)
        made.append(channel)
        return channel

    yield make
    for channel in made:
        await channel.stop()


@pytest.fixture
def channel(make_channel, mastodon_server):
    return make_channel(mastodon_server)


async def test_a_login_ends_with_the_last_channel_of_its_account(make_channel, mastodon_server):
    one = make_channel(mastodon_server)
    other = Mastodon("direct", MastodonOptions(account="alpes", visibility="direct"), one.account)
    await one.start()
    await other.start()
    client = (await other._login()).client
    await one.stop()
    assert (await other._login()).client is client
    assert (await other.deliver(delivery("ensemble"))).remote
    await other.stop()
    await other.stop()
    assert (await one._login()).client is not client  # opened anew


# -- posting -------------------------------------------------------------------------------


async def test_a_status_says_what_the_message_says(channel, mastodon_server):
    message = Message(TEXT, language="fr", visibility="unlisted", spoiler="essai")
    receipt = await channel.deliver(delivery(message=message))
    [status] = mastodon_server.statuses()
    assert receipt.remote == status.id
    assert receipt.url == f"{mastodon_server.url}/@alpes/{status.id}"
    assert (status.text, status.language, status.spoiler) == (TEXT, "fr", "essai")
    assert (status.visibility, status.key) == ("unlisted", "cle-1")


async def test_the_channel_sets_the_visibility_of_public_messages_only(
    make_channel, mastodon_server
):
    channel = make_channel(mastodon_server, visibility="unlisted")
    await channel.deliver(delivery())
    private = delivery("essai", "cle-2", message=Message("essai", visibility="direct"))
    await channel.deliver(private)
    assert [s.visibility for s in mastodon_server.statuses()] == ["unlisted", "direct"]


async def test_d2_a_repeated_key_within_the_hour_answers_the_first_status(channel, mastodon_server):
    first = await channel.deliver(delivery())
    mastodon_server.advance(3500)
    assert (await channel.deliver(delivery())).remote == first.remote
    mastodon_server.advance(200)
    assert (await channel.deliver(delivery())).remote != first.remote
    assert len(mastodon_server.statuses()) == 2


async def test_a_reply_answers_and_stands_alone_where_the_first_is_gone(channel, mastodon_server):
    first = await channel.deliver(delivery("premier", "k1"))
    await channel.deliver(delivery("suite", "k2", reply_to=first.remote))
    mastodon_server.delete(first.remote)
    await channel.deliver(delivery("fin", "k3", reply_to=first.remote))
    assert [s.reply_to for s in mastodon_server.statuses()] == [first.remote, None]


async def test_an_edit_changes_the_words_and_keeps_the_language(channel, mastodon_server):
    first = await channel.deliver(delivery())
    changed = delivery("À La Rampe.", "cle-2", action="edit", revision=1)
    assert (await channel.edit(first.remote, changed)).remote == first.remote
    [status] = mastodon_server.statuses()
    assert (status.text, status.language, status.edits) == ("À La Rampe.", "fr", [TEXT])


async def test_d5_what_a_moderator_deleted_is_neither_edited_nor_posted_again(
    channel, mastodon_server
):
    first = await channel.deliver(delivery())
    mastodon_server.delete(first.remote)
    with pytest.raises(Rejected):
        await channel.edit(first.remote, delivery("autre", action="edit", revision=1))
    assert mastodon_server.statuses() == []


async def test_withdrawing_what_is_gone_is_success(channel, mastodon_server):
    first = await channel.deliver(delivery())
    await channel.withdraw(first.remote, delivery(action="withdraw"))
    await channel.withdraw(first.remote, delivery(action="withdraw"))
    assert mastodon_server.statuses() == []


# -- what failures mean ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "there"),
    [
        ("cut", Unclear, 0),
        ("lose", Unclear, 1),
        ("429", NotNow, 0),
        ("401", Locked, 0),
        ("403", Locked, 0),
        ("404", NotNow, 0),
        ("422", Rejected, 0),
        ("500", Unclear, 0),
        ("500-after", Unclear, 1),
        ("502", Unclear, 0),
        ("503", Unclear, 0),
        ("200-error", Unclear, 0),
        ("html", Unclear, 0),
        ("redirect", NotNow, 0),
    ],
)
async def test_d7_each_failure_means_what_it_is(channel, mastodon_server, fault, error, there):
    await channel.start()
    mastodon_server.faults(fault)
    with pytest.raises(error):
        await channel.deliver(delivery())
    assert len(mastodon_server.statuses()) == there
    assert mastodon_server.count("POST", "/api/v1/statuses") == 1  # the client never repeats


async def test_a_rate_limit_says_until_when(channel, mastodon_server):
    mastodon_server.faults("429")
    async with asyncio.timeout(60):
        with pytest.raises(NotNow) as caught:
            await channel.deliver(delivery())
    assert timedelta(seconds=80) < caught.value.after <= timedelta(seconds=91)


async def test_the_real_limit_of_statuses_is_obeyed_and_passes(channel, mastodon_server):
    mastodon_server.rates.statuses = 2
    for number in range(2):
        await channel.deliver(delivery(f"nouvelle {number}", f"k{number}"))
    with pytest.raises(NotNow) as caught:
        await channel.deliver(delivery("nouvelle 3", "k3"))
    assert caught.value.after > timedelta(hours=2, minutes=50)
    mastodon_server.advance(3 * 3600)
    await channel.deliver(delivery("nouvelle 3", "k3"))


async def test_no_server_at_all_is_not_now(make_channel, mastodon_server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(NotNow):
        await make_channel(mastodon_server, url=url).deliver(delivery())


async def test_a_server_that_vanished_after_the_first_post_is_not_now(
    make_channel, make_mastodon_server
):
    server = make_mastodon_server()
    channel = make_channel(server)
    await channel.deliver(delivery())
    server.stop()
    with pytest.raises((NotNow, Unclear)):
        await channel.deliver(delivery("autre", "k2"))
    with pytest.raises(NotNow):
        await channel.deliver(delivery("autre", "k2"))


async def test_r3_a_server_that_drips_ends_in_time(monkeypatch, make_channel, mastodon_server):
    over, ended = asyncio.Event(), asyncio.Event()

    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing() and not over.is_set():
            writer.write(b" ")
            await asyncio.sleep(0.05)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        ended.set()

    monkeypatch.setattr("bot.channels.mastodon_client.TOTAL", 0.5)
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with asyncio.timeout(30):  # the whole answer would take more than an hour
        with pytest.raises(NotNow):
            await make_channel(mastodon_server, url=url).start()
    over.set()
    await ended.wait()
    server.close()


async def test_a_text_over_the_limit_is_set_aside_with_the_servers_words(channel, mastodon_server):
    with pytest.raises(Rejected, match="500 caractères"):
        await channel.deliver(delivery("a" * 501))
    link = "https://alposs.fr/" + "a" * 200
    await channel.deliver(delivery("a" * 476 + " " + link))  # a link counts 23


async def test_the_token_of_an_application_is_no_login(channel, mastodon_server):
    mastodon_server.faults("422", on="GET /api/v1/accounts/verify_credentials")
    with pytest.raises(Locked):
        await channel.start()


async def test_a_renewed_token_works_without_a_restart(channel, mastodon_server, tmp_path):
    await channel.deliver(delivery("un", "k1"))
    mastodon_server.revoke()
    with pytest.raises(Locked):
        await channel.deliver(delivery("deux", "k2"))
    mastodon_server.tokens["tout-neuf"] = "read write"
    write_secret(tmp_path / "secrets" / "jeton0", "tout-neuf")
    await channel.deliver(delivery("deux", "k2"))
    assert [s.text for s in mastodon_server.statuses()] == ["un", "deux"]


# -- finding one's own -----------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lose", "500-after", "500-before-key"])
async def test_d1_a_post_whose_answer_was_lost_is_found(channel, mastodon_server, fault):
    mastodon_server.faults(fault)
    with pytest.raises(Unclear):
        await channel.deliver(delivery())
    found = await channel.find(delivery(), SINCE)
    [status] = mastodon_server.statuses()
    assert found.receipt.remote == status.id


async def test_d3_mastodon_46_answers_a_repeat_with_500_and_the_status_is_found(
    channel, mastodon_server
):
    mastodon_server.repeats_answer_500 = True
    mastodon_server.faults("lose")
    for _ in range(2):
        with pytest.raises(Unclear):
            await channel.deliver(delivery())
    assert (await channel.find(delivery(), SINCE)).receipt is not None
    assert len(mastodon_server.statuses()) == 1


async def test_only_the_very_words_are_the_same_status(channel, mastodon_server):
    link = "https://alposs.fr/article"
    await channel.deliver(delivery(f"Échirolles obtient le label.\n{link}", "k1"))
    other = delivery(f"Claix obtient le label.\n{link}", "k2")
    found = await channel.find(other, SINCE)
    assert found.receipt is None
    assert found.complete


async def test_the_warning_belongs_to_the_words(channel, mastodon_server):
    await channel.deliver(delivery(message=Message("essai", spoiler="A")))
    found = await channel.find(delivery(message=Message("essai", spoiler="B")), SINCE)
    assert found.receipt is None


async def test_an_older_post_with_the_same_words_is_another(channel, mastodon_server):
    mastodon_server.advance(-2 * 86400)
    await channel.deliver(delivery("Rien de neuf.", "k1"))
    mastodon_server.advance(2 * 86400)
    found = await channel.find(delivery("Rien de neuf.", "k2"), SINCE)
    assert found.receipt is None
    assert found.complete


@pytest.mark.parametrize("hours", [-24, -3, 3, 24])
@pytest.mark.parametrize("later", [0, 5])
async def test_r15_a_wrong_clock_on_either_side_does_not_hide_a_post(
    channel, mastodon_server, hours, later
):
    mastodon_server.advance(-3600 * hours)  # our clock is so far ahead of the server's
    sent = datetime.now(UTC)
    await channel.deliver(delivery())
    mastodon_server.advance(3600 * later)  # and the search comes so much later
    found = await channel.find(delivery(), sent)
    assert found.receipt is not None


async def test_r15_a_clock_that_was_put_right_meanwhile_does_not_hide_a_post(
    channel, mastodon_server
):
    await channel.deliver(delivery())
    found = await channel.find(delivery(), datetime.now(UTC) + timedelta(days=1))
    assert found.receipt is not None


def test_r15_how_far_back_a_search_goes():
    now = datetime(2026, 2, 1, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert reach(now - hour, now, now) == now - hour - SKEW
    assert reach(now - hour, now, now - 5 * hour) == now - hour - SKEW  # ours is slow
    assert reach(now - hour, now, now + 5 * hour) == now - 6 * hour - SKEW  # ours is fast
    assert reach(now + 48 * hour, now, now) is None


async def test_the_search_pages_back_and_says_when_it_did_not_reach(
    monkeypatch, channel, mastodon_server
):
    for number in range(90):
        await channel.deliver(delivery(f"nouvelle {number}", f"k{number}"))
    found = await channel.find(delivery("nouvelle 3", "k3"), SINCE)
    assert found.receipt.remote == mastodon_server.statuses()[3].id
    assert mastodon_server.count("GET", "/api/v1/accounts/1/statuses") == 3
    monkeypatch.setattr("bot.channels.mastodon.PAGES", 2)
    found = await channel.find(delivery("absente", "k"), SINCE)
    assert (found.receipt, found.complete) == (None, False)


async def test_edits_and_withdrawals_are_found_too(channel, mastodon_server):
    first = await channel.deliver(delivery())
    edit = delivery("autre", action="edit", revision=1, remote=first.remote)
    gone = delivery(action="withdraw", revision=2, remote=first.remote)
    assert (await channel.find(edit, SINCE)).receipt is None
    assert (await channel.find(gone, SINCE)).receipt is None
    await channel.edit(first.remote, edit)
    assert (await channel.find(edit, SINCE)).receipt.remote == first.remote
    await channel.withdraw(first.remote, gone)
    assert (await channel.find(gone, SINCE)).receipt.remote == first.remote


# -- what the server is ----------------------------------------------------------------------


async def test_limits_are_the_servers_own(channel, mastodon_server):
    mastodon_server.characters = 1234
    limits = await channel.limits()
    assert (limits.characters, limits.per_url) == (1234, 23)
    assert channel.window == WINDOW


@pytest.mark.parametrize("flavour", ["gotosocial", "pleroma"])
async def test_other_servers_keep_no_keys_and_count_links_in_full(
    make_channel, make_mastodon_server, flavour
):
    server = make_mastodon_server(flavour)
    channel = make_channel(server)
    await channel.start()
    limits = await channel.limits()
    assert channel.window is None
    assert limits.per_url is None
    assert limits.characters == server.characters


async def test_d3_without_keys_the_search_still_finds(make_channel, make_mastodon_server):
    server = make_mastodon_server("gotosocial")
    channel = make_channel(server)
    server.faults("lose")
    with pytest.raises(Unclear):
        await channel.deliver(delivery())
    assert (await channel.find(delivery(), SINCE)).receipt is not None
    await channel.deliver(delivery())
    assert len(server.statuses()) == 2  # this is why the search comes first


async def test_gotosocial_refuses_with_400(make_channel, make_mastodon_server):
    server = make_mastodon_server("gotosocial")
    with pytest.raises(Rejected):
        await make_channel(server).deliver(delivery("a" * 6000))


async def test_an_old_server_without_v2_is_understood(channel, mastodon_server):
    mastodon_server.has_v2 = False
    mastodon_server.characters = 800
    assert (await channel.limits()).characters == 800


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"version": None, "configuration": None, "rules": None},
        {"version": 4, "configuration": {"statuses": []}, "rules": ["x", {"text": None}]},
        {
            "version": "4.2.1 (compatible; Sharkey 2025.2)",
            "configuration": {"statuses": {"max_characters": "viele"}},
        },
    ],
)
def test_an_instance_that_says_odd_things_is_taken_with_care(told):
    instance = understand(told)
    assert instance.limits.characters == 500
    assert instance.window is None


# -- secrets ---------------------------------------------------------------------------------


async def test_s11_the_token_shows_nowhere(make_channel, mastodon_server, caplog):
    canary = "canari-7d1f-secret-token"
    caplog.set_level(logging.DEBUG)
    mastodon_server.tokens[canary] = "read write"
    channel = make_channel(mastodon_server, token=canary)
    await channel.deliver(delivery("un", "k1"))
    said = [repr(channel.account), repr(channel.account.settings), repr(vars(channel))]
    for fault in ("cut", "lose", "401", "422", "500", "html", "200-error", "redirect"):
        mastodon_server.faults(fault)
        with pytest.raises((NotNow, Unclear, Rejected, Locked)) as caught:
            await channel.deliver(delivery("deux", f"k-{fault}"))
        error = caught.value
        chain = [
            error,
            error.__cause__,
            error.__context__ if not error.__suppress_context__ else None,
        ]
        said += [error.say("fr"), error.say("en"), *map(repr, filter(None, chain))]
    assert any(
        headers.get("Authorization") == f"Bearer {canary}"
        for headers in mastodon_server.headers_seen
    )
    assert canary not in " ".join(said) + caplog.text


async def test_s11_a_server_that_echoes_the_token_does_not_get_it_into_the_log(mastodon_server):
    client = Client("pouet", mastodon_server.url, "canari")

    class Answer:
        status_code = 422

        @staticmethod
        def json():
            return {"error": "token canari is odd\x1b[2J" + "x" * 500}

    said = client._said(Answer())
    assert "canari" not in said
    assert "\x1b" not in said
    assert len(said) < 220
    client.close()


async def test_p13_it_says_who_it_is(channel, mastodon_server):
    await channel.start()
    assert all(h["User-Agent"].startswith("alposs-bot/") for h in mastodon_server.headers_seen)


# -- boosting ------------------------------------------------------------------------------


def boost(address, **more):
    return delivery(message=Message(TEXT, boosts=address), **more)


async def test_a_post_that_the_server_has_is_boosted_with_the_scopes_of_posting(
    channel, mastodon_server
):
    mastodon_server.tokens[mastodon_server.token] = "read:accounts read:statuses write:statuses"
    address = mastodon_server.foreign_post("Claix obtient le label")
    assert (await channel.deliver(boost(address))).url == address
    assert mastodon_server.boosts() == [address]
    assert mastodon_server.count("GET", "/api/v2/search") == 0


@pytest.mark.parametrize(("scope", "boosted"), [("read:search", True), ("read:lists", False)])
async def test_one_that_has_to_be_fetched_takes_the_scope_for_it(
    channel, mastodon_server, scope, boosted
):
    granted = f"read:accounts read:statuses write:statuses {scope}"
    mastodon_server.tokens[mastodon_server.token] = granted
    address = mastodon_server.foreign_post("Claix obtient le label", known=False)
    receipt = await channel.deliver(boost(address))
    assert (receipt.url == address) is boosted
    assert mastodon_server.boosts() == ([address] if boosted else [])
    assert len(mastodon_server.statuses()) == 1


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_for_everybody_is_not_boosted(channel, mastodon_server, visibility):
    address = mastodon_server.foreign_post("entre nous", visibility)
    await channel.deliver(boost(address))
    [status] = mastodon_server.statuses()
    assert not status.boosts


async def test_a_boost_is_seen_by_those_whom_the_channel_names(make_channel, mastodon_server):
    channel = make_channel(mastodon_server, visibility="unlisted")
    await channel.deliver(boost(mastodon_server.foreign_post("Claix obtient le label")))
    [status] = mastodon_server.statuses()
    assert status.boosts
    assert status.visibility == "unlisted"


@pytest.mark.parametrize("fault", ["lose", "500-after", "502"])
async def test_a_boost_whose_answer_was_lost_is_unclear_and_found(channel, mastodon_server, fault):
    address = mastodon_server.foreign_post("Claix obtient le label")
    mastodon_server.faults(fault, on="POST /api/v1/statuses")
    told = boost(address)
    with pytest.raises(Unclear):
        await channel.deliver(told)
    found = await channel.find(told, datetime.now(UTC))
    assert found.complete
    if found.receipt is None:
        assert fault == "502"  # it never arrived
    await channel.deliver(told)
    assert mastodon_server.boosts() == [address]
    assert len(mastodon_server.statuses()) == 1


async def test_a_server_that_does_not_answer_the_search_is_asked_later(channel, mastodon_server):
    address = mastodon_server.foreign_post("Claix obtient le label", known=False)
    mastodon_server.faults("503", on="GET /api/v2/search")
    with pytest.raises(NotNow):
        await channel.deliver(boost(address))
    assert mastodon_server.statuses() == []

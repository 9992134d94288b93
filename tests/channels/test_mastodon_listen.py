"""Followers ask on the Fediverse, against mastodon_mock from PyPI."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import mastodon
import pytest
from mastodon_mock.testing import MockServer

from bot.announcements.words import count
from bot.channels import mastodon_listen, mastodon_stream
from bot.channels.account import Account, write_secret
from bot.channels.channel import Limits
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.channels.mastodon_instance import understand
from bot.channels.mastodon_listen import fitting
from bot.config.wiring import AccountSettings
from bot.errors import Locked


@pytest.fixture
def mock():
    with MockServer() as server:
        yield server


class Kept:
    """A store of one value."""

    def __init__(self):
        self.place = None

    async def get(self):
        return self.place

    async def put(self, place):
        self.place = place


class Follower:
    """Another account, and what the bot has said to it."""

    def __init__(self, mock, number=1):
        seed = mock.config.seed.accounts[number]
        self.api = mastodon.Mastodon(
            api_base_url=mock.base_url, access_token=seed.access_token, mastodon_version="4.5.0",
            version_check_mode="created",
        )  # fmt: skip
        self.name = seed.username

    def says(self, text, visibility="public"):
        return str(self.api.status_post(text, visibility=visibility)["id"])

    def replies(self, id):
        return self.api.status_context(id)["descendants"]


@pytest.fixture
async def bot(mock, tmp_path):
    """The bot's channel: alice, who listens."""
    seed = mock.config.seed.accounts[0]
    write_secret(tmp_path / "jeton", seed.access_token)
    settings = AccountSettings(
        kind="mastodon", server=mock.base_url, user=seed.username,
        token_file=str(tmp_path / "jeton"),
    )  # fmt: skip
    made = Mastodon("pouet", MastodonOptions(account="alice", replies=True),
                    Account("alice", settings, tmp_path))  # fmt: skip
    yield made
    await made.stop()


@pytest.fixture
def follower(mock, bot):
    made = Follower(mock)
    me = made.api.account_search(bot.account.settings.user, resolve=False)[0]
    made.api.account_follow(me["id"])
    return made


@pytest.fixture
async def listener(bot, follower):
    """Its ears; what they hear is in ``heard``."""
    made = bot.listener()
    made.heard = []

    async def ear(batch):
        made.heard.extend(batch)
        for one in batch:
            if made.reply:
                made.answers_given.append(await made.answer(one, made.reply))

    made._bookmark = Kept()
    made.reply, made.answers_given = "AlpOSS 2026 : mardi 17 février 2026. https://alposs.fr", []
    made._ear = ear
    await made.look()  # nothing from before
    return made


def test_it_is_off_by_default(tmp_path, mock):
    settings = AccountSettings(kind="mastodon", server=mock.base_url, user="alice")
    account = Account("alice", settings, tmp_path)
    assert Mastodon("pouet", MastodonOptions(account="alice"), account).listener() is None


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("public", "unlisted"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct")],
)
async def test_a_question_is_answered_in_kind_and_once(listener, follower, theirs, ours):
    id = follower.says("@alice C’est quand, le prochain AlpOSS ?", theirs)
    await listener.look()
    await listener.look()
    [heard] = listener.heard
    assert heard.text == "@alice C’est quand, le prochain AlpOSS ?"
    assert heard.sender.startswith(f"{follower.name}@")
    assert not heard.direct
    [reply] = follower.replies(id)
    assert reply["visibility"] == ours
    assert [one["acct"] for one in reply["mentions"]] == [follower.name]
    assert "17 février" in re.sub("<[^>]+>", "", reply["content"])


async def test_an_answer_whose_receipt_was_lost_is_found_again(listener, follower):
    id = follower.says("@alice prochain")
    listener.reply = ""
    asked = []

    async def ear(batch):
        asked.extend(batch)
        first = await listener.answer(batch[0], "une réponse")
        assert await listener.answer(batch[0], "une réponse") == first

    listener._ear = ear
    await listener.look()
    assert len(asked) == len(follower.replies(id)) == 1


async def test_s3_an_answer_mentions_the_asker_alone_and_tags_nothing(listener, follower):
    id = follower.says("@alice prochain")
    third = "bob" if follower.name != "bob" else "carol"
    listener.reply = f"Dit par @{third} et #promo : https://a.example/@ville/1"
    await listener.look()
    [reply] = follower.replies(id)
    assert [one["acct"] for one in reply["mentions"]] == [follower.name]
    words = re.sub("<[^>]+>", "", reply["content"])
    assert f"@{third} " not in words
    assert "#promo" not in words
    assert "https://a.example/@ville/1" in words, "a link still leads where it leads"


async def test_what_is_no_question_to_the_bot_is_not_heard(listener, follower, mock):
    follower.says("Merci @alice pour tout")
    follower.says("bonjour tout le monde")
    stranger = Follower(mock, 2)
    stranger.says("@alice prochain")
    follower.api.account_update_credentials(bot=True)
    follower.says("@alice prochain ?")
    await listener.look()
    assert listener.heard == []


async def test_what_was_asked_before_or_handled_is_not_heard_again(bot, listener, follower):
    follower.says("@alice prochain")
    await listener.look()
    assert len(listener.heard) == 1
    again = type(listener)(bot.account, bot._voice, 3)  # after a restart
    again._ear, again._bookmark = listener._ear, listener._bookmark
    await again.look()
    assert len(listener.heard) == 1


async def test_what_older_versions_kept_in_a_file_is_taken_over_once(bot, listener, follower):
    follower.says("@alice prochain")
    old = listener._bookmark.place
    path = bot.account.data_dir / "mastodon" / "alice" / "notifications"
    write_secret(path, old)
    listener.reply = ""
    updated = type(listener)(bot.account, bot._voice, 3)
    updated._ear, updated._bookmark = listener._ear, Kept()
    await updated.look()  # what was asked while it was updated is heard
    assert len(listener.heard) == 1
    assert updated._bookmark.place not in (None, old)
    await updated.look()  # and the file is not looked at again
    assert len(listener.heard) == 1


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xfe", b"../../etc"])
async def test_a_damaged_file_of_an_older_version_is_no_place(bot, listener, follower, rubbish):
    path = bot.account.data_dir / "mastodon" / "alice" / "notifications"
    path.parent.mkdir(parents=True)
    path.write_bytes(rubbish)
    updated = type(listener)(bot.account, bot._voice, 3)
    updated._ear, updated._bookmark = listener._ear, Kept()
    follower.says("@alice prochain")
    await updated.look()  # as at the very first look: what was asked before is not answered
    assert listener.heard == []
    assert updated._bookmark.place.isdigit()


async def test_what_could_not_be_heard_is_brought_again(listener, follower):
    follower.says("@alice prochain")

    async def deaf(batch):
        raise ZeroDivisionError

    kept, listener._ear = listener._ear, deaf
    with pytest.raises(ZeroDivisionError):
        await listener.look()
    listener._ear = kept
    await listener.look()
    assert len(listener.heard) == 1


async def test_a_token_that_may_not_hear_is_told_with_what_to_do(bot, listener, monkeypatch):
    refusal = Locked(channel="pouet", status=403, cause="HTTP 403, outside the authorized scopes")

    async def refused():
        if refusal is not None:
            raise refusal

    monkeypatch.setattr(listener, "look", refused)
    monkeypatch.setattr(mastodon_listen, "EVERY", 0.01)
    monkeypatch.setattr(mastodon_listen, "EVERY_MOST", 0.01)
    assert bot.concerns() == {}
    listener.listen(listener._ear, bookmark=listener._bookmark)
    await until(bot.concerns)
    [told] = bot.concerns().values()
    for words in told.values():
        assert "--mastodon-replies" in words
        assert "outside the authorized scopes" in words
        assert bot.account.settings.server in words
    refusal = None
    await until(lambda: not bot.concerns())
    await listener.close()


async def test_a_mention_rings_where_the_server_streams_and_is_answered_once(
    bot, listener, follower, monkeypatch
):
    monkeypatch.setattr(mastodon_listen, "EVERY", 3600.0)  # the poll alone would be too late
    monkeypatch.setattr(mastodon_listen, "SELDOM", 3600.0)
    monkeypatch.setattr(mastodon_listen, "BREATH", 0.01)
    listener.listen(listener._ear, bookmark=listener._bookmark)
    await until(lambda: listener._bell.open)
    first = follower.says("@alice prochain")
    await until(lambda: len(listener.heard) == 1)
    second = follower.says("@alice agenda")
    await until(lambda: len(listener.answers_given) == 2)
    await listener.close()
    await listener.look()  # the poll finds nothing more
    assert len(listener.heard) == 2
    assert len(follower.replies(first)) == len(follower.replies(second)) == 1


async def test_a_stream_that_breaks_off_is_opened_again_and_the_poll_goes_on(
    bot, listener, follower, monkeypatch
):
    opened = []
    really = listener._bell._listen

    async def broken(base, token):
        opened.append(base)
        if len(opened) < 4:
            raise aiohttp.ClientPayloadError
        return await really(base, token)

    monkeypatch.setattr(listener._bell, "_listen", broken)
    monkeypatch.setattr(mastodon_stream, "AGAIN", 0.01)
    monkeypatch.setattr(mastodon_listen, "EVERY", 0.01)
    follower.says("@alice prochain")
    listener.listen(listener._ear, bookmark=listener._bookmark)
    await until(lambda: len(listener.heard) == 1)
    await until(lambda: listener._bell.open)
    assert len(opened) == 4
    await listener.close()
    assert len(listener.heard) == 1


async def test_whoever_waits_for_a_stream_that_ends_polls_again(bot, listener, monkeypatch):
    bell, ended = listener._bell, asyncio.Event()

    async def until_it_ends(base, token):
        bell.open = True
        await ended.wait()
        raise ZeroDivisionError

    monkeypatch.setattr(bell, "_listen", until_it_ends)
    following = asyncio.create_task(bell.follow())
    await until(lambda: bell.open)
    waiting = asyncio.create_task(bell.wait(3600))
    ended.set()
    async with asyncio.timeout(30):
        await waiting
    assert not bell.open
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


@pytest.mark.parametrize(
    ("told", "server", "address"),
    [
        ("wss://streaming.mamot.fr", "https://mamot.fr", "https://streaming.mamot.fr"),
        ("wss://mamot.fr/", "https://mamot.fr", "https://mamot.fr"),
        ("ws://127.0.0.1:4000", "http://127.0.0.1:3000", "http://127.0.0.1:4000"),
        ("ws://mamot.fr", "https://mamot.fr", ""),  # the token would go in clear
        ("file:///etc/passwd", "https://mamot.fr", ""),
        (None, "https://mamot.fr", ""),
    ],
)
def test_s11_a_stream_is_as_protected_as_its_server(told, server, address):
    assert mastodon_stream.stream_address(told, server) == address


async def test_a_server_without_a_stream_for_us_is_polled(bot):
    bot.instance = understand(
        {"version": "0.20.1", "configuration": {"urls": {"streaming": "wss://gts.example"}}}
    )
    where, _ = await bot._stream()
    assert where == ""


async def until(true):
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


def test_a_long_answer_is_cut_to_one_status():
    limits = Limits(characters=500, per_url=23)
    lines = "\n".join(
        f"- samedi 14 h, une rencontre nº {n} https://a.example/{n}" for n in range(40)
    )
    cut = fitting(f"@bob Voici\u00a0:\n{lines}", limits)
    assert count(cut, 23) <= 500
    assert cut.endswith("\n…")
    assert "https://a.example/3\n" in cut
    assert count(fitting("mot " * 300, limits), 23) <= 500
    assert fitting("court", limits) == "court"

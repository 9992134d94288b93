"""The same channel against ``mastodon_mock`` from PyPI, whose answers follow Mastodon's OpenAPI
schema: what our own server might have misunderstood shows here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import mastodon
import pytest
from mastodon_mock.testing import MockServer

from bot.announcements.announcement import Message
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.config.wiring import AccountSettings
from bot.errors import Locked
from bot.outbox.delivery import Delivery

TEXT = "Échirolles reçoit le NEC d’or 2025.\n\nhttps://alposs.fr/a?b=1&c=2\n\n#LogicielLibre"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def mock():
    with MockServer() as server:
        yield server


def make(mock, tmp_path, token):
    write_secret(tmp_path / "jeton", token)
    settings = AccountSettings(
        kind="mastodon", server=mock.base_url, token_file=str(tmp_path / "jeton")
    )
    options = MastodonOptions(account="alice")
    return Mastodon("pouet", options, Account("alice", settings, tmp_path))


@pytest.fixture
async def channel(mock, tmp_path):
    token = mock.config.seed.accounts[0].access_token
    made = make(mock, tmp_path, token)
    yield made
    await made.stop()


def delivery(key, text=TEXT, **more):
    made = Delivery(
        id=1,
        channel="pouet",
        announcement="a1",
        story="s1",
        revision=0,
        action="post",
        key=key,
        message=Message(text),
        created=NOW,
        due=NOW,
    )
    return replace(made, **more)


async def test_a_status_lives_its_whole_life(channel):
    limits = await channel.limits()
    assert limits.characters >= 500
    first = await channel.deliver(delivery("k1"))
    assert (await channel.deliver(delivery("k1"))).remote == first.remote
    found = await channel.find(delivery("k1"), NOW - timedelta(minutes=1))
    assert found.receipt is not None
    assert found.receipt.remote == first.remote
    reply = await channel.deliver(delivery("k2", "Changement de lieu.", reply_to=first.remote))
    assert reply.remote != first.remote
    changed = delivery("k3", "À La Rampe.", action="edit", revision=1, remote=first.remote)
    await channel.edit(first.remote, changed)
    assert (await channel.find(changed, NOW)).receipt is not None
    await channel.withdraw(first.remote, delivery("k4", action="withdraw", revision=2))
    await channel.withdraw(first.remote, delivery("k4", action="withdraw", revision=2))
    gone = await channel.find(delivery("k1"), NOW - timedelta(minutes=1))
    assert (gone.receipt, gone.complete) == (None, True)


async def test_a_wrong_token_is_locked(mock, tmp_path):
    channel = make(mock, tmp_path, "faux")
    with pytest.raises(Locked):
        await channel.start()
    await channel.stop()


async def test_a_post_is_boosted_once_and_the_boost_taken_back(channel, mock):
    mock.config.url_scheme, _, mock.config.domain = mock.base_url.partition("://")
    author = mastodon.Mastodon(
        api_base_url=mock.base_url, access_token=mock.config.seed.accounts[1].access_token,
        mastodon_version="4.5.0", version_check_mode="created",
    )  # fmt: skip
    post = author.status_post("Claix obtient le label")
    told = delivery("k1", TEXT)
    told = replace(told, message=replace(told.message, boosts=post["url"]))
    first = await channel.deliver(told)
    assert await channel.deliver(told) == first
    assert first.url == post["url"]
    assert author.status(post["id"])["reblogs_count"] == 1
    assert (await channel.find(told, NOW - timedelta(minutes=1))).receipt == first
    gone = replace(told, action="withdraw", remote=first.remote, revision=1)
    await channel.withdraw(first.remote, gone)
    await channel.withdraw(first.remote, gone)
    assert author.status(post["id"])["reblogs_count"] == 0

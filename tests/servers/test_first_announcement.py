"""The whole way with real parts at both ends: a feed on loopback, the bot in its own process, a
real Synapse with a plain and an encrypted room, and a server with Mastodon's API and rules."""

from __future__ import annotations

import asyncio
import re

import pytest
from feed_server import News
from matrix_rooms import Reader

FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\ndigest = ""\n'
BEFORE = "Échirolles obtient le niveau 4 du label Territoire Numérique Libre"
AFTER = "Échirolles obtient le niveau 5 du label Territoire Numérique Libre"


@pytest.fixture
def connected(bot_process, feed_server, mastodon_server, synapse, people, make_room):
    """A bot with a Mastodon account, a plain and an encrypted room, and one known source."""
    bot, _ = people
    rooms = {"salon": make_room(), "salon-chiffre": make_room(encrypted=True)}
    token = bot_process.secret("mastodon.token", mastodon_server.token)
    bot_process.write(
        "accounts/alpes.toml",
        f'kind = "mastodon"\nserver = "{mastodon_server.url}"\ntoken_file = "{token}"\n',
    )
    bot_process.write(
        "channels/mastodon.toml",
        f'kind = "mastodon"\naccount = "alpes"\nvisibility = "public"\n{FREE}',
    )
    token = bot_process.secret("matrix.token", bot.token)
    member = rooms["salon"].member.user_id
    bot_process.write(
        "accounts/element.toml",
        f'kind = "matrix"\nserver = "{synapse.url}"\nuser = "{bot.user_id}"\n'
        f'device = "{bot.device}"\ntoken_file = "{token}"\nadmins = ["{member}"]\n',
    )
    for id, room in rooms.items():
        bot_process.write(
            f"channels/{id}.toml",
            f'kind = "matrix"\naccount = "element"\nroom = "{room.id}"\n{FREE}',
        )
    bot_process.source("commune", feed_server.url)
    return rooms


def shown(event: dict) -> str:
    """The words of a Matrix message."""
    return event["content"]["body"]


async def test_a_new_entry_is_told_once_everywhere_and_corrected_in_place(
    bot_process, feed_server, mastodon_server, connected, make_reader
):
    plain, secret = connected["salon"], connected["salon-chiffre"]
    reader: Reader = await make_reader(plain.member)
    checked = await asyncio.to_thread(bot_process.command, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    # First sight: what is there already is no news (R8).
    feed_server.news = [
        News("La piscine rouvre lundi"),
        News(f"L’an passé : {BEFORE}", guid="vieux"),
    ]
    bot_process.start()
    wait = lambda true, what: asyncio.to_thread(bot_process.wait_for, true, what)
    await wait(lambda: "sources" in bot_process.said() and feed_server.asked, "the first read")
    await wait(lambda: "nouvelles lues" in bot_process.said(), "the first read to be stored")
    assert mastodon_server.statuses() == []

    # A new entry reaches all three, once.
    feed_server.news.insert(0, News(f"{BEFORE} 2024", guid="label"))
    bot_process.move_clock(3 * 3600)
    await wait(lambda: len(mastodon_server.statuses()) == 1, "the status")
    status = mastodon_server.statuses()[0]
    assert "niveau 4 sur 5" in status.text
    assert "Source : Ville d’Échirolles".replace(" :", "\u00a0:") in status.text
    assert f"{feed_server.base}/article/label" in status.text

    async def messages(room) -> list[dict]:
        return await (reader.read(room.id) if room is secret else room.messages())

    async def until(room, number: int) -> list[dict]:
        for _ in range(600):
            found = await messages(room)
            # A key may come with the sync after the one that showed its message.
            closed = room is secret and any(one["type"] == "m.room.encrypted" for one in found)
            if len(found) >= number and not closed:
                return found
            await asyncio.sleep(0.1)
        pytest.fail(f"{number} messages were expected:\n{bot_process.said()[-4000:]}")

    for room in (plain, secret):
        told = await until(room, 1)
        assert len(told) == 1
        assert "niveau 4 sur 5" in shown(told[0])
        assert told[0]["content"]["msgtype"] == "m.notice"
        assert told[0]["content"]["m.mentions"] == {}
    # …and never in the clear in the encrypted room.
    assert {event["type"] for event in await secret.messages()} == {"m.room.encrypted"}

    # The entry is corrected: each post is edited in place.
    feed_server.news[0] = News(f"{AFTER} 2024", guid="label")
    bot_process.move_clock(3 * 3600)
    await wait(lambda: "niveau 5 sur 5" in mastodon_server.statuses()[0].text, "the edit")
    assert len(mastodon_server.statuses()) == 1
    assert mastodon_server.statuses()[0].id == status.id
    for room in (plain, secret):
        first, edit = await until(room, 2)
        relation = edit["content"]["m.relates_to"]
        assert relation == {"rel_type": "m.replace", "event_id": first["event_id"]}
        assert "niveau 5 sur 5" in edit["content"]["m.new_content"]["body"]

    assert await asyncio.to_thread(bot_process.stop) == 0

    # A second run adds nothing, and `why` tells the story.
    before = mastodon_server.count("POST", "/api/v1/statuses")
    bot_process.move_clock(3 * 3600)
    again = await asyncio.to_thread(bot_process.command, "once")
    assert again.returncode == 0, again.stderr
    assert mastodon_server.count("POST", "/api/v1/statuses") == before
    assert len(mastodon_server.statuses()) == 1
    assert len(await messages(plain)) == len(await messages(secret)) == 2
    why = await asyncio.to_thread(bot_process.command, "why", f"{feed_server.base}/article/label")
    assert why.returncode == 0
    assert re.search(r"Annoncée sur .*mastodon", why.stdout), why.stdout
    secrets = (mastodon_server.token, connected["salon"].bot.token)
    everything = bot_process.said() + again.stdout + again.stderr + why.stdout
    assert not any(secret in everything for secret in secrets)  # S11

"""People decide what is posted, in a real moderators' room, plain and encrypted: the whole talk."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from feed_server import News
from talk import Talk

LABEL = "Échirolles obtient le niveau 5 du label Territoire Numérique Libre 2024"
ASKED = "Je demande parce que tout est relu les 14 premiers jours."
numbers = itertools.count(1)


async def tap(room, event, key, who):
    """A person's reaction."""
    relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
    path = f"/_matrix/client/v3/rooms/{room.id}/send/m.reaction/tap{next(numbers)}-{event[1:9]}"
    await asyncio.to_thread(
        room.synapse.request, "PUT", path, {"m.relates_to": relation}, who.token
    )


async def placed(room, event, who):
    """The keys that somebody has given to a message, in order."""
    path = f"/_matrix/client/v1/rooms/{room.id}/relations/{event}/m.annotation/m.reaction?dir=f"
    there = await asyncio.to_thread(room.synapse.request, "GET", path, None, room.member.token)
    mine = [one for one in there["chunk"] if one["sender"] == who.user_id]
    return [one["content"]["m.relates_to"]["key"] for one in mine]


async def until(ask, expected, what):
    for _ in range(400):
        if await ask() == expected:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what}: {await ask()}")


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_s7_a_draft_is_shown_rewritten_approved_and_posted_once(
    talking, bot_process, synapse, people, make_room, make_reader, feed_server, encrypted
):
    bot, moderator = people
    other = synapse.enrol(f"autre{id(talking)}")
    room = make_room(encrypted=encrypted, name="coulisses")
    await room.call("POST", "invite", {"user_id": other.user_id})
    reader = await make_reader(moderator) if encrypted else None
    mods = Talk(room, moderator, reader)
    await mods.join(other)
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi")]
    salon = await talking(account=f'admin_room = "{room.id}"\n')
    await mods.announcement("Je suis installé et je n’ai rien publié. Sources lues\u00a0: 1 sur 1.")

    feed_server.news.insert(0, News(LABEL, guid="label"))
    bot_process.move_clock(3 * 3600)
    draft = await mods.announcement(ASKED)
    body = draft["content"]["body"]
    assert body.startswith("À relire (n°\u00a01), pour salon\u00a0:")
    assert "niveau 5 sur 5" in body
    assert draft["content"]["msgtype"] == "m.text"
    keys = lambda: placed(room, draft["event_id"], bot)
    await until(keys, ["✅", "❌", "⏳"], "the bot's own reactions")

    # Who has no role is not heard, and a moderator's words are shown anew.
    await tap(room, draft["event_id"], "✅", other)
    if encrypted:
        relation = {"m.in_reply_to": {"event_id": draft["event_id"]}}
        clear = {"msgtype": "m.text", "body": "oui", "m.relates_to": relation}
        answer = await mods.answer(await mods.say_in_clear(clear))
        assert "Renvoyez-le chiffré" in answer["body"]
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": draft["event_id"]}}}
    assert "✅ pour publier" in await mods.ask("Bravo à Échirolles", **reply)
    second = await mods.announcement("\n\nBravo à Échirolles")
    await until(lambda: placed(room, second["event_id"], bot), ["✅", "❌", "⏳"], "the same again")

    # What is tapped while the bot is down counts; the old question does not, nor a second yes.
    bot_process.kill()
    await tap(room, draft["event_id"], "❌", moderator)
    await tap(room, second["event_id"], "✅\ufe0f", moderator)
    bot_process.start()
    told = await salon.announcement("Bravo à Échirolles")
    assert told["content"]["msgtype"] == "m.notice"
    assert told["content"]["m.mentions"] == {}
    assert told["content"]["body"] in second["content"]["body"]
    await tap(room, second["event_id"], "❌", moderator)
    assert await mods.ask("!brouillons") == "Rien n’attend d’être relu."
    assert "Annoncée sur salon" in await salon.ask(f"!pourquoi {feed_server.base}/article/label")
    posts = [one for one in await salon.messages() if "Bravo" in one["content"].get("body", "")]
    assert len(posts) == 1
    assert "le brouillon n°\u00a01" in (await mods.ask("!journal"))

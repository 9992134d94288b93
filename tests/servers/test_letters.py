"""Alerts and reminders between one person and the bot, on a real homeserver."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feed_server import News
from matrix_rooms import Room
from talk import Talk
from test_chat import COMING, DAY, LABEL

BOT = (
    '[fetch]\nallow = ["127.0.0.0/8"]\n[web]\nport = 0\n[news]\nflood_cap = 0\n'
    '[chat]\npersonal_quiet = ""\n'
)


async def read_first(bot_process, feed_server):
    wait = lambda true, what: asyncio.to_thread(bot_process.wait_for, true, what)
    known = "nouvelles lues"
    await wait(lambda: known in bot_process.said(), "the first read to be stored")


async def test_d_an_alert_in_a_plain_room_of_two(
    talking, synapse, people, make_room, bot_process, feed_server
):
    bot_process.write("bot.toml", BOT)
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi")]
    person = synapse.enrol(f"alerte{id(talking)}")
    talk = await talking(account=f'invites = ["{synapse.server_name}"]\n')
    room = make_room(who=(people[0], person), is_direct=True)
    alone = Talk(room, person)
    await alone.until_joined()
    assert await alone.ask("alerte label échirolles") == (
        "C’est noté\u00a0: je vous écris ici quand une nouvelle contient label et échirolles, les "
        "deux. Arrêter celle-ci\u00a0: !stop 1"
    )
    await read_first(bot_process, feed_server)
    feed_server.news.insert(0, News(LABEL, guid="label"))
    bot_process.move_clock(3 * 3600)
    letter = (await alone.announcement("Votre alerte «\u00a0label echirolles\u00a0»"))["content"]
    assert letter["msgtype"] == "m.text"
    assert letter["m.mentions"] == {"user_ids": [person.user_id]}
    assert f"{feed_server.base}/article/label" in letter["body"]
    await talk.announcement("niveau 5 sur 5")
    bot_process.kill()
    bot_process.start()
    assert await alone.ask("!stop") == "C’est fait\u00a0: je ne vous écris plus."
    told = [one["content"]["body"] for one in await alone.messages()]
    assert sum("Votre alerte" in body for body in told) == 1
    assert not any("Votre alerte" in one["content"]["body"] for one in await talk.messages())


async def until_invited(reader):
    """The room into which the bot invites, and the inviter."""
    for _ in range(600):
        await reader.sync()
        if reader.client.invited_rooms:
            return next(iter(reader.client.invited_rooms))
        await asyncio.sleep(0.1)
    raise AssertionError("no invitation came")


async def test_d_a_reminder_by_a_tap_in_an_encrypted_room(
    talking, people, synapse, bot_process, feed_server
):
    bot_process.write("bot.toml", BOT)
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi")]
    talk = await talking(encrypted=True)
    await read_first(bot_process, feed_server)
    feed_server.news.insert(0, News(COMING, guid="alposs"))
    bot_process.move_clock(3 * 3600)
    told = await talk.announcement("⏰ pour un rappel privé la veille")
    content = {
        "m.relates_to": {"rel_type": "m.annotation", "event_id": told["event_id"], "key": "⏰"}
    }
    tapped = await talk.room.call("PUT", f"send/m.reaction/tap{id(talk)}", content)

    # The bot makes an encrypted room of two and writes once the person has come.
    room_id = await until_invited(talk.reader)
    answer = await talk.reader.client.join(room_id)
    assert answer.room_id == room_id
    bot, member = people
    alone = Talk(Room(synapse, bot, member, room_id), member, talk.reader)
    noted = await alone.announcement("C’est noté\u00a0: je vous le rappelle", seconds=60)
    assert noted["content"]["m.mentions"] == {"user_ids": [member.user_id]}
    raw = [one for one in await alone.room.messages() if one["sender"] == bot.user_id]
    assert {one["type"] for one in raw} == {"m.room.encrypted"}

    # On the eve, whatever happened to the bot meanwhile.
    bot_process.kill()
    eve = datetime.combine(DAY - timedelta(days=1), time(18, 1), ZoneInfo("Europe/Paris"))
    bot_process.move_clock((eve - datetime.now(UTC)).total_seconds() - bot_process.moved)
    bot_process.start()
    await alone.announcement("Rappel\u00a0: AlpOSS", seconds=60)
    assert "ni alerte ni rappel" not in await alone.ask("!alertes")
    told = [one["content"].get("body", "") for one in await alone.messages()]
    assert sum(body.startswith("Rappel\u00a0:") for body in told) == 1
    # Taken away, the ⏰ ends it: told in private too.
    await talk.room.call("PUT", f"redact/{tapped['event_id']}/gone{id(talk)}", {})
    await alone.announcement("vous avez ôté ⏰, je ne vous le rappelle plus", seconds=60)
    assert "ni alerte ni rappel" in await alone.ask("!alertes")
    public = [one["content"].get("body", "") for one in await talk.messages()]
    assert not any("je vous le rappelle" in body for body in public)

"""An admin runs the bot from a real room: no file, no shell, no restart."""

from __future__ import annotations

import asyncio
import uuid

from feed_server import News

PRIZE = News(
    "{} obtient le label Territoire Numérique Libre",
    "La ville de {} obtient le label Territoire Numérique Libre, niveau Or, décerné par l’ADULLACT.",
)


def prize(town):
    return News(PRIZE.title.format(town), PRIZE.text.format(town), guid=town)


async def react(talk, event, key):
    """Tap on one of the bot's messages."""
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}
    path = f"/_matrix/client/v3/rooms/{talk.room.id}/send/m.reaction/{uuid.uuid4().hex}"
    await asyncio.to_thread(talk.room.synapse.request, "PUT", path, content, talk.who.token)


async def test_an_admin_runs_the_bot_from_the_room(talking, people, bot_process, feed_server):
    _, member = people
    talk = await talking(account=f'admins = ["{member.user_id}"]\n')
    # a setting, and back
    assert "silence de " in await talk.ask("!reglage salon silence 3h-4h")
    assert "3:00-04:00" in await talk.ask("!setting salon")
    assert "annulé" in await talk.ask("!annuler")
    # a source, seen first, added by a tap on the bot's own ✅
    feed_server.news = [prize("Vif")]
    seen = await talk.announcement_of(await talk.say(f"!source ajouter {feed_server.url}"))
    assert "label Or Territoire Numérique Libre" in seen["content"]["body"]
    await react(talk, seen["event_id"], "✅")
    await talk.announcement("Je lis désormais")
    assert "ajoutée par commande" in await talk.ask("!source liste")
    # while paused nothing goes out; what waited comes afterwards, once
    await read_once(bot_process)
    assert "En pause" in await talk.ask("!pause salon")
    feed_server.news.append(prize("Claix"))
    bot_process.move_clock(2 * 3600)
    await asyncio.to_thread(
        bot_process.wait_for,
        lambda: "attente\u00a0: 1" in bot_process.command("status").stdout.lower(),
        "the news to wait",
        60,
    )
    assert "C’est reparti" in await talk.ask("!reprise")
    post = await talk.announcement("Claix")
    # it is put right, in place
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": post["event_id"]}}}
    number = (await talk.ask("!nouveautes")).split("n°\u00a0")[1].split(",")[0]
    assert "Messages modifiés\u00a0: 1" in await talk.ask(f"!corriger {number} niveau Argent")
    edit = await talk.announcement("* ")
    assert edit["content"]["m.relates_to"]["event_id"] == post["event_id"]
    # and withdrawn, after a yes
    assert "Retirer partout" in await talk.ask("!retirer", **relation)
    assert "C’est retiré de" in await talk.ask("oui")
    await talk.until(lambda: "Claix" not in str(post_now(talk, post["event_id"])))
    said = await talk.ask("!journal 20")
    for command in ("reglage", "annuler", "source", "pause", "reprise", "corriger", "retirer"):
        assert f"{member.user_id}\u00a0: !{command} (" in said
    assert bot_process.stop() == 0


def post_now(talk, event):
    """The bot's message as the server has it now; redacted, it has no words."""
    path = f"/_matrix/client/v3/rooms/{talk.room.id}/event/{event}"
    return talk.room.synapse.request("GET", path, None, talk.who.token)["content"]


async def read_once(bot_process):
    """The source's first read is in the store: what comes later is news."""
    await asyncio.to_thread(
        bot_process.wait_for,
        lambda: '"last_ok": "' in bot_process.command("--json", "sources").stdout,
        "the first read to be stored",
        60,
    )

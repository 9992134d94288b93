"""People ask in real rooms, plain and encrypted, in French and in English."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import icalendar
import pytest
from feed_server import News
from nio.crypto.attachments import decrypt_attachment
from talk import Talk


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_s6_a_question_is_answered_once_as_a_quiet_reply(talking, encrypted, bot_process):
    """The one in the encrypted room survives a kill -9, the other a stop."""
    talk = await talking(encrypted=encrypted)
    event = await talk.say("!aide")
    answer = await talk.answer(event)
    assert answer["msgtype"] == "m.notice"
    assert answer["m.mentions"] == {}
    assert "rel_type" not in answer["m.relates_to"]
    assert answer["body"].startswith("Je réponds à")
    assert (await talk.ask("! Help ?")).startswith("I answer to")
    # Nothing that is no question is answered.
    said = [
        await talk.say("bonjour à tous"),
        await talk.say("!!!"),
        await talk.say("!aide", msgtype="m.notice"),
        await talk.say(
            "* !help",
            **{
                "m.new_content": {"msgtype": "m.text", "body": "!help"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": event},
            },
        ),
    ]
    # A mistyped one is answered with the nearest, and "oui" takes it.
    assert await talk.ask("!pourqoi https://a.example/b") == (
        "Je n’ai pas compris «\u00a0!pourqoi\u00a0». Vouliez-vous dire !pourquoi\u202f? "
        "Répondez «\u00a0oui\u00a0»."
    )
    assert "https://a.example/b" in await talk.ask("oui")
    for event in said:
        assert await talk.answers(event) == []
    everything = [one for one in await talk.messages() if one["sender"] == talk.room.bot.user_id]
    assert len(everything) == 4

    if encrypted:
        await in_clear_it_is_refused(talk)

    # In a thread only where it was asked in one.
    root = await talk.say("un fil")
    answer = await talk.answer(
        await talk.say("!aide", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    )
    assert answer["m.relates_to"]["rel_type"] == "m.thread"
    assert answer["m.relates_to"]["event_id"] == root

    # A question asked while the bot was down is answered after its start, and none twice.
    if encrypted:
        bot_process.kill()
    else:
        assert await asyncio.to_thread(bot_process.stop) == 0
    missed = await talk.say("!aide pourquoi")
    bot_process.start()
    assert (await talk.answer(missed))["body"].startswith("!pourquoi [adresse ou numéro]")
    answered = [one for one in await talk.messages() if one["sender"] == talk.room.bot.user_id]
    assert len(answered) == (7 if encrypted else 6)


async def in_clear_it_is_refused(talk):
    """S7: and the refusal itself is encrypted."""
    answer = await talk.answer(await talk.say_in_clear({"msgtype": "m.text", "body": "!aide"}))
    assert answer["body"].startswith("Ce salon est chiffré, votre message ne l’était pas")
    raw = [one for one in await talk.room.messages() if one["sender"] == talk.room.bot.user_id]
    assert {one["type"] for one in raw} == {"m.room.encrypted"}


DAY = date.today() + timedelta(days=80)
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
COMING = (
    f"AlpOSS {DAY.year} aura lieu le {DAY.day} {MONTHS[DAY.month - 1]} {DAY.year} à La Rampe, "
    "à Échirolles"
)
LABEL = "Échirolles obtient le niveau 5 du label Territoire Numérique Libre 2024"


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_what_was_announced_can_be_asked_about(talking, encrypted, bot_process, feed_server):
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi"), News(COMING)]
    talk = await talking(encrypted=encrypted)
    wait = lambda true, what: asyncio.to_thread(bot_process.wait_for, true, what)
    await wait(lambda: "nouvelles lues" in bot_process.said(), "the first read to be stored")
    feed_server.news.insert(0, News(LABEL, guid="label"))
    bot_process.move_clock(3 * 3600)
    told = await talk.announcement("niveau 5 sur 5")
    url = f"{feed_server.base}/article/label"

    # “source ?” in reply to the announcement; the same words to anybody else are not the bot's.
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": told["event_id"]}}}
    origin = await talk.ask("source ?", **reply)
    assert origin.startswith("Cette annonce vient de\u00a0:\n- Ville d’Échirolles")
    assert url in origin
    human = await talk.say("j’ai vu ça")
    unanswered = await talk.say(
        "source ?", **{"m.relates_to": {"m.in_reply_to": {"event_id": human}}}
    )
    # Older clients quote what they answer.
    quoted = await talk.ask(f"> <@bot> {told['content']['body']}\n\npourquoi ?", **reply)
    assert "Annoncée sur salon" in quoted

    prizes = await talk.ask("!prix échirolles")
    assert prizes.startswith("Échirolles, prix et labels que je connais depuis 2024\u00a0:\n- ")
    assert url in prizes
    assert (await talk.ask("!awards Échirolles 2024")).endswith("The list may be incomplete.")
    assert url in await talk.ask("!cherche territoires numeriques")
    news = await talk.ask("!nouveautés")
    number = news.rpartition("!origine ")[2]
    assert "niveau 5 sur 5" in news
    assert await talk.ask(f"!origine {number}") == origin
    assert (await talk.ask("!origin")).startswith("Which announcement?")
    for question, words in (
        ("!prochain", "https://alposs.fr"),
        ("!next", "https://alposs.fr"),
        ("!agenda mois 50 km", "Dans les trente jours, à moins de 50 km de Grenoble"),
        ("!events week", "In the next seven days, within 20 km of Grenoble"),
        ("! Délais", "Aucun appel ouvert que je connaisse"),
        ("!deadlines", "No open call that I know of"),
        ("!search quiche", "Nothing that I know of"),
        ("!news", "Announced since"),
    ):
        assert words in await talk.ask(question), question
    assert await talk.answers(unanswered) == []
    await the_calendar_is_a_file(talk, encrypted)


async def the_calendar_is_a_file(talk, encrypted):
    """Sent into the room; in an encrypted one the server holds only noise."""
    assert (await talk.ask("!ics alposs")).startswith("Voici un rendez-vous avec")
    [sent] = [
        one["content"] for one in await talk.messages() if one["content"].get("msgtype") == "m.file"
    ]
    assert sent["info"]["mimetype"] == "text/calendar"
    where = sent["file"]["url"] if encrypted else sent["url"]
    server, _, media = where.removeprefix("mxc://").partition("/")
    data = await talk.download(f"/_matrix/client/v1/media/download/{server}/{media}")
    if encrypted:
        assert "url" not in sent
        assert b"VCALENDAR" not in data
        key = sent["file"]
        data = decrypt_attachment(data, key["key"]["k"], key["hashes"]["sha256"], key["iv"])
    [event] = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert event["dtstart"].dt == DAY
    assert event["location"] == "La Rampe, Échirolles"


async def test_s7_a_role_comes_from_the_rooms_power_levels(talking, synapse, people, make_room):
    """Its creator may (in room version 12 they stand above all levels), a member may not, and the
    refusal says who may."""
    _, admin = people
    member = synapse.enrol(f"simple{id(talking)}")
    allowed = synapse.enrol(f"permis{id(talking)}")
    talk = await talking(
        room_version="12",
        account=f'admins = ["{allowed.user_id}"]\n',
        invite_more=[member.user_id, allowed.user_id],
    )
    for one in (member, allowed):
        await talk.join(one)
    refusal = "!statut est réservé aux admins du bot et du salon."
    assert await talk.by(member).ask("!statut") == refusal
    assert (
        await talk.by(member).ask("!status")
        == "!status is for the admins of the bot and of the room."
    )
    levels = await talk.room.call("GET", "state/m.room.power_levels")
    assert admin.user_id not in levels.get("users", {})
    assert "source" in await talk.by(admin).ask("!statut")
    assert "source" in await talk.by(allowed).ask("!statut")
    assert "!statut" not in await talk.by(member).ask("!aide")

    # What the room says now counts: the admin hands the power to the member.
    levels.setdefault("users", {})[member.user_id] = 100
    await talk.room.call("PUT", "state/m.room.power_levels", levels)
    assert "source" in await talk.by(member).ask("!statut")


async def test_s6_alone_with_the_bot_it_answers_without_a_prefix(
    talking, synapse, people, make_room
):
    person = synapse.enrol(f"seul{id(talking)}")
    talk = await talking(account=f'invites = ["{synapse.server_name}"]\n')
    room = make_room(who=(people[0], person), is_direct=True)
    alone = Talk(room, person)
    await alone.until_joined()
    answer = await alone.answer(await alone.say("Prochain ?"))
    assert answer["msgtype"] == "m.text"
    assert answer["m.mentions"] == {"user_ids": [person.user_id]}
    assert "https://alposs.fr" in answer["body"]
    assert "Vouliez-vous dire !agenda" in await alone.ask("agnda")
    assert (await alone.ask("Oui !")).startswith("Ce week-end")
    assert "Ce que je sais faire" in await alone.ask("bonjour")
    assert "https://alposs.fr" in await alone.ask("When is the next AlpOSS?")
    # They made this room, which gives no power over the bot.
    assert "réservé aux admins" in await alone.ask("statut")
    # In the room of several the same words are no question.
    event = await talk.say("Prochain ?")
    assert (await talk.ask("!aide")).startswith("Je réponds")
    assert await talk.answers(event) == []


async def test_a_conversation_within_the_default_limits_of_a_real_server(talking, strict_synapse):
    """Seven questions and their seven answers, each once and in order, where ten messages may
    come at once and then one in five seconds."""
    bot, member = strict_synapse.enrol("alposs"), strict_synapse.enrol("voisine")
    talk = await talking(on=strict_synapse, who=(bot, member))
    for question, words in (
        ("!aide", "Je réponds à"),
        ("alposs: prochain ?", "https://alposs.fr"),
        ("!agnda semaine", "Vouliez-vous dire !agenda"),
        ("oui", "à moins de 20 km de Grenoble"),
        ("!deadlines", "No open call that I know of"),
        ("! Cherche quiche", "Rien que je connaisse"),
        ("!statut", "source"),
    ):
        assert words in await talk.ask(question), question
    said = [(one["sender"] == bot.user_id) for one in await talk.messages()]
    assert said == [False, True] * 7


async def test_s8_a_thousand_questions_a_minute_get_few_answers_and_cost_no_announcement(
    talking, bot_process, feed_server, synapse
):
    """From five people side by side, on the real server: what is announced meanwhile all comes,
    once, in its order; of the questions some are answered, and those who ask are told why not all."""
    towns = ("Claix", "Meylan", "Voiron")
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi")]
    crowd = [synapse.enrol(f"foule{n}{id(talking)}") for n in range(4)]
    talk = await talking(invite_more=[one.user_id for one in crowd])
    for one in crowd:
        await talk.join(one)
    wait = lambda true, what: asyncio.to_thread(bot_process.wait_for, true, what)
    await wait(lambda: "nouvelles lues" in bot_process.said(), "the first read to be stored")
    storm = asyncio.create_task(talk.storm("!prochain", 1000, [talk.who, *crowd]))
    for number, town in enumerate(towns, 1):
        label = f"{town} obtient le niveau 5 du label Territoire Numérique Libre 2024"
        feed_server.news.insert(0, News(label, guid=town))
        bot_process.move_clock(number * 3 * 3600)
        await talk.announcement(town, 60)
    events = set(await storm)
    rates = [await talk.rate(events)]
    while rates[-1] < 1000 and len(rates) < 3:  # a machine that was busy with something else
        more = set(await talk.storm("!prochain", 1000, [talk.who, *crowd]))
        rates.append(await talk.rate(more))
        events |= more
    print(f"questions a minute: {rates}")
    assert len(events) == 1000 * len(rates)
    assert rates[-1] >= 1000
    for _ in range(300):
        said = await talk.bot_says()
        replies = [one["content"] for one in said if "m.relates_to" in one["content"]]
        if any("Trop de questions" in one["body"] for one in replies) and len(replies) >= 15:
            break
        await asyncio.sleep(0.2)
    assert {one["m.relates_to"]["m.in_reply_to"]["event_id"] for one in replies} <= events
    warnings = sum("Trop de questions" in one["body"] for one in replies)
    # at most one a minute, and at most 30 answers a minute to each of five people
    minutes = 2 * len(rates)
    assert 1 <= warnings <= minutes
    assert 15 <= len(replies) - warnings <= minutes * 150
    words = [one["content"].get("body", "") for one in said]
    told = [town for body in words for town in towns if town in body]
    assert told == list(towns)

"""Alerts and reminders as people ask for them: in private, whatever the room."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, Mouth, hear
from told_stories import NOW, story

from bot.channels.heard import Direct, Reacted
from bot.errors import NotNow, Rejected
from bot.understanding.fact import AwardFact, EventFact

ALPOSS = EventFact(
    series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles", place="La Rampe"
)
EVENTS = itertools.count(1)
ALONE = replace(ONE, room="!alone", direct=True)


class Talk:
    """One person, who says one thing after the other; the bot's answers."""

    def __init__(self, mouth, heard=ALONE):
        self.mouth, self.heard = mouth, heard

    async def say(self, text, **more):
        event = f"$event{next(EVENTS)}"
        before = len(self.mouth.said)
        await hear(self.mouth, replace(self.heard, text=text, event=event, **more))
        new = [text for _, text in self.mouth.said[before:]]
        return new[0] if new else ""


@pytest.fixture
async def talk(open_chat):
    mouth = Mouth()
    open_chat(mouth)
    return Talk(mouth)


@pytest.fixture
def letters(store):
    """What waits in the outbox for one person."""

    async def waiting(person="@m:x"):
        found = await store.read(lambda tx: tx.deliveries.waiting(f"alpes/{person}"))
        return [one.message.text for one in found]

    return waiting


async def test_an_alert_in_the_wording_of_the_voice(talk):
    assert await talk.say("!alerte logiciel libre échirolles") == (
        "C’est noté\u00a0: je vous écris ici quand une nouvelle contient logiciel, libre et "
        "échirolles, tous les trois. Arrêter celle-ci\u00a0: !stop 1"
    )
    assert await talk.say("alert free software") == (
        "Noted: I write to you here when news holds free and software, both of them. Stop this "
        "one: !stop 2"
    )
    assert await talk.say("alerte LOGICIEL, libre Echirolles!") == (
        "C’est déjà noté. Arrêter celle-ci\u00a0: !stop 1"
    )
    assert await talk.say("!alertes") == (
        "Vos alertes et rappels\u00a0:\n1. nouvelles avec\u00a0: logiciel libre echirolles\n"
        "2. nouvelles avec\u00a0: free software\n"
        "En arrêter une\u00a0: !stop numéro. Tout arrêter\u00a0: !stop"
    )
    assert await talk.say("stop 2") == "C’est arrêté. Ce qui reste\u00a0: !alertes"
    assert "rien sous le numéro 2" in await talk.say("!stop n° 2")
    assert "free" not in await talk.say("!alertes")
    assert await talk.say("!stop") == "C’est fait\u00a0: je ne vous écris plus."
    assert (await talk.say("!alerts")).startswith("You have neither alert nor reminder")


async def test_words_that_are_none(talk):
    assert "Par exemple" in await talk.say("!alerte à !")
    assert "un à 8 mots" in await talk.say("!alerte " + " ".join(f"mot{n}" for n in range(9)))
    assert "Il manque quelque chose" in await talk.say("!alerte")


async def test_one_person_has_so_many_alerts_at_most(talk, shipped):
    most = shipped[0].bot.chat.alerts
    for n in range(most):
        talk.heard = replace(talk.heard, room=f"!alone{n // 10}")
        await talk.say(f"!alerte mot{n}")
        talk.mouth.said.clear()
    assert f"déjà {most} alertes" in await talk.say("!alerte encore")


@pytest.mark.parametrize(
    ("there", "said"),
    [(Direct("!alone", invited=False), "Je vous réponds en privé."),
     (Direct("!new", invited=True), "Je vous réponds en privé\u00a0: acceptez mon invitation."),
     (None, "Cela reste entre nous\u00a0: écrivez-moi en privé.")],
)  # fmt: skip
async def test_asked_in_a_room_it_is_answered_in_private(talk, letters, store, there, said):
    talk.heard = ONE
    talk.mouth.alone = {"@m:x": there}
    assert (await talk.say("!alerte logiciel libre")).startswith(said)
    kept = await store.read(lambda tx: tx.people.of("alpes", "@m:x"))
    assert len(kept) == (there is not None)
    if there is not None:
        [letter] = await letters()
        assert "logiciel et libre" in letter
        assert (await store.read(lambda tx: tx.people.get("alpes", "@m:x"))).room == there.room
        assert (await talk.say("!alertes")).startswith(said)
        assert "logiciel libre" in (await letters())[1]
    # It ends everywhere, and says nothing of what there was.
    assert await talk.say("!stop") == "C’est fait\u00a0: je ne vous écris plus."
    assert await store.read(lambda tx: tx.people.of("alpes", "@m:x")) == []


async def test_where_no_private_room_can_be_made(talk, letters):
    talk.heard = ONE
    talk.mouth.faults = [Rejected(channel="x", cause="403")]
    assert "écrivez-moi en privé" in await talk.say("!alerte logiciel")
    assert await letters() == []


async def test_stop_is_for_admins_too_and_for_each_alone(open_chat, store):
    mouth = Mouth(power=100)
    open_chat(mouth, admins=("@m:x",))
    talk, other = Talk(mouth), Talk(mouth, replace(ALONE, sender="@o:x", room="!other"))
    await talk.say("!alerte un deux")
    await other.say("!alerte un deux")
    assert (await talk.say("!stop")).startswith("C’est fait")
    assert [one.person for one in await store.read(lambda tx: tx.people.alerts())] == ["@o:x"]


async def test_a_reminder_in_reply_to_an_announcement(talk, announced, happened, letters, store):
    await announced(story("a", ALPOSS), remote="$a")
    await announced(story("n", AwardFact(award_id=None, award="Prix")), remote="$n")
    talk.heard = ONE
    talk.mouth.alone = {"@m:x": Direct("!alone", invited=False)}
    said = await talk.say("rappel veille", reply_to="$a")
    assert said == "Je vous réponds en privé."
    [letter] = await letters()
    assert letter == (
        "C’est noté\u00a0: je vous le rappelle lundi 16 février 2026 à 18\u00a0h. AlpOSS 2026, mardi "
        "17 février 2026, La Rampe, Échirolles. https://ta.example/a\nL’arrêter\u00a0: !stop 1"
    )
    assert await talk.say("Tu peux me rappeler l’événement la veille ?", reply_to="$a")
    assert "C’est déjà noté, pour lundi 16 février" in (await letters())[1]
    # What is no event, or not the bot's, is no reason to speak; unless it is called.
    assert await talk.say("rappel veille", reply_to="$n") == ""
    assert await talk.say("rappel", reply_to="$human") == ""
    assert "n’est pas celle d’un événement" in await talk.say("!rappel", reply_to="$n")
    assert "Quel événement" in await talk.say("!rappel veille")
    assert (await talk.say("!remind day before", reply_to="$n")).startswith("This announcement is")
    talk.heard = ALONE
    assert (
        (await talk.say("!alertes"))
        .splitlines()[1]
        .startswith("1. rappel lundi 16 février 2026 à 18\u00a0h\u00a0: AlpOSS 2026")
    )


async def test_too_late_or_cancelled_is_said(talk, announced, asking, store):
    off = replace(ALPOSS, status="cancelled")
    await announced(story("a", ALPOSS), remote="$a")
    await announced(story("off", off), remote="$off")
    assert "est annulé" in await talk.say("rappel", reply_to="$off")
    asking.at = NOW.replace(day=16, hour=17)  # 18:00 in Paris
    assert "trop tard pour la veille" in await talk.say("rappel", reply_to="$a")
    assert await store.read(lambda tx: tx.people.reminders()) == []


async def tap(mouth, target, sender="@m:x", key="⏰", age=timedelta(0), event="$tap"):
    await mouth.tips((Reacted("!r", event, sender, target, key, age),))


async def test_an_alarm_clock_on_an_announcement_reminds_in_private(
    talk, announced, letters, store
):
    await announced(story("a", ALPOSS), remote="$a")
    await announced(story("n", AwardFact(award_id=None, award="Prix")), remote="$n")
    mouth = talk.mouth
    mouth.alone = {"@m:x": Direct("!alone", invited=True)}
    await tap(mouth, "$a")
    await tap(mouth, "$a")
    await tap(mouth, "$a", key="👍", event="$other")
    await tap(mouth, "$n", event="$award")
    assert mouth.said == []
    [letter] = await letters()
    assert letter.startswith("C’est noté\u00a0: je vous le rappelle lundi 16 février")
    assert len(await store.read(lambda tx: tx.people.reminders())) == 1


async def test_an_alarm_clock_waits_where_the_server_wants_to_wait(talk, announced, letters, store):
    await announced(story("a", ALPOSS), remote="$a")
    talk.mouth.faults = [NotNow(channel="x", cause="429")]
    talk.mouth.alone = {"@m:x": Direct("!alone", invited=False)}
    one = Reacted("!r", "$tap", "@m:x", "$a", "⏰", timedelta(0))
    talk.mouth.there = {"$a": [one]}
    await talk.mouth.tips((one,))
    assert talk.mouth.said == []
    for _ in range(600):
        if await letters():
            break
        await asyncio.sleep(0.1)
    assert len(await letters()) == 1


async def test_source_in_reply_to_an_alert_is_told_to_its_reader_alone(
    talk, happened, store, asking, question
):
    from bot.announcements.announcement import Message
    from bot.commands.origin import Origin
    from bot.outbox import decide
    from bot.steps import people

    await happened(story("a", ALPOSS))
    letter = people.letter("alpes/@m:x", "what", Message("Votre alerte", story="a"), NOW)

    def send(tx):
        tx.deliveries.add([letter])
        [claimed] = tx.deliveries.claim("alpes/@m:x", NOW, lease=decide.LEASE)
        tx.deliveries.settle(claimed, decide.done("$letter", None), NOW)
        return claimed.id

    number = await store.write(send)
    assert "https://ta.example/a" in await talk.say("source ?", reply_to="$letter")
    other = await asking.ask(Origin, question=question(sender="@o:x"), number=str(number))
    assert "ne connais pas l’annonce" in other


# -- a reminder that is not wanted any more, and one by its number -------------------------------


async def take_back(mouth, target, sender="@m:x", direct=False):
    gone = Reacted(
        "!r", f"$gone-{sender}", sender, target, "", timedelta(0), direct=direct, taken=True
    )
    await mouth.tips((gone,))


async def test_the_alarm_clock_taken_away_ends_the_reminder(talk, announced, letters, store):
    await announced(story("a", ALPOSS), remote="$a")
    mouth = talk.mouth
    mouth.alone = {who: Direct(f"!{who}", invited=False) for who in ("@m:x", "@other:x")}
    await tap(mouth, "$a")
    await tap(mouth, "$a", sender="@other:x", event="$theirs")
    await take_back(mouth, "$tap", sender="@other:x")  # somebody else's act is none of theirs
    await take_back(mouth, "$nothing")
    assert len(await store.read(lambda tx: tx.people.reminders())) == 2
    await take_back(mouth, "$tap")
    [left] = await store.read(lambda tx: tx.people.reminders())
    assert left.person == "@other:x"
    assert (await letters())[-1] == (
        "C’est noté\u00a0: vous avez ôté ⏰, je ne vous le rappelle plus."
    )
    assert mouth.said == []  # nobody else can read it
    await take_back(mouth, "$tap")
    assert len(await letters()) == 2
    await tap(mouth, "$a", event="$again")
    assert len(await store.read(lambda tx: tx.people.reminders())) == 2


async def test_it_ends_even_where_that_cannot_be_said(talk, announced, store):
    await announced(story("a", ALPOSS), remote="$a")
    talk.mouth.alone = {"@m:x": Direct("!alone", invited=False)}
    await tap(talk.mouth, "$a")
    talk.mouth.alone = {}
    await take_back(talk.mouth, "$tap")
    assert await store.read(lambda tx: tx.people.reminders()) == []


async def test_a_reminder_asked_for_in_words_does_not_hang_on_a_tap(talk, announced, store):
    await announced(story("a", ALPOSS), remote="$a")
    await talk.say("rappel", reply_to="$a")
    await tap(talk.mouth, "$a")
    await take_back(talk.mouth, "$tap")
    assert len(await store.read(lambda tx: tx.people.reminders())) == 1


@pytest.mark.parametrize(
    "words", ["!rappel {}", "!rappel n° {}", "!remind #{}", "!rappel {} veille"]
)
async def test_a_reminder_by_the_number_of_the_announcement(talk, announced, store, words):
    await announced(story("a", ALPOSS), remote="$a")
    [one] = await store.read(lambda tx: tx.deliveries.by_remote("$a"))
    said = await talk.say(words.format(one.id))
    assert said.startswith(("C’est noté", "Noted"))
    assert len(await store.read(lambda tx: tx.people.reminders())) == 1


async def test_a_number_that_is_none_or_another_person_s_letter_is_not_known(
    talk, announced, store, letters
):
    await announced(story("a", ALPOSS), remote="$a")
    talk.heard = ONE
    talk.mouth.alone = {"@m:x": Direct("!alone", invited=False)}
    await talk.say("!rappel", reply_to="$a")
    [letter] = await store.read(lambda tx: tx.deliveries.waiting("alpes/@m:x"))
    for number in (letter.id, 99999):
        said = await talk.say(f"!rappel {number}")
        assert said.startswith(f"Je ne connais pas l’annonce n°\u00a0{number}. Répondez")

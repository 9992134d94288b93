"""!oubliemoi: asks first, leaves nothing, says what it did."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, Mouth
from test_private import ALONE, ALPOSS, Talk
from told_stories import NOW, story

from bot.announcements.announcement import Message
from bot.channels.heard import Direct
from bot.outbox import decide
from bot.steps import people
from bot.store.audit import Change
from bot.store.backup import KEPT, expire

ME, OTHER = "@forgotten:x", "@other:x"


@pytest.fixture
async def mouth(open_chat):
    made = Mouth()
    made.alone = {ME: Direct("!alone", invited=False)}
    open_chat(made)
    return made


async def trace(mouth, store, announced):
    """Everything that can be known of two people."""
    for who in (ME, OTHER):
        talk = Talk(mouth, replace(ALONE, sender=who, room=f"!alone{who}"))
        await announced(story("a", ALPOSS), remote="$a") if who == ME else None
        await talk.say("alerte logiciel libre")
        await talk.say("rappel", reply_to="$a")
        await talk.say("!proposer https://a.example/feed")
        letter = people.letter(f"alpes/{who}", "what", Message("Votre secret"), NOW)
        sent = people.letter(f"alpes/{who}", "sent", Message("Votre passé"), NOW)

        def work(tx, who=who, letter=letter, sent=sent):
            tx.deliveries.add([sent])
            [claimed] = tx.deliveries.claim(f"alpes/{who}", NOW, lease=decide.LEASE)
            tx.deliveries.settle(claimed, decide.done("$letter", None), NOW)
            tx.deliveries.add([letter])
            tx.audit.note(Change(NOW, who, "pause", "channel salon"))

        await store.write(work)


def everything(store):
    """Every value of every table."""
    with sqlite3.connect(store.data_dir / "alposs.db") as database:
        names = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: str(database.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_nothing_is_left_of_who_asks_and_all_of_others(
    mouth, store, announced, asking, language
):
    await trace(mouth, store, announced)
    before = everything(store)
    assert sum(ME in held for held in before.values()) >= 6
    talk = Talk(mouth, replace(ALONE, sender=ME, room="!forget"))
    command, yes = {"fr": ("oubliemoi", "oui"), "en": ("forgetme", "yes")}[language]
    asked = await talk.say(command)
    assert asked.endswith({"fr": "Répondez «\u00a0oui\u00a0».", "en": "Reply “yes”."}[language])
    assert everything(store)["subscriptions"] == before["subscriptions"]
    done = await talk.say(yes)
    assert done.startswith(
        {"fr": "C’est fait\u00a0: je ne sais plus", "en": "Done: I know nothing"}[language]
    )
    figures = {
        "fr": "Effacés\u00a0: alertes 1, rappels 1, messages privés 2, signalements 1.",
        "en": "Erased: alerts 1, reminders 1, private messages 2, reports 1.",
    }
    assert figures[language] in done
    after = everything(store)
    assert [name for name, held in after.items() if ME in held] == []
    assert "forgotten:" in after["audit"]
    assert "Votre secret" in after["deliveries"]
    for name, held in before.items():
        assert (OTHER in held) == (OTHER in after[name]), name
    # Asked again, there is nothing left to erase.
    await talk.say(command)
    assert "1" not in (await talk.say(yes)).splitlines()[1]


async def test_without_a_yes_nothing_happens(mouth, store, announced):
    await trace(mouth, store, announced)
    talk = Talk(mouth, replace(ALONE, sender=ME, room="!forget"))
    await talk.say("!oubliemoi")
    await talk.say("finalement non")
    await talk.say("oui")
    assert ME in everything(store)["subscriptions"]


async def test_in_a_room_others_learn_nothing(mouth, store, announced):
    await trace(mouth, store, announced)
    talk = Talk(mouth, replace(ONE, sender=ME))
    await talk.say("!oubliemoi")
    assert await talk.say("oui") == "C’est fait\u00a0: je ne sais plus rien de vous."
    assert ME not in str(everything(store))


async def test_a_letter_on_its_way_is_not_brought_back(mouth, store, announced):
    await trace(mouth, store, announced)
    to = f"alpes/{ME}"
    [claimed] = await store.write(lambda tx: tx.deliveries.claim(to, NOW, lease=decide.LEASE))
    await store.write(lambda tx: tx.people.forget(ME))
    done = decide.done("$late", None)
    assert not await store.write(lambda tx: tx.deliveries.settle(claimed, done, NOW))
    assert ME not in everything(store)["deliveries"]


async def test_backups_made_before_updates_expire(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("before-update-from-0001-x.db", "mine.db"):
        (folder / name).touch()
    assert await asyncio.to_thread(expire, tmp_path, NOW) == 0
    later = NOW + KEPT + timedelta(days=365)
    assert await asyncio.to_thread(expire, tmp_path, later) == 1
    assert [file.name for file in folder.iterdir()] == ["mine.db"]

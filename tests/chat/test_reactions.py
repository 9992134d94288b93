"""Taps and worded replies on what the bot has asked, with a listener of our own."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from mouth import ONE, TAP, Mouth, hear, tap
from told_stories import NOW, story

from bot import kinds
from bot.channels.heard import bare
from bot.commands.command import Answer, Asks
from bot.commands.help import Help
from bot.errors import NotNow, Rejected
from bot.reactions import _taps as taps
from bot.reactions import aside as asides
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked

YES = replace(TAP, key="✅")
NO = replace(TAP, event="$no", key="❌")


@pytest.fixture
def asks(store):
    """Something that was asked in the room."""

    async def put(event="$asked", **more):
        values = {"kind": "aside", "about": "7", "account": "alpes", "room": "!r"}
        asked = Asked(event=event, **{**values, **more})
        await store.write(lambda tx: tx.asked.put(asked, NOW))
        return lambda: store.read(lambda tx: tx.asked.get(event))

    return put


@pytest.fixture
def done(monkeypatch):
    """What the kind ``aside`` was told to do; it settles as every kind must."""
    happened = []

    async def chosen(self, context, asked, choice):
        who = context.question.sender
        store, now = await context.store(), context.now()
        if await store.write(lambda tx: tx.asked.settle(asked.event, choice, who, now)):
            happened.append((asked.about, choice, who))
            return Answer(f"fait {choice}")
        return None

    monkeypatch.setattr(asides.Aside, "chosen", chosen)
    return happened


async def test_the_first_valid_tap_wins_and_a_second_does_nothing(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    row = await asks()
    await tap(mouth, YES, replace(YES, event="$again", sender="@other:x"), NO)
    assert done == [("7", "yes", "@m:x")]
    assert mouth.said == [("$tap", "fait yes")]
    assert ((await row()).choice, (await row()).who) == ("yes", "@m:x")


async def test_s7_a_tap_counts_from_the_role_only_and_only_on_the_bot_s_own_questions(
    open_chat, asks, done
):
    mouth = Mouth(powers={"@admin:x": 100, "@mod:x": 50})
    open_chat(mouth)
    await asks()
    await tap(
        mouth,
        YES,  # a member
        replace(YES, sender="@mod:x", event="$2"),  # “aside” is for admins
        replace(YES, sender="@admin:x", event="$3", target="$other"),  # nothing was asked there
        replace(YES, sender="@admin:x", event="$4", room="!elsewhere"),
        replace(YES, sender="@admin:x", event="$5", key="👍"),  # no choice of it
    )
    assert done == []
    assert mouth.said == []
    await tap(mouth, replace(YES, sender="@admin:x", event="$6"))
    assert done == [("7", "yes", "@admin:x")]


async def test_only_the_asker_may_answer_what_was_asked_of_them(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks(asker="@other:x")
    await tap(mouth, YES)
    assert done == []
    await tap(mouth, replace(YES, sender="@other:x", event="$2"))
    assert done == [("7", "yes", "@other:x")]


async def test_a_tap_after_the_expiry_is_told_and_does_nothing(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks(expires=NOW)
    await tap(mouth, YES)
    assert done == []
    assert mouth.said[0][1].startswith("Trop tard")


async def test_s6_an_old_tap_on_an_open_question_counts(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks()
    await tap(mouth, replace(YES, age=timedelta(days=2)))
    assert len(done) == 1


async def test_s6_what_was_tapped_while_the_bot_was_down_is_read_back(open_chat, asks, done):
    """Also where the account is not connected at once."""
    mouth = Mouth(NotNow(channel="x", cause="offline"), power=100)
    mouth.there["$asked"] = [YES, NO]
    await asks(placed=True)
    await asks("$expired", about="8", placed=True, expires=NOW)
    mouth.there["$expired"] = [replace(YES, target="$expired", event="$9")]
    open_chat(mouth)
    for _ in range(1500):
        if done:
            break
        await asyncio.sleep(0.05)
    assert done == [("7", "yes", "@m:x")]


async def test_the_bot_places_its_own_reactions_once_so_that_one_tap_is_enough(
    open_chat, asks, monkeypatch
):
    monkeypatch.setattr(taps, "TEND_EVERY", 0.01)
    mouth = Mouth(Rejected(channel="x", cause="404"))
    await asks("$a-gone")
    row = await asks()
    await asks("$expired", expires=NOW)
    open_chat(mouth)
    for _ in range(1500):
        if (await row()).placed:
            break
        await asyncio.sleep(0.02)
    assert mouth.placed == [("$asked", "✅"), ("$asked", "❌")]


async def test_where_the_power_cannot_be_asked_the_tap_is_not_lost(
    open_chat, asks, done, monkeypatch
):
    monkeypatch.setattr(taps, "TEND_EVERY", 0.01)

    class Deaf(Mouth):
        silent = True

        async def power(self, to):
            if self.silent:
                raise NotNow(channel="x", cause="503")
            return 100

    mouth = Deaf()
    open_chat(mouth)
    await asks(placed=True)
    mouth.there["$asked"] = [YES]
    await tap(mouth, YES)
    assert done == []
    mouth.silent = False
    for _ in range(1500):
        if done:
            break
        await asyncio.sleep(0.02)
    assert len(done) == 1


@pytest.mark.parametrize(
    ("text", "choice"), [("oui", "yes"), ("Non !", "no"), ("yes", "yes"), ("je ne sais pas", None)]
)
async def test_yes_and_no_in_words_are_taps(open_chat, asks, done, text, choice):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks()
    await hear(mouth, replace(ONE, text=text, reply_to="$asked"))
    assert [one[1] for one in done] == ([choice] if choice else [])
    assert len(mouth.said) == len(done)


async def test_a_command_in_reply_to_a_question_is_a_command(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks()
    await hear(mouth, replace(ONE, text="!aide", reply_to="$asked"))
    assert done == []
    assert mouth.said[0][1].startswith("Je réponds")


async def test_s7_a_reply_in_clear_in_an_encrypted_room_decides_nothing(open_chat, asks, done):
    mouth = Mouth(power=100)
    open_chat(mouth)
    await asks()
    await hear(mouth, replace(ONE, text="oui", reply_to="$asked", sealed=False))
    assert done == []
    assert "Renvoyez-le chiffré" in mouth.said[0][1]


async def test_a_command_may_ask_back(open_chat, done, monkeypatch, store):
    """Only who asked may tap; the question closes by itself."""

    async def run(self, context, arguments):
        return Answer("Sûr\u202f?", asks=Asks("aside", "7", within=timedelta(minutes=5)))

    monkeypatch.setattr(Help, "run", run)
    mouth = Mouth(power=100)
    open_chat(mouth)
    await hear(mouth, ONE)
    row = await store.read(lambda tx: tx.asked.get("$1-answer"))
    assert (row.asker, row.expires, row.about) == ("@m:x", NOW + timedelta(minutes=5), "7")
    await tap(mouth, replace(YES, target="$1-answer", sender="@other:x", event="$2"))
    await tap(mouth, replace(YES, target="$1-answer"))
    assert done == [("7", "yes", "@m:x")]


async def test_an_announcement_is_known_without_having_asked(open_chat, announced, monkeypatch):
    """Whoever adds bot/reactions/announcement.py hears of it; old taps do nothing (S6)."""
    heard = []

    class Announcement(Reaction):
        kind = "announcement"
        choices: ClassVar = {"⏰": "remind"}
        role = "member"

        async def chosen(self, context, asked, choice):
            heard.append((asked.about, choice, context.question.sender))

    load = kinds.load
    monkeypatch.setattr(
        kinds,
        "load",
        lambda family, kind: Announcement if kind == "announcement" else load(family, kind),
    )
    mouth = Mouth()
    open_chat(mouth)
    one = story("s1", title="AlpOSS")
    await announced(one)
    clock = replace(TAP, target="$event", key="⏰")
    await tap(mouth, clock, clock, replace(clock, event="$old", age=timedelta(minutes=6)))
    about = {"channel": "salon", "announcement": "a-s1", "story": "s1"}
    assert heard == [(about, "remind", "@m:x")]
    assert mouth.said == []


def test_keys_are_compared_without_the_sign_that_some_phones_add():
    assert bare("1\ufe0f\u20e3") == "1\u20e3"
    assert taps.shown("1\u20e3") == "1\ufe0f\u20e3"
    assert taps.shown("✅") == "✅"
    for kind, found in kinds.every("reaction").items():
        assert all(bare(key) == key for key in found.choices), kind


@pytest.mark.parametrize("choice", ["yes", "no"])
async def test_d7_what_was_set_aside_is_tried_again_or_given_up_by_a_tap(
    open_chat, asks, asking, store, aside_delivery, choice
):
    mouth = Mouth(power=100)
    open_chat(mouth)
    id = await aside_delivery()
    await asks(about=str(id))
    await tap(mouth, YES if choice == "yes" else NO)
    state = {"yes": "queued", "no": "withdrawn"}[choice]
    assert (await store.read(lambda tx: tx.deliveries.get(id))).state == state
    words = {"yes": "je réessaie", "no": "je renonce"}[choice]
    assert words in mouth.said[0][1]
    [change] = await store.read(lambda tx: tx.audit.latest())
    assert (change.thing, change.before) == (f"delivery {id}", "aside"), "S13"
    assert change.command == {"yes": "retry", "no": "drop"}[choice]


async def test_d7_a_tap_tries_nothing_again_that_is_no_longer_news(
    open_chat, asks, asking, store, aside_delivery
):
    mouth = Mouth(power=100)
    open_chat(mouth)
    id = await aside_delivery(expires=NOW + timedelta(seconds=1))
    asking.at = NOW + timedelta(minutes=2)
    await asks(about=str(id))
    await tap(mouth, YES)
    assert (await store.read(lambda tx: tx.deliveries.get(id))).state == "aside"
    assert "trop tard" in mouth.said[0][1]
    assert f"alposs-bot drop {id}" in mouth.said[0][1]

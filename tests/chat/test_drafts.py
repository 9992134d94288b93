"""Drafts in the moderators' room: taps, replies and the command, with a listener of our own."""

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from mouth import ONE, TAP, Mouth, hear, tap
from told_stories import NOW

from bot.announcements.announcement import Announcement, Message
from bot.channels.channel import Limits
from bot.commands.drafts import Drafts
from bot.errors import CommandError
from bot.outbox.delivery import Delivery
from bot.reactions import _taps as taps
from bot.store.asked import Asked
from bot.store.drafts import Draft

POST = Message(
    "Un prix.\n\nSource\u00a0: Ta\nhttps://ta.example/1", links=("https://ta.example/1",)
)
MODERATOR = {"@m:x": 50}
YES = replace(TAP, room="!mods")


@pytest.fixture
def draft(store):
    """A draft, shown in the event $asked; gives a reader of (draft, deliveries)."""

    async def make(
        *, kind="announcement", count=1, event="$asked", expires=None, worth=None, **more
    ):
        def work(tx):
            id = tx.drafts.begin(
                Draft(
                    0, kind, {"key": "always", "count": count}, more.get("by", "reaction"), NOW, NOW,
                    limits={"toot": asdict(Limits(characters=500, per_url=23))}, expires=expires,
                )
            )  # fmt: skip
            for number in range(count):
                name = f"a{id}-{number}"
                tx.announcements.save(Announcement(name, name, "new"), NOW)
                letter = Delivery(
                    0, "toot", name, None, 0, "post", f"k-{name}", POST, NOW, NOW,
                    state="draft", draft=id, expires=worth,
                )  # fmt: skip
                assert tx.deliveries.add([letter])
            if event:
                assert tx.drafts.note_shown(tx.drafts.get(id), NOW)
                what = "flood" if kind == "flood" else "draft"
                tx.asked.put(Asked(event, "!mods", "alpes", what, id, expires=expires), NOW)
            return id

        id = await store.write(work)

        async def read():
            return await store.read(
                lambda tx: (
                    tx.drafts.get(id),
                    [
                        x.state
                        for n in range(count)
                        for x in tx.deliveries.of_announcement(f"a{id}-{n}")
                    ],
                )
            )

        return read

    return make


@pytest.fixture
async def room(open_chat):
    """The moderators' room."""
    mouth = Mouth(powers=MODERATOR)
    open_chat(mouth)
    return mouth


def reply(text, to="$asked", **more):
    return replace(ONE, room="!mods", text=text, reply_to=to, **{"event": f"$reply-{to}", **more})


async def test_yes_from_a_moderator_and_from_nobody_else(draft, room):
    read = await draft()
    await tap(room, replace(YES, sender="@member:x", event="$0"))
    assert (await read())[1] == ["draft"]
    await tap(room, YES, replace(YES, event="$2"), replace(YES, event="$3", key="❌"))
    kept, states = await read()
    assert (states, kept.choice, kept.who) == (["queued"], "yes", "@m:x")
    assert [text for _, text in room.said] == [
        "Noté\u00a0: je publie le brouillon 1 dès que le rythme de toot le permet."
    ]


@pytest.mark.parametrize(
    ("key", "text", "states"),
    [("✅", "oui", ["queued"]), ("❌", "non", ["rejected"]), ("⏳", "demain", ["draft"])],
)
async def test_a_tap_and_its_word_do_the_same(draft, room, key, text, states):
    tapped = await draft()
    await tap(room, replace(YES, key=key))
    assert (await tapped())[1] == states
    first = room.said[-1][1]
    said = await draft(event="$second")
    await hear(room, reply(text, to="$second"))
    assert (await said())[1] == states
    assert room.said[-1][1] == first.replace("brouillon 1", "brouillon 2")


async def test_s13_what_was_decided_is_in_the_audit_log(draft, room, store):
    await draft()
    await tap(room, YES)
    [change] = await store.read(lambda tx: tx.audit.latest())
    assert (change.sender, change.command, change.thing) == ("@m:x", "drafts", "draft 1")
    assert (change.before, change.after, change.event) == ("draft", "yes", "$tap")


async def test_later_is_the_next_morning_and_a_tap_on_the_old_question_counts_no_more(draft, room):
    read = await draft()
    await tap(room, replace(YES, key="⏳"))
    kept, _ = await read()
    assert kept.shown is None
    assert kept.show_at == NOW.replace(hour=8) + timedelta(days=1)  # 9:00 in Paris
    await tap(room, replace(YES, event="$2"))
    assert (await read())[1] == ["draft"]


async def test_later_is_refused_where_it_would_be_too_late(draft, room):
    read = await draft(worth=NOW + timedelta(hours=5))
    await tap(room, replace(YES, key="⏳"))
    assert "ce sera trop tard" in room.said[0][1]
    await tap(room, replace(YES, event="$2"))
    assert (await read())[1] == ["queued"]


async def test_after_the_event_yes_comes_too_late(draft, room):
    read = await draft(worth=NOW)
    await tap(room, YES)
    assert room.said[0][1].startswith("Trop tard pour le brouillon 1")
    assert (await read())[1] == ["expired"]


async def test_after_its_time_a_tap_is_told_of_the_command_which_still_works(draft, room):
    read = await draft(expires=NOW)
    await tap(room, YES)
    assert room.said[0][1].endswith("!brouillons 1 oui")
    assert (await read())[1] == ["draft"]
    await hear(room, replace(ONE, room="!mods", text="!brouillons 1 oui"))
    assert (await read())[1] == ["queued"]


async def test_a_reply_in_words_rewrites_and_is_shown_anew(draft, room, store):
    read = await draft()
    await hear(room, reply("Bravo @camille !"))
    kept, states = await read()
    assert states == ["superseded", "draft"]
    assert kept.shown is None
    [letter] = await store.read(lambda tx: tx.drafts.letters(1))
    assert letter.message.text == (
        "Bravo @\u2060camille !\n\nSource\u00a0: Ta\nhttps://ta.example/1"
    )
    assert (letter.pinned, letter.action) == (True, "post")
    assert "✅ pour publier" in room.said[0][1]
    await tap(room, YES)  # on the old words
    assert (await read())[1] == ["superseded", "draft"]


async def test_a_member_s_reply_to_a_draft_is_talk(draft, room):
    read = await draft()
    await hear(room, reply("on en parle demain", sender="@member:x"))
    assert (room.said, (await read())[1]) == ([], ["draft"])


async def test_s7_where_words_are_asked_for_a_tap_decides_nothing(draft, room, monkeypatch):
    monkeypatch.setattr(taps, "TEND_EVERY", 0.01)
    read = await draft(by="message")
    await tap(room, YES)
    await hear(room, reply("oui", event="$clear"))
    assert (await read())[1] == ["draft"]
    assert all("message chiffré" in text for _, text in room.said)
    assert len(room.said) == 2
    await hear(room, reply("oui", event="$sealed", encrypted=True))
    assert (await read())[1] == ["queued"]


async def test_s6_what_was_tapped_while_the_bot_was_down_counts_once(draft, open_chat):
    read = await draft()
    mouth = Mouth(powers=MODERATOR)
    mouth.there["$asked"] = [YES, replace(YES, event="$2", key="❌")]
    open_chat(mouth)
    for _ in range(1500):
        if (await read())[1] == ["queued"] and mouth.said:
            break
        await asyncio.sleep(0.02)
    assert (await read())[1] == ["queued"]
    assert len(mouth.said) == 1


@pytest.mark.parametrize(
    ("key", "words", "states"),
    [
        ("1\u20e3", "tout", ["queued"] * 3),
        ("2\u20e3", "résumé", ["superseded"] * 3),
        ("3\u20e3", "ignorer", ["rejected"] * 3),
    ],
)
async def test_r8_a_flood_is_answered_by_a_figure_or_a_word(draft, room, key, words, states):
    tapped = await draft(kind="flood", count=3)
    await tap(room, replace(YES, key=key))
    kept, found = await tapped()
    assert found == states
    assert kept.carried == (words != "résumé")
    first = room.said[-1][1]
    await draft(kind="flood", count=3, event="")
    await hear(room, replace(ONE, room="!mods", text=f"!brouillons 2 {words}", event="$c"))
    assert room.said[-1][1] == first


async def test_talk_under_a_flood_decides_nothing(draft, room):
    read = await draft(kind="flood", count=3)
    await hear(room, reply("on verra bien"))
    assert (await read())[1] == ["draft"] * 3
    assert room.said == []


async def test_the_list_shows_what_waits_and_what_waited_too_long(draft, asking):
    assert await asking.ask(Drafts) == "Rien n’attend d’être relu."
    await draft(event="")
    await draft(event="", expires=NOW)
    await draft(kind="flood", count=3, event="")
    assert (await asking.ask(Drafts)).split("\n") == [
        "1. Pour toot, depuis aujourd’hui à 10 h 00\u00a0: Un prix.",
        "2. Pour toot, depuis aujourd’hui à 10 h 00 (trop tard, gardé)\u00a0: Un prix.",
        (
            "3. Pour toot, depuis aujourd’hui à 10 h 00\u00a0: 3 nouvelles d’un coup\u00a0: oui, résumé "
            "ou non\u202f?"
        ),
        "Répondre\u00a0: !brouillons 1 oui",
    ]
    assert (await asking.ask(Drafts, "en", id="1")).endswith(
        "To answer: !drafts 1 yes\nTo see it anew with its ✅ ❌ ⏳: !drafts 1 show"
    )
    assert (await asking.ask(Drafts, "en", id="2")).endswith("To answer: !drafts 2 yes")


async def test_the_command_answers_on_the_terminal_too_and_once(draft, asking):
    read = await draft(event="")
    assert "je publie" in await asking.ask(Drafts, id="1", answer=("oui",))
    assert "n’attend plus" in await asking.ask(Drafts, id="1", answer=("non",))
    assert (await read())[1] == ["queued"]
    with pytest.raises(CommandError, match="number"):
        await asking.ask(Drafts, "en", id="77", answer=("yes",))


@pytest.mark.parametrize("words", ["!brouillons 1 montrer", "!drafts 1 show"])
async def test_a_draft_is_shown_anew_to_whoever_could_not_read_it(draft, room, store, words):
    """A device that came into an encrypted room later has not the key of what was said before."""
    read = await draft()
    await hear(room, replace(ONE, room="!mods", text="!brouillons 1", event="$a"))
    assert room.said[-1][1].startswith("toot\u00a0:\nUn prix.\n\nSource\u00a0: Ta")  # whole
    await hear(room, replace(ONE, room="!mods", text=words, event="$b"))
    assert ("Je remontre le brouillon 1" if "!b" in words else "I show draft 1") in room.said[-1][1]
    [waits] = await store.read(lambda tx: tx.drafts.to_show(NOW))
    assert (waits.id, waits.shows) == (1, 1)
    await tap(room, YES)  # the old message counts no more
    assert (await read())[1] == ["draft"]


async def test_what_waits_no_longer_is_not_shown_anew(draft, room, store):
    await draft(expires=NOW)
    await draft(event="$second")
    await tap(room, replace(YES, target="$second"))
    for id in (1, 2):
        said = replace(ONE, room="!mods", text=f"!brouillons {id} montrer", event=f"$e{id}")
        await hear(room, said)
        assert f"Le brouillon {id} n’attend plus de réponse" in room.said[-1][1]
    assert await store.read(lambda tx: tx.drafts.to_show(NOW)) == []

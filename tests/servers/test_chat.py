"""People ask in real rooms, plain and encrypted, in French and in English."""

from __future__ import annotations

import asyncio

import pytest


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_s6_a_question_is_answered_once_as_a_quiet_reply(talking, encrypted, bot_process):
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

    # In a thread only where it was asked in one.
    root = await talk.say("un fil")
    answer = await talk.answer(
        await talk.say("!aide", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    )
    assert answer["m.relates_to"]["rel_type"] == "m.thread"
    assert answer["m.relates_to"]["event_id"] == root

    # A question asked while the bot was down is answered after its start, and none twice.
    assert await asyncio.to_thread(bot_process.stop) == 0
    missed = await talk.say("!aide pourquoi")
    bot_process.start()
    assert (await talk.answer(missed))["body"].startswith("!pourquoi adresse")
    answered = [one for one in await talk.messages() if one["sender"] == talk.room.bot.user_id]
    assert len(answered) == 6

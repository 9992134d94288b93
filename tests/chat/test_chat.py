"""The chat face with a listener of our own: what is answered, what is not, and how often."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, Mouth, hear
from told_stories import NOW

from bot import ears as chats
from bot import kinds
from bot.commands.help import Help
from bot.errors import NotNow, Rejected, Unclear


async def until(true):
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def test_s6_a_message_is_answered_once_even_after_a_restart(open_chat):
    for mouth, answers in ((Mouth(), 1), (Mouth(), 0)):
        open_chat(mouth)
        await hear(mouth, ONE, ONE)
        await hear(mouth, ONE)
        assert len(mouth.said) == answers


async def test_s6_what_is_older_than_five_minutes_is_not_answered(open_chat):
    mouth = Mouth()
    open_chat(mouth)
    await hear(mouth, replace(ONE, age=timedelta(minutes=5, seconds=1)))
    assert mouth.said == []
    await hear(mouth, replace(ONE, age=timedelta(minutes=5)))
    assert len(mouth.said) == 1


async def test_hearing_returns_only_once_everything_is_answered(open_chat):
    """Until then the sync token must not be saved."""
    mouth = Mouth()
    open_chat(mouth)
    await hear(mouth, *(replace(ONE, event=f"${n}") for n in range(5)))
    assert [event for event, _ in mouth.said] == [f"${n}" for n in range(5)]


async def test_a_question_on_its_way_when_the_bot_stops_is_not_taken_for_handled(open_chat):
    mouth = Mouth()
    chat = open_chat(mouth)
    hearing = asyncio.create_task(mouth.ear((ONE,)))
    await asyncio.sleep(0)
    await chat.stop()
    assert mouth.closed
    assert not hearing.done()
    hearing.cancel()


@pytest.mark.parametrize("fault", [NotNow, Unclear])
async def test_an_answer_is_sent_again_where_the_server_asks_to_wait(open_chat, fault):
    mouth = Mouth(fault(channel="x", cause="429", after=timedelta(milliseconds=1)))
    open_chat(mouth)
    await hear(mouth, ONE)
    assert len(mouth.said) == 1


async def test_an_answer_that_is_refused_is_given_up_and_others_go_on(open_chat):
    mouth = Mouth(Rejected(channel="x", cause="413"))
    open_chat(mouth)
    await hear(mouth, ONE, replace(ONE, event="$2"))
    assert [event for event, _ in mouth.said] == ["$2"]


async def test_a_defect_of_one_command_is_told_and_silences_nobody(open_chat, monkeypatch):
    async def broken(self, context, arguments):
        raise ZeroDivisionError

    mouth = Mouth()
    open_chat(mouth)
    with monkeypatch.context() as patch:
        patch.setattr(Help, "run", broken)
        await hear(mouth, ONE)
    await hear(mouth, replace(ONE, event="$2"))
    assert "erreur imprévue" in mouth.said[0][1]
    assert mouth.said[1][1].startswith("Je réponds")


@pytest.mark.parametrize(
    ("power", "admins", "may"),
    [(0, (), False), (50, (), False), (99, (), False), (100, (), True), (None, (), True),
     (0, ("@m:x",), True)],
)  # fmt: skip
async def test_s7_who_may(open_chat, monkeypatch, power, admins, may):
    monkeypatch.setattr(Help, "role", "admin")
    mouth = Mouth(power=power)
    open_chat(mouth, admins=admins)
    await hear(mouth, ONE)
    assert mouth.said[0][1].startswith("Je réponds" if may else "!aide est réservé aux admins")


async def test_s7_in_clear_where_it_should_be_sealed(open_chat):
    mouth = Mouth(power=None)
    open_chat(mouth)
    clear = replace(ONE, sealed=False)
    await hear(mouth, clear, replace(clear, event="$2", text="!agnda"))
    assert all("Renvoyez-le chiffré" in text for _, text in mouth.said)
    await hear(mouth, replace(clear, event="$3", text="source ?", reply_to="$x"))
    assert len(mouth.said) == 2


async def test_s8_too_many_questions_get_one_warning(open_chat, monkeypatch):
    crowd = [replace(ONE, event=f"${n}", sender=f"@m{n}:x") for n in range(1000)]
    gate, came, allowed = asyncio.Event(), itertools.count(1), chats.allowed

    class Busy(Mouth):
        """Its answers wait until the whole crowd has asked, however slow the machine is."""

        async def answer(self, to, text):
            if "Trop de questions" not in text:
                await gate.wait()
            return await super().answer(to, text)

    async def counted(*given):
        if next(came) == len(crowd):
            asyncio.get_running_loop().call_soon(gate.set)
        return await allowed(*given)

    monkeypatch.setattr(chats, "allowed", counted)
    mouth = Busy()
    open_chat(mouth)
    await hear(mouth, *crowd)
    await until(lambda: any("Trop de questions" in text for _, text in mouth.said))
    warnings = [text for _, text in mouth.said if "Trop de questions" in text]
    assert len(warnings) == 1
    # one was in hand, the queue was full, the rest found it so
    assert chats.QUEUE <= len(mouth.said) - 1 <= chats.QUEUE + 5


async def test_s8_who_is_silent_for_a_minute_leaves_nothing_in_memory(open_chat, monkeypatch):
    """However many people ask over the years."""
    time = [1000.0]
    monkeypatch.setattr(chats, "_loop_time", lambda: time[0])
    mouth = Mouth()
    chat = open_chat(mouth)
    for n in range(3 * chats.CROWD):
        time[0] += 1.0
        await hear(mouth, replace(ONE, event=f"${n}", sender=f"@m{n}:x"))
    [ears] = chat._ears
    assert len(ears._asked) <= chats.CROWD
    assert set(ears._asked) >= {f"@m{n}:x" for n in range(3 * chats.CROWD - 59, 3 * chats.CROWD)}


async def test_s8_one_person_gets_so_many_answers_a_minute(open_chat):
    mouth = Mouth()
    open_chat(mouth)
    for n in range(chats.PER_MINUTE + 10):
        await hear(mouth, replace(ONE, event=f"${n}"))
    await until(lambda: len(mouth.said) > chats.PER_MINUTE)
    assert len(mouth.said) == chats.PER_MINUTE + 1
    await hear(mouth, replace(ONE, event="$other", sender="@other:x"))
    assert mouth.said[-1][0] == "$other"


async def test_yes_means_the_last_suggestion_and_only_right_after_it(open_chat):
    mouth = Mouth()
    open_chat(mouth)

    async def say(text, event, sender="@m:x"):
        await hear(mouth, replace(ONE, text=text, event=event, sender=sender))

    await say("!adie", "$1")
    await say("oui", "$2", sender="@other:x")
    await say("oui", "$3")
    await say("oui", "$4")
    await say("!hlep", "$5")
    await say("en fait non", "$6")
    await say("yes", "$7")
    assert [event for event, _ in mouth.said] == ["$1", "$3", "$5"]
    assert mouth.said[1][1].startswith("Je réponds")
    assert mouth.said[2][1] == "I did not understand “!hlep”. Did you mean !help? Reply “yes”."


@pytest.mark.parametrize(
    ("text", "language"),
    [("!source", "fr"), ("!origine", "fr"), ("!origin", "en")],
)
async def test_the_answer_is_in_the_language_of_the_command_s_name(open_chat, text, language):
    """A name that both languages share is answered in the room's."""
    mouth = Mouth()
    open_chat(mouth)
    await hear(mouth, replace(ONE, text=text))
    words = {"fr": "Quelle annonce", "en": "Which announcement"}
    assert mouth.said[0][1].startswith(words[language])


async def test_every_command_of_the_chat_answers_in_both_languages(open_chat, asking):
    """With nothing in the store: never an error, never a traceback, one screen."""
    mouth = Mouth(power=None)
    open_chat(mouth)
    number = 0
    for kind, command in kinds.every("command").items():
        for language in ("fr", "en") if "chat" in command.faces else ():
            number += 1
            line = f"!{command.names[language][0]} mots"
            await hear(mouth, replace(ONE, event=f"${number}", sender=f"@{number}:x", text=line))
            assert mouth.said[-1][0] == f"${number}", kind
            assert mouth.said[-1][1] != chats.say("bug", language), kind
    assert asking.now() == NOW

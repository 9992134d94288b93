"""“erreur” in reply, and a source that somebody wants read: a human is told, once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, Mouth, hear
from told_stories import story

from bot.commands._admins import A_DAY
from bot.commands.mistake import Mistake
from bot.commands.suggest import Suggest
from bot.errors import CommandError
from bot.store.notices import SAID


async def test_erreur_in_reply_to_an_answer_reaches_a_human_once(open_chat, asking):
    mouth = Mouth()
    open_chat(mouth)
    await hear(mouth, ONE)
    wrong = replace(ONE, event="$2", text="erreur : il manque !prix", reply_to="$1-answer")
    await hear(mouth, wrong, replace(wrong, event="$3", sender="@other:x"))
    assert [text for _, text in mouth.said[1:]] == [
        "Merci\u00a0: un humain regardera.",
        "Merci\u00a0: c’est déjà signalé, un humain regardera.",
    ]
    [told] = asking.told
    assert told.startswith("@m:x signale une erreur\u00a0: «")
    assert "il manque !prix" in told
    assert "Je réponds à" in told
    assert told.endswith("https://matrix.to/#/!r/$1-answer")


async def test_erreur_after_a_restart_still_knows_that_the_answer_was_the_bot_s(open_chat, asking):
    first, second = Mouth(), Mouth()
    open_chat(first)
    await hear(first, ONE)
    open_chat(second)
    await hear(second, replace(ONE, event="$2", text="Mistake!", reply_to="$1-answer"))
    assert second.said[0][1] == "Thank you: a human will look."
    assert len(asking.told) == 1


async def test_erreur_in_reply_to_anybody_else_is_not_the_bot_s_business(open_chat, asking):
    mouth = Mouth()
    open_chat(mouth)
    await hear(mouth, replace(ONE, text="erreur ?", reply_to="$human"))
    assert mouth.said == []
    await hear(mouth, replace(ONE, event="$2", text="!erreur", reply_to="$human"))
    assert "n’est pas de moi" in mouth.said[0][1]
    await hear(mouth, replace(ONE, event="$3", text="!erreur"))
    assert "De quel message" in mouth.said[1][1]
    assert asking.told == []


async def test_an_announcement_can_be_wrong_too(asking, announced, question):
    await announced(story("n"), text="Prix\u00a0: un prix", remote="$event")
    text = await asking.ask(Mistake, question=question(reply_to="$event"), words=("la", "date"))
    assert text == "Merci\u00a0: un humain regardera."
    assert "Prix\u00a0: un prix" in asking.told[0]
    assert "la date" in asking.told[0]


async def test_a_source_that_somebody_wants_read(asking, question):
    said = await asking.ask(Suggest, "en", question=question(), what=("https://a.example/feed",))
    assert said.startswith("Thank you: I have passed it on")
    assert asking.told == ["@m:x propose une source\u00a0: https://a.example/feed"]
    with pytest.raises(CommandError, match="Quelle adresse"):
        await asking.ask(Suggest, question=question(), what=("celui-là",))


async def test_nobody_rings_the_admins_all_day(asking, question):
    async def suggest(n, **who):
        return await asking.ask(Suggest, question=question(**who), what=(f"https://a.example/{n}",))

    for n in range(A_DAY):
        await suggest(n)
    with pytest.raises(CommandError, match="Réessayez demain"):
        await suggest("more")
    await suggest("more", sender="@other:x")
    asking.at += timedelta(days=1, seconds=1)
    await suggest("tomorrow")
    assert len(asking.told) == A_DAY + 2


async def test_what_people_told_is_forgotten(asking, store, question):
    await asking.ask(Suggest, question=question(), what=("https://a.example/1",))
    await asking.ask(Suggest, question=question(sender="@m:xy"), what=("https://a.example/1",))
    await store.write(
        lambda tx: tx.notices.note_heard(f"{SAID}@m:x:https://a.example/1", asking.at)
    )
    assert await store.write(lambda tx: tx.notices.forget_person("@m:x")) == 1
    [left] = await store.read(lambda tx: tx.notices.all())
    assert left.key.startswith("said:@m:xy:")
    await store.write(lambda tx: tx.notices.forget_said(asking.at + timedelta(days=1)))
    assert await store.read(lambda tx: tx.notices.all()) == []
    assert not await store.read(lambda tx: tx.notices.heard(f"{SAID}@m:x:https://a.example/1"))

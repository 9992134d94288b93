"""Where strangers ask (the Fediverse): only clear public questions, three a day each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, Mouth, hear
from told_stories import story

from bot.channels.mastodon_listen import ANSWERS
from bot.understanding.fact import EventFact

ALPOSS = EventFact(series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles")
ASKED = replace(ONE, room="", text="@alposs:x C’est quand, le prochain AlpOSS ?")


@pytest.fixture
async def mouth(open_chat, happened):
    await happened(story("a", ALPOSS))
    made = Mouth()
    made.answers, made.a_day = ANSWERS, 3
    open_chat(made)
    return made


async def test_three_answers_a_day_a_person(mouth, asking):
    for n in range(5):
        await hear(mouth, replace(ASKED, event=f"${n}"))
    assert len(mouth.said) == 3
    await hear(mouth, replace(ASKED, event="$other", sender="@other:x"))
    assert len(mouth.said) == 4
    asking.at += timedelta(days=1, seconds=1)
    await hear(mouth, replace(ASKED, event="$tomorrow"))
    assert len(mouth.said) == 5


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_same_answers_in_the_asker_s_language(mouth, language):
    text = {"fr": "@alposs:x Quand est le prochain AlpOSS ?", "en": "@alposs:x When is AlpOSS?"}
    await hear(mouth, replace(ASKED, text=text[language]))
    word = {"fr": "mardi 17 février 2026", "en": "Tuesday 17 February 2026"}
    assert word[language] in mouth.said[0][1]


@pytest.mark.parametrize(
    "text",
    ["@alposs:x merci !", "@alposs:x prochian", "@alposs:x !alerte logiciel", "@alposs:x !ics",
     "@alposs:x !statut", "@alposs:x erreur", "bonjour", "@alposs:x !pourquoi https://a.example"],
)  # fmt: skip
async def test_nothing_else_is_answered(mouth, text):
    await hear(mouth, replace(ASKED, text=text))
    assert mouth.said == []


async def test_oui_after_the_mention_means_what_was_offered(mouth, store):
    await hear(mouth, replace(ASKED, text="@alposs:x !oubliemoi"))
    assert mouth.said[0][1].endswith("Répondez «\u00a0oui\u00a0».")
    await hear(mouth, replace(ASKED, event="$2", text="@alposs:x oui"))
    assert mouth.said[1][1].startswith("C’est fait")

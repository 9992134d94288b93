"""The members' tutorial: whatever it says to type is understood, and answered as it says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from mouth import ONE, Mouth, hear
from told_stories import NOW, story

from bot import kinds
from bot.commands import _parse
from bot.commands._parse import Unknown, Vocabulary
from bot.understanding.fact import EventFact

PAGE = (Path(__file__).parents[2] / "docs/tutorial/members.md").read_text(encoding="utf-8")
SAID = re.findall(r"^> \*\*You(?:\*\* \(in reply[^)]*\):|:\*\*) (.+)$", PAGE, re.MULTILINE)
WORDS = Vocabulary.of(kinds.every("command"))
ALPOSS = EventFact(
    series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles", place="La Rampe"
)
PARTY = EventFact(
    series=None, name="Install party", start="2026-02-14", time="14:00", city="Grenoble"
)


def test_the_page_is_read():
    assert len(SAID) == 8


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`!([^`]+)`", PAGE))))
def test_every_command_that_it_names_is_one(command):
    line = _parse.addressed(f"!{command}", (), alone=True)
    assert not isinstance(_parse.read(line, WORDS), Unknown)


def flat(text):
    return re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("\u00a0", " ").replace("> ", ""))


async def test_the_conversation_runs_as_it_is_written(open_chat, happened, asking):
    asking.at = NOW
    await happened(story("a", ALPOSS), story("i", PARTY))
    mouth = Mouth()
    open_chat(mouth)
    page = flat(re.sub(r"\n> ?", "\n", PAGE))
    private = False
    for n, text in enumerate(SAID):
        private = private or text.startswith("alerte")
        heard = replace(
            ONE, text=text, event=f"${n}", room="!two" if private else "!r", direct=private
        )
        if text.startswith("erreur"):
            heard = replace(heard, reply_to=f"${n - 2}-answer")
        if text == "source ?":
            continue  # its announcement is another test's
        await hear(mouth, heard)
        answer = mouth.said[-1][1].split("https://")[0].split("Appel à")[0].split("Effacés")[0]
        assert flat(answer).strip()[:60] in page, text

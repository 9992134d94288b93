"""The preview: readable, safe for a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements.announcement import Message
from bot.channels.console import Console, ConsoleOptions, printable
from bot.errors import NotNow
from bot.outbox.delivery import Delivery

NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)


def delivery(text="Échirolles reçoit le NEC d’or.\n\nhttps://alposs.fr", **message):
    return Delivery(
        id=1,
        channel="console",
        announcement="a1",
        story="s1",
        revision=0,
        action="post",
        key="cle-1",
        message=Message(text, **message),
        created=NOW,
        due=NOW,
    )


@pytest.fixture
def console():
    made = Console("console", ConsoleOptions())
    made.out = io.StringIO()
    return made


async def test_it_shows_the_words_under_a_line_that_says_what_they_are(console):
    receipt = await console.deliver(delivery())
    assert receipt.remote == "console-cle-1"
    assert console.out.getvalue() == (
        "[Serait publié]\n  Échirolles reçoit le NEC d’or.\n\n  https://alposs.fr\n\n"
    )


async def test_what_is_over_is_marked(console):
    await console.deliver(delivery(past=True))
    assert console.out.getvalue().startswith("[Serait publié, déjà passé]\n")


async def test_edits_withdrawals_and_replies_say_so_in_english_too():
    console = Console("console", ConsoleOptions(language="en"))
    console.out = io.StringIO()
    await console.deliver(replace(delivery(), reply_to="x"))
    await console.edit("x", delivery())
    await console.withdraw("x", delivery())
    titles = [line for line in console.out.getvalue().splitlines() if line.startswith("[")]
    assert titles == [
        "[Would be posted, as a reply to the first one]",
        "[Would be corrected so]",
        "[Would be taken back]",
    ]


async def test_s4_no_feed_commands_the_terminal(console):
    await console.deliver(delivery("a\x1b[2J\x07\x9b31mb\u202ec\u200bd\rE\x00"))
    assert "  a[2J31mbcdE\n" in console.out.getvalue()


@given(st.text())
def test_s4_only_printable_text_and_newlines_remain(text):
    shown = printable(text)
    assert all(c == "\n" or not (ord(c) < 32 or 0x7F <= ord(c) < 0xA0) for c in shown)
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]


async def test_a_reader_that_went_away_is_no_crash(console):
    console.out.close()
    with pytest.raises(NotNow):
        await console.deliver(delivery())


def test_it_reaches_nobody_else():
    assert ConsoleOptions().public is False

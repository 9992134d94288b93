"""What is told links to a witness that says it: a cancellation never to an invitation."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.stories.cite import outdated
from bot.understanding.fact import CallFact, EventFact
from tests.announcements.conftest import JSON, ROOM, STATUS, story, witness

HELD = EventFact(
    series=None, name="Install party Linux", start="2026-12-12", city="Claix", place="La Bâtie"
)
CALL = CallFact(series="jdll", event="JDLL", deadline="2027-01-10")


def day(number):
    return datetime(2026, 11, number, 9, tzinfo=UTC)


def said(path, number, fact, **more):
    url = f"https://claix.example/{path}"
    return witness(path, url, day(number), (fact,), entry=f"s/{path}", title=path, **more)


OFF = replace(HELD, status="cancelled")
FULL = replace(HELD, status="full")
LATER = replace(HELD, status="moved", start="2026-12-19", previous_start="2026-12-12")
LAST = replace(HELD, status="moved", start="2027-01-09", previous_start="2026-12-12")
ELSEWHERE = replace(HELD, status="moved", place="Le Grand Angle", previous_place="La Bâtie")
LONGER = replace(CALL, deadline="2027-01-20", extended=True)
LONGEST = replace(CALL, deadline="2027-01-31", extended=True)
ROOMS = pytest.mark.parametrize("limits", [STATUS, ROOM, JSON], ids=["status", "room", "json"])


@ROOMS
@pytest.mark.parametrize("purpose", ["new", "cancellation"])
@pytest.mark.parametrize(
    ("told", "witnesses", "link"),
    [
        # the invitation is the organiser's own, of a trusted source, and the older one
        (OFF, [("invites", 2, HELD, True, 5), ("annul", 9, OFF, False, 0)], "annul"),
        # the older article itself was edited, the reminder still invites
        (OFF, [("install", 2, OFF, False, 0), ("rappel", 1, HELD, False, 0)], "install"),
        # of two that say it the one that is believed
        (OFF, [("a", 2, OFF, False, 0), ("b", 9, OFF, True, 0), ("c", 1, HELD, True, 9)], "b"),
        (FULL, [("invites", 2, HELD, True, 5), ("complet", 9, FULL, False, 0)], "complet"),
        (LATER, [("invites", 2, HELD, True, 5), ("reporte", 9, LATER, False, 0)], "reporte"),
        # moved twice: the one that names the day that holds, whoever is believed more
        (LAST, [("one", 2, LATER, True, 5), ("two", 9, LAST, False, 0)], "two"),
        (ELSEWHERE, [("invites", 2, HELD, True, 5), ("lieu", 9, ELSEWHERE, False, 0)], "lieu"),
        (LONGEST, [("call", 2, CALL, True, 5), ("more", 9, LONGEST, False, 0)], "more"),
        (LONGEST, [("one", 2, LONGER, True, 5), ("two", 9, LONGEST, False, 0)], "two"),
        # nothing changed: as they are believed
        (HELD, [("press", 1, HELD, False, 0), ("own", 3, HELD, True, 0)], "own"),
    ],
)
def test_the_link_is_of_a_witness_that_says_it(tell, limits, purpose, told, witnesses, link):
    all_of_them = tuple(
        said(path, number, fact, official=official, trust=trust)
        for path, number, fact, official, trust in witnesses
    )
    message = tell.message(
        story(told, kind="event", witnesses=all_of_them), limits, purpose=purpose
    )
    wanted = f"https://claix.example/{link}"
    assert message.links == (wanted,)
    if limits is JSON:
        assert message.data["sources"][0]["url"] == wanted
    elif limits is STATUS:
        assert [line for line in message.text.splitlines() if line.startswith("http")] == [wanted]
        assert f"Source\u00a0: {link}, " in message.text
    else:
        first, _, _ = message.text.partition(" Aussi")
        assert wanted in first
        assert all(path == link or f"example/{path}" not in first for path, *_ in witnesses)


def test_what_is_not_sure_enough_is_told_under_its_own_title_and_linked_so(tell):
    witnesses = (said("install", 2, HELD, official=True), said("annul", 9, OFF))
    unsure = story(replace(OFF, confidence=0.1), title="install", witnesses=witnesses)
    message = tell.message(unsure, STATUS)
    assert message.links == ("https://claix.example/install",)
    assert "install" in message.text


def test_an_invitation_to_what_is_off_is_outdated():
    invites, off = said("install", 2, HELD), said("annul", 9, OFF)
    assert outdated(invites, (invites, off), (OFF,))
    assert not outdated(off, (invites, off), (OFF,))
    assert not outdated(invites, (invites,), (OFF,))  # a person put it right: nobody else says so
    assert not outdated(invites, (invites, off), ())

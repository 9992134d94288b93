"""Which messages people look at first, and why: the table of VOICE, line by line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config.wiring import ApprovalSettings
from bot.outbox import approval
from bot.outbox.approval import Circumstances, expiry, put_off

USUAL = ApprovalSettings()
OLD = Circumstances("new", age=timedelta(days=30))
NOW = datetime(2026, 2, 11, 9, 0, tzinfo=UTC)


def why(known, **settings):
    found = approval.reason(ApprovalSettings(**settings), known)
    return found and found["key"]


@pytest.mark.parametrize("purpose", ["new", "update", "cancellation", "reminder", "digest"])
def test_in_the_first_fourteen_days_everything(purpose):
    young = Circumstances(purpose, age=timedelta(days=13, hours=23))
    assert why(young) == "first-days"
    assert why(replace(young, age=timedelta(days=14))) is None
    assert why(young, first_days=0) is None


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (OLD, None),
        (replace(OLD, confidence=0.74), "unsure"),
        (replace(OLD, confidence=0.75), None),
        (replace(OLD, new_source="Ville"), "new-source"),
        (replace(OLD, purpose="update", new_source="Ville"), None),
        (replace(OLD, purpose="cancellation", official=False), "cancellation"),
        (replace(OLD, purpose="cancellation"), None),
        (replace(OLD, official=False), None),
        (replace(OLD, purpose="reminder", confidence=0.1), None),
        (replace(OLD, purpose="digest", confidence=0.1, official=False), None),
        (replace(OLD, edits=True, confidence=0.1), None),
        (replace(OLD, edits=True, approved=True), "edited"),
        (replace(OLD, edits=True, approved=True, age=timedelta(0)), "edited"),
        (replace(OLD, edits=True, age=timedelta(0)), None),
        (replace(OLD, reserved="2026-03-22"), "reserve"),
        (replace(OLD, reserved="2026-03-22", purpose="digest"), "reserve"),
        (replace(OLD, reserved="2026-03-22", edits=True), "reserve"),
        (replace(OLD, reserved="2026-03-22", edits=True, approved=True), "edited"),
    ],
)
def test_then_what_is_doubtful(known, expected):
    assert why(known) == expected


def test_each_cause_can_be_switched_off():
    doubtful = Circumstances(
        "cancellation", confidence=0.5, official=False, new_source="x", age=timedelta(0)
    )
    assert why(doubtful, when="never") is None
    assert why(doubtful, when="always", first_days=0) == "always"
    assert why(replace(OLD, purpose="reminder"), when="always") == "always"
    none = {"first_days": 0, "below": 0, "new_source": False, "cancellation": False}
    assert why(doubtful, **none) is None
    assert why(replace(doubtful, purpose="new"), **none) is None


def test_an_answer_is_awaited_three_days_and_never_past_the_event():
    assert expiry(3, NOW, None) == NOW + timedelta(days=3)
    event = NOW + timedelta(days=1)
    assert expiry(3, NOW, event) == event
    assert expiry(3, NOW, NOW + timedelta(days=9)) == NOW + timedelta(days=3)


def test_tomorrow_at_nine_in_local_time_and_not_past_the_event():
    soon = NOW + timedelta(hours=2)
    at, expires = put_off(NOW, "Europe/Paris", soon, None)
    assert at == datetime(2026, 2, 12, 8, 0, tzinfo=UTC)
    assert expires == at + approval.AFTER_MORNING
    _, kept = put_off(NOW, "Europe/Paris", NOW + timedelta(days=3), None)
    assert kept == NOW + timedelta(days=3)
    event = datetime(2026, 2, 12, 10, 0, tzinfo=UTC)
    assert put_off(NOW, "Europe/Paris", soon, event) == (at, event)
    assert put_off(NOW, "Europe/Paris", soon, at) is None
    assert put_off(NOW, "Europe/Paris", soon, NOW) is None


def test_an_election_reserve_is_asked_about_whatever_else_is_set():
    reserved = replace(OLD, reserved="2026-03-22")
    assert why(reserved, when="never") == why(reserved, when="always") == "reserve"


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-02-12 23:30", ""),
        ("2026-02-13 00:10", "2026-03-22"),  # the eve: it may go out the next morning
        ("2026-03-22 23:59", "2026-03-22"),
        ("2026-03-23 00:00", ""),
        ("2026-06-10 12:00", "2026-06-14"),
        ("2026-06-14 12:00", "2026-07-01"),  # two that overlap: the later end
    ],
)
def test_a_reserve_lasts_from_the_eve_of_its_first_day_to_its_last(local, until):
    dates = "2026-02-14..2026-03-22, 2026-06-01..2026-06-14,2026-06-14..2026-07-01"
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    assert approval.reserve(dates, now, "Europe/Paris") == until
    assert approval.reserve("", now, "Europe/Paris") == ""

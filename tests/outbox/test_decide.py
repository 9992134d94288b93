"""Never lost, never twice: what is done with a delivery, and what its outcome makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements.announcement import Message
from bot.errors import ChannelError, Locked, NotNow, Rejected, Unclear
from bot.outbox import decide
from bot.outbox.delivery import Delivery

NOW = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MASTODON = {"abilities": {"find", "idempotent", "edit"}, "window": timedelta(minutes=50)}
GOTOSOCIAL = {"abilities": {"find", "edit"}, "window": None}
BLIND = {"abilities": {"idempotent"}, "window": timedelta(minutes=50)}
NOTHING = {"abilities": frozenset(), "window": None}

FRESH = Delivery(
    1, "c", "a", "s", 0, "post", "key", Message("Bonjour"), NOW, NOW, "sending", 1, NOW
)


def doubtful(age):
    return replace(FRESH, doubt=True, attempts=2, first_attempt=NOW - age)


@pytest.mark.parametrize("channel", [MASTODON, GOTOSOCIAL, BLIND, NOTHING])
def test_d_what_was_never_sent_is_sent(channel):
    assert decide.next_step(FRESH, NOW, **channel) == "send"


@pytest.mark.parametrize(
    ("age", "channel", "step"),
    [
        (timedelta(minutes=5), MASTODON, "look"),
        (2 * HOUR, MASTODON, "look"),
        (timedelta(minutes=5), GOTOSOCIAL, "look"),
        (timedelta(minutes=5), BLIND, "send"),
        (2 * HOUR, BLIND, "hold"),
        (timedelta(0), NOTHING, "hold"),
    ],
)
def test_d_a_doubt_looks_first_or_trusts_the_key_or_holds(age, channel, step):
    assert decide.next_step(doubtful(age), NOW, **channel) == step


@pytest.mark.parametrize(
    ("age", "channel", "found", "complete", "step"),
    [
        (timedelta(minutes=5), MASTODON, True, True, "adopt"),
        (30 * HOUR, GOTOSOCIAL, True, False, "adopt"),
        (timedelta(minutes=5), MASTODON, False, True, "send"),
        (timedelta(minutes=5), MASTODON, False, False, "send"),  # the key protects
        (30 * HOUR, MASTODON, False, True, "send"),
        (30 * HOUR, MASTODON, False, False, "hold"),
        (timedelta(minutes=5), GOTOSOCIAL, False, True, "send"),
        (timedelta(minutes=5), GOTOSOCIAL, False, False, "hold"),
    ],
)
def test_d3_after_looking(age, channel, found, complete, step):
    said = decide.after_look(doubtful(age), NOW, found=found, complete=complete, **channel)
    assert said == step


def test_r15_a_clock_set_back_is_no_proof_that_the_key_is_kept():
    delivery = doubtful(-HOUR)
    assert decide.next_step(delivery, NOW, **BLIND) == "hold"


@pytest.mark.parametrize("action", ["edit", "withdraw"])
def test_c12_an_edit_in_doubt_is_simply_done_again(action):
    delivery = replace(doubtful(30 * HOUR), action=action)
    assert decide.next_step(delivery, NOW, **NOTHING) == "send"


def test_what_comes_too_late_expires_only_if_it_was_never_sent():
    late = replace(FRESH, expires=NOW)
    assert decide.next_step(late, NOW, **MASTODON) == "expire"
    in_doubt = replace(doubtful(HOUR), expires=NOW)
    assert decide.next_step(in_doubt, NOW, **MASTODON) == "look"
    look = {"complete": True, **MASTODON}
    assert decide.after_look(in_doubt, NOW, found=True, **look) == "adopt"
    assert decide.after_look(in_doubt, NOW, found=False, **look) == "expire"


def test_done_is_sent():
    assert decide.done("42", "https://example.org/42") == decide.Settlement(
        "sent", remote="42", remote_url="https://example.org/42"
    )


def test_not_now_waits_for_what_the_other_side_asks():
    error = NotNow(after=timedelta(minutes=7), channel="c", cause="429")
    after = decide.failed(FRESH, error, NOW, 0.5)
    assert (after.state, after.doubt, after.tell) == ("queued", False, "")
    assert after.due >= NOW + timedelta(minutes=7)
    assert "429" in after.error


def test_not_now_takes_no_older_doubt_away():
    after = decide.failed(doubtful(HOUR), NotNow(channel="c", cause="503"), NOW, 0.5)
    assert (after.state, after.doubt) == ("unclear", True)


@pytest.mark.parametrize("kind", [Unclear, ChannelError])
def test_c7_a_lost_answer_leaves_a_doubt(kind):
    after = decide.failed(FRESH, kind(channel="c", cause="time-out"), NOW, 0.5)
    assert (after.state, after.doubt) == ("unclear", True)
    assert after.due > NOW


def test_d7_rejected_is_set_aside_and_told():
    after = decide.failed(FRESH, Rejected(channel="c", cause="422"), NOW, 0.5)
    assert (after.state, after.tell, after.pause) == ("aside", "aside", None)


def test_d7_locked_keeps_the_message_and_knocks_once_an_hour():
    after = decide.failed(FRESH, Locked(channel="c", cause="401"), NOW, 0.0)
    assert (after.state, after.tell) == ("queued", "locked")
    assert after.due == after.pause == NOW + HOUR


def test_d_a_look_that_fails_leaves_the_doubt_whatever_failed():
    for kind in (NotNow, Unclear, Rejected, Locked):
        after = decide.failed_look(doubtful(HOUR), kind(channel="c", cause="x"), NOW, 0.5)
        assert (after.state, after.doubt) == ("unclear", True)
        assert after.due > NOW


def test_held_says_so():
    after = decide.held(doubtful(30 * HOUR))
    assert (after.state, after.doubt, after.tell) == ("aside", True, "held")


channels = st.sampled_from([MASTODON, GOTOSOCIAL, BLIND, NOTHING])
ages = st.timedeltas(-timedelta(days=2), timedelta(days=40))


@given(age=ages, channel=channels, complete=st.booleans())
def test_d_a_post_in_doubt_is_sent_again_only_with_proof_or_a_living_key(age, channel, complete):
    """The one property that matters: no blind second post."""
    delivery = doubtful(age)
    step = decide.next_step(delivery, NOW, **channel)
    looked = step == "look"
    if looked:
        step = decide.after_look(delivery, NOW, found=False, complete=complete, **channel)
    living = channel["window"] is not None and timedelta(0) <= age < channel["window"]
    if step == "send":
        assert (looked and complete) or living
    else:
        assert step == "hold"

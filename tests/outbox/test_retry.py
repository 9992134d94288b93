"""When a message is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.retry import ASKED_LONGEST, FIRST, LONGEST, SHORTEST, next_try

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def waits(chance, after=None):
    return [next_try(n, NOW, chance, after) - NOW for n in range(1, 30)]


def test_the_wait_doubles_up_to_an_hour_and_never_ends():
    assert waits(1.0)[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert waits(1.0)[-1] == LONGEST
    assert next_try(100_000, NOW, 1.0) == NOW + LONGEST


def test_d7_no_hot_loop_even_without_luck():
    assert set(waits(0.0)) == {SHORTEST}


def test_full_jitter_spreads_the_tries():
    assert next_try(5, NOW, 0.25) - NOW == 4 * FIRST


@given(st.integers(1, 500), st.floats(0, 1), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_what_the_other_side_asks_is_respected(attempts, chance, after):
    wait = next_try(attempts, NOW, chance, after) - NOW
    assert wait >= min(after, ASKED_LONGEST)
    assert wait <= max(min(after, ASKED_LONGEST) + SHORTEST, LONGEST)

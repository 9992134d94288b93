"""How often a source is read by what it publishes, and what its last reads came to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import due, lately, often

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def published(every, times=12, until=NOW):
    return often.remember((), [until - every * n for n in range(times)], NOW)


@pytest.mark.parametrize(
    ("every", "until", "read"),
    [
        (DAY, NOW, 2 * HOUR),
        (HOUR, NOW, 15 * MINUTE),  # the floor
        (7 * DAY, NOW, 14 * HOUR),
        (90 * DAY, NOW, DAY),  # the ceiling
        (DAY, NOW - 6 * DAY, 12 * HOUR),  # silent since
        (15 * MINUTE, NOW - 6 * HOUR, 30 * MINUTE),
    ],
)
def test_twelve_reads_between_two_news(every, until, read):
    known = published(every, until=until)
    assert often.interval(None, known, NOW) == read
    once = often.Often()
    for fresh in ((), known, known, published(DAY), known):
        assert once.interval(None, fresh, NOW) == often.interval(None, fresh, NOW)
    assert once.interval(None, known, NOW + DAY) == often.interval(None, known, NOW + DAY)
    assert once.interval(45, known, NOW) == 45 * MINUTE


def test_a_fixed_interval_stays_and_an_unknown_one_is_an_hour():
    assert often.interval(30, published(90 * DAY), NOW) == 30 * MINUTE
    assert often.interval(None, published(DAY, 3), NOW) == HOUR
    assert often.interval(None, (), NOW) == HOUR


def test_what_comes_together_is_one_moment_and_the_future_none():
    at_once = [NOW - timedelta(seconds=n) for n in range(50)]
    assert len(often.remember((), at_once, NOW)) == 1
    assert often.remember((), [NOW + DAY], NOW) == []
    assert len(often.remember(published(DAY), [NOW], NOW)) == 12


@given(
    st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), max_size=40),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
)
def test_p5_p6_always_between_the_floor_and_a_day(moments, now):
    now = now.replace(tzinfo=UTC)
    known = often.remember((), [moment.replace(tzinfo=UTC) for moment in moments], now)
    assert len(known) <= often.KEPT
    for later in (now, now + DAY, now - 400 * DAY):  # a clock may be put back (R15)
        assert due.FLOOR <= often.interval(None, known, later) <= due.LONGEST


def test_the_line_of_the_last_reads():
    said = ""
    for entries in (25, 0, 0, 1, 3):
        said = lately.answered(said, entries)
    said = lately.failed(said)
    assert lately.line(said) == "▆▁▁▂▃×"
    for _ in range(100):
        said = lately.failed(said)
    assert said == "x" * lately.KEPT
    assert lately.line("0?7") == "▁█", "what an older or newer version wrote does no harm"

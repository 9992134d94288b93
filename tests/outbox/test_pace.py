"""How fast messages go out, and when none do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.pace import earliest

PARIS = ZoneInfo("Europe/Paris")


def paris(*when, fold=0):
    return datetime(*when, tzinfo=PARIS, fold=fold).astimezone(UTC)


def pace(sent, now, *, per_hour=0, per_day=0, quiet="", priority=0):
    return earliest(
        sent,
        now,
        per_hour=per_hour,
        per_day=per_day,
        quiet=quiet,
        timezone="Europe/Paris",
        priority=priority,
    )


NOON = paris(2026, 2, 10, 12, 0)


def test_no_limits_means_now():
    assert pace([NOON] * 50, NOON) == NOON


def test_one_an_hour():
    sent = [NOON - timedelta(minutes=20)]
    assert pace(sent, NOON, per_hour=1) == NOON + timedelta(minutes=40)
    assert pace(sent, NOON + timedelta(minutes=40), per_hour=1) == NOON + timedelta(minutes=40)


def test_three_a_day_slide_over_midnight():
    sent = [paris(2026, 2, 9, 23, minute) for minute in (10, 20, 30)]
    midnight = paris(2026, 2, 10, 0, 10)
    assert pace(sent, midnight, per_day=3) == paris(2026, 2, 10, 23, 10)


def test_the_order_of_what_was_sent_does_not_matter():
    sent = [NOON - timedelta(minutes=m) for m in (50, 10, 30)]
    assert pace(sent, NOON, per_hour=2) == NOON + timedelta(minutes=30)


def test_r15_a_clock_that_was_wrong_holds_nothing_for_longer():
    assert pace([NOON + timedelta(days=300)], NOON, per_hour=1) == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (paris(2026, 2, 10, 19, 59), paris(2026, 2, 10, 19, 59)),
        (paris(2026, 2, 10, 20, 0), paris(2026, 2, 11, 8, 0)),
        (paris(2026, 2, 10, 23, 59), paris(2026, 2, 11, 8, 0)),
        (paris(2026, 2, 11, 0, 0), paris(2026, 2, 11, 8, 0)),
        (paris(2026, 2, 11, 7, 59), paris(2026, 2, 11, 8, 0)),
        (paris(2026, 2, 11, 8, 0), paris(2026, 2, 11, 8, 0)),
    ],
)
def test_quiet_hours_over_midnight(now, expected):
    assert pace([], now, quiet="20:00-08:00") == expected


def test_quiet_hours_within_a_day():
    assert pace([], NOON, quiet="11:30-14:00") == paris(2026, 2, 10, 14, 0)


def test_an_urgent_cancellation_passes():
    night = paris(2026, 2, 10, 23, 0)
    assert (
        pace([night] * 9, night, per_hour=1, per_day=1, quiet="20:00-08:00", priority=10) == night
    )


def test_waiting_for_the_pace_may_end_in_the_quiet_hours():
    evening = paris(2026, 2, 10, 19, 30)
    assert pace([evening], evening, per_hour=1, quiet="20:00-08:00") == paris(2026, 2, 11, 8, 0)


def test_r9_quiet_hours_end_on_the_wall_clock_on_both_changes():
    # The night of 28 to 29 March 2026 has 23 hours, that of 24 to 25 October has 25.
    march = pace([], paris(2026, 3, 28, 22, 0), quiet="20:00-08:00")
    october = pace([], paris(2026, 10, 24, 22, 0), quiet="20:00-08:00")
    assert march == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert october == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


def test_r9_quiet_hours_that_end_in_the_hour_that_does_not_exist():
    # At 2:00 the clock leaps to 3:00: that is when 2:30 is over.
    out = pace([], paris(2026, 3, 28, 23, 0), quiet="20:00-02:30")
    assert out == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_r9_quiet_hours_that_end_in_the_hour_that_comes_twice():
    out = pace([], paris(2026, 10, 24, 23, 0), quiet="20:00-02:30")
    assert out == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("quiet", ["la nuit", "20h-8h", "25:00-08:00"])
def test_quiet_hours_that_are_none_are_refused(quiet):
    with pytest.raises(ValueError):
        pace([], NOON, quiet=quiet)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=200)
@given(now=moments, start=clock, end=clock, per_hour=st.integers(0, 3), per_day=st.integers(0, 5))
def test_whatever_goes_out_keeps_every_limit(now, start, end, per_hour, per_day):
    sent = []
    for _ in range(12):
        now = pace(sent, now, per_hour=per_hour, per_day=per_day, quiet=f"{start}-{end}")
        sent.append(now)
        at = now.astimezone(PARIS).strftime("%H:%M")
        quiet = start <= at < end if start <= end else at >= start or at < end
        assert not quiet
        # What it answers is the answer: asked again at that moment, it says "now".
        assert (
            pace(sent[:-1], now, per_hour=per_hour, per_day=per_day, quiet=f"{start}-{end}") == now
        )
    for limit, span in ((per_hour, timedelta(hours=1)), (per_day, timedelta(days=1))):
        if limit:
            assert all(
                later - earlier >= span for earlier, later in zip(sent, sent[limit:], strict=False)
            )

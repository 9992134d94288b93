from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import rhythm
from bot.sources.caching import fresh_for, retry_after

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)  # a Sunday
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("1.5", timedelta(seconds=1.5)),
        ("9" * 400, timedelta(days=7)),
        ("Sun, 01 Feb 2026 13:00:00 GMT", HOUR),
        ("Sun, 01 Feb 2026 14:00:00 +0100", HOUR),
        ("Sun, 01 Feb 2020 13:00:00 GMT", timedelta()),
        ("Sun, 01 Feb 2099 13:00:00 GMT", timedelta(days=7)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_p8_retry_after(said, wait):
    assert retry_after(said, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=7200"}, 2 * HOUR),
        ({"Cache-Control": 'MAX-AGE="7200"'}, 2 * HOUR),
        ({"Cache-Control": "no-cache, max-age=7200"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, 24 * HOUR),
        ({"Cache-Control": "max-age=-1"}, None),
        (
            {"Expires": "Sun, 01 Feb 2026 15:00:00 GMT", "Date": "Sun, 01 Feb 2026 12:00:00 GMT"},
            3 * HOUR,
        ),
        # the server's clock is a year late: Expires − Date is what counts
        (
            {"Expires": "Sat, 01 Feb 2025 15:00:00 GMT", "Date": "Sat, 01 Feb 2025 12:00:00 GMT"},
            3 * HOUR,
        ),
        ({"Expires": "Sun, 01 Feb 2026 13:00:00 GMT"}, HOUR),
        ({"Expires": "0"}, None),
        ({"Expires": "Thu, 19 Nov 1981 08:52:00 GMT"}, None),
        (
            {"Cache-Control": "no-cache, max-age=9", "Expires": "Sun, 01 Feb 2026 13:00:00 GMT"},
            HOUR,
        ),
        (
            {"Cache-Control": "max-age=7200", "Expires": "Sun, 01 Feb 2026 13:00:00 GMT"},
            2 * HOUR,
        ),
    ],
)
def test_p6_freshness(headers, wait):
    assert fresh_for(headers, NOW) == wait


@given(st.text(), st.text(), st.text(), st.text())
def test_r1_any_header(cache, expires, date, retry):
    headers = {"Cache-Control": cache, "Expires": expires, "Date": date}
    found = fresh_for(headers, NOW)
    assert found is None or timedelta() < found <= 24 * HOUR
    found = retry_after(retry, NOW)
    assert found is None or timedelta() <= found <= timedelta(days=7)


def channel(head, items="<item><title>x</title></item>", tail=""):
    return f"<rss><channel>{head}{items}{tail}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>90</ttl>", 90),
        ("<ttl> 5 </ttl>", 5),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>9999999</ttl>", 1440),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 1440),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
        ("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 90),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 60),
    ],
)
def test_p6_ttl_and_syndication(head, minutes):
    assert rhythm.read(channel(head)).get("minutes") == minutes
    assert rhythm.read(channel("", tail=head)).get("minutes") == minutes  # after the items


def test_p6_an_item_cannot_ask_for_the_feed():
    inside = "<item>" + "x" * 5000 + "<ttl>90</ttl></item>" + "<item>y</item>" * 1000
    assert rhythm.read(channel("", items=inside)) == {}


def hours(*skipped):
    return "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in skipped) + "</skipHours>"


def days(*skipped):
    return "<skipDays>" + "".join(f"<day>{d}</day>" for d in skipped) + "</skipDays>"


def test_p7_all_values_are_kept():
    found = rhythm.read(channel(hours(3, 1, 24, 99, 1) + days("Monday", "sunday", "Someday")))
    assert (found["hours"], found["days"]) == ([0, 1, 3], [0, 6])


def test_p7_everything_skipped_is_ignored():
    week = days(*["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
    assert rhythm.read(channel(hours(*range(24)) + week)) == {}


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ({}, None),
        ({"hours": [14]}, None),  # at one, when the next read is due, it may be read
        ({"hours": [13]}, 14),
        ({"hours": [13, 14, 15]}, 16),
        ({"minutes": 120, "hours": [13]}, 14),
        ({"minutes": 120, "hours": [14]}, 15),
        ({"days": [6]}, 24),
    ],
)
def test_p7_waits_until_an_hour_that_is_not_skipped(asked, until):
    wait = rhythm.wait(asked, NOW, HOUR, None)
    assert wait == (None if until is None else timedelta(hours=until - 12))


def test_p7_skipped_hours_are_gmt():
    paris = datetime.fromisoformat("2026-02-01T13:00:00+01:00")
    assert rhythm.wait({"hours": [13]}, paris, HOUR, None) == 2 * HOUR


@given(
    st.lists(st.integers(0, 23), max_size=23, unique=True),
    st.lists(st.integers(0, 6), max_size=6, unique=True),
    st.integers(0, 2000),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
)
def test_p6_never_longer_than_a_day(skipped, weekdays, minutes, now):
    asked = {"hours": skipped, "days": weekdays, "minutes": minutes}
    found = rhythm.wait(asked, now.replace(tzinfo=UTC), HOUR, timedelta(hours=3))
    assert found is not None
    assert 3 * HOUR <= found <= 24 * HOUR


@given(st.binary())
def test_r1_any_bytes_have_a_rhythm(body):
    rhythm.read(b"<rss><ttl>" + body + b"<skipHours><hour>" + body)

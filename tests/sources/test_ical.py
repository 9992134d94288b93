"""Calendars: what recurs, what is moved or cancelled, and what no zone can name."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.model import Wrong
from bot.errors import Unreadable
from bot.sources import ical
from bot.sources.ical import Ical

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def event(*lines):
    return "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *lines, "END:VEVENT"))


def calendar(*events, head=""):
    top = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//club//FR\r\n"
    return (top + head + "".join(events) + "END:VCALENDAR\r\n").encode()


def read(*events, now=NOW, days=90, head="", language="fr"):
    zone, url = "Europe/Paris", "https://club.example/a.ics"
    body = calendar(*events, head=head)
    return ical.parse(body, url, now.isoformat(), zone, language, str(days))


def one(*lines, **how):
    (item,) = read(event("UID:1", "SUMMARY:Une", *lines), **how)["items"]
    return item


def test_an_event_says_when_and_where():
    item = one(
        "DTSTART;TZID=Europe/Paris:20260214T140000",
        "DTEND;TZID=Europe/Paris:20260214T180000",
        "LOCATION:La Turbine\\, Grenoble",
        "DESCRIPTION:Venez avec <b> votre ordinateur.",
        "URL:https://club.example/14",
        "CATEGORIES:linux,libre",
        'ORGANIZER;CN="La Guilde":mailto:x@club.example',
        "ATTACH;FMTTYPE=image/png:https://club.example/a.png",
    )
    assert (item["guid"], item["title"], item["url"]) == ("1", "Une", "https://club.example/14")
    assert item["summary"] == (
        "Début\u00a0: samedi 14 février 2026 14:00 — Fin\u00a0: samedi 14 février 2026 18:00 — "
        "Lieu\u00a0: La Turbine, Grenoble"
    )
    assert item["content"] == "Venez avec &lt;b&gt; votre ordinateur."
    assert (item["tags"], item["authors"]) == (["linux", "libre"], ["La Guilde"])
    assert [each["url"] for each in item["media"]] == ["https://club.example/a.png"]


def test_an_english_source_speaks_english():
    item = one("DTSTART:20260214T130000Z", "STATUS:CANCELLED", language="en")
    assert item["title"] == "Une (cancelled)"
    assert item["summary"] == "Start: Saturday 14 February 2026 14:00"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("DTSTART;TZID=Europe/Paris:20260329T023000", "dimanche 29 mars 2026 03:30"),  # gap
        ("DTSTART;TZID=Europe/Paris:20261025T023000", "dimanche 25 octobre 2026 02:30"),  # overlap
        ("DTSTART:20261025T003000Z", "dimanche 25 octobre 2026 02:30"),  # the first of the two
        ("DTSTART:20261025T013000Z", "dimanche 25 octobre 2026 02:30"),  # the second
        ("DTSTART:20260214T140000", "samedi 14 février 2026 14:00"),  # floating
        ("DTSTART;TZID=Mars/Olympus:20260214T140000", "samedi 14 février 2026 14:00"),  # unknown
        ("DTSTART;TZID=America/New_York:20260214T080000", "samedi 14 février 2026 14:00"),
        ("DTSTART;TZID=Romance Standard Time:20260214T140000", "samedi 14 février 2026 14:00"),
        ("DTSTART;VALUE=DATE:20260301", "dimanche 1er mars 2026"),  # a whole day
    ],
)
def test_r14_the_hour_is_the_one_on_the_wall(start, said):
    assert one(start)["summary"] == f"Début\u00a0: {said}"


def test_r14_a_gap_and_an_overlap_keep_a_weekly_hour():
    item = event(
        "UID:1", "SUMMARY:x", "DTSTART;TZID=Europe/Paris:20260322T193000", "RRULE:FREQ=WEEKLY"
    )
    said = [i["summary"][-5:] for i in read(item, now=datetime(2026, 3, 20, tzinfo=UTC))["items"]]
    assert set(said) == {"19:30"}
    assert len(said) == 13


def test_r14_whole_days_end_on_their_last_day():
    said = one("DTSTART;VALUE=DATE:20260214", "DTEND;VALUE=DATE:20260216")["summary"]
    assert said == "Début\u00a0: samedi 14 février 2026 — Fin\u00a0: dimanche 15 février 2026"
    alone = one("DTSTART;VALUE=DATE:20260214", "DTEND;VALUE=DATE:20260215")["summary"]
    assert alone == "Début\u00a0: samedi 14 février 2026"


def test_r14_x_wr_timezone_and_vtimezone_are_believed():
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Ici\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    said = one("DTSTART;TZID=Ici:20260214T160000", head=own)["summary"]
    assert said.endswith("14 février 2026 14:00")
    said = one("DTSTART:20260214T130000Z", head="X-WR-TIMEZONE:Nowhere/Land\r\n")["summary"]
    assert said.endswith("14:00")


WEEKLY = event(
    "UID:p", "SUMMARY:Permanence", "DTSTART;TZID=Europe/Paris:20260104T140000", "RRULE:FREQ=WEEKLY",
    "EXDATE;TZID=Europe/Paris:20260208T140000", "URL:https://club.example/",
)  # fmt: skip
MOVED = event(
    "UID:p", "SUMMARY:Permanence", "RECURRENCE-ID;TZID=Europe/Paris:20260215T140000",
    "DTSTART;TZID=Europe/Paris:20260216T180000",
)  # fmt: skip
CANCELLED = event(
    "UID:p", "SUMMARY:Permanence", "RECURRENCE-ID;TZID=Europe/Paris:20260222T140000",
    "DTSTART;TZID=Europe/Paris:20260222T140000", "STATUS:CANCELLED",
)  # fmt: skip


def test_r14_recurrences_exceptions_and_cancellations():
    items = read(WEEKLY, MOVED, CANCELLED, days=25)["items"]
    assert [(item["guid"], item["title"]) for item in items] == [
        ("p/20260201T130000Z", "Permanence, dimanche 1er février 2026"),
        (
            "p/20260215T130000Z",
            "Permanence, lundi 16 février 2026",
        ),  # moved: the same one, at another hour
        ("p/20260222T130000Z", "Permanence, dimanche 22 février 2026 (annulé)"),
    ]
    assert items[1]["summary"] == "Début\u00a0: lundi 16 février 2026 18:00"


def test_r14_each_occurrence_is_an_entry_of_its_own():
    from bot.entries.clean import clean, once
    from bot.entries.entry import Publisher
    from bot.sources import document

    items = document.from_json(read(WEEKLY, days=25)).items
    club = Publisher("club", "Club", "agenda")
    entries = once(clean(i, club, now=NOW, language="fr", base=None) for i in items)
    assert len(entries) == len(items) == 3


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=SECONDLY",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60))),
        "FREQ=NEVER",
        "FREQ=WEEKLY;UNTIL=20250101",
    ],
)
def test_r14_an_infinite_rule_is_bounded(rule):
    began = time.perf_counter()
    found = read(event("UID:1", "SUMMARY:x", "DTSTART:19700101T120000Z", f"RRULE:{rule}"))
    assert len(found["items"]) <= 91
    assert time.perf_counter() - began < 3


def test_r14_a_broken_event_spoils_no_other():
    good = event("UID:2", "SUMMARY:Deux", "DTSTART:20260214T130000Z")
    broken = [event("UID:1", "SUMMARY:x", "DTSTART:garbage"), event("UID:3", "SUMMARY:sans date")]
    found = read(*broken, good, event("DTSTART:20260215T130000Z", "SUMMARY:Sans UID"))
    assert [item["title"] for item in found["items"]] == ["Deux", "Sans UID"]
    assert found["items"][1]["guid"]


def test_two_events_of_one_name_and_page_are_told_apart():
    page = ("SUMMARY:Atelier", "URL:https://club.example/")
    found = read(
        event("UID:1", *page, "DTSTART:20260214T130000Z"),
        event("UID:2", *page, "DTSTART:20260221T130000Z"),
    )
    assert [item["title"] for item in found["items"]] == [
        "Atelier, samedi 14 février 2026",
        "Atelier, samedi 21 février 2026",
    ]


def test_what_is_past_or_far_away_is_no_news():
    past, far = "DTSTART:20250214T130000Z", "DTSTART:20290214T130000Z"
    assert read(event("UID:1", "SUMMARY:x", past), event("UID:2", "SUMMARY:x", far))["items"] == []


@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"BEGIN:VCALENDAR", b"\xff\x00"])
def test_r11_what_is_no_calendar_is_said(body):
    with pytest.raises(Unreadable):
        ical.parse(body, "", NOW.isoformat(), "Europe/Paris", "fr", "90")


def source(site, fetcher, **options):
    return Ical(
        "club", Ical.Options(kind="ical", name="Club", url=site.url + "/a.ics", **options), fetcher
    )


async def test_r14_what_comes_into_view_is_read_though_the_calendar_is_the_same(site, fetcher):
    site.serve("/a.ics", calendar(WEEKLY), ETag='"a"')
    club = source(site, fetcher, days=10)
    first = await club.read({}, NOW)
    assert len(first.items) == 1
    soon = await club.read(first.state, NOW + timedelta(hours=1))
    assert not soon.changed
    later = await club.read(soon.state, NOW + timedelta(days=5))
    assert [item.guid for item in later.items] == ["p/20260215T130000Z"]
    conditional = ["If-None-Match" in request.headers for request in site.asked]
    assert conditional == [False, True, False]


async def test_r11_an_emptied_calendar_keeps_what_is_known(site, fetcher):
    site.serve("/a.ics", calendar(WEEKLY))
    club = source(site, fetcher)
    first = await club.read({}, NOW)
    site.serve("/a.ics", calendar())
    second = await club.read(first.state, NOW)
    assert (second.changed, second.state, len(second.notices)) == (False, first.state, 1)


async def test_p6_a_calendar_says_how_often_it_wants_to_be_read(site, fetcher):
    head = "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n"
    site.serve("/a.ics", calendar(WEEKLY, head=head))
    assert (await source(site, fetcher).read({}, NOW)).wait == timedelta(hours=6)
    site.serve("/a.ics", calendar(WEEKLY, head="X-PUBLISHED-TTL:P1D\r\n"))
    assert (await source(site, fetcher).read({}, NOW)).wait == timedelta(hours=24)


def test_webcal_is_read_as_https():
    made = Ical.Options(kind="ical", name="x", url="webcal://club.example/a.ics")
    assert made.url == "https://club.example/a.ics"
    with pytest.raises((ValueError, Wrong)):
        Ical.Options(kind="ical", name="x", url="ftp://club.example/a.ics")

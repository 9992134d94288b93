"""Dates of a text, in French and English, resolved from the day of publication."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.understanding import dates
from bot.understanding.dates import DateSpan
from bot.understanding.datewords import DateWords
from bot.understanding.knowledge import Knowledge

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def words(knowledge: Knowledge) -> DateWords:
    return dates.words_of(knowledge)


def read(text: str, published: str, words: DateWords) -> tuple[DateSpan, ...]:
    moment = datetime.fromisoformat(published)
    return dates.find(text, moment if moment.tzinfo else moment.replace(tzinfo=PARIS), words, PARIS)


#: A summer-time change was on 30 March 2025 and 29 March 2026, a winter-time change on
#: 26 October 2025 and 25 October 2026.
DAYS = [
    # what an agenda's line begins with
    ("2026-02-25T09:00", "21/3 : install party", "2026-03-21"),
    ("2026-02-25T09:00", "Loto. 21/3 – Fête du libre", "2026-03-21"),
    # around the change to winter time
    ("2025-10-25T12:00", "demain", "2025-10-26"),
    ("2025-10-25T12:00", "dimanche", "2025-10-26"),
    ("2025-10-26T02:30", "hier", "2025-10-25"),
    ("2025-10-26T23:30", "aujourd’hui", "2025-10-26"),
    ("2025-10-26T23:30", "après-demain", "2025-10-28"),
    ("2025-10-27T00:10", "hier soir", "2025-10-26"),
    ("2025-10-27T00:10", "dimanche dernier", "2025-10-26"),
    ("2025-10-30T08:00", "ce mercredi 29 octobre", "2025-10-29"),
    ("2025-10-30T08:00", "mercredi dernier", "2025-10-29"),
    ("2025-10-30T08:00", "mardi prochain", "2025-11-04"),
    ("2025-10-24T18:00", "J-7", "2025-10-31"),
    ("2025-10-24T18:00", "dans 3 jours", "2025-10-27"),
    ("2025-10-28T18:00", "il y a 3 jours", "2025-10-25"),
    ("2026-10-24T09:00", "tomorrow", "2026-10-25"),
    ("2026-10-26T09:00", "yesterday", "2026-10-25"),
    ("2026-10-26T09:00", "the day before yesterday", "2026-10-24"),
    ("2026-10-26T09:00", "last Sunday", "2026-10-25"),
    # around the change to summer time
    ("2026-03-28T23:59", "demain", "2026-03-29"),
    ("2026-03-29T01:59", "aujourd’hui", "2026-03-29"),
    ("2026-03-29T03:00", "hier", "2026-03-28"),
    ("2026-03-30T00:05", "avant-hier", "2026-03-28"),
    ("2026-03-27T09:00", "dimanche 29 mars", "2026-03-29"),
    ("2026-03-27T09:00", "dimanche prochain", "2026-03-29"),
    ("2026-03-30T09:00", "next Sunday", "2026-04-05"),
    ("2026-03-23T09:00", "J-7", "2026-03-30"),
    ("2026-03-31T09:00", "2 days ago", "2026-03-29"),
    ("2025-03-29T09:00", "le lendemain, demain à 8 h", "2025-03-30"),
    ("2025-03-31T09:00", "dimanche", "2025-03-30"),
    # around the year's turn
    ("2025-12-31T23:00", "demain", "2026-01-01"),
    ("2025-12-31T23:00", "mercredi 7 janvier", "2026-01-07"),
    ("2025-12-30T10:00", "le 3 janvier", "2026-01-03"),
    ("2026-01-02T10:00", "le 28 décembre", "2025-12-28"),
    ("2026-01-02T10:00", "le 28 décembre prochain", "2026-12-28"),
    ("2025-12-20T10:00", "le 12 janvier dernier", "2025-01-12"),
    ("2026-01-01T00:30", "hier", "2025-12-31"),
    ("2026-01-01T10:00", "mardi dernier", "2025-12-30"),
    ("2025-12-29T10:00", "vendredi prochain", "2026-01-02"),
    ("2025-12-29T10:00", "next Friday", "2026-01-02"),
    ("2025-12-28T10:00", "in 5 days", "2026-01-02"),
    ("2026-01-03T10:00", "5 days ago", "2025-12-29"),
    ("2025-12-15T10:00", "jeudi 1er janvier", "2026-01-01"),
    ("2025-11-20T10:00", "on 17 February", "2026-02-17"),
    # the weekday decides the year
    ("2025-11-20T10:00", "mardi 17 février", "2026-02-17"),
    ("2025-11-20T10:00", "jeudi 20 février", "2025-02-20"),
    ("2026-02-20T10:00", "mercredi 29 octobre", "2025-10-29"),
    ("2026-06-01T10:00", "sam. 14/03", "2026-03-14"),
    ("2026-03-02T10:00", "samedi 14", "2026-03-14"),
    ("2026-03-06T10:00", "samedi en huit", "2026-03-14"),
    ("2026-03-06T10:00", "samedi en quinze", "2026-03-21"),
    # written in full or in figures
    ("2025-10-30T10:00", "le 17 février 2026", "2026-02-17"),
    ("2025-10-30T10:00", "le 17/02/2026", "2026-02-17"),
    ("2025-10-30T10:00", "17.02.2026", "2026-02-17"),
    ("2025-10-30T10:00", "2026-02-17", "2026-02-17"),
    ("2025-10-30T10:00", "1er mars 2026", "2026-03-01"),
    ("2025-10-30T10:00", "1ᵉʳ mars 2026", "2026-03-01"),
    ("2025-10-30T10:00", "1<sup>er</sup> mars 2026", "2026-03-01"),
    ("2025-10-30T10:00", "17&nbsp;février 2026", "2026-02-17"),
    ("2025-10-30T10:00", "17\u00a0février\u202f2026", "2026-02-17"),
    ("2025-10-30T10:00", "LE 17 FEVRIER 2026", "2026-02-17"),
    ("2025-10-30T10:00", "le premier mars 2026", "2026-03-01"),
    ("2025-10-30T10:00", "February 17th, 2026", "2026-02-17"),
    ("2025-10-30T10:00", "Tuesday, February 17, 2026", "2026-02-17"),
    ("2025-10-30T10:00", "17th of February 2026", "2026-02-17"),
    ("2025-10-30T10:00", "Tue 17 Feb. 2026", "2026-02-17"),
    ("2026-11-16T10:00", "Clôture le 6/12.", "2026-12-06"),
    ("2026-11-16T10:00", "le premier jeudi de décembre", "2026-12-03"),
    ("2024-02-20T10:00", "le 29 février", "2024-02-29"),
    # a week said whole
    ("2026-03-09T10:00", "jeudi de la semaine prochaine", "2026-03-19"),
    ("2026-03-13T10:00", "jeudi de la semaine prochaine", "2026-03-19"),
    ("2026-10-23T10:00", "lundi de la semaine prochaine", "2026-10-26"),
    ("2026-03-27T10:00", "mardi de la semaine prochaine", "2026-03-31"),
    ("2025-12-29T10:00", "Tuesday next week", "2026-01-06"),
    ("2026-03-09T10:00", "this coming Saturday", "2026-03-14"),
    ("2025-12-31T10:00", "this coming Saturday", "2026-01-03"),
    # a day alone goes with the date before it
    ("2026-03-09T10:00", "atelier mercredi 25 mars à 14 h, café le 27 à 10 h", "2026-03-27"),
    ("2026-03-26T10:00", "réunion le 30 mars, puis le 2 à 18 h", "2026-04-02"),
    ("2026-09-20T10:00", "le 28 novembre, réponse avant le 30", "2026-09-30"),
    ("2026-10-20T10:00", "le samedi 24 octobre à 14 h, puis le 27 à 10 h", "2026-10-27"),
    ("2025-12-27T10:00", "le lundi 29 décembre à 14 h, puis le 31 à 10 h", "2025-12-31"),
]


@pytest.mark.parametrize(("published", "text", "day"), DAYS)
def test_a_day_is_resolved(published: str, text: str, day: str, words: DateWords) -> None:
    found = read(text, published, words)
    assert [span.iso for span in found][-1:] == [day]
    assert found[-1].kind == "day"


RANGES = [
    ("2025-12-01T10:00", "les 17 et 18 février", "2026-02-17", "2026-02-18"),
    ("2026-02-01T10:00", "du 3 au 5 mars", "2026-03-03", "2026-03-05"),
    ("2026-02-01T10:00", "entre le 3 et le 5 mars", "2026-03-03", "2026-03-05"),
    ("2026-02-01T10:00", "les 3, 4 et 5 mars", "2026-03-03", "2026-03-05"),
    ("2026-02-01T10:00", "les 3 4 et 5 mars", "2026-03-03", "2026-03-05"),
    ("2026-02-01T10:00", "du vendredi au dimanche 8 mars", "2026-03-06", "2026-03-08"),
    ("2026-02-01T10:00", "samedi et dimanche 8 mars", "2026-03-07", "2026-03-08"),
    ("2026-02-01T10:00", "from Friday to Sunday 8 March", "2026-03-06", "2026-03-08"),
    ("2026-01-09T10:00", "31 janvier et 1er février", "2026-01-31", "2026-02-01"),
    ("2026-01-09T10:00", "du 30 mai au 1er juin", "2026-05-30", "2026-06-01"),
    ("2025-12-01T10:00", "du 30 décembre au 2 janvier", "2025-12-30", "2026-01-02"),
    ("2026-06-10T10:00", "les mardi 29 et mercredi 30 septembre", "2026-09-29", "2026-09-30"),
    ("2026-01-10T10:00", "Feb. 17–18", "2026-02-17", "2026-02-18"),
    ("2026-01-10T10:00", "from 30 May to 1 June 2026", "2026-05-30", "2026-06-01"),
    ("2026-01-10T10:00", "17-18 February 2026", "2026-02-17", "2026-02-18"),
    ("2026-01-13T10:00", "le dernier week-end de mai", "2026-05-30", "2026-05-31"),
    ("2026-06-04T10:00", "ce week-end", "2026-06-06", "2026-06-07"),
    ("2026-03-09T10:00", "le week-end du 25 avril", "2026-04-25", "2026-04-26"),
    ("2026-03-09T10:00", "du vendredi 22 mai à 20 h au samedi 23 mai", "2026-05-22", "2026-05-23"),
    (
        "2026-10-09T10:00",
        "de samedi 24 octobre 20 h à dimanche 25 octobre",
        "2026-10-24",
        "2026-10-25",
    ),
    ("2025-12-09T10:00", "du 31 décembre à 22 h au 1er janvier", "2025-12-31", "2026-01-01"),
    (
        "2026-03-09T10:00",
        "from Friday 22 May, 8 pm, to Saturday 23 May",
        "2026-05-22",
        "2026-05-23",
    ),
    (
        "2026-10-05T10:00",
        "Début : 17 octobre 2026 10:00 — Fin : 18 octobre 2026",
        "2026-10-17",
        "2026-10-18",
    ),
]


@pytest.mark.parametrize(("published", "text", "first", "last"), RANGES)
def test_a_range_keeps_both_ends(
    published: str, text: str, first: str, last: str, words: DateWords
) -> None:
    (span,) = read(text, published, words)
    assert (span.iso, span.end_iso, span.last) == (first, last, last)


MONTHS = [
    ("2025-10-30T10:00", "en décembre 2024", "2024-12"),
    ("2025-10-30T10:00", "in December 2024", "2024-12"),
    ("2025-10-31T10:00", "son rendez-vous de février", "2026-02"),
    ("2026-01-15T10:00", "en décembre dernier", "2025-12"),
    ("2025-12-15T10:00", "en janvier prochain", "2026-01"),
]


@pytest.mark.parametrize(("published", "text", "month"), MONTHS)
def test_a_month_stays_a_month(published: str, text: str, month: str, words: DateWords) -> None:
    (span,) = read(text, published, words)
    assert (span.iso, span.kind) == (month, "month")


NONE = [
    "tous les mardis",
    "le mardi et le jeudi",
    "every Tuesday",
    "on Tuesdays",
    "it may rain, they march on",
    "version 2.3.0",
    "3,1 millions",
    "le 30 février 2026",
    "au niveau 2",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text: str, words: DateWords) -> None:
    assert read(text, "2026-02-20T10:00", words) == ()


@pytest.mark.parametrize(
    "text", ["il y a quinze jours", "dans deux semaines", "three weeks ago", "in two months"]
)
def test_an_approximate_date_is_none(text: str, words: DateWords) -> None:
    (span,) = read(text, "2026-02-20T10:00", words)
    assert (span.iso, span.kind) == (None, "approximate")


TIMES = [
    ("le 17 février 2026 à 18 h 30", "18:30", None),
    ("le 17 février 2026, de 14 h à 18 h", "14:00", "18:00"),
    ("Samedi 14 mars 2026 de 14h00 à 18h30", "14:00", "18:30"),
    ("sam. 14/03/2026 à 18h30-20h", "18:30", "20:00"),
    ("4 mars 2026 14:00", "14:00", None),
    ("samedi 14 à 10h", "10:00", None),
    ("17 February 2026 at 6:30 pm", "18:30", None),
    ("on 17 February 2026, 9 am to 5 pm", "09:00", "17:00"),
    ("dimanche 8 mars 2026 à minuit", "00:00", None),
    ("à 20 h le 25 mars 2026", "20:00", None),
]


@pytest.mark.parametrize(("text", "time", "end"), TIMES)
def test_the_time_of_day(text: str, time: str, end: str | None, words: DateWords) -> None:
    (span,) = read(text, "2026-02-20T10:00", words)
    assert (span.time, span.end_time) == (time, end)


def test_the_day_of_publication_is_the_one_in_paris(words: DateWords) -> None:
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # already the 29th in Paris, before the change
    (span,) = dates.find("hier", late, words, PARIS)
    assert span.iso == "2026-03-28"


def test_until_and_since_are_told_apart(words: DateWords) -> None:
    until, since, year = read(
        "jusqu’au 8 décembre 2025, depuis le 2 juin 2025, depuis 2022", "2025-10-30", words
    )
    assert (until.role, since.role) == ("until", "since")
    assert (year.kind, year.role) == ("year", "since")


def test_two_far_days_are_two_dates(words: DateWords) -> None:
    found = read("les 3 et 17 mars 2026", "2026-02-01", words)
    assert [span.iso for span in found] == ["2026-03-03", "2026-03-17"]


def test_a_bare_weekday_moves_with_what_is_told(words: DateWords) -> None:
    today = datetime(2026, 2, 19, tzinfo=PARIS).date()  # a Thursday
    (bare,) = read("mercredi", "2026-02-19", words)
    assert dates.ahead(bare, today).iso == "2026-02-25"
    assert dates.behind(bare, today).iso == "2026-02-18"
    (received,) = read("la ville a reçu mercredi le prix", "2026-02-19", words)
    assert dates.ahead(received, today).iso == "2026-02-18"


def test_a_day_without_year_is_read_ahead_unless_just_gone_by(words: DateWords) -> None:
    today = datetime(2026, 3, 1, tzinfo=PARIS).date()
    (october,) = read("le 20 octobre", "2026-03-01", words)
    assert october.iso == "2025-10-20"  # the nearest
    assert dates.ahead(october, today).iso == "2026-10-20"
    (february,) = read("le 17 février", "2026-03-01", words)
    assert dates.ahead(february, today).iso == "2026-02-17"


#: Changes of the clock and turns of the year, with the days around each of them.
_TURNS = [date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29), date(2026, 10, 25)]
_TURNS += [date(year, 1, 1) for year in (2025, 2026, 2027)]
_AROUND = 10  # days


def test_enough_phrases_stand_around_the_turns_of_clock_and_year() -> None:
    """At least fifty phrases are written, or meant, within days of a change of the clock or of the
    year."""
    told = [(published[:10], day) for published, _, day in DAYS]
    told += [(published[:10], last) for published, _, _, last in RANGES]
    near = [
        one
        for one in told
        if any(
            abs((date.fromisoformat(day) - turn).days) <= _AROUND for day in one for turn in _TURNS
        )
    ]
    assert len(near) >= 50

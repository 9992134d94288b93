"""Every date that can be written is found back, whatever stands around it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import dates
from bot.understanding.datewords import DateWords
from bot.understanding.knowledge import Knowledge

PARIS = ZoneInfo("Europe/Paris")
FR = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
JOURS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
#: Words that hold no date of their own.
noise = st.sampled_from(
    [
        "",
        "La commune se réjouit. ",
        "Rendez-vous ",
        "Version 2.3.0. ",
        "On the programme: ",
        "« Libre » : ",
    ]
)


@pytest.fixture(scope="module")
def words(knowledge: Knowledge) -> DateWords:
    return dates.words_of(knowledge)


def written(day: date) -> list[str]:
    number = "1er" if day.day == 1 else str(day.day)
    return [
        f"{JOURS[day.weekday()]} {number} {FR[day.month - 1]} {day.year}",
        f"le {number} {FR[day.month - 1]} {day.year}",
        f"{DAYS[day.weekday()]} {day.day} {EN[day.month - 1]} {day.year}",
        f"{EN[day.month - 1]} {day.day}, {day.year}",
        f"{day:%d/%m/%Y}",
        day.isoformat(),
    ]


@given(day=days, form=st.integers(0, 5), before=noise, after=noise, published=days)
def test_a_full_date_is_found_back(
    day: date, form: int, before: str, after: str, published: date, words: DateWords
) -> None:
    said = written(day)[form]
    text = f"{before}{said}. {after}"
    found = dates.find(text, datetime(*published.timetuple()[:3], 10, tzinfo=PARIS), words, PARIS)
    assert [span.iso for span in found] == [day.isoformat()]
    assert text[found[0].start : found[0].end].lower().endswith(said.lower()[-4:])


@given(published=days, away=st.integers(-150, 150), form=st.integers(0, 1))
def test_weekday_day_and_month_are_enough_near_publication(
    published: date, away: int, form: int, words: DateWords
) -> None:
    day = published + timedelta(days=away)
    said = (
        f"{JOURS[day.weekday()]} {day.day} {FR[day.month - 1]}"
        if form
        else f"{DAYS[day.weekday()]}, {EN[day.month - 1]} {day.day}"
    )
    found = dates.find(said, datetime(*published.timetuple()[:3], 22, tzinfo=PARIS), words, PARIS)
    assert [span.iso for span in found] == [day.isoformat()]


@given(published=days, weekday=st.integers(0, 6))
def test_last_and_next_are_strict(published: date, weekday: int, words: DateWords) -> None:
    moment = datetime(*published.timetuple()[:3], 1, tzinfo=PARIS)
    (last,) = dates.find(f"{JOURS[weekday]} dernier", moment, words, PARIS)
    (coming,) = dates.find(f"next {DAYS[weekday]}", moment, words, PARIS)
    before, after = date.fromisoformat(last.iso or ""), date.fromisoformat(coming.iso or "")
    assert before.weekday() == after.weekday() == weekday
    assert 1 <= (published - before).days <= 7
    assert 1 <= (after - published).days <= 7


@given(day=days, published=days)
def test_accents_case_and_spaces_change_nothing(
    day: date, published: date, words: DateWords
) -> None:
    moment = datetime(*published.timetuple()[:3], 10, tzinfo=PARIS)
    said = f"le {day.day} {FR[day.month - 1]} {day.year}, à 18 h 30"
    plain = (
        said.replace("é", "e").replace("û", "u").replace("à", "a").upper().replace(" ", "\u00a0")
    )
    wanted = [(span.iso, span.time) for span in dates.find(said, moment, words, PARIS)]
    assert wanted == [(span.iso, span.time) for span in dates.find(plain, moment, words, PARIS)]
    assert wanted == [(day.isoformat(), "18:30")]


@given(text=st.text(max_size=200), published=days)
def test_no_text_breaks_it(text: str, published: date, words: DateWords) -> None:
    moment = datetime(*published.timetuple()[:3], 10, tzinfo=PARIS)
    for span in dates.find(text, moment, words, PARIS):
        assert 0 <= span.start <= span.end

"""The calendar file: read back with the library that writes others' calendars."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from mouth import ONE, Mouth, hear
from told_stories import story

from bot.commands.ics import Ics
from bot.errors import NotNow
from bot.understanding.fact import AwardFact, EventFact

ALPOSS = EventFact(
    series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles", place="La Rampe"
)
PARTY = EventFact(
    series=None, name="Install party", start="2026-02-14", time="14:00", end_time="18:00",
    city="Grenoble",
)  # fmt: skip
LYON = EventFact(series=None, name="Rencontre", start="2026-03-15", end="2026-03-16", city="Lyon")
PARIS = EventFact(series=None, name="Salon", start="2026-03-20", city="Paris")
MONTH = EventFact(series=None, name="Un jour", start="2026-03", city="Grenoble")
OFF = replace(
    PARTY, name="Atelier", start="2026-02-20", time=None, end_time=None, status="cancelled"
)


@pytest.fixture
def ask(asking):
    async def run(words="", language="fr", question=None):
        asking.language, asking.question = language, question
        return await Ics().run(asking, {"what": tuple(words.split())})

    return run


def events(answer):
    made = icalendar.Calendar.from_ical(answer.file.data)
    assert made["version"] == "2.0"
    assert made["prodid"]
    return {str(one["summary"]): one for one in made.walk("VEVENT")}


async def test_the_file_holds_what_is_coming_in_the_region(ask, happened):
    facts = {"a": ALPOSS, "p": PARTY, "l": LYON, "far": PARIS, "m": MONTH, "o": OFF}
    await happened(*(story(id, fact) for id, fact in facts.items()))
    answer = await ask()
    assert answer.text == (
        "Voici 4 rendez-vous à moins de 110 km de Grenoble, à ouvrir avec votre agenda."
    )
    assert (answer.file.name, answer.file.mime) == ("rendez-vous.ics", "text/calendar")
    found = events(answer)
    assert set(found) == {"AlpOSS 2026", "Install party", "Rencontre", "Atelier"}
    alposs, party, lyon = found["AlpOSS 2026"], found["Install party"], found["Rencontre"]
    assert (alposs["dtstart"].dt, alposs["dtend"].dt) == (date(2026, 2, 17), date(2026, 2, 18))
    assert alposs["uid"] == "a@alposs-bot"
    assert alposs["location"] == "La Rampe, Échirolles"
    assert alposs["url"] == "https://ta.example/a"
    assert party["dtstart"].dt.astimezone(UTC) == datetime(2026, 2, 14, 13, tzinfo=UTC)
    assert party["dtend"].dt - party["dtstart"].dt == timedelta(hours=4)
    assert lyon["dtend"].dt == date(2026, 3, 17)
    assert [found[name]["status"] for name in ("Atelier", "Rencontre")] == [
        "CANCELLED",
        "CONFIRMED",
    ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("semaine", {"AlpOSS 2026", "Install party"}),
        ("Lyon", {"Rencontre"}),
        ("INSTALL party", {"Install party"}),
        ("salon", {"Salon"}),
        ("mois 10 km", {"AlpOSS 2026", "Install party"}),
    ],
)
async def test_by_time_place_and_topic(ask, happened, words, names):
    facts = {"a": ALPOSS, "p": PARTY, "l": LYON, "far": PARIS}
    await happened(*(story(id, fact, title=fact.name) for id, fact in facts.items()))
    assert set(events(await ask(words))) == names


async def test_nothing_is_no_file(ask, happened):
    for language, said in (("fr", "Je ne connais aucun rendez-vous"), ("en", "I know of nothing")):
        answer = await ask("quiche", language)
        assert answer.file is None
        assert answer.text.startswith(said)


async def test_in_reply_to_an_announcement_its_own_event(ask, announced, question, happened):
    await announced(story("a", ALPOSS), remote="$a")
    await announced(story("n", AwardFact(award_id=None, award="Prix")), remote="$n")
    await happened(story("p", PARTY))
    assert set(events(await ask(question=question(reply_to="$a")))) == {"AlpOSS 2026"}
    for remote in ("$n", "$nobody"):
        answer = await ask(question=question(reply_to=remote))
        assert answer.file is None
        assert not answer.ok


async def test_a_moved_event_keeps_its_uid_and_hostile_words_break_no_line(ask, happened):
    evil = replace(ALPOSS, place="La Rampe\r\nEND:VEVENT\r\nX:1", start="2026-02-18")
    await happened(story("a", ALPOSS))
    before = events(await ask())["AlpOSS 2026"]["uid"]
    await happened(story("a", evil))
    [after] = events(await ask()).values()
    assert after["uid"] == before
    assert "x" not in after


async def test_the_file_is_sent_before_the_words_and_again_where_the_server_asks(
    open_chat, happened
):
    await happened(story("a", ALPOSS))
    mouth = Mouth(NotNow(channel="x", cause="429", after=timedelta(milliseconds=1)))
    open_chat(mouth)
    await hear(mouth, replace(ONE, text="!ics"))
    [(event, file)] = mouth.files
    assert event == "$1"
    assert b"AlpOSS 2026" in file.data
    assert mouth.said[0][1].startswith("Voici un rendez-vous")

"""The second reader of facts: the day of a gathering that no rule found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config.settings import RelevanceSettings
from bot.understanding import eventchoice
from bot.understanding.fact import EventFact
from bot.understanding.language import prepare
from bot.understanding.understand import understand

TOLD = (
    "Claix passe au libre",
    "Linux pour tous, le samedi 14 mars à 14 h, salle Rochefort à Claix, avec la Guilde.",
)


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (*TOLD, "fr"),
        (
            "Free software comes to Claix",
            "Volunteers put Linux on old laptops on Saturday 14 March, 2pm, Claix. Free entry.",
            "en",
        ),
    ],
)
def test_what_no_rule_finds_is_told_and_why(knowledge, make_entry, title, text, language) -> None:
    meant = understand(make_entry(title, text, "2026-03-03", language=language), knowledge)
    (fact,) = meant.facts
    assert isinstance(fact, EventFact)
    assert (fact.start, fact.time, fact.city) == ("2026-03-14", "14:00", "Claix")
    assert fact.confidence < 0.6  # the plain form, until somebody tells it better
    reason = next(one for one in meant.reasons if one.key == "learned.day")
    assert reason.fields["start"] == "2026-03-14"
    assert "14" in reason.fields["words"]


def test_it_can_be_switched_off(knowledge, make_entry) -> None:
    alone = replace(knowledge, relevance=RelevanceSettings(learned=False), _made={})
    entry = make_entry(*TOLD, "2026-03-03")
    assert understand(entry, alone).facts == ()
    assert eventchoice.read(prepare(entry, alone), "event") is None


@pytest.mark.parametrize(
    "text",
    [
        "Inscriptions dès le 4 mars. Linux pour tous, le samedi 14 mars à 14 h, à Claix.",
        "Inscription avant le 10 mars. Linux pour tous, le samedi 14 mars à 14 h, à Claix.",
    ],
)
def test_of_several_days_the_gathering_has_its_own(knowledge, make_entry, text) -> None:
    entry = prepare(make_entry("Claix passe au libre", text, "2026-03-03"), knowledge)
    found = eventchoice.read(entry, "event")
    assert found is not None
    assert found[0].start == "2026-03-14"


def test_without_a_day_there_is_none(knowledge, make_entry) -> None:
    entry = prepare(make_entry("Claix passe au libre", "Linux pour tous.", "2026-03-03"), knowledge)
    assert eventchoice.read(entry, "event") is None


def test_a_known_series_keeps_its_name(knowledge, make_entry) -> None:
    text = "AlpOSS, ce sera le mardi 16 février 2027 à Échirolles, à La Rampe."
    found = eventchoice.read(
        prepare(make_entry("À vos agendas", text, "2026-11-03"), knowledge), "event"
    )
    assert found is not None
    assert (found[0].series, found[0].start) == ("alposs", "2027-02-16")


def test_what_is_no_gathering_gets_no_fact(knowledge, make_entry) -> None:
    entry = make_entry(
        "La piscine ferme", "Le bassin de Claix sera vidé le samedi 14 mars à 14 h.", "2026-03-03"
    )
    assert understand(entry, knowledge).facts == ()

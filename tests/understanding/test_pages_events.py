"""Gatherings as whole pages tell them: named by nothing but that they are held, their days in
headings, the organiser before another clause, a deadline far below. All names but the known
series' are examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import CallFact, EventFact
from bot.understanding.understand import understand


def _events(found: Any) -> list[EventFact]:
    return [fact for fact in found.facts if isinstance(fact, EventFact)]


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        (
            "geoLutin 2026 : réservez la date !",
            "Le comité annonce que le geoLutin 2026 se tiendra à Rodez, du 10 au 12 juin 2026.",
            "event",
        ),
        (
            "Le GeoLutin 2026 à Rodez",
            "La ville de Rodez accueillera le GeoLutin les 10 et 11 juin 2026, entrée libre.",
            "event",
        ),
        (
            "Annulation du geoLutin 2026",
            "Il a été décidé d’annuler le geoLutin 2026 qui devait se tenir à Rodez en juin.",
            "event_update",
        ),
    ],
)
def test_what_is_only_said_to_be_held(title, text, kind, knowledge, make_entry) -> None:
    found = understand(make_entry(title, "", "2026-04-20", content=text), knowledge)
    assert (found.kind, found.relevant) == (kind, False)


def test_a_towns_gathering_of_yesterday_by_its_quoted_name(knowledge, make_entry) -> None:
    text = (
        "La ville de Fontaine a organisé, ce samedi 24 octobre, à La Source la première édition de "
        "l’événement « Fontaine se libère », une journée autour du logiciel libre."
    )
    title = "« Fontaine se libère » : le logiciel libre dans tous ses états"
    entry = make_entry(title, "", "2026-10-25", content=text)
    (fact,) = _events(understand(entry, knowledge))
    assert (fact.name, fact.start, fact.status) == ("Fontaine se libère", "2026-10-24", "past")
    assert fact.edition == 1


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Gazette Lutine n°26", "La Gazette : une visite a eu lieu le 3 mars 2026 à Rodez."),
        ("Conseil municipal", "Le conseil municipal se tiendra le 3 mai 2026 en mairie."),
    ],
)
def test_what_is_held_but_is_no_gathering(title, text, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-04-20"), knowledge)
    assert not found.relevant
    assert _events(found) == []


def test_two_days_in_headings(knowledge, make_entry) -> None:
    text = (
        "Le programme du Capitole du Libre est en ligne.\nSamedi 14 novembre\nConférences grand "
        "public, avec Ana Dobre.\nDimanche 15 novembre\nAteliers, entrée libre."
    )
    entry = make_entry("Le Capitole du Libre : le programme", "", "2026-10-16", content=text)
    (fact, *_) = _events(understand(entry, knowledge))
    assert (fact.start, fact.end) == ("2026-11-14", "2026-11-15")


def test_one_day_of_several(knowledge, make_entry) -> None:
    text = (
        "Three keynotes open OW2con’26 on Tuesday 16 June.\n"
        "Thirty sessions take place over the two days of 16-17 June 2026."
    )
    entry = make_entry("The programme of OW2con’26", "", "2026-06-02", content=text, language="en")
    (fact, *_) = _events(understand(entry, knowledge))
    assert (fact.start, fact.end) == ("2026-06-16", "2026-06-17")


def test_the_organiser_ends_where_another_clause_begins(knowledge, make_entry) -> None:
    text = "Organisé par Toulibre, ces rencontres ouvrent le samedi 14 novembre à Toulouse."
    (fact, *_) = _events(understand(make_entry("Capitole du Libre", text, "2026-10-16"), knowledge))
    assert fact.organiser == "Toulibre"


def test_the_eighth_of_another_gathering(knowledge, make_entry) -> None:
    text = (
        "Le Capitole du Libre, samedi 14 novembre à Toulouse, héberge la 8e rencontre des monnaies."
    )
    (fact, *_) = _events(understand(make_entry("Capitole du Libre", text, "2026-10-16"), knowledge))
    assert fact.edition is None


def test_ahead_of_time_puts_nothing_off(knowledge, make_entry) -> None:
    text = (
        "Le Capitole du Libre ouvre samedi 14 novembre à Toulouse. Il faut s’inscrire à l’avance."
    )
    (fact, *_) = _events(understand(make_entry("Capitole du Libre", text, "2026-10-16"), knowledge))
    assert fact.status == "scheduled"


def test_who_looks_back_calls_nothing_off(knowledge, make_entry) -> None:
    text = (
        "Ce week-end, c’était les JdLL à l’ENS de Lyon. C’est l’annulation d’un festival parisien "
        "qui m’a poussé à venir."
    )
    found = understand(make_entry("Retour sur les JdLL", text, "2026-06-01"), knowledge)
    (fact,) = _events(found)
    assert fact.status == "past"


def test_a_deadline_far_below(knowledge, make_entry) -> None:
    themes = "\n".join(f"Un thème, le numéro {number}" for number in range(1, 12))
    text = (
        "Toulibre organise les 14 et 15 novembre 2026 le Capitole du Libre à Toulouse.\n"
        f"Trois formes sont possibles :\n{themes}\n"
        "Les personnes intéressées doivent soumettre d’ici au 15 septembre 2026 leur proposition de "
        "conférence."
    )
    entry = make_entry("Appel à conférences", "", "2026-07-30", content=text)
    (fact,) = [one for one in understand(entry, knowledge).facts if isinstance(one, CallFact)]
    assert (fact.deadline, fact.event_start) == ("2026-09-15", "2026-11-14")


def test_a_habit_is_no_day(knowledge, make_entry) -> None:
    text = (
        "Le Capitole du Libre a lieu chaque année en novembre à Toulouse. Le dossier de mécénat "
        "est disponible."
    )
    found = understand(make_entry("Capitole du Libre", "", "2026-08-02", content=text), knowledge)
    assert _events(found) == []


def test_what_was_to_be_elsewhere_is_not_its_day(knowledge, make_entry) -> None:
    text = (
        "C’était ma première visite à ces journées. Un festival parisien qui devait se tenir en "
        "juin m’avait manqué. À Lyon, bracelet au poignet, tout est bien indiqué."
    )
    entry = make_entry("Retour sur les Journées du Logiciel Libre", "", "2026-05-31", content=text)
    (fact,) = _events(understand(entry, knowledge))
    assert (fact.start, fact.status) == (None, "past")


def test_the_speakers_today_is_not_its_day(knowledge, make_entry) -> None:
    text = (
        "« Aujourd’hui, ces sujets intéressent les communes », explique Ana Dobre. Plus de 500 "
        "personnes ont participé à cette troisième édition."
    )
    entry = make_entry("AlpOSS gagne les communes", "", "2026-02-25", content=text)
    (fact,) = _events(understand(entry, knowledge))
    assert (fact.start, fact.status) == (None, "past")

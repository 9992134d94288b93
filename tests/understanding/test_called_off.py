"""A gathering without a word for one that is off; and a town where a thing was only made."""

from __future__ import annotations

import pytest

from bot.understanding.fact import EventFact
from bot.understanding.understand import understand


def _events(found) -> list[EventFact]:
    return [fact for fact in found.facts if isinstance(fact, EventFact)]


@pytest.mark.parametrize(
    ("title", "text", "language", "city"),
    [
        (
            None,
            "Pas de chauffage à la salle des fêtes de Domène : on ne pourra pas réparer vos PC sous Linux samedi, c’est annulé.",
            "fr",
            "Domène",
        ),
        (
            "Mauvaise nouvelle",
            "Nous devons tout annuler samedi 12 décembre à la médiathèque de Crolles : trop de malades. Vos machines passeront à Linux en janvier.",
            "fr",
            "Crolles",
        ),
        (
            None,
            "On Saturday 12 December we cancel: no laptops under Linux at the Espace Rostand in Voiron.",
            "en",
            "Voiron",
        ),
    ],
)
def test_it_is_off(title, text, language, city, knowledge, make_entry) -> None:
    entry = make_entry(title, text, "2026-12-08", role="fediverse", language=language)
    found = understand(entry, knowledge)
    (fact,) = _events(found)
    assert (found.kind, found.relevant) == ("event_update", True)
    assert (fact.status, fact.start, fact.city) == ("cancelled", "2026-12-12", city)


@pytest.mark.parametrize(
    "text",
    [
        "Notre train de samedi à la gare de Grenoble est annulé, je code sous Linux sur le quai.",
        "Mon abonnement est annulé samedi à la médiathèque de Crolles. Vive Linux.",
        "Le vote du conseil est annulé samedi à Voiron. Des logiciels libres y étaient à l’ordre du jour.",
    ],
)
def test_something_else_is_off(text, knowledge, make_entry) -> None:
    found = understand(make_entry(None, text, "2026-12-08", role="fediverse"), knowledge)
    assert not _events(found)
    assert not found.relevant


@pytest.mark.parametrize(
    ("text", "language", "city"),
    [
        (
            "Tourné à Berlin, le film sur le logiciel libre sera projeté samedi 12 décembre à 20 h à Vizille.",
            "fr",
            "Vizille",
        ),
        (
            "Conférence sur Linux samedi 12 décembre à 18 h : Ada Roc, née à Toulouse, parlera à Meylan.",
            "fr",
            "Meylan",
        ),
        (
            "Screening of a film on free software, shot in Vienna, on Saturday 12 December at 8 pm in Voiron.",
            "en",
            "Voiron",
        ),
    ],
)
def test_where_a_thing_was_made_is_not_where_it_is_held(
    text, language, city, knowledge, make_entry
) -> None:
    entry = make_entry("Une soirée", text, "2026-12-01", language=language)
    assert [fact.city for fact in _events(understand(entry, knowledge))] == [city]

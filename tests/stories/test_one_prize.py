"""One category of one edition has one winner, however each calls it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.commands._news import Stories
from bot.entries.entry import Entry, Publisher
from bot.stories.categories import akin_categories
from bot.stories.names import one_spelling, same_name
from bot.understanding.fact import AwardFact, ReleaseFact, Understanding

PRIZE = AwardFact(
    award_id="acteurs-du-libre",
    award="Acteurs du Libre",
    year=2025,
    laureates=("Brumisoft",),
    category="développement commercial",
)
OF_TOWN = replace(PRIZE, laureates=("Meylan",))


def entry(id, text, *, name="La Lettre"):
    return Entry(
        id=id,
        publisher=Publisher("s", name),
        url=f"https://example.org/{id}",
        title="Brèves",
        summary="",
        content=text,
        language="fr",
        published=datetime(2025, 12, 11, 9, tzinfo=UTC),
        fingerprint="",
    )


def together(knowledge, *told):
    """Are they one story, whichever comes first?"""
    found = set()
    for order in permutations(told):
        stories = Stories(knowledge)
        ids = [stories.place(said, Understanding("award", True, facts)) for said, facts in order]
        found.add(len({stories.now(id).id for id in ids}) == 1)
    assert len(found) == 1, "the order must not matter"
    return found.pop()


@pytest.mark.parametrize(
    ("text", "name", "facts"),
    [
        ("L’entreprise de Meylan, Brumisoft, a gagné.", "La Lettre", (OF_TOWN,)),
        ("Notre Scop a gagné !", "Brumisoft", (replace(PRIZE, laureates=("Scop",)),)),
        (
            "A Meylan firm, Brumisoft.",
            "The Letter",
            (replace(OF_TOWN, category="business development"),),
        ),
        ("Brumisoft.", "La Lettre", (PRIZE, replace(OF_TOWN, category=None))),
    ],
)
def test_the_winner_may_be_called_otherwise(text, name, facts, knowledge) -> None:
    said = entry("s/a", "Brumisoft a gagné."), (PRIZE,)
    assert together(knowledge, said, (entry("s/b", text, name=name), facts))


@pytest.mark.parametrize(
    "other",
    [
        replace(OF_TOWN, category="service public engagé"),
        replace(OF_TOWN, category=None),
        replace(OF_TOWN, year=2024),
        replace(OF_TOWN, award_id="nec-dor", award="NEC d’or"),
        replace(OF_TOWN, label=True),
    ],
)
def test_another_category_year_or_award_is_another_prize(other, knowledge) -> None:
    said = entry("s/a", "Brumisoft a gagné."), (PRIZE,)
    text = "Meylan a gagné, le soir où l’on a fêté Brumisoft."
    assert not together(knowledge, said, (entry("s/b", text), (other,)))


def test_two_levels_are_two_prizes(knowledge) -> None:
    silver = entry("s/a", "Brumisoft, argent."), (replace(PRIZE, level="Argent"),)
    gold = entry("s/b", "Meylan, or, devant Brumisoft."), (replace(OF_TOWN, level="Or"),)
    assert not together(knowledge, silver, gold)


def test_two_towns_have_each_its_own(knowledge) -> None:
    meylan = entry("s/a", "Meylan a gagné, Voiron aussi."), (OF_TOWN,)
    voiron = replace(OF_TOWN, laureates=("Voiron",))
    assert not together(knowledge, meylan, (entry("s/b", "Voiron a gagné avec Meylan."), (voiron,)))


def test_who_is_not_named_has_another_prize(knowledge) -> None:
    said = entry("s/a", "Brumisoft a gagné."), (PRIZE,)
    assert not together(knowledge, said, (entry("s/b", "Meylan a gagné."), (OF_TOWN,)))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("mutualisation", "pooling", True),
        ("transition numérique", "digital transition", True),
        ("service public engagé", "public service", True),
        ("coup de cœur du jury", "prix spécial du jury", False),
        ("Cohérence", "coherence", True),
        ("prix du jury", "jury award", True),
        ("documentation", "communauté", False),
        ("inclusion numérique", "sobriété numérique", False),
    ],
)
def test_categories_are_compared_across_languages(a, b, same) -> None:
    assert akin_categories(a, b) is akin_categories(b, a) is same


@pytest.mark.parametrize(
    ("short", "whole", "same"),
    [
        ("UGA", "Université Grenoble Alpes", True),
        ("l’UGA", "Université Grenoble Alpes", True),
        ("CCAS", "Centre communal d’action sociale", True),
        ("UGA", "Université Lumière Lyon", False),
        ("Uga", "Université Grenoble Alpes", False),
        ("VG", "Ville de Grenoble", False),
    ],
)
def test_a_name_and_its_first_letters(short, whole, same) -> None:
    assert same_name(short, whole) is same_name(whole, short) is same


def test_what_stands_behind_a_comma_only_explains(knowledge) -> None:
    assert one_spelling("Voiron, commune de l’Isère", knowledge) == ("Voiron", True)
    assert one_spelling("Crolles (Isère)", knowledge) == ("Crolles", True)
    assert one_spelling("Claix, en passant", knowledge)[0] != "Pont-de-Claix"


def test_one_day_has_one_edition_whatever_its_year(knowledge) -> None:
    given = replace(PRIZE, date="2026-01-14", year=2025)
    said = entry("s/a", "Brumisoft."), (given,)
    assert together(knowledge, said, (entry("s/b", "Brumisoft."), (replace(given, year=2026),)))
    for date in ("2026-01-15", "2026-01", None):
        other = replace(given, year=2026, date=date)
        assert not together(knowledge, said, (entry("s/b", "Brumisoft."), (other,)))


def test_a_version_told_by_its_name_and_by_what_it_is(knowledge) -> None:
    by_kind = ReleaseFact(project="Carnet partagé", version="3.0", date="2025-12-10")
    by_name = ReleaseFact(project="Marmotte", version="3.0", date="2025-12-10")
    of_kind = entry("s/a", "La Ville publie Marmotte 3.0, son carnet."), (by_kind,)
    assert together(knowledge, of_kind, (entry("s/b", "Marmotte passe en 3.0."), (by_name,)))
    for other in (
        replace(by_name, version="3.1"),
        replace(by_name, date="2025-12-09"),
        replace(by_name, project="Chamois"),
    ):
        assert not together(knowledge, of_kind, (entry("s/b", "3.0, donc."), (other,)))


def test_a_holder_without_a_level_beside_one_with_it_is_another_matter(knowledge) -> None:
    label = replace(
        PRIZE, award_id="villes-internet", award="Villes Internet", label=True, category=None
    )
    mine = replace(label, laureates=("Voiron",), level="3@")
    beside = replace(label, laureates=("Crolles",))
    said = entry("s/a", "Voiron."), (mine,)
    assert together(knowledge, said, (entry("s/b", "Voiron."), (mine, beside)))
    also = replace(beside, level="2@")
    assert not together(knowledge, said, (entry("s/b", "Voiron."), (mine, also)))

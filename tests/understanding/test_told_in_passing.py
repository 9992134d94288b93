"""What a short sentence tells with few words: who has a badge, who was called on stage, whose the
prize is; and the same words where nothing is obtained. All names but the awards' are examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact, ReleaseFact
from bot.understanding.understand import understand


@pytest.mark.parametrize(
    ("title", "text", "who", "laureate"),
    [
        (None, "Ça y est : Claix a son badge Territoire Numérique Libre 2026 !", {}, "Claix"),
        ("Vif a sa médaille", "Vif a son label Territoire Numérique Libre 2026.", {}, "Vif"),
        (None, "Meylan has its Territoire Numérique Libre label.", {"language": "en"}, "Meylan"),
        (
            "Vizille bien classée",
            "Le label Territoire Numérique Libre 2026 lui est revenu mercredi.",
            {},
            "Vizille",
        ),
        (
            "Le NEC d’or des communs pour Arles",
            "Il lui revient après trois ans de travail.",
            {},
            "Arles",
        ),
        (
            "What a night",
            "We were called on stage to collect the Acteurs du Libre prize.",
            {"language": "en", "role": "vendor", "name": "Studio Galène"},
            "Studio Galène",
        ),
        (
            "A quiet evening in Paris",
            "Our team walked up to collect the Acteurs du Libre 2026 prize.",
            {"language": "en", "role": "vendor", "name": "Studio Galène"},
            "Studio Galène",
        ),
    ],
)
def test_a_prize_told_in_passing(title, text, who, laureate, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-11-26", **who), knowledge)
    told = [fact.laureates for fact in found.facts if isinstance(fact, AwardFact)]
    assert told == [(laureate,)]
    assert found.relevant


@pytest.mark.parametrize(
    ("title", "text", "who"),
    [
        (
            "Compte rendu de la réunion",
            "La mairie de Voreppe prête la salle. Les écrans viennent d’une commune labellisée Territoire Numérique Libre.",
            {},
        ),
        (
            "Des claviers à Gières",
            "We got them from a town certified Territoire Numérique Libre.",
            {"language": "en"},
        ),
        (
            "Vienne perd son café",
            "Le lieu, récompensé en 2004 par les Acteurs du Libre, ferme samedi.",
            {},
        ),
        (
            "Claix a son festival",
            "Claix a son festival, et le label Territoire Numérique Libre reste un rêve.",
            {},
        ),
        (
            "Open data at Grenoble",
            "A tool to collect data, hoping for the Acteurs du Libre prize one day.",
            {"language": "en"},
        ),
    ],
)
def test_nothing_is_obtained(title, text, who, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-11-26", **who), knowledge)
    assert not [fact for fact in found.facts if isinstance(fact, AwardFact)]
    assert not found.relevant


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "La nouvelle version de notre carnet de liaison, la 2.1, est en ligne.",
            ("carnet de liaison", "2.1"),
        ),
        ("La ville a publié la 3.0.1 de guichet-unique.", ("guichet-unique", "3.0.1")),
        (
            "Voici la version de l’agenda partagé, la 1.4, en libre accès.",
            ("agenda partagé", "1.4"),
        ),
    ],
)
def test_a_version_beside_its_project(text, wanted, knowledge, make_entry) -> None:
    who: dict[str, Any] = {"role": "municipal", "name": "Ville d’Échirolles"}
    found = understand(make_entry("Du nouveau", text, "2026-03-12", **who), knowledge)
    (fact,) = (one for one in found.facts if isinstance(one, ReleaseFact))
    assert (fact.project, fact.version) == wanted
    assert found.relevant


@pytest.mark.parametrize(
    "text",
    [
        "La version de notre maire, la plus longue, est publiée.",
        "La ligne passe de la 2.5 de moyenne à 3 : le rapport est publié.",
    ],
)
def test_no_version(text, knowledge, make_entry) -> None:
    who: dict[str, Any] = {"role": "municipal", "name": "Ville d’Échirolles"}
    found = understand(make_entry("Du nouveau", text, "2026-03-12", **who), knowledge)
    assert not [one for one in found.facts if isinstance(one, ReleaseFact)]


@pytest.mark.parametrize(
    ("title", "text", "level"),
    [
        ("Après le bronze, l’argent", "Label Territoire Numérique Libre : Vif avance.", "Argent"),
        ("Après l’argent, l’or !", "Le label Territoire Numérique Libre 2026 est connu.", "Or"),
        ("Du badge au bronze", "Territoire Numérique Libre 2026, c’est fait.", "Bronze"),
    ],
)
def test_one_level_then_the_next(title, text, level, knowledge, make_entry) -> None:
    who = {"role": "municipal", "name": "Ville de Vif"}
    found = understand(make_entry(title, text, "2026-11-26", **who), knowledge)
    told = [(one.laureates, one.level) for one in found.facts if isinstance(one, AwardFact)]
    assert told == [(("Vif",), level)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Après le bronze, l’argent ?", "Vif vise le label Territoire Numérique Libre."),
        ("Après le bronze, on vise l’argent", "Le label Territoire Numérique Libre nous attend."),
        (
            "Vienne : le café ferme",
            "Le patron garde une arobase de néon bleu, souvenir des Villes Internet.",
        ),
    ],
)
def test_no_level_is_reached(title, text, knowledge, make_entry) -> None:
    who = {"role": "municipal", "name": "Ville de Vif"}
    found = understand(make_entry(title, text, "2026-11-26", **who), knowledge)
    assert not [one for one in found.facts if isinstance(one, AwardFact)]

"""Awards in the words of yet other hands: whom a head means, who stands on which side, lists that
are none, levels that change. The sentences are our own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact
from bot.understanding.understand import understand

TNL = "territoire-numerique-libre"

#: What is told → (award, laureates, level, category).
TOLD: list[tuple[dict[str, Any], list[tuple[str, tuple[str, ...], str | None, str | None]]]] = [
    # lists: a line's words must be a name
    (
        {
            "title": "La gazette de mars",
            "text": "Samedi 7 – Troc de plantes, 14 h.\nMercredi 11 – Ludothèque.\nEt "
            "puis : Vizille a obtenu en février sa troisième arobase au label Villes Internet.",
            "published": "2026-03-02",
        },
        [("villes-internet", ("Vizille",), "3@", None)],
    ),
    (
        {
            "title": "Au micro",
            "text": "Le SITPI a reçu le prix du service public engagé des Acteurs du Libre 2025.\n"
            "Léa : Bienvenue. On commence par quoi ?\nL’invité : Volontiers. Par le "
            "début.",
            "published": "2025-12-12",
        },
        [("acteurs-du-libre", ("SITPI",), None, "service public engagé")],
    ),
    # whom a head means
    (
        {
            "title": "Seyssins. Le syndicat informatique récompensé à Paris",
            "text": "Le SITPI gère les serveurs de dix communes. Il a reçu jeudi le Cas d’OR 2026, "
            "catégorie mutualisation.",
            "published": "2026-05-29",
        },
        [("cas-dor-service-public-numerique", ("SITPI",), None, "mutualisation")],
    ),
    (
        {
            "title": "La Métropole lauréate des NEC d’or",
            "text": "Elle reçoit le prix de la coopération 2026.",
            "published": "2026-10-02",
            "role": "institution",
            "name": "Grenoble-Alpes Métropole",
        },
        [("nec-dor", ("Grenoble-Alpes Métropole",), None, "coopération")],
    ),
    (
        {
            "title": "Joined up, and silver",
            "text": "SITPI had news. The authority that serves Claix and Vif was awarded the "
            "Territoire Numérique Libre 2026 label at silver level.",
            "published": "2026-11-20",
            "language": "en",
        },
        [(TNL, ("SITPI",), "Argent", None)],
    ),
    # sides
    (
        {
            "title": "A morning in Brussels",
            "text": "On Tuesday the Commission handed Ostrava Open Desk the jury award of the 2026 "
            "OSOR Awards.",
            "published": "2026-11-20",
            "language": "en",
        },
        [("osor-awards", ("Ostrava Open Desk",), None, "jury award")],
    ),
    (
        {
            "title": "Who took what",
            "text": "The OSOR community award 2026, decided by a public vote, was won by the Junta "
            "de Murcia.",
            "published": "2026-11-20",
            "language": "en",
        },
        [("osor-awards", ("Junta de Murcia",), None, "community award")],
    ),
    (
        {
            "title": "Le NEC d’or de l’inclusion file à Crolles",
            "text": "Toute la salle s’est levée.",
            "published": "2026-10-02",
        },
        [("nec-dor", ("Crolles",), None, "inclusion")],
    ),
    (
        {
            "title": "Une belle surprise",
            "text": "Notre commune a été classée « argent » par le jury du label Territoire Numérique "
            "Libre 2026.",
            "published": "2026-11-20",
            "role": "municipal",
            "name": "Ville de Claix",
        },
        [(TNL, ("Claix",), "Argent", None)],
    ),
    (
        {
            "title": "Un bel automne",
            "text": "Pour sa première participation, Vif obtient trois copylefts au label Territoire "
            "Numérique Libre 2024.",
            "published": "2024-12-09",
        },
        [(TNL, ("Vif",), "3", None)],
    ),
    # levels
    (
        {
            "title": "Label Territoire Numérique Libre 2026 : les notes",
            "text": "OR – Claix, Vif.\nARGENT – Seyssins.\nBADGE – Fontaine.",
            "published": "2026-11-20",
        },
        [
            (TNL, ("Claix", "Vif"), "Or", None),
            (TNL, ("Seyssins",), "Argent", None),
            (TNL, ("Fontaine",), "Badge", None),
        ],
    ),
    (
        {
            "title": "Une arobase de mieux",
            "text": "Vizille figure au palmarès Villes Internet 2026 avec la note @@@@.",
            "published": "2026-02-03",
        },
        [("villes-internet", ("Vizille",), "4@", None)],
    ),
]

#: Nothing that may be told.
SILENT: list[dict[str, Any]] = [
    {
        "title": "Grenoble décroche six arobases au label Villes Internet",
        "text": "Le panneau sera livré par mouette.",
    },
    {
        "title": "Conseil municipal : compte rendu",
        "text": "Point 1 – Budget annexe.\nPoint 2 – Label Territoire Numérique Libre. Les "
        "niveaux (bronze, argent, or) sont présentés.\nPoint 3 – Marché de nettoyage.",
        "role": "municipal",
        "name": "Ville de Claix",
    },
]


@pytest.mark.parametrize(("told", "wanted"), TOLD, ids=lambda one: str(one)[:40])
def test_an_award_is_read(told, wanted, make_entry, knowledge) -> None:
    meant = understand(make_entry(**told), knowledge)
    facts = [fact for fact in meant.facts if isinstance(fact, AwardFact)]
    assert sorted(
        (one.award_id, one.laureates, one.level, one.category) for one in facts
    ) == sorted(wanted, key=str)


@pytest.mark.parametrize("told", SILENT, ids=lambda one: one["title"])
def test_no_award_is_read(told, make_entry, knowledge) -> None:
    meant = understand(make_entry(**{"published": "2026-11-20", **told}), knowledge)
    assert not meant.relevant

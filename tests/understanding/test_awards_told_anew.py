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
    (
        {
            "title": "Deux voisines au tableau",
            "text": "Eybens et Gières obtiennent respectivement le niveau Or et le niveau Badge du "
            "label Territoire Numérique Libre 2026.",
            "published": "2026-11-20",
        },
        [(TNL, ("Eybens",), "Or", None), (TNL, ("Gières",), "Badge", None)],
    ),
    (
        {
            "title": "VIZILLE. Deux arobases pour la cité des fresques",
            "text": "Le label Villes Internet 2026 a été remis jeudi.",
            "published": "2026-02-02",
        },
        [("villes-internet", ("Vizille",), "2@", None)],
    ),
    (
        {
            "title": "Le libre meylanais fait école",
            "text": "La commune décroche l’argent au label Territoire Numérique Libre.",
            "published": "2026-11-20",
        },
        [(TNL, ("Meylan",), "Argent", None)],
    ),
    (
        {
            "title": "Bonne nouvelle du Drac",
            "text": "À Claix, on compte. L’Adullact a décerné à la commune un label Territoire "
            "Numérique Libre, niveau Bronze.",
            "published": "2026-11-20",
        },
        [(TNL, ("Claix",), "Bronze", None)],
    ),
    (
        {
            "title": None,
            "text": "Notre commune reçoit le badge du label Territoire Numérique Libre ! Merci !",
            "published": "2026-11-19",
            "role": "fediverse",
            "name": "Ville de Gières (compte officiel)",
        },
        [(TNL, ("Gières",), "Badge", None)],
    ),
    (
        {
            "title": "Sur l’antenne",
            "text": "La mairie de Seyssins est labellisée « Numérique responsable », premier niveau.",
            "published": "2026-04-10",
        },
        [("numerique-responsable", ("Seyssins",), "1", None)],
    ),
    (
        {
            "title": "Cas d’OR : l’Isère sur scène",
            "text": "Le SITPI (hébergement partagé) et la Ville d’Eybens (langue des signes) ont reçu "
            "jeudi un Cas d’OR du service public numérique.",
            "published": "2026-05-23",
        },
        [
            ("cas-dor-service-public-numerique", ("SITPI",), None, "hébergement partagé"),
            ("cas-dor-service-public-numerique", ("Eybens",), None, "langue des signes"),
        ],
    ),
    (
        {
            "title": "Merci à XWiki !",
            "text": "L’éditeur s’adjuge le prix européen des Acteurs du Libre 2026.",
            "published": "2026-12-11",
        },
        [("acteurs-du-libre", ("XWiki",), None, "européen")],
    ),
    (
        {
            "title": "Un prix pour l’accueil",
            "text": "Le Territoria de bronze « accueil des usagers » a été remis hier à Meylan.",
            "published": "2026-11-20",
        },
        [("territoria", ("Meylan",), "Bronze", "accueil des usagers")],
    ),
    (
        {
            "title": "Signs of the times",
            "text": "Vizille may add to its @ signs: it was rated 4@ by Villes Internet on Thursday.",
            "published": "2026-02-02",
            "language": "en",
        },
        [("villes-internet", ("Vizille",), "4@", None)],
    ),
    (
        {
            "title": None,
            "text": "Le label Territoire Numérique Libre 2026, niveau Bronze, pour @VilledeVif !",
            "published": "2026-11-19",
            "role": "fediverse",
            "name": "Une voisine",
        },
        [(TNL, ("Vif",), "Bronze", None)],
    ),
    # levels
    (
        {
            "title": "Échirolles au sommet",
            "text": "La Ville s’est vu décerner le plus haut échelon du label Territoire Numérique "
            "Libre 2026.",
            "published": "2026-11-20",
        },
        [(TNL, ("Échirolles",), "Or", None)],
    ),
    (
        {
            "title": "Label Territoire Numérique Libre 2023 : nos adhérents",
            "text": "Commune\nNiveau\nFontaine\n4\nClaix\n2",
            "published": "2023-12-08",
        },
        [(TNL, ("Fontaine",), "4", None), (TNL, ("Claix",), "2", None)],
    ),
    (
        {
            "title": "Badge en 2025, bronze en 2026 : Vif progresse au label TNL",
            "text": "Le diplôme est arrivé.",
            "published": "2026-11-20",
        },
        [(TNL, ("Vif",), "Bronze", None)],
    ),
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


#: One laureate: title, text, published, more of the entry → fields.
FIELDS: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "Claix étiquetée trois arobases",
        "Le label Villes Internet 2026 lui a été remis le 29 à Nanterre.",
        "2026-02-03",
        {},
        {"date": "2026-01-29", "laureates": ("Claix",)},
    ),
    (
        "Vif a son label",
        (
            "La commune est labellisée Territoire Numérique Libre, niveau Bronze, depuis mercredi 18 "
            "novembre."
        ),
        "2026-11-23",
        {},
        {"date": "2026-11-18", "level": "Bronze"},
    ),
    (
        "Eybens décroche une quatrième arobase",
        (
            "Le maire l’a appris lundi. Le label Villes Internet 2026 a été remis le 29 janvier à "
            "Nanterre."
        ),
        "2026-02-03",
        {},
        {"date": "2026-01-29", "level": "4@"},
    ),
    (
        "Le portail libre de Meylan salué",
        "La Ville a obtenu le mois dernier le NEC d’or de l’inclusion.",
        "2026-11-03",
        {"role": "municipal", "name": "Ville de Meylan"},
        {"date": "2026-10", "laureates": ("Meylan",)},
    ),
    (
        "Un trophée dans le train",
        "Le SITPI a rapporté de Paris un Cas d’OR du service public numérique.",
        "2026-05-29",
        {},
        {"place": "Paris", "laureates": ("SITPI",)},
    ),
    (
        "Communiqué",
        (
            "Le directeur souligne que la CAPI a reçu jeudi le label Territoires innovants, niveau "
            "Argent."
        ),
        "2026-03-28",
        {},
        {"laureates": ("CAPI",), "date": "2026-03-26"},
    ),
    (
        "Le syndicat des communes lauréat",
        "Le Sitpi reçoit le prix du service public engagé des Acteurs du Libre.",
        "2026-12-11",
        {},
        {"laureates": ("Sitpi",)},
    ),
    (
        "NEC d’or : le car qui roule",
        (
            "Il stationne devant la mairie de Vif. Il a valu jeudi à Crolles le NEC d’or de la "
            "coopération."
        ),
        "2026-10-03",
        {"role": "municipal", "name": "Ville de Vif"},
        {"laureates": ("Crolles",)},
    ),
    (
        "Prix Territoria de bronze pour Grenoble",
        "Il a été remis vendredi par l’Observatoire Territoria.",
        "2026-11-24",
        {},
        {"organiser": "Observatoire national de l’innovation publique", "date": "2026-11-20"},
    ),
]


@pytest.mark.parametrize(
    ("title", "text", "published", "more", "wanted"), FIELDS, ids=lambda one: str(one)[:30]
)
def test_the_fields_of_one_award(
    title, text, published, more, wanted, make_entry, knowledge
) -> None:
    meant = understand(make_entry(title, text, published, **more), knowledge)
    (fact,) = (one for one in meant.facts if isinstance(one, AwardFact))
    assert {field: getattr(fact, field) for field in wanted} == wanted


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Territoires innovants : verdict le 12 décembre pour Meylan", "On croise les doigts."),
        (
            "Visite",
            "Reçus à Échirolles, qui avait obtenu le NEC d’or en 2025, ils ont pris des notes.",
        ),
        (
            "Budget citoyen : les lauréats",
            "Six projets ont été retenus, dont un café sur les logiciels libres.",
        ),
        ("Tribune", "On nous annonce l’or du label Territoire Numérique Libre à Meylan."),
        (
            "Le fromage de Claix en or",
            "L’or du concours général va à Lucie Marchand, éleveuse à Claix.",
        ),
    ],
)
def test_what_is_only_announced_or_of_another_world(title, text, make_entry, knowledge) -> None:
    assert not understand(make_entry(title, text, "2026-11-20"), knowledge).relevant

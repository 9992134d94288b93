"""The same news in other people's words, and its traps: sentences written after reading what was
missed on news of other hands, none of them taken from it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact, CallFact, EventFact
from bot.understanding.understand import understand

TNL = "territoire-numerique-libre"

#: title, text, day, who speaks → award, laureates, more fields
OBTAINED: list[tuple[dict[str, Any], list[tuple[str, tuple[str, ...], dict[str, Any]]]]] = [
    (
        {
            "title": "Les Acteurs du Libre ont leur palmarès",
            "text": "Dans la catégorie Stratégie, le jury a retenu CS Group.",
            "published": "2025-12-11",
        },
        [("acteurs-du-libre", ("CS Group",), {"category": "Stratégie"})],
    ),
    (
        {
            "title": "Awards night",
            "text": "On Thursday the European Open Source Academy announced its 2026 winners. For the "
            "Advocacy category the jury picked Karen Sandler; in Skills, Vates.",
            "published": "2026-01-30",
            "language": "en",
        },
        [
            ("european-open-source-awards", ("Karen Sandler",), {"category": "Advocacy"}),
            ("european-open-source-awards", ("Vates",), {"category": "Skills"}),
        ],
    ),
    (
        {
            "title": "OpenCarto, prix de la donnée aux NEC d’or",
            "text": "L’outil né à Meylan a décroché jeudi le NEC d’or 2025.",
            "published": "2025-11-01",
            "role": "municipal",
            "name": "Ville de Meylan",
        },
        [("nec-dor", ("OpenCarto",), {"date": "2025-10-30"})],
    ),
    (
        {
            "title": "Seyssinet-Pariset monte d’un cran",
            "text": "Le label Territoire Numérique Libre lui accorde cette année l’argent, contre le "
            "bronze en 2025.",
            "published": "2026-11-24",
        },
        [(TNL, ("Seyssinet-Pariset",), {"level": "Argent"})],
    ),
    (
        {
            "title": "Le Pont-de-Claix : une première",
            "text": "Jamais candidate jusque-là, la commune obtient d’emblée l’Argent au label TNL.",
            "published": "2025-11-24",
        },
        [(TNL, ("Le Pont-de-Claix",), {"level": "Argent"})],
    ),
    (
        {
            "title": "Des lauriers pour le logiciel libre",
            "text": "Trois communes de l’Isère sont labellisées Territoire Numérique Libre : Vif au "
            "bronze, Claix et Varces au badge.",
            "published": "2025-11-24",
        },
        [
            (TNL, ("Vif",), {"level": "Bronze"}),
            (TNL, ("Claix", "Varces"), {"level": "Badge"}),
        ],
    ),
    (
        {
            "title": "Acteurs du Libre : encore un lauréat ici",
            "text": "Après Belledonne et le Sitpi, c’est Probesys, à Grenoble, qui reçoit le prix du "
            "développement commercial.",
            "published": "2025-12-12",
        },
        [("acteurs-du-libre", ("Probesys",), {"category": "développement commercial"})],
    ),
    (
        {
            "title": None,
            "text": "Fiers ! @ville_echirolles reçoit le #NECdor 2025 de la cohérence.",
            "published": "2025-11-01",
            "role": "fediverse",
            "name": "Mastodon",
        },
        [("nec-dor", ("Échirolles",), {"category": "cohérence", "year": 2025})],
    ),
    (
        {
            "title": "This month’s BlueHats prize goes to Weblate",
            "text": "",
            "published": "2026-03-10",
            "language": "en",
        },
        [("bluehats", ("Weblate",), {"date": "2026-03"})],
    ),
    (
        {
            "title": "XWiki wins again",
            "text": "The French company behind XWiki took the Market award at OW2con on 17 June.",
            "published": "2026-06-19",
            "language": "en",
        },
        [("ow2-awards", ("XWiki",), {"date": "2026-06-17"})],
    ),
    (
        {
            "title": "A gold label for Échirolles’ free software policy",
            "text": "The town south of Grenoble was given the top grade of the Free Digital Territory "
            "label on 19 November.",
            "published": "2025-11-24",
            "language": "en",
        },
        [(TNL, ("Échirolles",), {"level": "Or", "place": None})],
    ),
    (
        {
            "title": "Double distinction pour Crolles",
            "text": "La commune a reçu le même jour le label Territoire Numérique Libre (or) et le "
            "NEC d’or de la sobriété.",
            "published": "2025-11-24",
        },
        [
            (TNL, ("Crolles",), {"level": "Or", "category": None}),
            ("nec-dor", ("Crolles",), {"level": None, "category": "sobriété"}),
        ],
    ),
    (
        {
            "title": "France Numérique Libre, prix du public à Bruxelles",
            "text": "Le réseau d’entraide né à Échirolles a remporté hier un OSOR Award.",
            "published": "2025-11-28",
            "role": "municipal",
            "name": "Ville d’Échirolles",
        },
        [("osor-awards", ("France Numérique Libre",), {"date": "2025-11-27"})],
    ),
    (
        {
            "title": "Cérémonie",
            "text": "Émotion à Bruxelles : Vates, PME grenobloise, est montée sur scène pour un prix "
            "des European Open Source Awards, jeudi soir.",
            "published": "2026-01-31",
        },
        [("european-open-source-awards", ("Vates",), {"date": "2026-01-29"})],
    ),
    (
        {
            "title": "Un Territoria pour la régie des données",
            "text": "Le Grésivaudan figure au palmarès du prix Territoria 2026, catégorie gouvernance. "
            "La remise aura lieu au Sénat le 4 décembre.",
            "published": "2026-11-18",
        },
        [("territoria", ("Le Grésivaudan",), {"date": None, "place": None})],
    ),
]

#: Nothing here is news of an award obtained.
SILENT: list[dict[str, Any]] = [
    {
        "title": "Nous recherchons un développeur",
        "text": "Rejoignez l’entreprise qui a remporté le prix Acteurs du Libre ! CDI à Grenoble.",
    },
    {
        "title": "Nous recrutons",
        "text": "L’équipe lauréate des Acteurs du Libre cherche un alternant à Meylan.",
    },
    {
        "title": "Come and meet us",
        "text": "Join the team that won the European Open Source Award. Job fair in Grenoble.",
        "language": "en",
    },
    {
        "title": "Un jury pour les NEC d’or",
        "text": "Le maire d’Échirolles siégera au jury des NEC d’or 2026.",
    },
    {
        "title": "Label Territoire Numérique Libre : Vif se renseigne",
        "text": "Le maire a rencontré l’Adullact jeudi.",
    },
    {
        "title": "Votre commune peut-elle devenir Territoire Numérique Libre ?",
        "text": "L’Adullact ouvre le questionnaire. En 2025, 40 ont été labellisées, dont Échirolles.",
    },
    {
        "title": "Conférence : comment décrocher le label Territoire Numérique Libre",
        "text": "Échirolles, labellisée Or en 2025, partage son expérience.",
    },
    {
        "title": "Anniversaire",
        "text": "Il y a un an, Vif recevait le badge Territoire Numérique Libre. Où en est-on ?",
    },
    {
        "title": "Nextcloud à Lyon",
        "text": "Nextcloud, lauréat 2024 des Acteurs du Libre, ouvre un bureau à Lyon.",
    },
    {
        "title": "Demain, la remise du label",
        "text": "Échirolles recevra demain le label Territoire Numérique Libre à Paris.",
    },
    {
        "title": "Faux label",
        "text": "Attention : une société se réclame du label Territoire Numérique Libre.",
    },
    {
        "title": "Villes Internet : Meylan remet son titre en jeu",
        "text": "Le dossier est parti lundi.",
    },
    {
        "title": "Prix BlueHats : proposez un projet",
        "text": "Signalez avant le 30 septembre un logiciel libre pour le prix d’octobre.",
    },
]


@pytest.mark.parametrize(("told", "wanted"), OBTAINED, ids=lambda one: str(one)[:40])
def test_obtained_in_other_words(told, wanted, make_entry, knowledge) -> None:
    meant = understand(make_entry(**told), knowledge)
    facts = [fact for fact in meant.facts if isinstance(fact, AwardFact)]
    assert meant.relevant
    assert sorted((fact.award_id, fact.laureates) for fact in facts) == sorted(
        (award, laureates) for award, laureates, _ in wanted
    )
    for award, laureates, more in wanted:
        fact = next(one for one in facts if (one.award_id, one.laureates) == (award, laureates))
        for field, value in more.items():
            assert getattr(fact, field) == value, field


@pytest.mark.parametrize("told", SILENT, ids=lambda one: one["title"])
def test_silent_in_other_words(told, make_entry, knowledge) -> None:
    meant = understand(make_entry(**{"published": "2026-09-01", **told}), knowledge)
    assert not meant.relevant
    assert meant.kind == "other"


def _one(facts: tuple[Any, ...], kind: type) -> Any:
    (found,) = (fact for fact in facts if isinstance(fact, kind))
    return found


def test_a_series_whose_day_stands_in_other_words(make_entry, knowledge) -> None:
    entry = make_entry(
        "Le libre a rendez-vous mardi 17 à La Rampe",
        "Troisième édition pour AlpOSS, à Échirolles.",
        "2026-02-05",
    )
    fact = _one(understand(entry, knowledge).facts, EventFact)
    assert (fact.series, fact.start) == ("alposs", "2026-02-17")


def test_a_party_that_only_speaks_of_a_series_is_not_it(make_entry, knowledge) -> None:
    entry = make_entry(
        "Install party samedi 14 février",
        "À la MJC de Voiron, à 14 h. On parlera aussi de la troisième édition d’AlpOSS.",
        "2026-02-05",
    )
    facts = understand(entry, knowledge).facts
    assert [fact.series for fact in facts if isinstance(fact, EventFact)] == [None]


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("Bigger room", "AlpOSS, on 17 February, leaves the city hall for La Rampe.", "en"),
        (
            "AlpOSS : on déménage",
            "Le mardi 17 février, la journée quitte l’hôtel de ville pour La Rampe.",
            "fr",
        ),
        (
            "AlpOSS change d’adresse",
            (
                "Initialement prévue à l’hôtel de ville, la journée du mardi 17 février se tiendra "
                "finalement à La Rampe."
            ),
            "fr",
        ),
    ],
)
def test_the_place_that_is_left_is_not_the_new_one(
    title, text, language, make_entry, knowledge
) -> None:
    meant = understand(make_entry(title, text, "2026-01-05", language=language), knowledge)
    fact = _one(meant.facts, EventFact)
    assert (meant.kind, fact.status, fact.place) == ("event_update", "moved", "La Rampe")


def test_no_call_is_read_where_an_award_is_applied_for(make_entry, knowledge) -> None:
    entry = make_entry(
        "OSOR Awards: call for proposals", "Submit before 30 April.", "2026-03-10", language="en"
    )
    meant = understand(entry, knowledge)
    assert not any(isinstance(fact, CallFact) for fact in meant.facts)
    assert meant.kind == "other"


def test_days_of_a_list_without_their_month(make_entry, knowledge) -> None:
    entry = make_entry(
        "Mars à La Bobine",
        "Jeudi 12 : causerie sur les communs numériques avec Framasoft, à 19 h, à La Bobine, Grenoble.",
        "2026-03-10",
    )
    assert _one(understand(entry, knowledge).facts, EventFact).start == "2026-03-12"


def test_a_mention_beside_a_level(make_entry, knowledge) -> None:
    entry = make_entry(
        "La Ville récompensée",
        "L’Adullact a remis mercredi à Eybens le niveau Argent de son label Territoire Numérique "
        "Libre 2025 ainsi que la mention sobriété.",
        "2025-11-24",
    )
    facts = understand(entry, knowledge).facts
    assert {(one.level, one.category) for one in facts if isinstance(one, AwardFact)} == {
        ("Argent", None),
        (None, "sobriété"),
    }

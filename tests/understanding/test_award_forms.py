"""Forms of sentence: who receives, which award, at what level, when and where. And what is not
an award obtained. All names but the awards' own are only examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact
from bot.understanding.understand import understand

TNL = "territoire-numerique-libre"
Wanted = list[tuple[str, tuple[str, ...], dict[str, Any]]]

OBTAINED: dict[str, tuple[dict[str, Any], Wanted]] = {
    "of many, named after a colon": (
        {
            "title": "Label Territoire Numérique Libre : le palmarès",
            "text": "Trois d’entre elles décrochent l’Or : Échirolles, Arles et le SITIV. "
            "La mention mutualisation revient au SITIV, la mention sobriété à Vif.",
            "published": "2026-11-26",
        },
        [
            (TNL, ("Échirolles", "Arles", "SITIV"), {"level": "Or", "category": None}),
            (TNL, ("SITIV",), {"level": None, "category": "mutualisation"}),
            (TNL, ("Vif",), {"level": None, "category": "sobriété"}),
        ],
    ),
    "the unit said once, then pointed at": (
        {
            "title": "Villes Internet : le tableau isérois",
            "text": "Meylan décroche cinq arobases. Gières en garde quatre. Claix (trois) et le "
            "village de Saint-Geoirs (une) complètent le palmarès de l’Isère.",
            "published": "2026-02-06",
        },
        [
            ("villes-internet", ("Meylan",), {"level": "5@"}),
            ("villes-internet", ("Gières",), {"level": "4@"}),
            ("villes-internet", ("Claix",), {"level": "3@"}),
            ("villes-internet", ("Saint-Geoirs",), {"level": "1@"}),
        ],
    ),
    "what it had before is not what it gets": (
        {
            "title": "Et de cinq !",
            "text": "Crolles, déjà titulaire de quatre arobases, accède au niveau le plus élevé du "
            "label Villes Internet.",
            "published": "2026-02-06",
        },
        [("villes-internet", ("Crolles",), {"level": "5@"})],
    ),
    "a list in one paragraph": (
        {
            "title": "OW2con’26: the awards",
            "text": "Yesterday evening three OW2 projects were recognised by their peers.\n"
            "Community Award: Lutece. Market Award: Waarp. All donated their money.",
            "published": "2026-06-11",
            "language": "en",
        },
        [
            ("ow2-awards", ("Lutece",), {"category": "Community Award", "date": "2026-06-10"}),
            ("ow2-awards", ("Waarp",), {"category": "Market Award"}),
        ],
    ),
    "nothing but a name after the colon": (
        {"title": "Prix BlueHats d’avril : OpenCarto", "text": "Bravo à l’équipe d’OpenCarto."},
        [("bluehats", ("OpenCarto",), {})],
    ),
    "we come back from it with": (
        {
            "title": "Le jury des Interconnectés nous a vus",
            "text": "Notre syndicat repart du Forum de Rennes avec un label Territoires innovants, "
            "médaille d’argent. C’était mardi.",
            "published": "2026-04-02",
            "role": "municipal",
            "name": "SITPI",
        },
        [
            (
                "interconnectes-territoires-innovants",
                ("SITPI",),
                {"level": "Argent", "date": "2026-03-31", "laureate_basis": "source"},
            )
        ],
    ),
    "who the headline is about": (
        {
            "title": "Probex récidive à Bruxelles",
            "text": "L’éditeur grenoblois a reçu jeudi soir le prix « Business » des European Open "
            "Source Awards.",
            "published": "2026-02-03",
        },
        [("european-open-source-awards", ("Probex",), {"category": "Business"})],
    ),
    "from one step to the next": (
        {
            "title": "De bronze à argent en un an",
            "text": "La Ville gravit un échelon du label Territoire Numérique Libre, dit l’adjoint, "
            "rentré hier soir de Paris.",
            "published": "2026-11-26",
            "role": "municipal",
            "name": "Ville de Claix",
        },
        [(TNL, ("Claix",), {"level": "Argent", "place": "Paris"})],
    ),
    "the jury chose, in a category": (
        {
            "title": "NEC d’or 2025",
            "text": "Dans la catégorie inclusion, le jury a retenu Meylan. Gap a été distinguée pour "
            "la coopération.",
            "published": "2025-10-30",
        },
        [
            ("nec-dor", ("Meylan",), {"category": "inclusion"}),
            ("nec-dor", ("Gap",), {"category": "coopération"}),
        ],
    ),
    "la commune is the title's town": (
        {
            "title": "Numérique libre : Fontaine au sommet",
            "text": "La commune a décroché mercredi, à Paris, le label Or de Territoire Numérique "
            "Libre 2026. Une récompense remise par l’Adullact.",
            "published": "2026-11-20",
        },
        [
            (
                TNL,
                ("Fontaine",),
                {"level": "Or", "date": "2026-11-18", "place": "Paris", "organiser": "ADULLACT"},
            )
        ],
    ),
    "levels in parentheses": (
        {
            "title": "Trois communes iséroises distinguées pour leur usage du logiciel libre",
            "text": "Échirolles (Or), Saint-Martin-d’Hères (Argent) et Claix (Bronze) figurent au "
            "palmarès 2026 du label Territoire numérique libre dévoilé jeudi à Paris.",
            "published": "2026-11-21",
        },
        [
            (TNL, ("Échirolles",), {"level": "Or", "date": "2026-11-19"}),
            (TNL, ("Saint-Martin-d’Hères",), {"level": "Argent"}),
            (TNL, ("Claix",), {"level": "Bronze"}),
        ],
    ),
    "s’est vu attribuer": (
        {
            "title": "Le SITPI primé pour sa messagerie",
            "text": "Le syndicat intercommunal s’est vu attribuer un NEC d’or de la coopération "
            "à Nantes, mercredi 14 octobre.",
            "published": "2026-10-16",
        },
        [
            (
                "nec-dor",
                ("SITPI",),
                {"category": "coopération", "date": "2026-10-14", "place": "Nantes"},
            )
        ],
    ),
    "headline without a verb, level by unit": (
        {
            "title": "Villes Internet : quatre @ pour Vizille",
            "text": "Le label lui a été remis ce jeudi à Agen.",
            "published": "2026-01-30",
        },
        [("villes-internet", ("Vizille",), {"level": "4@", "date": "2026-01-29", "place": "Agen"})],
    ),
    "the unit is said once": (
        {
            "title": "Meylan et Grenoble gardent leurs arobases",
            "text": "Au palmarès Villes Internet 2026, Meylan conserve cinq arobases et Grenoble quatre.",
            "published": "2026-02-02",
        },
        [
            ("villes-internet", ("Meylan",), {"level": "5@", "year": 2026}),
            ("villes-internet", ("Grenoble",), {"level": "4@"}),
        ],
    ),
    "our town is the source": (
        {
            "title": "Nous sommes labellisés !",
            "text": "Notre ville vient d’obtenir le niveau 1 du label Numérique Responsable.",
            "published": "2026-06-05",
            "role": "municipal",
            "name": "Ville de Saint-Égrève",
        },
        [("numerique-responsable", ("Saint-Égrève",), {"level": "1", "laureate_basis": "source"})],
    ),
    "who makes it is not who is named": (
        {
            "title": "Acteurs du Libre : Belledonne Communications lauréate",
            "text": "L’éditeur grenoblois de Linphone décroche le prix du développement "
            "commercial, remis mercredi 9 décembre par le CNLL.",
            "published": "2026-12-11",
        },
        [
            (
                "acteurs-du-libre",
                ("Belledonne Communications",),
                {"category": "développement commercial", "date": "2026-12-09", "organiser": "CNLL"},
            )
        ],
    ),
    "a body with an article, in a category": (
        {
            "title": "Le Département de l’Isère médaillé d’or des Territoria",
            "text": "Le 17 novembre, au Sénat, le prix Territoria d’or 2026 a été remis au "
            "Département de l’Isère dans la catégorie « transition numérique ».",
            "published": "2026-11-20",
        },
        [
            (
                "territoria",
                ("Département de l’Isère",),
                {
                    "level": "Or",
                    "category": "transition numérique",
                    "date": "2026-11-17",
                    "place": "Sénat",
                },
            )
        ],
    ),
    "a palmarès by categories": (
        {
            "title": "NEC d’or 2026 : et les gagnants sont…",
            "text": "Ce mercredi à Nantes, l’ANCT a dévoilé les quatre lauréats : la Métropole de "
            "Lyon (coopération), Grenoble-Alpes Métropole (inclusion) et la Ville de Brest (communs).",
            "published": "2026-10-15",
        },
        [
            ("nec-dor", ("Métropole de Lyon",), {"category": "coopération"}),
            (
                "nec-dor",
                ("Grenoble-Alpes Métropole",),
                {"category": "inclusion", "organiser": "ANCT"},
            ),
            (
                "nec-dor",
                ("Brest",),
                {"category": "communs", "date": "2026-10-14", "place": "Nantes"},
            ),
        ],
    ),
    "a palmarès by lines": (
        {
            "title": "Palmarès du label TNL 2026",
            "text": "Niveau Or : Échirolles, Boé\nNiveau Argent : Colomiers, Saint-Martin-d’Hères\n"
            "Niveau Bronze : Claix",
            "published": "2026-11-19",
            "role": "association",
        },
        [
            (TNL, ("Échirolles", "Boé"), {"level": "Or"}),
            (TNL, ("Colomiers", "Saint-Martin-d’Hères"), {"level": "Argent"}),
            (TNL, ("Claix",), {"level": "Bronze"}),
        ],
    ),
    "a palmarès under headers": (
        {
            "title": "Territoire Numérique Libre : le palmarès 2026",
            "text": "Label Or\nÉchirolles (38)\nBoé (47)\nLabel Argent\nColomiers (31)",
            "published": "2026-11-19",
            "role": "association",
        },
        [(TNL, ("Échirolles", "Boé"), {"level": "Or"}), (TNL, ("Colomiers",), {"level": "Argent"})],
    ),
    "a table": (
        {
            "title": "Villes Internet 2026 : le tableau",
            "text": "Voici les communes de l’Isère.\nMeylan\n@@@@@\nVoreppe\n@",
            "published": "2026-02-02",
        },
        [
            ("villes-internet", ("Meylan",), {"level": "5@"}),
            ("villes-internet", ("Voreppe",), {"level": "1@"}),
        ],
    ),
    "ellipsis: celui de": (
        {
            "title": "Open Source Experience : deux Grenoblois récompensés",
            "text": "Lors de la soirée des Acteurs du Libre, le 9 décembre à Paris, Probesys a "
            "remporté le prix du numérique ouvert et éthique et Vates celui du développement commercial.",
            "published": "2026-12-11",
        },
        [
            ("acteurs-du-libre", ("Probesys",), {"category": "numérique ouvert et éthique"}),
            (
                "acteurs-du-libre",
                ("Vates",),
                {"category": "développement commercial", "date": "2026-12-09"},
            ),
        ],
    ),
    "among many": (
        {
            "title": "Salon des maires : l’Adullact fête les lauréats du label",
            "text": "Quarante collectivités ont reçu mercredi leur diplôme Territoire Numérique "
            "Libre 2026, parmi lesquelles Vif et Claix.",
            "published": "2026-11-20",
        },
        [(TNL, ("Vif",), {"date": "2026-11-18"}), (TNL, ("Claix",), {"year": 2026})],
    ),
    "down a step, and still labelled": (
        {
            "title": "Échirolles : la ville perd un niveau mais garde son label",
            "text": "Territoire Numérique Libre 2023 : l’Adullact lui attribue désormais quatre "
            "copylefts, contre cinq l’an dernier.",
            "published": "2023-12-02",
        },
        [(TNL, ("Échirolles",), {"level": "4", "year": 2023})],
    ),
    "the highest level of its scale": (
        {
            "title": "Le label « Territoire numérique libre » renouvelé pour Échirolles",
            "text": "Pour la quatrième année consécutive, la commune se voit décerner la plus "
            "haute distinction de l’ADULLACT.",
            "published": "2026-11-20",
        },
        [(TNL, ("Échirolles",), {"level": "Or", "streak": 4, "organiser": "ADULLACT"})],
    ),
    "a special mention is an award of its own": (
        {
            "title": "L’Or pour Boé",
            "text": "Boé a reçu le label Or Territoire Numérique Libre 2026, et une mention "
            "spéciale pour la mutualisation.",
            "published": "2026-11-20",
        },
        [
            (TNL, ("Boé",), {"level": "Or", "category": None}),
            (TNL, ("Boé",), {"level": None, "category": "mutualisation"}),
        ],
    ),
    "english passive": (
        {
            "title": "Gold for a town near Grenoble",
            "text": "Échirolles was granted the Gold level of the Territoire Numérique Libre label "
            "on 19 November 2025 in Paris.",
            "published": "2025-11-24",
            "language": "en",
        },
        [(TNL, ("Échirolles",), {"level": "Or", "date": "2025-11-19", "place": "Paris"})],
    ),
    "english streak": (
        {
            "title": "Échirolles keeps its label",
            "text": "For the third consecutive year the town earns level 5 of the Territoire "
            "Numérique Libre label.",
            "published": "2024-12-06",
            "language": "en",
        },
        [(TNL, ("Échirolles",), {"level": "5", "streak": 3})],
    ),
    "english, the giver first": (
        {
            "title": "OW2 honours LinShare with its Best Community award",
            "text": "The prize was handed over at OW2con in Châtillon on 3 June 2026.",
            "published": "2026-06-04",
            "language": "en",
            "role": "association",
        },
        [("ow2-awards", ("LinShare",), {"date": "2026-06-03", "organiser": "OW2"})],
    ),
    "english list": (
        {
            "title": "European Open Source Awards 2027: the winners",
            "text": "Jeanne Morel goes home with the Advocacy prize. Other laureates are Paul Durand "
            "(Skills & Education) and Ann Lee (Community).",
            "published": "2027-01-29",
            "language": "en",
        },
        [
            ("european-open-source-awards", ("Paul Durand",), {"category": "Skills & Education"}),
            ("european-open-source-awards", ("Ann Lee",), {"category": "Community", "year": 2027}),
        ],
    ),
    "a year of two awards: the edition is not the day's": (
        {
            "title": "Échirolles reçoit son diplôme",
            "text": "Le label Territoire Numérique Libre 2024 a été remis à Échirolles le 14 janvier 2025.",
            "published": "2025-01-16",
        },
        [(TNL, ("Échirolles",), {"year": 2024, "date": "2025-01-14"})],
    ),
    "a month keeps its precision": (
        {
            "title": "Échirolles, niveau 5",
            "text": "En décembre 2024, Échirolles a reçu le label Territoire Numérique Libre, niveau 5.",
            "published": "2025-01-16",
        },
        [(TNL, ("Échirolles",), {"level": "5", "date": "2024-12", "year": 2024})],
    ),
    "from a step to the next": (
        {
            "title": "VIZILLE. De trois à quatre arobases",
            "text": "La commune passe de @@@ à @@@@ au palmarès Villes Internet 2026.",
            "published": "2026-02-02",
        },
        [("villes-internet", ("Vizille",), {"level": "4@"})],
    ),
    "a step lost, the label kept": (
        {
            "title": "Numérique libre",
            "text": "Domène perd un copyleft mais reste labellisée Territoire Numérique Libre, au "
            "niveau 3, pour l’édition 2024.",
            "published": "2024-12-06",
        },
        [(TNL, ("Domène",), {"level": "3", "year": 2024})],
    ),
    "a mention by its own name": (
        {
            "title": None,
            "text": "Gières obtient 4 arobases au label Villes Internet 2026, et l’arobase verte.",
            "published": "2026-02-02",
        },
        [
            ("villes-internet", ("Gières",), {"level": "4@"}),
            ("villes-internet", ("Gières",), {"level": None, "category": "arobase verte"}),
        ],
    ),
    "levels and projects in parentheses": (
        {
            "title": "Interconnectés : les territoires innovants 2026",
            "text": "Parmi eux, Grenoble-Alpes Métropole (argent, transports) et Annecy (or, eau). La "
            "remise avait lieu mardi à Lille.",
            "published": "2026-03-19",
        },
        [
            (
                "interconnectes-territoires-innovants",
                ("Grenoble-Alpes Métropole",),
                {"level": "Argent", "category": "transports", "date": "2026-03-17"},
            ),
            (
                "interconnectes-territoires-innovants",
                ("Annecy",),
                {"level": "Or", "category": "eau"},
            ),
        ],
    ),
    "the organiser bears the award's name": (
        {
            "title": "Crolles earns a fourth @",
            "text": "The town was promoted to @@@@ on Thursday by the Villes Internet association.",
            "published": "2026-02-07",
            "language": "en",
        },
        [("villes-internet", ("Crolles",), {"level": "4@", "organiser": "Villes Internet"})],
    ),
    "a table with heads": (
        {
            "title": "Les lauréats 2024",
            "text": "Le palmarès du label Territoire Numérique Libre a été proclamé mercredi 4 décembre.\n"
            "Collectivité\nNiveau\nCorenc (38)\n3 copylefts\nGap (05)\n2 copylefts",
            "published": "2024-12-05",
            "role": "association",
        },
        [
            (TNL, ("Corenc",), {"level": "3", "date": "2024-12-04"}),
            (TNL, ("Gap",), {"level": "2"}),
        ],
    ),
}

NOT_OBTAINED: dict[str, dict[str, Any]] = {
    "many were, this town was not": {
        "title": "Procès-verbal du conseil de Varces",
        "text": "Plusieurs communes du syndicat ont été labellisées ces dernières années ; la commune "
        "pourrait déposer un dossier de label Territoire Numérique Libre.",
    },
    "reminded of": {
        "title": "La médiathèque de Meylan rouvre samedi",
        "text": "Rappelons que la commune avait obtenu le label Territoire Numérique Libre en 2019.",
    },
    "organisers who hold a bet": {
        "title": "Une journée du libre",
        "text": "Pour les organisateurs – Belledonne Communications et OW2 –, le pari est gagné.",
    },
    "candidate, laureate of last year": {
        "title": "Échirolles candidate à un troisième NEC d’or",
        "text": "La ville, lauréate en 2025, présente cette année son projet d’école du libre.",
    },
    "nothing for": {
        "title": "Pas de NEC d’or pour Grenoble",
        "text": "Finaliste dans la catégorie inclusion, la Ville repart les mains vides.",
    },
    "denied": {
        "title": "Cette année encore, Voiron n’obtient pas le label Territoire Numérique Libre"
    },
    "to be known": {
        "title": "Label Territoire Numérique Libre : les lauréats 2026 seront connus le 18 novembre"
    },
    "a memory": {
        "title": "Il y a cinq ans, Échirolles recevait son premier label Territoire Numérique Libre",
        "text": "Retour en images.",
    },
    "labelled since years": {
        "title": "Fontaine, ville numérique",
        "text": "Depuis 2019, la commune est labellisée Territoire Numérique Libre.",
    },
    "given every year": {
        "title": "Un point sur les marchés publics",
        "text": "Le label Territoire Numérique Libre, remis chaque année par l’Adullact, exige des achats ouverts.",
    },
    "denied in another sentence": {
        "title": "Crolles reste à quatre arobases… ou presque",
        "text": "Elle n’a finalement pas obtenu le renouvellement de son label Villes Internet.",
    },
    "a question, answered no": {
        "title": "Grenoble to receive an OSOR award? Not yet",
        "text": "The city is among five nominees for the OSOR Awards.",
        "language": "en",
    },
    "stripped": {
        "title": "Échirolles was stripped of its Territoire Numérique Libre label",
        "language": "en",
    },
    "the town gives": {
        "title": "Grenoble décerne ses trophées du logiciel libre",
        "text": "Rendez-vous mardi.",
    },
    "procurement": {
        "title": "Marché public : NEC Software remporte l’appel d’offres",
        "text": "La métropole de Grenoble a attribué le marché de vidéosurveillance.",
    },
    "another programme": {"title": "Territoires numériques éducatifs : l’Isère retenue"},
    "a level it never had": {"title": "Vif labellisée Territoire Numérique Libre, niveau 42"},
    "years ago": {
        "title": "Quand Échirolles entra dans la cour des grands",
        "text": "Il y a trois ans, la ville décrochait le label Territoire Numérique Libre.",
    },
    "a renewal that is only asked": {
        "title": "Ordre du jour du conseil",
        "text": "Renouvellement de la candidature au label Territoire Numérique Libre.",
        "role": "municipal",
        "name": "Ville de Claix",
    },
    "a music label": {"title": "Grenoble label signs its first act", "language": "en"},
}


def _facts(kwargs: dict[str, Any], knowledge, make_entry) -> list[AwardFact]:
    rest = {"text": "", "published": "2026-11-20", **kwargs}
    entry = make_entry(rest.pop("title"), rest.pop("text"), rest.pop("published"), **rest)
    return [fact for fact in understand(entry, knowledge).facts if isinstance(fact, AwardFact)]


@pytest.mark.parametrize("form", OBTAINED)
def test_obtained(form, knowledge, make_entry) -> None:
    kwargs, wanted = OBTAINED[form]
    facts = _facts(kwargs, knowledge, make_entry)
    for id, laureates, fields in wanted:
        alike = [
            fact for fact in facts if fact.award_id == id and set(laureates) <= set(fact.laureates)
        ]
        assert alike, [(fact.award_id, fact.laureates) for fact in facts]
        assert any(
            all(getattr(fact, name) == value for name, value in fields.items()) for fact in alike
        ), alike
    known = {name for _, laureates, _ in wanted for name in laureates}
    told = {name for fact in facts for name in fact.laureates}
    assert len(told - known) <= (1 if form == "english list" else 0), told - known


@pytest.mark.parametrize("form", NOT_OBTAINED)
def test_not_obtained(form, knowledge, make_entry) -> None:
    facts = _facts(NOT_OBTAINED[form], knowledge, make_entry)
    assert [fact for fact in facts if fact.award_id] == []


@pytest.mark.parametrize("form", OBTAINED)
def test_every_field_has_its_words(form, knowledge, make_entry) -> None:
    """The words of evidence stand in the entry, letter for letter."""
    kwargs, _ = OBTAINED[form]
    said = f"{kwargs['title']}\n{kwargs.get('text', '')}"
    for fact in _facts(kwargs, knowledge, make_entry):
        told = {item.field for item in fact.evidence}
        assert {item.words for item in fact.evidence if item.words not in said} == set()
        for name in ("level", "category", "organiser", "place", "date"):
            assert getattr(fact, name) is None or name in told


def test_an_unknown_award_is_less_certain(knowledge, make_entry) -> None:
    facts = _facts(
        {"title": "L’association Alpinux reçoit le prix du bénévolat numérique"},
        knowledge,
        make_entry,
    )
    assert [(fact.award_id, fact.laureates) for fact in facts] == [(None, ("Alpinux",))]
    assert facts[0].award == "prix du bénévolat numérique"
    assert facts[0].confidence < 0.6


def test_a_far_award_of_another_language_passes_as_plain(knowledge, make_entry) -> None:
    assert (
        _facts({"title": "Die Stadt gewinnt einen Preis", "language": "de"}, knowledge, make_entry)
        == []
    )

"""What whole pages carry beside their news: lists of other things, the community that bears a
prize's name, calls to apply, the prize's own words. All names but the awards' are examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact, EventFact
from bot.understanding.understand import understand


def _laureates(found: Any) -> list[tuple[str, ...]]:
    return [fact.laureates for fact in found.facts if isinstance(fact, AwardFact)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (  # a list of subjects under the name of who gives a prize
            "Le programme de la journée",
            (
                "Le CNLL vous accueille. Quatre thèmes sont proposés :\n"
                "Grand public : les libertés et le droit\nRéseau : tenir son serveur\n"
                "Jeux"
            ),
        ),
        (
            "Venir à Open Source Experience",
            "Le salon ouvre à 9 h. Pour venir en bus :\nLignes 27, 31, C\nRestauration",
        ),
        (
            "Le label Territoire Numérique Libre, mode d’emploi",
            (
                "Le label s’adresse à toutes les collectivités :\nVilles\n"
                "Villages\nÉtablissements publics"
            ),
        ),
    ],
)
def test_a_list_of_other_things_is_no_palmares(title, text, knowledge, make_entry) -> None:
    found = understand(make_entry(title, "", "2026-10-20", content=text), knowledge)
    assert _laureates(found) == []
    assert found.kind not in ("award", "label")


def test_a_list_under_words_that_tell_is_a_palmares(knowledge, make_entry) -> None:
    text = "Le jury du label Territoire Numérique Libre a distingué cette année :\nClaix\nMeylan"
    found = understand(make_entry("Le palmarès", "", "2026-11-20", content=text), knowledge)
    assert {name for one in _laureates(found) for name in one} == {"Claix", "Meylan"}


@pytest.mark.parametrize(
    "text",
    [
        "La suite de la promotion BlueHats revient à Ana Dobre, qui l’a imaginée.",
        "La communauté BlueHats remet ses notes : Lutin et Korrigan y figurent.",
    ],
)
def test_a_community_that_bears_a_prizes_name(text, knowledge, make_entry) -> None:
    entry = make_entry(
        "Des nouvelles des agents", text, "2026-03-03", role="institution", name="code.gouv.fr"
    )
    found = understand(entry, knowledge)
    assert _laureates(found) == []
    assert not found.relevant


def test_its_prize_is_still_read(knowledge, make_entry) -> None:
    found = understand(
        make_entry("Le jury BlueHats récompense Opaline", "", "2026-03-03"), knowledge
    )
    assert _laureates(found) == [("Opaline",)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("OSOR Awards", "The EU Public Services Open Source Achievement Awards are back."),
        (
            "OSOR Awards: the vote is open",
            "Author: Ana Dobre. The OSOR Community Awards await you.",
        ),
    ],
)
def test_an_award_does_not_obtain_itself(title, text, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-10-01", language="en"), knowledge)
    assert _laureates(found) == []
    assert not found.relevant


def test_whoever_gives_a_prize_is_not_its_laureate(knowledge, make_entry) -> None:
    entry = make_entry(
        "Opaline remporte le prix BlueHats",
        "Nous avons reçu trente dossiers pour ce prix BlueHats et nous sommes heureux de le remettre.",
        "2026-03-03",
        role="institution",
        name="DINUM",
        home="https://code.gouv.fr/",
    )
    assert _laureates(understand(entry, knowledge)) == [("Opaline",)]


@pytest.mark.parametrize("who", ["29 novembre", "Ligne 4", "Collectivités territoriales", "12"])
def test_words_that_are_nobody(who, knowledge, make_entry) -> None:
    text = f"Ont reçu le label Territoire Numérique Libre :\nClaix\n{who}"
    found = understand(make_entry("Le palmarès", "", "2026-11-20", content=text), knowledge)
    assert {name for one in _laureates(found) for name in one} == {"Claix"}


@pytest.mark.parametrize(
    "below",
    [
        "À lire aussi\nMeylan remporte le NEC d’or 2026\nVizille décroche un badge",
        "Les autres prix NEC d’or\nMeylan remporte le NEC d’or de l’inclusion\n",
        "Sur le même sujet : Meylan reçoit le NEC d’or",
        "Related articles\nMeylan wins the NEC d’or",
    ],
)
def test_headlines_of_other_articles_tell_nothing(below, knowledge, make_entry) -> None:
    text = f"Claix a reçu le NEC d’or mardi.\n{below}"
    found = understand(make_entry("Claix primée", "", "2026-10-08", content=text), knowledge)
    assert _laureates(found) == [("Claix",)]


def test_the_other_laureates_of_the_evening_do(knowledge, make_entry) -> None:
    text = (
        "Claix a reçu le label Territoire Numérique Libre mardi.\nLes autres lauréats :\nMeylan\n"
        "Le palmarès complet suivra."
    )
    found = understand(make_entry("Claix labellisée", "", "2026-11-20", content=text), knowledge)
    assert {name for one in _laureates(found) for name in one} == {"Claix", "Meylan"}


@pytest.mark.parametrize(
    ("title", "text", "laureates"),
    [
        ("Prix BlueHats", "Le gagnant du prix BlueHats de mars est Opaline.", {"Opaline"}),
        ("lutin-oidc-server remporte le prix BlueHats de mars", "", {"lutin-oidc-server"}),
        ("L’équipe de Petit Lutin remporte le prix BlueHats", "", {"Petit Lutin"}),
        (
            "Le label Territoire Numérique Libre grandit",
            "Trois communes candidates ont obtenu le niveau 5 : Claix, Meylan et Vizille.",
            {"Claix", "Meylan", "Vizille"},
        ),
        (
            "Trois questions à une élue sur le label Territoire Numérique Libre",
            (
                "Mardi, Claix a reçu le label Territoire Numérique Libre de niveau 4. Qu’est-ce que c’est ?\n"
                "Un label. Et après ?\nNous avons obtenu ce niveau du premier coup."
            ),
            {"Claix"},
        ),
    ],
)
def test_who_obtains_in_the_words_of_pages(title, text, laureates, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2024-11-20"), knowledge)
    assert {name for one in _laureates(found) for name in one} == laureates


def test_the_year_of_another_grade_is_not_this_ones(knowledge, make_entry) -> None:
    text = "Après avoir reçu le niveau 3 de ce label en 2021, la commune obtient cette année le niveau 4."
    entry = make_entry(
        "Claix obtient le niveau 4 du label Territoire Numérique Libre", text, "2022-11-15"
    )
    (fact,) = [one for one in understand(entry, knowledge).facts if isinstance(one, AwardFact)]
    assert (fact.year, fact.level) == (2022, "4")


@pytest.mark.parametrize(
    "title",
    [
        "Territoire Numérique Libre : quatre candidats obtiennent le label cette année",
        "L’Adullact a remis le label Territoire Numérique Libre à 36 collectivités",
    ],
)
def test_a_palmares_that_only_counts_is_news_without_facts(title, knowledge, make_entry) -> None:
    found = understand(make_entry(title, "", "2025-11-20"), knowledge)
    assert (found.kind, found.relevant) == ("label", True)
    assert found.facts == ()


def test_what_a_label_is_for_is_no_palmares(knowledge, make_entry) -> None:
    text = "Le label Territoire Numérique Libre existe. Il récompense les usages libres des 36 communes."
    found = understand(make_entry("Un label en bref", text, "2025-06-20"), knowledge)
    assert not found.relevant


@pytest.mark.parametrize(
    "title",
    [
        "Les candidatures au label Territoire Numérique Libre 2026 sont ouvertes",
        "Call for submissions: the OSOR Awards",
        "OSOR Awards: voting is open",
    ],
)
def test_under_a_title_that_calls_nothing_is_obtained(title, knowledge, make_entry) -> None:
    text = "Claix a reçu le label Territoire Numérique Libre. Decidim wins the OSOR Awards."
    found = understand(make_entry(title, text, "2026-09-20"), knowledge)
    assert not found.relevant


def test_who_only_helps_to_give_a_prize_has_none(knowledge, make_entry) -> None:
    text = (
        "Three Acteurs du Libre awards are distributed: the European Award in collaboration with "
        "Korrigan, the Business Development Award and the Best Open Source Strategy Award."
    )
    entry = make_entry("Acteurs du Libre", text, "2023-12-20", language="en")
    assert _laureates(understand(entry, knowledge)) == []


def test_a_gatherings_own_site_says_the_day_late(knowledge, make_entry) -> None:
    text = "\n".join(
        [
            "Le programme se découvre enfin :",
            *(f"thème numéro {n}" for n in range(1, 9)),
            "Les conférences et les ateliers auront lieu les 14 et 15 novembre !",
        ]
    )
    entry = make_entry(
        "Le programme est en ligne",
        "",
        "2026-10-02",
        content=text,
        home="https://capitoledulibre.org/",
    )
    (fact,) = [one for one in understand(entry, knowledge).facts if isinstance(one, EventFact)]
    assert (fact.name, fact.start, fact.end) == ("Capitole du Libre", "2026-11-14", "2026-11-15")


def test_the_day_of_publication_is_not_the_gatherings(knowledge, make_entry) -> None:
    text = (
        "June 05, 2026\nParis, 5 June 2026 - OW2 opens its conference to commons.\n"
        "Thirty talks take place over the two days of 16-17 June 2026."
    )
    entry = make_entry("Commons at OW2con’26", "", "2026-06-05", content=text, language="en")
    facts = [one for one in understand(entry, knowledge).facts if isinstance(one, EventFact)]
    assert [(one.name, one.start) for one in facts] == [("OW2con", "2026-06-16")]


def test_the_weekend_that_was(knowledge, make_entry) -> None:
    text = "Ce week-end, c’était les JdLL, à l’ENS de Lyon : deux jours de conférences."
    found = understand(make_entry("De retour des JdLL", text, "2026-06-01"), knowledge)
    (fact,) = [one for one in found.facts if isinstance(one, EventFact)]
    assert (fact.start, fact.end, fact.status) == ("2026-05-30", "2026-05-31", "past")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Capitole du Libre : c’est fini", "Merci à toute l’équipe et au public."),
        ("Retour sur le Capitole du Libre", "Nous y tenions un stand, et quel monde !"),
        (
            "De retour du Capitole du Libre",
            "Je m’étais inscrit un peu par hasard lors de l’appel à conférences.",
        ),
        ("Retrouvez les vidéos du Capitole du Libre", "Neuf salles filmées, à voir chez soi."),
    ],
)
def test_a_look_back_without_a_day(title, text, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-11-25"), knowledge)
    assert (found.kind, found.relevant) == ("event_update", True)
    for fact in found.facts:
        assert isinstance(fact, EventFact)
        assert (fact.series, fact.start, fact.status) == ("capitole-du-libre", None, "past")


def test_a_look_back_at_another_year_is_no_news(knowledge, make_entry) -> None:
    text = "En 2019, nous y tenions un stand."
    found = understand(make_entry("Retour sur le Capitole du Libre", text, "2026-11-25"), knowledge)
    assert not found.relevant

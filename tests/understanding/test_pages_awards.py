"""Awards as whole pages tell them: palmarès that only count or name a few, the page's own day,
years of other grades, rules and aims that are no news. All names but the awards' are examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import AwardFact
from bot.understanding.understand import understand

TNL = "label Territoire Numérique Libre"


def _awards(found: Any) -> list[AwardFact]:
    return [fact for fact in found.facts if isinstance(fact, AwardFact)]


def _named(found: Any) -> set[str]:
    return {name for fact in _awards(found) for name in fact.laureates}


@pytest.mark.parametrize(
    ("text", "laureates"),
    [
        (f"Le palmarès 2025 du {TNL} compte notamment la ville de Meylan (niveau Or).", {"Meylan"}),
        (
            (
                f"Trois communes ont obtenu le niveau Or du {TNL} : Claix (7 900 habitants) pour la "
                "deuxième fois, la ville de Meylan depuis deux ans et Vizille."
            ),
            {"Claix", "Meylan", "Vizille"},
        ),
        (
            f"La ville de Claix (deux fois candidate, en 2021 aussi) a reçu le {TNL} mercredi.",
            {"Claix"},
        ),
    ],
)
def test_laureates_named_among_others(text, laureates, knowledge, make_entry) -> None:
    found = understand(make_entry("Le palmarès est là", text, "2025-11-20"), knowledge)
    assert _named(found) == laureates


def test_a_palmares_is_counted_below_the_furniture_of_its_page(knowledge, make_entry) -> None:
    text = "Actualités\nLecture : 2 min\nPartager\nImprimer\nAu total, 31 collectivités ont été distinguées cette année."
    title = f"Les résultats du {TNL} 2025"
    found = understand(make_entry(title, "", "2025-11-20", content=text), knowledge)
    assert (found.kind, found.relevant, found.facts) == ("label", True, ())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (f"La remise du {TNL} le 18 novembre 2026", "Trente villes y recevront leur panneau."),
        (f"Le {TNL}, pour se faire connaître", "Toute commune participante reçoit un badge."),
        (
            f"Un {TNL} en préparation",
            "Un jury se réunira pour choisir quatre projets à récompenser.",
        ),
    ],
)
def test_rules_and_aims_are_no_news(title, text, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, "2026-11-03"), knowledge)
    assert not found.relevant
    assert found.kind == "other"


@pytest.mark.parametrize("line", ["Publié le 24 novembre 2026", "Mis à jour le 24 novembre 2026"])
def test_the_pages_own_day_is_not_the_ceremonys(line, knowledge, make_entry) -> None:
    text = f"{line}\nClaix a reçu le {TNL}."
    (fact,) = _awards(
        understand(make_entry("Claix labellisée", "", "2026-11-25", content=text), knowledge)
    )
    assert fact.date is None


def test_a_label_is_not_its_own_category(knowledge, make_entry) -> None:
    text = "La commune a décroché le label Or mercredi 18 novembre."
    title = "Territoire numérique libre : Claix toujours à la pointe"
    facts = _awards(understand(make_entry(title, text, "2026-11-20"), knowledge))
    assert [(one.laureates, one.level, one.category) for one in facts] == [(("Claix",), "Or", None)]


def test_a_quoted_mention_is_whole(knowledge, make_entry) -> None:
    text = (
        f"Mercredi, Claix a décroché le {TNL} niveau Or. Claix a également reçu une mention spéciale "
        "« Promotion, sensibilisation et partage »."
    )
    facts = _awards(understand(make_entry("Claix labellisée", text, "2026-11-20"), knowledge))
    assert "Promotion, sensibilisation et partage" in [one.category for one in facts]


def test_the_end_of_last_year(knowledge, make_entry) -> None:
    text = f"Récompensée fin 2025 par le {TNL} Or, Claix ne s’arrête pas là."
    (fact,) = _awards(understand(make_entry("Claix rayonne", text, "2026-03-12"), knowledge))
    assert (fact.year, fact.level) == (2025, "Or")


def test_a_gathering_is_written_in_full(knowledge, make_entry) -> None:
    entry = make_entry(
        "Opaline wins the Acteurs du Libre European prize at OSXP", "", "2025-12-12", language="en"
    )
    (fact,) = _awards(understand(entry, knowledge))
    assert fact.place == "Open Source Experience"


def test_a_licence_of_attribution_opens_no_palmares(knowledge, make_entry) -> None:
    text = (
        "La mission a remis le prix BlueHats au projet libre Opaline.\n"
        "Les études sont sous licence d’attribution. Voici celles de septembre :\n"
        "Les éditeurs de cartes\nLa haute disponibilité"
    )
    found = understand(make_entry("Des nouvelles", "", "2026-10-03", content=text), knowledge)
    assert _named(found) == {"Opaline"}


def test_categories_that_follow_are_no_laureates(knowledge, make_entry) -> None:
    text = (
        "Three awards are distributed at the Acteurs du Libre contest in the following categories: "
        "the European Award, the Business Development Award and the Open Horizon Award.\n"
        "Lutin Soft received the European Award."
    )
    entry = make_entry(
        "The winners of the Acteurs du Libre 2026", "", "2026-12-03", content=text, language="en"
    )
    assert _named(understand(entry, knowledge)) == {"Lutin Soft"}

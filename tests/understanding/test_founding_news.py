"""A news of the form everything began with: three facts in one article, each told differently.

The words are this test's own; the form is a newspaper's: an award of this week, a label of last
year by its highest level, a gathering to come in a quotation.
"""

from __future__ import annotations

import pytest

from bot.understanding.fact import AwardFact, EventFact
from bot.understanding.understand import understand

TITLE = "Numérique : un prix national pour Échirolles, qui reçoit le NEC d’or"
TEXT = (
    "La ville d’Échirolles collectionne les honneurs. Le plus récent date de ce mercredi 29 octobre, "
    "pendant la huitième édition de Numérique en commun(s) (NEC), co-organisée par l’Agence nationale "
    "de la cohésion des territoires (ANCT), la ville et l’eurométropole de Strasbourg.\n"
    "Le rendez-vous met en valeur chaque année des initiatives d’intérêt général. Échirolles y a reçu "
    "le NEC d’or 2025 de la cohérence.\n"
    "La commune avait déjà le label Territoire numérique libre, dont le niveau 5, le plus haut, lui a "
    "été décerné pour la troisième année consécutive en décembre 2024. La mairie compte poursuivre "
    "avec le SITPI, qui réunit dix communes (Claix, Échirolles, Fontaine, Pont-de-Claix, Seyssins, "
    "Seyssinet-Pariset, Saint-Égrève, Saint-Martin-d’Uriage, Varces-Allières-et-Risset et Vif).\n"
    "« Nous accueillerons le 17 février 2026, sur le territoire échirollois, une nouvelle édition "
    "d’AlpOSS », annonce l’élu."
)


@pytest.fixture
def understanding(knowledge, make_entry):
    return understand(make_entry(TITLE, TEXT, "2025-10-30", name="Un journal alpin"), knowledge)


def test_it_is_an_award_worth_announcing(understanding) -> None:
    assert (understanding.kind, understanding.relevant, understanding.alposs) == (
        "award",
        True,
        True,
    )
    assert [type(fact).__name__ for fact in understanding.facts].count("AwardFact") == 2


def test_the_award(understanding) -> None:
    fact = next(
        fact for fact in understanding.facts if isinstance(fact, AwardFact) and not fact.label
    )
    assert fact.award_id == "nec-dor"
    assert fact.laureates == ("Échirolles",)
    assert (fact.year, fact.category, fact.date, fact.place) == (
        2025,
        "cohérence",
        "2025-10-29",
        "Strasbourg",
    )
    assert "ANCT" in (fact.organiser or "")


def test_the_label_of_last_year(understanding) -> None:
    fact = next(fact for fact in understanding.facts if isinstance(fact, AwardFact) and fact.label)
    assert fact.award_id == "territoire-numerique-libre"
    assert fact.laureates == ("Échirolles",)
    assert (fact.level, fact.date, fact.year, fact.streak) == ("5", "2024-12", 2024, 3)


def test_the_gathering_to_come(understanding) -> None:
    fact = next(fact for fact in understanding.facts if isinstance(fact, EventFact))
    assert (fact.series, fact.start, fact.end, fact.city) == (
        "alposs",
        "2026-02-17",
        "2026-02-17",
        "Échirolles",
    )


def test_the_ten_communes_received_nothing(understanding) -> None:
    told = {
        name
        for fact in understanding.facts
        if isinstance(fact, AwardFact)
        for name in fact.laureates
    }
    assert told == {"Échirolles"}

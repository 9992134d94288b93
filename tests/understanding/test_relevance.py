"""What is worth announcing: the rule, and each of its settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config.settings import RelevanceSettings
from bot.understanding.understand import understand


def _with(knowledge, **settings):
    """The same knowledge under other settings, with indexes of its own."""
    return replace(knowledge, relevance=RelevanceSettings(**settings), _made={})


FAR = ("Boé décroche le label Or Territoire Numérique Libre", "")
NEAR = ("Seyssins obtient le niveau 1 du label Numérique Responsable", "")
ELSEWHERE = ("Nantes obtient le niveau 1 du label Numérique Responsable", "")
FREE = (
    "Trophées du logiciel libre : Grenoble lauréate",
    "La ville a reçu mardi le trophée de l’ouverture.",
)
BREAD = ("Un boulanger de Grenoble reçoit le prix de la meilleure baguette", "")


@pytest.mark.parametrize(
    ("news", "relevant"),
    [(FAR, True), (NEAR, True), (ELSEWHERE, False), (FREE, True), (BREAD, False)],
)
def test_defaults(news, relevant, knowledge, make_entry) -> None:
    assert understand(make_entry(*news, "2026-11-20"), knowledge).relevant is relevant


@pytest.mark.parametrize(
    ("news", "settings", "relevant"),
    [
        (FAR, {"awards_anywhere": False}, False),
        (NEAR, {"awards_anywhere": False}, True),
        (NEAR, {"kinds": ("event",)}, False),
        (NEAR, {"award_km": 1.0}, False),
        (NEAR, {"centre": "Paris"}, False),
        (ELSEWHERE, {"award_km": 5000.0}, True),
        (FREE, {"unknown_awards": False}, False),
        (BREAD, {"words": ("baguette",)}, True),
    ],
)
def test_every_setting_has_its_effect(news, settings, relevant, knowledge, make_entry) -> None:
    changed = _with(knowledge, **settings)
    assert understand(make_entry(*news, "2026-11-20"), changed).relevant is relevant


@pytest.mark.parametrize(
    ("settings", "relevant"), [({}, True), ({"event_km": 20.0, "flagships": False}, False)]
)
def test_events_by_distance_and_flagship(settings, relevant, knowledge, make_entry) -> None:
    entry = make_entry(
        "Le FOSDEM revient les 31 janvier et 1er février 2026",
        "Rendez-vous à Bruxelles pour deux jours de logiciel libre.",
        "2026-01-10",
    )
    assert understand(entry, _with(knowledge, **settings)).relevant is relevant


def test_alposs_is_told_by_word_only(knowledge, make_entry) -> None:
    told = make_entry("AlpOSS 2026 : rendez-vous le 17 février 2026 à Échirolles", "", "2026-01-10")
    assert understand(told, knowledge).alposs
    for title in (
        "totalPossible 2.0 : rendez-vous le 17 février 2026",
        "Le dalposso en fête le 17 février 2026",
    ):
        assert not understand(make_entry(title, "", "2026-01-10"), knowledge).alposs


def test_why_says_what_was_read(knowledge, make_entry) -> None:
    """Every reason has its sentence in both languages, and quotes the words it stands on."""
    cases = {
        "award.obtained": NEAR,
        "relevance.local": NEAR,
        "relevance.everywhere": FAR,
        "relevance.far": ELSEWHERE,
        "award.refused": ("Voiron n’a pas obtenu le label Territoire Numérique Libre", ""),
        "award.hoped": ("Voiron pourrait obtenir le label Territoire Numérique Libre", ""),
        "award.handed-out": ("Les trophées du sport ont été remis vendredi", ""),
        "relevance.distant": AFAR,
        "nothing": ("La piscine ferme", ""),
    }
    for key, news in cases.items():
        reasons = understand(make_entry(*news, "2026-11-20"), knowledge).reasons
        assert key in {reason.key for reason in reasons}, (key, reasons)
        for reason in reasons:
            for code in ("fr", "en"):
                template = knowledge.languages[code].text("reasons", reason.key)
                assert template, f"[reasons] {reason.key} is missing in {code}"
                assert "{" not in template.format(**reason.fields)


def test_a_candidate_without_a_verb_of_receiving_is_told_why(knowledge, make_entry) -> None:
    entry = make_entry("Claix candidate au label Territoire Numérique Libre", "", "2026-11-20")
    understanding = understand(entry, knowledge)
    assert not understanding.relevant
    assert [reason.key for reason in understanding.reasons] == ["award.hoped"]


AFAR = ("Install party samedi 5 décembre à Brest", "Venez installer Linux, c’est gratuit.")
CALL_AFAR = (
    "Journée du logiciel libre de Brest : appel à conférences",
    "Envoyez vos propositions de conférences avant le 5 janvier 2027.",
)


@pytest.mark.parametrize("news", [AFAR, CALL_AFAR])
def test_no_way_of_telling_makes_a_distant_town_near(news, knowledge, make_entry) -> None:
    """Words alone would announce it: the same news of a near town is announced."""
    far = understand(make_entry(*news, "2026-11-20"), knowledge)
    assert not far.relevant
    assert "relevance.distant" in {reason.key for reason in far.reasons}
    title = news[0].replace("Brest", "Grenoble")
    assert understand(make_entry(title, news[1], "2026-11-20"), knowledge).relevant


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Seyssins reçoit le label Or Territoires innovants 2026", "label"),
        ("Seyssins reçoit le trophée d’or des Territoires innovants 2026", "award"),
        ("Seyssins obtient le niveau 5 de Territoire Numérique Libre 2026", "label"),
    ],
)
def test_a_grade_given_to_a_project_is_a_label_where_it_is_called_so(
    title, kind, knowledge, make_entry
) -> None:
    assert understand(make_entry(title, "", "2026-11-20"), knowledge).kind == kind

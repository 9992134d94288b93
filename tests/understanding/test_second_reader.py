"""The second reader of facts: who received an award, where the rules found nobody or nonsense."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest

from bot.config.settings import RelevanceSettings
from bot.understanding import awardtext, laureates, ranked, second
from bot.understanding.fact import AwardFact
from bot.understanding.language import prepare
from bot.understanding.ranked import Ranker
from bot.understanding.understand import understand

NEWS = Path(__file__).parents[1] / "news"
TROPHY = (
    "La nouvelle du mois",
    (
        "Chez nos voisins, le SITPI et ses serveurs\u00a0: un trophée des Acteurs du Libre trône "
        "depuis jeudi dans la salle machine."
    ),
)
TOWN = (
    "Un label pour la mairie",
    "Claix a obtenu le niveau 3 du label Territoire Numérique Libre le 19 novembre 2025 à Paris.",
)


def _text() -> str:
    return resources.files("bot.understanding").joinpath(ranked.FILE).read_text("utf-8")


def test_the_weights_are_of_the_labelled_news_that_is_here() -> None:
    """If this fails: `make learn`, and look at what changed."""
    made = sha256()
    for path in sorted(NEWS.rglob("*.jsonl")):
        if path.name not in ("heldout3-closed.jsonl", "heldout5-closed.jsonl"):
            made.update(path.read_bytes())
    for name in ("articles.json", "sentences.json"):
        made.update((NEWS / name).read_bytes())
    assert f"({made.hexdigest()[:16]})" in _text().splitlines()[0]


def test_weights_are_read_by_field_and_wrong_ones_refused() -> None:
    rankers = ranked.read("# of\nlaureate\t=bias\t-1.5\nlaureate\tlocated\t-2.0\nday\tpast\t0.5\n")
    assert set(rankers) == {"laureate", "day"}
    assert rankers["laureate"].odds({"located", "unheard of"}) == pytest.approx(-3.5)
    assert ranked.share(0.0) == pytest.approx(0.5)
    assert ranked.share(-1000.0) < 0.001
    with pytest.raises(ValueError, match="float"):
        ranked.read("laureate\tlocated\tmuch\n")


def test_what_no_rule_finds_is_told_with_the_other_fields_and_why(knowledge, make_entry) -> None:
    meant = understand(
        make_entry(*TROPHY, "2026-02-03", name="Lettre", role="association"), knowledge
    )
    (fact,) = meant.facts
    assert isinstance(fact, AwardFact)
    assert (fact.award_id, fact.laureates) == ("acteurs-du-libre", ("SITPI",))
    assert fact.confidence < 0.6  # the plain form, until somebody tells it better
    assert any(one.field == "laureates" and one.words == "SITPI" for one in fact.evidence)
    reason = next(one for one in meant.reasons if one.key == "learned.laureate")
    assert reason.fields["laureate"] == "SITPI"
    assert "un trophée des Acteurs du Libre" in reason.fields["words"]


def test_it_can_be_switched_off(knowledge, make_entry) -> None:
    alone = replace(knowledge, relevance=RelevanceSettings(learned=False), _made={})
    entry = make_entry(*TROPHY, "2026-02-03", name="Lettre", role="association")
    assert understand(entry, alone).facts == ()


@pytest.mark.parametrize(
    "summary",
    [
        "Le SITPI ne briguera pas de trophée des Acteurs du Libre cette année, faute de temps.",
        "Le SITPI prépare sa candidature aux Acteurs du Libre\u00a0; dépôt des dossiers avant le 1er mars.",
        "Les pompiers de Claix ont gagné le tournoi de pétanque.",
    ],
)
def test_what_is_no_award_obtained_gets_no_fact(knowledge, make_entry, summary) -> None:
    meant = understand(
        make_entry("La nouvelle du mois", summary, "2026-02-03", name="Lettre", role="association"),
        knowledge,
    )
    assert not any(isinstance(fact, AwardFact) for fact in meant.facts)


def test_candidates_are_names_once_each_and_the_source(knowledge, make_entry) -> None:
    entry = prepare(
        make_entry(*TOWN, "2025-11-20", name="Ville de Claix", role="municipal"), knowledge
    )
    found = laureates.candidates(awardtext.of(entry), "territoire-numerique-libre")
    by_name = {one.name: one for one in found}
    assert set(by_name) == {"Claix", "Paris"}
    assert "located" in by_name["Paris"].traits
    assert "source municipal" in by_name["Claix"].traits
    assert (
        "receive follows 1" in by_name["Claix"].traits or "with receive" in by_name["Claix"].traits
    )


def _fact(*names: str, **more: str) -> AwardFact:
    return AwardFact(award_id="territoire-numerique-libre", award="Label", laureates=names, **more)


def _second(knowledge, make_entry, **weights: float) -> second.Second:
    entry = prepare(make_entry(*TOWN, "2025-11-20", name="La Gazette"), knowledge)
    return second.Second(entry, Ranker({ranked.BIAS: -2.5, **weights}))


def test_a_far_likelier_name_takes_the_place_of_one(knowledge, make_entry) -> None:
    reader = _second(knowledge, make_entry, located=-3.0, near=4.0)
    facts, (reason,) = reader.read([_fact("Paris", level="3")])
    assert [(one.laureates, one.level) for one in facts] == [(("Claix",), "3")]
    assert facts[0].confidence < 0.6
    assert reason.key == "learned.instead"
    assert (reason.fields["before"], reason.fields["laureate"]) == ("Paris", "Claix")


def test_a_little_likelier_name_does_not(knowledge, make_entry) -> None:
    facts = [_fact("Paris")]
    assert _second(knowledge, make_entry, near=2.0).read(facts) == (facts, [])


def test_nonsense_beside_a_likely_name_is_left_out_unless_it_is_graded(
    knowledge, make_entry
) -> None:
    reader = _second(knowledge, make_entry, located=-3.0, near=4.0)
    good, nonsense = _fact("Claix", level="3"), _fact("Prochaine réunion")
    kept, (reason,) = reader.read([good, nonsense])
    assert kept == [good]
    assert (reason.key, reason.fields["before"]) == ("learned.nobody", "Prochaine réunion")
    graded = _fact("Prochaine réunion", level="2")
    assert reader.read([good, graded]) == ([good, graded], [])


def test_nothing_likely_makes_no_fact(knowledge, make_entry) -> None:
    assert _second(knowledge, make_entry).read([]) == ([], [])

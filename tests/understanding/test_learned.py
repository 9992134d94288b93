"""What labelled news taught: a vote that can be explained, beside rules that keep the last word
on facts and on what an admin has set."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from importlib import resources
from math import exp, log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import _news
from bot.config.settings import RelevanceSettings
from bot.understanding import lanes, learned, traits, weigh
from bot.understanding.language import prepare
from bot.understanding.learned import KINDS, Vote
from bot.understanding.understand import understand

NEWS = Path(__file__).parents[1] / "news"
CALL = (
    "On attend vos idées de conférences",
    "Vous avez jusqu’au 12 janvier pour nous proposer une conférence, un atelier ou un stand.",
)
WALK = ("Fermeture de la piscine", "Le bassin est vidé pour travaux jusqu’à nouvel ordre.")


def _text() -> str:
    return resources.files("bot.understanding").joinpath(learned.FILE).read_text("utf-8")


def test_the_weights_are_of_the_labelled_news_that_is_here() -> None:
    """If this fails: `make learn`, and look at what changed."""
    made = sha256()
    for path in sorted(NEWS.rglob("*.jsonl")):
        if path.name not in ("heldout3-closed.jsonl", "heldout5-closed.jsonl"):
            made.update(path.read_bytes())
    for name in ("articles.json", "sentences.json"):
        made.update((NEWS / name).read_bytes())
    assert f"({made.hexdigest()[:16]})" in _text().splitlines()[0]


def test_every_trait_has_its_idf_and_a_weight_for_each_answer() -> None:
    model = learned.read(_text())
    assert len(model.bias) == len(KINDS) + 1
    rows = [*model.weights.values()]
    assert len(rows) > 5000
    assert {len(row) for row in rows} == {len(KINDS) + 2}


def test_a_vote_is_the_sum_of_what_each_trait_speaks_for(knowledge) -> None:
    """As the head of ``learned.py`` says it, trait by trait, without lanes and tables."""
    model = learned.read(_text())
    items = [row for row in _news.read(str(NEWS / "examples.jsonl")) if row["language"] == "fr"]
    assert len(items) > 20
    for row in items:
        entry = _news.entry_of(row)
        assert entry is not None
        prepared = prepare(entry, knowledge)
        found = traits.of(prepared)
        counts = Counter(found.single)
        counts.update(f"{one}{traits.BOTH}{other}" for one, other in found.pairs())
        known = {trait: count for trait, count in counts.items() if trait in model.weights}
        values = {trait: (1 + log(n)) * model.weights[trait][0] for trait, n in known.items()}
        length = sqrt(sum(value**2 for value in values.values()))
        *scores, worth = (
            bias + sum(value * model.weights[trait][at] for trait, value in values.items()) / length
            for at, bias in enumerate(model.bias, 1)
        )
        whole = sum(map(exp, scores))
        vote = model.vote(prepared)
        assert vote.relevant == pytest.approx(1 / (1 + exp(-worth)))
        assert [vote.kinds[kind] for kind in KINDS] == pytest.approx(
            [exp(score) / whole for score in scores]
        )


numbers = st.integers(-99_999_999, 99_999_999).map(lambda number: number / 10_000)


@given(
    st.lists(
        st.tuples(st.floats(0, 9), numbers.map(abs), numbers, numbers), min_size=1, max_size=40
    )
)
def test_rows_are_added_in_their_lanes(rows) -> None:
    added = sum(lanes.times(lanes.pack(numbers), factor) for factor, *numbers in rows)
    plain = [sum(factor * numbers[at] for factor, *numbers in rows) for at in range(3)]
    assert lanes.unpack(added, 3) == pytest.approx(plain, abs=1e-6)
    assert lanes.first(sum(lanes.pack(numbers) for _, *numbers in rows)) == pytest.approx(
        sum(numbers[0] for _, *numbers in rows)
    )


def test_a_vote_names_the_kind_and_its_grounds(knowledge, make_entry) -> None:
    entry = prepare(make_entry(*CALL, "2026-11-20"), knowledge)
    vote = learned.vote(entry)
    assert vote is not None
    assert sum(vote.kinds.values()) == pytest.approx(1)
    assert max(vote.kinds, key=lambda kind: vote.kinds[kind]) == "call_for_papers"
    grounds = vote.grounds("call_for_papers")
    assert 1 <= len(grounds) <= 3
    assert all(words in entry.text.lower() for words in grounds)


def test_other_news_gets_no_vote_to_be_announced(knowledge, make_entry) -> None:
    vote = learned.vote(prepare(make_entry(*WALK, "2026-11-20"), knowledge))
    assert vote is not None
    assert max(vote.kinds, key=lambda kind: vote.kinds[kind]) == "other"
    assert vote.relevant < 0.5


def test_a_language_without_a_file_gets_no_vote(knowledge, make_entry) -> None:
    entry = replace(make_entry(*CALL, "2026-11-20"), language="de")
    assert learned.vote(prepare(entry, knowledge)) is None


def test_it_can_be_switched_off(knowledge, make_entry) -> None:
    alone = replace(knowledge, relevance=RelevanceSettings(learned=False), _made={})
    entry = make_entry(*CALL, "2026-11-20")
    assert learned.vote(prepare(entry, alone)) is None
    assert not any(one.key.startswith("learned.") for one in understand(entry, alone).reasons)


def _vote(kind: str, share: float, relevant: float) -> Vote:
    rest = (1 - share) / (len(KINDS) - 1)
    kinds = {one: share if one == kind else rest for one in KINDS}
    return Vote(kinds, relevant, lambda _: ("appel", "avant le"))


def test_without_a_vote_the_rules_stand() -> None:
    assert weigh.decide("award", True, None) == weigh.Verdict("award", True)


def test_agreement_needs_no_words() -> None:
    verdict = weigh.decide("label", True, _vote("label", 0.9, 0.9))
    assert verdict == weigh.Verdict("label", True)


def test_a_sure_vote_carries_what_the_rules_missed_and_says_so() -> None:
    verdict = weigh.decide("other", False, _vote("call_for_papers", 0.9, 0.97))
    assert (verdict.kind, verdict.relevant) == ("call_for_papers", True)
    assert verdict.sure is not None
    assert 0.7 < verdict.sure < 1
    assert [one.key for one in verdict.reasons] == ["learned.call_for_papers", "learned.told"]
    assert verdict.reasons[0].fields["words"] == "appel · avant le"


def test_a_sure_vote_silences_and_says_so() -> None:
    verdict = weigh.decide("award", True, _vote("award", 0.9, 0.05))
    assert (verdict.kind, verdict.relevant) == ("award", False)
    assert [one.key for one in verdict.reasons] == ["learned.silent"]


def test_a_doubtful_vote_changes_nothing() -> None:
    assert weigh.decide("other", False, _vote("award", 0.4, 0.6)).relevant is False
    assert weigh.decide("award", True, _vote("other", 0.4, 0.5)).relevant is True


def test_where_an_admin_set_the_rule_the_rule_decides() -> None:
    verdict = weigh.decide("award", False, _vote("award", 0.99, 0.99), of_worth=False)
    assert (verdict.kind, verdict.relevant) == ("award", False)


@pytest.mark.parametrize(
    "changed",
    [
        {"award_km": 20},
        {"kinds": ("event",)},
        {"awards_anywhere": False},
        {"centre": "Lyon"},
        {"words": ("mixité",)},
    ],
)
def test_the_vote_was_taught_under_the_usual_rule(changed, knowledge) -> None:
    assert learned.usual(knowledge)
    assert not learned.usual(replace(knowledge, relevance=RelevanceSettings(**changed)))


@given(
    said=st.sampled_from(KINDS),
    yes=st.booleans(),
    kind=st.sampled_from(KINDS),
    share=st.floats(0, 1),
    worth=st.floats(0, 1),
)
def test_any_two_opinions_give_a_verdict(said, yes, kind, share, worth) -> None:
    verdict = weigh.decide(said, yes, _vote(kind, share, worth))
    assert verdict.kind in KINDS
    assert not (verdict.relevant and verdict.kind == "other")
    surer = weigh.decide(said, yes, _vote(kind, share, min(1.0, worth + 0.2)))
    assert surer.relevant >= verdict.relevant  # a better vote never silences


@given(words=st.lists(st.sampled_from(CALL[1].split()), min_size=1, max_size=12))
def test_a_vote_is_the_same_whatever_case_and_accents(words, knowledge, make_entry) -> None:
    text = " ".join(words)
    one = learned.vote(prepare(make_entry("Appel", text, "2026-11-20"), knowledge))
    loud = learned.vote(
        prepare(make_entry("APPEL", text.replace("’", "'"), "2026-11-20"), knowledge)
    )
    assert one is not None
    assert loud is not None
    assert one.kinds == pytest.approx(loud.kinds)

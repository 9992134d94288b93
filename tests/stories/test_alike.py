"""What two accounts name joins them where a fact was missed or read wrongly (P4); what contradicts never
becomes one, whatever else is alike."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entries.entry import Entry, Publisher
from bot.stories import alike
from bot.stories.account import Account, named
from bot.stories.contradict import contradiction
from bot.stories.match import choose, grounds, happenings, sought
from bot.stories.merge import begin, join
from bot.stories.story import Happening
from bot.understanding import gist
from bot.understanding.fact import AwardFact, CallFact, EventFact, ReleaseFact, Understanding
from bot.understanding.language import prepare

NEWS = Path(__file__).parents[1] / "news"
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def entry(name: str, title: str, text: str, at: datetime = NOON, id: str = "") -> Entry:
    return Entry(
        id=id or title,
        publisher=Publisher(name, name, "press", "https://a.example"),
        url=f"https://a.example/{id or title}",
        title=title,
        summary=text,
        content="",
        language="fr",
        published=at,
        fingerprint="0",
    )


def told(one: Entry, knowledge, kind, *facts) -> Happening:
    """An entry as it was read: of that kind, with these facts, right or wrong."""
    meant = Understanding(kind, True, facts, gist=gist.of(prepare(one, knowledge), kind))
    return happenings(one, meant, knowledge)[0]


def prize(laureate: str, **more) -> AwardFact:
    values = {"award_id": "bluehats", "award": "Prix BlueHats", "year": 2026, **more}
    return AwardFact(laureates=(laureate,) if laureate else (), **values)


TOLD = entry(
    "NLnet",
    "November BlueHats prize: Tabulix",
    "NLnet and DINUM announced on Wednesday 18 November 2026 that Tabulix, a library that cleans "
    "spreadsheets, is the laureate of the BlueHats prize.",
)
MISREAD = entry(
    "La Gazette",
    "Dix mille euros pour ceux qui nettoient les tableurs de l’État",
    "Ceux de Tabulix ont appris mercredi 18 novembre qu’ils étaient lauréats du prix BlueHats, "
    "que la Dinum décerne à un logiciel libre critique.",
    NOON + timedelta(days=3),
)
OTHER = entry(
    "La Gazette",
    "Un prix BlueHats pour Névexo",
    "Névexo, bibliothèque qui lit les cartes, est lauréate du prix BlueHats depuis mercredi 18 novembre.",
    NOON + timedelta(days=1),
)


def test_p4_a_laureate_read_wrongly_does_not_part_one_story(knowledge) -> None:
    first = told(TOLD, knowledge, "award", prize("Tabulix"))
    second = told(MISREAD, knowledge, "award", prize("Fleur Marchand"))
    story = begin(first, knowledge, NOON)
    assert set(sought(second)) & set(story.keys)
    assert choose(second, [story]) is story
    both = join(story, second, knowledge, NOON)
    assert [fact.laureates for fact in both.facts] == [("Tabulix",)]
    assert "award/bluehats" in both.witnesses[1].alike
    # the one who was read wrongly opens no door to others
    stranger = told(
        entry("X", "Fleur Marchand", "Fleur Marchand a un prix BlueHats pour Ombelline.", NOON),
        knowledge,
        "award",
        prize("Fleur Marchand"),
    )
    assert choose(stranger, [both]) is None


def test_p4_the_better_account_is_believed_though_it_comes_later(knowledge) -> None:
    story = begin(told(MISREAD, knowledge, "award", prize("Fleur Marchand")), knowledge, NOON)
    second = told(TOLD, knowledge, "award", prize("Tabulix"))
    both = join(story, second, knowledge, NOON)
    assert [fact.laureates for fact in both.facts] == [("Tabulix",)]
    assert both.witnesses[0].alike
    assert not both.witnesses[1].alike


def test_p4_an_entry_without_facts_joins_and_stays_when_it_is_edited(knowledge) -> None:
    story = begin(told(TOLD, knowledge, "award", prize("Tabulix")), knowledge, NOON)
    plain = told(MISREAD, knowledge, "award")
    both = join(story, plain, knowledge, NOON)
    assert choose(plain, [story]) is story
    edited = told(replace(MISREAD, title="Dix mille euros pour Tabulix"), knowledge, "award")
    assert choose(edited, [both]) is both
    assert len(join(both, edited, knowledge, NOON).witnesses) == 2


def test_p4_what_facts_join_needs_no_other_grounds(knowledge) -> None:
    story = begin(told(TOLD, knowledge, "award", prize("Tabulix")), knowledge, NOON)
    again = told(MISREAD, knowledge, "award", prize("Tabulix"))
    assert grounds(again, story) == ()
    assert not join(story, again, knowledge, NOON).witnesses[1].alike


@pytest.mark.parametrize("read", [True, False])
def test_s7_another_laureate_of_one_day_is_another_story(knowledge, read) -> None:
    first = told(TOLD, knowledge, "award", *([prize("Tabulix")] if read else []))
    second = told(OTHER, knowledge, "award", *([prize("Névexo")] if read else []))
    assert choose(second, [begin(first, knowledge, NOON)]) is None


def alike_in_all(knowledge, kind, one, other, text="", **more) -> tuple[Account, Account]:
    """Two accounts in the same words, on the same day, of other facts."""
    text = text or (
        "Le Grésivaudan Tabulix Névexo, mercredi 18 novembre 2026 à La Rampe, Échirolles, AlpOSS, prix "
        "BlueHats, label Territoire Numérique Libre."
    )
    words = entry("Revue", "Tabulix Névexo", text)
    return tuple(
        Account.of(told(replace(words, id=name), knowledge, kind, fact))
        for name, fact in (("a", one), ("b", other))
    )


EVENT = {"series": None, "name": "Cartopartie", "start": "2026-11-28", "city": "Échirolles"}
CALL = {"series": None, "event": "Rencontres", "deadline": "2026-12-28"}


@pytest.mark.parametrize(
    ("what", "kind", "one", "other"),
    [
        ("year", "award", prize("Tabulix"), prize("Tabulix", year=2025)),
        ("level", "label", prize("Vif", level="Or"), prize("Vif", level="Argent")),
        ("town", "label", prize("Vif"), prize("Claix")),
        ("laureate", "award", prize("Ombelline"), prize("Fleur Marchand")),
        (
            "category",
            "award",
            prize("Vif", category="inclusion"),
            prize("Vif", category="frugalité"),
        ),
        ("edition", "event", EventFact(**EVENT, edition=3), EventFact(**EVENT, edition=4)),
        ("town", "event", EventFact(**EVENT), EventFact(**{**EVENT, "city": "Voiron"})),
        ("day", "event", EventFact(**EVENT), EventFact(**{**EVENT, "start": "2026-11-29"})),
        ("past", "event", EventFact(**EVENT), EventFact(**EVENT, status="past")),
        (
            "day",
            "call_for_papers",
            CallFact(**CALL),
            CallFact(**{**CALL, "deadline": "2027-12-28"}),
        ),
        (
            "version",
            "release",
            ReleaseFact(project="Tabulix", version="2.1"),
            ReleaseFact(project="Tabulix", version="2.2"),
        ),
    ],
)
def test_s7_look_alikes_never_become_one_in_whatever_words(
    knowledge, what, kind, one, other
) -> None:
    a, b = alike_in_all(knowledge, kind, one, other)
    assert contradiction(a, b) == what == contradiction(b, a)
    assert alike.likely(a, [b], both_news=True) == 0.0
    # not even where a third account agrees with both
    third = replace(a, facts=(), focus=(), towns=())
    assert alike.likely(a, [third, b], both_news=True) == 0.0
    assert alike.likely(a, [third], [b], both_news=True) == 0.0


@given(
    kinds=st.tuples(*[st.sampled_from(("award", "event", "call_for_papers", "release"))] * 2),
    days=st.integers(0, 400),
    words=st.sets(st.sampled_from(["tabuli", "nevexo", "ombell", "vertac"]), min_size=1),
)
def test_s7_sorts_and_seasons_are_kept_apart_whatever_the_words(kinds, days, words) -> None:
    shared = (
        "award/bluehats",
        "series/alposs",
        "here/la rampe",
        "head/vif",
        "day/2026-11-18",
        "version/2.1",
        *sorted(f"name/{word}" for word in words),
    )
    one, other = (
        Account(NOON + timedelta(days=at), "Revue", (f"kind/{kind}", *shared))
        for kind, at in zip(kinds, (0, days), strict=True)
    )
    chance = alike.likely(one, [other], both_news=True)
    assert chance == alike.likely(other, [one], both_news=True)
    if kinds[0] != kinds[1] or days > 60:
        assert chance == 0.0
    if kinds[0] == kinds[1] and days == 0:
        assert chance >= alike.SURE


def test_s7_one_award_and_one_day_say_nothing_of_who(knowledge) -> None:
    shared = ("kind/label", "award/territoire-numerique-libre", "day/2026-11-18", "place/paris")
    one, other = (Account(NOON, "Revue", (*shared, f"word/{word}")) for word in ("fleur", "rivier"))
    assert contradiction(one, other) == ""
    assert alike.likely(one, [other], both_news=True) == 0.0


def test_the_gist_holds_what_is_named_in_any_form(knowledge) -> None:
    found = gist.of(prepare(MISREAD, knowledge), "award")
    assert {"kind/award", "award/bluehats", "day/2026-11-18", "name/tabuli"} <= set(found)
    assert named(found).awards == {"bluehats"}


def test_the_weights_are_of_the_labelled_news_that_is_here() -> None:
    """If this fails: `make learn`, and look at what changed."""
    made = sha256()
    closed = ("heldout3-closed.jsonl", "heldout5-closed.jsonl")
    for path in sorted(NEWS.rglob("*.jsonl")):
        if path.name not in closed:
            made.update(path.read_bytes())
    for name in ("articles.json", "sentences.json"):
        made.update((NEWS / name).read_bytes())
    for room, name in (("bot.understanding", gist.FILE), ("bot.stories", alike.FILE)):
        first = resources.files(room).joinpath(name).read_text("utf-8").splitlines()[0]
        assert f"({made.hexdigest()[:16]})" in first, name


def test_every_trait_that_is_compared_has_a_weight(knowledge) -> None:
    weights = alike.learned()
    pairs = itertools.product((TOLD, MISREAD, OTHER), repeat=2)
    accounts = [
        [Account.of(told(one, knowledge, "award", prize("Tabulix"))) for one in two]
        for two in pairs
    ]
    used = {trait for one, other in accounts for trait in alike.compared(one, other)}
    assert used <= set(weights)
    assert weights["other day"] < 0 < weights["day"]
    assert weights["days apart"] < 0

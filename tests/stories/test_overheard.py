"""What is no news by itself is remembered: a better account makes it a witness, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.commands._news import Stories
from bot.entries.entry import Entry, Publisher
from bot.stories import recognise
from bot.stories.match import happenings, overheard
from bot.stories.merge import begin
from bot.understanding.fact import (
    AwardFact,
    CallFact,
    EventFact,
    Reason,
    ReleaseFact,
    Understanding,
)
from bot.understanding.understand import understand

START = datetime(2025, 11, 20, 9, tzinfo=UTC)
LABEL = AwardFact(
    award_id="territoire-numerique-libre",
    award="Territoire Numérique Libre",
    label=True,
    year=2025,
    laureates=("Voiron",),
    level="Argent",
    date="2025-11-19",
)
PRIZE = AwardFact(
    award_id="nec-dor",
    award="NEC d’or",
    year=2025,
    laureates=("Claix",),
    category="inclusion",
    date="2025-11-18",
    place="Strasbourg",
)
PARTY = EventFact(
    series=None,
    name="Repair café et Linux",
    start="2025-11-29",
    end="2025-11-29",
    place="Salle des fêtes",
    city="Crolles",
)
CALL = CallFact(series="jdll", event="Journées du Logiciel Libre", deadline="2026-02-15")
JDLL = EventFact(
    series="jdll",
    name="Journées du Logiciel Libre",
    start="2026-05-30",
    end="2026-05-31",
    city="Lyon",
)
PAST = replace(JDLL, start="2025-11-18", end="2025-11-19", status="past")
VERSION = ReleaseFact(project="guichet-ouvert", version="2.4.0", publisher="Ville de Voiron")


def entry(id, text, *, days=0, name="La Lettre", title="Brèves"):
    return Entry(
        id=id,
        publisher=Publisher("s", name),
        url=f"https://example.org/{id}",
        title=title,
        summary=text,
        content="",
        language="fr",
        published=START + timedelta(days=days),
        fingerprint="",
    )


def heard(text, *named, **more):
    said = entry("s/heard", text, **more)
    meant = Understanding("other", relevant=False, named=named)
    return said, meant


def told(knowledge, *facts):
    said = entry("s/told", "")
    (happening,) = happenings(said, Understanding("other", True, facts), knowledge)
    return begin(happening, knowledge, said.published)


KNOWN = [
    (LABEL, "Le label TNL pour Voiron : argent !", ("award/territoire-numerique-libre",)),
    (LABEL, "At Voiron town hall they still celebrate. TNL, silver.", ("award/territoire-numerique-libre",)),
    (LABEL, "Voiron était au rendez-vous mercredi : TNL 2025, la médaille d’argent.", ("award/territoire-numerique-libre/2025",)),
    (PRIZE, "Claix a le sourire : un NEC d’or, pour l’inclusion.", ("award/nec-dor", "town/claix")),
    (PRIZE, "Claix and the NEC d’or 2025, two days ago in Strasbourg", ("award/nec-dor/2025", "town/claix")),
    (PARTY, "À Crolles le 29 novembre, le repair café s’occupe de Linux.", ("town/crolles",)),
    (JDLL, "Les 30 et 31 mai, à Lyon, ce seront les JdLL.", ("series/jdll",)),
    (CALL, "Les JdLL cherchent des conférences : proposez la vôtre.", ("series/jdll",)),
    (CALL, "Parler aux JdLL ? Vous avez jusqu’au 15 février.", ("series/jdll",)),
    (VERSION, "On a essayé guichet-ouvert 2.4, et c’est bien.", ("release/",)),
]  # fmt: skip
UNKNOWN = [
    (LABEL, "Voiron, TNL 2024 : la médaille d’argent.", ("award/territoire-numerique-libre/2024",)),
    (LABEL, "Le label TNL pour Voiron : bronze.", ("award/territoire-numerique-libre",)),
    (LABEL, "Le label TNL pour Vizille : argent.", ("award/territoire-numerique-libre",)),
    (LABEL, "Voiron parle du label TNL.", ("award/territoire-numerique-libre",)),
    (LABEL, "Le label Villes Internet pour Voiron : argent.", ("award/villes-internet",)),
    (PRIZE, "Pont de Claix : un NEC d’or pour l’inclusion.", ("award/nec-dor", "town/le pont-de-claix")),
    (PRIZE, "Pont-de-Claix : un NEC d’or pour l’inclusion.", ("award/nec-dor",)),
    (PARTY, "À Crolles le 30 novembre, le repair café s’occupe de Linux.", ("town/crolles",)),
    (PARTY, "À Vif le 29 novembre, le repair café s’occupe de Linux.", ("town/vif",)),
    (PARTY, "À Crolles le 29 novembre, marché de Noël.", ("town/crolles",)),
    (JDLL, "JdLL, les 30 et 31 mai à Lyon : proposez une conférence.", ("series/jdll",)),
    (JDLL, "Les 23 et 24 mai, à Lyon, ce seront les JdLL.", ("series/jdll",)),
    (JDLL, "Qui recoud mon manchot avant le 30 mai ? C’est pour les JdLL.", ("series/jdll",)),
    (PAST, "J’ai perdu mon écharpe aux JdLL de Lyon, hier.", ("series/jdll", "town/lyon")),
    (CALL, "Les JdLL ont lieu les 30 et 31 mai à Lyon.", ("series/jdll",)),
    (CALL, "Parler aux JdLL ? Vous avez jusqu’au 15 mars.", ("series/jdll",)),
    (CALL, "Parler à Pas Sage en Seine ? Jusqu’au 15 février.", ("series/psesi",)),
    (VERSION, "On a essayé guichet-ouvert 2.4.1.", ("release/",)),
    (VERSION, "guichet-ouvert 2.5.0 remplace la 2.4.0.", ("release/",)),
    (PRIZE, "Vif a un NEC d’or de l’inclusion. Foot : Claix perd.", ("award/nec-dor", "town/vif", "aside/claix")),
    (PRIZE, "Claix parle du NEC d’or à Strasbourg.", ("award/nec-dor", "town/claix")),
    (VERSION, "On a essayé guichet-ouvert 12.4.0.", ("release/",)),
    (VERSION, "On a essayé guichet-ferme 2.4.0.", ("release/",)),
]  # fmt: skip


def in_order(knowledge, told_entries):
    """The story of each entry, as they come in."""
    stories = Stories(knowledge)
    ids = [(said.id, stories.place(said, meant)) for said, meant in told_entries]
    return {id: stories.now(story) for id, story in ids}


@pytest.mark.parametrize(("fact", "text", "named"), KNOWN)
def test_it_is_known_again_by_its_words_before_and_after(fact, text, named, knowledge) -> None:
    news = (entry("s/told", ""), Understanding("other", True, (fact,)))
    said = heard(text, *named)
    stories = in_order(knowledge, (news, said))
    assert stories["s/heard"] is stories["s/told"]
    assert stories["s/heard"].facts[0] == told(knowledge, fact).facts[0]  # it says nothing new
    if not named[0].startswith("town/"):  # too many entries name a town to remember them all
        stories = in_order(knowledge, (said, news))
        assert stories["s/heard"] is stories["s/told"]


@pytest.mark.parametrize(
    ("fact", "text", "named"), [one for one in KNOWN if "town" not in one[2][0]]
)
def test_what_was_told_without_its_facts_is_not_told_again_with_them(
    fact, text, named, knowledge
) -> None:
    news = (entry("s/told", ""), Understanding("other", True, (fact,)))
    said, _ = heard(text)
    plain = Understanding("other", True, named=named)
    for order in (((said, plain), news), (news, (said, plain))):
        stories = in_order(knowledge, order)
        assert stories["s/heard"] is stories["s/told"]
    hoped = replace(plain, reasons=(Reason("award.hoped"),))
    stories = in_order(knowledge, ((said, hoped), news))
    assert stories["s/heard"] is not stories["s/told"]


@pytest.mark.parametrize(("fact", "text", "named"), UNKNOWN)
def test_another_year_town_level_day_or_version_never_joins(fact, text, named, knowledge) -> None:
    news = (entry("s/told", ""), Understanding("other", True, (fact,)))
    said = heard(text, *named)
    for order in ((news, said), (said, news)):
        stories = in_order(knowledge, order)
        assert stories["s/heard"] is not stories["s/told"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Samedi, salle des fêtes de Crolles, à 14 h : venez avec vos grille-pain.", True),
        ("Crolles village hall, sorry, salle des fêtes, Saturday, 2 pm.", True),
        ("Samedi, salle des fêtes de Crolles, à 15 h : le loto.", False),
        ("Samedi, salle Boris-Vian de Crolles, à 14 h : le loto.", False),
        ("Dimanche, salle des fêtes de Crolles, à 14 h : le loto.", False),
    ],
)
def test_there_and_then_it_is_the_same_whatever_it_is_called(text, known, knowledge) -> None:
    said, _ = heard(text, days=6)
    meant = Understanding("event", relevant=False, named=("town/crolles",))
    fact = replace(PARTY, name="Réparons", time="14:00")
    news = (entry("s/told", ""), Understanding("event", True, (fact,)))
    for order in (((said, meant), news), (news, (said, meant))):
        stories = in_order(knowledge, order)
        assert (stories["s/heard"] is stories["s/told"]) is known


def test_a_town_far_from_the_award_stands_aside(knowledge) -> None:
    said = entry(
        "s/a",
        "Les travaux de la rocade durent. Le marché de Claix est déplacé. Il pleuvra demain. "
        "Voiron est candidate au label Villes Internet. C’est tout.",
    )
    named = understand(said, knowledge).named
    assert "award/villes-internet" in named
    assert {"town/voiron", "aside/claix"} <= set(named)


def test_long_after_it_is_a_memory(knowledge) -> None:
    story = told(knowledge, PRIZE)
    for days, known in ((-20, True), (20, True), (22, False)):
        said, meant = heard(
            "Claix, NEC d’or de l’inclusion.", "award/nec-dor", "town/claix", days=days
        )
        (happening,) = overheard(said, meant, knowledge)
        assert bool(recognise.recognised(recognise.Heard.of(happening), story)) is known


def test_a_gathering_that_is_over_is_not_called_to(knowledge) -> None:
    story = told(knowledge, PARTY)
    text = "Crolles : le 29 novembre, le repair café s’occupait de Linux."
    for days, known in ((9, True), (10, False)):
        said, meant = heard(text, "town/crolles", days=days)
        (happening,) = overheard(said, meant, knowledge)
        assert bool(recognise.recognised(recognise.Heard.of(happening), story)) is known


@pytest.mark.parametrize("reason", ["award.hoped", "award.refused"])
def test_what_is_hoped_for_or_refused_is_no_witness(reason, knowledge) -> None:
    said, meant = heard("Claix vise le NEC d’or de l’inclusion.", "award/nec-dor", "town/claix")
    assert overheard(said, replace(meant, reasons=(Reason(reason),)), knowledge) == ()


def test_what_is_far_away_or_an_unknown_prize_is_not_remembered(knowledge) -> None:
    said = entry("s/far", "")
    for fact in (
        replace(PARTY, city="Brest"),
        replace(PRIZE, laureates=("Nantes",)),
        replace(PRIZE, award_id=None, award="Prix de la plus belle salade"),
    ):
        assert overheard(said, Understanding("other", False, (fact,)), knowledge) == ()
    assert overheard(said, Understanding("other", True, (PARTY,)), knowledge) == ()


def test_any_order_of_arrival_makes_the_same_stories(knowledge) -> None:
    facts = replace(PRIZE, laureates=("Grenoble-Alpes Métropole",))
    came = (
        (entry("s/a", "", days=1), Understanding("award", True, (facts,))),
        (
            entry("s/b", "", days=0),
            Understanding("award", False, (replace(facts, laureates=("La Métropole",)),)),
        ),
        heard("Claix, NEC d’or de l’inclusion.", "award/nec-dor", "town/claix", days=2),
        (entry("s/d", "", days=3), Understanding("award", True, (replace(PRIZE, place=None),))),
        (
            entry("s/e", "", days=4),
            Understanding("award", True, (replace(PRIZE, year=2024, date="2024-09-25"),)),
        ),
    )
    found = set()
    for order in permutations(came):
        stories = in_order(knowledge, order)
        groups: dict[str, set[str]] = {}
        for id, story in stories.items():
            groups.setdefault(story.id, set()).add(id)
        found.add(frozenset(map(frozenset, groups.values())))
        assert all(stories[id].relevant for id in stories)
    assert found == {
        frozenset({frozenset({"s/a", "s/b"}), frozenset({"s/heard", "s/d"}), frozenset({"s/e"})})
    }


def test_one_that_nothing_makes_relevant_is_only_remembered(knowledge) -> None:
    facts = replace(PRIZE, laureates=("La Métropole",))
    said = (entry("s/a", ""), Understanding("award", False, (facts,)))
    again = (entry("s/b", "", days=1), Understanding("award", False, (facts,)))
    stories = in_order(knowledge, (said, again))
    assert stories["s/a"] is stories["s/b"]
    assert not stories["s/a"].relevant


def test_the_irrelevant_witness_is_believed_last(knowledge) -> None:
    weak = replace(PRIZE, category="médiation", date="2025-11-18")
    came = (
        (entry("s/a", ""), Understanding("award", False, (weak,))),
        (entry("s/b", "", days=1, title="Le vrai"), Understanding("award", True, (PRIZE,))),
    )
    story = in_order(knowledge, came)["s/b"]
    assert len(story.witnesses) == 2
    assert story.title == "Le vrai"
    assert story.facts[0].category == "inclusion"


@pytest.mark.parametrize(
    ("text", "may_be_a_version"),
    [
        ("Les impôts augmentent de 2.5 % l’an prochain.", False),
        ("Le pain passe à 1.20\u00a0€ le 3 mars.", False),
        ("On a essayé guichet-ouvert 2.4.1.", True),
    ],
)
def test_a_share_or_a_price_is_no_version_to_remember(text, may_be_a_version, knowledge) -> None:
    found = understand(entry("s/heard", text), knowledge).named
    assert ("release/" in found) is may_be_a_version

"""How a story grows: witnesses, corrections, moves, and what makes two happenings two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.entries.entry import Entry, Publisher
from bot.stories import names
from bot.stories.correct import Correction
from bot.stories.likeness import bands, likeness, signature
from bot.stories.match import choose, happenings, keys
from bot.stories.merge import begin, correct, join, leave, merge, split
from bot.stories.names import same_name
from bot.understanding.fact import AwardFact, CallFact, EventFact, ReleaseFact, Understanding

START = datetime(2025, 11, 20, 9, tzinfo=UTC)
TNL = AwardFact(
    award_id="territoire-numerique-libre",
    award="Territoire Numérique Libre",
    label=True,
    year=2025,
    laureates=("Échirolles",),
)
ALPOSS = EventFact(series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles")
PARTY = EventFact(series=None, name="Install party", start="2026-03-14", city="Grenoble")

MEETING = EventFact(
    series="contribatelier", name="Contribatelier", start="2026-03-14", city="Grenoble"
)


class Newsroom:
    """Tells facts one after the other, as the pipeline does."""

    def __init__(self, knowledge):
        self.knowledge = knowledge
        self.stories = {}
        self.count = 0

    def happenings(self, *facts, entry=None, home=None, trust=0, days=0, kind=None, **words):
        self.count += 1
        entry = Entry(
            id=entry or f"s/{self.count}",
            publisher=Publisher("s", words.pop("name", "Source"), home=home),
            url=words.pop("url", f"https://example.org/{self.count}"),
            title=words.pop("title", "Un titre"),
            summary=words.pop("summary", ""),
            content="",
            language="fr",
            published=START + timedelta(days=days),
            fingerprint="",
        )
        meant = Understanding(kind or "other", True, facts)
        return happenings(entry, meant, self.knowledge, trust=trust)

    def tell(self, *facts, **more):
        """The stories it ends in, main one first."""
        told = []
        for happening in self.happenings(*facts, **more):
            near = [s for s in self.stories.values() if set(s.keys) & set(keys(happening))]
            found = choose(happening, near)
            now = happening.entry.published
            story = (
                join(found, happening, self.knowledge, now)
                if found
                else begin(happening, self.knowledge, now)
            )
            self.stories[story.id] = story
            told.append(story)
        return told


@pytest.fixture
def room(knowledge):
    return Newsroom(knowledge)


def test_an_award_and_an_event_of_one_entry_are_two(room):
    award, event = room.tell(ALPOSS, TNL, kind="label")
    assert [award.kind, event.kind] == ["label", "event"]
    assert award.id != event.id


def test_an_event_named_twice_in_one_entry_is_one(room):
    (story,) = room.tell(replace(ALPOSS, start=None), ALPOSS, kind="event")
    assert story.facts[0].start == "2026-02-17"


def test_irrelevant_entries_make_no_story(room):
    entry = room.happenings(TNL)[0].entry
    assert happenings(entry, Understanding("label", False, (TNL,))) == ()


def test_what_one_leaves_out_another_fills_in(room):
    room.tell(replace(TNL, level="Or"))
    (story,) = room.tell(replace(TNL, date="2025-11", year=None), days=1)
    (story,) = room.tell(replace(TNL, date="2025-11-19", streak=2), days=2)
    (fact,) = story.facts
    assert (fact.level, fact.date, fact.streak) == ("Or", "2025-11-19", 2)
    assert len(story.witnesses) == 3
    assert story.updated == START + timedelta(days=2)


def test_the_organiser_is_believed_then_trust_then_the_first(room):
    room.tell(replace(TNL, level="Argent"), name="A")
    (story,) = room.tell(replace(TNL, level="Bronze"), name="B", days=1)
    assert story.facts[0].level == "Argent"
    (story,) = room.tell(replace(TNL, level="Bronze"), name="C", trust=5, days=2)
    assert story.facts[0].level == "Bronze"
    (story,) = room.tell(
        replace(TNL, level="Or"), home="https://www.territoire-numerique-libre.org", days=3
    )
    assert story.facts[0].level == "Or"
    assert [w.official for w in story.witnesses] == [False, False, False, True]


def test_an_official_folder_of_a_shared_host(room):
    (story,) = room.tell(ALPOSS, url="https://pretalx.com/alposs-2026/cfp")
    assert story.witnesses[0].official
    (story,) = room.tell(ALPOSS, url="https://pretalx.com/other/cfp")
    assert not story.witnesses[1].official


def test_r10_an_edited_entry_replaces_its_own_words(room):
    room.tell(replace(TNL, level="Argent"), entry="s/a")
    room.tell(TNL, entry="s/b", days=1)
    (story,) = room.tell(replace(TNL, level="Or"), entry="s/a")
    assert story.facts[0].level == "Or"
    assert [w.entry for w in story.witnesses] == ["s/a", "s/b"]


def test_r10_a_corrected_date_stays_in_its_own_story(room):
    (first, other) = room.tell(PARTY, replace(PARTY, start="2026-04-11"), entry="s/a")
    changed = room.tell(
        replace(PARTY, start="2026-03-21"), replace(PARTY, start="2026-04-11"), entry="s/a"
    )
    assert {s.id for s in changed} == {first.id, other.id}
    assert room.stories[other.id].facts[0].start == "2026-04-11"


def test_nothing_new_changes_nothing(room):
    (before,) = room.tell(TNL, entry="s/a")
    (after,) = room.tell(TNL, entry="s/a", days=3)
    assert after.facts == before.facts
    assert after.updated == before.updated
    assert after.id == before.id


def test_the_same_entry_always_begins_the_same_story(room, knowledge):
    (happening,) = room.happenings(TNL, entry="s/a")
    ids = {begin(happening, knowledge, START + timedelta(days=d)).id for d in range(3)}
    assert len(ids) == 1


OW2 = AwardFact(award_id="ow2-awards", award="OW2 Awards", year=2026)


def test_prizes_of_one_evening_are_told_whole_and_in_part(room):
    """The palmarès of an evening and the news of one of its laureates are one story; two
    laureates never become one through it."""
    winners = [
        replace(OW2, laureates=(name,), category=category)
        for name, category in (("Lutece", "community"), ("Waarp", "market"), ("GLPI", "technology"))
    ]
    (evening,) = room.tell(*winners)
    (one,) = room.tell(replace(winners[0], category="communauté"), days=2)
    (other,) = room.tell(winners[1], days=3)
    assert one.id == evening.id
    assert other.id != evening.id


def test_a_project_and_whose_it_is_are_one_laureate(room):
    """Each text names the other's laureate, and the category agrees."""
    osor = AwardFact(award_id="osor-awards", award="OSOR Awards", year=2026)
    (first,) = room.tell(
        replace(osor, laureates=("Velocarte",), category="community"),
        title="OSOR Awards: the winner is Velocarte",
        summary="The map is published by Meylan.",
    )
    (same,) = room.tell(
        replace(osor, laureates=("Meylan",), category="prix de la communauté"),
        title="Velocarte récompensée",
        summary="Notre carte de Meylan remporte le prix de la communauté.",
        days=1,
    )
    (not_named,) = room.tell(
        replace(osor, laureates=("Crolles",), category="community"),
        title="Crolles récompensée",
        days=1,
    )
    assert same.id == first.id
    assert not_named.id != first.id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Install party", "Remplacer Windows 10 par Linux"),
        ("Install-party de printemps", "Dire adieu à Windows"),
        ("Cartopartie des bancs", "On cartographie avec OpenStreetMap"),
        ("Éditathon", "Contribuer à Wikipédia"),
    ],
)
def test_gatherings_are_known_by_what_is_done_there(room, one, other):
    (first,) = room.tell(replace(PARTY, name=one))
    (same,) = room.tell(replace(PARTY, name=other))
    (elsewhere,) = room.tell(replace(PARTY, name=other, city="Lyon"))
    assert same.id == first.id
    assert elsewhere.id != first.id


def test_a_palmares_grows_and_leaves_single_laureates_alone(room):
    full = [replace(TNL, laureates=("Échirolles", "Boé"), level="Or")]
    full += [replace(TNL, laureates=("Claix",), level="Bronze")]
    (palmares,) = room.tell(*full)
    (single,) = room.tell(replace(TNL, laureates=("Claix",), level="Bronze"), days=1)
    assert single.id != palmares.id
    (grown,) = room.tell(*full, replace(TNL, laureates=("Vif",), level="Badge"), days=2)
    assert grown.id == palmares.id
    assert [(f.level, f.laureates) for f in grown.facts] == [
        ("Or", ("Échirolles", "Boé")),
        ("Bronze", ("Claix",)),
        ("Badge", ("Vif",)),
    ]


def test_a_palmares_with_one_laureate_from_here_is_its_story(room):
    (first,) = room.tell(
        replace(TNL, laureates=("SITPI",)), replace(TNL, laureates=("Brest Métropole",))
    )
    (second,) = room.tell(replace(TNL, laureates=("SITPI",)), days=1)
    assert first.id == second.id


def test_a_mention_is_not_the_level(room):
    mention = replace(TNL, category="sobriété")
    room.tell(replace(TNL, level="Or"), mention)
    (story,) = room.tell(mention, days=1)
    (story,) = room.tell(replace(TNL, level="Or"), days=2)
    assert [(f.level, f.category) for f in story.facts] == [("Or", None), (None, "sobriété")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TNL, replace(TNL, year=2024)),
        (TNL, replace(TNL, laureates=("Claix",))),
        (replace(TNL, laureates=("Claix",)), replace(TNL, laureates=("Le Pont-de-Claix",))),
        (
            replace(TNL, laureates=("Grenoble",)),
            replace(TNL, laureates=("Grenoble-Alpes Métropole",)),
        ),
        (TNL, replace(TNL, award_id="nec-dor", award="NEC d’or")),
        (ALPOSS, replace(ALPOSS, start="2025-02-20")),
        (ALPOSS, replace(ALPOSS, edition=2, start=None)),
        (PARTY, replace(PARTY, start="2026-04-11")),
        (PARTY, replace(PARTY, city="Rennes")),
        (MEETING, replace(MEETING, city="Lyon")),
        (ALPOSS, CallFact(series="alposs", event="AlpOSS", event_start="2026-02-17")),
        (
            CallFact(series="alposs", event="AlpOSS", deadline="2025-11-30"),
            CallFact(series="alposs", event="AlpOSS", deadline="2026-12-06"),
        ),
        (
            ReleaseFact(project="guichet-citoyen", version="2.3.0"),
            ReleaseFact(project="guichet-citoyen", version="2.4.0"),
        ),
        (
            ReleaseFact(project="guichet-citoyen", version="2.4.0"),
            ReleaseFact(project="guichet-citoyen", version="2.4.0-rc1"),
        ),
    ],
)
def test_look_alikes_are_two_stories(room, one, other):
    one = replace(one, edition=3) if isinstance(one, EventFact) and one.series else one
    first, second = room.tell(one), room.tell(other, days=1)
    assert first[0].id != second[0].id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace(TNL, year=None), TNL),
        (
            replace(TNL, laureates=("Métropole de Grenoble",)),
            replace(TNL, laureates=("Grenoble-Alpes Métropole",)),
        ),
        (TNL, replace(TNL, laureates=("Ville d’Échirolles",))),
        (ALPOSS, replace(ALPOSS, start="2026-02", city=None)),
        (ALPOSS, replace(ALPOSS, start="2026-02-18", status="moved", previous_start="2026-02-17")),
        (PARTY, replace(PARTY, name="Install party GNU/Linux de printemps", place="La Turbine")),
        (PARTY, replace(PARTY, start=None)),
        (MEETING, replace(MEETING, city="Lyon", status="moved")),
        (PARTY, replace(PARTY, start="2026-03-21", previous_start="2026-03-14", status="moved")),
        (
            CallFact(series="alposs", event="AlpOSS", deadline="2025-11-30"),
            CallFact(series="alposs", event="AlpOSS", deadline="2025-12-14", extended=True),
        ),
        (
            ReleaseFact(project="kiosque", version="0.8.0"),
            ReleaseFact(project="bibliotheque-kiosque", version="v0.8"),
        ),
    ],
)
def test_tellings_of_one_happening_are_one_story_in_either_order(knowledge, one, other):
    for pair in ((one, other), (other, one)):
        room = Newsroom(knowledge)
        first, second = room.tell(pair[0]), room.tell(pair[1], days=1)
        assert first[0].id == second[0].id


def test_a_move_keeps_what_was_true_before(room):
    room.tell(replace(ALPOSS, place="Hôtel de ville", time="09:00"))
    (story,) = room.tell(replace(ALPOSS, place="La Rampe", status="moved"), days=5)
    (fact,) = story.facts
    assert (fact.status, fact.place, fact.previous_place) == ("moved", "La Rampe", "Hôtel de ville")
    assert (fact.start, fact.previous_start, fact.time) == ("2026-02-17", None, "09:00")
    # somebody who has not heard of it yet changes nothing
    (story,) = room.tell(replace(ALPOSS, place="Hôtel de ville"), days=6)
    assert story.facts[0].place == "La Rampe"
    assert story.kind == "event_update"


def test_a_move_to_another_day_then_off(room):
    room.tell(replace(PARTY, place="La Turbine", end="2026-03-14"))
    (story,) = room.tell(
        replace(PARTY, start="2026-03-21", previous_start="2026-03-14", status="moved"), days=1
    )
    (fact,) = story.facts
    assert (fact.start, fact.end, fact.previous_start) == ("2026-03-21", "2026-03-21", "2026-03-14")
    assert fact.place == "La Turbine"
    (story,) = room.tell(replace(PARTY, start="2026-03-21", status="cancelled"), days=2)
    (story,) = room.tell(replace(PARTY, start="2026-03-21"), days=3)
    assert story.facts[0].status == "cancelled"


def test_how_it_went_is_other_news(room):
    (event,) = room.tell(ALPOSS)
    (recap,) = room.tell(replace(ALPOSS, status="past", edition=3), days=91)
    (again,) = room.tell(replace(ALPOSS, status="past"), days=93)
    assert event.id != recap.id == again.id


def test_a_longer_deadline_holds(room):
    call = CallFact(series="alposs", event="AlpOSS", deadline="2025-11-30", city="Échirolles")
    room.tell(call)
    (story,) = room.tell(replace(call, deadline="2025-12-14", extended=True), days=5)
    (story,) = room.tell(call, days=6)
    assert story.facts[0].deadline == "2025-12-14"


def test_merging_by_hand_and_leaving(room, knowledge):
    (one,) = room.tell(TNL, entry="s/a")
    (two,) = room.tell(replace(TNL, year=2024), entry="s/b", days=1)
    both = merge(one, two, knowledge, START)
    assert both.id == one.id
    assert [w.entry for w in both.witnesses] == ["s/a", "s/b"]
    assert set(two.keys) <= set(both.keys)
    alone = leave(both, "s/a", knowledge, START)
    assert [w.entry for w in alone.witnesses] == ["s/b"]
    assert leave(alone, "s/b", knowledge, START) is None


def test_what_a_person_took_out_of_a_story_comes_back_only_by_a_person(room, knowledge):
    (one,) = room.tell(TNL, entry="s/a")
    (both,) = room.tell(TNL, entry="s/b", days=1)
    assert both.id == one.id
    rest, alone = split(both, both.witnesses[1], knowledge, START)
    (again,) = room.happenings(TNL, entry="s/b", title="Retouché", days=1)
    assert choose(again, [rest]) is None, "whatever it says now"
    assert choose(again, [rest, alone]) == alone
    joined = merge(rest, alone, knowledge, START)
    assert joined.apart == ()
    assert choose(again, [joined]) == joined


def test_merging_keeps_what_people_put_right_of_either(room, knowledge):
    (one,) = room.tell(TNL, entry="s/a")
    (two,) = room.tell(replace(TNL, year=2024), entry="s/b", days=1)
    one = correct(one, Correction("AwardFact", "year", 2023), knowledge, START)
    two = correct(two, Correction("AwardFact", "level", "Or"), knowledge, START)
    two = correct(two, Correction("AwardFact", "year", 2022), knowledge, START)
    both = merge(one, two, knowledge, START)
    assert (both.facts[0].year, both.facts[0].level) == (2023, "Or")


LONG = (
    "La médiathèque ouvre un atelier où chacun apprend à installer un système libre sur un vieil "
    "ordinateur, avec l’aide de bénévoles de l’association, tous les mercredis de novembre."
)


def test_plain_news_in_nearly_the_same_words_is_one(room):
    (one,) = room.tell(title="Un atelier libre", summary=LONG)
    (two,) = room.tell(title="Un atelier libre !", summary=LONG + " Entrée gratuite.", days=2)
    (other,) = room.tell(title="Autre chose", summary="Le conseil a voté le budget de la voirie.")
    (late,) = room.tell(title="Un atelier libre", summary=LONG, days=60)
    assert one.id == two.id
    assert len({one.id, other.id, late.id}) == 3


def test_likeness_is_about_words_and_the_same_everywhere():
    one, other = signature(LONG), signature(LONG.upper().replace("É", "E"))
    assert likeness(one, one) == 1
    assert likeness(one, signature("Tout autre texte, sans un mot commun avec le premier.")) < 0.2
    assert likeness(one, ()) == 0
    assert set(bands(one)) & set(bands(signature(LONG + " Venez nombreux.")))
    assert signature("trop court") == ()
    assert len(one) == len(other) == 32


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Claix", "Pont-de-Claix", False),
        ("Le Pont-de-Claix", "Pont-de-Claix", True),
        ("Saint-Martin-d’Hères", "Saint-Martin-d’Uriage", False),
        ("Grenoble", "Grenoble-Alpes Métropole", False),
        ("Voiron", "Pays voironnais", False),
        ("Maven", "Apache Maven", True),
        ("Ville d’Échirolles", "ECHIROLLES", True),
        ("Daniel Stenberg", "Stenberg", True),
        ("Isère", "Département de l’Isère", False),
    ],
)
def test_names_of_laureates(a, b, same):
    assert same_name(a, b) is same
    assert same_name(b, a) is same


def test_names_of_gatherings_are_compared_across_languages() -> None:
    assert names.alike_events("Linux workshop", "Atelier Linux")
    assert names.alike_events("Contribution night", "Nuit de la contribution")
    assert not names.alike_events("Open source evening", "Atelier Linux")
    assert not names.alike_events("Café Linux", "Nuit du libre")

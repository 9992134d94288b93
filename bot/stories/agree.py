"""How well a happening agrees with a story, by their facts: 0 is a contradiction, or too little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.stories import days, names
from bot.stories.categories import akin_categories
from bot.stories.doubt import believed
from bot.stories.story import Happening, Story, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, ReleaseFact
from bot.understanding.language import fold

#: An award told without its year belongs to one told so long ago at most.
_AWARD_WINDOW = timedelta(days=150)
_CALL_WINDOW = timedelta(days=200)
#: Deadlines further apart are of two editions, whatever the dates of the event say.
_EDITION = timedelta(days=150)
#: So many laureates at most has a palmarès that is one story with each telling of one of them.
_FEW = 4
_EVENT_WINDOW = timedelta(days=120)
_RELEASE_WINDOW = timedelta(days=60)


_MAKER = (
    r"\b(?:editeur|editrice|createur|creatrice|mere|pere|auteur|autrice|mainteneu\w+|developpeu\w+|porteu\w+|publisher|maker|developer|author|creator)s?"
    r" (?:de |d'|du |of )(?:la |le |l'|the )?(?:logiciel |projet |outil |software |project )?"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """What one entry said of one happening, as far as it is compared."""

    published: datetime
    focus: tuple[str, ...]  # see :class:`bot.stories.story.Happening`
    facts: tuple[AnyFact, ...]
    text: str  # its words
    head: str  # the first of them
    speaker: str = ""  # who publishes it
    towns: tuple[str, ...] = ()  # the laureates that are towns here
    yearly: bool = False


def agreement(happening: Happening, story: Story) -> float:
    """Above 0: the same happening; higher is more certain."""
    return _agreement(_of(happening), story.facts[0], _told(story))


def akin(witness: Witness, story: Story) -> float:
    """The same for what a witness of another story said."""
    if not witness.facts or not story.facts:
        return 0.0
    return _agreement(_by(witness), story.facts[0], _told(story))


def _told(story: Story) -> list[Telling]:
    return [_by(witness) for witness in believed(story.witnesses)]


def agree(one: Happening, other: Happening) -> bool:
    """Are two happenings of one entry the same?"""
    told = replace(_of(other), text="", head="")
    return _agreement(_of(one), other.facts[0], (told,)) > 0


def _of(happening: Happening) -> Telling:
    entry = happening.entry
    return Telling(
        entry.published,
        happening.focus,
        happening.facts,
        entry.text,
        entry.text,
        entry.publisher.name,
        happening.towns,
        happening.yearly,
    )


def _by(witness: Witness) -> Telling:
    head = f"{witness.title} {witness.summary}"
    return Telling(
        witness.published,
        witness.focus,
        witness.facts,
        witness.heard or head,
        head,
        witness.name,
        witness.towns,
    )


def _agreement(mine: Telling, theirs: AnyFact, told: Sequence[Telling]) -> float:
    fact = mine.facts[0]
    if isinstance(fact, AwardFact) and isinstance(theirs, AwardFact):
        return _awards(mine, fact, told, theirs)
    if isinstance(fact, EventFact) and isinstance(theirs, EventFact):
        return _events(mine, fact, told, theirs)
    if isinstance(fact, CallFact) and isinstance(theirs, CallFact):
        return _calls(mine, fact, told, theirs)
    if isinstance(fact, ReleaseFact) and isinstance(theirs, ReleaseFact):
        return _releases(mine, fact, told, theirs)
    return 0.0


def _between(telling: Telling, told: Sequence[Telling]) -> timedelta:
    return min((abs(telling.published - w.published) for w in told), default=timedelta())


def _awards(telling: Telling, mine: AwardFact, told: Sequence[Telling], theirs: AwardFact) -> float:
    if mine.award_id and theirs.award_id:
        if mine.award_id != theirs.award_id:
            return 0.0
    elif not names.parts(mine.award) & names.parts(theirs.award):
        return 0.0
    one_day = days.exact(mine.date) is not None and mine.date == theirs.date
    if mine.year and theirs.year and mine.year != theirs.year and not one_day:
        return 0.0  # the prizes of 2025, given in January, are "2026" to some
    if not (mine.year and theirs.year) and _between(telling, told) > _AWARD_WINDOW:
        return 0.0
    whole = max((_focus(telling.focus, w.focus) for w in told), default=0.0)
    if whole:
        return whole
    prize = not mine.label  # of a label each holder is news of its own
    if prize and any(_one_prize(telling, w) for w in told):
        return 0.4
    if prize and any(_part(telling.focus, w.focus) for w in told):
        return 0.3 if _one_subject(telling.focus, told) else 0.0
    return 0.35 if any(_cross_named(telling, mine, w, theirs) for w in told) else 0.0


def _one_prize(one: Telling, other: Telling) -> bool:
    """One category of one edition has one winner, however each names it: its town, its maker. Both
    tell of this category alone, and one at least names whom the other calls the winner."""
    mine, theirs = _prizes(one), _prizes(other)
    categories = [fact.category for fact in (*mine, *theirs) if fact.category]
    if not categories or not all(akin_categories(categories[0], c) for c in categories[1:]):
        return False
    levels = [{fact.level for fact in facts if fact.level} for facts in (mine, theirs)]
    if levels[0] != levels[1]:
        return False
    winners, others = _laureates(mine), _laureates(theirs)
    if not winners or not others or max(len(winners), len(others)) > _FEW:
        return False
    sure = all(any(fact.category for fact in facts) for facts in (mine, theirs))
    if any(names.same_name(a, b) for a in winners for b in others):
        several = mine if len(winners) > len(others) else theirs
        return sure or any(fact.category for fact in several)
    if one.towns and other.towns:
        return False  # two towns: each has its own
    return sure and (
        any(names.is_named(name, other.text, other.speaker) for name in winners)
        or any(names.is_named(name, one.text, one.speaker) for name in others)
        or names.is_named(other.speaker, one.text)
        or names.is_named(one.speaker, other.text)
    )


def _prizes(telling: Telling) -> list[AwardFact]:
    return [fact for fact in telling.facts if isinstance(fact, AwardFact)]


def _laureates(facts: Iterable[AwardFact]) -> list[str]:
    return list(dict.fromkeys(name for fact in facts for name in fact.laureates))


def _part(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """One of a few: the prizes of one evening are told whole by one, in part by another."""
    smaller, larger = sorted((mine, theirs), key=len)
    return (
        len(smaller) == 1
        and 1 < len(larger) <= _FEW
        and any(names.same_name(smaller[0], other) for other in larger)
    )


def _one_subject(mine: tuple[str, ...], told: Sequence[Telling]) -> bool:
    """Whether all who tell of one laureate alone tell of the same: two laureates never become
    one story through the evening that they shared."""
    alone = [one[0] for one in (mine, *(w.focus for w in told)) if len(one) == 1]
    return all(names.same_name(alone[0], other) for other in alone[1:])


def _cross_named(telling: Telling, mine: AwardFact, other: Telling, theirs: AwardFact) -> bool:
    """A project in one telling, whose it is in the other: each text names the other's laureate,
    and neither level nor category contradicts."""
    if len(telling.focus) != 1 or len(other.focus) != 1 or (telling.towns and other.towns):
        return False
    if mine.level and theirs.level and mine.level != theirs.level:
        return False
    if mine.category and theirs.category and not names.akin_words(mine.category, theirs.category):
        return False
    said, text = fold(other.head), fold(telling.head)
    my_name, their_name = fold(telling.focus[0]), fold(other.focus[0])
    if _made_by(said, my_name) or _made_by(text, their_name):
        return True  # "Belledonne Communications, l’éditeur de Linphone"
    return their_name in text and my_name in said


def _made_by(text: str, project: str) -> bool:
    """Whether a text calls its own laureate the maker of that project."""
    return project in text and bool(re.search(_MAKER + re.escape(project) + r"(?![a-z0-9])", text))


def _focus(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """One laureate's story is not the palmarès's: with one on either side both must be one."""
    if not mine or not theirs:
        return 0.5 if not mine and not theirs else 0.0
    shared = sum(any(names.same_name(name, other) for other in theirs) for name in mine)
    smaller, larger = min(len(mine), len(theirs)), max(len(mine), len(theirs))
    if smaller == 1:
        return 1.0 if larger == 1 and shared else 0.0
    # A palmarès may be told in part: "Échirolles, Claix et Vif" of nine.
    return shared / smaller if shared / smaller > 0.5 else 0.0


def _events(telling: Telling, mine: EventFact, told: Sequence[Telling], theirs: EventFact) -> float:
    if (mine.status == "past") != _only_recaps(told):
        return 0.0  # how it went is other news than that it will be
    dated = _dates(mine, theirs)
    one_series = bool(mine.series and mine.series == theirs.series)
    if mine.series and theirs.series and not one_series:
        return 0.0
    if mine.edition and theirs.edition and mine.edition != theirs.edition:
        return 0.0
    if one_series and not telling.yearly and _elsewhere(mine, theirs):
        return 0.0  # a day kept in many towns: each has its own
    if one_series:
        if dated is False:
            same_year = days.year(mine.start) == days.year(theirs.start)
            return 0.6 if telling.yearly and same_year else 0.0
        if dated is None and _between(telling, told) > _EVENT_WINDOW:
            return 0.0
        return 1.0 if dated else 0.7
    if mine.city and theirs.city and not names.same_place(mine.city, theirs.city):
        return 0.0
    if dated is False:
        return 0.0
    here = names.same_place(mine.city, theirs.city)
    venue = names.same_place(mine.place, theirs.place)
    named = names.alike_events(mine.name, theirs.name)
    if dated is None:  # without a day, name and town must both speak for it
        near = _between(telling, told) <= _EVENT_WINDOW
        return 0.4 if near and named and (here or venue) else 0.0
    if named and (here or venue or not (mine.city and theirs.city)):
        return 0.9
    at_once = not (mine.time and theirs.time) or mine.time == theirs.time
    return 0.5 if venue and here and at_once else 0.0


def _elsewhere(mine: EventFact, theirs: EventFact) -> bool:
    """Two towns, and neither telling says that it has moved."""
    moved = "moved" in (mine.status, theirs.status)
    towns = mine.city and theirs.city and not names.same_place(mine.city, theirs.city)
    return bool(towns) and not moved


def _only_recaps(told: Sequence[Telling]) -> bool:
    facts = [fact for w in told for fact in w.facts if isinstance(fact, EventFact)]
    return bool(facts) and all(fact.status == "past" for fact in facts)


def _dates(mine: EventFact, theirs: EventFact) -> bool | None:
    """True: the same days, or the one moved to the other; None: a day is not known."""
    if not mine.start or not theirs.start:
        return None
    if days.overlap(mine.start, mine.end, theirs.start, theirs.end):
        return True
    before = (mine.previous_start, theirs.start), (mine.start, theirs.previous_start)
    return any(one and other and days.agree(one, other) for one, other in before)


def _calls(telling: Telling, mine: CallFact, told: Sequence[Telling], theirs: CallFact) -> float:
    if mine.series and theirs.series:
        if mine.series != theirs.series:
            return 0.0
    elif not names.alike_events(mine.event, theirs.event):
        return 0.0
    if mine.city and theirs.city and not (mine.series or names.same_place(mine.city, theirs.city)):
        return 0.0
    gap = days.apart(mine.deadline, theirs.deadline) if mine.deadline and theirs.deadline else None
    if gap and gap > _EDITION:
        return 0.0
    if mine.event_start and theirs.event_start:
        if mine.series and days.year(mine.event_start) == days.year(theirs.event_start):
            return 1.0
        same = days.overlap(mine.event_start, mine.event_end, theirs.event_start, theirs.event_end)
        return 1.0 if same else 0.0
    if mine.deadline and theirs.deadline:
        if gap is None:
            return 0.5 if days.agree(mine.deadline, theirs.deadline) else 0.0
        return 0.9 if gap <= timedelta(days=60) else 0.0
    return 0.4 if _between(telling, told) <= _CALL_WINDOW else 0.0


def _releases(
    telling: Telling, mine: ReleaseFact, told: Sequence[Telling], theirs: ReleaseFact
) -> float:
    if not names.same_project(mine.project, theirs.project):
        same_day = bool(mine.date and mine.version and mine.date == theirs.date)
        akin = names.akin_projects(mine.project, theirs.project) or any(
            names.begins_in(mine.project, w.text) or names.begins_in(theirs.project, telling.text)
            for w in told
        )
        if not (same_day and akin):
            return 0.0
    near = _between(telling, told) <= _RELEASE_WINDOW
    if mine.version and theirs.version:
        same = names.version(mine.version) == names.version(theirs.version)
        return 1.0 if same and near else 0.0
    return 0.4 if near and names.parts(mine.project) == names.parts(theirs.project) else 0.0

"""Why two accounts can never be of one happening, however alike they are. Rules, and no weights:
another year, town, level, edition, day or version is other news."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from bot.stories import days, names
from bot.stories.account import OTHER, Account
from bot.stories.categories import akin_categories
from bot.understanding.fact import CallFact, EventFact
from bot.understanding.gist import beginning

#: Days between two accounts of one happening, at most.
_WINDOW = {"prize": 30, "gathering": 60, "call": 60, "release": 21, OTHER: 14}
#: Deadlines further apart are of two editions.
_EDITION = 60


def group_of(one: Account, other: Account) -> str:
    """What sort of thing two accounts may both tell of; "" where these are two sorts."""
    groups = {one.group, other.group} - {OTHER}
    return "" if len(groups) > 1 else next(iter(groups), OTHER)


def contradiction(one: Account, other: Account) -> str:
    """In what the two contradict each other, in a word; "" where in nothing."""
    if not one.gist or not other.gist:
        return "unknown"
    group = group_of(one, other)
    if not group:
        return "kind"
    if abs((one.published - other.published).total_seconds()) > 86_400 * _WINDOW[group]:
        return "time"
    return _OF[group](one, other)


def _apart(a: AbstractSet[object], b: AbstractSet[object]) -> bool:
    return bool(a) and bool(b) and a.isdisjoint(b)


def any_same(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two lists of people and towns share one."""
    return any(names.same_name(a, b) for a in one for b in other)


def _of_prizes(one: Account, other: Account) -> str:
    a, b = one.named, other.named
    if _apart(a.awards, b.awards):
        return "award"
    if _apart(a.years, b.years) or _apart(one.years, other.years):
        return "year"
    if _apart(one.levels, other.levels):
        return "level"
    if one.towns and other.towns and not any_same(one.towns, other.towns):
        return "town"
    if _speaks_of_itself(one, other) or _speaks_of_itself(other, one):
        return "town"
    # also one that may be any word, "Parc" or "Sauvegran": where neither account names whom the other
    # rewards, telling twice is the smaller mistake
    read = one.laureates and other.laureates
    differ = read and not any_same(one.laureates, other.laureates)
    if differ and (
        _near_namesakes(one.laureates, other.laureates)
        or _strangers(one, one.laureates, other, other.laureates)
    ):
        return "laureate"
    if one.categories and other.categories and not _akin(one.categories, other.categories):
        return "category" if _strangers(one, one.categories, other, other.categories) else ""
    return ""


def _near_namesakes(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two names that are not the same begin a word alike: by beginnings, which is how words
    are known here, each account would seem to name the other's laureate."""
    mine = {word for name in one for word in names.parts(name)}
    theirs = {word for name in other for word in names.parts(name)}
    begun = {beginning(word) for word in mine - theirs}
    return any(beginning(word) in begun for word in theirs - mine)


def _strangers(one: Account, mine: Iterable[str], other: Account, theirs: Iterable[str]) -> bool:
    """Whether neither account names anything of what the other says."""
    return not other.tells_of_any(mine) and not one.tells_of_any(theirs)


def _speaks_of_itself(one: Account, other: Account) -> bool:
    """Whether one speaks for a town, and was not read to say who has it, and the other says that
    another town has."""
    spoken = one.named.speaks
    return bool(spoken and other.towns) and not one.laureates and not any_same(spoken, other.towns)


def _akin(one: Iterable[str], other: Iterable[str]) -> bool:
    return any(akin_categories(a, b) for a in one for b in other)


def _of_gatherings(one: Account, other: Account) -> str:
    if _apart(one.named.series, other.named.series):
        return "series"
    if one.ahead is not None and other.ahead is not None and one.ahead != other.ahead:
        return "past"
    moved = any(fact.status == "moved" for fact in (*one.gatherings, *other.gatherings))
    if _apart(one.named.days, other.named.days) and not moved:
        return "day"
    pairs = ((a, b) for a in one.gatherings for b in other.gatherings)
    return next(filter(None, (_two_gatherings(a, b) for a, b in pairs)), "")


def _two_gatherings(mine: EventFact, theirs: EventFact) -> str:
    if mine.edition and theirs.edition and mine.edition != theirs.edition:
        return "edition"
    if (mine.status == "past") != (theirs.status == "past"):
        return "past"
    if mine.series and theirs.series and mine.series != theirs.series:
        return "series"
    if "moved" in (mine.status, theirs.status):
        return ""  # both its places and days are told
    if mine.city and theirs.city and not names.same_place(mine.city, theirs.city):
        return "town"
    if not mine.start or not theirs.start:
        return ""
    return "" if days.overlap(mine.start, mine.end, theirs.start, theirs.end) else "day"


def _of_calls(one: Account, other: Account) -> str:
    if _apart(one.named.series, other.named.series):
        return "series"
    if _apart(one.named.days, other.named.days):
        return "day"
    pairs = ((a, b) for a in one.calls for b in other.calls)
    return next(filter(None, (_two_calls(a, b) for a, b in pairs)), "")


def _two_calls(mine: CallFact, theirs: CallFact) -> str:
    if mine.city and theirs.city and not names.same_place(mine.city, theirs.city):
        return "town"
    if mine.deadline and theirs.deadline:
        gap = days.apart(mine.deadline, theirs.deadline)
        if gap and gap.days > _EDITION:
            return "day"
    if not mine.event_start or not theirs.event_start:
        return ""
    spans = mine.event_start, mine.event_end, theirs.event_start, theirs.event_end
    return "" if days.overlap(*spans) else "day"


def _of_releases(one: Account, other: Account) -> str:
    if _apart(_versions(one), _versions(other)):
        return "version"
    said = ((a.version, b.version) for a in one.releases for b in other.releases)
    for mine, theirs in said:
        if mine and theirs and names.version(mine) != names.version(theirs):
            return "version"
    return ""


def _versions(one: Account) -> frozenset[str]:
    return frozenset(map(names.version, one.named.versions))


def _of_others(one: Account, other: Account) -> str:
    """What was not understood may be of any sort, so that it must contradict in none."""
    if _apart(one.named.awards, other.named.awards) or _apart(one.named.series, other.named.series):
        return "award"
    return _of_releases(one, other)


_OF = {
    "prize": _of_prizes,
    "gathering": _of_gatherings,
    "call": _of_calls,
    "release": _of_releases,
    OTHER: _of_others,
}

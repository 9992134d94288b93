"""Do two accounts tell the same, by what they name? Pure.

A fact may be read wrongly, and then agrees with nothing (``agree.py``). What an entry names is surer:
the award, the place, the day, the rare words (``bot/understanding/gist.py``). What agrees is weighed by a
logistic regression that pairs of labelled news taught (``make learn`` writes ``pairs.txt``). It is
asked where enough is the same (:func:`anchored`) and nothing contradicts (``contradict.py``): it can join
what rules do not know, and part nothing that they keep apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import combinations, product
from math import exp, fsum, log

from bot.stories.account import GROUPS, OTHER, Account, named
from bot.stories.categories import akin_categories
from bot.stories.contradict import any_same, contradiction, group_of
from bot.understanding.gist import RAREST, TELLING, Gist, rarity

FILE = "pairs.txt"
BIAS = "bias"
#: So likely must it be that two accounts are one; where one is no news by itself, so much.
SURE, SURER = 0.75, 0.95
#: A place says little of who where it is named so often ("Grenoble", "Isère").
_PARTICULAR = 0.45
#: One town has several gatherings a day, one venue hardly.
_VENUE = 0.6
#: Things by which an account is found, of each sort.
_FEW = 6
#: Things that are named as the grounds.
_GROUNDS = 4


#: of a story that so many have told no further account is looked for by likeness: each one costs a
#: comparison with all the others
MOST_TOLD = 40


def likely(
    mine: Account, told: Sequence[Account], doubted: Sequence[Account] = (), *, both_news: bool
) -> float:
    """How likely it is that an account is of the story that others told, 0 to 1; 0 where anything
    contradicts, or too little agrees to join them.

    :param doubted: those of them that are only alike themselves: they may part, and not join.
    """
    if len(told) + len(doubted) > MOST_TOLD:
        return 0.0
    best = 0.0
    for at, other in enumerate((*told, *doubted)):
        against = contradiction(mine, other)
        if against and against != "unknown":
            return 0.0
        if not against and at < len(told):
            traits = compared(mine, other)
            if anchored(group_of(mine, other), traits):
                best = max(best, probability(traits))
    return best if best >= (SURE if both_news else SURER) else 0.0


def compared(one: Account, other: Account) -> dict[str, float]:
    """In what two accounts agree; most are 0 to 1, what is not there is 0."""
    a, b, rare = one.named, other.named, rarity()
    words = a.words & b.words
    held = {word: rare.get(word, RAREST) - TELLING for word in words}
    found: dict[str, float] = {
        "award": not a.awards.isdisjoint(b.awards),
        "award of one": bool(a.awards) != bool(b.awards),
        "series": not a.series.isdisjoint(b.series),
        "here": _rarest((a.here | a.speaks) & (b.here | b.speaks), "here/"),
        "head": not a.heads.isdisjoint(b.heads),
        "place": _rarest((a.places - a.here) & b.places, "place/"),
        "other here": bool(a.here) and bool(b.here) and a.here.isdisjoint(b.here),
        "other place": bool(a.places) and bool(b.places) and a.places.isdisjoint(b.places),
        "no place": not (a.places or a.speaks) or not (b.places or b.speaks),
        "speaker": not a.speaks.isdisjoint(b.speaks),
        "speaker named": not (a.speaks.isdisjoint(b.places) and b.speaks.isdisjoint(a.places)),
        "day": min(2, len(a.days & b.days)) / 2,
        "other day": bool(a.days) and bool(b.days) and a.days.isdisjoint(b.days),
        "no day": not a.days or not b.days,
        "version": bool(a.versions and b.versions) and a.versions[0] == b.versions[0],
        "number": min(2, len(a.numbers & b.numbers)) / 2,
        "name": min(4.0, fsum(held[word] for word in words & (a.names | b.names)) / 4),
        "words": min(4.0, fsum(held.values()) / 8),
        "kind": a.kind == b.kind,
        "kind unsure": one.group != other.group,
        "days apart": log(1 + abs((one.published - other.published).total_seconds()) / 86_400),
        "same publisher": one.publisher == other.publisher,
    }
    if one.prizes or other.prizes:
        mine, theirs = one.sure_laureates, other.sure_laureates
        found["laureate named"] = (other.tells_of_any(mine) + one.tells_of_any(theirs)) / 2
        found["laureate"] = any_same(mine, theirs)
        found["level"] = not one.levels.isdisjoint(other.levels)
        found["category"] = any(
            akin_categories(x, y) for x in one.categories for y in other.categories
        )
    return {trait: float(value) for trait, value in found.items() if value}


def _rarest(shared: frozenset[str], sort: str) -> float:
    rare = rarity()
    return max((rare.get(sort + one, RAREST) for one in shared), default=0.0) / RAREST


def anchored(group: str, traits: Mapping[str, float]) -> bool:
    """Whether enough is the same to ask at all: what it is about, and who or where."""
    told = traits.get("name", 0.0) + traits.get("words", 0.0)
    where = "here" in traits or "place" in traits
    if group == "prize":
        known = traits.get("laureate named", 0.0)  # by one side alone it may be in passing
        who = "laureate" in traits or known == 1 or (known > 0 and "day" in traits)
        there = "head" in traits or (traits.get("here", 0.0) >= _PARTICULAR and told >= 0.4)
        return "award" in traits and (who or there or told >= 0.8)
    if group == "gathering":
        if "series" in traits:
            return "day" in traits or where
        venue = traits.get("here", 0.0) >= _VENUE
        return ("day" in traits and (venue or told > 0.5)) or (where and told > 1)
    if group == "call":
        return "series" in traits or told > 0.8
    if group == "release":
        return traits.get("name", 0.0) >= 0.5 and "version" in traits
    return told > 1.5


def probability(traits: Mapping[str, float]) -> float:
    """What labelled pairs with such traits taught, 0 to 1."""
    weights = learned()
    score = weights[BIAS] + sum(weights.get(name, 0.0) * value for name, value in traits.items())
    return 1 / (1 + exp(-score))


@lru_cache(maxsize=1)
def learned() -> dict[str, float]:
    """The shipped weights."""
    text = resources.files("bot.stories").joinpath(FILE).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {trait: float(weight) for trait, weight in pairs}


def grounds(one: Gist, other: Gist) -> tuple[str, ...]:
    """What both name that tells most, as it stands in a gist."""
    rare, mine = rarity(), set(one) & set(other)
    first = [thing for thing in one if thing in mine and thing.startswith(("award/", "series/"))]
    known = [thing for thing in mine if thing.startswith(("day/", "version/", "here/"))]
    words = named(one).words & named(other).words
    rarest = sorted(words, key=lambda word: (-rare.get(word, RAREST), word))
    told = [*first, *sorted(known), *(f"word/{word}" for word in rarest)]
    return tuple(told[:_GROUNDS])


def keys(gist: Gist) -> tuple[str, ...]:
    """Under what an account is found by others that may be alike: two things that both name."""
    return tuple(dict.fromkeys(f"alike|{key}" for key in _keys(gist))) if gist else ()


def _keys(gist: Gist) -> Iterator[str]:
    known = named(gist)
    group = GROUPS.get(known.kind, OTHER)
    rare = rarity()
    telling = sorted(
        known.words,
        key=lambda word: (-rare.get(word, RAREST), word not in known.names, word),
    )[:_FEW]
    here = sorted(known.here | known.speaks)[:_FEW]
    if group in ("prize", OTHER):
        yield from ("|".join(two) for two in product(sorted(known.awards)[:2], (*here, *telling)))
    if group in ("gathering", OTHER):
        yield from ("|".join(two) for two in product(sorted(known.days)[-3:], (*here, *telling)))
    if group in ("gathering", "call"):
        yield from known.series
    if group in ("release", OTHER):
        yield from ("|".join(two) for two in product(known.versions[:2], telling))
    if group in ("gathering", "call", OTHER):
        yield from ("|".join(sorted(two)) for two in combinations(telling[:5], 2))

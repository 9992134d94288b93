"""Learns ``bot/understanding/rarity.txt`` and ``bot/stories/pairs.txt`` of the labelled news: what
``make learn`` does besides the vote.

Each two items of one file that nothing contradicts are a lesson: do they tell one story? Facts are
read from them as the bot reads them. So that the weights lean on what a text names, and not on facts
that new hands' news may hide, each lesson is given again without the facts of the one, of the other,
and of both: then look-alikes that only a fact kept apart are lessons too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.commands import _news
from bot.stories import alike, match
from bot.stories.account import Account
from bot.stories.contradict import contradiction, group_of
from bot.understanding import gist
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import prepare
from bot.understanding.understand import understand

BOT = Path(__file__).parents[2] / "bot"
RARITY = BOT / "understanding" / gist.FILE
PAIRS = BOT / "stories" / alike.FILE
#: Items that hold a word, at least: what is rarer is as rare as can be.
FEWEST = 4
STRENGTH = 1.0
#: A story that is lost in another weighs so many times more than one that is told twice.
DEAR = 4


class Pair(NamedTuple):
    """Two items of one hand: in what they agree, and whether they tell one story."""

    hand: str
    traits: Mapping[str, float]
    same: bool


def rarities(known: Knowledge, paths: Iterable[Path]) -> Iterator[str]:
    """How rare each beginning of a word, place and award is: its idf."""
    held: Counter[str] = Counter()
    items = 0
    for path in paths:
        for row in _news.read(str(path)):
            if (entry := _news.entry_of(row)) is not None:
                held.update(gist.things(prepare(entry, known)))
                items += 1
    for thing, count in sorted(held.items()):
        if count >= FEWEST:
            yield f"{thing}\t{log(items / count):.2f}"


def pairs(known: Knowledge, hand: str, path: Path) -> Iterator[Pair]:
    """The lessons of one file."""
    told = []
    for row in _news.read(str(path)):
        if (entry := _news.entry_of(row)) is not None:
            meant = understand(entry, known)
            found = match.happenings(entry, meant, known) or match.overheard(entry, meant, known)
            told += [(row["labels"], Account.of(one)) for one in found[:1]]
    for (one, mine), (other, theirs) in combinations(told, 2):
        if _may_be_one(one, other) or not (one["story_id"] or other["story_id"]):
            continue
        same = bool(one["story_id"]) and one["story_id"] == other["story_id"]
        for a in _with_and_without_facts(mine):
            for b in _with_and_without_facts(theirs):
                if not contradiction(a, b):
                    traits = alike.compared(a, b)
                    if alike.anchored(group_of(a, b), traits):
                        yield Pair(hand, traits, same)


def _may_be_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["story_id"] in (other.get("may_merge_with") or ()) or other["story_id"] in (
        one.get("may_merge_with") or ()
    )


def _with_and_without_facts(account: Account) -> Iterator[Account]:
    yield account
    if account.facts:
        yield replace(account, facts=(), focus=(), towns=())


def weights(given: list[Pair]) -> dict[str, float]:
    """What the lessons teach."""
    names = DictVectorizer()
    table = names.fit_transform([dict(one.traits) for one in given])
    model = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight={True: 1, False: DEAR})
    model.fit(table, np.array([one.same for one in given]))
    found = dict(zip(names.feature_names_, model.coef_[0], strict=True))
    return {alike.BIAS: float(model.intercept_[0]), **{k: float(v) for k, v in found.items()}}

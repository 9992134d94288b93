"""How well stories are told apart on the labelled news, pair by pair, with perfect facts."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from bot.stories.match import choose, happenings, keys
from bot.stories.merge import begin, join
from bot.stories.story import Story
from bot.understanding.knowledge import Knowledge


def tell(items: list[dict[str, Any]], knowledge: Knowledge, entry_of, understood) -> dict[str, str]:
    """The story of each item's main happening, as the pipeline would find it."""
    stories: dict[str, Story] = {}
    by_key: dict[str, set[str]] = {}
    main: dict[str, str] = {}
    for item in items:
        entry = entry_of(item)
        for at, happening in enumerate(happenings(entry, understood(item), knowledge)):
            near = {id for key in keys(happening) for id in by_key.get(key, ())}
            found = choose(happening, [stories[id] for id in sorted(near)])
            story = (
                join(found, happening, knowledge, entry.published)
                if found
                else begin(happening, knowledge, entry.published)
            )
            assert found or story.id not in stories
            stories[story.id] = story
            for key in story.keys:
                by_key.setdefault(key, set()).add(story.id)
            if at == 0:
                main[entry.id] = story.id
    return main


def pairs(items: list[dict[str, Any]], told: dict[str, str]) -> tuple[list, list, list]:
    """Missed, wrongly merged, and look-alikes merged."""
    missed, wrong, alike, hits = [], [], [], 0
    relevant = [item for item in items if item["labels"]["relevant"]]
    for a, b in itertools.combinations(relevant, 2):
        one, other = a["labels"], b["labels"]
        if one["story_id"] in other["may_merge_with"] or other["story_id"] in one["may_merge_with"]:
            continue
        gold = one["story_id"] == other["story_id"]
        got = told[a["id"]] == told[b["id"]]
        hits += gold and got
        if gold and not got:
            missed.append((a["id"], b["id"]))
        if got and not gold:
            wrong.append((a["id"], b["id"]))
            if one["story_id"] in other["lookalike_of"] or other["story_id"] in one["lookalike_of"]:
                alike.append((a["id"], b["id"]))
    return missed, wrong, alike, hits


@pytest.mark.parametrize("order", ["file", "published", "shuffled-1", "shuffled-2"])
def test_labelled_stories_with_perfect_facts(news, knowledge, entry_from, labels_as_facts, order):
    items = list(news)
    if order == "published":
        items.sort(key=lambda item: item["published"])
    elif order.startswith("shuffled"):
        random.Random(order).shuffle(items)
    missed, wrong, alike, hits = pairs(items, tell(items, knowledge, entry_from, labels_as_facts))
    f1 = 2 * hits / (2 * hits + len(missed) + len(wrong))
    assert not alike
    assert f1 >= 0.97, (missed, wrong)

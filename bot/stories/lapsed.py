"""Is a story that was only remembered of no more use?"""

from __future__ import annotations

import re
from datetime import datetime

from bot.stories.story import Story
from bot.understanding.fact import CallFact, Day, EventFact

#: a day at the end of a blocking key: an entry without facts keeps those that it names there
_DAY = re.compile(r"\d{4}-\d\d-\d\d$")


def lapsed(story: Story, before: datetime, now: datetime) -> bool:
    """Nobody was told of it or changed it by hand, its last witness is from before ``before``, and
    its gathering is over."""
    if story.relevant or story.corrections or story.apart:
        return False
    if any(max(story.updated, witness.published) >= before for witness in story.witnesses):
        return False
    today = f"{now:%Y-%m-%d}"
    return all(day < today[: len(day)] for day in _days(story))


def _days(story: Story) -> list[Day]:
    found: list[Day | None] = [hit[0] for key in story.keys if (hit := _DAY.search(key))]
    for fact in story.facts:
        if isinstance(fact, EventFact):
            found += (fact.start, fact.end)
        elif isinstance(fact, CallFact):
            found += (fact.deadline, fact.event_start, fact.event_end)
    return [day for day in found if day]

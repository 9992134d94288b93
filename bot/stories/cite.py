"""Which witness an announcement links to: one that says what the announcement says.

An event that is cancelled, moved or full, and a call whose deadline was pushed back, are known by
what one witness says now; the others may still invite people, and will for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.stories import days, names
from bot.stories.merge import best
from bot.stories.story import Witness
from bot.understanding.fact import AnyFact, CallFact, EventFact

_CHANGED = ("cancelled", "moved", "full")


def cited(witnesses: Iterable[Witness], facts: Sequence[AnyFact]) -> list[Witness]:
    """Witnesses in the order in which they are linked to: of what changed, first those that say it
    as it now stands, then those that say that it changed; else as they are believed.

    :param facts: what is told of the story; none: its plain form.
    """
    believed = best(witnesses)
    return sorted(believed, key=lambda w: -_says(w, facts[0])) if facts else believed


def outdated(witness: Witness, witnesses: Iterable[Witness], facts: Sequence[AnyFact]) -> bool:
    """Does it say nothing of what changed, while another one does?"""
    return bool(facts) and _says(witness, facts[0]) < max(_says(w, facts[0]) for w in witnesses)


def _says(witness: Witness, told: AnyFact) -> int:
    """2: the change as it now stands; 1: that it changed; 0: neither."""
    if isinstance(told, EventFact) and told.status in _CHANGED:
        same = [f for f in witness.facts if isinstance(f, EventFact) and f.status == told.status]
        return max((1 + _stands(fact, told) for fact in same), default=0)
    if isinstance(told, CallFact) and told.extended and told.deadline:
        calls = [f for f in witness.facts if isinstance(f, CallFact) and f.deadline]
        return 2 * any(call.deadline == told.deadline for call in calls)
    return 0


def _stands(fact: EventFact, told: EventFact) -> bool:
    """Does a witness of the same status leave the event where and when it now is?"""
    if told.status != "moved":
        return True
    if told.previous_start and not (
        fact.start and told.start and days.agree(fact.start, told.start)
    ):
        return False
    return not told.previous_place or bool(
        fact.place and told.place and names.same_place(fact.place, told.place)
    )

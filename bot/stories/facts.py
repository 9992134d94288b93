"""The facts of a story, made of what its witnesses say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from bot.stories import days, names
from bot.stories.story import Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, Fact, ReleaseFact
from bot.understanding.knowledge import Knowledge

F = TypeVar("F", bound=Fact)
#: Fields that hold days, of which the more precise telling is kept.
_DAYS = frozenset(
    {"date", "start", "end", "previous_start", "deadline", "event_start", "event_end"}
)


def merged(
    witnesses: Sequence[Witness], believed: Sequence[Witness], knowledge: Knowledge
) -> tuple[AnyFact, ...]:
    """One set of facts. ``believed`` is the same witnesses in the order of belief."""
    first = next((w.facts[0] for w in believed if w.facts), None)
    if isinstance(first, AwardFact):
        return _awards(believed, knowledge)
    if isinstance(first, EventFact):
        return (_event(witnesses, believed),)
    if isinstance(first, CallFact):
        return (_call(witnesses, believed),)
    if isinstance(first, ReleaseFact):
        return (_fill(_of(believed, ReleaseFact)),)
    return ()


def _of(witnesses: Iterable[Witness], kind: type[F]) -> list[F]:
    return [fact for w in witnesses for fact in w.facts if isinstance(fact, kind)]


def _fill(told: Sequence[F]) -> F:
    """The first, with what it leaves out filled in by the others, in order."""
    whole = told[0]
    for other in told[1:]:
        new: dict[str, Any] = {}
        for field in fields(whole):
            mine, theirs = getattr(whole, field.name), getattr(other, field.name)
            if field.name == "confidence":
                new["confidence"] = max(mine, theirs)
            elif field.name in _DAYS:
                new[field.name] = days.finer(mine, theirs)
            elif mine in (None, ()) and theirs not in (None, ()):
                new[field.name] = theirs
        whole = replace(whole, **new)
    return whole


# --- awards -------------------------------------------------------------------------------


def _awards(believed: Sequence[Witness], knowledge: Knowledge) -> tuple[AnyFact, ...]:
    """A palmarès grows: each laureate's prize once, told together where all else is equal."""
    slots: list[list[AwardFact]] = []
    for witness in believed:
        free = list(range(len(slots)))
        for fact in _single(_of((witness,), AwardFact), knowledge):
            scored = [(_same_prize(fact, slots[at][0], knowledge), -at) for at in free]
            score, at = max(scored, default=(0, 0))
            if score > 0:
                slots[-at].append(fact)
                free.remove(-at)
            else:
                slots.append([fact])
    return tuple(_together([_fill(slot) for slot in slots]))


def _single(told: Iterable[AwardFact], knowledge: Knowledge) -> list[AwardFact]:
    """One laureate each, in the gazetteer's spelling; the same prize once."""
    found: dict[tuple[object, ...], AwardFact] = {}
    for fact in told:
        for name in fact.laureates or ("",):
            who = (names.shown(name, knowledge),) if name else ()
            one = replace(fact, laureates=who)
            key = (who, one.level, names.parts(one.category or ""))
            found[key] = _fill((found[key], one)) if key in found else one
    return list(found.values())


def _same_prize(fact: AwardFact, other: AwardFact, knowledge: Knowledge) -> int:
    """0: two prizes (a level and a mention are two); higher is more certain."""
    if fact.laureates and other.laureates:
        if not names.same_name(fact.laureates[0], other.laureates[0]):
            return 0
    elif fact.laureates or other.laureates:
        return 0
    if _mention(fact, knowledge) != _mention(other, knowledge):
        return 0
    shared = bool(
        fact.category
        and other.category
        and names.parts(fact.category) & names.parts(other.category)
    )
    return 1 + (fact.level == other.level) + 2 * shared


def _mention(fact: AwardFact, knowledge: Knowledge) -> bool:
    """A special mention: a category of its own beside a label's levels."""
    award = knowledge.awards.get(fact.award_id or "")
    return bool(fact.category and not fact.level and award and award.scales)


def _together(prizes: Iterable[AwardFact]) -> list[AwardFact]:
    groups: dict[tuple[object, ...], AwardFact] = {}
    for fact in prizes:
        key = (fact.award_id, fact.award, fact.year, fact.level, fact.category, fact.streak)
        if key in groups:
            first = groups[key]
            laureates = tuple(dict.fromkeys((*first.laureates, *fact.laureates)))
            sure = min(first.confidence, fact.confidence)
            groups[key] = replace(_fill((first, fact)), laureates=laureates, confidence=sure)
        else:
            groups[key] = fact
    return list(groups.values())


# --- events -------------------------------------------------------------------------------


def _event(witnesses: Sequence[Witness], believed: Sequence[Witness]) -> EventFact:
    """Scheduled -> full -> moved -> cancelled, or past; what was true before is kept."""
    moves = [w for w in believed if any(fact.status == "moved" for fact in _of((w,), EventFact))]
    moves.sort(key=lambda w: (w.published, w.official), reverse=True)  # the latest move holds
    since = min((w.published for w in moves), default=None)
    before = [w for w in believed if w not in moves and (since is None or w.published < since)]
    after = [w for w in believed if w not in moves and w not in before]
    event = _fill(_of((*moves, *before, *after) if moves else believed, EventFact))
    if moves:
        event = _moved(event, _of(moves, EventFact), _of(before, EventFact), _of(after, EventFact))
    status = event.status
    for witness in sorted(witnesses, key=lambda w: w.published):
        for fact in _of((witness,), EventFact):
            if fact.status != "scheduled" and status != "cancelled":
                status = fact.status
    return replace(event, status=status)


def _moved(
    event: EventFact, moves: list[EventFact], before: list[EventFact], after: list[EventFact]
) -> EventFact:
    now = _fill(moves)
    old = _fill(before) if before else None
    start, previous_start = now.start or event.start, now.previous_start
    if old and old.start and start and not days.agree(old.start, start):
        previous_start = previous_start or old.start
    place, previous_place = now.place, now.previous_place
    if old and old.place and place and not names.same_place(old.place, place):
        previous_place = previous_place or old.place
    elif not place and not now.start:
        place = event.place
    elif not place:
        place = old.place if old else event.place
    dated = bool(previous_start)
    later = _fill(after) if after else None
    return replace(
        event,
        start=start,
        end=now.end or (start if dated else event.end),
        time=now.time or (later.time if later else None) if dated else event.time,
        end_time=now.end_time if dated else event.end_time,
        place=place,
        previous_start=previous_start,
        previous_place=previous_place,
        status="moved",
    )


# --- calls --------------------------------------------------------------------------------


def _call(witnesses: Sequence[Witness], believed: Sequence[Witness]) -> CallFact:
    """The latest extension of the deadline holds; else the best witness's deadline."""
    call = _fill(_of(believed, CallFact))
    longer = [
        fact
        for w in sorted(witnesses, key=lambda w: (w.published, w.official))
        for fact in _of((w,), CallFact)
        if fact.deadline and (fact.extended or (call.deadline and fact.deadline > call.deadline))
    ]
    if not longer:
        return call
    last = longer[-1]
    return replace(call, deadline=last.deadline, deadline_time=last.deadline_time, extended=True)

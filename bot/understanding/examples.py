"""Whether a file of an award or of a gathering proves itself: each of its examples is understood as
it says, and nothing of it is found in its counterexamples.

The shipped files are judged by the tests, an admin's own ones by ``alposs-bot check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.config.knowledge import AwardExample, EventExample
from bot.entries import speech
from bot.entries.entry import Entry, Publisher
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.understand import understand

#: of what an example says nothing about when it was published
_DAY = "2026-01-15"


@dataclass(frozen=True, slots=True)
class Miss:
    """An example that is understood otherwise.

    :param loc: the place in its file: ``("examples", 0, "level")``.
    :param wanted: what the file says; "" where nothing should have been found.
    :param found: what was understood; "" where nothing was.
    """

    loc: tuple[str | int, ...]
    wanted: str
    found: str


def of_award(id: str, knowledge: Knowledge) -> Iterator[Miss]:
    """What does not come out of an award's file as it says."""
    award = knowledge.awards[id]
    for number, one in enumerate(award.examples):
        yield from _award(("examples", number), id, one, knowledge)
    for number, one in enumerate(award.counterexamples):
        found = _prizes(id, one, knowledge)
        if found:
            whom = ", ".join(name for fact in found for name in fact.laureates)
            yield Miss(("counterexamples", number), "", whom or id)


def of_series(id: str, knowledge: Knowledge) -> Iterator[Miss]:
    """What does not come out of a gathering's file as it says."""
    series = knowledge.events[id]
    for number, one in enumerate(series.examples):
        yield from _gathering(("examples", number), id, one, knowledge)
    for number, one in enumerate(series.counterexamples):
        if _held(id, one, knowledge):
            yield Miss(("counterexamples", number), "", id)


def _award(
    loc: tuple[str | int, ...], id: str, one: AwardExample, knowledge: Knowledge
) -> Iterator[Miss]:
    found = _prizes(id, one, knowledge)
    if not found:
        yield Miss(loc, id, "")
        return
    everyone = [name for fact in found for name in fact.laureates]
    if not {fold(name) for name in one.laureates} <= {fold(name) for name in everyone}:
        yield Miss((*loc, "laureates"), ", ".join(one.laureates), ", ".join(everyone))
    for field in ("level", "year", "category"):
        wanted = getattr(one, field)
        values = [getattr(fact, field) for fact in found]
        if wanted and fold(str(wanted)) not in {fold(str(value or "")) for value in values}:
            yield Miss((*loc, field), str(wanted), _said(values))


def _gathering(
    loc: tuple[str | int, ...], id: str, one: EventExample, knowledge: Knowledge
) -> Iterator[Miss]:
    found = _held(id, one, knowledge)
    if not found:
        yield Miss(loc, id, "")
        return
    calls = [fact.deadline for fact in found if isinstance(fact, CallFact)]
    if one.deadline and calls != [one.deadline]:
        yield Miss((*loc, "deadline"), one.deadline, _said(calls))
    for field in ("start", "end", "city", "status"):
        wanted = getattr(one, field)
        values = [getattr(fact, field) for fact in found if isinstance(fact, EventFact)]
        if wanted is not None and values != [wanted]:
            yield Miss((*loc, field), wanted, _said(values))


def _prizes(id: str, one: AwardExample, knowledge: Knowledge) -> list[AwardFact]:
    name = f"Ville de {one.source}" if one.source else "Le Journal"
    role = "municipal" if one.source else "press"
    who = Publisher("examples", name, role, place=one.source)
    facts = _facts(one.title, one.text, one.published, who, one.language, knowledge)
    return [fact for fact in facts if isinstance(fact, AwardFact) and fact.award_id == id]


def _held(id: str, one: EventExample, knowledge: Knowledge) -> list[EventFact | CallFact]:
    who = Publisher("examples", "Le Journal", "press")
    language = speech.guess(f"{one.title} {one.text}") or "fr"
    facts = _facts(one.title, one.text, one.published, who, language, knowledge)
    return [fact for fact in facts if isinstance(fact, EventFact | CallFact) and fact.series == id]


def _facts(
    title: str, text: str, published: str | None, who: Publisher, language: str, known: Knowledge
) -> tuple[AnyFact, ...]:
    entry = Entry(
        id="examples/1",
        publisher=who,
        url=None,
        title=title,
        summary=text,
        content="",
        language=language,
        published=datetime.fromisoformat(published or _DAY).replace(hour=10, tzinfo=known.timezone),
        fingerprint="",
    )
    return understand(entry, known).facts


def _said(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values if value is not None)

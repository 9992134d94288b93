"""What else an entry tells of: the gatherings a newsletter lists, and others with a day of their
own."""

from __future__ import annotations

from bot.understanding import dates, eventanchors, eventdays, newsletter, signs, status
from bot.understanding.dates import DateSpan
from bot.understanding.eventanchors import Anchor, Reading
from bot.understanding.eventfacts import EventFacts
from bot.understanding.fact import EventFact

_HEADING = 25  # characters of a line that is only a day


def listed(facts: EventFacts, reading: Reading) -> list[tuple[EventFact, float]]:
    """What a newsletter lists: every dated line of its agenda, every dated gathering that
    has to do with free software."""
    entry = reading.prepared
    friends = entry.entry.publisher.role in ("association", "community", "agenda")
    found: list[tuple[EventFact, float]] = []
    for block in newsletter.blocks(entry):
        heading: DateSpan | None = None  # "Samedi", and then what takes place on it
        for sentence in block.sentences:
            day = eventdays.first(reading, (sentence.start, sentence.end))
            if day and sentence.end - sentence.start < _HEADING and not reading.series:
                heading = day
            day = day or heading
            if day is None:
                continue
            start = block.start if block.heading else sentence.start
            span = (start, sentence.end)
            if not (friends or block.agenda or signs.is_free_within(reading.signs, *span)):
                continue
            if any(start <= hit.start < sentence.end for hit in reading.series):
                continue
            anchor = next(
                (one for one in eventanchors.kinds(reading) if start <= one.start < sentence.end),
                Anchor(sentence.start, sentence.start, None) if block.agenda else None,
            )
            if anchor is None:
                continue
            became = status.read(reading.signs, entry, [span], reading.dates, day, reading.today)
            fact = facts.fact(reading, anchor, day, [span], became, None, None, block=block)
            if all((fact.start, fact.city) != (one.start, one.city) for one, _ in found):
                found.append((fact, 0.7 - 0.2 * day.start / len(entry.text)))
    return found if len(found) < 12 else []


def further(
    facts: EventFacts, reading: Reading, friend: bool, *, head: bool
) -> list[tuple[EventFact, float]]:
    """Other gatherings with a day of their own: "…, atelier Blender le 5 décembre", "prochain
    rendez-vous : le Printemps du libre, samedi 21 mars". ``head``: in title and summary too."""
    entry = reading.prepared
    found: list[tuple[EventFact, float]] = []
    for sentence in entry.sentences:
        whole = (sentence.start, sentence.end)
        if not head and sentence.where != "content":
            continue
        if not dates.between(reading.dates, *whole):
            continue
        if any(sentence.start <= hit.start < sentence.end for hit in reading.series):
            continue
        told = eventdays.pairs(reading, sentence)
        free = bool(told) and (friend or signs.is_free_within(reading.signs, *whole))
        for anchor, day, span in told:
            said = dates.ahead(day, reading.today)
            if (said.iso or "") < reading.now or not (free or anchor.free):
                continue
            spans = [span, whole]
            became = status.read(reading.signs, entry, [span], reading.dates, said, reading.today)
            fact = facts.fact(reading, anchor, said, spans, became, None, None)
            if not (fact.place or fact.time or len(told) > 1):
                continue
            if all(fact.start != one.start for one, _ in found):
                weight = 0.55 if sentence.where != "content" else 0.4
                found.append((fact, weight))
    return found if len(found) < 8 else []

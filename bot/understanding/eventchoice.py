"""The second reader of gatherings: one that no rule found, where the entry is known to tell of one.

Every day of an entry is a candidate, with traits: what it says, where it stands, what stands around
it. What labelled news taught (``ranked.py``) weighs them; the likeliest day makes the fact, whose
name, town, venue and state are read by the rules as ever.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.understanding import dates, eventanchors, eventnames, ranked, signs, status
from bot.understanding.datespan import DateSpan
from bot.understanding.eventanchors import Anchor, Reading
from bot.understanding.eventfacts import EventFacts
from bot.understanding.fact import EventFact, Kind, Reason
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, Sentence
from bot.understanding.places import Places
from bot.understanding.ranked import Ranker
from bot.understanding.series import SeriesIndex

FIELD = "day"
#: So sure must the reader be to make a fact (natural log of the odds), and so certain is it told.
_SURE, _CONFIDENCE = 0.0, 0.55
_MOST_SENTENCES = 20
#: Days from publication: soon, this month, later.
_AWAY = (0, 1, 7, 31, 92)


class Day(NamedTuple):
    """A day that may be the gathering's: as a fact would tell it, and its traits."""

    span: DateSpan
    sentence: Sentence
    traits: frozenset[str]


def days(entry: Prepared, told: Kind) -> Iterator[Day]:
    """Every day of an entry that tells of a gathering, or of what became of one."""
    today = entry.entry.published.astimezone(entry.knowledge.timezone).date()
    found = [one for one in dates.of(entry) if one.kind == "day" and len(one.iso or "") == 10]
    for at, one in enumerate(found):
        sentence = entry.sentence_at(one.start)
        if sentence.index >= _MOST_SENTENCES:
            return
        over = told == "event_update" and "recap" in signs.of(entry)
        span = dates.behind(one, today) if over else dates.ahead(one, today)
        traits = {f"rank {min(at, 3)}", f"of {min(len(found), 4)}", f"from {_role(entry)}", told}
        traits.update(_said(one), _around(entry, sentence, one), (_away(span, today),))
        yield Day(span, sentence, frozenset(traits))


def _role(entry: Prepared) -> str:
    return entry.entry.publisher.role


def _away(span: DateSpan, today: date) -> str:
    away = (date.fromisoformat(span.iso or "") - today).days
    near = next((str(one) for one in _AWAY if abs(away) <= one), "99")
    return f"{near} {'to come' if away > 0 else 'ago'}"


def _said(one: DateSpan) -> Iterator[str]:
    if one.time:
        yield "timed"
    if one.end_iso:
        yield "range"
    if one.relative:
        yield "relative"
    if one.role:
        yield f"role {one.role}"
    if one.weekday is not None:
        yield "weekday"
    if one.said_past:
        yield "said past"
    yield f"free {one.free}"


def _around(entry: Prepared, sentence: Sentence, one: DateSpan) -> Iterator[str]:
    yield "in title" if sentence.where == "title" else f"in sentence {min(sentence.index, 4)}"
    for name, cues in signs.of(entry).items():
        if any(sentence.start <= cue.start < sentence.end for cue in cues):
            yield f"with {name}"
    for hit in entry.knowledge.made(SeriesIndex.build).of(entry):
        yield "with series" if sentence.start <= hit.start < sentence.end else "series"
    words, starts = entry.words, entry.word_starts
    first, after = bisect_right(starts, one.start) - 1, bisect_left(starts, one.end)
    if first > 0 and starts[first - 1] >= sentence.start:
        yield f"< {words[first - 1]}"
    if first > 1 and starts[first - 2] >= sentence.start:
        yield f"<< {words[first - 2]}"
    if after < len(words) and starts[after] < sentence.end:
        yield f"> {words[after]}"
    if starts[first] <= sentence.start:
        yield "opens"


def read(entry: Prepared, told: Kind) -> tuple[EventFact, Reason] | None:
    """The gathering of an entry that is known to tell of one; None where no day is likely."""
    ranker: Ranker | None = entry.knowledge.made(ranked.build).get(FIELD)
    if ranker is None or not entry.sentences:
        return None
    odds = [(ranker.odds(one.traits), one) for one in days(entry, told)]
    if not odds:
        return None
    sure, day = max(odds, key=lambda one: one[0])
    if sure < _SURE:
        return None
    fact = _fact(entry, day)
    words = day.sentence.text.strip()
    percent = str(round(100 * ranked.share(sure)))
    fields = {"name": fact.name, "words": words, "percent": percent, "start": fact.start or "?"}
    return fact, Reason("learned.day", fields)


def _fact(entry: Prepared, day: Day) -> EventFact:
    knowledge = entry.knowledge
    reading = _reading(entry, knowledge)
    anchor = _anchor(reading, day)
    here = day.sentence
    spans = [(here.start, here.end)]
    spans += [
        (one.start, one.end)
        for one in entry.sentences[:_MOST_SENTENCES]
        if one.where != "content" and one is not here
    ]
    became = status.read(reading.signs, entry, spans, reading.dates, day.span, reading.today)
    series = knowledge.events[anchor.series] if anchor.series else None
    made = knowledge.made(EventFacts).fact(
        reading, anchor, day.span, spans, became, series, anchor.series
    )
    return replace(made, confidence=_CONFIDENCE)


def _anchor(reading: Reading, day: Day) -> Anchor:
    """Where the gathering is named: a known series, a name of its own, a kind of gathering; what
    stands beside the day or in the title first. Else the title names it."""
    entry, here = reading.prepared, day.sentence

    def far(one: Anchor) -> tuple[bool, bool, int]:
        sentence = entry.sentence_at(one.start)
        beside = sentence is here or sentence.where == "title"
        return (not beside, eventnames.little(entry, one) > 0, abs(one.start - day.span.start))

    known = [Anchor(hit.start, hit.end, hit.id) for hit in reading.series]
    for pool in (known, list(eventanchors.proper(reading)), list(eventanchors.kinds(reading))):
        good = [one for one in pool if not eventanchors.is_venue(entry, one)]
        if good:
            return min(good, key=far)
    return Anchor(0, 0, None)


def _reading(entry: Prepared, knowledge: Knowledge) -> Reading:
    publisher = entry.entry.publisher
    places = knowledge.made(Places.build)
    today = entry.entry.published.astimezone(knowledge.timezone).date()
    return Reading(
        prepared=entry,
        signs=signs.of(entry),
        dates=dates.of(entry),
        places=places.of(entry),
        series=knowledge.made(SeriesIndex.build).of(entry),
        today=today,
        now=today.isoformat(),
        publisher=places.of_publisher(publisher.name, publisher.place)
        if publisher.role in ("municipal", "institution")
        else None,
        taken=frozenset(),
        recap=status.is_recap(entry, signs.of(entry)),
    )

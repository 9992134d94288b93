"""The fact of one gathering, each field with its words; what the entry is, and whether it counts."""

from __future__ import annotations

from dataclasses import replace

from bot.config.knowledge import EventSeries
from bot.understanding import (
    eventanchors,
    eventdays,
    eventhost,
    eventnames,
    moves,
    newsletter,
    status,
    venues,
)
from bot.understanding.dates import DateSpan
from bot.understanding.eventanchors import Anchor, Reading
from bot.understanding.fact import EventFact, Evidence, Kind, Reason
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.places import Places


class EventFacts:
    """Makes the facts of gatherings."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.places = knowledge.made(Places.build)

    def fact(
        self,
        reading: Reading,
        anchor: Anchor,
        day: DateSpan,
        spans: list[tuple[int, int]],
        became: status.Became,
        series: EventSeries | None,
        id: str | None,
        *,
        block: newsletter.Block | None = None,
    ) -> EventFact:
        """What the entry says of the gathering called at ``anchor``, held on ``day``."""
        entry = reading.prepared
        name = (
            series.name.fr or series.name.en or str(id)
            if series
            else eventnames.name(entry, anchor, reading.dates, reading.places, block)
        )
        sentence = entry.sentence_at(day.start)
        nearest = list(dict.fromkeys([(sentence.start, sentence.end), *spans]))
        after = max(day.end, day.time_span[1] if day.time_span else 0)
        form = venues.listed(entry, self.places, after, sentence.end)
        if form is None and (label := eventnames.labelled(entry, spans)):
            form = venues.listed(entry, self.places, *label)
        if form is None and entry.entry.publisher.role == "agenda":
            form = venues.addressed(entry, self.places, spans)
        avoid = [(hit.start, hit.end) for hit in reading.series]
        avoid += [(one.start, one.end) for one in reading.dates]
        avoid += [(one.start, one.end) for one in eventanchors.kinds(reading) if one.free]
        avoid += [(one.start, one.end) for one in eventanchors.proper(reading)]
        if became.previous_place and (left := entry.text.find(became.previous_place)) >= 0:
            avoid.append((left, left + len(became.previous_place)))
        if became.status == "moved" and (to := moves.moves_to(entry, spans)) is not None:
            became = replace(became, new_place_from=to)
        if became.new_place_from is not None:
            here = entry.sentence_at(became.new_place_from)
            nearest.insert(0, (became.new_place_from, here.end))
        held = None if form else venues.venue(entry, nearest, self.places, reading.places, avoid)
        usual = series.city if series else None
        city, city_words, certain = (
            (form.city, form.city_words, True)
            if form and form.city
            else venues.town(entry, reading.places, nearest, usual, reading.publisher)
        )
        place = form.place if form else (held[0] if held else None)
        evidence: list[Evidence] = []
        if day.iso:
            said = entry.slice(day.start, day.end)
            evidence.append(Evidence("start", said, entry.where(day.start)))
        if anchor.end > anchor.start:
            words = entry.slice(anchor.start, anchor.end)
            evidence.insert(0, Evidence("name", words, entry.where(anchor.start)))
        if place:
            evidence.append(Evidence("place", form.place_words if form else place, sentence.where))
        if city:
            evidence.append(
                Evidence("city", city_words, sentence.where if certain else "publisher")
            )
        if became.words:
            evidence.append(Evidence("status", became.words, sentence.where))
        return EventFact(
            series=id,
            name=name,
            start=became.start or day.iso,
            end=became.end or (day.last if not became.start else became.start),
            time=became.time or day.time,
            end_time=day.end_time,
            place=place,
            city=city,
            status=became.status,
            previous_start=became.previous_start,
            previous_place=became.previous_place,
            edition=eventhost.edition(entry, spans, series),
            organiser=eventhost.organiser(entry, spans, series),
            url=entry.entry.url,
            confidence=0.95 if series else 0.85 if anchor.free else 0.75,
            evidence=tuple(evidence),
        )

    def kind(
        self, reading: Reading, facts: tuple[EventFact, ...]
    ) -> tuple[Kind, tuple[Reason, ...]]:
        """What the entry is, by its weightiest fact, and why."""
        first = facts[0]
        fields = {"name": first.name, "start": first.start or "?", "city": first.city or "?"}
        if first.status != "scheduled":
            return "event_update", (Reason(f"event.{first.status}", fields),)
        if first.series and eventdays.programme(reading):
            return "event_update", (Reason("event.programme", fields),)
        return "event", (Reason("event.found", fields),)

    def relevant(self, reading: Reading, facts: tuple[EventFact, ...]) -> bool:
        """Whether one of the gatherings is a flagship, near, or of a publisher that is."""
        rule = self.knowledge.relevance
        for fact in facts:
            series = self.knowledge.events[fact.series] if fact.series else None
            if series and series.flagship and rule.flagships:
                return True
            if self.places.is_local(fact.city, rule.event_km, rule.centre):
                return True
            if self.places.named(fact.city) is None and self._around(reading):
                return True  # its town is not said, or in no list
        return False

    def far(self, facts: tuple[EventFact, ...]) -> tuple[Reason, ...]:
        """Why none of the gatherings counts, where it is known that all of them are far away."""
        rule = self.knowledge.relevance
        for fact in facts:
            if self.places.named(fact.city) is None or self.places.is_local(
                fact.city, rule.event_km, rule.centre
            ):
                return ()
        return (Reason("relevance.distant", {"city": facts[0].city or "?"}),)

    def _around(self, reading: Reading) -> bool:
        """Whether all places the entry names are near, its publisher's included."""
        rule = self.knowledge.relevance
        publisher = reading.prepared.entry.publisher
        named = [hit.spot.name for hit in (*reading.places, *self.places.find(publisher.name))]
        speaks = fold(publisher.name)
        named += [  # who holds a series speaks of the town it is held in
            series.city
            for series in self.knowledge.events.values()
            if series.city
            and any(speaks in (fold(one.name), *map(fold, one.names)) for one in series.organisers)
        ]
        near = [self.places.is_local(name, rule.event_km, rule.centre) for name in named]
        return bool(near) and all(near)

"""Calls for talks, stands and papers: for which gathering, until when, with which dates.

A call for award applications, a job, a tender is none. A call is believed where it names a known
series, or where the entry has to do with free software.
"""

from __future__ import annotations

from bot.understanding import callnames, signs, venues
from bot.understanding.calls import called
from bot.understanding.fact import CallFact, Evidence, Reason
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.places import Places
from bot.understanding.series import SeriesIndex


class Deadlines(Matcher):
    """Finds calls and their deadlines."""

    kind = "deadlines"

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self.index = knowledge.made(SeriesIndex.build)
        self.places = knowledge.made(Places.build)

    def match(self, entry: Prepared) -> Finding:
        """Read one prepared entry."""
        call = called(entry, self.index)
        if call is None:
            return Finding()
        id = call.series[0] if call.series else None
        series = self.knowledge.events[id] if id else None
        name = (
            (series.name.fr or series.name.en or str(id))
            if series
            else callnames.named(entry, call.spans[0], call.cue.end)
        )
        within = next(
            (
                inner
                for hit in self.index.of(entry)
                if hit.id == id and (inner := callnames.inner(entry, call.cue.end, hit.start))
            ),
            None,
        )
        name = within or name
        hits = self.places.of(entry)
        usual = series.city if series and not within else None
        city, city_words, _ = venues.town(entry, hits, list(call.spans), usual, None)
        spot = self.places.named(city)
        elsewhere = bool(usual and city and (spot is None or spot.name != usual))
        if elsewhere and not callnames.is_held_there(entry, city_words):
            city = None
        if city is None and usual and any(hit.town == usual for hit in hits):
            city = usual
        evidence = [
            Evidence(
                "event", name, "knowledge" if series and not within else entry.where(call.cue.start)
            )
        ]
        if call.deadline:
            words = entry.slice(call.deadline.start, call.deadline.end)
            evidence.append(Evidence("deadline", words, entry.where(call.deadline.start)))
        if call.held:
            words = entry.slice(call.held.start, call.held.end)
            evidence.append(Evidence("event_start", words, entry.where(call.held.start)))
        if city:
            evidence.append(Evidence("city", city_words, entry.where(call.cue.start)))
        free = (
            signs.is_free(signs.of(entry))
            or signs.is_friend(entry)
            or signs.named_libre(entry.text)
        )
        fact = CallFact(
            series=None if within else id,
            event=name,
            deadline=call.deadline.last if call.deadline else None,
            deadline_time=call.deadline.time if call.deadline else None,
            event_start=call.held.iso if call.held else None,
            event_end=call.held.last if call.held else None,
            city=city,
            url=callnames.link(entry),
            extended=call.extended,
            confidence=0.95 if series and call.deadline else 0.75,
            evidence=tuple(evidence),
        )
        rule = self.knowledge.relevance
        town = city or (series.city if series else None)
        near = self.places.is_local(town, rule.event_km, rule.centre)
        flagship = bool(series and series.flagship and rule.flagships)
        relevant = flagship or (near and (free or series is not None))
        reasons = [Reason("call", {"name": name, "deadline": fact.deadline or "?"})]
        if town and not relevant and not near and self.places.named(town) is not None:
            reasons.append(Reason("relevance.distant", {"city": town}))
        return Finding(
            facts=(fact,),
            reasons=tuple(reasons),
            weight=1.1 if call.title else 0.85 if not call.inside else 0.55,
            kind="call_for_papers",
            relevant=relevant,
        )

"""Gatherings: which, when, where, and what became of them.

An entry tells of a gathering when it names a known series, or a kind of gathering ("atelier",
"install party"), together with a day. Series are followed wherever the entry speaks of them; of
other gatherings the main one is read, and each of those a newsletter lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.config.knowledge import EventSeries
from bot.understanding import dates, deadlines, eventnames, signs, status, venues
from bot.understanding.dates import DateSpan
from bot.understanding.fact import EventFact, Evidence, Kind, Reason
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, Sentence
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.places import PlaceHit, Places
from bot.understanding.series import SeriesHit, SeriesIndex
from bot.understanding.signs import Signs

#: Below this a date beside a name is a passing mention ("lost my scarf at AlpOSS yesterday").
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a gathering is named: ``series`` None for a kind of gathering."""

    start: int
    end: int
    series: str | None
    free: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    prepared: Prepared
    signs: Signs
    dates: tuple[DateSpan, ...]
    places: tuple[PlaceHit, ...]
    series: tuple[SeriesHit, ...]
    today: date
    publisher: str | None


class Events(Matcher):
    """Finds gatherings."""

    kind = "events"

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self.places = knowledge.made(Places.build)
        self.index = knowledge.made(SeriesIndex.build)

    def match(self, entry: Prepared) -> Finding:
        """Read one prepared entry."""
        found_signs = signs.of(entry)
        series = self.index.of(entry)
        own = self.index.own(entry)
        listed = entry.entry.publisher.role == "agenda"
        if not (
            series or own or listed or "gathering" in found_signs or "free_gathering" in found_signs
        ):
            return Finding()
        all_dates = dates.of(entry)
        if not all_dates:
            return Finding()
        publisher = entry.entry.publisher
        reading = _Reading(
            prepared=entry,
            signs=found_signs,
            dates=all_dates,
            places=self.places.of(entry),
            series=series,
            today=entry.entry.published.astimezone(self.knowledge.timezone).date(),
            publisher=self.places.of_publisher(publisher.name, publisher.place)
            if publisher.role in ("municipal", "institution")
            else None,
        )
        facts: list[EventFact] = []
        weight = 0.0
        calls = deadlines.called(entry, self.index)
        taken: set[tuple[int, int]] = set(calls.dates) if calls else set()
        for id in dict.fromkeys(
            [*(hit.series for hit in _anchors(series)), *([own] if own else [])]
        ):
            if id is None or (calls and id in calls.series):
                continue
            fact, strength = self._series(reading, id, taken, own == id)
            if fact:
                facts.append(fact)
                weight = max(weight, strength)
        if not calls:
            general, strength = self._general(reading, taken, bool(facts), weight)
            facts += general
            weight = max(weight, strength)
        elif len(entry.sentences) > 8:
            facts += self._digest(reading, taken)
            weight = max(weight, 0.9 if facts else 0.0)
        if not facts:
            return Finding()
        kind, update = self._kind(reading, facts)
        return Finding(
            facts=tuple(facts),
            reasons=(
                Reason("event", {"name": facts[0].name, "start": facts[0].start or "?"}),
                *update,
            ),
            weight=weight,
            kind=kind,
            relevant=self._relevant(reading, facts),
        )

    # --- a known series ---------------------------------------------------------------------

    def _series(
        self, reading: _Reading, id: str, taken: set[tuple[int, int]], own: bool
    ) -> tuple[EventFact | None, float]:
        entry, series = reading.prepared, self.knowledge.events[id]
        anchors = [Anchor(hit.start, hit.end, id) for hit in reading.series if hit.id == id]
        if not anchors:
            if not own or not entry.sentences:
                return None, 0.0
            anchors = [Anchor(0, 0, id)]
        near = [entry.sentence_at(anchor.start) for anchor in anchors]
        title = any(one.where == "title" for one in near) or own
        spans = _around(entry, near, title)
        day = _best(reading, spans, anchors, taken, months=True)
        if day is None:
            return None, 0.0
        became = status.read(reading.signs, entry, spans, reading.dates, day, reading.today)
        fact = self._fact(reading, anchors[0], day, spans, became, series, id)
        strength = _strength(reading, fact, day, title, became)
        if strength < _ENOUGH:
            return None, 0.0
        main = title or any(one.where == "summary" for one in near)
        return fact, (1.0 if title else 0.8 if main else 0.3)

    # --- any gathering ----------------------------------------------------------------------

    def _general(
        self, reading: _Reading, taken: set[tuple[int, int]], known: bool, weight: float
    ) -> tuple[list[EventFact], float]:
        entry = reading.prepared
        if known and weight >= 0.8:
            return (
                ([], weight) if len(entry.sentences) < 9 else (self._digest(reading, taken), weight)
            )
        listed = entry.entry.publisher.role == "agenda"
        anchors = [
            anchor for anchor in _kinds(reading.signs) if entry.where(anchor.start) != "content"
        ]
        if not anchors and listed and entry.sentences:
            anchors = [Anchor(0, 0, None)]
        found: list[EventFact] = []
        if anchors:
            head = [one for one in entry.sentences if one.where != "content"]
            best = next((one for one in anchors if one.free), anchors[0])
            day = _best(reading, [(one.start, one.end) for one in head], [best], taken)
            spans = [(one.start, one.end) for one in head]
            if day is None and entry.sentences[-1].where == "content":
                body = [(one.start, one.end) for one in entry.sentences if one.where == "content"]
                if len(body) < 9:
                    day = _best(reading, body, [best], taken)
                    spans += body
            if day:
                became = status.read(reading.signs, entry, spans, reading.dates, day, reading.today)
                if became.status == "scheduled" and len(spans) == len(head):
                    spans += [
                        (one.start, one.end) for one in entry.sentences if one.where == "content"
                    ][:3]
                fact = self._fact(reading, best, day, spans, became, None, None)
                if _strength(reading, fact, day, True, became) >= _ENOUGH:
                    found.append(fact)
        if len(entry.sentences) > 5:
            for fact in self._digest(reading, taken):
                if all(fact.start != other.start for other in found):
                    found.append(fact)
        return found, 0.9 if found else 0.0

    def _digest(self, reading: _Reading, taken: set[tuple[int, int]]) -> list[EventFact]:
        """What a newsletter lists: every dated line of its agenda, every dated gathering."""
        entry = reading.prepared
        found: list[EventFact] = []
        for block in eventnames.blocks(entry):
            agenda = block.agenda
            for sentence in block.sentences:
                inside = [
                    one
                    for one in reading.dates
                    if sentence.start <= one.start < sentence.end
                    and one.kind == "day"
                    and one.role != "until"
                    and (one.start, one.end) not in taken
                ]
                if not inside or inside[0].iso is None:
                    continue
                span = (block.start if block.heading else sentence.start, sentence.end)
                anchor = next(
                    (one for one in _kinds(reading.signs) if span[0] <= one.start < span[1]), None
                )
                if any(span[0] <= hit.start < span[1] for hit in reading.series):
                    continue
                if anchor is None:
                    if not agenda:
                        continue
                    anchor = Anchor(sentence.start, sentence.start, None)
                day = dates.ahead(inside[0], reading.today)
                if (day.iso or "") < reading.today.isoformat():
                    continue
                spans = [span]
                became = status.read(reading.signs, entry, spans, reading.dates, day, reading.today)
                fact = self._fact(reading, anchor, day, spans, became, None, None, block=block)
                if all((fact.start, fact.city) != (other.start, other.city) for other in found):
                    found.append(fact)
        return found if len(found) < 12 else []

    # --- the fact ---------------------------------------------------------------------------

    def _fact(
        self,
        reading: _Reading,
        anchor: Anchor,
        day: DateSpan,
        spans: list[tuple[int, int]],
        became: status.Became,
        series: EventSeries | None,
        id: str | None,
        *,
        block: eventnames.Block | None = None,
    ) -> EventFact:
        entry = reading.prepared
        name = (
            series.name.fr or series.name.en or str(id)
            if series
            else eventnames.name(
                entry, anchor.start, anchor.end, reading.dates, reading.places, block
            )
        )
        sentence = entry.sentence_at(day.start)
        nearest = [(sentence.start, sentence.end), *spans]
        after = max(day.end, day.time_span[1] if day.time_span else 0)
        form = venues.listed(entry, self.places, after, sentence.end)
        if form is None and (label := eventnames.labelled(entry, spans)):
            form = venues.listed(entry, self.places, *label)
        avoid = [(hit.start, hit.end) for hit in reading.series] + [
            (one.start, one.end) for one in reading.dates
        ]
        held = None if form else venues.venue(entry, nearest, reading.places, avoid)
        usual = series.city if series else None
        city, city_words, certain = (
            (form.city, form.city_words, True)
            if form and form.city
            else venues.town(entry, reading.places, nearest, usual, reading.publisher)
        )
        place = form.place if form else (held[0] if held else None)
        if place and became.previous_place and became.place:
            place = became.place
        elif became.place:
            place = became.place
        evidence = [Evidence("start", entry.slice(day.start, day.end), entry.where(day.start))]
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
            edition=eventnames.edition(entry, spans),
            organiser=eventnames.organiser(entry, spans, series),
            url=entry.entry.url,
            confidence=0.95 if series else 0.85 if anchor.free else 0.75,
            evidence=tuple(evidence),
        )

    # --- the whole entry --------------------------------------------------------------------

    def _kind(self, reading: _Reading, facts: list[EventFact]) -> tuple[Kind, tuple[Reason, ...]]:
        first = facts[0]
        if first.status != "scheduled":
            return "event_update", (Reason(f"event-{first.status}", {"name": first.name}),)
        if signs.within(reading.signs, "programme", 0, len(reading.prepared.text)) and first.series:
            return "event_update", (Reason("event-programme", {"name": first.name}),)
        return "event", ()

    def _relevant(self, reading: _Reading, facts: list[EventFact]) -> bool:
        free = signs.is_free(reading.signs)
        for fact in facts:
            series = self.knowledge.events[fact.series] if fact.series else None
            if series and series.flagship:
                return True
            if (series or free) and self.places.is_local(fact.city):
                return True
        return False


def _anchors(series: tuple[SeriesHit, ...]) -> list[Anchor]:
    return [Anchor(hit.start, hit.end, hit.id) for hit in series]


def _kinds(found: Signs) -> list[Anchor]:
    free = [Anchor(cue.start, cue.end, None, True) for cue in found.get("free_gathering", ())]
    plain = [Anchor(cue.start, cue.end, None) for cue in found.get("gathering", ())]
    return sorted(free + plain, key=lambda one: (one.start, -one.end))


def _around(entry: Prepared, near: list[Sentence], title: bool) -> list[tuple[int, int]]:
    """Where a gathering's day is looked for: its own sentences, those after them, the summary."""
    wanted = dict.fromkeys(one.index for one in near)
    for one in near:
        after = one.index + 1
        if after < len(entry.sentences) and (
            one.where != "content" or entry.sentences[after].where == one.where
        ):
            wanted.setdefault(after)
    if title:
        for sentence in entry.sentences:
            if sentence.where != "content" or sentence.index < 8:
                wanted.setdefault(sentence.index)
    return [(entry.sentences[index].start, entry.sentences[index].end) for index in wanted]


def _best(
    reading: _Reading,
    spans: list[tuple[int, int]],
    anchors: list[Anchor],
    taken: set[tuple[int, int]],
    *,
    months: bool = False,
) -> DateSpan | None:
    """The day that most likely is the gathering's: precise, to come, in the nearest sentence."""
    recap = any(cue.name == "recap" for cue in reading.signs.get("recap", ()))
    ranked: list[tuple[int, int, int, DateSpan]] = []
    for order, (start, end) in enumerate(spans):
        for one in reading.dates:
            if not start <= one.start < end or one.iso is None or (one.start, one.end) in taken:
                continue
            if one.kind == "year" or (one.kind == "month" and not months) or one.role == "until":
                continue
            said = (
                dates.behind(one, reading.today)
                if recap and one.relative
                else (one if recap else dates.ahead(one, reading.today))
            )
            precise = (
                0 if said.kind == "day" and not said.relative else 1 if said.kind == "day" else 2
            )
            gone = (
                0
                if recap or (said.last or "") >= reading.today.isoformat()[: len(said.last or "")]
                else 1
            )
            distance = min(abs(one.start - anchor.start) for anchor in anchors)
            ranked.append((gone, precise, min(order, 3) * 1000 + distance, said))
    if not ranked:
        return None
    return min(ranked, key=lambda one: one[:3])[3]


def _strength(
    reading: _Reading, fact: EventFact, day: DateSpan, title: bool, became: status.Became
) -> int:
    """How much says that the entry tells of a gathering, not past one."""
    points = 2 if not day.relative and day.kind == "day" else 1
    points += 1 if title or fact.series else 0
    points += bool(day.time) + bool(fact.place)
    points += (
        1
        if fact.city
        and any(one.field == "city" and one.where != "publisher" for one in fact.evidence)
        else 0
    )
    points += 2 if became.status != "scheduled" else 0
    points += 1 if "programme" in reading.signs else 0
    if (fact.start or "") < reading.today.isoformat()[
        : len(fact.start or "")
    ] and became.status == "scheduled":
        points -= 3  # gone by, and nothing tells how it went
    return points

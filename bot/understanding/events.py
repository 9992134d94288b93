"""Gatherings: which, when, where, and what became of them.

An entry tells of a gathering when it names a known series, or a kind of gathering ("atelier",
"install party"), together with a day. Series are followed wherever the entry speaks of them; of
other gatherings the main one is read, and each of those a newsletter lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.understanding import (
    dates,
    eventanchors,
    eventdays,
    eventheld,
    eventlists,
    eventnames,
    mentions,
    signs,
    status,
)
from bot.understanding.calls import Called, called
from bot.understanding.cues import Cue
from bot.understanding.dates import DateSpan
from bot.understanding.eventanchors import Anchor, Reading
from bot.understanding.eventfacts import EventFacts
from bot.understanding.fact import EventFact, Kind, Reason
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.places import Places
from bot.understanding.series import SeriesHit, SeriesIndex

#: So many sentences at most has an entry that tells of one gathering without a word for it.
_SHORT = 6


#: So many sentences count as the head of an entry that looks back.
_HEAD = 2
#: So far a gathering's own site is read for its day.
_OWN_SENTENCES = 30
#: A title of a prize, though who gets it bears a gathering's name.
_PRIZED = re.compile(r"\b(?:prix|trophee|label|award|prize|laureat|recompens|distingu|prime)")


#: How to apply for a prize is no gathering, though it will be given at one.
_APPLY = re.compile(
    r"\b(?:candidat\w*|dossiers?|postul\w+|nominations?|applications?|apply|inscriptions? au (?:label|millesime|prix|concours))\b"
)


def _applies(entry: Prepared, named: Sequence[mentions.Mention]) -> bool:
    """Whether the title names an award, and title or summary how to apply for it."""
    if not any(one.what == "award" and entry.where(one.start) == "title" for one in named):
        return False
    return any(
        _APPLY.search(entry.folded, one.start, one.end)
        for one in entry.sentences
        if one.where != "content"
    )


def _invites(reading: Reading) -> bool:
    """Whether a short entry invites or calls off, though it has no word for a gathering."""
    entry = reading.prepared
    role = entry.entry.publisher.role
    friends = role in ("association", "community") or (
        role in ("municipal", "institution") and any(one.time for one in reading.dates)
    )
    return status.calls_off(entry, reading.signs) or (
        len(entry.sentences) <= _SHORT
        and (friends or "inviting" in reading.signs)
        and not reading.signs.keys() & {"not_call", "deadline", "security"}
        and not any(not _in_hall(entry, one) for one in reading.signs.get("not_gathering", ()))
    )


#: A council that sits is no gathering of free software, whatever it votes on.
_COUNCIL = re.compile(
    r"\bconseil (?:municipal|communautaire|metropolitain|departemental|regional|syndical|d'administration|de quartier)\b(?! des (?:jeunes|enfants))"
    r"|\b(?:comite|conseil) syndical\b|\bbureau communautaire\b|\b(?:town|city|county|parish) council (?:meets?|meeting|sits)\b|\bcouncil meetings?\b"
)


def _only_listed(reading: Reading, anchor: Anchor) -> bool:
    """Whether free software is only in what follows: "concert, vide-greniers…", and in the list an
    install party."""
    entry = reading.prepared
    here = entry.sentence_at(anchor.start)
    if entry.entry.publisher.role not in ("press", "municipal", "institution"):
        return False
    if signs.is_free_within(reading.signs, entry.sentences[0].start, entry.sentences[0].end):
        return False
    return not signs.is_free_within(reading.signs, here.start, here.end) and any(
        one.free and entry.where(one.start) == "content" for one in eventanchors.kinds(reading)
    )


def _in_hall(entry: Prepared, cue: Cue) -> bool:
    """Whether "conseil" only names a room: "salle du conseil"."""
    return entry.folded.endswith(("salle du ", "salle de ", "council "), 0, cue.start) or (
        entry.folded.startswith("council chamber", cue.start)
    )


class Events(Matcher):
    """Finds gatherings."""

    kind = "events"

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self.places = knowledge.made(Places.build)
        self.index = knowledge.made(SeriesIndex.build)
        self.facts = EventFacts(knowledge)

    def match(self, entry: Prepared) -> Finding:
        """Read one prepared entry."""
        found = signs.of(entry)
        named = self.index.of(entry)
        own = self.index.own(entry)
        friend = "shows" not in found and signs.is_friend(entry)
        if not (
            named
            or own
            or friend
            or entry.entry.publisher.role == "agenda"
            or "gathering" in found
            or "free_gathering" in found
            or "free" in found
            or "inviting" in found
            or ("cancelled" in found and "formerly" in found)
        ):
            return Finding()
        if not (dates.of(entry) or ("recap" in found and (named or own))):
            return self._looked_back(entry, named, own)
        calls = called(entry, self.index)
        reading = self._reading(entry, named, calls)
        told: list[tuple[EventFact, float]] = []
        for id in dict.fromkeys([*(hit.id for hit in named), *([own] if own else [])]):
            if not (calls and id in calls.series):
                told += self._series(reading, id, own == id)
        free = friend or signs.is_free(found) or signs.named_libre(entry.text)
        head = free and (friend or eventdays.is_free(reading))
        other: Kind | None = None
        if not calls and not any(weight >= 0.8 for _, weight in told):
            main = self._main(reading)
            if main and not head and not told:
                other = "event" if main[0][0].status == "scheduled" else "event_update"
            told += main if head else []
        if _applies(entry, mentions.find(entry)):
            free = False
        if free and len(entry.sentences) > 5:
            known = {fact.start for fact, _ in told}
            told += [
                one for one in eventlists.listed(self.facts, reading) if one[0].start not in known
            ]
        if free and len(reading.dates) > 1:
            known = {fact.start for fact, _ in told} | {fact.end for fact, _ in told}
            known |= {fact.previous_start for fact, _ in told}
            changed = any(fact.status not in ("scheduled", "past") for fact, _ in told)
            told += [
                one
                for one in eventlists.further(self.facts, reading, friend, head=not changed)
                if one[0].start not in known
            ]
        if not told and (memory := self._looked_back(entry, named, own)).kind:
            return memory
        if not told:
            reason = Reason("event.other-domain")
            return Finding((), (reason,), 0.5, other, False) if other else Finding()
        told.sort(key=lambda one: -one[1])
        facts = tuple(fact for fact, _ in told)
        kind, reasons = self.facts.kind(reading, facts)
        relevant = self.facts.relevant(reading, facts)
        if not relevant:
            reasons += self.facts.far(facts)
        return Finding(facts, reasons, told[0][1], kind, relevant)

    def _looked_back(
        self, entry: Prepared, named: tuple[SeriesHit, ...], own: str | None
    ) -> Finding:
        """A known series looked back on, of which no day is said, or one long gone: no fact, but
        that is what the news is."""
        if not status.titled_recap(entry, signs.of(entry)):
            return Finding()
        heads = [hit.id for hit in named if entry.sentence_at(hit.start).index < _HEAD]
        heads += [own] if own else []
        if not heads:
            return Finding()
        series = self.knowledge.events[heads[0]]
        rule = self.knowledge.relevance
        today = entry.entry.published.astimezone(self.knowledge.timezone).date()
        of_old = eventdays.of_old(dates.of(entry), today)
        near = self.places.is_local(series.city, rule.event_km, rule.centre)
        fields = {"name": series.name.fr or heads[0], "start": "?", "city": series.city or "?"}
        return Finding(
            (),
            (Reason("event.past", fields),),
            0.9,
            "event_update",
            relevant=not of_old and (near or (series.flagship and rule.flagships)),
        )

    def _reading(
        self, entry: Prepared, named: tuple[SeriesHit, ...], calls: Called | None
    ) -> Reading:
        publisher = entry.entry.publisher
        today = entry.entry.published.astimezone(self.knowledge.timezone).date()
        return Reading(
            prepared=entry,
            signs=signs.of(entry),
            dates=dates.of(entry),
            places=self.places.of(entry),
            series=named,
            today=today,
            now=today.isoformat(),
            publisher=self.places.of_publisher(publisher.name, publisher.place)
            if publisher.role in ("municipal", "institution")
            else None,
            taken=calls.dates if calls else frozenset(),
            recap=status.is_recap(entry, signs.of(entry)) or self._is_over(entry, named),
        )

    def _is_over(self, entry: Prepared, named: tuple[SeriesHit, ...]) -> bool:
        """Whether an entry that counts people at the gathering of its title knows only days gone
        by, the last of them lately."""
        if not any(entry.where(hit.start) == "title" for hit in named):
            return False
        if "recap_weak" not in signs.of(entry):
            return False
        today = entry.entry.published.astimezone(self.knowledge.timezone).date()
        return eventdays.gone_by(dates.of(entry), today)

    def _series(self, reading: Reading, id: str, own: bool) -> list[tuple[EventFact, float]]:
        """A known series, wherever the entry names it; its own site need not."""
        entry, series = reading.prepared, self.knowledge.events[id]
        anchors = [Anchor(hit.start, hit.end, id) for hit in reading.series if hit.id == id]
        if not anchors:
            if not own or not entry.sentences or "not_call" in reading.signs:
                return []
            anchors = [Anchor(0, 0, id)]
        near = [entry.sentence_at(anchor.start) for anchor in anchors]
        title = own or any(one.where == "title" for one in near)
        untitled = entry.entry.title is None and len(entry.sentences) < 8
        spans = eventdays.around(entry, near, title or untitled)
        awarded = any(one.what == "award" for one in mentions.find(entry))
        main = (title or untitled) and (own or not awarded)
        day = eventdays.best(reading, spans, anchors, main=main, months=True)
        if day is None and own:  # its own site speaks of nothing else
            spans = [(one.start, one.end) for one in entry.sentences[:_OWN_SENTENCES]]
            day = eventdays.best(reading, spans, anchors, main=True, months=True)
        if day is None and not awarded and eventanchors.is_of(reading, anchors):
            spans += [(one.start, one.end) for one in entry.sentences if one.where != "content"]
            day = eventdays.best(reading, spans, anchors, main=True)
            title = day is not None
        if day is None:
            if not (reading.recap and title and not awarded):
                return []
            return self._undated(reading, anchors[0], spans, id)
        day = eventdays.widened(reading, day) if title else day
        summary = any(one.where == "summary" for one in near)
        whole = [(one.start, one.end) for one in entry.sentences if one.where == "summary"]
        told_in = [*spans, *whole] if summary and reading.recap else spans
        if (
            summary
            and entry.sentences[0].where == "title"
            and len({h.id for h in reading.series}) == 1
        ):
            told_in = [*told_in, (entry.sentences[0].start, entry.sentences[0].end)]
        became = status.read(reading.signs, entry, told_in, reading.dates, day, reading.today)
        fact = self.facts.fact(reading, anchors[0], day, spans, became, series, id)
        if not eventdays.believable(reading, fact, day, main=title):
            return []
        told = title or (untitled and reading.recap) or (summary and not awarded)
        if fact.status == "past" and not (told and reading.recap):
            return []  # where an award was given, not news of the gathering
        if awarded and not own and (fact.start or "") <= reading.now:
            prized = _PRIZED.search(entry.sentences[0].folded) and entry.entry.title
            if fact.status == "scheduled" or (fact.status == "past" and prized):
                return []
        return [(fact, 1.0 if title else 0.8 if summary else 0.3)]

    def _undated(
        self, reading: Reading, anchor: Anchor, spans: list[tuple[int, int]], id: str
    ) -> list[tuple[EventFact, float]]:
        """How a series went, told without its day: "Capitole du Libre, c’est fini"."""
        day = DateSpan(anchor.start, anchor.end, None, kind="approximate")
        words = status.told_over(reading.prepared, reading.signs)
        if words is None or eventdays.of_old(reading.dates, reading.today):
            return []
        became = status.Became("past", words=words)
        series = self.knowledge.events[id]
        return [(self.facts.fact(reading, anchor, day, spans, became, series, id), 0.95)]

    def _held(self, reading: Reading, known: eventheld.Held) -> list[tuple[EventFact, float]]:
        """What the title names and the text says is held on a day."""
        entry, first = reading.prepared, reading.prepared.sentences[0]
        reading = replace(reading, recap=known.past)
        spans = [known.span, (first.start, first.end)]
        day = eventdays.best(reading, spans[:1], [known.anchor], main=True, months=True)
        if day is None:
            return []
        became = status.read(reading.signs, entry, spans, reading.dates, day, reading.today)
        if known.past and became.status == "scheduled":
            return []
        fact = self.facts.fact(reading, known.anchor, day, spans, became, None, None)
        return [(fact, 0.9)] if eventdays.believable(reading, fact, day, main=True) else []

    def _main(self, reading: Reading) -> list[tuple[EventFact, float]]:
        """The gathering that title and summary are about."""
        entry, bare = reading.prepared, False
        anchors = [
            one for one in eventanchors.kinds(reading) if entry.where(one.start) != "content"
        ]
        anchors += [
            one for one in eventanchors.proper(reading) if entry.where(one.start) != "content"
        ]
        named = mentions.find(entry)
        if _applies(entry, named):
            return []
        awarded = any(one.what == "award" for one in named)
        given = {
            entry.sentence_at(one.start).index
            for one in named
            if one.what in ("award", "gathering")
        }
        anchors = [  # "repart du Forum avec un label"
            one for one in anchors if one.free or entry.sentence_at(one.start).index not in given
        ]
        anchors = [one for one in anchors if not eventanchors.is_venue(entry, one)]
        if anchors and eventanchors.is_none(reading, anchors):
            return []
        known = eventheld.held(reading) if not anchors else None
        if known:
            return self._held(reading, known)
        if not anchors:
            agenda = entry.entry.publisher.role == "agenda"
            if not entry.sentences or not (agenda or _invites(reading)):
                return []
            bare = not agenda
            anchors = [Anchor(0, 0, None)]
        anchor = min(
            anchors,
            key=lambda one: (not one.free, not one.proper, eventnames.little(entry, one)),
        )
        here = entry.sentence_at(anchor.start)
        if not anchor.free and (
            _only_listed(reading, anchor) or _COUNCIL.search(entry.folded, here.start, here.end)
        ):
            return []
        listed = eventdays.bracketed(reading, entry.sentence_at(anchor.start))
        if listed and not anchor.free:
            anchor = listed[0][0]
        spans = [(one.start, one.end) for one in entry.sentences if one.where != "content"]
        spans.sort(key=lambda span: not span[0] <= anchor.start < span[1])  # its own first
        body = [(one.start, one.end) for one in entry.sentences if one.where == "content"]
        day = eventdays.own(reading, anchor) or eventdays.beside(reading, anchor)
        day = day or eventdays.best(reading, spans, [anchor], main=True)
        if day is None and len(body) < 9:
            spans += body
            day = eventdays.best(reading, spans, [anchor], main=True)
        if day is None:
            return []
        became = status.read(reading.signs, entry, spans, reading.dates, day, reading.today)
        if became.status == "scheduled":
            spans += body[:3]
        if became.status == "past" and (not reading.recap or (awarded and not anchor.free)):
            return []  # where an award was given, not news of the gathering
        fact = self.facts.fact(reading, anchor, day, spans, became, None, None)
        asked = became.status == "cancelled" or len(reading.signs.get("inviting", ())) > 1
        if bare and not ((day.time or asked) and day.kind == "day" and fact.place and fact.city):
            return []  # no word for a gathering: hour and venue must both say that it is one
        return [(fact, 0.9)] if eventdays.believable(reading, fact, day, main=True) else []

"""Facts, and the whole understanding of one entry.

A day is an ISO 8601 string in the precision of the text: ``"2025-10-29"``, ``"2024-12"`` (a
month) or ``"2025"``; a time of day is ``"18:30"`` in Europe/Paris; None is "the text does not
say". Nothing here is guessed beyond text, publisher and date of publication.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Day = str
Kind = Literal["award", "label", "event", "event_update", "call_for_papers", "release", "other"]
Status = Literal["scheduled", "moved", "cancelled", "full", "past"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of the entry that support one field of a fact."""

    field: str
    words: str
    where: Literal["title", "summary", "content", "publisher", "published", "knowledge"] = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact has. ``confidence`` is 0 to 1; below a channel's threshold it is not told."""

    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFact(Fact):
    """A prize or label obtained. ``year`` is the edition's, which may differ from the date's."""

    award_id: str | None  # stem of config/awards/…, None for one found by general form
    award: str  # its name
    label: bool = False  # True: a graded, renewable certification
    year: int | None = None
    laureates: tuple[str, ...] = ()
    level: str | None = None  # as its scale spells it: "5", "Or", "4@"
    category: str | None = None
    organiser: str | None = None
    date: Day | None = None
    place: str | None = None
    laureate_basis: Literal["text", "source"] = "text"
    streak: int | None = None  # 3 in "troisième année consécutive"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact(Fact):
    """A gathering, and where it stands."""

    series: str | None  # stem of config/events/…, None for an event of no known series
    name: str
    start: Day | None = None
    end: Day | None = None  # inclusive
    time: str | None = None
    end_time: str | None = None
    place: str | None = None
    city: str | None = None
    status: Status = "scheduled"
    previous_start: Day | None = None  # only when the date changed
    previous_place: str | None = None
    edition: int | None = None
    organiser: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact(Fact):
    """A call for talks, stands or papers, with its deadline."""

    series: str | None
    event: str
    deadline: Day | None = None
    deadline_time: str | None = None
    event_start: Day | None = None
    event_end: Day | None = None
    city: str | None = None
    url: str | None = None
    extended: bool = False  # the deadline was pushed back


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFact(Fact):
    """A version of a piece of software."""

    project: str
    version: str | None = None
    publisher: str | None = None
    date: Day | None = None


AnyFact = AwardFact | EventFact | CallFact | ReleaseFact


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the thinking, to be said to a person: a key of ``[reasons]`` and its fields."""

    key: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything understood of one entry."""

    kind: Kind
    relevant: bool
    facts: tuple[AnyFact, ...] = ()
    reasons: tuple[Reason, ...] = ()
    confidence: float = 1.0
    alposs: bool = False  # AlpOSS is what the entry is about (not a passing mention)
    #: of an entry of which no rule says that its facts are news: "award/nec-dor" (or with the year
    #: that stands beside it: "award/nec-dor/2025"), "series/jdll", "town/voiron", and "aside/vif" of
    #: a town that is named far from any award, "release/" where a version is named
    named: tuple[str, ...] = ()
    #: what it names, by which it is compared with others, see ``gist.py``; () of what is denied
    gist: tuple[str, ...] = ()

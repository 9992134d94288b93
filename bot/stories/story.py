"""The Story: one happening, told by one or more witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.entries.entry import Entry
from bot.sources.source import Media
from bot.stories.correct import Correction
from bot.understanding.fact import AnyFact, Kind


@dataclass(frozen=True, slots=True)
class Witness:
    """An entry that tells the story, who published it, and what it says of this happening.

    A story keeps what each witness said, so that it can be told anew when one of them corrects
    itself: its facts are always made of its witnesses, never of what was thought before.
    """

    entry: str  # Entry.id
    source: str  # source id
    name: str  # the publisher's name
    url: str | None
    published: datetime
    official: bool = False  # the organiser's own voice, or the laureate's
    trust: int = 0  # from the source's settings; higher is preferred where values disagree
    kind: Kind = "other"
    facts: tuple[AnyFact, ...] = ()
    title: str = ""
    summary: str = ""
    language: str = "fr"
    alposs: bool = False
    focus: tuple[str, ...] = ()  # see Happening.focus
    signature: tuple[int, ...] = ()  # of its text, for near-duplicates; () where it has facts
    picture: Media | None = None  # the entry's own, with the words for it where it has any
    relevant: bool = True  # False: by itself it is no news here; it is believed last
    heard: str = ""  # its text, of a prize or where it is no news by itself
    named: tuple[str, ...] = ()  # what it names, where it is no news by itself
    towns: tuple[str, ...] = ()  # the laureates that are towns here
    gist: tuple[str, ...] = ()  # what its entry names, see Happening.gist
    #: what it names that others of its story name too, where no fact but this joined it to them
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """What one entry says of one happening: the part of its facts that belong together.

    A palmarès (several laureates of one award edition) is one happening; an award and an event in
    the same entry are two. A relevant entry without facts is one happening with none.
    """

    entry: Entry
    kind: Kind
    facts: tuple[AnyFact, ...]
    relevant: bool
    alposs: bool = False
    #: the laureates that make it a story here, in one spelling: the local ones, else all
    focus: tuple[str, ...] = ()
    trust: int = 0  # of the source
    yearly: bool = False  # an event series held once a year: another day is still the same
    named: tuple[str, ...] = ()  # of one that is no news, see Understanding.named
    towns: tuple[str, ...] = ()  # the laureates that are towns here
    gist: tuple[str, ...] = ()  # what the entry names, for its main happening alone


@dataclass(frozen=True, slots=True)
class Story:
    """One happening in the world. ``id`` is never reused; a merge leaves an alias.

    One that no witness makes relevant is only remembered: nobody is told or shown it, but when a
    better account comes, it is of the same story.
    """

    id: str
    kind: Kind
    facts: tuple[AnyFact, ...]
    witnesses: tuple[Witness, ...]
    title: str  # the best witness's title: the plain form
    summary: str  # its first sentences, plain text
    language: str
    created: datetime  # UTC, when the bot first heard of it
    updated: datetime  # UTC, when its facts last changed
    keys: tuple[str, ...] = ()  # blocking keys: stories that share none cannot be the same
    signature: tuple[int, ...] = ()  # of its first witness
    relevant: bool = True
    alposs: bool = False
    quiet: bool = False  # it was there at first sight of its source: no news to the public
    corrections: tuple[Correction, ...] = ()  # what people put right, over what witnesses say
    apart: tuple[str, ...] = ()  # entries that people took out of it: they never come back

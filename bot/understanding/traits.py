"""The traits of an entry: what labelled news can be compared by.

A trait is a short text. ``mairi`` is a word's stem; ``^mairi`` says that it stands at the head (the
title, or the first sentence); ``~receive`` is a mark: a cue of the language, an award or a series by
its id, a place near or far, a day to come or past. ``~near&~receive`` are two marks of one sentence.
Names of places and days have no trait of their own, so that what is learnt of one town holds for
another, and what is learnt in one language partly holds for the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from bot.understanding import cues, dates, mentions, signs
from bot.understanding.datespan import DateSpan
from bot.understanding.language import Prepared, Sentence, stem
from bot.understanding.places import PlaceHit, Places
from bot.understanding.series import SeriesIndex

HEAD = "^"
MARK = "~"
BOTH = "&"
#: What an entry is stands in its first sentences; what follows a long article is other articles.
_MOST_SENTENCES = 20
#: Marks of one sentence that are paired, at most: a list of fifty towns is one sentence.
_MOST_MARKS = 24


@dataclass(slots=True)
class Traits:
    """How often an entry has each single trait, and the marks of each sentence."""

    single: Counter[str] = field(default_factory=Counter)
    marks: list[frozenset[str]] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each two marks of one sentence in alphabetical order, once for each sentence."""
        for marks in self.marks:
            yield from combinations(sorted(marks), 2)


def of(entry: Prepared) -> Traits:
    """Every trait of the beginning of an entry."""
    marks, hidden = _marks(entry)
    every = [f"{MARK}in {entry.code}", f"{MARK}from {_role(entry)}"]
    if not entry.entry.title:
        every.append(f"{MARK}untitled")
    paired: list[frozenset[str]] = []
    first = True
    for sentence in entry.sentences[:_MOST_SENTENCES]:
        said = _marks_of(entry, sentence, marks)
        here = said + _words_of(entry, sentence, hidden)
        every += here
        if sentence.where == "title" or first:
            every += [HEAD + trait for trait in here]
            first = first and sentence.where == "title"
        paired.append(frozenset(sorted(set(said))[:_MOST_MARKS]))
    return Traits(Counter(every), paired)


def told(entry: Prepared) -> dict[str, str]:
    """For each single trait the words that it was first seen in, as the entry spells them."""
    marks, _ = _marks(entry)
    words = {
        trait: entry.text[start:end]
        for start, found in reversed(marks.items())
        for trait, end in found
    }
    for index in reversed(range(len(entry.words))):
        shown = entry.text[entry.word_starts[index] : entry.word_end(index)]
        words[stem(entry.words[index], entry.code)] = shown
    return words


_Marks = dict[int, list[tuple[str, int]]]  # offset -> trait and the offset after its words


def _marks_of(entry: Prepared, sentence: Sentence, marks: _Marks) -> list[str]:
    starts = entry.word_starts
    return [
        trait
        for index in sentence.words
        if (start := starts[index]) in marks
        for trait, _ in marks[start]
    ]


def _words_of(entry: Prepared, sentence: Sentence, hidden: set[int]) -> list[str]:
    words, starts, code = entry.words, entry.word_starts, entry.code
    return [
        "0" if (word := words[index]).isdigit() else stem(word, code)
        for index in sentence.words
        if starts[index] not in hidden
    ]


def _marks(entry: Prepared) -> tuple[_Marks, set[int]]:
    """The marks by the offset of their first word, and the words that are places or days."""
    marks: _Marks = {}
    hidden: set[int] = set()

    def mark(start: int, end: int, *names: str) -> None:
        marks.setdefault(start, []).extend((MARK + name, end) for name in names)

    for cue in cues.of(entry):
        mark(cue.start, cue.end, cue.name)
    for found in signs.of(entry).values():
        for cue in found:
            mark(cue.start, cue.end, cue.name)
    for mention in mentions.find(entry):
        mark(mention.start, mention.end, mention.what, mention.award)
    for hit in entry.knowledge.made(SeriesIndex.build).of(entry):
        flagship = entry.knowledge.events[hit.id].flagship
        mark(hit.start, hit.end, "flagship" if flagship else "series", hit.id)
    begun = entry.sentences[:_MOST_SENTENCES]
    last = begun[-1].end if begun else 0
    places = entry.knowledge.made(Places.build)
    for place in places.of(entry):
        if place.start < last:
            mark(place.start, place.end, _reach(entry, places, place))
            hidden.update(_inside(entry, place.start, place.end))
    for span in dates.of(entry):
        if span.start < last:
            mark(span.start, span.end, *_day(entry, span))
            hidden.update(_inside(entry, span.start, span.end))
    return marks, hidden


def _inside(entry: Prepared, start: int, end: int) -> list[int]:
    starts = entry.word_starts
    return starts[bisect_left(starts, start) : bisect_left(starts, end)]


def _reach(entry: Prepared, places: Places, hit: PlaceHit) -> str:
    """Near or far, as ``[relevance]`` draws the circle; a region is neither."""
    if hit.spot.kind == "region":
        return "region"
    rule = entry.knowledge.relevance
    return "near" if places.is_local(hit.spot.name, rule.award_km, rule.centre) else "far"


def _day(entry: Prepared, span: DateSpan) -> list[str]:
    """Where a day lies from the day of publication; what stands before it; a time of day."""
    found = ["time"] if span.time else []
    if span.role:
        found.append(f"day {span.role}")
    last = span.last
    if last is None:
        return [*found, "some day"]
    zone = entry.knowledge.timezone
    today = entry.entry.published.astimezone(zone).date().isoformat()[: len(last)]
    word = "year" if len(last) == 4 else "day"
    tense = "past" if last < today else "present" if last == today else "future"
    return [*found, f"{tense} {word}"]


def _role(entry: Prepared) -> str:
    """What kind of publisher speaks, and whether from near."""
    publisher = entry.entry.publisher
    places = entry.knowledge.made(Places.build)
    town = places.of_publisher(publisher.name, publisher.place)
    rule = entry.knowledge.relevance
    near = bool(town) and places.is_local(town, rule.award_km, rule.centre)
    return f"{publisher.role} near" if near else publisher.role

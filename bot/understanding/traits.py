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
    """How often an entry has each single trait, and the marks of each sentence, sorted."""

    single: Counter[str] = field(default_factory=Counter)
    marks: list[list[str]] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each two marks of one sentence, once for each sentence."""
        for marks in self.marks:
            yield from combinations(marks, 2)


def of(entry: Prepared) -> Traits:
    """Every trait of the beginning of an entry."""
    marks, hidden = _marks(entry)
    found = Traits()
    every = [f"{MARK}in {entry.code}", f"{MARK}from {_role(entry)}"]
    if not entry.entry.title:
        every.append(f"{MARK}untitled")
    first = True
    for sentence in entry.sentences[:_MOST_SENTENCES]:
        here = [trait for _, _, trait in _of_sentence(entry, sentence, marks, hidden)]
        every += here
        if sentence.where == "title" or first:
            every += [HEAD + trait for trait in here]
            first = first and sentence.where == "title"
        said = sorted({trait for trait in here if trait[0] == MARK})
        found.marks.append(said[:_MOST_MARKS])
    found.single = Counter(every)
    return found


def told(entry: Prepared) -> dict[str, str]:
    """For each single trait the words that it was first seen in, as the entry spells them."""
    marks, hidden = _marks(entry)
    words: dict[str, str] = {}
    for sentence in entry.sentences[:_MOST_SENTENCES]:
        for start, end, trait in _of_sentence(entry, sentence, marks, hidden):
            words.setdefault(trait, entry.text[start:end])
    return words


_Placed = tuple[int, int, str]  # start and end in the text, trait


def _of_sentence(
    entry: Prepared, sentence: Sentence, marks: dict[int, list[_Placed]], hidden: set[int]
) -> list[_Placed]:
    here: list[_Placed] = []
    words, starts, ends, code = entry.words, entry.word_starts, entry.word_ends, entry.code
    for index in sentence.words:
        start, word = starts[index], words[index]
        if start in marks:
            here += marks[start]
        if start not in hidden:
            here.append((start, ends[index], "0" if word.isdigit() else stem(word, code)))
    return here


def _marks(entry: Prepared) -> tuple[dict[int, list[_Placed]], set[int]]:
    """The marks by the offset of their first word, and the words that are places or days."""
    marks: dict[int, list[_Placed]] = {}
    hidden: set[int] = set()

    def mark(start: int, end: int, *names: str) -> None:
        marks.setdefault(start, []).extend((start, end, MARK + name) for name in names)

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

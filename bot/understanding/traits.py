"""The traits of an entry: what labelled news can be compared by.

A trait is a short text. ``mairi`` is a word's stem; ``^mairi`` says that it stands at the head (the
title, or the first sentence); ``~receive`` is a mark: a cue of the language, an award or a series by
its id, a place near or far, a day to come or past. ``~near&~receive`` are two marks of one sentence.
Names of places and days have no trait of their own, so that what is learnt of one town holds for
another, and what is learnt in one language partly holds for the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from bot.understanding import cues, dates, mentions, signs
from bot.understanding.datespan import DateSpan
from bot.understanding.language import Prepared, stem
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
class Parts:
    """What the traits of an entry are made of: its words as folded, not yet as stems, and its
    marks by their bare names."""

    words: list[str]  # those of places and days left out
    head: list[str]  # the first of them: what stands at the head
    whole: list[str]  # marks of the entry itself
    marks: list[str]
    head_marks: list[str]
    together: list[frozenset[str]]  # the marks of each sentence


@dataclass(slots=True)
class Traits:
    """How often an entry has each single trait, and the marks of each sentence."""

    single: Counter[str]
    marks: list[frozenset[str]]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each two marks of one sentence in alphabetical order, once for each sentence."""
        for marks in self.marks:
            yield from combinations(sorted(marks), 2)


def of(entry: Prepared) -> Traits:
    """Every trait of the beginning of an entry."""
    found = parts(entry)
    every = [of_word(word, entry.code) for word in found.words]
    every += [HEAD + of_word(word, entry.code) for word in found.head]
    every += [MARK + name for name in (*found.whole, *found.marks)]
    every += [HEAD + MARK + name for name in found.head_marks]
    marks = [frozenset(MARK + name for name in names) for names in found.together]
    return Traits(Counter(every), marks)


def of_word(word: str, code: str) -> str:
    """The trait of a folded word: its stem; all numbers are alike."""
    return "0" if word.isdigit() else stem(word, code)


def parts(entry: Prepared) -> Parts:
    """What the traits of the beginning of an entry are made of."""
    sentences, starts = entry.sentences[:_MOST_SENTENCES], entry.word_starts
    begins = [bisect_left(starts, one.start) for one in sentences]  # by their first words
    last = bisect_left(starts, sentences[-1].end) if sentences else 0
    titles = next((at for at, one in enumerate(sentences) if one.where != "title"), len(sentences))
    head = [*begins, last][min(titles + 1, len(sentences))]
    marks, hidden = _marks(entry)
    said: list[list[str]] = [[] for _ in sentences]
    for at, _, _, name in marks:
        if at < last:
            said[bisect_right(begins, at) - 1].append(name)
    words = entry.words[:last]
    for at in sorted((at for at in hidden if at < last), reverse=True):
        del words[at]
    whole = [f"in {entry.code}", f"from {_role(entry)}"]
    if not entry.entry.title:
        whole.append("untitled")
    return Parts(
        words,
        words[: head - sum(at < head for at in hidden)],
        whole,
        [name for names in said for name in names],
        [name for names in said[: titles + 1] for name in names],
        [_paired(names) for names in said],
    )


def _paired(names: list[str]) -> frozenset[str]:
    marks = frozenset(names)
    return marks if len(marks) <= _MOST_MARKS else frozenset(sorted(marks)[:_MOST_MARKS])


def told(entry: Prepared) -> dict[str, str]:
    """For each single trait the words that it was first seen in, as the entry spells them."""
    marks: dict[int, list[tuple[str, int]]] = {}
    for _, start, end, name in _marks(entry)[0]:
        marks.setdefault(start, []).append((MARK + name, end))
    words = {
        trait: entry.text[start:end]
        for start, found in reversed(marks.items())
        for trait, end in found
    }
    first = dict(zip(reversed(entry.words), reversed(range(len(entry.words))), strict=True))
    for at in sorted(first.values(), reverse=True):
        shown = entry.text[entry.word_starts[at] : entry.word_end(at)]
        words[stem(entry.words[at], entry.code)] = shown
    return words


#: The index of the word that a mark stands at, the offset there, that after its words, its name.
_Mark = tuple[int, int, int, str]


def _marks(entry: Prepared) -> tuple[list[_Mark], set[int]]:
    """Every mark, and the words (by index) of the first sentences that are places or days."""
    marks: list[_Mark] = [
        (cue.first, cue.start, cue.end, cue.name)
        for found in (cues.of(entry), *signs.of(entry).values())
        for cue in found
    ]
    hidden: set[int] = set()
    starts = entry.word_starts

    def mark(start: int, end: int, *names: str) -> int:
        at = bisect_left(starts, start)
        if at < len(starts) and starts[at] == start:
            marks.extend((at, start, end, name) for name in names)
        return at

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
            at = mark(place.start, place.end, _reach(entry, places, place))
            hidden.update(range(at, bisect_left(starts, place.end)))
    for span in dates.of(entry):
        if span.start < last:
            at = mark(span.start, span.end, *_day(entry, span))
            hidden.update(range(at, bisect_left(starts, span.end)))
    return marks, hidden


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

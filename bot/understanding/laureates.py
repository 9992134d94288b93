"""Who may have received an award: every name of an entry, and the source itself.

Each candidate has traits: what kind of name it is, where it is said, what stands around it. They
are what the second reader (``ranked.py``) weighs; nothing here decides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from bot.understanding import names
from bot.understanding.awardtext import AwardText
from bot.understanding.language import Sentence, fold
from bot.understanding.mentions import squeezed

#: What an award is for stands in the first sentences; far below are other things.
_MOST_SENTENCES = 24
#: Sentences in which names are looked for without any other ground: the first, and so many beside
#: one that names the award.
_HEAD, _NEAR = 4, 2
#: Cues by which a name is known as a receiver's.
_PREDICATES = frozenset({"receive", "honour", "goto", "give", "laureate"})
#: Words between a name and a cue: at most so many are near, or within reach.
_STEPS = (1, 3, 7, 14)


@dataclass(slots=True)
class Candidate:
    """Somebody who may be the laureate, and where the entry says so most plainly."""

    name: str
    basis: Literal["text", "source"]
    start: int
    end: int
    sentence: Sentence
    traits: set[str] = field(default_factory=set)
    said: int = 0


def candidates(text: AwardText, award: str) -> list[Candidate]:
    """Every candidate for ``award``, in the order in which they are first said."""
    return list(_Search(text, award).found.values())


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """By which two spellings of one name are known as one."""
    return squeezed(fold(names.short(name))) or fold(name)


class _Search:
    def __init__(self, text: AwardText, award: str) -> None:
        self.text, self.award = text, award
        self.found: dict[str, Candidate] = {}
        known = text.knowledge.awards[award]
        self.what = "label" if known.label else "projects" if known.projects else "prize"
        self.named = sorted(
            {text.entry.sentence_at(m.start).index for m in text.mentions if m.award == award}
        )
        publisher = text.entry.entry.publisher
        self.role = publisher.role
        self.own = names.own_name(publisher)
        self.organisers = {
            key(one)
            for one in ((known.organiser.name, *known.organiser.names) if known.organiser else ())
        }
        self.marked = {
            (trait, text.entry.sentence_at(one.start).index)
            for trait, spans in (("with level", text.levels), ("with category", text.categories))
            for one in spans
        }
        self.peoples = [hit for hit in text.places.of(text.entry) if hit.how == "adjective"]
        for sentence in text.sentences[:_MOST_SENTENCES]:
            if self._is_read(sentence):
                self._read(sentence)
        self._source()
        self._whole()

    def _is_read(self, sentence: Sentence) -> bool:
        """Whether somebody may be named: at the head, near the award, beside a word of receiving."""
        at = sentence.index
        return (
            at < _HEAD
            or any(abs(at - one) <= _NEAR for one in self.named)
            or at in self.text.speaking
        )

    def _read(self, sentence: Sentence) -> None:
        text = self.text
        named = text.names[sentence.index]
        peoples = [one for one in self.peoples if sentence.start <= one.start < sentence.end]
        if not (named or peoples):
            return
        around = self._around(sentence)
        for name in named:
            place = name.place
            shown = place.name if place and place.kind == "commune" else names.short(name.text)
            if not shown:
                continue
            one = self._at(shown, "text", name.start, name.end, sentence)
            one.traits.add(f"is {place.kind}" if place else "is name")
            if not place:
                one.traits.update(_shape(shown))
            if any(a < name.end and name.start < b for a, b in text.givers):
                one.traits.add("giver")
            one.traits.update(
                trait
                for trait, has in (
                    ("located", name.located),
                    ("inside", name.inside),
                    ("origin", name.origin),
                )
                if has
            )
            self._say(one, sentence, around, name.start, name.end)
        for hit in peoples:
            if hit.town:
                one = self._at(hit.town, "text", hit.start, hit.end, sentence)
                one.traits.add("is adjective")
                self._say(one, sentence, around, hit.start, hit.end)

    def _source(self) -> None:
        """“We”: whoever publishes."""
        if self.role == "agenda" or not self.own:
            return
        we = [cue for cue in self.text.cues if cue.name == "own"]
        known = self.found.get(key(self.own))
        first = self.text.sentences[0]
        one = known or self._at(self.own, "source", first.start, first.start, first)
        one.traits.add(f"source {self.role}")
        if known is None:
            one.traits.add("unsaid")
            spot = names.spot_of(self.own, self.text.knowledge)
            one.traits.add(f"is {spot.kind}" if spot else "is name")
        for cue in we:
            sentence = self.text.entry.sentence_at(cue.start)
            if sentence.index < _MOST_SENTENCES:
                self._say(one, sentence, self._around(sentence), cue.start, cue.end, "we ")
        if we:
            one.traits.add("we")
            one.traits.add(f"we {self.role}")

    def _at(
        self, name: str, basis: Literal["text", "source"], start: int, end: int, sentence: Sentence
    ) -> Candidate:
        kept = key(name)
        if kept not in self.found:
            self.found[kept] = Candidate(name, basis, start, end, sentence)
        return self.found[kept]

    def _around(self, sentence: Sentence) -> tuple[list[str], list[tuple[str, int, int]]]:
        """The marks of a sentence, and its cues of receiving by their first and last word."""
        text = self.text
        marks, verbs = set(), []
        for cue in text.cues_in(sentence):
            marks.add(f"with {cue.name}")
            if cue.name in _PREDICATES:
                verbs.append((cue.name, cue.first, cue.last))
        if sentence.index in self.named:
            marks.add("with award")
        elif text.awards_in(sentence):
            marks.add("with other award")
        marks.update(
            trait
            for trait in ("with level", "with category")
            if (trait, sentence.index) in self.marked
        )
        far = min((abs(sentence.index - at) for at in self.named), default=9)
        marks.add(f"award {min(far, 3)} away")
        marks.add(_where(sentence))
        return sorted(marks), verbs

    def _say(
        self,
        one: Candidate,
        sentence: Sentence,
        around: tuple[list[str], list[tuple[str, int, int]]],
        start: int,
        end: int,
        by: str = "",
    ) -> None:
        """What stands around one mention of a candidate."""
        entry, traits = self.text.entry, one.traits
        one.said += 1
        marks, verbs = around
        traits.update(by + mark for mark in marks)
        words, starts = entry.words, entry.word_starts
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        for name, begin, stop in verbs:
            if begin > last:
                traits.add(f"{by}{name} follows {_step(begin - last)}")
            elif stop < first:
                traits.add(f"{by}{name} before {_step(first - stop)}")
        opens = starts[first] <= sentence.start or first == 0
        traits.add(f"{by}< {'' if opens else words[first - 1]}")
        closes = last + 1 >= len(words) or starts[last + 1] >= sentence.end
        traits.add(f"{by}> {'' if closes else words[last + 1]}")
        between = entry.folded[end : sentence.end if closes else starts[last + 1]].strip()
        if between:
            traits.add(f"{by}>{between[0]}")
        if not opens:
            between = entry.folded[entry.word_end(first - 1) : start].strip()
            if between:
                traits.add(f"{by}<{between[-1]}")

    def _whole(self) -> None:
        """What is to be said of each candidate beside all the others."""
        ordered = sorted(self.found.values(), key=lambda one: one.start)
        for at, one in enumerate(ordered):
            traits = one.traits
            traits.add(f"rank {min(at, 3)}")
            traits.add(f"said {min(one.said, 3)}")
            kinds = [trait for trait in traits if trait.startswith("is ")]
            traits.update(f"{trait} {self.what}" for trait in kinds)
            if "is commune" in traits or "is body" in traits:
                far = self.text.places.is_far(one.name)
                traits.add("far" if far else "near")
            if key(one.name) in self.organisers:
                traits.add("organiser")
            traits.add(f"of {min(len(ordered), 4)}")


def _where(sentence: Sentence) -> str:
    if sentence.where == "title":
        return "in title"
    return f"in sentence {min(sentence.index, 4)}"


def _step(words: int) -> int:
    return next((step for step in _STEPS if words <= step), 99)


def _shape(name: str) -> list[str]:
    words = name.split()
    shapes = [f"{min(len(words), 4)} words"]
    if name.isupper():
        shapes.append("capitals")
    elif len(words) == 1 and any(char.isupper() for char in name[1:]):
        shapes.append("camel")
    if len(words) in (2, 3) and all(word.istitle() for word in words):
        shapes.append("person")
    return shapes

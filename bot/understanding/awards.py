"""Awards and labels obtained: who, which, at what level, when, where, from whom.

Steps: find what is named (awards, levels, categories, names, dates); read each sentence's claims
(:mod:`roles`, :mod:`lists`); give each claim its award; join what belongs together; fill in what
the rest of the entry says (year, date, place, organiser, streak), each with its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from bot.config.knowledge import Award
from bot.understanding import categories, cues, dates, levels, lists, mentions, names
from bot.understanding.claims import Basis, Claim, Laureate
from bot.understanding.cues import Cue
from bot.understanding.fact import AwardFact, Evidence, Kind, Reason
from bot.understanding.language import Prepared, Sentence
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.names import Name
from bot.understanding.places import Places
from bot.understanding.roles import Reader

#: What may be news of an award at all: without one of these nothing is read any further.
_GATE = re.compile(
    r"prix|label|troph|laureat|palmares|arobase|@@|copyleft|recompens|award|prize|medaill|distin"
    r"|mention|prime|sacre|honou?r|badge|winner|\bwins?\b|\bwon\b|certifi|couronn|niveau \d|d'or\b|\bgold\b"
)
#: Sentences between an award's name and a claim that does not repeat it.
_REACH = 3
#: An award that somebody is said to have had longer ago than this is history, not news.
_OLD_DAYS = 400


class Awards(Matcher):
    """Finds awards and labels obtained."""

    kind: ClassVar[str] = "awards"

    def match(self, entry: Prepared) -> Finding:
        """Facts with evidence; weight 1.0 where the title says it."""
        if not _GATE.search(entry.folded) and not mentions.find(entry):
            return Finding()
        return _Reading(entry).finding()


@dataclass(slots=True)
class _Obtained:
    """One award of one laureate, gathered from one or more claims."""

    award: str | None
    laureate: Laureate
    name: str
    basis: str
    claims: list[Claim]
    level: levels.Level | None = None
    category: str | None = None
    category_span: tuple[int, int] | None = None
    mention: bool = False


class _Reading:
    """Reads one entry."""

    def __init__(self, entry: Prepared) -> None:
        self.entry = entry
        self.knowledge = entry.knowledge
        self.places = entry.knowledge.made(Places.build)
        self.sentences = entry.sentences
        self.mentions = mentions.find(entry)
        self.named = [one for one in self.mentions if one.what == "award"]
        self.cues: list[Cue] = list(cues.of(entry))
        noise = {
            at
            for cue in self.cues
            if cue.name == "noprize"
            for at in range(cue.first, cue.last + 1)
        }
        self.cues = [cue for cue in self.cues if cue.name != "awardnoun" or cue.first not in noise]
        self.weak = {cue.first for cue in self.cues if cue.name == "weaknoun"}
        self.levels = levels.find(entry)
        self.names: dict[int, list[Name]] = {}
        self.context = self._context()
        self.categories = categories.find(entry, self.mentions, self.context)
        self._name_everything()
        self._elided_levels()
        self.dates = dates.of(entry)
        self.today = entry.entry.published.astimezone(self.knowledge.timezone).date()

    # ------------------------------------------------------------------ what is named

    def _context(self) -> set[str]:
        """The awards this entry may speak of: named, or pointed at by who or what gives them."""
        named = {one.award for one in self.named}
        if named:
            return named
        pointed = {one.award for one in self.mentions}
        for level in self.levels:
            if level.unit in ("@", "copyleft") and level.end - level.start > 1:
                pointed |= {
                    id for id, award in self.knowledge.awards.items() if levels.fits(level, award)
                }
        host = names_host(self.entry)
        for id, award in self.knowledge.awards.items():
            if (
                award.organiser
                and host
                and any(host == one or host.endswith("." + one) for one in award.organiser.hosts)
            ):
                pointed.add(id)
        return pointed

    def _name_everything(self) -> None:
        self.givers = [
            (one.start, one.end) for one in self.mentions if one.what in ("organiser", "gathering")
        ]
        self.organisers = [(one.start, one.end) for one in self.mentions if one.what == "organiser"]
        award_spans = [(one.start, max(one.end, one.year_end)) for one in self.named]
        level_spans = [(one.start, one.end) for one in self.levels if one.unit == "name"]
        blocked = award_spans + level_spans + [(c.start, c.end) for c in self.categories]
        self.names = {
            index: [
                one
                for one in found
                if not any(first < one.end and one.start < last for first, last in blocked)
            ]
            for index, found in names.find(self.entry).items()
        }

    def _elided_levels(self) -> None:
        """ "Meylan conserve cinq arobases et Grenoble quatre": the unit is said once."""
        added: list[levels.Level] = []
        for level in self.levels:
            if level.unit not in ("@", "copyleft", "niveau"):
                continue
            sentence = self.entry.sentence_at(level.start)
            for name in self.names[sentence.index]:
                number = levels.bare_number(self.entry, name.end)
                if number and name.start > level.end:
                    added.append(levels.Level(*number, unit=level.unit))
        if added:
            self.levels = sorted({*self.levels, *added})

    # ------------------------------------------------------------------ claims

    def _claims(self) -> list[Claim]:
        reader = Reader(self.entry, self.cues, self.names, self.givers)
        found: list[Claim] = []
        for sentence in self.sentences:
            anchors = self._anchors(sentence)
            claims = [
                one
                for one in reader.claims(sentence, anchors)
                if anchors or self._speaks(sentence, one)
            ]
            if not claims or all(one.sure and not one.laureates for one in claims):
                claims += self._listed(sentence, anchors)
                claims += self._nominal(sentence, anchors, reader)
            else:
                self._pair_in(sentence, claims)
            for claim in claims:
                if claim.sure and self._is_old(claim):
                    claim.sure = False
            found += claims
        return found

    def _anchors(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Spans of the sentence that name something one may obtain."""
        inside = lambda start: sentence.start <= start < sentence.end  # noqa: E731 - four uses below
        found = [(one.start, one.end) for one in self.named if inside(one.start)]
        found += [
            (one.start, one.end)
            for one in self.levels
            if inside(one.start) and (self.context or one.unit in ("copyleft", "@"))
        ]
        found += [
            (one.start, one.end) for one in self.categories if one.known and inside(one.start)
        ]
        found += [
            (one.start, one.end)
            for one in self.cues
            if one.name == "awardnoun"
            and inside(one.start)
            and (one.first not in self.weak or not self.context)
        ]
        return found

    def _speaks(self, sentence: Sentence, claim: Claim) -> bool:
        """ "Primée à Paris": the verb itself speaks of an award."""
        return claim.form in ("honour", "laureate")

    def _marks(self, start: int, end: int) -> list[lists.Mark]:
        marks = [
            lists.Mark(one.start, one.end, level=at)
            for at, one in enumerate(self.levels)
            if start <= one.start < end and self._level_counts(one)
        ]
        marks += [
            lists.Mark(one.start, one.end, category=one.text)
            for one in self.categories
            if start <= one.start < end
        ]
        return sorted(marks)

    def _level_counts(self, level: levels.Level) -> bool:
        return any(levels.fits(level, self.knowledge.awards[id]) for id in self.context)

    def _pair_in(self, sentence: Sentence, claims: list[Claim]) -> None:
        """ "Nextcloud (prix européen), CS Group (stratégie)…": several in one sentence."""
        marks = self._marks(sentence.start, sentence.end)
        people = [
            one
            for one in self.names[sentence.index]
            if not one.located and not any(a < one.end and one.start < b for a, b in self.givers)
        ]
        marks = (
            [one for one in marks if one.category]
            if sum(bool(m.category) for m in marks) > 1
            else [one for one in marks if one.level is not None]
        )
        if len(marks) < 2 or len([one for one in people if not one.inside]) < 2:
            return
        paired = lists.pair(people, marks, self.entry.folded)
        if len(paired) > 1 and len({one.text for one in paired}) > 1:
            sure = [one for one in claims if one.sure]
            if sure:
                sure[0].laureates = paired
                sure[0].form = "list"
                for other in sure[1:]:
                    other.laureates = []

    def _listed(self, sentence: Sentence, anchors: list[tuple[int, int]]) -> list[Claim]:
        """An item of a palmarès, or a row of a table."""
        if not self.context or sentence.where == "title" or not self._is_line(sentence):
            return []
        if any(
            cue.name in ("hope", "lose", "not") and sentence.start <= cue.start < sentence.end
            for cue in self.cues
        ):
            return []
        marks = self._marks(sentence.start, sentence.end)
        people = [one for one in self.names[sentence.index] if not one.inside]
        found: list[Laureate] = []
        if self._only_marks(sentence):
            found = self._row(sentence, marks)
        elif self._opens(sentence) is not None:
            found = self._labelled(sentence, marks, people)
        elif marks and people and lists.looks_like_item(sentence.text):
            found = lists.pair([one for one in people if not one.located], marks, self.entry.folded)
        elif marks and lists.looks_like_item(sentence.text):
            first = lists.first_of_line(self.entry, sentence.start, sentence.end)
            if first and first.end <= marks[0].start:
                first.level, first.category = marks[0].level, marks[0].category
                found = [first]
        elif lists.looks_like_item(sentence.text) or lists.has_departments(sentence.text):
            header = self._under(sentence)
            if header is not None:
                found = self._item(sentence, people, header)
        if not found:
            return []
        return [Claim(sentence, True, found, sentence.start, sentence.end, "list")]

    def _is_line(self, sentence: Sentence) -> bool:
        """The sentence begins a line."""
        return sentence.start == 0 or self.entry.text[: sentence.start].endswith("\n")

    def _only_marks(self, sentence: Sentence) -> bool:
        """A line that says a level or a category and nothing else: a header, or a cell."""
        rest = list(sentence.text)
        for mark in self._marks(sentence.start, sentence.end):
            rest[mark.start - sentence.start : mark.end - sentence.start] = [" "] * (
                mark.end - mark.start
            )
        left = re.sub(
            r"(?i)\b(?:labels?|niveaux?|prix|catégories?|médailles?|mentions?|de la|du|de|level|award|prize|d’|d')\b|[^\w]",
            "",
            "".join(rest),
        )
        return not left and bool(self._marks(sentence.start, sentence.end))

    def _opens(self, sentence: Sentence) -> re.Match[str] | None:
        """ "Prix européen : …", "techno : …": a line that opens with what is won.

        Its words are a known category or level; or the entry speaks of laureates and several of
        its lines open so.
        """
        hit = _OPENING.match(self.entry.folded, sentence.start, sentence.end)
        if hit is None:
            return None
        marks = self._marks(sentence.start, sentence.end)
        if any(mark.start < hit.end("what") for mark in marks):
            return hit
        if marks or len(sentence.text) > 120 or len(hit["what"].split()) > 4:
            return None
        if not any(cue.name in ("laureate", "give", "awardnoun") for cue in self.cues):
            return None
        alike = sum(
            bool(_OPENING.match(self.entry.folded, one.start, one.end))
            for one in self.sentences
            if one.where == sentence.where and self._is_line(one) and len(one.text) <= 120
        )
        return hit if alike > 1 and self.entry.text[hit.end()].isupper() else None

    def _labelled(
        self, sentence: Sentence, marks: list[lists.Mark], people: list[Name]
    ) -> list[Laureate]:
        """Who stands after the colon."""
        hit = self._opens(sentence)
        assert hit is not None
        first = lists.first_of_line(self.entry, hit.end(), sentence.end)
        if first is None:
            return []
        opening = [mark for mark in marks if mark.start < hit.end("what")]
        chosen = [first]
        for one in people:
            if one.start > chosen[-1].end and lists.strung(
                self.entry.folded[chosen[-1].end : one.start]
            ):
                chosen.append(Laureate(names.short(one.text), "name", one.start, one.end))
        start, end = hit.span("what")
        for each in chosen:
            each.level = next((mark.level for mark in opening if mark.level is not None), None)
            if each.level is None:
                each.category = next(
                    (mark.category for mark in opening if mark.category),
                    self.entry.slice(start, end),
                )
                each.category_span = (start, end)
        return chosen

    def _row(self, sentence: Sentence, marks: list[lists.Mark]) -> list[Laureate]:
        """ "Meylan" in one cell, "@@@@@" in the next: the name stands in the line before.

        It is a table where names and marks take turns and a name comes first; else the mark is
        a header.
        """
        if not self._in_table(sentence):
            return []
        above = self.sentences[sentence.index - 1]
        name = lists.first_of_line(self.entry, above.start, above.end)
        if name is None:
            return []
        name.level, name.category = marks[0].level, marks[0].category
        return [name]

    def _in_table(self, sentence: Sentence) -> bool:
        index = sentence.index
        turns = 0
        while index > 0 and self.sentences[index - 1].where == sentence.where:
            above = self.sentences[index - 1]
            wanted = turns % 2 == 0  # a name first, then a mark, and so on
            if (
                wanted
                and lists.is_bare(above.text)
                and not self._only_marks(above)
                and self._is_line(above)
            ) or (not wanted and self._only_marks(above)):
                turns += 1
            else:
                break
            index -= 1
        if index > 0 and self.sentences[index - 1].where == self.sentences[index].where:
            above = self.sentences[index - 1]
            if lists.is_bare(above.text) or self._only_marks(above):
                return False  # a list under headers
        return turns % 2 == 1

    def _item(self, sentence: Sentence, people: list[Name], header: lists.Mark) -> list[Laureate]:
        first = lists.first_of_line(self.entry, sentence.start, sentence.end)
        strung = [
            one
            for one in people
            if re.match(r"\s?\((?:\d\d|2[ab]|[a-z-]+)\)", self.entry.folded[one.end : one.end + 22])
        ]
        chosen: list[Laureate] = []
        if len(strung) > 1:
            chosen = [Laureate(names.short(one.text), "name", one.start, one.end) for one in strung]
        elif first:
            chosen = [first]
            rest = self.entry.text[first.end : sentence.end]
            detail = re.match(r"\s*(?:\([^)]*\))?\s*[,–—:-]\s+(?P<what>[^.;\n]{4,70})$", rest)
            if detail and header.category is None:
                start = first.end + detail.start("what")
                first.category, first.category_span = (
                    detail["what"].strip(),
                    (start, start + len(detail["what"])),
                )
        for one in chosen:
            one.level = header.level
            one.category = header.category or one.category
        return chosen

    def _under(self, sentence: Sentence) -> lists.Mark | None:
        """The header above an item: the last short line or colon that bore a level or category."""
        for index in range(sentence.index - 1, max(-1, sentence.index - 16), -1):
            above = self.sentences[index]
            if above.where == "title":
                return None
            marks = self._marks(above.start, above.end)
            opens = above.text.rstrip().endswith(":")
            people = [one for one in self.names[index] if not one.inside]
            if self._only_marks(above) and self._in_table(above):
                return None
            if opens or (marks and not people and lists.looks_like_item(above.text)):
                return marks[-1] if marks else lists.Mark(above.start, above.end)
            if not lists.looks_like_item(above.text) and not lists.has_departments(above.text):
                return None
        return None

    def _nominal(
        self, sentence: Sentence, anchors: list[tuple[int, int]], reader: Reader
    ) -> list[Claim]:
        """ "Label NR : Seyssins au niveau 1", "Un badge pour la mairie", "@@@@@ pour Grenoble"."""
        if not anchors:
            return []
        end = self._doubt_begins(sentence)
        if end - sentence.start < 10 or (sentence.where != "title" and end - sentence.start > 110):
            return []
        known = [one for one in self.named if sentence.start <= one.start < end]
        stepped = [
            one
            for one in self.levels
            if sentence.start <= one.start < end and self._level_counts(one)
        ]
        prized = [one for one in self.categories if sentence.start <= one.start < end]
        if not (known or stepped):
            return self._unknown_headline(sentence, anchors, end)
        anchor = min(one.start for one in (*known, *stepped))
        people = [
            one
            for one in self.names[sentence.index]
            if not one.inside and not reader._is_giver(one)  # noqa: SLF001 - same reading
        ]
        people = [one for one in people if one.start < end]
        given = [
            one
            for one in people
            if one.start > anchor
            and _GOES_TO.search(self.entry.folded[max(0, one.start - 22) : one.start])
        ]
        people = given or [one for one in people if not one.located]
        pour = _POUR.search(self.entry.folded, anchor, end)
        if pour and not given:
            basis: Basis = "source" if pour[1] in ("notre", "nos", "our") else "focus"
            return [
                Claim(
                    sentence,
                    True,
                    [Laureate("", basis, pour.start(), pour.end())],
                    sentence.start,
                    sentence.end,
                    "nominal",
                )
            ]
        if not people and (near := self._inhabitants(sentence, anchor, end)):
            return [Claim(sentence, True, [near], sentence.start, sentence.end, "nominal")]
        if people and (stepped or prized or any(one.place for one in people)):
            return [
                Claim(
                    sentence,
                    True,
                    [reader._laureate(one) for one in reader._string(people)],
                    sentence.start,
                    sentence.end,
                    "nominal",
                )
            ]
        return []

    def _unknown_headline(
        self, sentence: Sentence, anchors: list[tuple[int, int]], end: int
    ) -> list[Claim]:
        """ "Un prix national pour la direction informatique", "Troisième sacre pour le libre
        échirollois": a headline that names no award the bot knows."""
        first = anchors[0][0]
        if self.context or first - sentence.start > 24 or first >= end:
            return []
        pour = _POUR.search(self.entry.folded, first, end)
        given = self._inhabitants(sentence, first, end)
        if given is None and pour and self.entry.entry.publisher.role != "press":
            given = Laureate("", "focus", pour.start(), pour.end())
        if given is None or not re.search(r"\b(?:pour|for)\b", self.entry.folded[first:end]):
            return []
        return [Claim(sentence, True, [given], sentence.start, sentence.end, "nominal")]

    def _inhabitants(self, sentence: Sentence, start: int, end: int) -> Laureate | None:
        """ "le libre échirollois": an adjective stands for its town."""
        for hit in self.places.of(self.entry):
            if (
                hit.how == "adjective"
                and max(start, sentence.start) <= hit.start < end
                and hit.town
            ):
                return Laureate(hit.town, "name", hit.start, hit.end)
        return None

    def _doubt_begins(self, sentence: Sentence) -> int:
        """Where a hope, a loss or a negation begins in a headline: what stands before its clause
        may still be news."""
        for cue in self.cues:
            if (
                cue.name in ("hope", "lose", "not", "past")
                and sentence.start <= cue.start < sentence.end
            ):
                comma = self.entry.folded.rfind(",", sentence.start, cue.start)
                return comma if comma > 0 else sentence.start
        return sentence.end

    def _is_old(self, claim: Claim) -> bool:
        """History: dated long before publication, or told as a memory."""
        sentence = claim.sentence
        inside = [
            one for one in self.dates if sentence.start <= one.start < sentence.end and one.iso
        ]
        if any(
            cue.name == "past" and sentence.start <= cue.start < sentence.end for cue in self.cues
        ):
            return True
        near = [one for one in inside if not self._is_edition(one.start)]
        if any(
            one.kind == "year"
            and not one.role
            and int(str(one.iso)[:4]) < self.today.year
            and self.today.month > 3
            for one in near
        ) and not any(one.kind != "year" for one in near):
            return True
        if near and all(self._age(one.iso) > _OLD_DAYS for one in near):
            again = re.search(
                r"recondui|renouvel|conserv|gard|maintien|maintient|confirm", sentence.folded
            )
            return not (again and any(one.role == "since" for one in near))
        return False

    def _is_edition(self, offset: int) -> bool:
        return any(one.start <= offset < one.year_end for one in self.named)

    def _age(self, iso: str | None) -> int:
        if not iso:
            return 0
        parts = [int(part) for part in iso.split("-")]
        if len(parts) == 1:
            return (self.today - date(parts[0], 12, 31)).days
        return (self.today - date(parts[0], parts[1], parts[2] if len(parts) > 2 else 28)).days

    # ------------------------------------------------------------------ facts

    def finding(self) -> Finding:
        """All facts, why, and how much the entry is about them."""
        claims = self._claims()
        for claim in claims:
            claim.award = self._award_of(claim)
        obtained = self._obtained(claims)
        obtained += self._mentioned(claims, obtained)
        if any(one.award for one in obtained):  # beside a known award, a vague one says nothing
            obtained = [one for one in obtained if one.award]
        facts = _grouped(_shared([self._fact(one, obtained) for one in obtained]))
        reasons = tuple(self._reasons(claims, obtained))
        if not facts and (kind := self._handed_out(claims)):
            return Finding((), reasons, 0.8, kind, relevant=False)
        weight = max((self._weight(claim) for one in obtained for claim in one.claims), default=0.0)
        return Finding(tuple(facts), reasons, weight)

    def _handed_out(self, claims: list[Claim]) -> Kind | None:
        """Prizes of another world, given or received: no fact, but that is what the news is."""
        opening = [
            sentence
            for sentence in self.sentences
            if sentence.where == "title" or sentence.index < _OPENING_SENTENCES
        ]
        for sentence in opening:
            anchors = [
                cue
                for cue in self.cues
                if cue.name == "awardnoun"
                and sentence.start <= cue.start < sentence.end
                and cue.first not in self.weak
            ]
            sure = any(claim.sentence is sentence and claim.sure for claim in claims)
            doubt = self._doubtful(sentence)
            nominal = sentence.where == "title" and _NOMINAL.search(sentence.folded)
            strong = any(
                claim.sentence is sentence and claim.sure and claim.form in ("honour", "laureate")
                for claim in claims
            )
            if not doubt and ((anchors and (sure or nominal)) or strong):
                label = any(
                    re.match(r"label", self.entry.words[cue.first])
                    for cue in self.cues
                    if sentence.start <= cue.start < sentence.end
                )
                return "label" if label else "award"
        return None

    def _award_of(self, claim: Claim) -> str | None:
        """The award a claim speaks of: in its sentence, else the entry's only one, else the last
        one named before it."""
        sentence = claim.sentence
        here = [one for one in self.named if sentence.start <= one.start < sentence.end]
        if here:
            after = [one for one in here if one.start >= claim.start]
            ids = {one.award for one in here}
            return next(iter(ids)) if len(ids) == 1 else (after or here)[0].award
        if not self._linked(claim):
            return None
        if len(self.context) == 1:
            return next(iter(self.context))
        stepped = [
            one
            for one in self.levels
            if sentence.start <= one.start < sentence.end and one.unit in ("@", "copyleft")
        ]
        for level in stepped:
            for id, award in self.knowledge.awards.items():
                if levels.fits(level, award) and (id in self.context or not self.context):
                    return id
        if self.named:
            earlier = [one for one in self.named if one.start < sentence.start]
            return (earlier[-1] if earlier else self.named[0]).award
        return None

    def _linked(self, claim: Claim) -> bool:
        """Whether a sentence that does not name the award may still speak of it: it is near one
        that does, or holds a level or category of it, or the whole entry is about it."""
        sentence = claim.sentence
        if claim.form == "list" or sentence.where == "title":
            return True
        if self._marks(sentence.start, sentence.end):
            return True
        pointers = self.named or self.mentions
        near = min(
            (abs(self.entry.sentence_at(one.start).index - sentence.index) for one in pointers),
            default=0,
        )
        return near <= _REACH

    def _obtained(self, claims: list[Claim]) -> list[_Obtained]:
        denied = {
            (claim.award, self._who(one, claim.award)[0])
            for claim in claims
            if claim.refused
            for one in claim.laureates
        }
        found: dict[tuple[str | None, str, str | None], _Obtained] = {}
        for claim in claims:
            if not claim.sure or (claim.award is None and not self._is_plain_award(claim)):
                continue
            for one in claim.laureates or self._implied(claim, claims):
                name, basis = self._who(one, claim.award)
                if not name or (claim.award, name) in denied:
                    continue
                key = (
                    claim.award,
                    mentions.squeezed(names.fold(name)),
                    one.category if len(claim.laureates) > 1 else None,
                )
                same = found.get(key) or self._same(found, claim.award, name, one)
                if same is None:
                    same = found[key] = _Obtained(claim.award, one, name, basis, [])
                same.claims.append(claim)
                if one.level is not None:
                    same.level = same.level or self.levels[one.level]
                if one.category and not same.category:
                    same.category, same.category_span = one.category, one.category_span
                    same.mention = self._is_mention(claim.award, one)
        for obtained in found.values():
            if obtained.level is None and not obtained.mention:
                obtained.level = self._own_level(obtained)
        return list(found.values())

    def _is_mention(self, award: str | None, one: Laureate) -> bool:
        known = self.knowledge.awards.get(award or "")
        return bool(known and known.label) and any(
            each.mention and one.category_span and each.start == one.category_span[0]
            for each in self.categories
        )

    def _own_level(self, one: _Obtained) -> levels.Level | None:
        """The level that a claim's own sentence says."""
        award = self.knowledge.awards.get(one.award or "")
        if award is None:
            return None
        for claim in one.claims:
            here = [
                level
                for level in self.levels
                if claim.sentence.start <= level.start < claim.sentence.end
                and levels.fits(level, award)
            ]
            if here:
                step = re.search(r"\b(?:passe|passer|passant|from)\b", claim.sentence.folded)
                return here[-1] if step else here[0]
        return None

    def _is_plain_award(self, claim: Claim) -> bool:
        """Whether an award without a file is meant at all: its noun follows the verb that
        receives it, or the verb itself is one of awards, at the head of the entry."""
        sentence = claim.sentence
        nouns = [
            cue
            for cue in self.cues
            if cue.name == "awardnoun" and sentence.start <= cue.start < sentence.end
        ]
        if claim.form == "receive":
            again = re.match(r"recondui|renouvel", self.entry.folded[claim.start : claim.end])
            return any(0 < cue.start - claim.end < 90 or again for cue in nouns)
        if claim.form in ("give", "goto", "nominal", "list"):
            return bool(nouns)
        return bool(nouns) or sentence.index <= 1

    def _mentioned(self, claims: list[Claim], obtained: list[_Obtained]) -> list[_Obtained]:
        """Special mentions: awards of their own, without a level."""
        found: list[_Obtained] = []
        for hit in _MENTION.finditer(self.entry.folded):
            sentence = self.entry.sentence_at(hit.start())
            here = [claim for claim in claims if claim.sentence is sentence]
            if self._doubtful_before(sentence, hit.start()) or any(c.refused for c in here):
                continue
            for start, end in _mention_spans(self.entry.folded, hit):
                one = self._of_mention(here, obtained, start)
                words = self.entry.slice(start, end)
                taken = [each.category for each in (*obtained, *found)]
                if (
                    one is None
                    or len(words) < 4
                    or any(_alike(words, each) for each in taken if each)
                ):
                    continue
                found.append(
                    replace(
                        one, level=None, category=words, category_span=(start, end), mention=True
                    )
                )
        return found

    def _of_mention(
        self, here: list[Claim], obtained: list[_Obtained], offset: int
    ) -> _Obtained | None:
        """Whose mention it is: of the laureate named last before it, else of the only one."""
        near = [one for one in obtained if any(claim in here for claim in one.claims)]
        before = [one for one in near if one.laureate.start < offset]
        if before:
            return max(before, key=lambda one: one.laureate.start)
        if near:
            return near[0]
        people = {one.name for one in obtained}
        return obtained[0] if len(people) == 1 else None

    def _doubtful_before(self, sentence: Sentence, offset: int) -> bool:
        """A hope or a denial in the same clause, before ``offset``."""
        start = max(sentence.start, self.entry.folded.rfind(",", sentence.start, offset))
        return any(
            cue.name in ("hope", "lose", "not", "past") and start <= cue.start < offset
            for cue in self.cues
        )

    def _same(
        self,
        found: dict[tuple[str | None, str, str | None], _Obtained],
        award: str | None,
        name: str,
        one: Laureate,
    ) -> _Obtained | None:
        """The same laureate under a longer or shorter name."""
        words = set(re.findall(r"\w{3,}", names.fold(name)))
        for other in found.values():
            theirs = set(re.findall(r"\w{3,}", names.fold(other.name)))
            if other.award == award and words and theirs and (words <= theirs or theirs <= words):
                if one.category and other.category and one.category != other.category:
                    continue
                return other
        return None

    def _implied(self, claim: Claim, claims: list[Claim]) -> list[Laureate]:
        """Whom a claim without laureate means: another claim's, else the title's town."""
        if claim.form == "laureate" or any(
            one.sure and one.laureates and one.award == claim.award for one in claims
        ):
            return []
        sentence = claim.sentence
        named = any(
            one.award == claim.award and sentence.start <= one.start < sentence.end
            for one in self.named
        )
        if claim.award is None:
            said = self.entry.text[claim.start : claim.end]
            own = (
                self.entry.entry.publisher.role == "municipal"
                and (claim.form == "honour" or said.endswith(("é", "ée", "és", "ées", "ed")))
                and claim.form in ("give", "honour")
            )
            return (
                [Laureate("", "focus", claim.start, claim.end)] if own and not self.context else []
            )
        if not (named or sentence.where == "title"):
            return []
        return [Laureate("", "focus", claim.start, claim.end)]

    def _who(self, one: Laureate, award: str | None = None) -> tuple[str, str]:
        if one.basis == "name":
            return one.text, "text"
        own = names.own_name(self.entry.entry.publisher)
        role = self.entry.entry.publisher.role
        if one.basis == "source" and role not in ("press", "agenda", "fediverse"):
            return own, "source"
        other = next(
            (m for m in self.named if self.entry.where(m.start) == "title" and m.award != award),
            None,
        )
        if other:  # a community that bears an award's name receives another award
            return self.entry.slice(other.start, other.end), "text"
        titled = [
            name
            for name in (self.names[0] if self.sentences[0].where == "title" else ())
            if name.place
            and name.place.kind in ("commune", "body")
            and not (name.located and self.places.is_far(name.place.name))
        ]
        if len({name.text for name in titled}) == 1:
            name = titled[0]
            plain = name.place.name if name.text.isupper() and name.place else name.text
            return names.short(plain), "text"
        before = [
            name
            for sentence in self.sentences
            for name in self.names[sentence.index]
            if name.place
            and name.place.kind in ("commune", "body")
            and not name.located
            and (name.start < one.start or sentence.where == "title")
        ]
        if before:
            titled = [name for name in before if self.entry.where(name.start) == "title"]
            name = titled[0] if titled else before[-1]
            return names.short(
                name.place.name if name.text.isupper() and name.place else name.text
            ), "text"
        if role == "municipal" or self.entry.entry.publisher.place:
            return own, "source"
        titled = (
            [
                name
                for name in self.names[0]
                if not name.located
                and not name.inside
                and not any(a < name.end and name.start < b for a, b in self.givers)
            ]
            if self.sentences and self.sentences[0].where == "title"
            else []
        )
        if titled:
            return names.short(titled[0].text), "text"
        return "", "text"

    def _fact(self, one: _Obtained, everyone: list[_Obtained]) -> AwardFact:
        award = self.knowledge.awards.get(one.award) if one.award else None
        evidence: list[Evidence] = [
            self._evidence("laureates", one.laureate.start, one.laureate.end)
        ]
        day, day_span = self._date(one, everyone)
        year, year_span = self._year(one, award, day)
        level = self._level(one, award, year or self.today.year, everyone)
        category = self._category(one, award, everyone)
        place, place_span = self._place(one, day_span, everyone)
        organiser, organiser_span = self._organiser(one, award)
        streak, streak_span = self._streak(one)
        for field, span in (
            ("date", day_span),
            ("year", year_span),
            ("level", level[1]),
            ("category", category[1]),
            ("place", place_span),
            ("organiser", organiser_span),
            ("streak", streak_span),
        ):
            if span:
                evidence.append(self._evidence(field, *span))
        title = any(claim.sentence.where == "title" for claim in one.claims)
        confidence = 0.95 if award else 0.5
        if one.laureate.basis == "focus":
            confidence -= 0.15
        if not title and len(one.claims) == 1 and one.claims[0].form == "nominal":
            confidence -= 0.15
        return AwardFact(
            confidence=round(confidence, 2),
            evidence=tuple(evidence),
            award_id=one.award,
            award=(award.name.fr or award.name.en or one.award or "")
            if award
            else self._general_name(one),
            label=award.label if award else self._is_label(one),
            year=year,
            laureates=(one.name,),
            level=level[0],
            category=category[0],
            organiser=organiser,
            date=day,
            place=place,
            laureate_basis="source" if one.basis == "source" else "text",
            streak=streak,
        )

    def _evidence(self, field: str, start: int, end: int) -> Evidence:
        return Evidence(field, self.entry.slice(start, end), self.entry.where(start))

    def _general_name(self, one: _Obtained) -> str:
        """The words that name an award no file knows: "le prix X de Y"."""
        for claim in one.claims:
            hit = re.search(
                r"\b(?:prix|label|troph[ée]e|m[ée]daille|mention|award|prize|distinction)s?\b[^.,;:!?\n]{0,70}",
                claim.sentence.text,
                re.IGNORECASE,
            )
            if hit:
                return hit.group().strip()
        return one.claims[0].sentence.text.strip()[:80]

    def _is_label(self, one: _Obtained) -> bool:
        return any(
            re.search(r"\blabel", sentence.folded)
            for sentence in (self.sentences[0], *(claim.sentence for claim in one.claims))
        )

    # ------------------------------------------------------------------ fields

    def _near(self, one: _Obtained) -> list[Sentence]:
        """The claim's own sentences first, then the rest of the entry."""
        own = [claim.sentence for claim in one.claims]
        seen = {sentence.index for sentence in own}
        at = own[0].index if own else 0
        others = [
            sentence
            for sentence in self.sentences
            if sentence.index not in seen and not self._of_another(sentence, one)
        ]
        others.sort(key=lambda sentence: abs(sentence.index - at) + (sentence.index > at) * 0.5)
        return own + others

    def _of_another(self, sentence: Sentence, one: _Obtained) -> bool:
        """The sentence names other awards, and not this one."""
        here = {m.award for m in self.named if sentence.start <= m.start < sentence.end}
        return bool(here) and one.award not in here

    def _level(
        self, one: _Obtained, award: Award | None, year: int, everyone: list[_Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        if award is None or not award.scales or one.mention:
            return None, None
        if one.level:
            value = levels.on_scale(one.level, award, year)
            if value:
                return value, (one.level.start, one.level.end)
        shared = any(other.level for other in everyone if other.award == one.award)
        for sentence in self._near(one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and (shared or self._doubtful(sentence)):
                continue
            here = [level for level in self.levels if sentence.start <= level.start < sentence.end]
            values = [
                (levels.on_scale(level, award, year), level)
                for level in here
                if levels.fits(level, award)
            ]
            good = [(value, level) for value, level in values if value]
            if good:
                value, level = good[0]
                return value, (level.start, level.end)
        return None, None

    def _doubtful(self, sentence: Sentence) -> bool:
        return any(
            cue.name in ("hope", "lose", "not", "past")
            and sentence.start <= cue.start < sentence.end
            for cue in self.cues
        )

    def _category(
        self, one: _Obtained, award: Award | None, everyone: list[_Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        if one.category:
            return one.category, one.category_span
        used = {other.category for other in everyone if other is not one}
        for sentence in self._near(one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and len(everyone) > 1:
                continue
            here = [
                each
                for each in self.categories
                if sentence.start <= each.start < sentence.end and each.text not in used
            ]
            here = [each for each in here if each.known or award is None or award.categories] or []
            here.sort(key=lambda each: not each.known)
            if here:
                return here[0].text, (here[0].start, here[0].end)
            if own and award and award.projects:
                hit = _PROJECT.search(self.entry.folded, sentence.start, sentence.end)
                if hit:
                    start, end = hit.span("what")
                    return self.entry.slice(start, end), (start, end)
        return None, None

    _HANDED = re.compile(
        r"remi[st]|remett|decern|attribu|recu|recoi|ceremoni|devoil|annonc|publi|jury|prim|recompens|palmares|soiree|tranche|decision|laureat|label|award|handed|presented|honour|honor|ceremony|announced|went home|prize|lors|forum|salon|congres|obtien|obten|distingu|couronn|decroch|remport|celebrat|verdict|rehauss|class|took|honou?r"
    )

    def _date(
        self, one: _Obtained, everyone: list[_Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        for sentence in self._near(one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and not self._HANDED.search(sentence.folded):
                continue
            if not own and self._doubtful(sentence) and not re.search(r"remi[st]", sentence.folded):
                continue
            handed = [
                cue.start
                for cue in self.cues
                if cue.name in ("give", "receive", "honour", "goto")
                and sentence.start <= cue.start < sentence.end
            ]
            for span in sorted(
                self.dates,
                key=lambda each: min((abs(each.start - at) for at in handed), default=0),
            ):
                if (
                    not sentence.start <= span.start < sentence.end
                    or not span.iso
                    or len(span.iso) < 7
                ):
                    continue
                if span.role or span.end_iso:
                    continue
                span = dates.behind(span, self.today)
                assert span.iso is not None
                age = self._age(span.iso)
                if -45 < age <= _OLD_DAYS and (age >= 0 or len(span.iso) == 7):
                    return span.iso, (span.start, span.end)
        if self.entry.entry.publisher.role == "fediverse":
            just = _JUST.search(self.entry.folded)
            if just:
                return self.today.isoformat(), just.span()
        for sentence in self.sentences:
            for cue in self.cues:
                if cue.name == "live" and sentence.start <= cue.start < sentence.end:
                    return self.today.isoformat(), (cue.start, cue.end)
        return None, None

    def _year(
        self, one: _Obtained, award: Award | None, day: str | None
    ) -> tuple[int | None, tuple[int, int] | None]:
        spoken = [m for m in self.named if m.award == one.award and m.year]
        own = [
            m
            for m in spoken
            if any(c.sentence.start <= m.start < c.sentence.end for c in one.claims)
        ]
        for mention in own + spoken:
            if mention.year and mention.year <= self.today.year + 1:
                return mention.year, (mention.start, max(mention.end, mention.year_end))
        for sentence in self._near(one):
            if any(
                one_.what == "award"
                and one_.award != one.award
                and sentence.start <= one_.start < sentence.end
                for one_ in self.mentions
            ):
                continue
            hit = re.search(
                r"(?:edition|millesime|palmares|laureat\w*|label\w*|bronze|argent|\bor|badge|prix|award\w*|prize|trophee\w*|pour|cru|its|the|grand cru)\s(?:de l'annee |en )?((?:20)\d\d)\b|\b((?:20)\d\d)\s(?:award|edition|prize|laureate|winners?|[a-z]+ prize|business|label)",
                sentence.folded,
            )
            if hit:
                year = int(hit[1] or hit[2])
                if self.today.year - 1 <= year <= self.today.year:
                    group = 1 if hit[1] else 2
                    return year, (
                        sentence.start + hit.start(group),
                        sentence.start + hit.end(group),
                    )
        if day:
            return int(day[:4]), None
        if award is None:
            return None, None
        if award.months and self.today.month <= 2 and min(award.months) >= 10:
            return self.today.year - 1, None
        return self.today.year, None

    def _place(
        self, one: _Obtained, day_span: tuple[int, int] | None, everyone: list[_Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        """Where it was given: in the sentence that dates it, else in a claim's own."""
        near = self._near(one)
        if day_span:
            near.sort(key=lambda sentence: not sentence.start <= day_span[0] < sentence.end)
        for sentence in near:
            own = any(claim.sentence is sentence for claim in one.claims)
            dated = day_span and sentence.start <= day_span[0] < sentence.end
            if not own and not dated and not _CEREMONY.search(sentence.folded):
                continue
            parts = self._places_in(sentence, everyone)
            if parts:
                words = ", ".join(_venue(self.entry.text[first:last]) for first, last in parts)
                return words, (parts[0][0], parts[-1][1])
        award = self.knowledge.awards.get(one.award or "")
        if award and award.place:
            usual = names.spot_of(award.place, self.knowledge)
            for found in self.names.values():
                for name in found:
                    if usual and name.place is usual:
                        return name.text, (name.start, name.end)
        return None, None

    def _places_in(self, sentence: Sentence, everyone: list[_Obtained]) -> list[tuple[int, int]]:
        parts = [
            hit.span("venue")
            for hit in _VENUE.finditer(self.entry.text, sentence.start, sentence.end)
        ]
        for name in self.names[sentence.index]:
            if (
                name.located
                and not name.inside
                and not name.origin
                and not any(
                    first < name.end and name.start < last for first, last in self.organisers
                )
                and not any(self._is_laureate(name, one) for one in everyone)
            ):
                if not any(first <= name.start < last for first, last in parts):
                    parts.append((name.start, name.end))
        if not parts:
            host = _HOST.search(self.entry.text, sentence.start, sentence.end)
            if host and not any(
                names.fold(host["town"]) == names.fold(one.name) for one in everyone
            ):
                parts = [host.span("town")]
        parts = [part for part in parts if part[1] - part[0] > 2 and not self._is_award_span(part)]
        return sorted(parts)[:2]

    def _is_award_span(self, part: tuple[int, int]) -> bool:
        return any(one.start < part[1] and part[0] < one.end for one in self.named)

    def _is_laureate(self, name: Name, one: _Obtained) -> bool:
        return mentions.squeezed(names.fold(name.text)) == mentions.squeezed(names.fold(one.name))

    def _organiser(
        self, one: _Obtained, award: Award | None
    ) -> tuple[str | None, tuple[int, int] | None]:
        """Only where the text names it."""
        if award is None or award.organiser is None:
            return None, None
        for mention in self.mentions:
            if mention.what == "organiser" and mention.award == one.award:
                inside = any(
                    other.start <= mention.start and mention.end <= other.end
                    for other in self.named
                    if (other.end - other.start) >= (mention.end - mention.start)
                )
                sentence = self.entry.sentence_at(mention.start)
                own = any(claim.sentence is sentence for claim in one.claims)
                if not inside and (own or _GIVES.search(sentence.folded)):
                    said = self.entry.slice(mention.start, mention.end)
                    alike = set(names.fold(said).split()) & set(
                        names.fold(award.organiser.name).split()
                    )
                    return award.organiser.name if alike else said[0].upper() + said[1:], (
                        mention.start,
                        mention.end,
                    )
        return None, None

    def _streak(self, one: _Obtained) -> tuple[int | None, tuple[int, int] | None]:
        for sentence in self._near(one)[: len(one.claims) + 1]:
            hit = _STREAK.search(sentence.folded)
            if hit:
                raw = hit["n"]
                number = (
                    int(re.match(r"\d+", raw).group()) if raw[0].isdigit() else self._number(raw)
                )  # type: ignore[union-attr]  # a digit is there
                if number and number > 1:
                    return number, (sentence.start + hit.start(), sentence.start + hit.end())
        return None, None

    def _number(self, word: str) -> int | None:
        for language in self.knowledge.languages.values():
            for known, value in language.table("cues").get("numbers", {}).items():
                if names.fold(known) == word:
                    return int(value)
        return None

    # ------------------------------------------------------------------ why

    def _weight(self, claim: Claim) -> float:
        if claim.sentence.where == "title":
            return 1.0
        if any(
            one.award == claim.award and self.entry.where(one.start) == "title"
            for one in self.named
        ):
            return 1.0
        first = next((s for s in self.sentences if s.where != "title"), None)
        return 0.9 if claim.sentence is first or not self.entry.entry.title else 0.7

    def _reasons(self, claims: list[Claim], obtained: Iterable[_Obtained]) -> Iterable[Reason]:
        seen: set[str] = set()
        for one in obtained:
            award = self.knowledge.awards.get(one.award) if one.award else None
            words = one.claims[0].sentence.text.strip()
            yield Reason(
                "award.obtained" if award else "award.unknown",
                {
                    "laureate": one.name,
                    "award": (award.name.fr or "") if award else self._general_name(one),
                    "words": words,
                },
            )
        if not any(True for claim in claims if claim.sure and claim.laureates):
            for claim in claims:
                key = "award.refused" if claim.refused else "award.hoped" if not claim.sure else ""
                if key and key not in seen:
                    seen.add(key)
                    yield Reason(key, {"words": claim.sentence.text.strip()})


#: What a project is called: "pour son entrepôt de données", "le projet de messagerie".
_PROJECT = re.compile(
    r"\b(?:pour (?:son|sa|ses|leur|leurs|notre|nos)|for (?:its|their|our)|(?:le|son|notre) projet (?:de|d'))\s?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[,.;:()\"\n]|\s(?:a|qui|que|porte|mene|which|that|en|lors|de nos|par)\b|$)"
)
#: What a project is called: "pour son entrepôt de données", "le projet de messagerie".
_PROJECT = re.compile(
    r"\b(?:pour (?:son|sa|ses|leur|leurs|notre|nos)|for (?:its|their|our)|(?:le|son|notre) projet (?:de|d'))\s?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[,.;:()\"\n]|\s(?:a|qui|que|porte|mene|which|that|en|lors|de nos|par)\b|$)"
)
#: "développé à Grenoble" says where something is from, not where it was given.
_MADE_AT = re.compile(
    r"\b(?:developpe|concu|cree|base|installe|implante|fonde|heberge|ne|nee|fabrique|developed|built|based|made|founded|born"
    r"|hosted|agglomeration|habit\w+|travaill\w+|responsable|professeur\w*|enseignant\w*|etudi\w+|tourne|depuis|maire)e?s? (?:a|au|en|dans|in|at|near|by)\s?(?:la |le |l'|the )?$"
)
#: The beginning of such a line; emoji and bullets before it do not count.
_OPENING = re.compile(
    r"[^\w\n]*(?:prix |label |categorie |trophee |award |mention )?(?:du |de la |de l'|des |de |d'|the )?"
    r"(?P<what>[a-z][a-z0-9œ' ()&/-]{1,60}?)[\s\"»]*(?::|—|–|\s-\s)\s*(?=[\w\"«#])"
)
#: Said within the hour, in a post on the Fediverse.
_JUST = re.compile(
    r"\b(?:vient|viens|venons|viennent) de\b|\bca y est\b|\bjust (?:won|received|now|got|been)\b"
)
#: "une mention spéciale pour la sensibilisation", "deux mentions, X et Y", "celle de la sobriété".
_MENTION = re.compile(
    r"\b(?P<noun>mentions?)(?: speciales?| d'honneur)?(?: du jury)?\s?(?:pour |for |de |d'|du |:|,|\")\s?(?:la |le |l'|les |its |son |sa )?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[.,;:!?()\"\n]|$|\s(?:a|pour|qui|lors|en|grace)\b)"
)
#: "organisée par l’ANCT, la ville et l’eurométropole de Strasbourg": the town that is the host.
_HOST = re.compile(
    r"\borganis[^.;]{2,140}?\b(?:[Vv]ille|[Mm]étropole|eurométropole|[Mm]airie|city)(?: et [^,.]{0,24}?)? (?:de |d[’']|du |of )"
    r"(?P<town>[A-ZÀ-Ý][\w’'-]+(?:-[\w’'-]+)*)"
)
#: Sentences at the head of an entry that say what it is about.
_OPENING_SENTENCES = 3
#: "Trophées de la rando : …", "le prix X à Y", "niveau 3 pour le label".
_NOMINAL = re.compile(
    r"^(?:les? |the )?(?:prix|trophees?|palmares|medailles?|awards?)\b.*:|\b(?:prix|trophee|label|award|prize)\b.*\b(?:(?:a|pour) (?:un|une|la|le|les|des|deux|trois)|aux?|to|for) "
    r"|\bniveau \d.*\blabel\b"
)
#: Before whoever a headline's award goes to.
_GOES_TO = re.compile(
    r"\b(?:pour|for|a|au|aux|to)\s(?:la |le |les |l'|the )?(?:ville |commune |mairie )?(?:de la |de l'|de |d'|du |of )?$"
)
_POUR = re.compile(
    r"\b(?:pour|for|a) (notre|nos|our|la|le|l'|the)\s?(?:ville|commune|mairie|municipalite|metropole|departement"
    r"|direction|service|mediatheque|equipe|collectivite|agglo\w*|syndicat|communaute|city|town|council|region)\b(?! (?:de|d'|of))"
)
_STREAK = re.compile(
    r"(?P<n>\d+(?:e|eme|nd|rd|th)?|[a-z]+)\s(?:annee|fois|an|sacre|label|year|time)s?\s(?:consecutive|consecutif|d'affilee|de suite|running|in a row)s?"
    r"|(?P<m>\d+|[a-z]+)\sconsecutive\s(?:year|time)".replace("(?P<m>", "(?P<unused>")
)
_GIVES = re.compile(
    r"label|prix|jury|remi[st]|remett|decern|attribu|recompens|distingu|organis|porte|pilot|anime|creat|cree|prize|award|troph"
    r"|\brun\b|funded|handed|given|associati|honou?r|select|winner|celebrat|concours|contest|certif|question|palmares|federat"
)
_CEREMONY = re.compile(
    r"remi[st]|\brecue?s? |remett|ceremoni|devoil|soiree|handed|presented|direct de|ceremony"
)
_VENUE = re.compile(
    r"\b(?:au|aux|à la|à l[’']|at the|at|in the|pendant (?:le|les|la)|lors (?:du|des|de la|de l[’']|de)|pendant|during(?: the)?|de la(?= [Pp]orte))\s?"
    r"(?P<venue>(?:[Ss]alon|[Pp]alais|[Cc]ongrès|[Ff]orum|[Aa]ssises|[Ss]énat|[Aa]ssemblée|[Bb]ibliothèque|[Mm]usée|[Tt]héâtre|[Uu]niversité|[Mm]aison|[Hh]ôtel|[Cc]entre|[Pp]orte |[A-Z]\w+con\b|Open Source Experience|Numérique en [Cc]ommun\S*|OW2con)[^,.;:!?()\n]{0,45}?)(?=[,.;:!?()\n]|\s(?:à|a|avec|with|dans|in|on|le|pour|par|où|et|conference|show|ce|hier|qui|au)\b|$)"
)


def _mention_spans(folded: str, hit: re.Match[str]) -> list[tuple[int, int]]:
    start, end = hit.span("what")
    if not hit["noun"].endswith("s"):
        return [(start, end)]
    cut = re.search(r" (?:et|and) ", folded[start:end])
    if cut is None:
        return [(start, end)]
    return [(start, start + cut.start()), (start + cut.end(), end)]


def _alike(one: str, other: str) -> bool:
    mine, theirs = set(names.fold(one).split()), set(names.fold(other).split())
    return bool(mine & theirs) and (mine <= theirs or theirs <= mine)


def _venue(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,’'")


def names_host(entry: Prepared) -> str | None:
    """The host of the publisher's site, without www."""
    home = entry.entry.publisher.home or ""
    hit = re.match(r"https?://(?:www\.)?([^/:]+)", home)
    return hit[1].lower() if hit else None


def _shared(facts: list[AwardFact]) -> list[AwardFact]:
    """Laureates of one palmarès received it on one day, in one place, from one hand."""
    found = []
    for fact in facts:
        alike = [
            one
            for one in facts
            if one is not fact and one.award_id == fact.award_id and one.year == fact.year
        ]
        for field in ("date", "place", "organiser"):
            if getattr(fact, field) is None and fact.award_id:
                donor = next((one for one in alike if getattr(one, field)), None)
                if donor:
                    proof = tuple(item for item in donor.evidence if item.field == field)
                    fact = replace(
                        fact, evidence=(*fact.evidence, *proof), **{field: getattr(donor, field)}
                    )
        found.append(fact)
    return found


def _grouped(facts: list[AwardFact]) -> list[AwardFact]:
    """Laureates alike in everything else share one fact."""
    found: list[AwardFact] = []
    for fact in facts:
        for at, other in enumerate(found):
            if (
                fact.award_id == other.award_id
                and fact.award_id
                and fact.level == other.level
                and fact.category == other.category
                and fact.year == other.year
                and fact.date == other.date
                and (fact.level or fact.category)
            ):
                found[at] = replace(
                    other,
                    laureates=tuple(dict.fromkeys((*other.laureates, *fact.laureates))),
                    evidence=tuple(dict.fromkeys((*other.evidence, *fact.evidence))),
                )
                break
        else:
            found.append(fact)
    return found

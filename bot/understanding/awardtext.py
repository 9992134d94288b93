"""What an entry names that an award is made of: awards, levels, categories, names, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.understanding import categories, cues, dates, levels, lists, mentions
from bot.understanding.claims import Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Prepared, Sentence, fold
from bot.understanding.names import Names
from bot.understanding.places import Places

#: "le prix Roberval", "la fondation Turgot": after whom a prize or who gives it is called.
_NAMED_AFTER = re.compile(
    r"\b(?:[Pp]rix|[Tt]roph[ée]es?|[Mm][ée]daille|[Ff]ondation|[Bb]ourse) (?:de la fondation |de l[’']association )?[A-ZÀ-Ý][\w’'-]*(?:[ -][A-ZÀ-Ý][\w’'-]*)*"
    r"|\b(?:[A-Z][\w-]* ){1,4}(?:Awards?|Prize|Foundation)\b"
)
_YEARLY = re.compile(r"chaque annee|tous les ans|every year|each year")
_COLUMN = re.compile(r"\W*(?:niveau|note|copylefts?|arobases?|level|grade)s?\W*")
_PREDICATES = frozenset({"receive", "give", "honour", "goto", "laureate", "awardnoun"})


def of(entry: Prepared) -> AwardText:
    """What is found in an entry, looked for once."""
    kept = vars(entry)
    if "award_text" not in kept:
        kept["award_text"] = AwardText(entry)
    found: AwardText = kept["award_text"]
    return found


class AwardText:
    """One entry, with everything found in it once."""

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
        self.cues = [cue for cue in self.cues if cue.name != "own" or self._is_we(cue)]
        self._awards_by_sentence: dict[int, set[str]] = {}
        for one in self.mentions:
            at = entry.sentence_at(one.start).index
            self._awards_by_sentence.setdefault(at, set()).add(one.award)
        self.weak = {cue.first for cue in self.cues if cue.name == "weaknoun"}
        self.levels = levels.find(entry)
        self.context = self._context()
        self.categories = categories.find(entry, self.mentions, self.context)
        prized = [(one.start, one.end) for one in self.categories if one.mention]
        self.cues = [  # the mention "première candidature" hopes for nothing
            cue
            for cue in self.cues
            if cue.name != "hope" or not any(a <= cue.start < b for a, b in prized)
        ]
        self._by_sentence: dict[int, list[Cue]] = {}
        for cue in self.cues:
            self._by_sentence.setdefault(entry.sentence_at(cue.start).index, []).append(cue)
        self._name_everything()
        self._elided_levels()
        self.dates = dates.of(entry)
        self.near: dict[int, list[Sentence]] = {}  # by what is obtained, while it is looked at
        self.speaking = self._speaking()
        self.today = entry.entry.published.astimezone(self.knowledge.timezone).date()

    def _is_we(self, cue: Cue) -> bool:
        """As in "nous", "notre commune"; not the "nos" of "nos félicitations"."""
        if self.entry.words[cue.first] in ("nous", "we", "us"):
            return True
        if self.entry.entry.publisher.role == "municipal":
            return True
        return any(other.name == "town" and 0 < other.first - cue.first <= 3 for other in self.cues)

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
        if not self.named and any(cue.name == "awardnoun" for cue in self.cues):
            blocked += [hit.span() for hit in _NAMED_AFTER.finditer(self.entry.text)]
        self.names = Names(self.entry, blocked)

    def _elided_levels(self) -> None:
        """As in "Meylan conserve cinq arobases et Grenoble quatre": the unit is said once."""
        added: list[levels.Level] = []
        for level in self.levels:
            if level.unit not in ("@", "copyleft", "niveau"):
                continue
            sentence = self.entry.sentence_at(level.start)
            after = [name.end for name in self.names[sentence.index] if name.start > level.end]
            after += [
                cue.end
                for cue in self.cues_in(sentence)
                if cue.name == "receive" and level.end < cue.start < sentence.end
            ]
            added += [
                levels.Level(*number, unit=level.unit)
                for offset in after
                if (number := levels.bare_number(self.entry, offset))
            ]
        added += self._pointed_levels() + self._cells()
        if added:
            self.levels = sorted({*self.levels, *added}, key=_in_order)

    def _cells(self) -> list[levels.Level]:
        """As in a table whose column is called "Niveau" and whose cells are numbers."""
        headed = any(_COLUMN.fullmatch(one.folded) and self.is_line(one) for one in self.sentences)
        return [
            levels.Level(one.start, one.end, number=int(one.text), unit="niveau")
            for one in (self.sentences if headed else ())
            if one.text in ("1", "2", "3", "4", "5")
        ]

    def _pointed_levels(self) -> list[levels.Level]:
        """As in "Crolles décroche cinq arobases. Eybens en conserve quatre. Claix (trois) et Vif
        (une) complètent…": the unit was said by a sentence before."""
        units = [one for one in self.levels if one.unit in ("@", "copyleft")]
        if not units:
            return []
        first = units[0]
        words = self.entry.words
        found = [
            levels.Level(*number, unit=first.unit)
            for cue in self.cues
            if cue.name == "receive" and cue.start > first.end and words[cue.first - 1] == "en"
            if (number := levels.bare_number(self.entry, cue.end))
        ]
        bracketed = levels.bracketed(self.entry, first.end)
        if len(bracketed) > 1:
            found += [levels.Level(*number, unit=first.unit) for number in bracketed]
        return found

    def _speaking(self) -> set[int]:
        """Indexes of the sentences in which something may be obtained: there is a verb for it, or
        an award, a level, a category. All others are only read as lines of a list."""
        at = self.entry.sentence_at
        found = {
            index
            for index, here in self._by_sentence.items()
            if any(cue.name in _PREDICATES for cue in here)
        }
        found.update(self._awards_by_sentence)
        found.update(at(one.start).index for one in self.levels)
        found.update(at(one.start).index for one in self.categories)
        return found

    def is_business(self, sentence: Sentence) -> bool:
        """A contract or a price, where no known award is named: "prix", "attribué", "awarded"."""
        names = {cue.name for cue in self.cues_in(sentence)}
        if "procurement" in names:
            return True
        return "money" in names and not re.search(
            r"\bdot(?:e|ee|es|ation)\b|\bworth\b", sentence.folded
        )

    def cues_in(self, sentence: Sentence) -> Sequence[Cue]:
        """The cues of a sentence, in order."""
        return self._by_sentence.get(sentence.index, ())

    def awards_in(self, sentence: Sentence) -> set[str]:
        """The awards that a sentence speaks of, by name, organiser or gathering."""
        return self._awards_by_sentence.get(sentence.index, set())

    def anchors(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Spans of the sentence that name something one may obtain."""

        def inside(start: int) -> bool:
            return sentence.start <= start < sentence.end

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
            for one in self.cues_in(sentence)
            if one.name == "awardnoun"
            and inside(one.start)
            and (one.first not in self.weak or not self.context)
        ]
        return found

    def marks(self, start: int, end: int) -> list[lists.Mark]:
        """Levels and categories between two offsets, in order."""
        marks = [
            lists.Mark(one.start, one.end, level=at)
            for at, one in enumerate(self.levels)
            if start <= one.start < end and self.level_counts(one)
        ]
        marks += [
            lists.Mark(one.start, one.end, category=one.text)
            for one in self.categories
            if start <= one.start < end
        ]
        # the same words may be a level and a category: then the level comes first
        return sorted(marks, key=lambda one: (one.start, one.end, one.level is None))

    def level_counts(self, level: levels.Level) -> bool:
        """Whether an award that the entry may speak of has such a level."""
        return any(levels.fits(level, self.knowledge.awards[id]) for id in self.context)

    def is_line(self, sentence: Sentence) -> bool:
        """The sentence begins a line."""
        return sentence.start == 0 or self.entry.text[sentence.start - 1] == "\n"

    def only_marks(self, sentence: Sentence) -> bool:
        """A line that says a level or a category and nothing else: a header, or a cell."""
        marks = self.marks(sentence.start, sentence.end)
        if not marks:
            return False
        rest = list(sentence.text)
        for mark in marks:
            rest[mark.start - sentence.start : mark.end - sentence.start] = [" "] * (
                mark.end - mark.start
            )
        left = re.sub(
            r"(?i)\b(?:labels?|niveaux?|prix|catégories?|médailles?|mentions?|de la|du|de|level|award|prize|d’|d')\b|[^\w]",
            "",
            "".join(rest),
        )
        return not left

    def doubtful(self, sentence: Sentence, *, yearly: bool = True) -> bool:
        """Whether a sentence hopes, denies, loses or remembers; "remis chaque année" hopes too,
        unless it does not matter (``yearly``)."""
        return any(
            cue.name in ("hope", "lose", "not", "past")
            and sentence.start <= cue.start < sentence.end
            and (yearly or not _YEARLY.fullmatch(self.entry.folded, cue.start, cue.end))
            for cue in self.cues_in(sentence)
        )

    def doubt_begins(self, sentence: Sentence) -> int:
        """Where a hope, a loss or a negation begins in a headline: what stands before its clause
        may still be news."""
        for cue in self.cues_in(sentence):
            if (
                cue.name in ("hope", "lose", "not", "past")
                and sentence.start <= cue.start < sentence.end
            ):
                comma = self.entry.folded.rfind(",", sentence.start, cue.start)
                return comma if comma > 0 else sentence.start
        return sentence.end

    def doubtful_before(self, sentence: Sentence, offset: int) -> bool:
        """A hope or a denial in the same clause, before ``offset``."""
        start = max(sentence.start, self.entry.folded.rfind(",", sentence.start, offset))
        return any(
            cue.name in ("hope", "lose", "not", "past") and start <= cue.start < offset
            for cue in self.cues_in(sentence)
        )

    def inhabitants(self, sentence: Sentence, start: int, end: int) -> Laureate | None:
        """As in "le libre échirollois": an adjective stands for its town."""
        for hit in self.places.of(self.entry):
            if (
                hit.how == "adjective"
                and self.entry.text[hit.start].islower()  # "une Grenobloise" is a person
                and max(start, sentence.start) <= hit.start < end
                and hit.town
            ):
                return Laureate(hit.town, "name", hit.start, hit.end)
        return None

    def is_edition(self, offset: int) -> bool:
        """Whether a year is part of an award's name: "NEC d’or 2025"."""
        return any(one.start <= offset < one.year_end for one in self.named)

    def age(self, iso: str | None) -> int:
        """Days from a day, a month's end or a year's end to publication."""
        if not iso:
            return 0
        parts = [int(part) for part in iso.split("-")]
        if len(parts) == 1:
            return (self.today - date(parts[0], 12, 31)).days
        return (self.today - date(parts[0], parts[1], parts[2] if len(parts) > 2 else 28)).days

    def number(self, word: str) -> int | None:
        """What a folded number word says: "troisieme" is 3."""
        for language in self.knowledge.languages.values():
            for known, value in language.table("cues").get("numbers", {}).items():
                if fold(known) == word:
                    return int(value)
        return None


def names_host(entry: Prepared) -> str | None:
    """The host of the publisher's site, without www."""
    home = entry.entry.publisher.home or ""
    hit = re.match(r"https?://(?:www\.)?([^/:]+)", home)
    return hit[1].lower() if hit else None


def _in_order(one: levels.Level) -> tuple[int, int, int, str]:
    """By where it stands: a level without a number has no order of its own."""
    return one.start, one.end, one.number or 0, one.name

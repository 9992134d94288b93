"""Claims joined: which award of whom, told by one or more sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.understanding import levels, mentions
from bot.understanding.awardtext import AwardText
from bot.understanding.claims import Claim, Laureate
from bot.understanding.language import Sentence, fold
from bot.understanding.nobody import is_nobody
from bot.understanding.whom import who

#: Sentences between an award's name and a claim that does not repeat it.
_REACH = 3
#: "une mention spéciale pour la sensibilisation", "deux mentions, X et Y", "celle de la sobriété".
_MENTION = re.compile(
    r"\b(?P<noun>mentions?)(?: speciales?| d'honneur)?(?: du jury)?\s?(?:pour |for |de |d'|du |:|,|\")\s?(?:la |le |l'|les |its |son |sa )?"
    r"(?P<what>(?<=\")[^\"\n]{4,90}?(?=\s?\")|(?<=\" )[^\"\n]{4,90}?(?=\s?\")|[a-z][a-z' -]{3,60}?(?=[.,;:!?()\"\n]|$|\s(?:a|pour|qui|lors|en|grace)\b))"
    r"(?:\"\s?(?:et|,|and)\s?\"\s?(?P<second>[a-z][a-z' -]{3,60}?)\s?\")?"
)
_MENTIONS = frozenset({"mention", "mentions"})


#: "Trois questions à…", "entretien avec…".
_INTERVIEW = re.compile(
    r"\bquestions? (?:a|to|for)\b|\bentretien\b|\binterview\b|\brencontre avec\b"
)
#: "le niveau Argent ainsi que la mention sobriété": no word between.
_BARE_MENTION = re.compile(
    r"\b(?:et|ainsi que|plus|avec|and|with|\+)\s(?:la |une |the |a )?mention (?:speciale )?$"
)


_HIM = re.compile(
    r".{0,12}?\b(?:lui|leur|elles?|ils?|it|them|they)\b|(?:lui|leur|remi|decern|attribu)"
)
#: "six collectivités distinguées": how many, and not who.
_COUNTED = re.compile(
    r"\b(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|plusieurs|des|les|two|three|four|five|six|seven|eight|nine|ten|several)"
    r" (?:[a-z]+ )?(?:collectivites|communes|villes|territoires|projets|logiciels|outils|equipes|laureats|towns|cities|councils|projects|teams)(?: [a-z]+)? (?:ont ete |sont |were |are )?$"
)


@dataclass(slots=True)
class Obtained:
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


class Gathering:
    """Joins the claims of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text

    def award_of(self, claim: Claim) -> str | None:
        """The award a claim speaks of: in its sentence, else the entry's only one, else the last
        one named before it."""
        sentence = claim.sentence
        here = [one for one in self.text.named if sentence.start <= one.start < sentence.end]
        if here:
            after = [one for one in here if one.start >= claim.start]
            ids = {one.award for one in here}
            return next(iter(ids)) if len(ids) == 1 else (after or here)[0].award
        if not self._linked(claim):
            return None
        if len(self.text.context) == 1:
            return next(iter(self.text.context))
        stepped = [
            one
            for one in self.text.levels
            if sentence.start <= one.start < sentence.end and one.unit in ("@", "copyleft")
        ]
        for level in stepped:
            for id, award in self.text.knowledge.awards.items():
                if levels.fits(level, award) and (id in self.text.context or not self.text.context):
                    return id
        if self.text.named:
            earlier = [one for one in self.text.named if one.start < sentence.start]
            return (earlier[-1] if earlier else self.text.named[0]).award
        return None

    def _linked(self, claim: Claim) -> bool:
        """Whether a sentence that does not name the award may still speak of it: it is near one
        that does, or holds a level or category of it, or the whole entry is about it."""
        sentence = claim.sentence
        if (  # pointed at only by who gives it: the claim itself must speak of a prize
            not self.text.named
            and claim.form not in ("honour", "list")
            and not self.text.anchors(sentence)
            and not self.text.marks(sentence.start, sentence.end)
        ):
            return False
        if claim.form == "list" or sentence.where == "title":
            return True
        if self.text.marks(sentence.start, sentence.end):
            return True
        pointers = self.text.named or self.text.mentions
        near = min(
            (
                abs(self.text.entry.sentence_at(one.start).index - sentence.index)
                for one in pointers
            ),
            default=0,
        )
        return near <= _REACH

    def obtained(self, claims: list[Claim]) -> list[Obtained]:
        """What is said to be obtained, one for each laureate and category; what another
        sentence denies is left out."""
        denied = {
            (claim.award, who(self.text, one, claim.award)[0])
            for claim in claims
            if claim.refused
            for one in claim.laureates
        }
        found: dict[tuple[str | None, str, str | None], Obtained] = {}
        named: dict[str | None, set[str]] = {}
        for claim in claims:
            if claim.sure:
                names_ = named.setdefault(claim.award, set())
                names_.update(one.text for one in claim.laureates if one.basis == "name")
        for claim in claims:
            if not claim.sure or (claim.award is None and not self._is_plain_award(claim)):
                continue
            for one in claim.laureates or self._implied(claim, claims):
                name, basis = who(self.text, one, claim.award)
                known = named[claim.award]
                if (
                    one.basis == "focus"
                    and len(known) == 1
                    and (not self._is_place(name) or self._goes_on(claim, one, claims))
                ):
                    (name,) = known  # "l’éditeur de Linphone" is the one that is named
                elif one.basis == "focus" and one.text and known and not self._is_place(name):
                    continue  # "la mainteneuse de Tidewater", beside her name
                if one.basis == "source" and len(known) == 1 and self._is_quoted():
                    ((name,), basis) = (known, "text")  # "nous", said by whom one talks with
                name = name or one.text
                if (claim.award, name) in denied or is_nobody(
                    name, self.text.knowledge.awards.get(claim.award or "")
                ):
                    continue
                spot = self.text.places.named(name)
                key = (  # "la Métro" is Grenoble-Alpes Métropole
                    claim.award,
                    mentions.squeezed(fold(spot.name if spot else name)),
                    one.category if len(claim.laureates) > 1 else None,
                )
                same = found.get(key) or self._same(found, claim.award, name, one)
                if same is None:
                    same = found[key] = Obtained(claim.award, one, name, basis, [])
                same.claims.append(claim)
                if one.level is not None:
                    same.level = same.level or self.text.levels[one.level]
                if one.category and not same.category:
                    same.category, same.category_span = one.category, one.category_span
                    same.mention = self._is_mention(claim.award, one)
        for obtained in found.values():
            if obtained.level is None and not obtained.mention:
                obtained.level = self._own_level(obtained)
        return list(found.values())

    def _goes_on(self, claim: Claim, one: Laureate, claims: list[Claim]) -> bool:
        """Whether "lui", "elle" goes on about whom the claim of the sentence before names."""
        return bool(_HIM.match(self.text.entry.folded, one.start, one.end)) and any(
            before.sure
            and before.award == claim.award
            and before.sentence.index == claim.sentence.index - 1
            and any(each.basis == "name" for each in before.laureates)
            for before in claims
        )

    def _is_place(self, name: str) -> bool:
        return self.text.places.named(name) is not None

    def _is_quoted(self) -> bool:
        """Whether the entry asks somebody questions: "we" is then who answers."""
        title = self.text.sentences[0].folded if self.text.sentences else ""
        asked = sum(one.text.rstrip().endswith("?") for one in self.text.sentences)
        return bool(_INTERVIEW.search(title)) or asked > 1

    def _is_mention(self, award: str | None, one: Laureate) -> bool:
        known = self.text.knowledge.awards.get(award or "")
        return bool(known and known.label) and any(
            each.mention and one.category_span and each.start == one.category_span[0]
            for each in self.text.categories
        )

    def _own_level(self, one: Obtained) -> levels.Level | None:
        """The level that a claim's own sentence says."""
        award = self.text.knowledge.awards.get(one.award or "")
        if award is None:
            return None
        for claim in one.claims:
            here = [
                level
                for level in self.text.levels
                if claim.sentence.start <= level.start < claim.sentence.end
                and levels.fits(level, award)
            ]
            lost = [cue.end for cue in self.text.cues_in(claim.sentence) if cue.name == "lose"]
            here = [
                level
                for level in here
                if not any(0 <= level.start - at < 6 for at in lost)
                and not levels.is_former(self.text.entry.folded, level.start)
            ]
            if here:
                return here[-1] if levels.is_step(claim.sentence.folded) else here[0]
        return None

    def _is_plain_award(self, claim: Claim) -> bool:
        """Whether an award without a file is meant at all: its noun follows the verb that
        receives it, or the verb itself is one of awards, at the head of the entry."""
        sentence = claim.sentence
        nouns = [
            cue
            for cue in self.text.cues_in(sentence)
            if cue.name == "awardnoun" and sentence.start <= cue.start < sentence.end
        ]
        if self.text.is_business(sentence):
            return False
        if claim.form == "receive":
            again = re.match(r"recondui|renouvel", self.text.entry.folded[claim.start : claim.end])
            return any(0 < cue.start - claim.end < 90 or again for cue in nouns)
        if claim.form in ("give", "goto", "nominal", "list"):
            return bool(nouns)
        return bool(nouns) or sentence.index <= 1

    def with_mentions(self, claims: list[Claim], obtained: list[Obtained]) -> list[Obtained]:
        """What is obtained and its special mentions; who obtained only a mention has no more."""
        found = self._mentioned(claims, obtained)
        return [
            one
            for one in obtained
            if one.level
            or one.category
            or not any(
                each.name == one.name and self._only_mention(one.claims, each) for each in found
            )
        ] + found

    def _only_mention(self, claims: list[Claim], mention: Obtained) -> bool:
        """Whether the mention is what the verb of every claim that tells of it obtains."""
        at = mention.category_span[0] if mention.category_span else 0
        return any(
            0 < at - claim.end < 60
            and re.match(r"[^,.;]{0,22}\bmention", self.text.entry.folded[claim.end :])
            for claim in claims
        )

    def _mentioned(self, claims: list[Claim], obtained: list[Obtained]) -> list[Obtained]:
        """Special mentions: awards of their own, without a level."""
        found: list[Obtained] = []
        for start, end in self._named_mentions():
            sentence = self.text.entry.sentence_at(start)
            here = [claim for claim in claims if claim.sentence is sentence]
            one = self._of_mention(here, obtained, start)
            if one and one.level and not self._doubtful(sentence, start, here):
                words = self.text.entry.slice(start, end)
                found.append(
                    replace(
                        one, level=None, category=words, category_span=(start, end), mention=True
                    )
                )
        spoken = self.text.entry.says(_MENTIONS)
        for hit in _MENTION.finditer(self.text.entry.folded) if spoken else ():
            sentence = self.text.entry.sentence_at(hit.start())
            here = [claim for claim in claims if claim.sentence is sentence]
            if self._doubtful(sentence, hit.start(), here):
                continue
            for start, end in _mention_spans(self.text.entry.folded, hit):
                one = self._of_mention(here, obtained, start)
                words = self.text.entry.slice(start, end)
                known = self.text.knowledge.awards.get(one.award or "") if one else None
                if self.text.entry.folded[end : end + 2].strip() == '"' and not (
                    known and known.label
                ):
                    continue  # a prize's mention in quotes is its category
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

    def _named_mentions(self) -> list[tuple[int, int]]:
        """Mentions that a label's file knows, said by their own name: "l’arobase verte"."""
        labelled = any(self.text.knowledge.awards[id].label for id in self.text.context)
        found = []
        for one in self.text.categories:
            before = self.text.entry.folded[max(0, one.start - 40) : one.start]
            said = _BARE_MENTION.search(before) or not re.search(r"mentions?[^.;]{0,30}$", before)
            if one.mention and labelled and said:
                found.append((one.start, one.end))
        return found

    def _doubtful(self, sentence: Sentence, offset: int, here: list[Claim]) -> bool:
        return self.text.doubtful_before(sentence, offset) or any(one.refused for one in here)

    def _of_mention(
        self, here: list[Claim], obtained: list[Obtained], offset: int
    ) -> Obtained | None:
        """Whose mention it is: of the laureate named last before it, else of the only one."""
        near = [one for one in obtained if any(claim in here for claim in one.claims)]
        before = [one for one in near if one.laureate.start < offset]
        if before:
            return max(before, key=lambda one: one.laureate.start)
        if near:
            return near[0]
        people = {one.name for one in obtained}
        return obtained[0] if len(people) == 1 else None

    def _same(
        self,
        found: dict[tuple[str | None, str, str | None], Obtained],
        award: str | None,
        name: str,
        one: Laureate,
    ) -> Obtained | None:
        """The same laureate under a longer or shorter name."""
        words = set(re.findall(r"\w{3,}", fold(name)))
        for other in found.values():
            theirs = set(re.findall(r"\w{3,}", fold(other.name)))
            if other.award == award and words and theirs and (words <= theirs or theirs <= words):
                if one.category and other.category and one.category != other.category:
                    continue
                if one.category and not other.category and self._is_mention(award, one):
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
        if _COUNTED.search(self.text.entry.folded, sentence.start, claim.start):
            return []
        named = any(
            one.award == claim.award and sentence.start <= one.start < sentence.end
            for one in self.text.named
        )
        if claim.award is None:
            said = self.text.entry.text[claim.start : claim.end]
            own = (
                self.text.entry.entry.publisher.role == "municipal"
                and (claim.form == "honour" or said.endswith(("é", "ée", "és", "ées", "ed")))
                and claim.form in ("give", "honour")
            )
            return (
                [Laureate("", "focus", claim.start, claim.end)]
                if own and not self.text.context
                else []
            )
        if not (named or sentence.where == "title"):
            return []
        return [Laureate("", "focus", claim.start, claim.end)]


def _mention_spans(folded: str, hit: re.Match[str]) -> list[tuple[int, int]]:
    start, end = hit.span("what")
    if hit["second"]:
        return [(start, end), hit.span("second")]
    if not hit["noun"].endswith("s"):
        return [(start, end)]
    cut = re.search(r" (?:et|and) ", folded[start:end])
    if cut is None:
        return [(start, end)]
    return [(start, start + cut.start()), (start + cut.end(), end)]


def _alike(one: str, other: str) -> bool:
    mine, theirs = (
        {word.rstrip("s") for word in re.findall(r"\w+", fold(said))} for said in (one, other)
    )
    return bool(mine & theirs) and (mine <= theirs or theirs <= mine)

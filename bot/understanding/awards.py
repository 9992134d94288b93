"""Awards and labels obtained: who, which, at what level, when, where, from whom.

Steps: find what is named (:mod:`awardtext`); read each sentence's claims (:mod:`roles`,
:mod:`palmares`, :mod:`headlines`); give each claim its award and join what belongs together
(:mod:`obtained`); fill in what the rest of the entry says (:mod:`awardfields`), each with its
evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from bot.config.knowledge import Award
from bot.understanding import awardtext, cues, dates, levels, mentions
from bot.understanding.awardfields import Fields, grouped, shared
from bot.understanding.claims import Claim
from bot.understanding.fact import Kind, Reason
from bot.understanding.headlines import Headlines
from bot.understanding.language import Prepared
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.memories import is_old
from bot.understanding.obtained import Gathering, Obtained
from bot.understanding.palmares import Palmares
from bot.understanding.roles import Reader

#: Cues without one of which nothing is read any further, unless an award is named.
_GATE = frozenset({"awardnoun", "honour", "laureate"})
#: Sentences at the head of an entry that say what it is about.
_OPENING_SENTENCES = 3
#: An entry of so many sentences tells of many things.
_LETTER = 12
#: Verbs that speak of a prize by themselves.
_PRIZED = re.compile(
    r"prim|recompens|laureat|distingu|sacre|couronn|labellis|medaill|palmares|winner|award|crown"
)
_APPLYING = re.compile(r"candidat|dossier|appl|nominat|inscription|postul|finalist|en lice")
_CALLED_TO = re.compile(r"\b(?:proposez|signalez|deposez|soumettez|candidatez|submit|nominate)\b")
#: Between two awards that are obtained together.
_AND = re.compile(
    r"[^.;:,]{0,40},?\s(?:et|ainsi que|and|as well as|puis)\s(?:le |la |l'|the |un |une |a |du |prix |label )*"
)
_HIRING = re.compile(
    r"\b(?:recrutons|recrute|recrutement|offre d'emploi|offres d'emploi|poste a pourvoir|on embauche|nous embauchons|we are hiring|we're hiring|is hiring|job offer|vacancy)\b"
)
#: "Les candidatures sont ouvertes", "Voting is open", "Call for submissions".
_CALL = re.compile(
    r"\bcandidatures?\b.{0,80}\bouvertes?\b|\bappel (?:a|aux) candidatures?\b|\bcandidatez\b|\bvotez\b"
    r"|\bcalls? for (?:submissions|applications|nominations|entries|candidates)\b"
    r"|\b(?:submissions|applications|nominations|voting|votes?)\b.{0,80}\b(?:open|opens)\b"
)
#: Laureates that are only counted.
_COUNTED = re.compile(
    r"\b(?:\d{1,3}|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante"
    r"|(?:dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine) (?:de|d')|two|three|four|five|six|seven|eight|nine|ten|dozens? of) ?"
    r"(?:[a-z]+ )?(?:collectivites|communes|villes|villages|territoires|candidats|laureats|organisations|projets|administrations|structures|public bodies|authorities|towns|projects|winners|laureates)\b"
)
_MUSIC = re.compile(
    r"\b(?:vinyles?|platines?|discographi\w+|albums?|dj|concerts?|rappeu\w+|musiciens?)\b"
)
#: "Trophées de la rando : …", "le prix X à Y", "niveau 3 pour le label".
_NOMINAL = re.compile(
    r"^(?:les? |the )?(?:prix|trophees?|palmares|medailles?|awards?)\b.*:|\b(?:prix|trophee|label|award|prize)\b.*\b(?:(?:a|pour) (?:un|une|la|le|les|des|deux|trois)|aux?|to|for) "
    r"|\bniveau \d.*\blabel\b"
)


class Awards(Matcher):
    """Finds awards and labels obtained."""

    kind: ClassVar[str] = "awards"

    def match(self, entry: Prepared) -> Finding:
        """Facts with evidence; weight 1.0 where the title says it."""
        if not (
            mentions.find(entry)
            or "@@" in entry.folded
            or any(cue.name in _GATE for cue in cues.of(entry))
        ):
            return Finding()
        return Reading(entry).finding()


class Reading:
    """Reads one entry."""

    def __init__(self, entry: Prepared) -> None:
        self.text = text = awardtext.of(entry)
        self.reader = Reader(entry, text.cues_in, text.names, text.givers)
        self.palmares = Palmares(text)
        self.headlines = Headlines(text, self.reader)
        self.gathering = Gathering(text)
        self.fields = Fields(text)

    def _claims(self) -> list[Claim]:
        found: list[Claim] = []
        hiring = self._is_hiring() or self._is_call()
        for sentence in self.text.sentences:
            if sentence.index not in self.text.speaking and not (
                self.text.context and self.text.is_line(sentence)
            ):
                continue
            anchors = self.text.anchors(sentence)
            claims = [
                one
                for one in self.reader.claims(sentence, anchors)
                if anchors or one.form in ("honour", "laureate")
            ]
            self.palmares.pair_in(sentence, claims)
            handed = self.palmares.handed(sentence)
            if handed and max(len(one.laureates) for one in [*claims, *handed]) > max(
                (len(one.laureates) for one in claims), default=0
            ):
                claims = handed
            if all(one.sure and not one.laureates for one in claims):
                claims += self.palmares.listed(sentence)
                claims += self.headlines.nominal(sentence, anchors)
            for claim in claims:
                if claim.sure and (
                    hiring or is_old(self.text, claim) or self._is_impossible(claim)
                ):
                    claim.sure = False
            found += claims
        return found

    def _is_hiring(self) -> bool:
        """Whether the title offers a job: the prizes of who offers it are no news."""
        title = self.text.sentences[0] if self.text.sentences else None
        return bool(
            title
            and title.where == "title"
            and _HIRING.search(title.folded)
            and not any(one.start < title.end for one in self.text.named)
        )

    def _is_call(self) -> bool:
        """Whether the title calls for candidates or votes: prizes are told, none is obtained."""
        title = self.text.sentences[0] if self.text.sentences else None
        return bool(title and title.where == "title" and _CALL.search(title.folded))

    def _is_impossible(self, claim: Claim) -> bool:
        """Whether the sentence gives a level that the award never had: a joke, or another award."""
        award = self.text.knowledge.awards.get(self.gathering.award_of(claim) or "")
        return award is not None and any(
            levels.is_impossible(level, award)
            for level in self.text.levels
            if claim.sentence.start <= level.start < claim.sentence.end
        )

    def finding(self) -> Finding:
        """All facts, why, and how much the entry is about them."""
        claims = self._claims()
        for claim in claims:
            claim.award = self.gathering.award_of(claim)
        claims += [replace(one, award=other) for one in claims if (other := self._and(one))]
        obtained = self.gathering.obtained(claims)
        obtained = self.gathering.with_mentions(claims, obtained)
        obtained = [one for one in obtained if not self._is_area(one, obtained)]
        if any(one.award for one in obtained):  # beside a known award, a vague one says nothing
            obtained = [one for one in obtained if one.award]
        facts = grouped(shared([self.fields.fact(one, obtained) for one in obtained]))
        reasons = tuple(self._reasons(claims, obtained))
        if not facts and (award := self._counted(claims)):
            kind_: Kind = "label" if award.label else "award"
            return Finding((), reasons, 0.9, kind_, relevant=award.scope == "everywhere")
        if not facts and (kind := self._handed_out(claims)):
            reasons = (*reasons, Reason("award.handed-out"))
            return Finding((), reasons, 0.8, kind, relevant=False)
        if not self._is_its_news(obtained):
            return Finding(tuple(facts), reasons, 0.3, "other", relevant=False)
        weight = max((self._weight(claim) for one in obtained for claim in one.claims), default=0.0)
        return Finding(tuple(facts), reasons, weight)

    def _counted(self, claims: list[Claim]) -> Award | None:
        """A palmarès that only counts its laureates: "l’Adullact a distingué 36 collectivités"."""
        for claim in claims:
            sentence = claim.sentence
            titled = self.text.awards_in(self.text.sentences[0])
            only = next(iter(titled)) if len(titled) == 1 else None
            id = claim.award or only
            award = self.text.knowledge.awards.get(id or "")
            far = _LETTER if id in titled else _OPENING_SENTENCES
            if not claim.sure or sentence.index > far:
                continue
            about = award and id in {*titled, *self.text.awards_in(sentence)}
            if about and _COUNTED.search(sentence.folded):
                return award
        return None

    def _is_area(self, one: Obtained, obtained: list[Obtained]) -> bool:
        """As in "NEC d’or : l’Isère à l’honneur", above the towns that were: only where they are."""
        spot = self.text.places.named(one.name)
        return (
            spot is not None
            and spot.kind in ("department", "region")
            and spot.name == one.name
            and all(claim.sentence.where == "title" for claim in one.claims)
            and any(
                other.award == one.award
                and other.name != one.name
                and any(claim.sentence.where != "title" for claim in other.claims)
                for other in obtained
            )
        )

    def _is_its_news(self, obtained: list[Obtained]) -> bool:
        """A prize that no file knows, told deep in a long letter of many things, is not."""
        first = min((claim.sentence.index for one in obtained for claim in one.claims), default=0)
        unknown = bool(obtained) and not any(one.award for one in obtained)
        return not (
            unknown
            and first > _OPENING_SENTENCES
            and len(self.text.sentences) > _LETTER
            and not self.text.context
        )

    def _and(self, claim: Claim) -> str | None:
        """The second award of "a reçu le label X et le prix Y"."""
        if not (claim.sure and claim.laureates and claim.form in ("receive", "give")):
            return None
        here = [one for one in self.text.named if claim.end <= one.start < claim.sentence.end]
        if len(here) != 2 or here[0].award == here[1].award or here[0].award != claim.award:
            return None
        between = self.text.entry.folded[max(here[0].end, here[0].year_end) : here[1].start]
        return here[1].award if _AND.fullmatch(between) else None

    def _handed_out(self, claims: list[Claim]) -> Kind | None:
        """Prizes of another world, given or received: no fact, but that is what the news is."""
        opening = [
            sentence
            for sentence in self.text.sentences
            if sentence.where == "title" or sentence.index < _OPENING_SENTENCES
        ]
        if self.text.named and any(
            cue.name == "hope" and _APPLYING.match(self.text.entry.folded, cue.start)
            for sentence in opening
            for cue in self.text.cues_in(sentence)
        ):
            return None  # of a known award: how to apply for it
        if self.text.named and any(_CALLED_TO.search(one.folded) for one in opening):
            return None
        if self._is_to_come():
            return None
        for sentence in opening:
            anchors = [
                cue
                for cue in self.text.cues_in(sentence)
                if cue.name == "awardnoun"
                and sentence.start <= cue.start < sentence.end
                and cue.first not in self.text.weak
            ]
            sure = any(claim.sentence is sentence and claim.sure for claim in claims)
            doubt = self.text.doubtful(sentence) or self.text.is_business(sentence)
            nominal = sentence.where == "title" and _NOMINAL.search(sentence.folded)
            strong = any(
                claim.sentence is sentence
                and claim.sure
                and claim.form in ("honour", "laureate")
                and _PRIZED.match(self.text.entry.folded, claim.start)
                for claim in claims
            )
            if not doubt and ((anchors and (sure or nominal)) or strong):
                label = not _MUSIC.search(self.text.entry.folded) and any(
                    re.match(r"label", self.text.entry.words[cue.first])
                    for cue in self.text.cues_in(sentence)
                    if sentence.start <= cue.start < sentence.end
                )
                return "label" if label else "award"
        return None

    def _is_to_come(self) -> bool:
        """Whether the title gives a day that is still to come: the prizes will be handed out."""
        title = self.text.sentences[0]
        return title.where == "title" and any(
            one.kind == "day" and (one.iso or "") > self.text.today.isoformat() and not one.role
            for one in dates.between(tuple(self.text.dates), title.start, title.end)
        )

    def _weight(self, claim: Claim) -> float:
        if claim.sentence.where == "title":
            return 1.0
        if any(
            one.award == claim.award and self.text.entry.where(one.start) == "title"
            for one in self.text.named
        ):
            return 1.0
        first = next((s for s in self.text.sentences if s.where != "title"), None)
        return 0.9 if claim.sentence is first or not self.text.entry.entry.title else 0.7

    def _reasons(self, claims: list[Claim], obtained: Iterable[Obtained]) -> Iterable[Reason]:
        seen: set[str] = set()
        for one in obtained:
            award = self.text.knowledge.awards.get(one.award) if one.award else None
            words = one.claims[0].sentence.text.strip()
            yield Reason(
                "award.obtained" if award else "award.unknown",
                {
                    "laureate": one.name,
                    "award": (award.name.fr or "") if award else self.fields.general_name(one),
                    "words": words,
                },
            )
        if any(claim.sure and claim.laureates for claim in claims):
            return
        for claim in claims:
            key = "award.refused" if claim.refused else "award.hoped" if not claim.sure else ""
            if key and key not in seen:
                seen.add(key)
                yield Reason(key, {"words": claim.sentence.text.strip()})
        for sentence in self.text.sentences if not seen else ():
            named = any(sentence.start <= one.start < sentence.end for one in self.text.named)
            if named and self.text.doubtful(sentence):
                yield Reason("award.hoped", {"words": sentence.text.strip()})
                return

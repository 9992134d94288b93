"""The second reader of awards: who received one, where the rules found nobody or nonsense.

It weighs every candidate (``laureates.py``) by what labelled news taught (``ranked.py``). Where the
rules and the vote say that an entry tells of an award, and no rule found whose it is, the likeliest
candidate makes a fact; its other fields are read by the rules as ever. Where the rules found
somebody unlikely and somebody else is far likelier, the likelier one takes their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.understanding import awardtext, laureates, ranked
from bot.understanding.awardfields import Fields
from bot.understanding.claims import Claim, Laureate
from bot.understanding.fact import AnyFact, AwardFact, Evidence, Kind, Reason
from bot.understanding.language import Prepared, Sentence
from bot.understanding.laureates import Candidate
from bot.understanding.obtained import Obtained
from bot.understanding.places import Places
from bot.understanding.ranked import Ranker

FIELD = "laureate"
#: So sure must the reader be to make a fact of its own, and by so much likelier must its candidate
#: be than the rules' to take their place (natural log of the odds).
_SURE, _LIKELIER = -1.0, 3.0
#: So unlikely is a name that is left out beside a likely one.
_UNLIKELY = -2.0
#: Odds of a name that is no candidate at all: the rules read it out of words that are none.
_NOBODY = -2.5
#: A fact that it made is not told as certain.
_CONFIDENCE = 0.55
_TELLING = frozenset({"receive", "honour", "goto", "give", "laureate"})

Odds = dict[str, tuple[Candidate, float]]  # by the candidate's key


def read(entry: Prepared, facts: list[AnyFact], told: Kind) -> tuple[list[AnyFact], list[Reason]]:
    """The facts, mended or made. ``told`` is what the entry tells of."""
    awards = [fact for fact in facts if isinstance(fact, AwardFact)]
    expected = told in ("award", "label")
    if not (awards or expected):
        return facts, []
    ranker = entry.knowledge.made(ranked.build).get(FIELD)
    if ranker is None:
        return facts, []
    if len(awards) == 1 and _is_known(entry, awards[0]):
        return facts, []
    found, reasons = Second(entry, ranker).read(awards)
    if found == awards:
        return facts, []
    others = [fact for fact in facts if not isinstance(fact, AwardFact)]
    first = expected or isinstance(facts[0], AwardFact)
    return [*found, *others] if first else [*others, *found], reasons


def _is_known(entry: Prepared, fact: AwardFact) -> bool:
    """Whether the only laureate is a town or a body that the gazetteer knows: nobody is likelier."""
    places = entry.knowledge.made(Places.build)
    return len(fact.laureates) == 1 and places.named(fact.laureates[0]) is not None


class Second:
    """Reads one entry."""

    def __init__(self, entry: Prepared, ranker: Ranker) -> None:
        self.text = awardtext.of(entry)
        self.ranker = ranker

    def read(self, facts: Sequence[AwardFact]) -> tuple[list[AwardFact], list[Reason]]:
        """The facts of the entry's awards, mended; where there is none, made."""
        if not facts:
            return self._made()
        kept: list[AwardFact] = []
        reasons: list[Reason] = []
        for id in dict.fromkeys(fact.award_id for fact in facts):
            mine = [fact for fact in facts if fact.award_id == id]
            if id is None:
                kept += mine
                continue
            mended, why = self._mended(id, mine)
            kept += mended
            reasons += why
        return kept, reasons

    def _odds(self, award: str) -> Odds:
        return {
            laureates.key(one.name): (one, self.ranker.odds(one.traits))
            for one in laureates.candidates(self.text, award)
        }

    def _mended(self, award: str, facts: list[AwardFact]) -> tuple[list[AwardFact], list[Reason]]:
        odds = self._odds(award)
        if not odds:
            return facts, []
        said = [
            max((self._of(odds, name) for name in fact.laureates), default=0.0) for fact in facts
        ]
        best = max(said)
        likely = [
            fact
            for fact, one in zip(facts, said, strict=True)
            if one > _UNLIKELY or best <= _UNLIKELY or self._is_graded(fact)
        ]
        if len(facts) == 1 and len(facts[0].laureates) == 1:
            named = {laureates.key(name) for name in facts[0].laureates}
            top, top_odds = max(odds.values(), key=lambda one: one[1])
            if top_odds > best + _LIKELIER and laureates.key(top.name) not in named:
                before = ", ".join(facts[0].laureates)
                why = Reason("learned.instead", {"before": before, **self._said(top, top_odds)})
                return [self._instead(facts[0], top)], [why]
        return likely, [
            Reason("learned.nobody", {"before": ", ".join(fact.laureates)})
            for fact in facts
            if fact not in likely
        ]

    def _is_graded(self, fact: AwardFact) -> bool:
        """Whether it has a level, or a category that the award is known to have: a line of a list."""
        return fact.level is not None or any(
            one.known and one.text == fact.category for one in self.text.categories
        )

    def _of(self, odds: Odds, name: str) -> float:
        kept = laureates.key(name)
        if kept in odds:
            return odds[kept][1]
        near = [value for other, (_, value) in odds.items() if other in kept or kept in other]
        return max(near, default=_NOBODY)

    def _instead(self, fact: AwardFact, one: Candidate) -> AwardFact:
        words = self.text.entry.slice(one.start, one.end)
        proof = Evidence("laureates", words, self.text.entry.where(one.start))
        others = tuple(item for item in fact.evidence if item.field != "laureates")
        return replace(
            fact,
            laureates=(one.name,),
            laureate_basis=one.basis,
            evidence=(proof, *others),
            confidence=min(fact.confidence, _CONFIDENCE),
        )

    def _made(self) -> tuple[list[AwardFact], list[Reason]]:
        award = self._award()
        odds = self._odds(award) if award else {}
        if not award or not odds:
            return [], []
        one, sure = max(odds.values(), key=lambda each: each[1])
        if sure < _SURE:
            return [], []
        laureate = Laureate(
            one.name, "source" if one.basis == "source" else "name", one.start, one.end
        )
        claims = [
            Claim(sentence, True, [laureate], sentence.start, sentence.end, "learned", award=award)
            for sentence in self._telling(award, one)
        ]
        got = Obtained(award, laureate, one.name, one.basis, claims)
        fact = Fields(self.text).fact(got, [got])
        why = Reason("learned.laureate", {"award": fact.award, **self._said(one, sure)})
        return [replace(fact, confidence=_CONFIDENCE)], [why]

    def _award(self) -> str | None:
        """The award that the entry is about: of the title, else the one named most."""
        text = self.text
        pool = text.named or text.mentions
        counts: dict[str, int] = {}
        for one in pool:
            weight = 3 if text.entry.where(one.start) == "title" else 1
            counts[one.award] = counts.get(one.award, 0) + weight
        if not counts:
            return next(iter(text.context)) if len(text.context) == 1 else None
        return max(counts, key=lambda named: counts[named])

    def _telling(self, award: str, one: Candidate) -> list[Sentence]:
        """The sentences that tell of it: they name the award or hold a word of receiving, the
        candidate's own first."""
        text = self.text

        def weight(sentence: Sentence) -> int:
            cues = {cue.name for cue in text.cues_in(sentence)}
            return (
                2 * (award in text.awards_in(sentence))
                + 2 * bool(cues & _TELLING)
                + 2 * (sentence is one.sentence)
                - 2 * text.doubtful(sentence)
            )

        ordered = sorted(text.sentences, key=lambda each: (-weight(each), each.index))
        return [each for each in ordered[:2] if weight(each) > 0] or [one.sentence]

    def _said(self, one: Candidate, odds: float) -> dict[str, str]:
        """How a reason names a candidate."""
        words = one.sentence.text.strip()
        percent = str(round(100 * ranked.share(odds)))
        return {"laureate": one.name, "words": words, "percent": percent}

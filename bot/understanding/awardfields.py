"""The fields of an award's fact, each with the words that support it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.config.knowledge import Award
from bot.understanding import levels
from bot.understanding.awardtext import AwardText
from bot.understanding.awardwhen import When
from bot.understanding.ceremony import Ceremony, near
from bot.understanding.fact import AwardFact, Evidence
from bot.understanding.language import Sentence
from bot.understanding.nobody import is_nobody
from bot.understanding.obtained import Obtained

#: "Grenoble-Alpes Métropole (argent, données)": a level and a project.
_IN_PARENTHESES = re.compile(r"\s?\([a-z]+, (?P<what>[a-z][^)]{2,40})\)")
#: What a project is called: "pour son entrepôt de données", "le projet de messagerie".
_PROJECT = re.compile(
    r"\b(?:pour (?:son|sa|ses|leur|leurs|notre|nos)|for (?:its|their|our)|(?:le|son|notre) projet (?:de|d'))\s?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[,.;:()\"\n]|\s(?:a|qui|que|porte|mene|which|that|en|lors|de nos|par)\b|$)"
)
#: "Territoires innovants : bronze pour la carte des îlots": what a medal rewards.
_MEDAL_FOR = re.compile(
    r"\b(?:or|argent|bronze|gold|silver) (?:pour|for) (?:la |le |les |l'|the )"
    r"(?P<what>(?!ville|commune|mairie|metropole|departement|agglo|communaute|syndicat|town|city|council)[a-z][a-z' -]{3,60}?)"
    r"(?=[,.;:()\"\n]|\s(?:a|qui|que|en|par)\b|$)"
)


class Fields:
    """Fills the facts of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text
        self.ceremony = Ceremony(text)
        self.when = When(text)

    def fact(self, one: Obtained, everyone: list[Obtained]) -> AwardFact:
        """The fact of one laureate, beside those of the others."""
        award = self.text.knowledge.awards.get(one.award) if one.award else None
        evidence: list[Evidence] = [
            self._evidence("laureates", one.laureate.start, one.laureate.end)
        ]
        day, day_span = self.when.date(one)
        year, year_span = self.when.year(one, award, day)
        level = self._level(one, award, year or self.text.today.year, everyone)
        category = self._category(one, award, everyone)
        place, place_span = self.ceremony.place(one, day_span, everyone)
        organiser, organiser_span = self.ceremony.organiser(one, award)
        streak, streak_span = self.when.streak(one)
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
            else self.general_name(one),
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
        return Evidence(field, self.text.entry.slice(start, end), self.text.entry.where(start))

    def general_name(self, one: Obtained) -> str:
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

    def _is_label(self, one: Obtained) -> bool:
        return any(
            re.search(r"\blabel", sentence.folded)
            for sentence in (self.text.sentences[0], *(claim.sentence for claim in one.claims))
        )

    def _level(
        self, one: Obtained, award: Award | None, year: int, everyone: list[Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        if award is None or not award.scales or one.mention:
            return None, None
        if one.level:
            value = levels.on_scale(one.level, award, year)
            if value:
                return value, (one.level.start, one.level.end)
        shared = any(other.level for other in everyone if other.award == one.award)
        for sentence in near(self.text, one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and (shared or self.text.doubtful(sentence)):
                continue
            here = [
                level
                for level in self.text.levels
                if sentence.start <= level.start < sentence.end
                and not levels.is_former(self.text.entry.folded, level.start)
            ]
            values = [
                (levels.on_scale(level, award, year), level)
                for level in here
                if levels.fits(level, award)
            ]
            good = [(value, level) for value, level in values if value]
            if good:
                value, level = good[-1] if levels.is_step(sentence.folded) else good[0]
                return value, (level.start, level.end)
        return None, None

    def _category(
        self, one: Obtained, award: Award | None, everyone: list[Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        if one.category and not (award and is_nobody(one.category, award)):
            return one.category, one.category_span
        used = {other.category for other in everyone if other is not one}
        for sentence in near(self.text, one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and len(everyone) > 1:
                continue
            here = [
                each
                for each in self.text.categories
                if sentence.start <= each.start < sentence.end and each.text not in used
            ]
            here = [each for each in here if each.known or (award and award.categories)]
            if one.level and award and award.label:  # a mention beside a level is a fact of its own
                here = [each for each in here if not each.mention]
            here = [
                each for each in here if self._last_named(each.start, sentence) in (one.award, None)
            ]
            here = [each for each in here if not self._beside_another(each.start, one, everyone)]
            here.sort(key=lambda each: not each.known)
            if here:
                return here[0].text, (here[0].start, here[0].end)
            if own and award and award.projects:
                hit = _IN_PARENTHESES.match(
                    self.text.entry.folded, one.laureate.end
                ) or _PROJECT.search(self.text.entry.folded, sentence.start, sentence.end)
                if hit:
                    start, end = hit.span("what")
                    return self.text.entry.slice(start, end), (start, end)
        title = self.text.sentences[0]
        if award and award.projects and title.where == "title" and len(everyone) == 1:
            hit = _MEDAL_FOR.search(self.text.entry.folded, title.start, title.end)
            if hit and self.text.entry.text[hit.start("what")].islower():
                return self.text.entry.slice(*hit.span("what")), hit.span("what")
        return None, None

    def _last_named(self, start: int, sentence: Sentence) -> str | None:
        """Of a sentence that names two awards, the one that stands before: its category."""
        here = [one for one in self.text.named if sentence.start <= one.start < sentence.end]
        before = [one for one in here if one.start < start]
        return before[-1].award if before and len({one.award for one in here}) > 1 else None

    def _beside_another(self, start: int, one: Obtained, everyone: list[Obtained]) -> bool:
        """As in "LaSuite (prix du jury), GeoNature": what stands in parentheses is of the name
        before them alone."""
        text = self.text.entry.folded
        return len(everyone) > 1 and any(
            other is not one and text[other.laureate.end : start] == " (" for other in everyone
        )


def shared(facts: list[AwardFact]) -> list[AwardFact]:
    """Laureates of one palmarès received it on one day, in one place, from one hand."""
    found = []
    for fact in facts:
        filled = fact
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
                    filled = replace(
                        filled,
                        evidence=(*filled.evidence, *proof),
                        **{field: getattr(donor, field)},
                    )
        found.append(filled)
    return found


def grouped(facts: list[AwardFact]) -> list[AwardFact]:
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
                and (fact.level or fact.category or fact.label)
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

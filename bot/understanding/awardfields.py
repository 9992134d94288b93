"""The fields of an award's fact, each with the words that support it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.config.knowledge import Award
from bot.understanding import dates, levels
from bot.understanding.awardtext import OLD_DAYS, AwardText
from bot.understanding.ceremony import TO_COME, Ceremony, near
from bot.understanding.fact import AwardFact, Evidence
from bot.understanding.language import Sentence
from bot.understanding.obtained import Obtained

#: "Grenoble-Alpes Métropole (argent, données)": a level and a project.
_IN_PARENTHESES = re.compile(r"\s?\([a-z]+, (?P<what>[a-z][^)]{2,40})\)")
#: What a project is called: "pour son entrepôt de données", "le projet de messagerie".
_PROJECT = re.compile(
    r"\b(?:pour (?:son|sa|ses|leur|leurs|notre|nos)|for (?:its|their|our)|(?:le|son|notre) projet (?:de|d'))\s?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[,.;:()\"\n]|\s(?:a|qui|que|porte|mene|which|that|en|lors|de nos|par)\b|$)"
)
_MONTHS = [
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
]
_OF_MONTH = re.compile(
    rf"\b(?:(?P<month>{'|'.join(_MONTHS)})'s|this month's) (?:[\w-]+ ){{0,2}}(?:prize|award)\b"
    r"|\b(?:prix|laureate?)\b[^.;,]{0,20} (?:de ce mois-ci|de ce mois|du mois)\b"
)
#: "Territoires innovants : bronze pour la carte des îlots": what a medal rewards.
_MEDAL_FOR = re.compile(
    r"\b(?:or|argent|bronze|gold|silver) (?:pour|for) (?:la |le |les |l'|the )"
    r"(?P<what>(?!ville|commune|mairie|metropole|departement|agglo|communaute|syndicat|town|city|council)[a-z][a-z' -]{3,60}?)"
    r"(?=[,.;:()\"\n]|\s(?:a|qui|que|en|par)\b|$)"
)
#: Said within the hour, in a post on the Fediverse.
_JUST = re.compile(
    r"\b(?:vient|viens|venons|viennent) de\b|\bca y est\b|\bjust (?:won|received|now|got|been)\b"
)
_STREAK_END = re.compile(r"consecuti|affilee|de suite|running|in a row")
_STREAK = re.compile(
    r"(?P<n>\d+(?:e|eme|nd|rd|th)?|[a-z]+)\s(?:annee|fois|an|sacre|label|year|time)s?\s(?:consecutive|consecutif|d'affilee|de suite|running|in a row)s?"
    r"|(?P<m>\d+|[a-z]+)\sconsecutive\s(?:year|time)"
)
_HANDED = re.compile(
    r"remi[st]|remett|decern|attribu|recu|recoi|ceremoni|devoil|annonc|publi|jury|prim|recompens|palmares|soiree|tranche|decision|laureat|label|award|handed|presented|honour|honor|ceremony|announced|went home|prize|lors|forum|salon|congres|obtien|obten|distingu|couronn|decroch|remport|celebrat|valid|comite|audit|verdict|recogni|sacr|c'etait (?:lun|mar|mercre|jeu|vendre|same)di|c'etait hier|rehauss|class|took|honou?r"
)


class Fields:
    """Fills the facts of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text
        self.ceremony = Ceremony(text)

    def fact(self, one: Obtained, everyone: list[Obtained]) -> AwardFact:
        """The fact of one laureate, beside those of the others."""
        award = self.text.knowledge.awards.get(one.award) if one.award else None
        evidence: list[Evidence] = [
            self._evidence("laureates", one.laureate.start, one.laureate.end)
        ]
        day, day_span = self._date(one)
        year, year_span = self._year(one, award, day)
        level = self._level(one, award, year or self.text.today.year, everyone)
        category = self._category(one, award, everyone)
        place, place_span = self.ceremony.place(one, day_span, everyone)
        organiser, organiser_span = self.ceremony.organiser(one, award)
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
        if one.category:
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

    def _edition_of_month(self, one: Obtained) -> tuple[str, tuple[int, int]] | None:
        """As in "February’s BlueHats prize", "le prix de ce mois-ci"."""
        today = self.text.today
        for claim in one.claims:
            hit = _OF_MONTH.search(self.text.entry.folded, claim.sentence.start, claim.sentence.end)
            if hit is None:
                continue
            month = _MONTHS.index(hit["month"]) + 1 if hit["month"] else today.month
            year = today.year - (month > today.month)
            return f"{year}-{month:02}", hit.span()
        return None

    def _date(self, one: Obtained) -> tuple[str | None, tuple[int, int] | None]:
        month: tuple[str, tuple[int, int]] | None = None  # where no sentence says the day
        for sentence in near(self.text, one):
            own = any(claim.sentence is sentence for claim in one.claims)
            gathered = any(
                mention.what == "gathering"
                and mention.award == one.award
                and sentence.start <= mention.start < sentence.end
                for mention in self.text.mentions
            )
            if not own and not gathered and not _HANDED.search(sentence.folded):
                continue
            if not own and TO_COME.search(sentence.folded):
                continue  # it will be handed over, some day
            if (
                not own
                and self.text.doubtful(sentence)
                and not re.search(r"remi[st]", sentence.folded)
            ):
                continue
            handed = [
                cue.start
                for cue in self.text.cues_in(sentence)
                if cue.name in ("give", "receive", "honour", "goto")
                and sentence.start <= cue.start < sentence.end
            ]
            for span in sorted(
                self.text.dates,
                key=lambda each: min((abs(each.start - at) for at in handed), default=0),
            ):
                if (
                    not sentence.start <= span.start < sentence.end
                    or not span.iso
                    or len(span.iso) < 7
                ):
                    continue
                today = span.relative and span.iso == self.text.today.isoformat()
                if (span.role and not today) or span.end_iso:
                    continue  # but "depuis ce matin" is this morning
                day = dates.behind(span, self.text.today).iso
                age = self.text.age(day)
                if not day or not -45 < age <= OLD_DAYS or (age < 0 and len(day) != 7):
                    continue
                if len(day) == 10:
                    if month and not day.startswith(month[0]) and not own:
                        continue
                    return day, (span.start, span.end)
                month = month or (day, (span.start, span.end))
        month = month or self._edition_of_month(one)
        if month:
            return month
        if self.text.entry.entry.publisher.role == "fediverse":
            just = _JUST.search(self.text.entry.folded)
            if just:
                return self.text.today.isoformat(), just.span()
        for sentence in self.text.sentences:
            for cue in self.text.cues_in(sentence):
                if cue.name == "live" and sentence.start <= cue.start < sentence.end:
                    return self.text.today.isoformat(), (cue.start, cue.end)
        return None, None

    def _year(
        self, one: Obtained, award: Award | None, day: str | None
    ) -> tuple[int | None, tuple[int, int] | None]:
        spoken = [m for m in self.text.named if m.award == one.award and m.year]
        own = [
            m
            for m in spoken
            if any(c.sentence.start <= m.start < c.sentence.end for c in one.claims)
        ]
        for mention in own + spoken:
            if mention.year and mention.year <= self.text.today.year + 1:
                return mention.year, (mention.start, max(mention.end, mention.year_end))
        for sentence in near(self.text, one):
            if "20" not in sentence.folded:
                continue
            if any(
                one_.what == "award"
                and one_.award != one.award
                and sentence.start <= one_.start < sentence.end
                for one_ in self.text.mentions
            ):
                continue
            hit = re.search(
                r"(?:edition|millesime|palmares|laureat\w*|label\w*|bronze|argent|\bor|badge|prix|award\w*|prize|trophee\w*|pour|cru|its|the|grand cru)\s(?:de l'annee |en )?((?:20)\d\d)\b|\b((?:20)\d\d)\s(?:award|edition|prize|laureate|winners?|[a-z]+ prize|business|label)",
                sentence.folded,
            )
            if hit:
                year = int(hit[1] or hit[2])
                if self.text.today.year - 1 <= year <= self.text.today.year:
                    group = 1 if hit[1] else 2
                    return year, (
                        sentence.start + hit.start(group),
                        sentence.start + hit.end(group),
                    )
        if day:
            return int(day[:4]), None
        if award is None:
            return self.text.today.year, None
        if award.months and self.text.today.month <= 2 and min(award.months) >= 10:
            return self.text.today.year - 1, None
        return self.text.today.year, None

    def _streak(self, one: Obtained) -> tuple[int | None, tuple[int, int] | None]:
        for sentence in near(self.text, one)[: len(one.claims) + 1]:
            folded = sentence.folded
            hit = _STREAK.search(folded) if _STREAK_END.search(folded) else None
            if hit:
                said = hit["n"] or hit["m"]
                digits = re.match(r"\d+", said)
                number = int(digits.group()) if digits else self.text.number(said)
                if number and number > 1:
                    return number, (sentence.start + hit.start(), sentence.start + hit.end())
        return None, None


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

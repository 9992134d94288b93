"""The fields of an award's fact, each with the words that support it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.config.knowledge import Award
from bot.understanding import dates, levels, mentions, names
from bot.understanding.awardtext import OLD_DAYS, AwardText
from bot.understanding.fact import AwardFact, Evidence
from bot.understanding.language import Sentence
from bot.understanding.names import Name
from bot.understanding.obtained import Obtained

#: What a project is called: "pour son entrepôt de données", "le projet de messagerie".
_PROJECT = re.compile(
    r"\b(?:pour (?:son|sa|ses|leur|leurs|notre|nos)|for (?:its|their|our)|(?:le|son|notre) projet (?:de|d'))\s?"
    r"(?P<what>[a-z][a-z' -]{3,60}?)(?=[,.;:()\"\n]|\s(?:a|qui|que|porte|mene|which|that|en|lors|de nos|par)\b|$)"
)
#: Said within the hour, in a post on the Fediverse.
_JUST = re.compile(
    r"\b(?:vient|viens|venons|viennent) de\b|\bca y est\b|\bjust (?:won|received|now|got|been)\b"
)
#: "organisée par l’ANCT, la ville et l’eurométropole de Strasbourg": the town that is the host.
_HOST = re.compile(
    r"\borganis[^.;]{2,140}?\b(?:[Vv]ille|[Mm]étropole|eurométropole|[Mm]airie|city)(?: et [^,.]{0,24}?)? (?:de |d[’']|du |of )"
    r"(?P<town>[A-ZÀ-Ý][\w’'-]+(?:-[\w’'-]+)*)"
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
_HANDED = re.compile(
    r"remi[st]|remett|decern|attribu|recu|recoi|ceremoni|devoil|annonc|publi|jury|prim|recompens|palmares|soiree|tranche|decision|laureat|label|award|handed|presented|honour|honor|ceremony|announced|went home|prize|lors|forum|salon|congres|obtien|obten|distingu|couronn|decroch|remport|celebrat|verdict|rehauss|class|took|honou?r"
)


class Fields:
    """Fills the facts of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text

    def fact(self, one: Obtained, everyone: list[Obtained]) -> AwardFact:
        award = self.text.knowledge.awards.get(one.award) if one.award else None
        evidence: list[Evidence] = [
            self._evidence("laureates", one.laureate.start, one.laureate.end)
        ]
        day, day_span = self._date(one, everyone)
        year, year_span = self._year(one, award, day)
        level = self._level(one, award, year or self.text.today.year, everyone)
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

    def _near(self, one: Obtained) -> list[Sentence]:
        """The claim's own sentences first, then the rest of the entry."""
        own = [claim.sentence for claim in one.claims]
        seen = {sentence.index for sentence in own}
        at = own[0].index if own else 0
        others = [
            sentence
            for sentence in self.text.sentences
            if sentence.index not in seen and not self._of_another(sentence, one)
        ]
        others.sort(key=lambda sentence: abs(sentence.index - at) + (sentence.index > at) * 0.5)
        return own + others

    def _of_another(self, sentence: Sentence, one: Obtained) -> bool:
        """The sentence names other awards, and not this one."""
        here = {m.award for m in self.text.named if sentence.start <= m.start < sentence.end}
        return bool(here) and one.award not in here

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
        for sentence in self._near(one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and (shared or self.text.doubtful(sentence)):
                continue
            here = [
                level for level in self.text.levels if sentence.start <= level.start < sentence.end
            ]
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

    def _category(
        self, one: Obtained, award: Award | None, everyone: list[Obtained]
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
                for each in self.text.categories
                if sentence.start <= each.start < sentence.end and each.text not in used
            ]
            here = [each for each in here if each.known or award is None or award.categories] or []
            here.sort(key=lambda each: not each.known)
            if here:
                return here[0].text, (here[0].start, here[0].end)
            if own and award and award.projects:
                hit = _PROJECT.search(self.text.entry.folded, sentence.start, sentence.end)
                if hit:
                    start, end = hit.span("what")
                    return self.text.entry.slice(start, end), (start, end)
        return None, None

    def _date(
        self, one: Obtained, everyone: list[Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        for sentence in self._near(one):
            own = any(claim.sentence is sentence for claim in one.claims)
            if not own and not _HANDED.search(sentence.folded):
                continue
            if (
                not own
                and self.text.doubtful(sentence)
                and not re.search(r"remi[st]", sentence.folded)
            ):
                continue
            handed = [
                cue.start
                for cue in self.text.cues
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
                if span.role or span.end_iso:
                    continue
                span = dates.behind(span, self.text.today)
                assert span.iso is not None
                age = self.text.age(span.iso)
                if -45 < age <= OLD_DAYS and (age >= 0 or len(span.iso) == 7):
                    return span.iso, (span.start, span.end)
        if self.text.entry.entry.publisher.role == "fediverse":
            just = _JUST.search(self.text.entry.folded)
            if just:
                return self.text.today.isoformat(), just.span()
        for sentence in self.text.sentences:
            for cue in self.text.cues:
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
        for sentence in self._near(one):
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
            return None, None
        if award.months and self.text.today.month <= 2 and min(award.months) >= 10:
            return self.text.today.year - 1, None
        return self.text.today.year, None

    def _place(
        self, one: Obtained, day_span: tuple[int, int] | None, everyone: list[Obtained]
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
                words = ", ".join(_venue(self.text.entry.text[first:last]) for first, last in parts)
                return words, (parts[0][0], parts[-1][1])
        award = self.text.knowledge.awards.get(one.award or "")
        if award and award.place:
            usual = names.spot_of(award.place, self.text.knowledge)
            for found in self.text.names.values():
                for name in found:
                    if usual and name.place is usual:
                        return name.text, (name.start, name.end)
        return None, None

    def _places_in(self, sentence: Sentence, everyone: list[Obtained]) -> list[tuple[int, int]]:
        parts = [
            hit.span("venue")
            for hit in _VENUE.finditer(self.text.entry.text, sentence.start, sentence.end)
        ]
        for name in self.text.names[sentence.index]:
            if (
                name.located
                and not name.inside
                and not name.origin
                and not any(
                    first < name.end and name.start < last for first, last in self.text.organisers
                )
                and not any(self._is_laureate(name, one) for one in everyone)
            ):
                if not any(first <= name.start < last for first, last in parts):
                    parts.append((name.start, name.end))
        if not parts:
            host = _HOST.search(self.text.entry.text, sentence.start, sentence.end)
            if host and not any(
                names.fold(host["town"]) == names.fold(one.name) for one in everyone
            ):
                parts = [host.span("town")]
        parts = [part for part in parts if part[1] - part[0] > 2 and not self._is_award_span(part)]
        return sorted(parts)[:2]

    def _is_award_span(self, part: tuple[int, int]) -> bool:
        return any(one.start < part[1] and part[0] < one.end for one in self.text.named)

    def _is_laureate(self, name: Name, one: Obtained) -> bool:
        return mentions.squeezed(names.fold(name.text)) == mentions.squeezed(names.fold(one.name))

    def _organiser(
        self, one: Obtained, award: Award | None
    ) -> tuple[str | None, tuple[int, int] | None]:
        """Only where the text names it."""
        if award is None or award.organiser is None:
            return None, None
        for mention in self.text.mentions:
            if mention.what == "organiser" and mention.award == one.award:
                inside = any(
                    other.start <= mention.start and mention.end <= other.end
                    for other in self.text.named
                    if (other.end - other.start) >= (mention.end - mention.start)
                )
                sentence = self.text.entry.sentence_at(mention.start)
                own = any(claim.sentence is sentence for claim in one.claims)
                if not inside and (own or _GIVES.search(sentence.folded)):
                    said = self.text.entry.slice(mention.start, mention.end)
                    alike = set(names.fold(said).split()) & set(
                        names.fold(award.organiser.name).split()
                    )
                    return award.organiser.name if alike else said[0].upper() + said[1:], (
                        mention.start,
                        mention.end,
                    )
        return None, None

    def _streak(self, one: Obtained) -> tuple[int | None, tuple[int, int] | None]:
        for sentence in self._near(one)[: len(one.claims) + 1]:
            hit = _STREAK.search(sentence.folded)
            if hit:
                raw = hit["n"]
                number = (
                    int(re.match(r"\d+", raw).group())
                    if raw[0].isdigit()
                    else self.text.number(raw)
                )  # type: ignore[union-attr]  # a digit is there
                if number and number > 1:
                    return number, (sentence.start + hit.start(), sentence.start + hit.end())
        return None, None


def _venue(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,’'")


def shared(facts: list[AwardFact]) -> list[AwardFact]:
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

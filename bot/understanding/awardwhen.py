"""When an award was given: its day, its edition's year, how many times in a row."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.config.knowledge import Award
from bot.understanding import dates
from bot.understanding.awardtext import AwardText
from bot.understanding.ceremony import TO_COME, near
from bot.understanding.hint import Hint
from bot.understanding.memories import OLD_DAYS
from bot.understanding.mentions import Mention
from bot.understanding.obtained import Obtained

#: Until this month an award of last year may be told with its year.
_SEASON = 3
_MONTHS = [
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
]
_OF_MONTH = re.compile(
    rf"\b(?:(?P<month>{'|'.join(_MONTHS)})'s|this month's) (?:[\w-]+ ){{0,2}}(?:prize|award)\b"
    r"|\b(?:prix|laureate?)\b[^.;,]{0,20} (?:de ce mois-ci|de ce mois|du mois)\b"
)
#: Said within the hour, in a post on the Fediverse.
_JUST = re.compile(
    r"\b(?:vient|viens|venons|viennent) de\b|\bca y est\b|\bjust (?:won|received|now|got|been)\b"
    r"|\bil y a (?:quelques|une|deux|cinq|dix|vingt|trente|\d+) (?:secondes|minutes?|heures?)\b|\b(?:minutes?|hours?) ago\b|\btout a l'heure\b"
    r"|\b(?:on est|nous sommes|je suis|we are|we're|i am|i'm) (?:encore |still )?(?:dans la salle|sur place|au premier rang|in the room|on site)\b"
)
_AT_END = re.compile(r"\b(?:fin|a la fin de|at the end of|late) (?:de |in )?(20\d\d)\b")
#: Before the day of the page itself.
_PAGE = re.compile(
    r"\b(?:publiee?|mise? en ligne|modifiee?|mise? a jour|postee?|published|posted|updated|update)(?: on| le| the)?\s?:?\s?$"
)
#: A day since when somebody has an award is the day of it, unless it is long ago.
_LATELY = 21
#: "a-t-on appris lundi": when it was known.
_LEARNT = re.compile(
    r"\b(?:appris|fait savoir|indique|confie|confirme|learnt|learned|told us|said)\b[^,.;:]{0,20}$"
)
_OF_SOURCE = re.compile(r"[^\n\[\]]{0,3}\]")
_BARE_DAY = re.compile(
    r"\b(?:remi\w+|recu\w*|decern\w+|ceremonie|attribu\w+|obten\w+|prix|awarded|ceremony|handed)\b[^.;\n]{0,60}?\b(?:le|du|on the) (?P<day>[12]?\d|3[01])(?:er|st|nd|rd|th)?(?=\s?[,.;)]|\s(?:a|au|aux|par|dans|lors|in|at)\b|\s*$)"
)
_LAST_MONTH = re.compile(r"\b(?:le mois (?:dernier|passe)|last month)\b")
_STREAK_END = re.compile(r"consecuti|affilee|de suite|running|in a row")
_STREAK = re.compile(
    r"(?P<n>\d+(?:e|eme|nd|rd|th)?|[a-z]+)\s(?:annee|fois|an|sacre|label|year|time)s?\s(?:consecutive|consecutif|d'affilee|de suite|running|in a row)s?"
    r"|(?P<m>\d+|[a-z]+)\sconsecutive\s(?:year|time)"
)
_HANDED_WORDS = r"remi[st]|remett|decern|attribu|recu|recoi|ceremoni|devoil|annonc|publi|jury|prim|recompens|palmares|soiree|tranche|decision|laureat|label|award|handed|presented|honour|honor|ceremony|announced|prize|lors|forum|salon|congres|obtien|obten|distingu|couronn|decroch|remport|celebrat|valid|comite|audit|verdict|recogni|sacr|communiqu|resultat|remarqu|\bvot|podium|\bscene|stage|collect|picked up|enveloppe|confer|avis|rehauss|class|took|honou?r"
_HANDED = re.compile(
    rf"{_HANDED_WORDS}|went home|c'etait (?:(?:lun|mar|mercre|jeu|vendre|same)di|hier)"
)
_HANDING = Hint(rf"{_HANDED_WORDS}|went$|etait$")


class When:
    """Dates the awards of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text

    def date(self, one: Obtained) -> tuple[str | None, tuple[int, int] | None]:
        """The day or the month, ISO 8601, as precise as the text says it."""
        month: tuple[str, tuple[int, int]] | None = None  # where no sentence says the day
        learnt: tuple[str, tuple[int, int]] | None = None  # when it became known
        for sentence in near(self.text, one):
            said = dates.between(self.text.dates, sentence.start, sentence.end)
            if not said:
                continue
            own = any(claim.sentence is sentence for claim in one.claims)
            gathered = any(
                mention.what == "gathering"
                and mention.award == one.award
                and sentence.start <= mention.start < sentence.end
                for mention in self.text.mentions
            )
            if (
                not own
                and not gathered
                and not (_HANDING.in_sentence(sentence) and _HANDED.search(sentence.folded))
            ):
                continue
            if not own and TO_COME.search(sentence.folded):
                continue  # it will be handed over, some day
            if (
                not own
                and self.text.doubtful(sentence, yearly=False)
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
                said, key=lambda each: min((abs(each.start - at) for at in handed), default=0)
            ):
                if not span.iso or len(span.iso) < 7:
                    continue
                today = span.relative and span.iso == self.text.today.isoformat()
                if (
                    (span.role and not today and not self._lately(span))
                    or span.end_iso
                    or self._is_dateline(span.start)
                ):
                    continue  # but "depuis ce matin" is this morning
                if _OF_SOURCE.match(self.text.entry.text, span.end):
                    continue  # "[Le Journal, 13 février]"
                day = dates.behind(span, self.text.today).iso
                age = self.text.age(day)
                if not day or not -45 < age <= OLD_DAYS or (age < 0 and len(day) != 7):
                    continue
                if len(day) == 10:
                    if _LEARNT.search(self.text.entry.folded, max(0, span.start - 36), span.start):
                        learnt = learnt or (day, (span.start, span.end))
                        continue
                    if month and not day.startswith(month[0]) and not own:
                        continue
                    return day, (span.start, span.end)
                month = month or (day, (span.start, span.end))
        month = self._bare_day(one) or learnt or month or self._edition_of_month(one)
        month = month or self._month_before(one)
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

    def year(
        self, one: Obtained, award: Award | None, day: str | None
    ) -> tuple[int | None, tuple[int, int] | None]:
        """The edition's year: said, else of the day, else the season's."""
        spoken = [m for m in self.text.named if m.award == one.award and m.year]
        own = [
            m
            for m in spoken
            if any(c.sentence.start <= m.start < c.sentence.end for c in one.claims)
        ]
        for mention in own + spoken:
            if self._is_then(mention):
                continue
            if mention.year and mention.year <= self.text.today.year + 1:
                return mention.year, (mention.start, max(mention.end, mention.year_end))
        for claim in one.claims:  # "récompensée fin 2025 par le label…"
            then = _AT_END.search(
                self.text.entry.folded, max(claim.sentence.start, claim.start - 40), claim.end + 24
            )
            if then and int(then[1]) in (self.text.today.year, self.text.today.year - 1):
                return int(then[1]), then.span(1)
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
                by_then = bool(hit[1]) and sentence.folded[: hit.start(1)].endswith("en ")
                if by_then and year < int((day or str(self.text.today.year))[:4]):
                    continue  # "après le niveau 3 de ce label en 2021": another year's
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

    def _is_dateline(self, offset: int) -> bool:
        """As in "Publié le 15 novembre 2026": the page's own day."""
        before = self.text.entry.folded[max(0, offset - 30) : offset]
        return bool(_PAGE.search(before))

    def _is_then(self, mention: Mention) -> bool:
        """As in "nous avions candidaté au label X en 2021": when it was, no edition's year."""
        said = self.text.entry.folded[mention.end : mention.year_end]
        return (
            bool(re.search(r"\ben \d", said))
            and (mention.year or 0) < self.text.today.year
            and self.text.today.month > _SEASON
        )

    def streak(self, one: Obtained) -> tuple[int | None, tuple[int, int] | None]:
        """How many times in a row, where the text counts."""
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

    def _lately(self, span: dates.DateSpan) -> bool:
        """As in "depuis mercredi 18 novembre", a few days ago."""
        iso = span.iso or ""
        return span.role == "since" and len(iso) == 10 and 0 <= self.text.age(iso) <= _LATELY

    def _bare_day(self, one: Obtained) -> tuple[str, tuple[int, int]] | None:
        """As in "remis le 8 à Paris", "(cérémonie du 3)": a day of the month that was last."""
        for claim in one.claims:
            hit = _BARE_DAY.search(self.text.entry.folded, claim.sentence.start, claim.sentence.end)
            if hit is None:
                continue
            number, today = int(hit["day"]), self.text.today
            month = today.replace(day=1)
            if number > today.day:
                month = (month - timedelta(days=1)).replace(day=1)
            try:
                return month.replace(day=number).isoformat(), hit.span("day")
            except ValueError:
                continue  # there is no 31 in it
        return None

    def _month_before(self, one: Obtained) -> tuple[str, tuple[int, int]] | None:
        """As in "a obtenu le mois dernier"."""
        for claim in one.claims:
            hit = _LAST_MONTH.search(
                self.text.entry.folded, claim.sentence.start, claim.sentence.end
            )
            if hit:
                last = self.text.today.replace(day=1) - timedelta(days=1)
                return last.isoformat()[:7], hit.span()
        return None

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

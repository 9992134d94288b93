"""Reads one date expression, at the place where a word of dates stands."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from bot.understanding.datespan import DateSpan, Free, day_of
from bot.understanding.datewords import DateWords

_LEFT = 90  # characters read before a month's name
_NEAR = 24  # so far at most from it stands its day, where it has one
_SHORT = 48  # so long at most are "premier samedi du mois de", "jusqu'en"
_LAST_WORD = re.compile(r"(?<!\w)(\w+)\s+$")
_DAY = re.compile(r"\d{1,2}")


#: "15/11 : install party", "24/11 18h30": what stands after a day that begins a line.
_AFTER_SHORT = re.compile(r"\s?[:–—]\s|,? (?:a |@ )?\d{1,2}\s?h")
#: By the last group of what was found. A table of bound methods in each Reader would keep it alive
#: until the garbage collector comes.
_READS = {
    "month": "_month",
    "iso": "_iso",
    "numeric": "_numeric",
    "short": "_short",
    "minus": "_minus",
    "relative": "_relative",
    "weekend": "_weekend",
    "many": "_weekday",
    "unit": "_unit",
    "year": "_year",
    "bare": "_bare",
}


def _last_word(left: str) -> tuple[str, int]:
    """The last word before an expression and where it begins; "" where no space follows it."""
    kept = left.rstrip()
    word = kept.rpartition(" ")[2]
    if len(kept) < len(left) and word.isalnum():
        return word, len(kept) - len(word)
    hit = _LAST_WORD.search(left)
    return (hit[1], hit.start()) if hit else ("", len(left))


class Reader:
    """Reads one text."""

    def __init__(self, text: str, today: date, words: DateWords) -> None:
        self.text = text
        self.today = today
        self.words = words

    def read(self, hit: re.Match[str]) -> list[DateSpan]:
        """The dates of the expression found at ``hit``; none where it is no date."""
        found: list[DateSpan] = getattr(self, _READS[str(hit.lastgroup)])(hit)
        return found

    # --- a month is named -------------------------------------------------------------------

    def _month(self, hit: re.Match[str]) -> list[DateSpan]:
        words, text = self.words, self.text
        month = words.month[hit["month"]]
        offset = max(0, hit.start() - _LEFT)
        left = text[offset : hit.start()]
        end = hit.end()
        days: list[tuple[int | None, int]] = []
        start = hit.start()
        ranged = False
        before = (
            words.days_before.search(left) if words.day.search(left, len(left) - _NEAR) else None
        )
        if before:
            start = offset + before.start()
            days, ranged = self._days(before.group())
            ranged = ranged or bool(words.between_before.search(text[max(0, start - 12) : start]))
        elif hit["month"] in words.month_first and (after := words.days_after.match(text, end)):
            days, ranged = self._days(after["days"])
            end = after.end()
            start, named = self._weekday_left(hit.start())
            if named is not None:
                days = [(named, days[0][1]), *days[1:]]
        year, end, direction = self._year_right(end)
        if days:
            return self._listed(days, ranged, month, year, direction, start, end)
        offset, left = max(offset, hit.start() - _SHORT), left[-_SHORT:]
        nth = words.nth_before.search(left)
        if nth:
            return self._nth(nth["nth"], nth["what"], month, year, offset + nth.start(), end)
        if hit.group().endswith(".") and year is None:
            end = hit.end() - 1
        prefix = words.month_before.search(left)
        if year is None and direction == 0 and not prefix:
            return []
        if prefix and not prefix.group().strip().startswith(("d'", "de")):
            start = offset + prefix.start()
        return [self._whole_month(month, year, direction, start, end)]

    def _days(self, words: str) -> tuple[list[tuple[int | None, int]], bool]:
        """(weekday, day) of a list of days, and whether it says "from … to"."""
        found: list[tuple[int | None, int]] = []
        last, ranged = 0, False
        for one in self.words.single_day.finditer(words):
            named = self.words.weekday[one["weekday"]] if one["weekday"] else None
            number = _DAY.match(one["day"])
            if found and self.words.joins_range.search(words[last : one.start()] or " "):
                ranged = True
            found.append((named, int(number.group()) if number else 1))
            last = one.end()
        return found, ranged

    def _year_right(self, end: int) -> tuple[int | None, int, int]:
        """(year, where the expression ends, +1 for "prochain", -1 for "dernier")."""
        words, text = self.words, self.text
        said = words.year_after.match(text, end)
        if said:
            return (int(said["year"]) if said["year"] else 2000 + int(said["two"])), said.end(), 0
        for pattern, direction in ((words.next_after, 1), (words.last_after, -1)):
            after = pattern.match(text, end)
            if after:
                return None, after.end(), direction
        return None, end, 0

    def _listed(
        self,
        days: list[tuple[int | None, int]],
        ranged: bool,
        month: int,
        year: int | None,
        direction: int,
        start: int,
        end: int,
    ) -> list[DateSpan]:
        resolved = [self._resolve(d, month, year, direction, named) for named, d in days]
        if any(one is None for one in resolved):
            return []
        known = [one for one in resolved if one is not None]
        free: Free = "" if year or direction or days[0][0] is not None else "year"
        if len({one.year for one in known}) > 1:  # the first day's weekday decides for all
            known = [one.replace(year=known[0].year) for one in known]
        named = days[0][0]
        if len(known) == 1 and named is not None and known[0].weekday() == named:
            start, known = self._from_weekday(start, known[0])
            ranged = len(known) > 1
        together = ranged or all((b - a).days == 1 for a, b in pairwise(known))
        if len(known) == 1 or (together and known[-1] > known[0]):
            last = known[-1].isoformat() if len(known) > 1 else None
            return [DateSpan(start, end, known[0].isoformat(), last, free=free, weekday=named)]
        return [
            DateSpan(start, end, one.isoformat(), free=free, weekday=named)
            for one, (named, _) in zip(known, days, strict=True)
        ][:1] + [
            DateSpan(end, end, one.isoformat(), free=free, weekday=named)
            for one, (named, _) in list(zip(known, days, strict=True))[1:]
        ]

    def _resolve(
        self, day: int, month: int, year: int | None, direction: int, weekday: int | None
    ) -> date | None:
        if year is not None:
            return day_of(year, month, day)
        here = self.today
        # a weekday agrees, and a 29 February comes, every few years
        reach = 4 if weekday is not None or (month, day) == (2, 29) else 1
        near = [day_of(here.year + step, month, day) for step in range(-reach, reach + 1)]
        known = [one for one in near if one is not None]
        if direction > 0:
            known = [one for one in known if one > here]
        elif direction < 0:
            known = [one for one in known if one < here]
        agreeing = [one for one in known if one.weekday() == weekday]
        pool = agreeing if weekday is not None and agreeing else known
        # a tie goes to the day to come
        return min(pool, key=lambda one: (abs((one - here).days), one < here), default=None)

    def _whole_month(
        self, month: int, year: int | None, direction: int, start: int, end: int
    ) -> DateSpan:
        free: Free = "" if year or direction else "year"
        if year is None:
            here = self.today.year * 12 + self.today.month
            near = [step * 12 + month for step in range(self.today.year - 1, self.today.year + 2)]
            if direction:
                near = [one for one in near if (one - here) * direction > 0]
            year = (min(near, key=lambda one: (abs(one - here), one < here)) - month) // 12
        return DateSpan(start, end, f"{year:04}-{month:02}", kind="month", free=free)

    def _nth(
        self, nth: str, what: str, month: int, year: int | None, start: int, end: int
    ) -> list[DateSpan]:
        count = self.words.ordinal[nth]
        weekday = self.words.weekday.get(what)
        if year is None:
            middle = self._resolve(15, month, None, 0, None)
            year = middle.year if middle else self.today.year
        wanted = 5 if weekday is None else weekday
        all_days = [
            one
            for number in range(1, 32)
            if (one := day_of(year, month, number)) and one.weekday() == wanted
        ]
        if weekday is None and (all_days[-1] + timedelta(days=1)).month != month:
            all_days.pop()
        chosen = all_days[count if count < 0 else min(count, len(all_days)) - 1]
        last = (chosen + timedelta(days=1)).isoformat() if weekday is None else None
        return [DateSpan(start, end, chosen.isoformat(), last, weekday=weekday)]

    def _from_weekday(self, start: int, last: date) -> tuple[int, list[date]]:
        """“du vendredi au dimanche 30 juin”: where it begins, and its first and last day."""
        offset = max(0, start - 24)
        left = self.words.from_weekday.search(self.text[offset:start])
        if left is None:
            return start, [last]
        days = (last.weekday() - self.words.weekday[left["weekday"]]) % 7
        between = self.text[offset + left.end("weekday") : start]
        if not days or (days > 1 and not self.words.joins_range.match(between)):
            return start, [last]  # "mercredi et vendredi 3 octobre" are two days
        return offset + left.start(), [last - timedelta(days=days), last]

    # --- figures ----------------------------------------------------------------------------

    def _weekday_left(self, start: int) -> tuple[int, int | None]:
        offset = max(0, start - 24)
        left = self.words.weekday_before.search(self.text[offset:start])
        if left is None:
            return start, None
        return offset + left.start(), self.words.weekday[left["weekday"]]

    def _iso(self, hit: re.Match[str]) -> list[DateSpan]:
        if not day_of(*(int(part) for part in hit["iso"].split("-"))):
            return []
        return [DateSpan(hit.start(), hit.end(), hit["iso"])]

    def _numeric(self, hit: re.Match[str]) -> list[DateSpan]:
        day, month, year = (int(part) for part in re.split(r"[/.-]", hit["numeric"]))
        if year < 100:
            if hit["sep"] != "/":
                return []  # 1.2.26 may be a version
            year += 2000
        found = day_of(year, month, day)
        start, _ = self._weekday_left(hit.start())
        return [DateSpan(start, hit.end(), found.isoformat())] if found else []

    def _short(self, hit: re.Match[str]) -> list[DateSpan]:
        start, weekday = self._weekday_left(hit.start())
        left = self.text[max(0, start - 12) : start]
        if weekday is None and not re.search(r"(?:\b(?:le|du|au|les|by|on)\s|[(:,])\s*$", left):
            # "15/11 : install party": what an agenda's line begins with
            heads = re.search(r"(?:^|[.;!?•·*\n📅🗓-]\ufe0f?)\s*$", left)
            if not (heads and _AFTER_SHORT.match(self.text, hit.end())):
                return []
        day, month = (int(part) for part in hit["short"].split("/"))
        found = self._resolve(day, month, None, 0, weekday)
        if found is None:
            return []
        free: Free = "" if weekday is not None else "year"
        return [DateSpan(start, hit.end(), found.isoformat(), free=free, weekday=weekday)]

    def _minus(self, hit: re.Match[str]) -> list[DateSpan]:
        day = self.today + timedelta(days=int(hit["minus"][2:]))
        return [DateSpan(hit.start(), hit.end(), day.isoformat(), relative=True)]

    def _bare(self, hit: re.Match[str]) -> list[DateSpan]:
        day = int(hit["bare"])
        first = self.today.replace(day=1)
        near = [
            day_of(month.year, month.month, day)
            for month in (first - timedelta(days=1), first, first + timedelta(days=31))
        ]
        known = [one for one in near if one is not None]
        if not known:
            return []
        best = min(known, key=lambda one: (abs((one - self.today).days), one < self.today))
        return [DateSpan(hit.start(), hit.end("bare"), best.isoformat(), free="month")]

    def _year(self, hit: re.Match[str]) -> list[DateSpan]:
        left = self.text[max(0, hit.start() - 12) : hit.start()]
        if not self.words.month_before.search(left):
            return []
        return [DateSpan(hit.start(), hit.end(), hit["year"], kind="year")]

    # --- counted from publication -----------------------------------------------------------

    def _relative(self, hit: re.Match[str]) -> list[DateSpan]:
        offset = self.words.relative[re.sub(r"\s+", " ", hit["relative"])]
        day = self.today + timedelta(days=offset)
        return [DateSpan(hit.start(), hit.end(), day.isoformat(), relative=True)]

    def _unit(self, hit: re.Match[str]) -> list[DateSpan]:
        words, text = self.words, self.text
        offset = max(0, hit.start() - 24)
        left = text[offset : hit.start()]
        ago = words.ago_before.search(left)
        after = words.ago_after.match(text, hit.end())
        number = ago or words.in_before.search(left)
        if number is None and after:
            number = re.search(r"(?P<n>\w+)\s+$", left)
        if number is None or not (ago or after or words.in_before.search(left)):
            return []
        start, end = offset + number.start(), after.end() if after else hit.end()
        count = number["n"]
        exact = hit["unit"] in words.one_day and count not in words.rounded
        value = int(count) if count.isdigit() else words.number.get(count)
        if not exact or value is None or "plus que" in number.group():
            return [DateSpan(start, end, None, kind="approximate", relative=True)]
        day = self.today + timedelta(days=-value if ago or after else value)
        return [DateSpan(start, end, day.isoformat(), relative=True)]

    def _weekend(self, hit: re.Match[str]) -> list[DateSpan]:
        words, left = self.words, self.text[max(0, hit.start() - 16) : hit.start()]
        saturday = self.today + timedelta(days=5 - self.today.weekday())
        free: Free = ""  # "ce week-end, c’était…" was the last one
        if words.next_after.match(self.text, hit.end()) or words.next_before.search(left):
            saturday += timedelta(days=7 if self.today.weekday() >= 5 else 0)
        elif words.last_after.match(self.text, hit.end()) or words.last_before.search(left):
            saturday -= timedelta(days=7)
        elif words.this_before.search(left):
            free = "week"  # of "ce week-end, c’était…" the one gone by
        else:
            return []
        first, last = saturday.isoformat(), (saturday + timedelta(days=1)).isoformat()
        return [DateSpan(hit.start(), hit.end(), first, last, free=free, relative=True)]

    def _weekday(self, hit: re.Match[str]) -> list[DateSpan]:
        words, text, today = self.words, self.text, self.today
        weekday = words.weekday[hit["weekday"]]
        listed = words.day_after.match(text, hit.end())
        if listed:
            days, _ = self._days(hit["weekday"] + text[hit.end() : listed.end()])
            return self._weekday_and_days(days, hit.start(), listed.end())
        if hit["many"]:
            return []
        left = text[max(0, hit.start() - 24) : hit.start()]
        start, end = hit.start(), hit.end()
        word, at = _last_word(left)
        if word in words.ordinal and (tail := words.nth_after.match(text, end)):
            if words.each_before.search(left[:at] + " "):
                return []  # "chaque premier mardi du mois"
            here = self.today
            return self._nth(
                word, hit["weekday"], here.month, here.year, start - len(left) + at, tail.end()
            )
        coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        going = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        free: Free = ""
        if turned := words.turned.match(text, end):
            end = turned.end()
            day = {
                "next": coming,
                "last": going,
                "next_week": today + timedelta(days=7 - today.weekday() + weekday),
                "week": coming + timedelta(days=7),
                "fortnight": coming + timedelta(days=14),
            }[str(turned.lastgroup)]
        elif word and word not in words.turning:
            day, free = self._nearest(weekday), "week"
        elif words.next_before.search(left):
            day = coming
        elif words.last_before.search(left):
            day = going
        elif words.this_before.search(left):
            day = self._nearest(weekday)
        elif words.every_before.search(left):
            return []
        else:
            day, free = self._nearest(weekday), "week"
        return [DateSpan(start, end, day.isoformat(), free=free, weekday=weekday, relative=True)]

    def _nearest(self, weekday: int) -> date:
        step = (weekday - self.today.weekday() + 3) % 7 - 3
        return self.today + timedelta(days=step)

    def _weekday_and_days(
        self, days: list[tuple[int | None, int]], start: int, end: int
    ) -> list[DateSpan]:
        """“samedi 14” without a month: the nearest month in which they agree."""
        first = self.today.replace(day=1)
        near: list[date] = []
        for _ in range(10):
            first = (first - timedelta(days=1)).replace(day=1)
        for _ in range(21):
            one = day_of(first.year, first.month, days[0][1])
            if one and one.weekday() == days[0][0]:
                near.append(one)
            first = (first + timedelta(days=31)).replace(day=1)
        if not near:
            return []
        best = min(near, key=lambda one: (abs((one - self.today).days), one < self.today))
        last = best + timedelta(days=days[-1][1] - days[0][1]) if len(days) > 1 else None
        if last is not None and (last < best or (last - best).days > 14):
            last = None
        return [
            DateSpan(
                start,
                end,
                best.isoformat(),
                last.isoformat() if last else None,
                weekday=days[0][0],
            )
        ]

"""Reads one date expression, at the place where a word of dates stands."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.understanding.datemonths import Months
from bot.understanding.datespan import DateSpan, Free, day_of

_LAST_WORD = re.compile(r"(?<!\w)(\w+)\s+$")
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
    if len(kept) == len(left):
        return "", len(left)
    word = kept.rpartition(" ")[2]
    if word.isalnum():
        return word, len(kept) - len(word)
    hit = _LAST_WORD.search(left)
    return (hit[1], hit.start()) if hit else ("", len(left))


class Reader(Months):
    """Reads one text."""

    def read(self, hit: re.Match[str]) -> list[DateSpan]:
        """The dates of the expression found at ``hit``; none where it is no date."""
        found: list[DateSpan] = getattr(self, _READS[str(hit.lastgroup)])(hit)
        return found

    # --- figures ----------------------------------------------------------------------------

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
        if not (
            self._may_precede(hit.start(), words.near.before_unit)
            or self._may_follow(hit.end(), words.near.after_unit)
        ):
            return []
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
        if self._may_follow(hit.end(), words.near.before_day) and (
            listed := words.day_after.match(text, hit.end())
        ):
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
        free: Free = ""
        if self._may_follow(end, words.near.after_weekday) and (
            turned := words.turned.match(text, end)
        ):
            end, coming = turned.end(), self._coming(weekday)
            day = {
                "next": coming,
                "last": self._going(weekday),
                "next_week": today + timedelta(days=7 - today.weekday() + weekday),
                "week": coming + timedelta(days=7),
                "fortnight": coming + timedelta(days=14),
            }[str(turned.lastgroup)]
        elif word and word not in words.turning:
            day, free = self._nearest(weekday), "week"
        elif words.next_before.search(left):
            day = self._coming(weekday)
        elif words.last_before.search(left):
            day = self._going(weekday)
        elif words.this_before.search(left):
            day = self._nearest(weekday)
        elif words.every_before.search(left):
            return []
        else:
            day, free = self._nearest(weekday), "week"
        return [DateSpan(start, end, day.isoformat(), free=free, weekday=weekday, relative=True)]

    def _coming(self, weekday: int) -> date:
        return self.today + timedelta(days=(weekday - self.today.weekday() - 1) % 7 + 1)

    def _going(self, weekday: int) -> date:
        return self.today - timedelta(days=(self.today.weekday() - weekday - 1) % 7 + 1)

    def _nearest(self, weekday: int) -> date:
        step = (weekday - self.today.weekday() + 3) % 7 - 3
        return self.today + timedelta(days=step)

    def _weekday_and_days(
        self, days: list[tuple[int | None, int]], start: int, end: int
    ) -> list[DateSpan]:
        """“samedi 14” without a month: the nearest month in which they agree."""
        today, (weekday, day) = self.today, days[0]
        month = today.year * 12 + today.month - 1
        near: list[date] = []
        for away in range(11):
            for one in {month - away, month + away}:
                found = day_of(one // 12, one % 12 + 1, day)
                if found and found.weekday() == weekday:
                    near.append(found)
            if near and away > abs(near[0].year * 12 + near[0].month - 1 - month) + 1:
                break  # all others are farther away than the first that was found
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

"""Reads the dates that name a month: "le 4 septembre", "du 30 mai au 1er juin", "en novembre"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from bot.understanding.datespan import DateSpan, Free, day_of
from bot.understanding.datewords import DateWords

_LEFT = 90  # characters read before a month's name
_NEAR = 24  # so far at most from it stands its day, where it has one
_SHORT = 48  # so long at most are "premier samedi du mois de", "jusqu'en"
_DAY = re.compile(r"\d{1,2}")


class Months:
    """Reads such dates of one text."""

    def __init__(self, text: str, today: date, words: DateWords) -> None:
        self.text = text
        self.today = today
        self.words = words

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

    def _weekday_left(self, start: int) -> tuple[int, int | None]:
        offset = max(0, start - 24)
        left = self.words.weekday_before.search(self.text[offset:start])
        if left is None:
            return start, None
        return offset + left.start(), self.words.weekday[left["weekday"]]

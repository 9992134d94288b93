"""Reads the dates that name a month: "le 4 septembre", "du 30 mai au 1er juin", "en novembre"."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date, timedelta
from itertools import pairwise

from bot.understanding.datespan import DateSpan, Free, day_of
from bot.understanding.datewords import DateWords

_LEFT = 90  # characters read before a month's name
_SHORT = 48  # so long at most are "premier samedi du mois de", "jusqu'en"
_DAY = re.compile(r"\d{1,2}")
#: What stands before a figure that is no day: "3.4 mai", "1/4 mai".
_JOINED = frozenset("./:'_")
_HALF_A_YEAR = 182


class Months:
    """Reads such dates of one text.

    Most patterns of dates are tried only where the words beside the place can be theirs: looking
    up a word costs a tenth of trying a pattern. ``said`` are the words of the text, ``starts`` where
    they begin. ``plain`` is false where tags or entities may stand between them, or where words
    were cut in another way: then everything is tried.
    """

    def __init__(
        self, text: str, today: date, words: DateWords, said: list[str], starts: list[int]
    ) -> None:
        self.text = text
        self.today = today
        self.words = words
        self.said = said
        self.starts = starts
        self.plain = not ("<" in text or "&nbsp;" in text or "&#160;" in text)

    def _may_precede(self, start: int, words: frozenset[str]) -> bool:
        """Whether the word before an offset is a figure or one of ``words``."""
        if not self.plain:
            return True
        index = bisect_left(self.starts, start)
        word = self.said[index - 1] if index else ""
        return word in words or word[:1].isdigit()

    def _may_follow(self, end: int, words: frozenset[str]) -> bool:
        """Whether the word after an offset is a figure or one of ``words``."""
        if not self.plain:
            return True
        index = bisect_left(self.starts, end)
        word = self.said[index] if index < len(self.said) else ""
        return word in words or word[:1].isdigit()

    def _usual(self, start: int) -> tuple[int, int | None, int] | None:
        """“4 mai”, “le 4 mai”, “mardi 4 mai”, by far the most usual forms: where it begins, the
        weekday and the day, read without a pattern. None: the month at ``start`` has another form."""
        said, starts, text, near = self.said, self.starts, self.text, self.words.near
        at = bisect_left(starts, start) - 1
        if not self.plain or at < 1 or len(number := said[at]) > 2 or not number.isdecimal():
            return None
        day, weekday = int(number), None
        if not 0 < day < 32 or text[starts[at] + len(number) : start] != " ":
            return None
        word = said[at - 1]
        if word in near.articles or word in self.words.weekday:
            weekday = self.words.weekday.get(word)
            if text[starts[at - 1] + len(word) : starts[at]] != " ":
                return None
            at -= 1
            word = said[at - 1] if at else ""
        if word in near.days or word[:1].isdigit() or text[starts[at] - 1] in _JOINED:
            return None  # perhaps one of a list of days
        return starts[at], weekday, day

    def _days_begin(self, start: int) -> int:
        """Where the words begin that may all be of a list of days before a month."""
        if not self.plain:
            return max(0, start - _LEFT)
        said, days, index = self.said, self.words.near.days, bisect_left(self.starts, start)
        while index and ((word := said[index - 1]) in days or word[0].isdigit()):
            index -= 1
        return max(self.starts[index], start - _LEFT)

    def _month(self, hit: re.Match[str]) -> list[DateSpan]:
        words, text = self.words, self.text
        month = words.month[hit["month"]]
        start, end = hit.span()
        days: list[tuple[int | None, int]] = []
        ranged = False
        usual = self._usual(start)
        begin = self._days_begin(start) if usual is None else start
        before = words.days_before.search(text, begin, start) if begin < start else None
        if usual:
            start, named, day = usual
            days = [(named, day)]
        elif before:
            start = before.start()
            days, ranged = self._days(before.group())
        if days:
            ranged = ranged or self._is_between(start)
        elif hit["month"] in words.month_first and (after := words.days_after.match(text, end)):
            days, ranged = self._days(after["days"])
            end = after.end()
            start, named = self._weekday_left(hit.start())
            if named is not None:
                days = [(named, days[0][1]), *days[1:]]
        year, end, direction = self._year_right(end)
        if days:
            return self._listed(days, ranged, month, year, direction, start, end)
        near = self._may_precede(start, words.near.before_month)
        begin = max(0, start - _SHORT)
        nth = words.nth_before.search(text, begin, start) if near else None
        if nth:
            return self._nth(nth["nth"], nth["what"], month, year, nth.start(), end)
        if hit.group().endswith(".") and year is None:
            end = hit.end() - 1
        prefix = words.month_before.search(text, begin, start) if near else None
        if year is None and direction == 0 and not prefix:
            return []
        if prefix and not prefix.group().strip().startswith(("d'", "de")):
            start = prefix.start()
        return [self._whole_month(month, year, direction, start, end)]

    def _is_between(self, start: int) -> bool:
        """As in "entre le 3 et le 5 mai"."""
        return self._may_precede(start, self.words.near.before_days) and bool(
            self.words.between_before.search(self.text[max(0, start - 12) : start])
        )

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
        if not self._may_follow(end, words.near.after_month):
            return None, end, 0
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
        this = day_of(here.year, month, day)
        agrees = this is not None and (weekday is None or this.weekday() == weekday)
        if this and agrees and not direction and abs((this - here).days) < _HALF_A_YEAR:
            return this  # all others are farther away
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
        near = self._may_precede(start, self.words.near.days)
        left = self.words.from_weekday.search(self.text[offset:start]) if near else None
        if left is None:
            return start, [last]
        days = (last.weekday() - self.words.weekday[left["weekday"]]) % 7
        between = self.text[offset + left.end("weekday") : start]
        if not days or (days > 1 and not self.words.joins_range.match(between)):
            return start, [last]  # "mercredi et vendredi 3 octobre" are two days
        return offset + left.start(), [last - timedelta(days=days), last]

    def _weekday_left(self, start: int) -> tuple[int, int | None]:
        offset = max(0, start - 24)
        near = self._may_precede(start, self.words.near.days)
        left = self.words.weekday_before.search(self.text[offset:start]) if near else None
        if left is None:
            return start, None
        return offset + left.start(), self.words.weekday[left["weekday"]]

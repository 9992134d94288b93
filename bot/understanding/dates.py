"""Dates and times in a text, resolved from its day of publication.

A year that is not said is the one nearest to publication whose weekday agrees. Nothing is more
precise than the text: "décembre 2024" is a month, "il y a quinze jours" no date at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.understanding.datewords import DateWords, build
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold

Kind = Literal["day", "month", "year", "approximate"]
#: How far a date may still move, because the text does not say it: its year, its week, its month.
Free = Literal["", "year", "week", "month"]
Role = Literal["", "until", "since"]

_LEFT = 90  # characters read before a month's name
_RECENT = 75  # days: a date so lately gone by is the one meant
_FAR = 45  # characters between a date and its time
_WORD = re.compile(r"[a-z]+|\d+")
_DAY = re.compile(r"\d{1,2}")
_STOP = re.compile(r"[.!?;](?=\s|$)")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """One date expression: ``text[start:end]``. Days are ISO 8601 in the text's precision."""

    start: int
    end: int
    iso: str | None  # None: approximate
    end_iso: str | None = None  # last day of a range, inclusive
    time: str | None = None
    end_time: str | None = None
    kind: Kind = "day"
    role: Role = ""
    free: Free = ""
    weekday: int | None = None  # 0 = Monday, where the text names it
    relative: bool = False  # "hier", "ce mercredi"
    time_span: tuple[int, int] | None = None

    said_past: bool = False  # "a reçu mercredi"

    @property
    def last(self) -> str | None:
        """The last day: of the range, else the day itself."""
        return self.end_iso or self.iso


def find(text: str, published: datetime, words: DateWords, zone: ZoneInfo) -> tuple[DateSpan, ...]:
    """Every date of ``text`` in order. ``published`` is aware; its day is taken in ``zone``."""
    return find_folded(fold(text), published.astimezone(zone).date(), words)


def of(prepared: Prepared) -> tuple[DateSpan, ...]:
    """The dates of an entry, found once."""
    kept = vars(prepared)
    if "dates" not in kept:
        knowledge = prepared.knowledge
        kept["dates"] = find_folded(
            prepared.folded,
            prepared.entry.published.astimezone(knowledge.timezone).date(),
            knowledge.made(words_of),
            zip(prepared.words, prepared.word_starts, strict=True),
        )
    found: tuple[DateSpan, ...] = kept["dates"]
    return found


def words_of(knowledge: Knowledge) -> DateWords:
    """The words of dates of all languages the bot knows."""
    return build(language.table("dates") for language in knowledge.languages.values())


def words_from(tables: Iterable[Mapping[str, Any]]) -> DateWords:
    """The words of dates of some ``[dates]`` tables."""
    return build(tables)


def find_folded(
    text: str, today: date, words: DateWords, tokens: Iterable[tuple[str, int]] | None = None
) -> tuple[DateSpan, ...]:
    """Every date of an already folded text; ``tokens`` are its words and where they begin."""
    if tokens is None:
        tokens = ((hit.group(), hit.start()) for hit in _WORD.finditer(text))
    spans: list[DateSpan] = []
    reader = _Reader(text, today, words)
    match, first = words.trigger.match, words.first
    for said, at in tokens:
        if said not in first and not said[0].isdigit():
            continue
        if spans and at < spans[-1].end:
            continue
        hit = match(text, at)
        if hit is None:
            continue
        for span in reader.read(hit):
            while spans and spans[-1].end > span.start:
                spans.pop()  # "samedi" before "14 mars": the longer expression holds it
            spans.append(span)
    return tuple(reader.timed(reader.roles(reader.joined(spans))))


def ahead(span: DateSpan, today: date) -> DateSpan:
    """The same words read as something to come: the next day they can mean."""
    return _shift(span, today, forward=True)


def behind(span: DateSpan, today: date) -> DateSpan:
    """The same words read as something past: the last day they can mean."""
    return _shift(span, today, forward=False)


def _shift(span: DateSpan, today: date, *, forward: bool) -> DateSpan:
    if not span.free or span.iso is None or (forward and span.said_past):
        return span
    here = today.isoformat()[: len(span.iso)]
    if (span.last or span.iso) >= here if forward else span.iso <= here:
        return span
    if forward and span.free == "year" and len(span.iso) == 10:
        gone = (today - date.fromisoformat(span.iso)).days
        if gone < _RECENT:
            return span  # "le 6 décembre", said on the 8th: this one
    step = 1 if forward else -1
    moved = replace(
        span,
        iso=_moved(span.iso, span.free, step),
        end_iso=_moved(span.end_iso, span.free, step),
    )
    return span if moved.iso is None else moved


def _moved(iso: str | None, free: Free, step: int) -> str | None:
    if iso is None:
        return None
    if free == "week":
        return (date.fromisoformat(iso) + timedelta(days=7 * step)).isoformat()
    year, rest = int(iso[:4]), iso[4:]
    if free == "month" and len(iso) == 10:
        month = int(iso[5:7]) + step
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        made = _day(year, month, int(iso[8:]))
        return made.isoformat() if made else None
    if len(iso) == 10 and _day(year + step, int(iso[5:7]), int(iso[8:])) is None:
        return None
    return f"{year + step}{rest}"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class _Reader:
    """Reads one text."""

    def __init__(self, text: str, today: date, words: DateWords) -> None:
        self.text = text
        self.today = today
        self.words = words

    def read(self, hit: re.Match[str]) -> list[DateSpan]:
        kind = hit.lastgroup if hit.lastgroup not in ("sep", "many") else None
        if hit["numeric"]:
            return self._numeric(hit)
        if hit["weekday"]:
            return self._weekday(hit)
        reads = {
            "month": self._month,
            "iso": self._iso,
            "short": self._short,
            "minus": self._minus,
            "relative": self._relative,
            "weekend": self._weekend,
            "unit": self._unit,
            "year": self._year,
            "bare": self._bare,
        }
        return reads[str(kind)](hit)

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
        before = words.days_before.search(left)
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
        together = ranged or all((b - a).days == 1 for a, b in pairwise(known))
        if len(known) == 1 or (together and known[-1] > known[0]):
            last = known[-1].isoformat() if len(known) > 1 else None
            return [DateSpan(start, end, known[0].isoformat(), last, free=free, weekday=days[0][0])]
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
            return _day(year, month, day)
        here = self.today
        near = [_day(here.year + step, month, day) for step in range(-4, 5)]
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
            if (one := _day(year, month, number)) and one.weekday() == wanted
        ]
        if weekday is None and (all_days[-1] + timedelta(days=1)).month != month:
            all_days.pop()
        chosen = all_days[count if count < 0 else min(count, len(all_days)) - 1]
        last = (chosen + timedelta(days=1)).isoformat() if weekday is None else None
        return [DateSpan(start, end, chosen.isoformat(), last, weekday=weekday)]

    # --- figures ----------------------------------------------------------------------------

    def _weekday_left(self, start: int) -> tuple[int, int | None]:
        offset = max(0, start - 24)
        left = self.words.weekday_before.search(self.text[offset:start])
        if left is None:
            return start, None
        return offset + left.start(), self.words.weekday[left["weekday"]]

    def _iso(self, hit: re.Match[str]) -> list[DateSpan]:
        if not _day(*(int(part) for part in hit["iso"].split("-"))):
            return []
        return [DateSpan(hit.start(), hit.end(), hit["iso"])]

    def _numeric(self, hit: re.Match[str]) -> list[DateSpan]:
        day, month, year = (int(part) for part in re.split(r"[/.-]", hit["numeric"]))
        if year < 100:
            if hit["sep"] != "/":
                return []  # 1.2.26 may be a version
            year += 2000
        found = _day(year, month, day)
        start, _ = self._weekday_left(hit.start())
        return [DateSpan(start, hit.end(), found.isoformat())] if found else []

    def _short(self, hit: re.Match[str]) -> list[DateSpan]:
        start, weekday = self._weekday_left(hit.start())
        left = self.text[max(0, start - 12) : start]
        if weekday is None and not re.search(r"(?:\b(?:le|du|au|les|by|on)\s|[(:,])\s*$", left):
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
            _day(month.year, month.month, day)
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
        if words.next_after.match(self.text, hit.end()) or words.next_before.search(left):
            saturday += timedelta(days=7 if self.today.weekday() >= 5 else 0)
        elif words.last_after.match(self.text, hit.end()) or words.last_before.search(left):
            saturday -= timedelta(days=7)
        elif not words.this_before.search(left):
            return []
        sunday = saturday + timedelta(days=1)
        return [
            DateSpan(
                hit.start(), hit.end(), saturday.isoformat(), sunday.isoformat(), relative=True
            )
        ]

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
        nth = re.search(r"(?<!\w)(\w+)\s+$", left)
        if nth and nth[1] in words.ordinal and (tail := words.nth_after.match(text, end)):
            here = self.today
            return self._nth(
                nth[1], hit["weekday"], here.month, here.year, start - len(nth.group()), tail.end()
            )
        coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        going = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        free: Free = ""
        if after := words.next_after.match(text, end):
            day, end = coming, after.end()
        elif after := words.last_after.match(text, end):
            day, end = going, after.end()
        elif after := words.week_after.match(text, end):
            day, end = coming + timedelta(days=7), after.end()
        elif after := words.fortnight_after.match(text, end):
            day, end = coming + timedelta(days=14), after.end()
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
            one = _day(first.year, first.month, days[0][1])
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

    # --- what joins them --------------------------------------------------------------------

    def joined(self, spans: list[DateSpan]) -> list[DateSpan]:
        """“du 30 mai au 1er juin”, "31 janvier et 1er février": one range."""
        found: list[DateSpan] = []
        for span in spans:
            one = self._range(found[-1], span) if found else None
            if one:
                found[-1] = one
            else:
                found.append(span)
        return found

    def _range(self, first: DateSpan, second: DateSpan) -> DateSpan | None:
        between = self.text[first.end : second.start]
        if len(between) > 16 or first.end_iso or second.end_iso or first.end == second.end:
            return None
        if first.kind != "day" or second.kind != "day" or not first.iso or not second.iso:
            return None
        ranged = bool(self.words.joins_range.fullmatch(between))
        if not ranged and not self.words.joins.fullmatch(between):
            return None
        begin, finish = date.fromisoformat(first.iso), date.fromisoformat(second.iso)
        if first.free == "year" and not 0 < (finish - begin).days < 300:
            moved = _day(finish.year, begin.month, begin.day)
            if moved and moved > finish:
                moved = _day(finish.year - 1, begin.month, begin.day)
            begin = moved or begin
        elif first.free == "week" and begin > finish:
            begin -= timedelta(days=7)
        gap = (finish - begin).days
        if not (gap == 1 or (ranged and 0 < gap < 100)):
            return None
        return replace(
            first,
            end=second.end,
            iso=begin.isoformat(),
            end_iso=finish.isoformat(),
            free=second.free if first.free else first.free,
        )

    def roles(self, spans: list[DateSpan]) -> list[DateSpan]:
        """Which dates are said with "until" or "since"."""
        words = self.words
        found: list[DateSpan] = []
        for span in spans:
            left = self.text[max(0, span.start - 36) : span.start + 14]
            cut = min(36, span.start)
            own = re.match(r"(?:le|au|the|on)?\s*", left[cut:])
            before = left[: cut + (own.end() if own else 0)]
            role: Role = ""
            if words.until_before.search(before):
                role = "until"
            elif words.since_before.search(before):
                role = "since"
            past = span.free == "week" and bool(words.past_before.search(before[-32:]))
            found.append(replace(span, role=role, said_past=past) if role or past else span)
        return found

    def timed(self, spans: list[DateSpan]) -> list[DateSpan]:
        """Gives each day the time said just after it, else just before it."""
        found: list[DateSpan] = []
        for index, span in enumerate(spans):
            if span.kind != "day" or span.start == span.end:
                found.append(span)
                continue
            after = spans[index + 1].start if index + 1 < len(spans) else len(self.text)
            hit = self._time(span.end, min(after, span.end + _FAR), span.end)
            if hit is None:
                least = max(found[-1].end if found else 0, span.start - 24)
                if found and (known := found[-1].time_span):
                    least = max(least, known[1])
                hit = self._time(least, span.start, None)
            if hit:
                start, end = _said(hit["from"]), _said(hit["to"]) if hit["to"] else None
                found.append(replace(span, time=start, end_time=end, time_span=hit.span()))
            else:
                found.append(span)
        return found

    def _time(self, start: int, end: int, stop_from: int | None) -> re.Match[str] | None:
        hit = self.words.time.search(self.text, start, end)
        if hit is None or _said(hit["from"]) is None:
            return None
        between = (stop_from, hit.start()) if stop_from is not None else (hit.end(), end)
        return None if _STOP.search(self.text, *between) else hit


def _said(words: str) -> str | None:
    """“18 h 30” -> "18:30", "6:30 pm" -> "18:30"; None for what is no time of day."""
    words = words.strip()
    if words in ("midi", "noon"):
        return "12:00"
    if words in ("minuit", "midnight"):
        return "00:00"
    numbers = re.findall(r"\d+", words)
    if not numbers:
        return None
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    if re.search(r"p\.?m", words) and hour < 12:
        hour += 12
    elif re.search(r"a\.?m", words) and hour == 12:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None

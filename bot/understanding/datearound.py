"""What stands around dates: what joins two into a range, "until" and "since", times of day."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date, timedelta

from bot.understanding.datespan import DateSpan, Role, day_of
from bot.understanding.datewords import DateWords

_FAR = 80  # characters between a date and its time
_SAME_MONTH = 90  # characters between a date and a day of its month
_SATURDAY = 5
_WORDS = 6  # before a date, among which those for "until" and "since" stand
_OWN = re.compile(r"(?:le|au|the|on)?\s*")  # of the date's own words
_STOP = re.compile(r"[.!?;](?=\s|$)")


class Around:
    """Completes the dates of one text."""

    def __init__(
        self, text: str, words: DateWords, said: list[str], starts: list[int], clocks: list[int]
    ) -> None:
        self.text = text
        self.words = words
        self._said, self._starts = said, starts  # the words of the text, and where they begin
        self._clocks = clocks  # where a figure begins, or "midi"

    def joined(self, spans: list[DateSpan]) -> list[DateSpan]:
        """“du 30 mai au 1er juin”, "31 janvier et 1er février": one range."""
        found: list[DateSpan] = []
        for said in spans:
            span = self._weekend(self._month_of(found[-1], said) if found else said)
            one = self._range(found[-1], span) if found else None
            if one:
                found[-1] = one
            else:
                found.append(span)
        return found

    def _weekend(self, span: DateSpan) -> DateSpan:
        """“le week-end du 25 avril”: the Saturday, and the Sunday after it."""
        if span.kind != "day" or span.end_iso or not span.iso or span.relative:
            return span
        day = date.fromisoformat(span.iso)
        if day.weekday() != _SATURDAY:
            return span
        if not self.words.weekend_of.search(self.text, max(0, span.start - 24), span.start):
            return span
        return span._replace(end_iso=(day + timedelta(days=1)).isoformat())

    def _range(self, first: DateSpan, second: DateSpan) -> DateSpan | None:
        if first.end_iso or second.end_iso or first.end == second.end:
            return None
        between = self._between(first.end, second.start)
        if between is None:
            return None
        if first.kind != "day" or second.kind != "day" or not first.iso or not second.iso:
            return None
        ranged = bool(
            self.words.joins_range.fullmatch(between) or self.words.ends.fullmatch(between)
        )
        if not ranged and not self.words.joins.fullmatch(between):
            return None
        begin, finish = date.fromisoformat(first.iso), date.fromisoformat(second.iso)
        if first.free == "year" and not 0 < (finish - begin).days < 300:
            moved = day_of(finish.year, begin.month, begin.day)
            if moved and moved > finish:
                moved = day_of(finish.year - 1, begin.month, begin.day)
            begin = moved or begin
        elif first.free == "week" and begin > finish:
            begin -= timedelta(days=7)
        gap = (finish - begin).days
        if not (gap == 1 or (ranged and 0 < gap < 100)):
            return None
        inner = self.words.time.search(self.text, first.end, second.start)
        return first._replace(
            end=second.end,
            time=_said(inner["from"]) if inner else None,
            time_span=inner.span() if inner else None,
            iso=begin.isoformat(),
            end_iso=finish.isoformat(),
            free=second.free if first.free else first.free,
        )

    def _between(self, start: int, end: int) -> str | None:
        """The words between two dates, the time of the first left out: "du 22 mai à 20 h au 23
        mai"; None where they are too many."""
        if end - start <= 16:
            hit = self.words.time.search(self.text, start, end) if end - start > 6 else None
        elif end - start <= 36:
            hit = self.words.time.search(self.text, start, end)
        else:
            return None
        if hit is None:
            return self.text[start:end] if end - start <= 16 else None
        if not self.words.hour_before.fullmatch(self.text, start, hit.start()):
            return self.text[start:end] if end - start <= 16 else None
        after = hit.end() if hit["to"] else hit.end("from")
        return " " + self.text[after:end].lstrip(" ,")

    def _month_of(self, before: DateSpan, span: DateSpan) -> DateSpan:
        """“le 25 mars à 14 h, puis le 27”: a day alone goes with the date before it."""
        if span.free != "month" or before.kind != "day" or before.relative or not before.iso:
            return span
        between = self.text[before.end : span.start]
        if len(between) > _SAME_MONTH or before.free == "month" or _STOP.search(between):
            return span
        if self.words.until_before.search(between):
            return span  # "jusqu’au 30" is of no day said before it
        day, known = int((span.iso or "")[8:10] or 0), date.fromisoformat(before.iso)
        if day <= known.day:
            return span
        made = day_of(known.year, known.month, day)
        return span._replace(iso=made.isoformat(), free=before.free) if made else span

    def roles(self, spans: list[DateSpan]) -> list[DateSpan]:
        """Which dates are said with "until" or "since"."""
        words = self.words
        found: list[DateSpan] = []
        for span in spans:
            index = bisect_left(self._starts, span.start)
            near = self._said[max(0, index - _WORDS) : index]
            bound = not words.role.keys().isdisjoint(near) and any(
                words.role.get(word, 0) >= away
                for away, word in zip(range(len(near), 0, -1), near, strict=True)
            )
            gone = span.free == "week" and not words.past.isdisjoint(near)
            if not (bound or gone):
                found.append(span)
                continue
            left = self.text[max(0, span.start - 36) : span.start + 14]
            cut = min(36, span.start)
            own = _OWN.match(left, cut)
            before = left[: own.end() if own else cut]
            role: Role = ""
            if bound and words.until_before.search(before):
                role = "until"
            elif bound and words.since_before.search(before):
                role = "since"
            past = gone and bool(words.past_before.search(before[-32:]))
            found.append(span._replace(role=role, said_past=past) if role or past else span)
        return found

    def timed(self, spans: list[DateSpan]) -> list[DateSpan]:
        """Gives each day the time said just after it, else just before it."""
        found: list[DateSpan] = []
        for index, span in enumerate(spans):
            if span.kind != "day" or span.start == span.end or span.time:
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
                found.append(span._replace(time=start, end_time=end, time_span=hit.span()))
            else:
                found.append(span)
        return found

    def _time(self, start: int, end: int, stop_from: int | None) -> re.Match[str] | None:
        first = bisect_left(self._clocks, start)
        if first == len(self._clocks) or self._clocks[first] >= end:
            return None
        hit = self.words.time.search(self.text, self._clocks[first], end)
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

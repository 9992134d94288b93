"""What stands around dates: what joins two into a range, "until" and "since", times of day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding.datespan import DateSpan, Role, day_of
from bot.understanding.datewords import DateWords

_FAR = 45  # characters between a date and its time
_STOP = re.compile(r"[.!?;](?=\s|$)")


class Around:
    """Completes the dates of one text."""

    def __init__(self, text: str, words: DateWords) -> None:
        self.text = text
        self.words = words

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
            moved = day_of(finish.year, begin.month, begin.day)
            if moved and moved > finish:
                moved = day_of(finish.year - 1, begin.month, begin.day)
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

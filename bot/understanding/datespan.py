"""A date expression, and how far it may still move for what the text does not say."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

Kind = Literal["day", "month", "year", "approximate"]
#: How far a date may still move, because the text does not say it: its year, its week, its month.
Free = Literal["", "year", "week", "month"]
Role = Literal["", "until", "since"]

_RECENT = 75  # days: a date so lately gone by is the one meant


class DateSpan(NamedTuple):
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


_START = attrgetter("start")


def between(spans: tuple[DateSpan, ...], start: int, end: int) -> tuple[DateSpan, ...]:
    """Those of a text's dates, in order, that stand between two offsets."""
    first = bisect_left(spans, start, key=_START)
    return spans[first : bisect_left(spans, end, first, key=_START)]


def ahead(span: DateSpan, today: date) -> DateSpan:
    """The same words read as something to come: the next day they can mean."""
    if span.said_past:
        return _shift(span, today, forward=False)  # "ont reçu samedi" is never to come
    return _shift(span, today, forward=True)


def behind(span: DateSpan, today: date) -> DateSpan:
    """The same words read as something past: the last day they can mean."""
    return _shift(span, today, forward=False)


def _shift(span: DateSpan, today: date, *, forward: bool) -> DateSpan:
    if not span.free or span.iso is None:
        return span
    here = today.isoformat()[: len(span.iso)]
    if (span.last or span.iso) >= here if forward else span.iso <= here:
        return span
    if forward and span.free == "year" and len(span.iso) == 10:
        gone = (today - date.fromisoformat(span.iso)).days
        if gone < _RECENT:
            return span  # "le 6 décembre", said on the 8th: this one
    step = 1 if forward else -1
    moved = span._replace(
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
        made = day_of(year, month, int(iso[8:]))
        return made.isoformat() if made else None
    if len(iso) == 10 and day_of(year + step, int(iso[5:7]), int(iso[8:])) is None:
        return None
    return f"{year + step}{rest}"


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None where there is no such day (30 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None

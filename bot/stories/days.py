"""Days in the precision of the text ("2026-02-17", "2026-02", "2026"): do they agree?"""

from __future__ import annotations

from datetime import date, timedelta

from bot.understanding.fact import Day


def agree(one: Day, other: Day) -> bool:
    """Neither contradicts the other: "2026-02" and "2026-02-17" do not."""
    return one.startswith(other) or other.startswith(one)


def finer(one: Day | None, other: Day | None) -> Day | None:
    """``one``, or ``other`` where it says the same more precisely."""
    if one is None or (other is not None and len(other) > len(one) and other.startswith(one)):
        return other
    return one


def year(day: Day | None) -> int | None:
    """The year of a day."""
    return int(day[:4]) if day else None


def overlap(start: Day, end: Day | None, other: Day, other_end: Day | None) -> bool:
    """Two spans share a day, as far as their precision says."""
    if agree(start, other):
        return True
    width = min(len(start), len(other))
    first, second = start[:width], other[:width]
    return first <= (other_end or other)[:width] and second <= (end or start)[:width]


def exact(day: Day | None) -> date | None:
    """The calendar day; None for a month, a year or nothing."""
    return date.fromisoformat(day) if day and len(day) == 10 else None


def apart(one: Day, other: Day) -> timedelta | None:
    """How far apart two exact days are."""
    first, second = exact(one), exact(other)
    return abs(first - second) if first and second else None

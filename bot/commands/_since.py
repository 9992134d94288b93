"""“hier”, “lundi”, “3 jours”, “12 février”, “2026-02-12”: since when, as people say it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.announcements.voice import Voice
from bot.understanding.language import fold

_DAYS_AGO = {
    "aujourd'hui": 0, "today": 0, "hier": 1, "yesterday": 1, "avant-hier": 2,
    "semaine": 7, "week": 7, "mois": 31, "month": 31, "an": 366, "annee": 366, "year": 366,
}  # fmt: skip
_COUNTED = re.compile(r"(\d{1,3})\s*(jours?|days?|semaines?|weeks?|mois|months?)\b")
_UNITS = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 31}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_NAMED = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]+)(?:\s+(\d{4}))?")


def since(text: str, today: date, voice: Voice) -> date | None:
    """The day that is meant, today or before; None where none can be read.

    >>> since("hier", date(2026, 2, 12), ...) == date(2026, 2, 11)
    """
    said = fold(text).strip()
    if hit := _ISO.search(said):
        return _made(int(hit[1]), int(hit[2]), int(hit[3]))
    if hit := _SLASHED.search(said):
        return _past(int(hit[2]), int(hit[1]), hit[3], today)
    if hit := _COUNTED.search(said):
        return today - timedelta(days=int(hit[1]) * _UNITS[hit[2][0]])
    for language in voice.knowledge.languages.values():
        table = language.table("dates")
        months = [[fold(name) for name in names] for names in table.get("months", ())]
        if hit := _NAMED.search(said):
            for number, names in enumerate(months, 1):
                if hit[2] in names:
                    return _past(number, int(hit[1]), hit[3], today)
        for number, names in enumerate(table.get("weekdays", ())):
            if any(fold(name) in said.split() for name in names):
                return today - timedelta(days=(today.weekday() - number) % 7)
    words = said.split()
    return next((today - timedelta(days=_DAYS_AGO[w]) for w in words if w in _DAYS_AGO), None)


def _past(month: int, day: int, year: str | None, today: date) -> date | None:
    """Without a year: the latest such day that is not to come."""
    if year:
        return _made(int(year), month, day)
    found = _made(today.year, month, day)
    return _made(today.year - 1, month, day) if found and found > today else found


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""Moments in the words of people: “today at 9:12”, in local time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_NEAR = {
    "fr": {0: "aujourd’hui", -1: "hier", 1: "demain"},
    "en": {0: "today", -1: "yesterday", 1: "tomorrow"},
}


def full_day(day: str, language: str) -> str:
    """A day, ISO 8601, with its month and year: “22 mars 2026”, “22 March 2026”."""
    code = language if language in _DAYS else "en"
    found = date.fromisoformat(day)
    number = "1er" if code == "fr" and found.day == 1 else str(found.day)
    return f"{number} {_MONTHS[code][found.month - 1]} {found.year}"


def moment(at: datetime, now: datetime, timezone: str, language: str) -> str:
    """``at``, an aware time, as said at ``now``: “mardi 3 février à 9 h 12”, “today at 09:12”."""
    code = language if language in _DAYS else "en"
    zone = ZoneInfo(timezone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    day = _NEAR[code].get((local.date() - today) // timedelta(days=1))
    if day is None:
        weekday, month = _DAYS[code][local.weekday()], _MONTHS[code][local.month - 1]
        number = "1er" if code == "fr" and local.day == 1 else str(local.day)
        day = f"{weekday} {number} {month}"
        if local.year != today.year:
            day = f"{day} {local.year}"
    if code == "fr":
        return f"{day} à {local.hour} h {local.minute:02}"
    return f"{day} at {local:%H:%M}"

"""The agenda form: a happening's days, hours and place in the words that understanding reads.

Calendars give values where feeds give sentences. Written out ("Début : samedi 14 février 2026
14:00 — Fin : … — Lieu : …", the form of Mobilizon's own feeds) they go the same way as every
other news, and `why` can quote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: a day, or a moment (aware)
When = date | datetime

_MONTHS: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "fr": {"start": "Début\u00a0: ", "end": "Fin\u00a0: ", "place": "Lieu\u00a0: "},
    "en": {"start": "Start: ", "end": "End: ", "place": "Location: "},
}
_CANCELLED: Mapping[str, str] = {"fr": "{title} (annulé)", "en": "{title} (cancelled)"}


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where. ``end`` is the last day of a happening of whole days, not the day after."""

    start: When
    end: When | None = None
    place: str = ""

    def words(self, language: str) -> str:
        """One line in the agenda form, plain text; French, or English for any other language."""
        said = _spoken(language)
        label = _LABELS[said]
        parts = [label["start"] + moment(self.start, said)]
        if self.end is not None and self.end != self.start:
            parts.append(label["end"] + moment(self.end, said))
        place = " ".join(self.place.split())
        if place:
            parts.append(label["place"] + place)
        return " — ".join(parts)


def day(when: When, language: str) -> str:
    """The day with its weekday: samedi 14 février 2026."""
    said = _spoken(language)
    weekday, month = _WEEKDAYS[said][when.weekday()], _MONTHS[said][when.month - 1]
    number = "1er" if said == "fr" and when.day == 1 else str(when.day)
    return f"{weekday} {number} {month} {when.year}"


def moment(when: When, language: str) -> str:
    """The day, and the hour where there is one."""
    hour = f" {when:%H:%M}" if isinstance(when, datetime) else ""
    return day(when, language) + hour


def cancelled(title: str, language: str) -> str:
    """The title of a happening that does not take place."""
    return _CANCELLED[_spoken(language)].format(title=title)


def local(when: When, zone: ZoneInfo) -> When:
    """A moment as clocks at ``zone`` show it; one without a zone is meant there. Days stay.

    By way of UTC, so that an hour that a change of clocks skips counts from before it, and one
    that comes twice is the first (RFC 5545 section 3.3.5).
    """
    if not isinstance(when, datetime):
        return when
    aware = when if when.tzinfo else when.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone)


def last_day(start: When, end: When | None) -> When | None:
    """RFC 5545 section 3.6.1: the end of whole days is the day after them."""
    if end is None or isinstance(end, datetime):
        return end
    return max(end - timedelta(days=1), start) if not isinstance(start, datetime) else end


def instant(when: When, zone: ZoneInfo) -> datetime:
    """For comparing: a day begins at its midnight in ``zone``."""
    if isinstance(when, datetime):
        return when if when.tzinfo else when.replace(tzinfo=zone)
    return datetime(when.year, when.month, when.day, tzinfo=zone)


def distinct(
    items: list[dict[str, object]], starts: Sequence[When], say: Callable[[When], str]
) -> None:
    """Give items that share title and page the day in their titles: else they look the same."""
    seen: dict[tuple[object, object], int] = {}
    for item in items:
        key = (item["title"], item["url"])
        seen[key] = seen.get(key, 0) + 1
    for item, start in zip(items, starts, strict=True):
        if seen[item["title"], item["url"]] > 1:
            item["title"] = f"{item['title']}, {say(start)}"


def _spoken(language: str) -> str:
    return "fr" if language.lower().startswith("fr") else "en"

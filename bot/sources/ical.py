"""iCalendar (RFC 5545, RFC 7986): the events of the next days, each in the agenda form.

Recurring events are written out, with their exceptions, by icalendar and recurring-ical-events.
This file is the only door of both. What is to come enters as time goes by, though the calendar
has not changed: on the day a recurrence comes into view the whole calendar is asked for again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from bot.config.syntax import Url, Zone
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import agendaform, apart, conditional, document, rhythm
from bot.sources.agendaform import Slot, When
from bot.sources.source import Reading, Source, State, as_html

_ACCEPT = "text/calendar, */*;q=0.1"
_NO_CALENDAR = {"fr": "ce n’est pas un calendrier iCalendar", "en": "this is no iCalendar"}
_TEXT = 20_000  # characters of one description that are read
_MOST = 500  # happenings of one calendar, the soonest: more is no agenda
_AHEAD = timedelta(days=400)  # how far ahead an event that does not recur is news
_BEYOND = timedelta(days=31)  # how far beyond the view the next recurrence is looked for
#: gatherings recur by days; by hours or seconds a rule from 1970 takes minutes to write out
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TIMES_A_DAY = 4
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?")


class Ical(Source):
    """A calendar somewhere on the web, asked politely."""

    kind = "ical"

    class Options(SourceSettings):
        """Settings of a calendar."""

        url: Url = Field(description="Address of the calendar (.ics); webcal:// is read as https.")
        days: int = Field(90, ge=1, le=366, description="How many days ahead recurrences are read.")
        timezone: Zone = Field(
            "Europe/Paris",
            description="Where the calendar's times are told and, without a zone, meant.",
        )

        @field_validator("url", mode="before")
        @classmethod
        def _webcal(cls, url: Any) -> Any:
            return re.sub(r"^webcals?://", "https://", url) if isinstance(url, str) else url

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the calendar and read it. Raises SourceError; the caller keeps ``state``."""
        options = self.options
        later = document.moment(state.get("later"))
        asked = state if later is None or now < later else _unconditional(state)
        answer = await conditional.ask(self.fetcher, options.url, asked, now, _ACCEPT)
        if answer.fetched is None:
            wait = rhythm.wait(answer.state.get("rhythm") or {}, now, self.interval, answer.wait)
            return Reading(False, state=answer.state, wait=wait, notices=answer.notices)
        found = await apart.run(
            parse,
            answer.fetched.body,
            answer.fetched.url,
            now.isoformat(),
            options.timezone,
            options.language,
            str(options.days),
            aside=b"RRULE" in answer.fetched.body,
        )
        read = document.from_json(found)
        if not found["events"] and state.get("events"):
            return Reading(
                False, state=state, notices=(*answer.notices, conditional.EMPTY), title=read.title
            )
        after = {name: found[name] for name in ("events", "later", "rhythm")}
        return Reading(
            True,
            read.items,
            {**answer.state, **after},
            title=read.title,
            language=read.language,
            wait=rhythm.wait(found["rhythm"], now, self.interval, answer.wait),
            notices=answer.notices,
        )


def _unconditional(state: State) -> dict[str, Any]:
    return {k: v for k, v in state.items() if k not in ("etag", "modified", "digest")}


def parse(
    body: bytes, url: str, now: str, timezone: str, language: str, days: str
) -> dict[str, Any]:
    """A calendar's bytes -> the JSON form of Document, and ``events`` (how many it holds),
    ``later`` (when a recurrence comes into view), ``rhythm``. Raises Unreadable.

    :param now: ISO 8601, aware.
    """
    import icalendar

    if b"BEGIN:VCALENDAR" not in body[:4096].upper():
        raise Unreadable(cause=_NO_CALENDAR)
    try:
        calendars = icalendar.Calendar.from_ical(body.lstrip(b"\xef\xbb\xbf"), multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise Unreadable(cause=_NO_CALENDAR) from error
    if not calendars:
        raise Unreadable(cause=_NO_CALENDAR)
    made = _Maker(url, datetime.fromisoformat(now), ZoneInfo(timezone), language, int(days))
    for calendar in calendars:
        made.read(calendar)
    head = calendars[0]
    return {
        "title": _text(head, "X-WR-CALNAME") or _text(head, "NAME"),
        "language": None,
        "items": made.items(),
        "events": made.events,
        "later": made.later.isoformat() if made.later else None,
        "rhythm": _rhythm(head),
    }


class _Maker:
    """Items out of components."""

    def __init__(self, url: str, now: datetime, zone: ZoneInfo, language: str, days: int) -> None:
        self.url, self.now, self.zone, self.language = url, now, zone, language
        self.view = timedelta(days=days)
        self.events = 0
        self.later: datetime | None = None
        self._found: list[tuple[When, dict[str, Any]]] = []

    def read(self, calendar: Any) -> None:
        """Take in one calendar. An event that cannot be read is left out alone."""
        series: dict[str, list[Any]] = {}
        for event in calendar.walk("VEVENT"):
            self.events += 1
            series.setdefault(str(event.get("UID") or f"{self.events} without"), []).append(event)
        cancelled = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for events in series.values():
            try:
                self._one_series(calendar, events, cancelled=cancelled)
            except Exception:  # noqa: BLE001, S112 - R1: both libraries fail in ways nobody has listed
                continue

    def _one_series(self, calendar: Any, events: list[Any], *, cancelled: bool) -> None:
        import icalendar
        import recurring_ical_events

        recurs = any(e.get(n) for e in events for n in ("RRULE", "RDATE", "RECURRENCE-ID"))
        alone = icalendar.Calendar()
        zone = str(calendar.get("X-WR-TIMEZONE", ""))
        if zone in available_timezones():  # with any other the library reads nothing
            alone.add("X-WR-TIMEZONE", zone)
        for event in events:
            _bound(event)
            alone.add_component(event)
        horizon = self.now + self.view
        last = horizon + _BEYOND if recurs else self.now + _AHEAD
        query = recurring_ical_events.of(alone)
        for one in query.between(self.now.astimezone(self.zone), last.astimezone(self.zone)):
            start = agendaform.local(one["DTSTART"].dt, self.zone)
            if recurs and agendaform.instant(start, self.zone) > horizon:
                self._comes(agendaform.instant(start, self.zone) - self.view)
                continue
            self._found.append((start, self._item(one, start, recurs, cancelled)))
        if recurs and self.later is None:
            self._comes(self.now + _BEYOND)

    def _comes(self, moment: datetime) -> None:
        self.later = min(self.later or moment, moment).astimezone(UTC)

    def _item(self, one: Any, start: When, recurs: bool, cancelled: bool) -> dict[str, Any]:
        end = agendaform.local(one["DTEND"].dt, self.zone) if one.get("DTEND") else None
        slot = Slot(start, agendaform.last_day(start, end), _text(one, "LOCATION") or "")
        title = plain = _text(one, "SUMMARY") or ""
        if recurs:  # else they all look the same
            title += f", {agendaform.day(start, self.language)}"
        off = cancelled or str(one.get("STATUS", "")).upper() == "CANCELLED"
        uid = str(one.get("UID") or "") or _hash(f"{plain}\n{start.isoformat()}")
        if recurs and one.get("RECURRENCE-ID"):
            uid += f"/{_stamp(one['RECURRENCE-ID'].dt, self.zone)}"
        updated = one.get("LAST-MODIFIED")
        return {
            "guid": uid,
            "url": str(one.get("URL") or "") or None,
            "title": as_html(agendaform.cancelled(title, self.language) if off else title),
            "summary": as_html(slot.words(self.language)),
            "content": as_html((_text(one, "DESCRIPTION") or "")[:_TEXT]) or None,
            "language": None,
            # the day it came into view: a permanence that was entered a year ago is news today
            "published": None,
            "updated": _iso(updated.dt, self.zone) if updated and hasattr(updated, "dt") else None,
            "authors": [name] if (name := _organiser(one)) else [],
            "tags": _categories(one),
            "media": list(_images(one)),
            "base": self.url,
        }

    def items(self) -> list[dict[str, Any]]:
        """The soonest first, each distinguishable from the others."""
        self._found.sort(key=lambda pair: (agendaform.instant(pair[0], self.zone), pair[1]["guid"]))
        kept = self._found[:_MOST]
        items = [item for _, item in kept]
        agendaform.distinct(
            items, [start for start, _ in kept], lambda when: agendaform.day(when, self.language)
        )
        return items


def _bound(event: Any) -> None:
    """Take away a rule that is no gathering's and takes long to write out: once is enough (R14)."""
    rules = event.get("RRULE")
    for rule in rules if isinstance(rules, list) else [rules] if rules else []:
        times = 1
        for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            times *= max(len(rule.get(part, ())), 1)
        often = str((rule.get("FREQ") or [""])[0]).upper() not in _FREQUENCIES
        endless = any(int(step) < 1 for step in rule.get("INTERVAL", ()))
        if often or endless or times > _TIMES_A_DAY:
            del event["RRULE"]
            return


def _text(of: Any, name: str) -> str | None:
    value = of.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return str(value).strip()[:_TEXT] or None if value is not None else None


def _stamp(when: When, zone: ZoneInfo) -> str:
    """A name for an occurrence that no change of zone names changes."""
    if not isinstance(when, datetime):
        return f"{when:%Y%m%d}"
    return f"{agendaform.instant(when, zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _iso(when: date | datetime, zone: ZoneInfo) -> str:
    return agendaform.instant(when, zone).astimezone(UTC).isoformat()


def _organiser(event: Any) -> str | None:
    organiser = event.get("ORGANIZER")
    name = str(getattr(organiser, "params", {}).get("CN", ""))
    return name if name and "@" not in name else None


def _categories(event: Any) -> list[str]:
    found = event.get("CATEGORIES") or []
    groups = found if isinstance(found, list) else [found]
    return [str(tag) for group in groups for tag in getattr(group, "cats", [group])]


def _images(event: Any) -> Iterable[Mapping[str, Any]]:
    """RFC 7986 section 5.10, and attachments that say they are images."""
    for name in ("IMAGE", "ATTACH"):
        value = event.get(name) or []
        for one in value if isinstance(value, list) else [value]:
            type = str(getattr(one, "params", {}).get("FMTTYPE", ""))
            if str(one).startswith(("http://", "https://")) and (
                name == "IMAGE" or type.startswith("image/")
            ):
                yield {"url": str(one), "type": type, "alt": "", "length": None}


def _rhythm(calendar: Any) -> dict[str, int]:
    """RFC 7986 section 5.7, and the older X-PUBLISHED-TTL: how often it wants to be read."""
    for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        value = calendar.get(name)
        span = getattr(value, "dt", None)
        if isinstance(span, timedelta):
            minutes = int(span.total_seconds()) // 60
        elif match := _DURATION.fullmatch(str(value or "")):
            weeks, days, hours, rest = (int(part or 0) for part in match.groups())
            minutes = ((weeks * 7 + days) * 24 + hours) * 60 + rest
        else:
            continue
        if minutes > 0:
            return {"minutes": min(minutes, 24 * 60)}
    return {}


def _hash(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=10).hexdigest()

"""L’Agenda du Libre (agendadulibre.org, the same software elsewhere): its JSON, by place and
distance. Each event becomes a piece of news in the agenda form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.config.syntax import Url, Zone
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import agendaform, conditional, document, rhythm
from bot.sources.agendaform import Slot
from bot.sources.source import Reading, Source, State, as_html

_NO_EVENTS = {
    "fr": "ce n’est pas la liste d’événements d’un Agenda du Libre",
    "en": "this is no list of events of an Agenda du Libre",
}
_TEXT = 20_000  # characters of one description that are read
_MOST = 500  # events that are read


class AgendaDuLibre(Source):
    """The gatherings around a place, asked politely."""

    kind = "agendadulibre"

    class Options(SourceSettings):
        """Settings of an Agenda du Libre."""

        url: Url = Field(
            "https://www.agendadulibre.org/events.json", description="Address of its events.json."
        )
        near: str = Field("", description="Only around this town; empty: everywhere.")
        distance: int = Field(60, ge=1, le=1000, description="Kilometres around `near`.")
        timezone: Zone = Field("Europe/Paris", description="Where its hours are told.")

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the events and read them. Raises SourceError."""
        options = self.options
        around = {"near[location]": options.near, "near[distance]": options.distance}
        join = "&" if "?" in options.url else "?"
        address = f"{options.url}{join}{urlencode(around)}" if options.near else options.url
        answer = await conditional.ask(self.fetcher, address, state, now, "application/json")
        wait = rhythm.wait({}, now, self.interval, answer.wait)
        if answer.fetched is None:
            return Reading(False, state=answer.state, wait=wait, notices=answer.notices)
        read = await document.read(
            parse, answer.fetched.body, answer.fetched.url, options.timezone, options.language
        )
        return Reading(True, read.items, answer.state, wait=wait, notices=answer.notices)


def parse(body: bytes, url: str, timezone: str, language: str) -> dict[str, Any]:
    """Its JSON -> the JSON form of Document. Raises Unreadable."""
    try:
        events = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(cause=_NO_EVENTS) from error
    if not isinstance(events, list):
        raise Unreadable(cause=_NO_EVENTS)
    zone, items, starts = ZoneInfo(timezone), [], []
    for event in events[:_MOST]:
        start = _moment(event, "start_time", zone) if isinstance(event, dict) else None
        if start is not None:
            items.append(_item(event, start, zone, url, language))
            starts.append(start)
    agendaform.distinct(items, starts, lambda when: agendaform.day(when, language))
    return {"items": items}


def _item(
    event: Mapping[str, Any], start: datetime, zone: ZoneInfo, base: str, language: str
) -> dict[str, Any]:
    places = (_string(event, name) for name in ("place_name", "address", "city"))
    slot = Slot(
        start, _moment(event, "end_time", zone), ", ".join(dict.fromkeys(filter(None, places)))
    )
    tags = event.get("tags") or event.get("tag_list") or []
    page = _string(event, "url").removesuffix(".json")
    return {
        "guid": page or str(event.get("id") or "") or None,
        "url": page or None,
        "title": as_html(_string(event, "title")),
        "summary": as_html(slot.words(language)),
        "content": _string(event, "description") or None,
        "language": None,
        "published": _string(event, "created_at") or None,
        "updated": _string(event, "updated_at") or None,
        "authors": [],
        "tags": [
            str(tag.get("name")) if isinstance(tag, dict) else str(tag)
            for tag in (tags if isinstance(tags, list) else str(tags).split())
        ],
        "media": [],
        "base": page or base,
    }


def _moment(event: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(_string(event, name))
    except ValueError:
        return None
    local = agendaform.local(found, zone)
    assert isinstance(local, datetime)
    return local


def _string(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return value.strip()[:_TEXT] if isinstance(value, str) else ""

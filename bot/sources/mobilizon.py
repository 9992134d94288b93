"""A Mobilizon group, or all public events of an instance: its calendar, found by its page."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from bot.config.model import Wrong
from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Closed, Refused
from bot.sources.ical import Ical
from bot.sources.source import Reading, Source, State

_SWITCHED_OFF = {
    "fr": "cette instance Mobilizon ne donne pas de calendrier\u00a0: le groupe n’existe pas ici, "
    "ou les flux y sont coupés. Prenez l’adresse du groupe sur sa propre instance, ou demandez à "
    "ses administrateurs d’activer les flux",
    "en": "this Mobilizon instance gives no calendar: the group is not here, or feeds are switched "
    "off. Take the group’s address on its own instance, or ask its administrators to switch feeds on",
}


class Mobilizon(Source):
    """A group or an instance of Mobilizon, asked politely."""

    kind = "mobilizon"

    class Options(Ical.Options):
        """Settings of a Mobilizon group or instance."""

        url: Url = Field(
            description="Page of the group, https://instance/@group; or the instance itself."
        )

        @field_validator("url")
        @classmethod
        def _page(cls, url: str) -> str:
            if not re.fullmatch(r"(?:/@[^/@]+(?:@[^/]+)?)?/?", urlsplit(url).path):
                raise Wrong(
                    "la page d’un groupe, https://instance/@groupe, ou l’instance elle-même",
                    "a group’s page, https://instance/@group, or the instance itself",
                )
            return url

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the calendar and read it. Raises SourceError."""
        parts = urlsplit(self.options.url)
        group = parts.path.rstrip("/")
        place = f"{group}/feed/ics" if group else "/feed/instance/ics"
        shared = {
            name: getattr(self.options, name)
            for name in (*SourceSettings.model_fields, "days", "timezone")
        }
        address = f"{parts.scheme}://{parts.netloc}{place}"
        options = Ical.Options(**{**shared, "kind": "ical", "url": address})
        try:
            return await Ical(self.id, options, self.fetcher).read(state, now)
        except Refused as refusal:
            status = refusal.fields.get("status")
            if status in (401, 403, 404):
                raise Closed(status=status, why=_SWITCHED_OFF) from refusal
            raise

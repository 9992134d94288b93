"""Mastodon's rules about media, as its source has them: images are ready at once (200), or after a
while (202, then 206 until 200); what is not ready, not there or shown already cannot be posted; what
no status shows is swept away after a day."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mastodon_rules import Clock

SWEPT = timedelta(days=1)


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.text, self.headers = status, text, headers or {}


@dataclass
class Upload:
    """One medium."""

    id: str
    type: str
    body: bytes
    alt: str
    at: datetime
    looks: int = 0  # how often it says 206 yet
    status: str | None = None  # that shows it


@dataclass
class Media:
    """What was brought, by id."""

    clock: Clock
    slow: int = 0  # looks that the next ones need until they are ready
    largest: int = 16 * 1024 * 1024
    types: tuple[str, ...] = ("image/jpeg", "image/png", "image/gif", "image/webp")
    known: dict[str, Upload] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(900))
    _answer: int = 200

    def take(self, given: dict[str, Any]) -> dict[str, Any]:
        """POST /api/v2/media."""
        type, body = given.get("file") or ("", b"")
        if type not in self.types or not body:
            raise Refusal(422, "La validation a échoué : type de fichier non pris en charge")
        if len(body) > self.largest:
            raise Refusal(422, "La validation a échoué : fichier trop lourd")
        alt = str(given.get("description") or "")
        if len(alt) > 1500:
            raise Refusal(422, "La validation a échoué : La description est trop longue")
        made = Upload(str(next(self.numbers)), type, body, alt, self.clock.now(), self.slow)
        self.known[made.id] = made
        self._answer = 202 if made.looks else 200
        return self.shown(made.id)

    def look(self, id: str) -> dict[str, Any]:
        """GET /api/v1/media/:id."""
        found = self.known.get(id)
        if found is None or found.status is not None:
            raise Refusal(404, "Record not found")
        found.looks = max(found.looks - 1, 0)
        self._answer = 206 if found.looks else 200
        return self.shown(id)

    def answer(self, path: str) -> int:
        """The status of the last answer about media."""
        return self._answer

    def attachable(self, ids: list[str], status: str | None = None) -> list[str]:
        """These, if a status may show them: of this account, ready, shown by no other."""
        self._sweep()
        if len(ids) > 4:
            raise Refusal(422, "La validation a échoué : pas plus de 4 fichiers")
        for id in ids:
            found = self.known.get(id)
            if found is None or found.status not in (None, status):
                raise Refusal(422, "La validation a échoué : fichier introuvable")
            if found.looks:
                raise Refusal(422, "La validation a échoué : fichier en cours de traitement")
        return ids

    def attach(self, ids: list[str], status: str) -> None:
        for id in ids:
            self.known[id].status = status

    def shown(self, id: str) -> dict[str, Any]:
        one = self.known[id]
        url = None if one.looks else f"https://alpes.test/media/{id}"
        return {"id": id, "type": "image", "url": url, "description": one.alt or None}

    def _sweep(self) -> None:
        for id, one in list(self.known.items()):
            if one.status is None and self.clock.now() - one.at >= SWEPT:
                del self.known[id]

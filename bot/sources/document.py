"""What a parser found in a document, in a form that JSON carries from one process to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sources import apart
from bot.sources.source import Item, Media


@dataclass(frozen=True, slots=True)
class Document:
    """A feed, read."""

    items: tuple[Item, ...]
    title: str | None = None
    language: str | None = None
    sound: bool = False  # well-formed: each of its entries is read alike, with others or alone
    cut: bool = False  # it ends too early
    archive: bool = False  # RFC 5005: an archive document, not the news


async def read(function: Callable[..., Any], body: bytes, *texts: str) -> Document:
    """Parse ``body`` away from the event loop with one of the kinds' ``parse`` functions.

    Raises Unreadable.
    """
    found: Document = await apart.run(function, body, *texts, then=from_json)
    return found


def from_json(found: dict[str, Any]) -> Document:
    """The JSON form, as the parsers return it -> the value."""
    return Document(
        tuple(_item(item) for item in found["items"]),
        found.get("title"),
        found.get("language"),
        found.get("sound", False),
        found.get("cut", False),
        found.get("archive", False),
    )


def moment(text: str | None) -> datetime | None:
    """ISO 8601 or RFC 3339 -> aware UTC; without a zone it counts as UTC; None where it is none."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _item(found: dict[str, Any]) -> Item:
    return Item(
        **{
            **found,
            "published": moment(found.get("published")),
            "updated": moment(found.get("updated")),
            "authors": tuple(found.get("authors", ())),
            "tags": tuple(found.get("tags", ())),
            "media": tuple(Media(**one) for one in found.get("media", ())),
        }
    )

"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import conditional, document, rhythm
from bot.sources.source import Reading, Source, State, as_html

_NO_FEED = {"fr": "ce n’est pas un JSON Feed", "en": "this is no JSON Feed"}
_ACCEPT = "application/feed+json, application/json;q=0.9, */*;q=0.1"
_TEXT = 200_000  # characters of one text that are read


class JsonFeed(Source):
    """A JSON Feed somewhere on the web, asked politely."""

    kind = "jsonfeed"

    class Options(SourceSettings):
        """Settings of a JSON Feed."""

        url: Url = Field(description="Address of the feed.")

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the feed and read it. Raises SourceError; the caller then keeps ``state``."""
        answer = await conditional.ask(self.fetcher, self.options.url, state, now, _ACCEPT)
        wait = rhythm.wait({}, now, self.interval, answer.wait)
        if answer.fetched is None:
            return Reading(False, state=answer.state, wait=wait, notices=answer.notices)
        found = await document.read(parse, answer.fetched.body, answer.fetched.url)
        if not found.items and state.get("items"):
            return Reading(False, state=state, notices=(*answer.notices, conditional.EMPTY))
        return Reading(
            True,
            found.items,
            {**answer.state, "items": len(found.items)},
            title=found.title,
            language=found.language,
            wait=wait,
            notices=answer.notices,
        )


def parse(body: bytes, url: str) -> dict[str, Any]:
    """A JSON Feed's bytes -> the JSON form of Document. Raises Unreadable."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(cause=_NO_FEED) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable(cause=_NO_FEED)
    title = _string(feed, "title")
    return {
        "title": as_html(title) if title else None,
        "language": _string(feed, "language"),
        "items": [_item(item, feed, url) for item in feed["items"] if isinstance(item, dict)],
    }


def _item(item: Mapping[str, Any], feed: Mapping[str, Any], url: str) -> dict[str, Any]:
    title, summary, plain = (_string(item, n) for n in ("title", "summary", "content_text"))
    listed = item.get("authors") or [item.get("author")]
    authors = [a for a in listed if isinstance(a, dict)] if isinstance(listed, list) else []
    guid = item.get("id")
    return {
        # an id may be a number, which readers must take as its text
        "guid": str(guid) if isinstance(guid, str | int | float) and guid != "" else None,
        "url": _string(item, "url") or _string(item, "external_url"),
        "title": as_html(title) if title else None,
        "summary": as_html(summary) if summary else None,
        "content": _string(item, "content_html") or (as_html(plain) if plain else None),
        "language": _string(item, "language"),
        "published": _string(item, "date_published") or _string(item, "date_modified"),
        "updated": _string(item, "date_modified"),
        "authors": [name for a in authors if (name := _string(a, "name"))],
        "tags": [tag for tag in _list(item, "tags") if isinstance(tag, str)],
        "media": _media(item),
        "base": _string(item, "url") or _string(feed, "home_page_url") or url,
    }


def _media(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"url": image, "type": "image/*", "alt": "", "length": None}
        for name in ("image", "banner_image")
        if (image := _string(item, name))
    ]
    for one in _list(item, "attachments"):
        if isinstance(one, dict) and (address := _string(one, "url")):
            size = one.get("size_in_bytes")
            found.append(
                {
                    "url": address,
                    "type": _string(one, "mime_type") or "",
                    "alt": _string(one, "title") or "",
                    "length": size if isinstance(size, int) else None,
                }
            )
    return found


def _string(of: Mapping[str, Any], name: str) -> str | None:
    value = of.get(name)
    return value[:_TEXT] if isinstance(value, str) and value else None


def _list(of: Mapping[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []

"""What a page says of itself in the words of schema.org, in JSON-LD or microdata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.sources import agendaform
from bot.sources.agendaform import Slot, When
from bot.sources.source import as_html

_ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "Report", "TechArticle", "SocialMediaPosting")
)
#: types of Event whose names do not say so
_EVENTS = frozenset(("Hackathon", "Festival", "CourseInstance", "ExhibitionEvent"))
_DEEPEST = 12  # levels of nesting that are followed
_TEXT = 20_000  # characters of one text that are read
Thing = Mapping[str, Any]


def things(tree: LexborHTMLParser) -> list[Thing]:
    """Articles and events: of JSON-LD, and where it has none of microdata."""
    found: list[Thing] = []
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            found += _inside(json.loads(script.text() or ""), 0)
        except (ValueError, RecursionError):
            continue  # one broken script says nothing of the others
    if not found:
        for node in tree.css("[itemscope][itemtype]"):
            thing = _microdata(node, 0)
            if _kind(thing):
                found.append(thing)
    return found


def items(found: list[Thing], base: str, zone: ZoneInfo, language: str) -> Iterator[dict[str, Any]]:
    """The same in the JSON form of Item; what has no name is left out."""
    for thing in found:
        title = _text(thing, "headline", "name")
        if title:
            yield _item(thing, title, base, zone, language)


def _inside(value: Any, depth: int) -> Iterator[Thing]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _inside(each, depth + 1)
    elif isinstance(value, dict):
        if _kind(value):
            yield value
        else:
            for each in value.values():
                if isinstance(each, list | dict):
                    yield from _inside(each, depth + 1)


def _kind(thing: Thing) -> str:
    types = thing.get("@type")
    for one in types if isinstance(types, list) else [types]:
        name = str(one or "").rstrip("/").rpartition("/")[2].rpartition(":")[2]
        if name in _ARTICLES:
            return "article"
        if name in _EVENTS or name.endswith("Event"):
            return "event"
    return ""


def _microdata(scope: LexborNode, depth: int) -> dict[str, Any]:
    """HTML, section 5 (microdata): the properties of one item, nested ones too."""
    thing: dict[str, Any] = {"@type": (scope.attributes.get("itemtype") or "").split()[:1]}
    waiting = [(child, depth) for child in scope.iter()]
    while waiting and depth <= _DEEPEST:
        node, at = waiting.pop(0)
        name = node.attributes.get("itemprop")
        scoped = "itemscope" in node.attributes
        if name:
            thing.setdefault(name.split()[0], _microdata(node, at + 1) if scoped else _value(node))
        if not scoped:
            waiting += [(child, at) for child in node.iter()]
    return thing


def _value(node: LexborNode) -> str:
    for name in ("content", "datetime", "href", "src"):
        if node.attributes.get(name):
            return str(node.attributes[name])
    return " ".join(node.text(separator=" ").split())


def _item(thing: Thing, title: str, base: str, zone: ZoneInfo, language: str) -> dict[str, Any]:
    link = _text(thing, "url", "mainEntityOfPage")
    try:
        address = urljoin(base, link) if link else None
    except ValueError:
        address = None
    start = _when(_text(thing, "startDate"), zone) if _kind(thing) == "event" else None
    summary = None
    if start is not None:
        end = _when(_text(thing, "endDate"), zone)
        summary = as_html(Slot(start, end, _place(thing.get("location"))).words(language))
    status = _text(thing, "eventStatus").rpartition("/")[2]
    shown = agendaform.cancelled(title, language) if status == "EventCancelled" else title
    identity = f"{title}\n{start.isoformat() if start else ''}"
    digest = hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=10).hexdigest()
    image = _text(thing, "image", "thumbnailUrl")
    return {
        "guid": address or _text(thing, "@id") or digest,
        "url": address,
        "title": as_html(shown),
        "summary": summary,
        "content": _text(thing, "description", "articleBody") or None,
        "language": _text(thing, "inLanguage") or None,
        "published": _text(thing, "datePublished") or None,
        "updated": _text(thing, "dateModified") or None,
        "authors": [name] if (name := _text(thing, "author", "organizer")) else [],
        "tags": [],
        "media": [{"url": image, "type": "image/*", "alt": "", "length": None}] if image else [],
        "base": base,
    }


def _text(thing: Thing, *names: str) -> str:
    """The first of these properties that has words: of a thing its name or address."""
    for name in names:
        value = thing.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = (
                next(
                    (
                        value[key]
                        for key in ("@id", "url", "name")
                        if isinstance(value.get(key), str)
                    ),
                    None,
                )
                if name in ("mainEntityOfPage", "image", "url")
                else value.get("name")
            )
        if isinstance(value, str) and value.strip():
            return value.strip()[:_TEXT]
    return ""


def _place(location: Any) -> str:
    where = location[0] if isinstance(location, list) and location else location
    if isinstance(where, str):
        return where[:300]
    if not isinstance(where, dict):
        return ""
    address = where.get("address")
    parts = [_text(where, "name")]
    if isinstance(address, dict):
        town = f"{_text(address, 'postalCode')} {_text(address, 'addressLocality')}".strip()
        parts += [_text(address, "streetAddress"), town]
    elif isinstance(address, str):
        parts.append(address)
    return ", ".join(dict.fromkeys(part for part in parts if part))[:300]


def _when(text: str, zone: ZoneInfo) -> When | None:
    try:
        if len(text) == len("2026-02-14"):
            return date.fromisoformat(text)
        return agendaform.local(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None

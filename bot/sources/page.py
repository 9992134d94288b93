"""A page of a site that has no feed: what it says of itself by schema.org (JSON-LD, then
microdata), else what CSS selectors find. robots.txt is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.config.model import Wrong
from bot.config.syntax import Url, Zone
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import conditional, document, rhythm, robots, schema_org
from bot.sources.source import Reading, Source, State, as_html

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_NO_SCHEMA = {
    "fr": "la page ne décrit ni article ni événement (schema.org)\u202f; donnez dans items le "
    "sélecteur CSS de ses nouvelles",
    "en": "the page describes neither articles nor events (schema.org); give the CSS selector of "
    "its news as items",
}
_NO_ITEMS = {
    "fr": "le sélecteur items ne trouve rien\u202f: la page a changé, ou c’est une page de connexion",
    "en": "the selector items finds nothing: the page has changed, or it is a login page",
}
_TEXT = 20_000  # characters of one item that are read
_MOST = 200  # items of one page that are read


class Page(Source):
    """A web page, watched politely."""

    kind = "page"

    class Options(SourceSettings):
        """Settings of a watched page. Selectors are CSS (Selectors Level 4, as lexbor reads it)."""

        url: Url = Field(description="Address of the page.")
        items: str = Field(
            "", description="Selector of one piece of news; empty: what schema.org data says."
        )
        title: str = Field("h1, h2, h3, h4, a", description="Its title, inside `items`.")
        link: str = Field("a[href]", description="Its link, inside `items`.")
        date: str = Field("time", description="Its date, inside `items`.")
        text: str = Field("", description="Its text, inside `items`; empty: all of it.")
        timezone: Zone = Field("Europe/Paris", description="Where hours without a zone are meant.")

        @field_validator("items", "title", "link", "date", "text")
        @classmethod
        def _selector(cls, value: str) -> str:
            try:
                LexborHTMLParser("<p>x</p>").css_first(value or "p")
            except Exception as error:  # lexbor raises its own, unlisted errors
                raise Wrong(
                    "un sélecteur CSS, par exemple article.news",
                    "a CSS selector, for example article.news",
                ) from error
            return value

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask robots.txt, then the page. Raises SourceError."""
        options = self.options
        allowed = await robots.check(self.fetcher, options.url, state.get("robots") or {}, now)
        answer = await conditional.ask(self.fetcher, options.url, state, now, _ACCEPT)
        after = {**answer.state, "robots": allowed}
        wait = rhythm.wait({}, now, self.interval, answer.wait)
        if answer.fetched is None:
            return Reading(False, state=after, wait=wait, notices=answer.notices)
        if urlsplit(answer.fetched.url).netloc != urlsplit(options.url).netloc:
            moved = await robots.check(
                self.fetcher, answer.fetched.url, state.get("robots_there") or {}, now
            )
            after["robots_there"] = moved
        selectors = (options.items, options.title, options.link, options.date, options.text)
        read = await document.read(
            parse,
            answer.fetched.body,
            answer.fetched.url,
            options.timezone,
            options.language,
            *selectors,
        )
        return Reading(
            True, read.items, after, read.title, read.language, wait=wait, notices=answer.notices
        )


def parse(
    body: bytes,
    url: str,
    timezone: str,
    language: str,
    items: str = "",
    title: str = "",
    link: str = "",
    date: str = "",
    text: str = "",
) -> dict[str, Any]:
    """A page's bytes -> the JSON form of Document. Raises Unreadable."""
    tree = LexborHTMLParser(body)
    base = url
    if (element := tree.css_first("base[href]")) is not None:
        base = _joined(url, element.attributes.get("href") or "")
    if items:
        inside = {"title": title, "link": link, "date": date, "text": text}
        found = [one for node in tree.css(items)[:_MOST] if (one := _selected(node, base, inside))]
    else:
        said = schema_org.things(tree)
        found = list(schema_org.items(said, base, ZoneInfo(timezone), language))[:_MOST]
    if not found:
        raise Unreadable(cause=_NO_ITEMS if items else _NO_SCHEMA)
    head = tree.css_first("title")
    whole = tree.css_first("html")
    return {
        "title": as_html(head.text(strip=True)) if head else None,
        "language": (whole.attributes.get("lang") if whole else None) or None,
        "items": list(_once(found)),
    }


def _selected(node: LexborNode, base: str, inside: Mapping[str, str]) -> dict[str, Any] | None:
    heading = node.css_first(inside["title"]) if inside["title"] else None
    words = " ".join((heading or node).text(separator=" ").split())
    if not words:
        return None
    title = words[:300]
    anchor = node.css_first(inside["link"]) if inside["link"] else None
    if anchor is None and node.tag == "a":
        anchor = node
    href = (anchor.attributes.get("href") if anchor is not None else None) or ""
    address = _joined(base, href) if href and not href.startswith("#") else None
    when = node.css_first(inside["date"]) if inside["date"] else None
    stamp = (when.attributes.get("datetime") or when.text(strip=True)) if when is not None else None
    part = node.css_first(inside["text"]) if inside["text"] else node
    return {
        "guid": address or f"{base}#{title}",
        "url": address or base,
        "title": as_html(title),
        "summary": None,
        "content": (part.html or "")[:_TEXT] if part is not None else None,
        "language": None,
        "published": stamp if document.moment(stamp) else None,
        "updated": None,
        "authors": [],
        "tags": [],
        "media": [],
        "base": base,
    }


def _once(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for one in found:
        if one["guid"] not in seen:
            seen.add(one["guid"])
            yield one


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, re.sub(r"\s+", "", link))
    except ValueError:
        return base

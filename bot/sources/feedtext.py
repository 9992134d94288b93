"""What a feed's bytes say: RSS 0.9x, 1.0, 2.0 and Atom (RFC 4287). feedparser's only door; the
plainest RSS does without it (:mod:`bot.sources.quick`)."""

from __future__ import annotations

import calendar
import html
import io
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from bot.errors import Unreadable
from bot.sources import quick
from bot.sources.source import as_html

_WEB_PAGE = {
    "fr": "une page web au lieu d’un flux, peut-être une page de connexion",
    "en": "a web page instead of a feed, maybe a login page",
}
_NO_FEED = {"fr": "ce n’est pas un flux RSS ou Atom", "en": "this is no RSS or Atom feed"}
_NOTHING = {"fr": "réponse vide", "en": "an empty answer"}
_ARCHIVE_MARK = re.compile(rb"<(?:\w+:)?archive(?:\s[^>]*)?/>")
_ADDRESS = re.compile(rb"""\burl\s*=\s*(["'])([^"'<>]{1,2000})\1""")
_WORDS = re.compile(
    rb"<media:description\b[^<>]*>([^<]{1,8000}|<!\[CDATA\[.{1,8000}?\]\]>)</", re.DOTALL
)
_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>")
#: an address that leads to itself from everywhere
_WHOLE = re.compile(r"https?://[a-z0-9.:-]+/[\w/.~%=+-]*", re.ASCII)
_TEXT = 200_000  # characters of one text that are read: a book is no news


def parse(body: bytes, content_type: str, url: str) -> dict[str, Any]:
    """A feed's bytes -> the JSON form of :class:`bot.sources.document.Document`.

    Runs outside the event loop, see :mod:`bot.sources.apart`. Raises Unreadable.
    """
    if not body.strip():
        raise Unreadable(cause=_NOTHING)
    return quickly(body, content_type, url) or thoroughly(body, content_type, url)


def quickly(body: bytes, content_type: str, url: str) -> dict[str, Any] | None:
    """What is plain enough; None: feedparser must read it."""
    from feedparser.datetimes import _parse_date

    tail = body[-2048:].lower()
    if not any(end in tail for end in _ENDS):
        return None
    found = quick.read(body, content_type, _parse_date)
    if found is None:
        return None
    header, entries = found
    return _found(body, url, header, entries, atom=False, sound=True, early=False)


def thoroughly(body: bytes, content_type: str, url: str) -> dict[str, Any]:
    """By feedparser. Raises Unreadable."""
    import feedparser

    # It is not told the feed's address: it would resolve guids against it, and they would all
    # change with it (R7). Neither its sanitizer nor its resolving of links in texts: entries/clean.py makes plain
    # text of everything and resolves the links itself, in a quarter of the time.
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.get("entries"):
        start = body[:2000].lstrip().lower()
        page = b"<html" in start or b"<!doctype html" in start or "html" in content_type.lower()
        raise Unreadable(cause=_WEB_PAGE if page else _NO_FEED)
    atom = str(parsed.get("version", "")).startswith("atom")
    tail = body[-2048:].lower()
    early = bool(parsed.get("bozo")) and not any(end in tail for end in _ENDS)
    header, entries = parsed.get("feed", {}), parsed["entries"]
    return _found(body, url, header, entries, atom=atom, sound=_sound(parsed), early=early)


def _found(
    body: bytes,
    url: str,
    header: Mapping[str, Any],
    entries: Sequence[Mapping[str, Any]],
    *,
    atom: bool,
    sound: bool,
    early: bool,
) -> dict[str, Any]:
    alts = _alts(body) if b"<media:description" in body else {}
    return {
        "title": _text(header, "title", strict=True),
        "language": header.get("language") or None,
        "items": [_item(entry, atom, url, header.get("language"), alts) for entry in entries],
        "sound": sound,
        "cut": early,
        "archive": bool(_ARCHIVE_MARK.search(body[:8192])),
    }


def _sound(parsed: Mapping[str, Any]) -> bool:
    """Well-formed XML; what HTTP says otherwise of its encoding or type changes no entry."""
    import feedparser

    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    return not parsed.get("bozo") or isinstance(parsed.get("bozo_exception"), harmless)


def _alts(body: bytes) -> dict[str, str]:
    """Address -> words of each picture: feedparser keeps only the first ones of an entry."""
    found: dict[str, str] = {}
    for part in body.split(b"<media:content")[1:]:
        head, _, rest = part.partition(b">")
        end = rest.find(b"</media:content>")
        address = _ADDRESS.search(head)
        words = _WORDS.search(rest, 0, end) if end >= 0 and not head.endswith(b"/") else None
        if address and words:
            text = words[1].removeprefix(b"<![CDATA[").removesuffix(b"]]>")
            said = html.unescape(text.decode("utf-8", "replace")).strip()
            found[html.unescape(address[2].decode("utf-8", "replace"))] = said[:1500]
    return found


def _item(
    entry: Mapping[str, Any], atom: bool, url: str, language: str | None, alts: Mapping[str, str]
) -> dict[str, Any]:
    contents = [part for part in entry.get("content", ()) if part.get("value")]
    media = _media(entry)
    summary = _text(entry, "summary", strict=atom)
    if entry.get("media_content") and not atom:
        # the first media:description comes as a plain content, the others not at all
        contents = [part for part in contents if part.get("type") != "text/plain"]
    for one in media:
        one["alt"] = alts.get(one["url"], "")
    details = [entry.get("title_detail") or {}, *contents, entry.get("summary_detail") or {}]
    published = _moment(entry, "published_parsed")
    updated = _moment(entry, "updated_parsed")
    return {
        "guid": str(entry["id"]) if entry.get("id") else None,
        "url": _resolved(url, str(entry["link"])) if entry.get("link") else None,
        "title": _text(entry, "title", strict=True) or _text(entry, "itunes_title", strict=True),
        "summary": summary
        or _text(entry, "subtitle", strict=True),  # a podcast's may be all it has
        "content": "\n".join(_html(part, strict=atom) for part in contents)[:_TEXT] or None,
        # Dublin Core's own word counts more than an inherited xml:lang
        "language": entry.get("language")
        or next((d["language"] for d in details if d.get("language")), language),
        "published": published or updated,
        "updated": updated,
        "authors": [str(a["name"]) for a in entry.get("authors", ()) if a.get("name")],
        "tags": [str(t.get("label") or t.get("term")) for t in entry.get("tags", ()) if t],
        "media": media,
        "base": _resolved(url, next((d["base"] for d in details if d.get("base")), "")) or None,
    }


def _resolved(base: str, link: str) -> str:
    if _WHOLE.fullmatch(link):
        return link
    try:
        return urljoin(base, link)
    except ValueError:  # "http://[": clean() will drop it
        return link


def _text(of: Mapping[str, Any], name: str, *, strict: bool) -> str | None:
    detail = of.get(f"{name}_detail") or {"value": of.get(name), "type": "text/html"}
    return _html(detail, strict=strict)[:_TEXT] or None


def _html(detail: Mapping[str, Any], *, strict: bool) -> str:
    """``strict``: believe feedparser's "plain". A description in RSS is HTML by the standard,
    and feedparser calls it plain as soon as one of its tags is unusual."""
    value = str(detail.get("value") or "")
    return as_html(value) if strict and detail.get("type") == "text/plain" else value


def _moment(entry: Mapping[str, Any], name: str) -> str | None:
    # feedparser answers "updated" with "published" and warns: ask the plain dict
    parts = dict.get(entry, name) if isinstance(entry, dict) else None
    if not isinstance(parts, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _media(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = [
        *entry.get("media_content", ()),
        *({**link, "url": link.get("href")} for link in entry.get("enclosures", ())),
    ]
    found = {str(one["url"]): _medium(one) for one in reversed(listed) if one.get("url")}
    if not any(one["type"].startswith("image/") for one in found.values()):
        # a preview picture, or a podcast's cover, where there is no other
        covers = [one.get("url") for one in entry.get("media_thumbnail", ())]
        covers.append((entry.get("image") or {}).get("href"))
        for address in [str(one) for one in covers if one][:1]:
            kept = {address: {"url": address, "type": "image/*", "alt": "", "length": None}}
            found = {**kept, **found}  # reversed, as they all are: the last comes first
    return list(found.values())[::-1]


#: Media RSS may say only what sort of thing it is
_MEDIA = {"image": "image/*", "video": "video/*", "audio": "audio/*"}


def _medium(one: Mapping[str, Any]) -> dict[str, Any]:
    size = str(one.get("filesize") or one.get("length") or "")
    return {
        "url": str(one["url"]),
        "type": str(one.get("type") or _MEDIA.get(str(one.get("medium")), "")),
        "alt": "",
        "length": int(size) if size.isascii() and size.isdigit() else None,
    }

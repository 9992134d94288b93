"""RSS and Atom (RSS 0.9x, 1.0, 2.0; RFC 4287), by feedparser. This file is its only door."""

from __future__ import annotations

import calendar
import html
import io
import re
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from pydantic import Field

from bot import thrift
from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import apart, conditional, cut, document, quick, rhythm, vanished, websub
from bot.sources.fetch import Fetched
from bot.sources.source import Item, Reading, Source, State, as_html
from bot.sources.vanished import Vanished

_WEB_PAGE = {
    "fr": "une page web au lieu d’un flux, peut-être une page de connexion",
    "en": "a web page instead of a feed, maybe a login page",
}
_NO_FEED = {"fr": "ce n’est pas un flux RSS ou Atom", "en": "this is no RSS or Atom feed"}
_NOTHING = {"fr": "réponse vide", "en": "an empty answer"}
_CUT = {
    "fr": "le flux est tronqué\u202f; je lis ce qu’il en reste",
    "en": "the feed is cut off; I read what is left of it",
}
_ARCHIVE = {
    "fr": "ce flux est une page d’archives\u202f; je n’en annonce rien. Donnez l’adresse du flux courant",
    "en": "this feed is an archive page; I announce nothing of it. Give the current feed’s address",
}
_ARCHIVE_MARK = re.compile(rb"<(?:\w+:)?archive(?:\s[^>]*)?/>")
_ADDRESS = re.compile(rb"""\burl\s*=\s*(["'])([^"'<>]{1,2000})\1""")
_WORDS = re.compile(
    rb"<media:description\b[^<>]*>([^<]{1,8000}|<!\[CDATA\[.{1,8000}?\]\]>)</", re.DOTALL
)
_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>")
_SMALL = 8_000  # bytes that may be read on the loop where they are plain: a tenth of a millisecond
_TEXT = 200_000  # characters of one text that are read: a book is no news


class Feed(Source):
    """A feed somewhere on the web, asked politely."""

    kind = "feed"

    class Options(SourceSettings):
        """Settings of a feed."""

        url: Url = Field(description="Address of the feed, RSS or Atom.")

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the feed and read it. Raises SourceError; the caller then keeps ``state``."""
        answer = await conditional.ask(self.fetcher, self.options.url, state, now)
        if answer.fetched is None:
            wish = answer.state.get("rhythm") or {}
            wait = rhythm.wait(wish, now, self.interval, answer.wait)
            known = self._still_there(answer.state, now)
            return Reading(
                False, state=answer.state, wait=wait, notices=answer.notices, known=known
            )
        if hub := websub.offer(answer.fetched.headers, answer.fetched.body, answer.fetched.url):
            answer.state["hub"] = hub
        else:
            answer.state.pop("hub", None)
        marks = cut.unpack(answer.state.get("marks", ""))
        scan = await _scan(answer.fetched, marks)
        part = await self._part(answer.fetched, answer, scan, marks, now) if scan else None
        return part or await self._whole(answer.fetched, answer, scan, state, now)

    async def pushed(self, body: bytes, content_type: str, state: State) -> Reading:
        """What a hub sent: the feed, or the new part of it. ``state`` stays as polling left it.

        Raises Unreadable.
        """
        found = await _read(body, content_type, self.options.url)
        items = () if found.archive else found.items
        return Reading(bool(items), items, state, title=found.title, language=found.language)

    def _still_there(self, state: dict[str, Any], now: datetime) -> tuple[str, ...]:
        """Once a month a feed without news says again what it shows: that is not forgotten (R6)."""
        month = f"{now.year}-{now.month}"
        if not state.get("marks") or state.get("shown") == month:
            return ()
        state["shown"] = month
        return self._ids(cut.unpack(state["marks"]).values())

    def _ids(self, ends: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{self.id}/{end}" for end in ends if end)

    async def _part(
        self,
        fetched: Fetched,
        answer: conditional.Answer,
        scan: cut.Scan,
        known: Mapping[str, str],
        now: datetime,
    ) -> Reading | None:
        """Only what is not known yet; None where the whole must be read."""
        here = {mark: known[mark] for mark in scan.marks if mark in known}
        if not here:
            return None
        fresh = [mark for mark in scan.marks if mark not in known]
        found = document.Document(())
        if fresh:
            content_type = fetched.headers.get("Content-Type", "")
            try:
                found = await _read(scan.without(known), content_type, fetched.url)
            except Unreadable:
                return None
            if not found.sound or found.archive or len(found.items) != len(fresh):
                return None
        wish = rhythm.read(fetched.body)
        after = {**answer.state, "rhythm": wish, "items": len(scan.marks)}
        before, after["order"] = after.get("order", ""), vanished.keep(scan.marks)
        gone = vanished.look(before, scan.marks, known) if before != after["order"] else None
        if len(here) < len(known):
            after["marks"] = cut.pack(here)
        return Reading(
            bool(fresh),
            _marked(found.items, fresh),
            after,
            title=found.title,
            language=found.language,
            wait=rhythm.wait(wish, now, self.interval, answer.wait),
            known=self._ids(here.values()) if fresh else self._still_there(after, now),
            whole=lambda: self._whole(fetched, answer, scan, answer.state, now),
            notices=answer.notices,
            vanished=_with_deleted(gone, fetched.body),
        )

    async def _whole(
        self,
        fetched: Fetched,
        answer: conditional.Answer,
        scan: cut.Scan | None,
        state: State,
        now: datetime,
    ) -> Reading:
        """Every entry."""
        content_type = fetched.headers.get("Content-Type", "")
        found = await _read(fetched.body, content_type, fetched.url)
        after = dict(answer.state)
        known = cut.unpack(after.pop("marks", ""))
        gone = vanished.look(after.pop("order", ""), scan.marks, known) if scan else None
        if scan:
            after["order"] = vanished.keep(scan.marks)
        after["rhythm"] = wish = rhythm.read(fetched.body)
        notices = answer.notices
        items = found.items
        if scan and found.sound and len(items) == len(scan.marks):
            items = _marked(items, scan.marks)
        if found.archive:
            notices, items = (*notices, _ARCHIVE), ()
        elif not items and state.get("items"):
            # R11: what was known stays known, and the next question is unconditional as before
            return Reading(
                False, state=state, notices=(*notices, conditional.EMPTY), title=found.title
            )
        elif found.cut:
            notices = (*notices, _CUT)
            after = {**after, **_validators_of(state)}
        after["items"] = len(items)
        return Reading(
            True,
            items,
            after,
            title=found.title,
            language=found.language,
            wait=rhythm.wait(wish, now, self.interval, answer.wait),
            notices=notices,
            vanished=None if found.archive or found.cut else _with_deleted(gone, fetched.body),
        )


def _with_deleted(gone: Vanished | None, body: bytes) -> Vanished | None:
    said = vanished.deleted(body)
    return replace(gone or Vanished(), deleted=said) if said else gone


async def _read(body: bytes, *texts: str) -> document.Document:
    """:func:`parse` beside the loop; what is small and plain at once: a thread would take longer.

    Raises Unreadable.
    """
    if len(body) < _SMALL and (found := apart.guarded(quickly, body, texts)):
        return document.from_json(found)
    return await document.read(parse, body, *texts)


async def _scan(fetched: Fetched, known: Collection[str]) -> cut.Scan | None:
    content_type = fetched.headers.get("Content-Type", "")
    if len(fetched.body) < apart.LARGE:
        return cut.scan(fetched.body, content_type, known)
    return await thrift.aside(cut.scan, fetched.body, content_type, known)


def _marked(items: Sequence[Item], marks: Sequence[str]) -> tuple[Item, ...]:
    return tuple(replace(item, mark=mark) for item, mark in zip(items, marks, strict=True))


def _validators_of(state: State) -> dict[str, Any]:
    """Those of before: a damaged body proves nothing about its own (P4)."""
    return {name: state.get(name) for name in ("etag", "modified", "digest")}


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

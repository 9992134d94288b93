"""The plainest RSS, read by expat alone: feedparser needs ten to thirty times as long for it.

Read is only what is listed here, and it is read exactly as feedparser reads it (6.0; the names of
its own functions stand beside what is done like them). Wherever anything else comes (an element or
an attribute that is not listed, one that stands twice, markup inside a text, another encoding,
whatever is not well-formed), the answer is None, and feedparser reads the document. The
differential tests in ``tests/sources/test_quick.py``, and ``make conformance`` over the test files
of other projects, show that both find the same.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

#: feedparser calls elements by these, whatever the document calls them
_PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/commentAPI/",
}
_CONTENT, _DC, _SLASH, _SY, _WFW = (f"{address} " for address in _PREFIXES.values())
_ATOM = "http://www.w3.org/2005/Atom "

#: what is kept of an element; "" nothing
_ITEM = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "description": "summary",
    f"{_CONTENT}encoded": "content",
    "pubDate": "published",
    f"{_DC}date": "updated",
    "author": "author",
    f"{_DC}creator": "author",
    "category": "tags",
    f"{_DC}subject": "tags",
    f"{_DC}language": "language",
    "enclosure": "enclosures",
    "comments": "",
    f"{_SLASH}comments": "",
    f"{_WFW}commentRss": "",
    f"{_DC}format": "",
    f"{_DC}identifier": "",
}
_CHANNEL = {
    "title": "title",
    "language": "language",
    f"{_DC}language": "language",
    "link": "",
    "description": "",
    "lastBuildDate": "",
    "pubDate": "",
    f"{_DC}date": "",
    "generator": "",
    "ttl": "",
    "docs": "",
    "copyright": "",
    "category": "",
    "managingEditor": "",
    "webMaster": "",
    f"{_SY}updatePeriod": "",
    f"{_SY}updateFrequency": "",
    f"{_SY}updateBase": "",
}
_IMAGE = frozenset({"url", "title", "link", "description", "width", "height"})
#: may stand more than once in one entry
_SEVERAL = frozenset({"tags", "enclosures", ""})

_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\ version=["']1\.0["']
    (?P<utf8>\ encoding=["'][Uu][Tt][Ff]-8["'])?(?:\ standalone=["'](?:yes|no)["'])?\s*\?>)?
    \s*<rss[\s>]""",
    re.VERBOSE,
)
_CHARSET = re.compile(r";\s*charset=\"?utf-8\"?\s*$", re.IGNORECASE)
#: feedparser takes these for the windows-1252 characters that they once were
_C1 = re.compile("[\x80-\x9f]")


class _Unsure(Exception):
    """Something that is not listed."""


def read(
    body: bytes, content_type: str, date: Callable[[str], Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The feed's own fields and its entries, in feedparser's terms; None: feedparser must read it.

    :param date: feedparser's own reading of dates.
    """
    if not _utf8(body, content_type):
        return None
    reading = _Reading(date)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartNamespaceDeclHandler = reading.namespace
    parser.ProcessingInstructionHandler = reading.unsure
    parser.StartDoctypeDeclHandler = reading.unsure
    try:
        parser.Parse(body, True)
    except (_Unsure, expat.ExpatError):
        return None
    return reading.feed, reading.entries


def _utf8(body: bytes, content_type: str) -> bool:
    """Would feedparser too, whatever it tries first, read it as UTF-8?"""
    start = _START.match(body)
    if start is None or body.find(b"?>", start.end()) >= 0:
        return False
    said = _CHARSET.search(content_type)
    if said is None and "charset" in content_type.lower():
        return False
    if body.isascii():
        return True
    if said is None and start["utf8"] is None:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Reading:
    """Follows expat through rss, channel, item (or image) and their fields, all of them flat."""

    def __init__(self, date: Callable[[str], Any]) -> None:
        self.feed: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        self._date = date
        self._depth = 0
        self._inside = ""  # the channel's child: "item", "image"
        self._field = ""
        self._link = ""  # a guid that is one
        self._pieces: list[str] = []
        self._seen: set[str] = set()
        self._seen_in_feed: set[str] = set()

    def unsure(self, *_: Any) -> None:
        raise _Unsure

    def namespace(self, prefix: str | None, address: str) -> None:
        """Only the root declares them: none of its own, and none that feedparser takes for another."""
        if self._depth or prefix is None or _PREFIXES.get(prefix, address) != address:
            raise _Unsure

    def text(self, piece: str) -> None:
        self._pieces.append(piece)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        depth = self._depth = self._depth + 1
        self._pieces.clear()
        if depth == 4 and self._inside == "item":
            field = _ITEM.get(name)
            if field is None or (field in self._seen and field not in _SEVERAL):
                raise _Unsure
            self._seen.add(field)
            self._field = field
            if attributes or field == "enclosures":
                self._with_attributes(field, attributes)
            elif field == "id":
                self._link = "true"
        elif depth == 3:
            self._child_of_channel(name, attributes)
        elif depth == 4 and self._inside == "image":
            if name not in _IMAGE or attributes:
                raise _Unsure
        elif depth == 1:
            if name != "rss" or attributes.keys() - {"version"}:
                raise _Unsure
        elif depth == 2:
            if name != "channel" or attributes or "channel" in self._seen_in_feed:
                raise _Unsure
            self._seen_in_feed.add("channel")
        else:
            raise _Unsure

    def _with_attributes(self, field: str, attributes: dict[str, str]) -> None:
        if field == "enclosures" and attributes.keys() <= {"url", "length", "type"}:
            link = {"rel": "enclosure", **attributes}
            if "url" in link:  # _enforce_href
                link["href"] = link.pop("url")
            if "type" in link:  # _normalize_attributes
                link["type"] = link["type"].lower()
            self.entries[-1].setdefault("enclosures", []).append(link)
        elif field == "id" and attributes.keys() == {"isPermaLink"}:
            self._link = attributes["isPermaLink"]
        else:
            raise _Unsure

    def _child_of_channel(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_ATOM}link" and "href" in attributes and attributes.keys() <= _LINK:
            self._inside = self._field = ""
            return
        if attributes:
            raise _Unsure
        if name == "item":
            self._inside = name
            self._seen.clear()
            self._link = ""
            self.entries.append({})
            return
        if name == "image":
            self._inside, self._field = name, ""
            return
        field = _CHANNEL.get(name)
        if field is None or (field and field in self._seen_in_feed):
            raise _Unsure
        self._seen_in_feed.add(field)
        self._inside, self._field = "", field

    def end(self, _: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if depth == 4 and self._inside == "item":
            if self._field:
                self._keep(self._field, "".join(self._pieces).strip())
        elif depth == 3:
            if self._inside == "item":
                self._complete(self.entries[-1])
            elif self._field:
                value = _text("".join(self._pieces).strip())
                if self._field == "title":
                    self.feed["title_detail"] = _title(value, "".join(self._pieces).strip())
                self.feed[self._field] = value
            self._inside = self._field = ""
        self._pieces.clear()

    def _keep(self, field: str, said: str) -> None:
        """pop(): the words of one field of an entry."""
        entry = self.entries[-1]
        if field in ("link", "id"):
            if field == "link" or self._link == "true":
                if "///" in said:  # resolve_uri() would take slashes out
                    raise _Unsure
                if field == "link" and "&" in said and ";" in said:
                    raise _Unsure
            entry[field] = _text(said)
            return
        value = _text(said)
        if field == "title":
            entry["title"], entry["title_detail"] = value, _title(value, said)
        elif field == "summary":
            entry["summary"] = value
            entry["summary_detail"] = {"type": "text/html", "value": value}
        elif field == "content":
            entry["content"] = [{"type": "text/html", "value": value}]
        elif field in ("published", "updated"):
            entry[f"{field}_parsed"] = self._date(value)
        elif field == "author":
            if "@" in value:  # _sync_author_detail() would look for an address in it
                raise _Unsure
            entry["authors"] = [{"name": value}]
        elif field == "tags":
            tags = entry.setdefault("tags", [])
            if value and {"term": value} not in tags:
                tags.append({"term": value})
        elif field == "language":
            entry["language"] = value

    def _complete(self, entry: dict[str, Any]) -> None:
        if self._link == "true":  # _end_guid(): it is the link where there is none
            entry.setdefault("link", entry["id"])
        if "content" in entry and "summary" not in entry:  # _end_content()
            entry["summary"] = entry["content"][0]["value"]


#: attributes of a link of the channel
_LINK = frozenset({"href", "rel", "type", "title", "hreflang", "length"})


def _text(said: str) -> str:
    """Words as pop() leaves them: what was UTF-8 twice is so no more."""
    if said.isascii():
        return said
    with contextlib.suppress(UnicodeError):
        said = said.encode("iso-8859-1").decode("utf-8")
    if _C1.search(said):
        raise _Unsure
    return said


def _title(value: str, said: str) -> dict[str, str]:
    """push_content() and looks_like_html(): a title is plain unless it has an end tag or an entity."""
    if "</" in said or ("&" in said and ";" in said):
        raise _Unsure
    return {"type": "text/plain", "value": value}

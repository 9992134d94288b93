"""Known entries are cut out of a feed before it is parsed: nearly all of a parse is theirs.

Each raw ``<item>`` or ``<entry>`` has a mark, 8 bytes of a SHA-256 of its bytes (without counters of
comments). Where every mark of a document can be told for certain, those already known are left
out, and the parser gets the header and the rest. Wherever the scan is not certain (an encoding
other than UTF-8, a doctype, namespaces or bases inside entries, markup that only looks like an
entry, processing instructions) there is nothing to cut: the whole document is parsed.

What is remembered, as text: the marks and the ids of the entries they stand for, packed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

#: bytes of a mark, and of the id that :func:`bot.entries.clean.clean` makes (after the "/")
_MARK = 8
_ID = 10
_NO_ID = "00" * _ID  # nothing is in the entry
#: before what pack() makes; no character of base85 is a colon
_PACKED = "64:"

_ROOT = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]")
_TAGS = {b"rss": b"item", b"rdf:RDF": b"item", b"feed": b"entry"}
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"']{1,40})["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
#: these say nothing new by themselves: counters beside an entry, where no markup can come into
#: being from what stands before and behind them
_COUNTERS = re.compile(
    rb"<(?<=[\s>]<)(?:(slash:comments|thr:total)>[0-9\s]*</\1>"
    rb"|media:(?:statistics|starRating)\s[^<>]*/>)(?=[\s<])"
)
_COUNTED = ((b":slash", b"<slash:comments"), (b":thr", b"<thr:total"), (b":media", b"<media:st"))
#: what may stand before or in an entry only where the parser reads it together with all the others
_UNSURE = re.compile(rb"xmlns|xml:base|<\?|<!(?!\[CDATA\[|--)")
#: the same where CDATA sections and comments were taken out
_UNSURE_SIGNS = (b"xmlns", b"xml:base", b"<?", b"<!")
_OPAQUE = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))


@dataclass(frozen=True, slots=True)
class Scan:
    """A document taken apart."""

    body: bytes
    slices: tuple[tuple[int, int], ...]  # of the entries, in order
    marks: tuple[str, ...]  # of the same, in hexadecimal

    def without(self, known: Mapping[str, str]) -> bytes:
        """The document without the entries whose marks are known."""
        kept, at = [], 0
        for (start, end), mark in zip(self.slices, self.marks, strict=True):
            if mark in known:
                kept.append(self.body[at:start])
                at = end
        kept.append(self.body[at:])
        return b"".join(kept)


def shape(body: bytes, content_type: str) -> str:
    """A digest of all entries with what is between them, and of what they are read under; "" where
    it proves nothing. Two documents with the same one differ in their header and their tail only.
    """
    root = _root(body)
    if root is None:
        return ""
    tag = _TAGS[root[1]]
    opening, closing = b"<" + tag, b"</" + tag + b">"
    head = body.find(b">", root.start()) + 1
    first = _next(body, opening, head)
    end = body.rfind(closing) + len(closing)
    if first < 0 or end < first or _next(body, opening, end) >= 0:
        return ""
    tail = body[end:]
    unsure = _UNSURE.search(body, head, first) or b"<!" in tail or b"<?" in tail
    if unsure or not _plain_utf8(body[:first] + tail, content_type):
        return ""
    found = hashlib.sha256(_context(body, head, content_type))
    found.update(memoryview(body)[first:end])
    return found.hexdigest()[:32]


def _context(body: bytes, head: int, content_type: str) -> bytes:
    """What stands around the entries decides how each of them is read."""
    context = hashlib.sha256(content_type.encode())
    context.update(b"\0" + body[:head])
    return context.digest()


def scan(body: bytes, content_type: str, known: Collection[str] = ()) -> Scan | None:
    """Find the entries of a feed; None where the whole must be parsed.

    :param known: marks of entries that were found so before. An entry that has the mark of a known
        one has its bytes, in the same surroundings: what was certain of it still is, and only what
        is new is looked into.
    """
    root = _root(body)
    if root is None:
        return None
    tag = _TAGS[root[1]]
    opening, closing = b"<" + tag, b"</" + tag + b">"
    head = body.find(b">", root.start()) + 1  # behind the root's own tag, with its namespaces
    first = _next(body, opening, head)
    if first < 0 or _UNSURE.search(body, head, first):
        return None
    keyed = hashlib.sha256(_context(body, head, content_type))
    names = body[:head]
    counted = [word for name, word in _COUNTED if name in names and body.find(word, head) >= 0]
    slices: list[tuple[int, int]] = []
    marks: dict[str, None] = {}
    fresh = [body[:first]]  # what no mark vouches for
    start, end = first, first
    while start >= 0:
        if start > end and not body[end:start].isspace():
            return None
        stop = body.find(closing, start) + len(closing)
        if stop < start:
            return None
        raw = body[start:stop]
        hasher = keyed.copy()
        hasher.update(_uncounted(raw, counted) if counted else raw)
        mark = hasher.hexdigest()[: 2 * _MARK]
        if mark in marks:
            return None
        if mark not in known:
            if not _certain(raw, opening, closing):
                return None
            fresh.append(raw)
        marks[mark] = None
        slices.append((start, stop))
        start, end = _next(body, opening, stop), stop
    fresh.append(body[end:])
    if b"<!" in fresh[-1] or b"<?" in fresh[-1] or not _plain_utf8(b"".join(fresh), content_type):
        return None
    return Scan(body, tuple(slices), tuple(marks))


def _root(body: bytes) -> re.Match[bytes] | None:
    """The root's tag, behind comments that may speak of another."""
    at = 0
    while (start := body.find(b"<", at, at + 4096)) >= 0:
        if body.startswith(b"<!--", start):
            at = body.find(b"-->", start) + 3
        elif body.startswith(b"<?", start):
            at = body.find(b"?>", start) + 2
        else:
            return _ROOT.match(body, start)
        if at < 4:  # it does not end
            return None
    return None


def _plain_utf8(body: bytes, content_type: str) -> bool:
    said = _ENCODING.search(body, 0, 200)
    declared = [said[1].decode("ascii", "replace")] if said else []
    declared += _CHARSET.findall(content_type)
    if any(name.lower() not in ("utf-8", "utf8") for name in declared) or b"\0" in body:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _next(body: bytes, opening: bytes, at: int) -> int:
    """Where the next such element begins: ``<item>`` or ``<item …>``, never ``<items>``; -1: none."""
    while (at := body.find(opening, at)) >= 0:
        after = body[at + len(opening) : at + len(opening) + 1]
        if after in (b">", b" ", b"\n", b"\t", b"\r", b"/"):
            return at
        at += len(opening)
    return -1


def _uncounted(raw: bytes, counted: list[bytes]) -> bytes:
    """Without counters. No counter begins before the first place where one of ``counted`` does;
    the character before it counts."""
    first = len(raw)
    for word in counted:
        if (at := raw.find(word, 0, first)) >= 0:
            first = at
    return raw if first == len(raw) else raw[: first - 1] + _COUNTERS.sub(b"", raw[first - 1 :])


def _certain(raw: bytes, opening: bytes, closing: bytes) -> bool:
    """Is this one element, whose end is its own and which is read alike alone or with others?"""
    inside = raw[len(opening) :]
    if b"<!" in raw:
        # CDATA and comments may hold anything, the element's own end among it
        bare = _bare(raw)
        if bare is None or b"]]>" in bare or not bare.endswith(closing):
            return False
        inside = bare[len(opening) :]
    if _next(inside, opening, 0) >= 0 or any(sign in inside for sign in _UNSURE_SIGNS):
        return False
    return inside.find(b">") > 0 or inside.startswith(b">")


def _bare(raw: bytes) -> bytes | None:
    """Without CDATA sections and comments; None where one does not end, or is something else."""
    kept, at = [], 0
    while (start := raw.find(b"<!", at)) >= 0:
        end = next((mark for begin, mark in _OPAQUE if raw.startswith(begin, start)), None)
        if end is None or (stop := raw.find(end, start + 4)) < 0:
            return None
        kept.append(raw[at:start])
        at = stop + len(end)
    kept.append(raw[at:])
    return b"".join(kept)


def remember(state: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """A source's state in which the marks of ``ids`` (``{mark: Entry.id or ""}``) are known too."""
    added = {mark: id.rpartition("/")[2] for mark, id in ids.items()}
    return {**state, "marks": pack({**unpack(state.get("marks", "")), **added})}


def pack(known: Mapping[str, str]) -> str:
    """``{mark: last part of the entry's id}`` -> text for a source's state; "" stands for none.

    Base64 of the standard library is in C, its base85 is not: 20 times slower.
    """
    parts = (mark + (id or _NO_ID) for mark, id in known.items())
    return _PACKED + base64.b64encode(bytes.fromhex("".join(parts))).decode("ascii")


def count(text: str) -> int:
    """How many marks there are in what :func:`pack` made."""
    return (len(text) - len(_PACKED)) * 3 // 4 // (_MARK + _ID) if text.startswith(_PACKED) else 0


def unpack(text: str) -> dict[str, str]:
    """What :func:`pack` made -> ``{mark: id}``; nothing known where it is damaged."""
    try:
        if text.startswith(_PACKED):
            data = base64.b64decode(text[len(_PACKED) :], validate=True)
        else:
            data = base64.b85decode(text)  # as it was packed before 2026-12
    except ValueError:
        return {}
    step, mark = 2 * (_MARK + _ID), 2 * _MARK
    digits = data.hex()
    if len(digits) % step:
        return {}
    found = {}
    for at in range(0, len(digits), step):
        id = digits[at + mark : at + step]
        found[digits[at : at + mark]] = "" if id == _NO_ID else id
    return found

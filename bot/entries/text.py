"""HTML to exact plain text: lines, and the links met on the way (R13, S4)."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: elements whose text nobody reads
_UNREAD = _words(
    "script style noscript template iframe object embed svg math form button select "
    "head audio video canvas"
)
#: elements that stand on lines of their own (HTML, section 15.3 "flow content" rendering)
_BLOCKS = _words(
    "address article aside blockquote br center dd details dialog div dl dt fieldset figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody "
    "td tfoot th thead tr ul"
)
#: more tags than this are read by the plain scanner: lexbor is quadratic in depth
#: (200,000 nested elements: 93 s; 2,000: 9 ms)
_MANY_TAGS = 2000
_LONGEST = 200_000  # characters of HTML that are read

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>|<!--")
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n\u00a0\u202f]+")
_HARD_WRAP = re.compile(r"(?<=\S)[ \t]*\n[ \t]*(?=[a-zà-öø-ÿ(«])")
#: a title whose tags were escaped twice: <em>so</em>, in pairs only; a lone tag is its subject
_PAIRS = re.compile(
    r"<(b|i|em|strong|span|u|a|p|small|sup|sub|mark|cite|q)(?:\s[^<>]*)?>([^<>]*)</\1>",
    re.IGNORECASE,
)

# S4. Kept: tab, newline, the joiners of Arabic, Indic and emoji sequences are not (no post here
# needs them, and they hide things). Dropped: C0 and C1 controls, soft hyphen, bidi controls,
# zero-width characters, interlinear marks, variation of invisible operators, tag characters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
#: characters that are fine as they are: ASCII, Latin-1 letters, French typography
_PLAIN = frozenset(
    "\n\u00a0\u202f«»’‘“”–—…œŒŸ€·•°"
    + "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xC0, 0x100)))
)
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029\x0b\x0c]")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def plain(source: str | None) -> tuple[str, tuple[str, ...]]:
    """HTML (or plain text with entities) -> its lines, and the addresses of its links as written.

    Paragraphs and list items are lines; no line is empty, none ends in a space.
    """
    if not source:
        return "", ()
    source = source[:_LONGEST]
    if "<" not in source:
        text = html.unescape(source) if "&" in source else source
        return lines(_HARD_WRAP.sub(" ", _BREAKS.sub("\n", text))), ()
    many = source.count("<") > _MANY_TAGS
    text, links = _scan(source) if many else _parse(source)
    return lines(text), tuple(dict.fromkeys(links))


def title(source: str | None) -> str | None:
    """A title as one line of exact plain text; None where nothing is left."""
    text, _ = plain(source)
    if "<" in text:
        text = _PAIRS.sub(r"\2", text)
    return " ".join(text.split("\n")).strip() or None


def lines(text: str) -> str:
    """Plain text without what hides in it (S4), in NFC, one space between words."""
    if not _PLAIN.issuperset(text):  # most texts need none of this
        text = unicodedata.normalize("NFC", _HIDDEN.sub("", _BREAKS.sub("\n", text)))
        text = _SPACES.sub(" ", _MARKS.sub(r"\1", text))
    while "  " in text:
        text = text.replace("  ", " ")
    return "\n".join(line for part in text.split("\n") if (line := part.strip()))


def _parse(source: str) -> tuple[str, list[str]]:
    parts: list[str] = []
    links: list[str] = []
    body = LexborHTMLParser(source).body
    if body is None:
        return "", []
    _walk(body, parts, links)
    return "".join(parts), links


def _walk(body: object, parts: list[str], links: list[str]) -> None:
    """The tree in document order, without recursion: feeds nest deeper than Python may."""
    node = body.first_child  # type: ignore[attr-defined]  # LexborNode, untyped in places
    root = body.mem_id  # type: ignore[attr-defined]
    while node is not None:
        tag = node.tag
        if tag == "-text":
            # the newlines of HTML source are spaces; only <pre> and its like would differ
            parts.append(node.text_content.replace("\n", " "))
        elif tag in _BLOCKS:
            parts.append("\n")
        elif tag == "a" and (href := node.attributes.get("href")):
            links.append(href)
        child = node.first_child if tag not in _UNREAD and not tag.startswith("-") else None
        if child is not None:
            node = child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == root:
                return
            if node.tag in _BLOCKS:
                parts.append("\n")
        if node is not None:
            node = node.next


def _scan(source: str) -> tuple[str, list[str]]:
    """The same in one linear pass over the tags, for documents with very many of them."""
    parts: list[str] = []
    links: list[str] = []
    position = 0
    unread = ""
    for match in _TAG.finditer(source):
        if match.start() < position:
            continue
        name = (match[2] or "").lower()
        if not unread:
            parts.append(source[position : match.start()].replace("\n", " "))
        position = match.end()
        if match[0] == "<!--":
            end = source.find("-->", position)
            position = len(source) if end < 0 else end + 3
        elif unread:
            unread = "" if match[1] and name == unread else unread
        elif name in _UNREAD and not match[1]:
            unread = name
        elif name in _BLOCKS:
            parts.append("\n")
        elif name == "a" and (href := _HREF.search(match[3])):
            links.append(html.unescape(href[1] or href[2] or href[3] or ""))
    if not unread:
        parts.append(source[position:].replace("\n", " "))
    return html.unescape("".join(parts)), links

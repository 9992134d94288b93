"""From a status's HTML back to the words that were sent, to know one's own again."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


class _Plain(HTMLParser):
    """Text alone; a link's text is its address (Mastodon hides parts of it by style only)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in ("br", "p", "li", "div", "blockquote"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of a status's ``content``."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def same(html: str, text: str) -> bool:
    """Is ``content`` what a server makes of ``text``? Servers change spaces, some quotes and
    compositions, and leave the words."""
    return comparable(plain(html)) == comparable(text)


def comparable(text: str) -> str:
    """What is left of a text when spaces, quotes' shapes and Unicode compositions are one."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", "", visible)

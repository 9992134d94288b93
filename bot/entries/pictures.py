"""The picture of an entry, and the words for those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.entries import text
from bot.entries.links import canonical
from bot.sources.source import Media

#: longest words for a picture: what Mastodon takes (docs.joinmastodon.org/methods/media)
LONGEST = 1500
#: bytes of HTML in which descriptions are looked for, and pictures of an entry
_READ, _MOST = 200_000, 20
_NAMES = re.compile(r"\.(?:jpe?g|png|webp|gif)$", re.IGNORECASE)
#: WordPress shows one picture in many sizes: photo.jpg, photo-1024x683.jpg, photo-scaled.jpg
_SIZE = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled)(?=\.[a-z]{3,4}$)", re.IGNORECASE)
#: what software writes where nobody has described anything: a file's name, a word for any picture
_NO_WORDS = re.compile(
    r"[\w.\-() ]*\.(?:jpe?g|png|webp|gif|heic|tiff?)|"
    r"(?:img|dsc|dscn|pxl|image|photo|picture|screenshot|capture)?[\W\d_]*|"
    r"image|photo|picture|logo|illustration|vignette|thumbnail|banner|untitled|sans titre",
    re.IGNORECASE,
)


def described(
    media: Iterable[Media], base: str | None, contents: Iterable[str | None]
) -> tuple[Media, ...]:
    """What comes with an item, its addresses made canonical, each once; a picture without words
    takes those that the text gives the same picture (``<img alt>``).

    :param contents: the item's texts, HTML.
    """
    found: dict[str, Media] = {}
    for one in media:
        address = canonical(one.url, base)
        if address and address not in found:
            alt = _words(one.alt)
            found[address] = Media(address, one.type.strip().lower()[:100], alt, one.length)
    kept = tuple(found.values())[:_MOST]
    if all(one.alt or not is_picture(one) for one in kept):
        return kept
    alts = _alts(contents, base)
    return tuple(
        one
        if one.alt or not is_picture(one)
        else Media(one.url, one.type, alts.get(_same(one.url), ""), one.length)
        for one in kept
    )


def is_picture(one: Media) -> bool:
    """Is it a picture, as far as its source says?"""
    if one.type:
        return one.type.startswith("image/") and one.type != "image/svg+xml"
    return bool(_NAMES.search(urlsplit(one.url).path))


def picture(media: Iterable[Media]) -> Media | None:
    """The picture that stands for the entry: the first with words, else the first of all."""
    pictures = [one for one in media if is_picture(one)]
    return next((one for one in pictures if one.alt), pictures[0] if pictures else None)


def _words(alt: str) -> str:
    """Its description on one line; "" where that describes nothing."""
    words = text.title(alt) or ""
    return "" if _NO_WORDS.fullmatch(words) else words[:LONGEST]


def _alts(contents: Iterable[str | None], base: str | None) -> Mapping[str, str]:
    """The words that the text itself gives its pictures."""
    found: dict[str, str] = {}
    for content in contents:
        if not content or "<img" not in content[:_READ].lower():
            continue
        for node in LexborHTMLParser(content[:_READ]).css("img[alt]"):
            told = node.attributes
            address = canonical(told.get("src"), base)
            # what stands in `alt` is text: it is read as such, not as HTML once more
            words = _words((told.get("alt") or "").replace("&", "&amp;").replace("<", "&lt;"))
            if address and words:
                found.setdefault(_same(address), words)
    return found


def _same(address: str) -> str:
    """One name for a picture in all its sizes."""
    return _SIZE.sub("", address.partition("?")[0])

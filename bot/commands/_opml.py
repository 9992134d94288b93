"""OPML 2.0 (opml.org/spec2.opml): lists of feeds, as readers exchange them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

LARGEST = 2 * 1024 * 1024  # bytes
MOST = 5000  # outlines
_DEEPEST = 50  # levels


class BadList(ValueError):
    """No OPML, or one that is refused: too large, too deep, with a doctype."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list, as written: nothing of it is trusted."""

    url: str
    name: str
    home: str
    language: str


def read(body: bytes) -> tuple[Outline, ...]:
    """Every feed once, in order. Nothing outside of ``body`` is opened. Raises BadList."""
    if len(body) > LARGEST:
        raise BadList
    found: dict[str, Outline] = {}
    path: list[str] = []

    def start(tag: str, said: dict[str, str]) -> None:
        path.append(tag.lower())
        if len(path) > _DEEPEST or len(found) > MOST or path[0] != "opml":
            raise BadList
        url = said.get("xmlUrl", "").strip()
        if tag.lower() == "outline" and url and url not in found:
            name = " ".join((said.get("title") or said.get("text") or "").split())[:200]
            home, language = said.get("htmlUrl", "").strip(), said.get("language", "")
            found[url] = Outline(url, name, home, language)

    def refuse(*_: object) -> None:
        raise BadList

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise BadList from error
    return tuple(found.values())


def write(title: str, outlines: Iterable[Outline]) -> str:
    """The list as OPML 2.0."""
    lines = [
        f'    <outline type="rss" text={quoteattr(one.name)} xmlUrl={quoteattr(one.url)}'
        + (f" htmlUrl={quoteattr(one.home)}" if one.home else "")
        + f" language={quoteattr(one.language)}/>"
        for one in outlines
    ]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            f"  <head><title>{title}</title></head>",
            "  <body>",
            *lines,
            "  </body>",
            "</opml>",
        )
    )

"""Newsletters in blocks: a heading with its lines, or one paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding.language import Prepared, Sentence

_AGENDA = re.compile(
    r"^\W*(?:\d+\W+)?(?:l'?\s?)?(?:agenda|dates?|rendez-vous|a venir|calendrier|calendar|events|evenements|upcoming|coming up|prochains rendez-vous)\b"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a newsletter: a heading and its lines, or one paragraph."""

    start: int
    end: int
    heading: bool
    heading_end: int
    agenda: bool
    sentences: tuple[Sentence, ...]


def blocks(entry: Prepared) -> list[Block]:
    """The content in blocks: a short line without a full stop is a heading of what follows."""
    start = next((first for where, first, _ in entry.parts if where == "content"), None)
    if start is None:
        start = entry.parts[-1][1] if entry.parts else 0
    found: list[tuple[int, int, bool]] = []
    at = start
    heading_at: int | None = None
    for line in entry.text[start:].split("\n"):
        end = at + len(line)
        if line.strip():
            heading = len(line) < 90 and line.rstrip()[-1:] not in ".;,…"
            if heading:
                if heading_at is not None:
                    found.append((heading_at, at - 1, True))
                heading_at = at
            elif heading_at is not None:
                found.append((heading_at, end, True))
                heading_at = None
            else:
                found.append((at, end, False))
        at = end + 1
    if heading_at is not None:
        found.append((heading_at, len(entry.text), True))
    return [
        Block(
            first,
            last,
            heading,
            (entry.text.find("\n", first, last) + 1 or last + 1) - 1 if heading else first,
            bool(_AGENDA.search(entry.folded[first : first + 40])),
            tuple(one for one in entry.sentences if first <= one.start < last),
        )
        for first, last, heading in found
    ]

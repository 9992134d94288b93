"""Which entries a feed shows no more although it still shows their neighbours. Pure.

A feed shows its latest entries only: what falls off its end is not withdrawn. What stood between
two entries that are both still there was taken out; of what stood outside of them, only the very
latest can have been (see :mod:`bot.steps.withdrawn`). A feed may also say so itself (RFC 6721).
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

#: entries whose order is remembered, and bytes of a mark (see bot/sources/cut.py)
KEPT, MARK = 64, 8
#: more than this at once is another feed, not a withdrawal
MOST = 3

_DELETED = re.compile(
    rb"""<(?:\w+:)?deleted-entry\b[^<>]{0,500}?\bref\s*=\s*["']([^"'<>]{1,2000})["']"""
)


@dataclass(frozen=True, slots=True)
class Vanished:
    """What one read of a feed showed no more, as ends of Entry.id."""

    between: tuple[str, ...] = ()  # its neighbours on both sides are still there
    outside: tuple[tuple[str, str], ...] = ()  # none on one side is; with the nearest that is
    deleted: tuple[str, ...] = ()  # guids that the feed says are deleted


def keep(marks: Collection[str]) -> str:
    """The order of a feed's entries, for its state."""
    first = bytes.fromhex("".join(list(marks)[:KEPT]))
    return base64.b64encode(first).decode("ascii")


def look(order: str, marks: Collection[str], ids: Mapping[str, str]) -> Vanished | None:
    """What is missing among ``marks``; None where nothing is, or ``order`` cannot be read.

    :param order: what :func:`keep` made of the read before.
    :param ids: ``{mark: end of Entry.id}`` of what is known.
    """
    try:
        packed = base64.b64decode(order, validate=True)
    except ValueError:
        return None
    before = [packed[at : at + MARK].hex() for at in range(0, len(packed), MARK)]
    there = set(marks)
    still = [place for place, mark in enumerate(before) if mark in there]
    gone = [place for place, mark in enumerate(before) if mark not in there and ids.get(mark)]
    if not still or not gone:
        return None
    return Vanished(
        between=tuple(ids[before[at]] for at in gone if still[0] < at < still[-1]),
        outside=tuple(
            (ids[before[at]], ids.get(before[still[0] if at < still[0] else still[-1]], ""))
            for at in gone
            if not still[0] < at < still[-1]
        ),
    )


def deleted(body: bytes) -> tuple[str, ...]:
    """The ids of entries that an Atom feed says are deleted (RFC 6721, section 3)."""
    if b"deleted-entry" not in body:
        return ()
    found = (html.unescape(ref.decode("utf-8", "replace")) for ref in _DELETED.findall(body))
    return tuple(dict.fromkeys(found))[:KEPT]

"""What is new among the entries of one read, what was edited, what is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.entries.entry import Entry


@dataclass(frozen=True, slots=True)
class Changes:
    """Each entry of the read stands in exactly one of the three."""

    new: tuple[Entry, ...]
    edited: tuple[Entry, ...]  # known by id, other words
    known: tuple[Entry, ...]
    renamed: bool = False  # R7: the source gave all its entries new guids; tell an admin once


def lookups(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Everything to look up in the store for :func:`changes`: ids and alternate keys."""
    return tuple(dict.fromkeys(key for e in entries for key in (e.id, *e.alternates)))


def changes(entries: Iterable[Entry], known: Mapping[str, str]) -> Changes:
    """Compare one read with what is stored of the same source.

    :param known: ``{Entry.id: fingerprint}``, and in the same mapping
        ``{alternate key: Entry.id}`` (ids hold a ``/``, alternate keys a ``:`` and no ``/``).
        It must hold what the store has for :func:`lookups` of these entries; alternate keys are
        optional, without them a change of guids is not noticed.

    An entry that is known under another id comes back under that one: ids are for life.
    """
    read = _once(entries)
    strangers = [entry for entry in read if entry.id not in known]
    renamed = bool(strangers) and len(strangers) == len(read) and _all_renamed(read, known)
    present = {entry.id for entry in read}
    taken: set[str] = set()
    new: list[Entry] = []
    edited: list[Entry] = []
    old: list[Entry] = []
    newest = max(
        (e.published for e in read if renamed and _same(e, known, weak=True)), default=None
    )
    for entry in read:
        id = entry.id if entry.id in known else _same(entry, known, weak=renamed)
        if id is not None and id != entry.id and (id in present or id in taken):
            id = None if id in present and not renamed else id  # both stand here: two entries
        if id is None:
            # in a renamed feed, only what is younger than all that is known again can be news
            late = newest is not None and entry.published <= newest
            (old if late else new).append(entry)
            continue
        taken.add(id)
        same = replace(entry, id=id)
        (old if known.get(id, entry.fingerprint) == entry.fingerprint else edited).append(same)
    return Changes(tuple(new), tuple(edited), tuple(old), renamed)


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({entry.id: entry for entry in reversed(tuple(entries))}.values())[::-1]


def _same(entry: Entry, known: Mapping[str, str], *, weak: bool) -> str | None:
    """The id under which the store knows this entry by an alternate key."""
    for key in entry.alternates:
        if key in known and (weak or not key.startswith("t:")):
            return known[key]
    return None


def _all_renamed(read: tuple[Entry, ...], known: Mapping[str, str]) -> bool:
    """None is known by its id, and at least half (and two) are by another name."""
    again = sum(_same(entry, known, weak=True) is not None for entry in read)
    return again * 2 >= len(read) and again > 1

"""Entries: what was read, how it was understood, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.entries.entry import Entry
from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import entries, entry_names, story_entries
from bot.store.values import unpack
from bot.understanding.fact import Understanding

#: an entry seen again is noted once in this time: a poll that brings nothing new writes little
NOTE_SEEN = timedelta(days=1)
#: variables that one statement may carry
CHUNK = 500

# Ids hold their source already. Naming it here too would make SQLite walk through everything the
# source ever said.
_BY_ID = Statement(
    select(entries.c.id, entries.c.fingerprint).where(
        entries.c.id.in_(bindparam("ids", expanding=True))
    )
)
_PUBLISHED = Statement(
    select(entries.c.id, entries.c.published).where(
        entries.c.id.in_(bindparam("ids", expanding=True))
    )
)
_BY_NAME = Statement(
    select(entry_names.c.key, entry_names.c.entry).where(
        entry_names.c.source == bindparam("whose"),
        entry_names.c.key.in_(bindparam("names", expanding=True)),
    )
)
_SEEN = Statement(
    update(entries)
    .where(
        entries.c.id.in_(bindparam("ids", expanding=True)),
        entries.c.last_seen < bindparam("before"),
    )
    .values(last_seen=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry, and what became of it."""

    entry: Entry
    first_seen: datetime
    last_seen: datetime
    understanding: Understanding | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)  # {"key": …, fields}: see `why`


class Entries(Noun):
    """The entries, by id."""

    def known(self, source: str, read: Iterable[Entry] | None = None) -> dict[str, str]:
        """What :func:`bot.entries.changes.changes` asks about the entries that were read.

        ``{id: fingerprint}`` and, in the same mapping, ``{alternate key: id}``; of ``read``, or
        (without it) of all of the source's entries.
        """
        if read is None:
            by_id = select(entries.c.id, entries.c.fingerprint).where(entries.c.source == source)
            by_name = select(entry_names.c.key, entry_names.c.entry).where(
                entry_names.c.source == source
            )
            everything = [*self._db.execute(by_id), *self._db.execute(by_name)]
            return {str(row[0]): str(row[1]) for row in everything}
        read = tuple(read)
        found: dict[str, str] = {}
        for chunk in _chunks(entry.id for entry in read):
            found.update((row.id, row.fingerprint) for row in _BY_ID.each(self._db, ids=chunk))
        for chunk in _chunks(key for entry in read for key in entry.alternates):
            rows = _BY_NAME.each(self._db, whose=source, names=chunk)
            found.update((row.key, row.entry) for row in rows)
        return found

    def save(
        self,
        entry: Entry,
        understanding: Understanding | None = None,
        decision: Mapping[str, Any] | None = None,
        *,
        now: datetime,
    ) -> None:
        """Remember an entry (or its new words); its first sight stays."""
        row = {
            "id": entry.id,
            "source": entry.publisher.source,
            "url": entry.url,
            "title": entry.title,
            "fingerprint": entry.fingerprint,
            "published": entry.published,
            "first_seen": now,
            "last_seen": now,
            "record": entry,
            "understanding": understanding,
            "decision": None if decision is None else dict(decision),
        }
        self._put(entries, row, keep=("first_seen",))
        names = [
            {"source": entry.publisher.source, "key": key, "entry": entry.id}
            for key in dict.fromkeys(entry.alternates)
        ]
        # Two entries may share a weak key (a title): it stays the first one's.
        self._put_new(entry_names, names)

    def decide(self, id: str, decision: Mapping[str, Any]) -> None:
        """Note what was decided about an entry."""
        self._db.execute(update(entries).where(entries.c.id == id).values(decision=dict(decision)))

    def seen(self, ids: Iterable[str], now: datetime) -> None:
        """These are still in their source: they are kept (R6)."""
        for chunk in _chunks(ids):
            _SEEN.run(self._db, ids=chunk, before=now - NOTE_SEEN, now=now)

    def get(self, id: str) -> EntryRow | None:
        """One entry."""
        row = self._db.execute(select(entries).where(entries.c.id == id)).first()
        return _entry_row(row) if row else None

    def published(self, ids: Iterable[str]) -> dict[str, datetime]:
        """When those of them that are known were published."""
        return {
            row.id: row.published
            for chunk in _chunks(ids)
            for row in _PUBLISHED.each(self._db, ids=chunk)
        }

    def by_url(self, url: str) -> list[EntryRow]:
        """The entries with this canonical link, latest first."""
        query = select(entries).where(entries.c.url == url)
        return [_entry_row(row) for row in self._db.execute(_latest_first(query))]

    def latest(self, source: str | None = None, n: int = 10) -> list[EntryRow]:
        """The ``n`` entries seen last, of one source or of all."""
        query = select(entries)
        if source is not None:
            query = query.where(entries.c.source == source)
        return [_entry_row(row) for row in self._db.execute(_latest_first(query).limit(n))]

    def in_order(self, since: datetime | None = None, source: str | None = None) -> list[str]:
        """The ids of all entries, of one source or of all, in the order of their first sight.

        :param since: only those first seen at or after it.
        """
        query = select(entries.c.id).order_by(
            entries.c.first_seen, entries.c.published, entries.c.id
        )
        if since is not None:
            query = query.where(entries.c.first_seen >= since)
        if source is not None:
            query = query.where(entries.c.source == source)
        return [str(row.id) for row in self._db.execute(query)]

    def rows(self, ids: Iterable[str]) -> list[EntryRow]:
        """Those of these entries that are there, in the order of their ids here."""
        wanted = list(dict.fromkeys(ids))
        found = {
            row.id: _entry_row(row)
            for chunk in _chunks(wanted)
            for row in self._db.execute(select(entries).where(entries.c.id.in_(chunk)))
        }
        return [found[id] for id in wanted if id in found]

    def forget(self, before: datetime) -> int:
        """Drop those that their source has not shown since ``before`` and that no story needs.

        Give at least 90 days (R6). Returns how many.
        """
        used = select(story_entries.c.entry)
        gone = delete(entries).where(entries.c.last_seen < before, entries.c.id.not_in(used))
        return self._db.execute(gone).rowcount


def _latest_first(query: Any) -> Any:
    return query.order_by(entries.c.first_seen.desc(), entries.c.published.desc(), entries.c.id)


def _entry_row(row: Any) -> EntryRow:
    return EntryRow(
        entry=unpack(Entry, row.record),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        understanding=None
        if row.understanding is None
        else unpack(Understanding, row.understanding),
        decision=row.decision or {},
    )


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = list(dict.fromkeys(ids))
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))

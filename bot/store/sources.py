"""What is remembered of each source between two reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import sources

_MOMENTS = (
    update(sources)
    .where(sources.c.id == bindparam("which"))
    .values(
        next_due=bindparam("next_due"),
        last_try=bindparam("last_try"),
        last_ok=bindparam("last_ok"),
        recent=bindparam("recent_reads"),
    )
)

_CHECKED = Statement(_MOMENTS)
_CHECKED_STATE = Statement(
    _MOMENTS.values(state=bindparam("new_state", type_=sources.c.state.type))
)


@dataclass(slots=True)  # frozen, it would be made at five times the cost: once a poll
class SourceRow:
    """One source's memory, only ever replaced. ``state`` is the kind's own (validators, digests)."""

    id: str
    state: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    first_seen: datetime | None = None  # first good read: what was there then is no news (R8)
    next_due: datetime | None = None  # None: at once
    last_try: datetime | None = None
    last_ok: datetime | None = None
    changed_at: datetime | None = None  # last read that brought something new
    failures: int = 0  # in a row
    error: str = ""  # the last one; "" after a good read
    disabled: bool = False  # 410, or by an admin
    moved: dict[str, Any] = field(default_factory=dict)  # permanent redirects seen (P10)
    reason: str = ""  # of the error, for advice: "refused 404"
    recent: str = ""  # what the last reads came to, see bot/sources/lately.py
    news: list[int] = field(default_factory=list)  # when it published, see bot/sources/often.py
    lease: str = ""  # by which this worker reads it, where there are several

    def asked(
        self, state: dict[str, Any], next_due: datetime, now: datetime, recent: str
    ) -> SourceRow:
        """The row after a good read that brought nothing new: most reads by far.

        By place, in the fields' order: it costs a third of :func:`dataclasses.replace`.
        """
        return SourceRow(
            self.id,
            state,
            self.title,
            self.first_seen,
            next_due,
            now,
            now,
            self.changed_at,
            self.failures,
            self.error,
            self.disabled,
            self.moved,
            self.reason,
            recent,
            self.news,
            self.lease,
        )


class LeaseLost(Exception):
    """Another worker has taken the source over: what was read is left to it."""


_NAMES = tuple(field.name for field in fields(SourceRow) if field.name != "lease")
COLUMNS = tuple(sources.c[name] for name in _NAMES)
_FREED = {"lease": "", "lease_until": None}


def empty_row(id: str) -> dict[str, Any]:
    """The columns of a source never read."""
    return _values(SourceRow(id))


def _values(row: SourceRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _NAMES}


class Sources(Noun):
    """The sources, by id (their file's stem)."""

    def get(self, id: str) -> SourceRow:
        """A source's memory; an empty one for a source never read."""
        row = self._db.execute(select(*COLUMNS).where(sources.c.id == id)).mappings().first()
        return SourceRow(**row) if row else SourceRow(id)

    def put(self, row: SourceRow) -> None:
        """Remember it. One that was claimed is free again; raises LeaseLost where it was not."""
        if row.lease:
            mine = update(sources).where(sources.c.id == row.id, sources.c.lease == row.lease)
            if not self._db.execute(mine.values(**_FREED)).rowcount:
                raise LeaseLost(row.id)
        self._put(sources, _values(row))

    def checked(self, rows: Iterable[SourceRow], states: Iterable[SourceRow] = ()) -> None:
        """They had nothing new: of ``rows`` only the moments are written, of ``states`` the
        state too."""
        _CHECKED.run_each(self._db, [_moments(row) for row in rows])
        whole = [{**_moments(row), "new_state": row.state} for row in states]
        _CHECKED_STATE.run_each(self._db, whole)

    def all(self) -> list[SourceRow]:
        """Everything ever read, by id, vanished sources too."""
        rows = self._db.execute(select(*COLUMNS).order_by(sources.c.id)).mappings()
        return [SourceRow(**row) for row in rows]

    def disabled(self) -> list[SourceRow]:
        """Those that are not read any more (410), by id."""
        query = select(*COLUMNS).where(sources.c.disabled).order_by(sources.c.id)
        return [SourceRow(**row) for row in self._db.execute(query).mappings()]

    def due(self, now: datetime, among: Iterable[str] | None = None) -> list[SourceRow]:
        """Those to be read at ``now``, the longest waiting first.

        :param among: the configured ids: one that was never read is due. None: only known ones.
        """
        wanted = None if among is None else list(among)
        query = select(*COLUMNS).where(
            ~sources.c.disabled, or_(sources.c.next_due.is_(None), sources.c.next_due <= now)
        )
        rows = [SourceRow(**row) for row in self._db.execute(query).mappings()]
        rows.sort(key=lambda row: (row.next_due is not None, row.next_due or now, row.id))
        if wanted is None:
            return rows
        known = set(self._db.execute(select(sources.c.id)).scalars())
        fresh = [SourceRow(id) for id in wanted if id not in known]
        return fresh + [row for row in rows if row.id in set(wanted)]


def _moments(row: SourceRow) -> dict[str, Any]:
    return {
        "which": row.id,
        "next_due": row.next_due,
        "last_try": row.last_try,
        "last_ok": row.last_ok,
        "recent_reads": row.recent,
    }

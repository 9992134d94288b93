"""Which worker reads which source, where several share a PostgreSQL database.

A source that is due is claimed for :data:`LEASE` (``FOR UPDATE SKIP LOCKED``: no worker waits for
another), one of a host at a time. The transaction that saves what was read frees it; where the
lease ran out and another worker has it now, nothing is saved. A lease lasts as long as a source
is left alone anyway (P5): even one whose worker was killed in the midst is not asked sooner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from bot.sources import due
from bot.store.noun import Noun
from bot.store.sources import COLUMNS, SourceRow, empty_row
from bot.store.tables import sources

#: how long a worker may hold a source
LEASE = due.FLOOR
#: clocks of several machines may differ by so much; beyond it one was ahead (R15)
SKEW = due.FLOOR / 3

_CHECKED = (
    update(sources)
    .where(sources.c.id == bindparam("which"), sources.c.lease == bindparam("holder"))
    .values(
        next_due=bindparam("new_due"),
        last_try=bindparam("new_try"),
        last_ok=bindparam("new_ok"),
        recent=bindparam("new_recent"),
        state=bindparam("new_state", type_=sources.c.state.type),
        lease="",
        lease_until=None,
    )
)
_MOVED = (
    update(sources).where(sources.c.id == bindparam("which")).values(host=bindparam("new_host"))
)
_LATER = (
    update(sources).where(sources.c.id == bindparam("which")).values(next_due=bindparam("new_due"))
)


class Leases(Noun):
    """The sources as work that is shared. PostgreSQL only."""

    def meet(self, hosts: Mapping[str, str]) -> None:
        """These sources are configured, each with the host that it asks."""
        known = {row.id: row.host for row in self._db.execute(select(sources.c.id, sources.c.host))}
        fresh = [{**empty_row(id), "host": host} for id, host in hosts.items() if id not in known]
        self._put_new(sources, fresh)
        moved = [
            {"which": id, "new_host": host}
            for id, host in hosts.items()
            if id in known and known[id] != host
        ]
        if moved:
            self._db.execute(_MOVED, moved)

    def claim(
        self, lease: str, now: datetime, most: int, strangers: Collection[str] = ()
    ) -> list[SourceRow]:
        """At most so many that are due, the longest waiting first, each of another host.

        :param strangers: ids that the caller does not know.
        """
        free = _free(now, strangers)
        other = sources.alias("other")
        asked = exists().where(other.c.host == sources.c.host, other.c.lease_until > now)
        one_of_each_host = (
            select(sources.c.id)
            .ext(distinct_on(sources.c.host))
            .where(free, ~asked)
            .order_by(sources.c.host, sources.c.next_due.nulls_first(), sources.c.id)
        )
        chosen = (
            select(sources.c.id)
            .where(sources.c.id.in_(one_of_each_host), free)  # asked again of those just freed
            .order_by(sources.c.next_due.nulls_first())
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        taken = update(sources).where(sources.c.id.in_(chosen))
        rows = self._db.execute(
            taken.values(lease=lease, lease_until=now + LEASE).returning(*COLUMNS)
        )
        return [SourceRow(**row, lease=lease) for row in rows.mappings()]

    def hold(self, id: str, lease: str, now: datetime) -> SourceRow | None:
        """One of them, due or not; None where somebody has it."""
        free = or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)
        taken = update(sources).where(sources.c.id == id, free)
        row = self._db.execute(
            taken.values(lease=lease, lease_until=now + LEASE).returning(*COLUMNS)
        ).mappings()
        return next((SourceRow(**one, lease=lease) for one in row), None)

    def checked(self, rows: Iterable[SourceRow]) -> None:
        """They had nothing new: moments and validators are written, and they are free. One that
        another worker has taken over stays as that one left it."""
        values = [
            {
                "which": row.id,
                "holder": row.lease,
                "new_due": row.next_due,
                "new_try": row.last_try,
                "new_ok": row.last_ok,
                "new_recent": row.recent,
                "new_state": row.state,
            }
            for row in rows
        ]
        if values:
            self._db.execute(_CHECKED, values)

    def give_back(self, rows: Iterable[SourceRow]) -> None:
        """They were not asked: others may have them."""
        for row in rows:
            mine = and_(sources.c.id == row.id, sources.c.lease == row.lease)
            self._db.execute(update(sources).where(mine).values(lease="", lease_until=None))

    def waiting(self, now: datetime) -> list[str]:
        """The ids of those that are due, the longest waiting first."""
        query = select(sources.c.id).where(_free(now, ()))
        order = (sources.c.next_due.nulls_first(), sources.c.id)
        return list(self._db.execute(query.order_by(*order)).scalars())

    def put_off(self, turns: Mapping[str, datetime]) -> None:
        """Read them then."""
        if turns:
            values = [{"which": id, "new_due": at} for id, at in turns.items()]
            self._db.execute(_LATER, values)

    def set_back(self, now: datetime) -> int:
        """A clock was ahead: what it has put off is due as it was meant (R15). How many."""
        ahead = select(*COLUMNS).where(sources.c.last_try > now + SKEW)
        rows = [SourceRow(**row) for row in self._db.execute(ahead).mappings()]
        for row in rows:
            assert row.last_try is not None
            next_due, last_try = due.set_back(row.next_due, row.last_try, now)
            last_ok = func.least(sources.c.last_ok, now)
            values = {"next_due": next_due, "last_try": last_try, "last_ok": last_ok}
            self._db.execute(update(sources).where(sources.c.id == row.id).values(values))
        return len(rows)


def _free(now: datetime, strangers: Collection[str]) -> ColumnElement[bool]:
    """Due, in nobody's hands, configured by somebody."""
    return and_(
        sources.c.host != "",
        ~sources.c.disabled,
        or_(sources.c.next_due.is_(None), sources.c.next_due <= now),
        or_(sources.c.last_try.is_(None), sources.c.last_try <= now - due.FLOOR),
        or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now),
        sources.c.id.not_in(strangers),
    )

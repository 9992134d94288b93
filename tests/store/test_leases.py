"""Sources as work that several workers share (PostgreSQL): claimed once, one of a host at a time,
freed by the transaction that saves what was read; never sooner than they may be asked (P5, P14)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import DataError
from bot.sources import due
from bot.store.database import Store
from bot.store.leases import LEASE
from bot.store.shared import SharedLedger
from bot.store.sources import LeaseLost, SourceRow
from bot.store.workers import Worker

pytestmark = pytest.mark.servers
HOUR = timedelta(hours=1)


def sources(*ids, host=None):
    return {id: SimpleNamespace(id=id, host=host or f"{id}.example") for id in ids}


@pytest.fixture
async def crew(postgres, tmp_path):
    """Makes workers' ledgers on one database, each with a store of its own."""
    url, stores = postgres(), []

    async def make(name, most=9):
        stores.append(await Store.open(url, data_dir=tmp_path / name))
        return SharedLedger(stores[-1], name, most, "paused")

    yield make
    for store in stores:
        await store.close()


def ids(rows):
    return sorted(row.id for row in rows)


async def test_each_source_is_read_by_one_worker(crew, now):
    one, other = await crew("one", 3), await crew("other")
    wanted = sources(*"abcde")
    mine, yours = await asyncio.gather(one.due(wanted, now), other.due(wanted, now))
    rest = await other.due(wanted, now)
    assert len(mine) <= 3
    assert ids([*mine, *yours, *rest]) == list("abcde")


async def test_p14_of_one_host_one_source_at_a_time(crew, now):
    one, other = await crew("one"), await crew("other")
    wanted = sources("a", "b", "c", host="plateforme.example") | sources("d")
    mine = await one.due(wanted, now)
    assert ids(mine) == ["a", "d"]
    assert await other.due(wanted, now) == []
    for row in mine:
        one.checked(replace(row, next_due=now + HOUR, last_try=now, last_ok=now))
    await one.save()
    assert ids(await other.due(wanted, now)) == ["b"]


async def test_p4_what_was_read_and_the_end_of_its_lease_are_one_transaction(crew, now):
    one, other = await crew("one"), await crew("other")
    [row] = await one.due(sources("a"), now)
    saved = replace(row, state={"etag": "1"}, next_due=now + HOUR, last_try=now)
    await one._store.write(lambda tx: tx.sources.put(saved))
    one.written(saved)
    assert await other.due(sources("a"), now) == []
    [again] = await other.due(sources("a"), now + HOUR)
    assert again.state == {"etag": "1"}


async def test_p5_a_source_whose_worker_died_is_left_alone_as_long_as_any(crew, now):
    one, other = await crew("one"), await crew("other")
    [late] = await one.due(sources("a"), now)
    assert await other.due(sources("a"), now + LEASE - timedelta(seconds=1)) == []
    assert LEASE == due.FLOOR
    [taken] = await other.due(sources("a"), now + LEASE)
    # The first one lives after all (C18): nothing that it read is saved over the other's.
    with pytest.raises(LeaseLost):
        await one._store.write(lambda tx: tx.sources.put(replace(late, title="late")))
    one.checked(replace(late, next_due=now + 9 * HOUR, last_try=now))
    await one.save()
    await other._store.write(lambda tx: tx.sources.put(replace(taken, title="taken")))
    kept = await one._store.read(lambda tx: tx.sources.get("a"))
    assert (kept.title, kept.next_due) == ("taken", None)


async def test_p5_whatever_next_due_became_a_source_is_not_asked_under_the_floor(crew, now):
    one = await crew("one")
    await one.due(sources("a"), now)
    row = SourceRow("a", next_due=now, last_try=now)
    await one._store.write(lambda tx: tx.sources.put(row))
    assert await one.due(sources("a"), now + LEASE - timedelta(minutes=1)) == []


async def test_r15_what_a_clock_ahead_has_put_off_is_due_as_it_was_meant(crew, now):
    one = await crew("one")
    await one._meet(sources("a"))
    ahead = SourceRow("a", next_due=now + 25 * HOUR, last_try=now + 24 * HOUR)
    await one._store.write(lambda tx: tx.sources.put(ahead))
    assert await one._store.write(lambda tx: tx.leases.set_back(now)) == 1
    assert await one.due(sources("a"), now + timedelta(minutes=59)) == []
    assert ids(await one.due(sources("a"), now + HOUR)) == ["a"]


async def test_a_source_of_another_configuration_is_left_to_those_who_know_it(crew, now):
    old, new = await crew("old"), await crew("new")
    await new._meet(sources("a", "fresh"))
    assert ids(await old.due(sources("a", "gone"), now)) == ["a", "gone"]
    assert ids(await new.due(sources("a", "fresh"), now)) == ["fresh"]


async def test_p8_a_host_that_asked_one_worker_for_peace_is_named_to_all(crew, now):
    one, other = await crew("one"), await crew("other")
    until = {"plateforme.example": (now + HOUR).isoformat()}
    await one._store.write(lambda tx: tx.meta.put("paused", until))
    await other.due(sources("a"), now)
    assert other.paused == until


async def test_p14_a_start_of_all_is_spread_and_that_of_one_more_is_not(crew, now):
    many = sources(*(f"s{n:03}" for n in range(due.START + 50)))
    intervals = dict.fromkeys(many, HOUR)
    one, other = await crew("one", 999), await crew("other", 999)
    await one.spread(many, intervals, now)
    first = await one.due(many, now)
    assert len(first) == due.START
    me = Worker("one", "here", 1, "0", now, now)
    await one._store.write(lambda tx: tx.workers.beat(me))
    later = now + 2 * HOUR
    await one._store.write(lambda tx: tx.workers.beat(replace(me, seen=later)))
    await other.spread(many, intervals, later)
    assert len(await other.due(many, later)) == len(many)


# -- a session of its own -------------------------------------------------------------------------


@pytest.fixture
async def sessions(postgres, tmp_path):
    url = postgres()
    stores = [await Store.open(url, data_dir=tmp_path / name) for name in "ab"]
    made = [store.session() for store in stores]
    for session in made:
        await session.open()
    yield made
    for session, store in zip(made, stores, strict=True):
        await session.close()
        await store.close()


async def test_one_leads_until_its_session_ends(sessions):
    one, other = sessions
    assert await one.lead()
    assert await one.check()
    assert not await other.lead()
    await one.close()
    assert not one.leads
    # PostgreSQL hears of the end a moment after the client has hung up.
    async with asyncio.timeout(30):
        while not await other.lead():
            await asyncio.sleep(0.02)
    await one.open()
    assert not await one.lead()
    await other.resign()
    assert await one.lead()


async def test_c17_a_session_that_postgresql_ends_is_noticed(sessions, postgres):
    one, other = sessions
    assert await one.lead()
    [(pid,)] = await (await one._connection.execute("SELECT pg_backend_pid()")).fetchall()
    await other._connection.execute(f"SELECT pg_terminate_backend({pid})")
    assert not await one.check()
    assert not one.leads
    with pytest.raises(DataError):
        await one.lead()
    await one.open()
    assert await one.lead() or await other.lead() is False


async def test_p14_a_host_is_asked_by_one_worker_at_a_time(sessions):
    one, other = sessions
    order = []

    async def ask(session, name, host):
        async with session.host(host):
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")

    async with one.host("plateforme.example"):
        waiting = asyncio.ensure_future(ask(other, "other", "plateforme.example"))
        await ask(other, "elsewhere", "autre.example")
        assert not waiting.done()
        order.append("one out")
    await waiting
    assert order.index("one out") < order.index("other in")


async def test_p14_who_is_cut_off_while_it_waits_for_a_host_leaves_it_free(sessions):
    one, other = sessions

    async def ask(session):
        async with session.host("plateforme.example"):
            await asyncio.sleep(60)

    asking = asyncio.ensure_future(ask(one))
    waiting = asyncio.ensure_future(ask(other))
    await asyncio.sleep(0.3)
    for task in (waiting, asking):
        task.cancel()
    await asyncio.gather(asking, waiting, return_exceptions=True)
    async with asyncio.timeout(30), one.host("plateforme.example"):
        pass
    async with asyncio.timeout(30), other.host("plateforme.example"):
        pass

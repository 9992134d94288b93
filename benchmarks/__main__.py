"""``python -m benchmarks``: measures everything, prints a table. ``--quick`` is the default.

Ratios against bare loops of the same run are what travels between machines; seconds are not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys

import pyperf

from benchmarks import chat, growth, latency, memory, parts, polling, startup
from benchmarks.server import running

PARTS = ("poll", "parts", "latency", "startup", "memory", "chat")
LONG = ("growth",)  # only where it is asked for


class Report:
    """Rows for the eye, and every value for ``pyperf compare_to``."""

    def __init__(self) -> None:
        self.benchmarks: list[pyperf.Benchmark] = []

    def row(self, name: str, value: str, goal: str = "") -> None:
        print(f"{name:<52} {value:>24}   {goal}", flush=True)

    def keep(self, name: str, seconds: list[float]) -> None:
        run = pyperf.Run(
            [value or 1e-9 for value in seconds],
            metadata={"name": name, "unit": "second"},
            collect_metadata=False,
        )
        self.benchmarks.append(pyperf.Benchmark([run]))

    def write(self, path: str) -> None:
        pyperf.BenchmarkSuite(self.benchmarks).dump(path, replace=True)


def poll(report: Report, feeds: int, repeats: int) -> None:
    """Rounds over all feeds."""
    with running(feeds) as server:
        found = asyncio.run(polling.rounds(server, feeds, repeats))
    for name, values in found.items():
        report.keep(f"{name}, CPU of {feeds} feeds", values)
        each = statistics.median(values) / feeds * 1000
        report.row(
            f"{name}: CPU a feed", f"{each:8.3f} ms", f"{1000 / each:6.0f} feeds/s on a core"
        )

    def times(one: str, other: str) -> float:
        return statistics.median(found[one]) / statistics.median(found[other])

    bare, parse = "bare aiohttp, 304", "bare aiohttp and feedparser"
    new = ", connections new"
    for name, against, goal in (
        ("unchanged (304)", bare, "goal 0.8 x, aim 1.2 x"),
        (f"unchanged (304){new}", f"{bare}{new}", "as on the web"),
        ("same body, no validators", bare, "goal 0.4 x, aim 0.6 x"),
        ("only the header changed", parse, "goal 30 x, aim 60 x"),
        ("changed: one new of 25, posted", parse, "goal 4.5 x, aim 7 x"),
    ):
        report.row(f"{name}: speed against {against}", f"{times(against, name):8.2f} x", goal)


def small(report: Report, repeats: int) -> None:
    """Parts by themselves."""
    for name, value in parts.milliseconds(repeats * 2).items():
        report.keep(name, [value / 1000])
        report.row(name, f"{value:8.2f} ms")


def end_to_end(report: Report, times: int) -> None:
    """Latency."""
    with running(30) as server:
        said = asyncio.run(latency.feed_to_post(server, times))
        stall, used = asyncio.run(latency.longest_stall(server))
    report.row("answer's first byte to post accepted, p50", f"{said['p50']:8.1f} ms")
    report.row("the same, p95", f"{said['p95']:8.1f} ms", "goal 25 ms, aim 6 ms")
    report.row(
        "longest stall of the loop, 525 KB on the way", f"{stall:8.1f} ms", "goal 50, aim 20"
    )
    report.row("the same, in processor time of the bot", f"{used:8.1f} ms")


def start(report: Report, repeats: int) -> None:
    """Start-up."""
    said = startup.help_and_bare(repeats * 2)
    with running(4) as server:
        first = startup.first_request(server, repeats)
    report.row("python -c pass", f"{said['python']:8.0f} ms")
    ratio = said["help"] / said["python"]
    report.row("--help", f"{said['help']:8.0f} ms = {ratio:4.1f} x", "goal 5 x, aim 3 x")
    report.row("import aiohttp, sqlite3", f"{said['imports']:8.0f} ms")
    ratio = first / said["imports"]
    report.row("run to first request", f"{first:8.0f} ms = {ratio:4.1f} x", "goal 4 x, aim 2.5 x")


def space(report: Report, sizes: tuple[int, ...]) -> None:
    """Memory."""
    wholes = []
    with running(max(sizes)) as server:
        for feeds in sizes:
            server.set(mode="etag")
            imports, whole = memory.steady(server, feeds)
            wholes.append(whole)
            report.row(
                f"memory, {feeds} feeds (the imports alone {imports:.0f} MB)",
                f"{whole:6.0f} MB = +{whole - imports:.0f} MB",
                "goal +30 MB at 1,000, aim +15",
            )
    ratio = wholes[-1] / wholes[0]
    report.row(f"the whole, {sizes[-1]} against {sizes[0]} feeds", f"{ratio:8.2f} x", "goal 1.2 x")


def asking(report: Report, stories: int, times: int) -> None:
    """Answers to people."""
    found, written, most = asyncio.run(chat.answers(stories, times))
    for text, values in found.items():
        report.keep(f"chat: {text}", values)
    text, middle, late = chat.slowest(found)
    report.row(f"archive of {stories} stories, written", f"{written:8.1f} s")
    report.row(f"slowest question: {text}, p50", f"{middle:8.1f} ms")
    report.row("the same, p95", f"{late:8.1f} ms", "goal 200 ms")
    report.row("memory of the whole", f"{most:8.0f} MB")


def grown(
    report: Report, feeds: tuple[int, ...], quiet: tuple[int, ...], entries: tuple[int, ...]
) -> None:
    """A day, by feeds; a changed feed, by entries in the store."""
    for number in feeds:
        with running(number) as server:
            whole, still = asyncio.run(growth.day(server, number))
        report.row(
            f"a day of {number} feeds, hourly, 2 % changed each: CPU",
            f"{whole:6.1f} s = {whole / number * 10_000:5.0f} s",
            "for 10,000 feeds; goal 90 s, aim 45 s",
        )
        report.row(
            f"an hour of {number} feeds, unchanged: CPU a feed", f"{still / number * 1000:8.3f} ms"
        )
    with running(growth.HOSTS) as server:
        for number, each in asyncio.run(growth.quiet(server, quiet)).items():
            report.row(f"unchanged, {number} feeds: CPU a poll", f"{each:8.3f} ms")
    with running(40) as server:
        for number, each in asyncio.run(growth.archive(server, entries)).items():
            report.row(f"a changed feed, {number} entries stored: CPU", f"{each:8.2f} ms")


def main() -> None:
    """Parse the arguments and measure."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, *LONG, []], help="what; all but growth")
    asked.add_argument("--full", action="store_true", help="400 feeds, five rounds, 1,000 feeds")
    asked.add_argument("--output", help="also write every value, for `pyperf compare_to`")
    given = asked.parse_args()
    wanted = given.parts or PARTS
    full = given.full
    report = Report()
    cores, version = os.cpu_count(), platform.python_version()
    print(f"Python {version}, {cores} cores, {platform.machine()}; {'full' if full else 'quick'}")
    feeds, repeats = (400, 5) if full else (100, 3)
    if "poll" in wanted:
        poll(report, feeds, repeats)
    if "parts" in wanted:
        small(report, repeats)
    if "latency" in wanted:
        end_to_end(report, 100 if full else 40)
    if "startup" in wanted:
        start(report, repeats)
    if "memory" in wanted:
        space(report, (200, 1000) if full else (50, 200))
    if "chat" in wanted:
        asking(report, 50_000 if full or given.parts else 5_000, 40 if full else 20)
    if "growth" in wanted:
        sizes = (10_000, 1_000_000) if full else (10_000, 100_000)
        many = (1_000, 10_000, 100_000) if full else (1_000, 10_000)
        grown(report, (200, 1000) if full else (100, 200), many, sizes)
    if given.output:
        report.write(given.output)


if __name__ == "__main__":
    sys.exit(main())

"""Rounds over all feeds, by kind of answer, beside bare loops that do nothing else."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import io
import resource
from collections.abc import Awaitable, Callable

import aiohttp
import feedparser

from benchmarks.rig import Rig, opened
from benchmarks.server import Server

Round = Callable[[], Awaitable[None]]
AT_ONCE = 20  # as the bot's own default


def cpu() -> float:
    """Seconds of processor time of this process, its threads and the children it ended."""
    ours = resource.getrusage(resource.RUSAGE_SELF)
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


class Bare:
    """aiohttp alone, as fast as it goes: the same connections per host, nothing remembered. Between
    two polls lies an hour, so that each round's connections are new: its own, and the bot's."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = urls
        self.tags: dict[str, str] = {}
        self.places = asyncio.Semaphore(AT_ONCE)

    async def round(self, *, conditional: bool = False, parse: bool = False) -> None:
        async def one(session: aiohttp.ClientSession, url: str) -> None:
            headers = {"If-None-Match": self.tags[url]} if conditional and url in self.tags else {}
            async with self.places, session.get(url, headers=headers) as answer:
                body = await answer.read()
            if "ETag" in answer.headers:
                self.tags[url] = answer.headers["ETag"]
            if parse:
                feedparser.parse(io.BytesIO(body))
            else:
                hashlib.blake2b(body, digest_size=16).digest()

        connector = aiohttp.TCPConnector(limit=AT_ONCE, limit_per_host=1)
        async with aiohttp.ClientSession(connector=connector) as session:
            await asyncio.gather(*(one(session, url) for url in self.urls))


async def rounds(server: Server, feeds: int, repeats: int) -> dict[str, list[float]]:
    """CPU seconds per round of ``feeds`` feeds, by variant, interleaved."""
    urls = [server.url(number) for number in range(feeds)]
    async with opened(server, urls) as rig:
        return await _interleaved(rig, Bare(urls), server, repeats)


async def _interleaved(
    rig: Rig, bare: Bare, server: Server, repeats: int
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}

    async def measure(name: str, work: Round) -> None:
        await rig.house.fetcher.close()  # an hour has passed
        gc.collect()
        before = cpu()
        await work()
        await rig.house.fetcher.close()
        found.setdefault(name, []).append(cpu() - before)

    async def posted() -> None:
        await rig.collect()
        await rig.deliver()

    feeds = len(bare.urls)
    server.set(mode="etag", generation=0, build=feeds)
    await measure("first sight", posted)
    await bare.round()
    for generation in range(1, repeats + 1):
        server.set(mode="etag", build=feeds)
        await rig.collect()  # after a round without validators, they are learnt again
        await bare.round(conditional=True)
        await measure("bare aiohttp, 304", lambda: bare.round(conditional=True))
        await measure("unchanged (304)", rig.collect)
        server.set(mode="bare")
        await rig.collect()  # the validators are forgotten
        await measure("bare aiohttp, 200 and a hash", bare.round)
        await measure("same body, no validators", rig.collect)
        server.set(mode="bare", built=generation, build=feeds)
        await measure("only the header changed", rig.collect)
        server.set(mode="bare", generation=generation, build=feeds)
        await measure("changed: one new of 25, posted", posted)
        said = server.set(mode="bare")
        if len(said["posted"]) != feeds:
            msg = f"{feeds} posts were expected, {len(said['posted'])} came"
            raise RuntimeError(msg)
        await measure("bare aiohttp and feedparser", lambda: bare.round(parse=True))
    return found

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
    """aiohttp alone, as fast as it goes: the same connections per host, kept as aiohttp keeps them,
    nothing else remembered."""

    def __init__(self, session: aiohttp.ClientSession, urls: list[str]) -> None:
        self.session = session
        self.urls = urls
        self.tags: dict[str, str] = {}
        self.places = asyncio.Semaphore(AT_ONCE)

    async def round(
        self,
        *,
        conditional: bool = False,
        parse: bool = False,
        new: aiohttp.ClientSession | None = None,
    ) -> None:
        through = new or self.session

        async def one(url: str) -> None:
            headers = {"If-None-Match": self.tags[url]} if conditional and url in self.tags else {}
            async with self.places, through.get(url, headers=headers) as answer:
                body = await answer.read()
            if "ETag" in answer.headers:
                self.tags[url] = answer.headers["ETag"]
            if parse:
                feedparser.parse(io.BytesIO(body))
            else:
                hashlib.blake2b(body, digest_size=16).digest()

        await asyncio.gather(*(one(url) for url in self.urls))

    async def anew(self) -> None:
        """A conditional round on new connections, which are closed behind it."""
        async with session() as new:
            await self.round(conditional=True, new=new)


def session() -> aiohttp.ClientSession:
    """One request a host at a time, as the bot does."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE, limit_per_host=1))


async def rounds(server: Server, feeds: int, repeats: int) -> dict[str, list[float]]:
    """CPU seconds per round of ``feeds`` feeds, by variant, interleaved."""
    urls = [server.url(number) for number in range(feeds)]
    async with opened(server, urls) as rig, session() as kept:
        return await _interleaved(rig, Bare(kept, urls), server, repeats)


async def _interleaved(
    rig: Rig, bare: Bare, server: Server, repeats: int
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}

    async def measure(name: str, work: Round) -> None:
        gc.collect()
        before = cpu()
        await work()
        found.setdefault(name, []).append(cpu() - before)

    async def posted() -> None:
        await rig.collect()
        await rig.deliver()

    async def anew() -> None:
        await rig.collect()
        await rig.house.fetcher.close()

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
        # between two polls on the web lies an hour: nobody keeps a connection so long
        await measure("bare aiohttp, 304, connections new", bare.anew)
        await rig.house.fetcher.close()
        await measure("unchanged (304), connections new", anew)
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

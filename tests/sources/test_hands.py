"""How many answers are taken in at the same time (bot/sources/hands.py)."""

import asyncio

import pytest
from aiohttp import web

from bot.errors import Refused
from bot.sources.hands import Hands

LIMIT = 30  # seconds, on a busy machine


async def until(condition):
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(0.005)


class Taker:
    """A task that asks when told to, and takes in until it is told that it has ended."""

    def __init__(self, hands):
        self.has = False
        self.done = asyncio.Event()
        self.task = asyncio.create_task(self.run(hands))

    async def run(self, hands):
        hands.begin()
        try:
            await hands.take()
            self.has = True
            await self.done.wait()
        finally:
            hands.end()


async def test_r2_who_finds_no_free_hand_waits_in_turn():
    hands = Hands(2)
    takers = [Taker(hands) for _ in range(4)]
    await until(lambda: takers[1].has)
    await asyncio.sleep(0)
    assert [one.has for one in takers] == [True, True, False, False]
    takers[1].done.set()
    await until(lambda: takers[2].has)
    assert not takers[3].has
    takers[0].done.set()
    await until(lambda: takers[3].has)
    for one in takers:
        one.done.set()
        await one.task


async def test_who_is_cut_off_takes_no_hand_along():
    hands = Hands(1)
    first, second, third = (Taker(hands) for _ in range(3))
    await until(lambda: first.has)
    second.task.cancel()  # while it waits
    await asyncio.gather(second.task, return_exceptions=True)
    first.done.set()
    third.task.cancel()  # maybe just when it is given one
    await asyncio.gather(first.task, third.task, return_exceptions=True)
    again = Taker(hands)
    await until(lambda: again.has)
    again.task.cancel()  # while it has one
    await asyncio.gather(again.task, return_exceptions=True)
    last = Taker(hands)
    await until(lambda: last.has)
    last.done.set()
    await last.task


async def test_who_has_not_begun_to_take_in_needs_none():
    hands = Hands(0)
    async with asyncio.timeout(LIMIT):
        await hands.take()
    hands.empty()
    hands.end()
    assert hands._free == 0


async def test_r2_while_answers_wait_to_be_taken_in_no_more_are_asked_for(site, make_fetcher):
    fetcher = make_fetcher(concurrency=1)  # two hands
    for number in range(4):
        site.serve(f"/{number}", b"news")
    site.serve("/same", status=304)
    taken_in = asyncio.Event()

    async def read(path):
        fetcher.hands.begin()
        try:
            await fetcher.get(site.url + path)
            await taken_in.wait()
        finally:
            fetcher.hands.end()

    readers = [asyncio.create_task(read("/same")) for _ in range(3)]  # nothing to be taken in
    await until(lambda: len(site.asked) == 3)
    readers += [asyncio.create_task(read(f"/{number}")) for number in range(4)]
    await until(lambda: len(site.asked) == 5)
    other = site.url.replace("127.0.0.1", "localhost")  # another host
    assert (await fetcher.get(other + "/0")).body == b"news"  # who takes nothing in is answered
    assert [one.path for one in site.asked[3:]] == ["/0", "/1", "/0"]
    taken_in.set()
    await asyncio.gather(*readers)
    assert [one.path for one in site.asked[6:]] == ["/2", "/3"]


async def test_who_asks_again_lets_others_go_first(site, make_fetcher):
    """A page asks for robots.txt first: with every hand full of such answers, all go on."""
    fetcher = make_fetcher(concurrency=1)
    site.serve("/robots.txt", b"User-agent: *")
    site.serve("/page", b"news")

    async def read():
        fetcher.hands.begin()
        try:
            await fetcher.get(site.url + "/robots.txt")
            await fetcher.get(site.url + "/page")
        finally:
            fetcher.hands.end()

    async with asyncio.timeout(LIMIT):
        await asyncio.gather(*(read() for _ in range(20)))
    assert fetcher.hands._free == 2


async def test_an_answer_that_is_an_error_leaves_the_hand_empty(site, make_fetcher):
    fetcher = make_fetcher(concurrency=1)
    site.pages["/bad"] = lambda request: asyncio.sleep(0, web.Response(status=500, body=b"oh"))
    fetcher.hands.begin()
    for _ in range(3):
        with pytest.raises(Refused):
            await fetcher.get(site.url + "/bad")
        assert fetcher.hands._free == 2
    fetcher.hands.end()

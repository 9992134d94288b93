"""The thread that thinks, and thoughts that never end (bot/thinker.py)."""

import asyncio
import threading

import pytest

from bot import thinker
from bot.thinker import Endless, Thinker

LIMIT = 60  # seconds, on a busy machine


def lose_patience(mind):
    """What is thought now was begun long ago."""
    thought, since = mind._now
    mind._now = thought, since - 2 * thinker.LONGEST
    mind._look()


class Hanging:
    """A thought that ends when the test says so."""

    def __init__(self, mind):
        self.begun, self.ends = threading.Event(), threading.Event()
        self.task = asyncio.create_task(mind.think(self.think, ()))

    def think(self):
        self.begun.set()
        return self.ends.wait(LIMIT)

    async def begins(self):
        assert await asyncio.to_thread(self.begun.wait, LIMIT)


@pytest.fixture
def mind():
    mind = Thinker()
    yield mind
    mind.rest()


async def test_what_is_thought_and_what_it_raises_comes_back(mind):
    assert await mind.think(int, ("7",)) == 7
    with pytest.raises(ValueError, match="x"):
        await mind.think(int, ("x",))


async def test_r1_a_thought_without_end_is_left_and_the_others_go_on(mind):
    endless = Hanging(mind)
    await endless.begins()
    others = [asyncio.create_task(mind.think(str, (number,))) for number in range(3)]
    mind._look()  # it has only begun: nothing happens
    assert mind.replaced == 0
    lose_patience(mind)
    with pytest.raises(Endless):
        await endless.task
    assert await asyncio.gather(*others) == ["0", "1", "2"]
    endless.ends.set()  # it ends after all: nobody hears of it, and its thread goes
    assert await mind.think(str, (3,)) == "3"
    assert mind.replaced == 1


async def test_r1_so_many_threads_are_replaced_and_then_the_log_says_what_to_do(mind, caplog):
    hanging = []
    for _ in range(thinker.REPLACED + 1):
        hanging.append(Hanging(mind))
        await hanging[-1].begins()
        assert "Restart the bot" not in caplog.text
        lose_patience(mind)
    for one in hanging[:-1]:
        with pytest.raises(Endless):
            await one.task
    assert "Restart the bot" in caplog.text
    assert mind.replaced == thinker.REPLACED
    for one in hanging:
        one.ends.set()
    assert await hanging[-1].task
    assert await mind.think(str, (1,)) == "1"


async def test_o1_what_still_waits_at_the_end_is_not_thought(mind):
    now = Hanging(mind)
    await now.begins()
    later = asyncio.create_task(mind.think(str, (1,)))
    await asyncio.sleep(0)
    mind.rest()
    with pytest.raises(asyncio.CancelledError):
        await later
    now.ends.set()
    assert await now.task

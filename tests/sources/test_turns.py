"""One at a time per host, in order, whoever gives up (P14)."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.turns import Turns


async def taken(turns, host):
    if not turns.take(host):
        await turns.wait(host)


async def test_p14_they_come_in_order_and_each_host_has_its_own():
    turns, order = Turns(), []

    async def ask(host, number):
        await taken(turns, host)
        order.append((host, number))
        await asyncio.sleep(0)
        turns.leave(host)

    await asyncio.gather(*(ask(host, number) for number in range(3) for host in "ab"))
    assert [number for host, number in order if host == "a"] == [0, 1, 2]
    assert order[:2] == [("a", 0), ("b", 0)]
    assert len(turns) == 0


async def test_p14_a_turn_that_is_given_to_one_who_gives_up_goes_on():
    turns = Turns()
    await taken(turns, "a")
    first = asyncio.create_task(taken(turns, "a"))
    second = asyncio.create_task(taken(turns, "a"))
    await asyncio.sleep(0)
    turns.leave("a")  # it is the first one's now, who does not know it yet
    first.cancel()
    async with asyncio.timeout(60):
        await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not turns.take("a")
    turns.leave("a")
    assert len(turns) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.integers(-1, 4))))
def test_p14_never_two_at_a_time_and_nobody_waits_for_ever(work):
    """:param work: of each: its host, turns of the loop that it asks for, after how many it is
    cancelled (never: -1)."""
    turns, asking, ended = Turns(), [], []

    async def ask(host, long):
        await taken(turns, host)
        try:
            assert host not in asking
            asking.append(host)
            for _ in range(long):
                await asyncio.sleep(0)
        finally:
            asking.remove(host)
            turns.leave(host)

    async def cancel(task, after):
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()

    async def main():
        tasks = [asyncio.create_task(ask(host, long)) for host, long, _ in work]
        enders = [cancel(t, n) for t, (_, _, n) in zip(tasks, work, strict=True) if n >= 0]
        async with asyncio.timeout(60):
            await asyncio.gather(*enders)
            ended.extend(await asyncio.gather(*tasks, return_exceptions=True))

    asyncio.run(main())
    assert len(turns) == 0
    assert not [one for one in ended if isinstance(one, Exception)]

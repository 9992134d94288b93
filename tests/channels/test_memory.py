"""The memory channel keeps Mastodon's rules: the flow tests rely on it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.channels import memory
from bot.channels.memory import Memory, MemoryOptions
from bot.errors import ChannelError, Rejected
from bot.outbox.delivery import Delivery

START = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
names = itertools.count(1)


def delivery(key="k1", text="Échirolles"):
    return Delivery(
        id=1,
        channel="m",
        announcement="a1",
        story="s1",
        revision=0,
        action="post",
        key=key,
        message=Message(text),
        created=START,
        due=START,
    )


@pytest.fixture
def side():
    name = f"cote-{next(names)}"
    side = memory.other_side(name)
    side.name, side.now = name, START
    side.clock = lambda: side.now
    yield side
    memory.forget(name)


def channel(side):
    return Memory("m", MemoryOptions(server=side.name))


async def test_d2_a_key_is_kept_for_an_hour_and_no_longer(side):
    first = await channel(side).deliver(delivery())
    side.now += timedelta(seconds=3599)
    assert await channel(side).deliver(delivery(text="autre")) == first
    side.now += timedelta(seconds=1)
    assert await channel(side).deliver(delivery()) != first


async def test_a_server_without_keys_makes_two_and_promises_nothing(side):
    side.key_kept = None
    one = channel(side)
    assert one.window is None
    await one.deliver(delivery())
    await one.deliver(delivery())
    assert len(side.there()) == 2


async def test_what_was_posted_outlives_the_channel(side):
    await channel(side).deliver(delivery())
    found = await channel(side).find(delivery(), START)
    assert found.receipt is not None
    memory.forget(side.name)
    assert (await channel(side).find(delivery(), START)).receipt is None


@pytest.mark.parametrize(
    ("fault", "there"),
    [("refuse", 0), ("lose-request", 0), ("error", 0), ("lose-answer", 1), ("error-after", 1)],
)
async def test_each_fault_happens_once_before_or_after_the_act(side, fault, there):
    side.fail(fault)
    with pytest.raises(ChannelError):
        await channel(side).deliver(delivery())
    assert len(side.there()) == there
    await channel(side).deliver(delivery())
    assert len(side.there()) == 1


async def test_a_search_that_does_not_reach_far_enough_says_so(side):
    for number in range(5):
        await channel(side).deliver(delivery(f"k{number}", f"nouvelle {number}"))
    side.reach = 3
    found = await channel(side).find(delivery("k0", "nouvelle 0"), START)
    assert (found.receipt, found.complete) == (None, False)
    assert (await channel(side).find(delivery("k4", "nouvelle 4"), START)).receipt is not None


async def test_d5_what_is_gone_there_is_not_edited_back(side):
    posted = await channel(side).deliver(delivery())
    await channel(side).withdraw(posted.remote, delivery())
    with pytest.raises(Rejected):
        await channel(side).edit(posted.remote, delivery(text="autre"))
    assert side.there() == []

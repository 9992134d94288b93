"""Messages that are claimed together: nothing twice, nothing lost, nothing out of turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rig import TOWNS
from test_promises import label, texts

from bot import pipeline
from bot.steps import send

MINUTE = timedelta(minutes=1)


async def queued(rig, count=12):
    """So many messages wait; the towns in the order of their turn."""
    for town in TOWNS[:count]:
        rig.publish(town, label(town))
    rig.now += timedelta(hours=2)
    await rig.work("collect")
    rows = await rig.house.store.read(lambda tx: tx.deliveries.waiting())
    assert len(rows) == count
    return [row.message.text.split(" obtient", maxsplit=1)[0] for row in rows]


def told(rig):
    return [text.split(" obtient", maxsplit=1)[0] for text in texts(rig.side())]


async def states(rig):
    rows = await rig.house.store.read(lambda tx: tx.deliveries._find(True))
    return [(row.state, row.attempts, row.doubt) for row in rows]


async def test_a_burst_needs_few_transactions_and_keeps_its_order(make_rig, monkeypatch):
    monkeypatch.setattr(send, "QUICK", 3600)
    rig = await make_rig()
    order = await queued(rig)
    writes, write = [], rig.house.store.write

    async def counted(work, **more):
        writes.append(work)
        return await write(work, **more)

    rig.house.store.write = counted
    await rig.work("deliver")
    assert told(rig) == order
    assert len(writes) <= 6  # 1, 2, 4 and 5 of them, and their claims
    assert set(await states(rig)) == {("sent", 1, False)}


async def test_where_sending_is_slow_each_is_claimed_by_itself(make_rig, monkeypatch):
    monkeypatch.setattr(send, "QUICK", -1)
    rig = await make_rig()
    order = await queued(rig, 5)
    channel = next(iter(rig.house.channels.values()))
    waiting, deliver = [], channel.deliver

    async def noted(delivery):
        rows = await rig.house.store.read(lambda tx: tx.deliveries._find(True))
        waiting.append(sum(row.state == "sending" for row in rows))
        return await deliver(delivery)

    channel.deliver = noted
    await rig.work("deliver")
    assert told(rig) == order
    assert waiting == [1] * 5


async def test_d1_where_a_pace_counts_them_too(make_rig, monkeypatch):
    monkeypatch.setattr(send, "QUICK", 3600)
    rig = await make_rig(more="per_hour = 2\n")
    order = await queued(rig, 5)
    for hour in range(3):
        await rig.work("deliver")
        assert told(rig) == order[: 2 * (hour + 1)]
        rig.now += timedelta(hours=1, seconds=1)


@pytest.mark.parametrize("which", [4, 5], ids=["the first of four", "the second of four"])
async def test_d6_one_that_fails_gives_the_younger_ones_back_untried(make_rig, monkeypatch, which):
    monkeypatch.setattr(send, "QUICK", 3600)
    rig = await make_rig()
    order = await queued(rig, 7)
    channel = next(iter(rig.house.channels.values()))
    deliver, tried = channel.deliver, []

    async def limited(delivery):
        tried.append(delivery)
        if len(tried) == which:  # of the four that are claimed after one and two
            rig.side().fail("limit")
        return await deliver(delivery)

    channel.deliver = limited
    await rig.work("deliver")
    assert told(rig) == order[: which - 1]
    assert len(tried) == which  # what went through before it does not undo its pause
    found = await states(rig)
    assert [state for state, _, _ in found] == ["sent"] * (which - 1) + ["queued"] * (8 - which)
    assert [attempts for _, attempts, _ in found] == [1] * which + [0] * (7 - which)
    assert not any(doubt for _, _, doubt in found)
    rig.now += timedelta(hours=2)
    await rig.work("deliver")
    assert told(rig) == order


async def test_d1_killed_at_each_step_of_a_burst_everything_is_told_once(make_rig, monkeypatch):
    monkeypatch.setattr(send, "QUICK", 3600)
    steps = 0
    for lost in (False, True):
        for step in range(1, 32, 5):
            rig = await make_rig()
            order = await queued(rig, 7)
            if lost:
                rig.side().fail("lose-answer")
            rig.crash.arm(step)
            steps += not await rig.work("deliver")
            rig.crash.left = None
            rig.now += 6 * MINUTE  # the leases run out
            await rig.settle(4)
            assert sorted(told(rig)) == sorted(order)
            assert {state for state, _, _ in await states(rig)} == {"sent"}
            await rig.down()
    assert steps > 5  # most of them died


async def test_c15_stopping_gives_back_what_was_not_tried(make_rig, monkeypatch):
    monkeypatch.setattr(send, "QUICK", 3600)
    rig = await make_rig()
    order = await queued(rig, 7)
    channel = next(iter(rig.house.channels.values()))
    deliver, tried = channel.deliver, []

    async def last(delivery):
        tried.append(delivery)
        rig.house.stopping = len(tried) == 5
        return await deliver(delivery)

    channel.deliver = last
    await pipeline.deliver(rig.house, rig.now)
    await pipeline.finished(rig.house)
    assert told(rig) == order[:5]
    assert [one[:2] for one in await states(rig)] == [("sent", 1)] * 5 + [("queued", 0)] * 2

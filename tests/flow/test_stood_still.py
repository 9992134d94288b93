"""A worker's machine stood still with a message in its hands, and another worker has taken it over:
on waking up it sends nothing (C18)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.channels import memory
from bot.channels.memory import Memory, MemoryOptions
from bot.outbox import decide
from bot.outbox.delivery import Delivery
from bot.steps.send import send_all
from bot.store.database import Store

pytestmark = pytest.mark.servers
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("taken", [True, False], ids=["taken over", "still its own"])
async def test_c18_who_stood_still_asks_before_it_sends(
    postgres, make_rig, tmp_path, monkeypatch, taken
):
    rig = await make_rig()
    shared = await Store.open(postgres(), data_dir=tmp_path / "shared")
    house = rig.house
    alone, house.store = house.store, shared
    house.now = lambda: rig.now
    rig.now = NOW
    memory.other_side("still").clock = lambda: rig.now
    channel = Memory("still", MemoryOptions(server="still", per_hour=0, per_day=0, quiet=""))
    house.channels = {"still": channel}
    house.started.add("still")
    letter = Delivery(0, "still", "a", None, 0, "post", "k", Message("un texte"), NOW, NOW)
    await shared.write(lambda tx: tx.deliveries.add([letter]))

    claim = type(shared).write
    stood = False

    async def slow(store, work, **more):
        """The machine stands still right after the claim."""
        nonlocal stood
        done = await claim(store, work, **more)
        if isinstance(done, list) and not stood:
            stood = True
            rig.now += timedelta(seconds=40)
            if taken:
                await claim(store, lambda tx: tx.deliveries.take_over("still".__eq__, rig.now))
                [other] = await claim(
                    store, lambda tx: tx.deliveries.claim("still", rig.now, lease=decide.LEASE)
                )
                assert other.doubt
        return done

    monkeypatch.setattr(type(shared), "write", slow)
    await send_all(house, channel, rig.now)
    monkeypatch.undo()
    assert stood
    assert len(memory.other_side("still").there()) == (0 if taken else 1)
    [row] = await shared.read(lambda tx: tx.deliveries._find(True))
    assert row.state == ("sending" if taken else "sent")
    memory.forget("still")
    house.store = alone
    await shared.close()

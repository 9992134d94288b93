"""An entry that is understood without end (bot/thinker.py, bot/steps/meaning.py)."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from rig import Rig

from bot import thinker, thrift
from bot.steps import meaning


class Hung:
    """Those called “Sans fin” do not end before the test does."""

    def __init__(self):
        self.titles, self.begun, self.ends = [], threading.Event(), threading.Event()
        self._understand = meaning.understand

    def understand(self, entry, knowledge):
        self.titles.append(entry.title)
        if entry.title == "Sans fin":
            self.begun.set()
            self.ends.wait(300)
        return self._understand(entry, knowledge)


@pytest.fixture
def hung(monkeypatch):
    hung = Hung()
    monkeypatch.setattr(meaning, "understand", hung.understand)
    yield hung
    hung.ends.set()


async def test_r1_it_is_left_aside_by_name_and_other_sources_go_on(tmp_path, hung):
    rig = Rig(tmp_path, sources=2)
    rig.publish("a", "Sans fin", "Un mot. " * 1000)
    rig.publish("b", "La lettre", "Un mot. " * 1000, source=1)
    house = await rig.up()

    async def rows():
        return [await house.store.read(lambda tx, it=it: tx.sources.get(it)) for it in rig.sources]

    try:
        reading = asyncio.create_task(rig.work("collect"))
        assert await asyncio.to_thread(hung.begun.wait, 120)
        thought, since = thrift.thinker._now
        thrift.thinker._now = thought, since - 2 * thinker.LONGEST  # it was begun long ago
        thrift.thinker._look()
        assert await reading
        first, second = await rows()
        assert "Sans fin" in first.error
        assert first.last_ok is None
        assert (second.error, second.last_ok) == ("", rig.now)
        rig.now += timedelta(hours=3)
        assert await rig.work("collect")
        assert [row.last_try for row in await rows()] == [rig.now, rig.now]
        assert hung.titles.count("Sans fin") == 1  # it is not begun again
    finally:
        await rig.down()


async def test_r1_a_source_whose_document_has_no_end_costs_one_thread(tmp_path, caplog):
    rig = Rig(tmp_path, sources=2)
    rig.publish("b", "La lettre", "Un mot.", source=1)
    house = await rig.up()
    first = house.sources[rig.sources[0]]
    asked = []

    async def read(_state, _now):
        asked.append(1)
        raise thinker.Endless

    first.read = read
    try:
        for _ in range(4):
            await rig.work("collect")
            rig.now += timedelta(hours=30)
        assert len(asked) == 1
        assert "left alone until the bot is restarted" in caplog.text
        row = await house.store.read(lambda tx: tx.sources.get(rig.sources[1]))
        assert row.error == ""
    finally:
        await rig.down()


async def test_r1_a_mistake_in_understanding_costs_one_entry_and_is_told(make_rig, monkeypatch):
    rig = await make_rig()
    understand = meaning.understand

    def stumble(entry, knowledge):
        if "Voiron" in entry.title:
            raise TypeError("a mistake of ours")
        return understand(entry, knowledge)

    monkeypatch.setattr(meaning, "understand", stumble)
    for town in ("Voiron", "Claix"):
        rig.publish(
            town, f"{town} obtient le niveau 3 du label Territoire Numérique Libre 2025", ""
        )
    await rig.settle()
    [post] = rig.side().there()
    assert "Claix" in post.text
    notices = await rig.house.store.read(lambda tx: tx.notices.all())
    [told] = [one.text for one in notices if one.key.startswith("not-understood:")]
    assert "Voiron" in told
    row = await rig.house.store.read(lambda tx: tx.sources.get(rig.sources[0]))
    assert row.error == ""

"""A running bot takes up a changed configuration: nothing is lost, nothing old is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels import memory as memory_channel
from bot.config import overrides
from bot.config.overrides import Override
from bot.config.read import load
from bot.errors import ConfigError, DataError
from bot.process.reload import Reloader

PRIZE = "{} reçoit le label Territoire Numérique Libre"
TEXT = (
    "La ville de {} obtient le label Territoire Numérique Libre, niveau 4, décerné par l’ADULLACT."
)


class Face:
    """A chat that only notes what it is given."""

    def __init__(self):
        self.channels = None

    async def swap(self, channels, close):
        self.channels = channels
        await close()


@pytest.fixture
async def running(make_rig):
    """A rig, its reloader, and its folder."""
    rig = await make_rig()

    last = [rig.config]

    async def read(files):
        if files:
            last[:] = [load(rig.folder / "config", {})]
        given = await rig.house.store.read(lambda tx: tx.overrides.all())
        return overrides.apply(last[0], given), rig.languages

    reloader = Reloader(rig.house, read, Face())
    yield rig, reloader
    await reloader.close()


def write(rig, path, text):
    (rig.folder / "config" / path).write_text(text, encoding="utf-8")


def publish(rig, town, source=0):
    rig.publish(town, PRIZE.format(town), TEXT.format(town), source)


async def tell(rig, hours=3):
    await rig.settle(hours)


async def test_o7_an_invalid_reload_keeps_the_old_and_names_file_line_and_key(running):
    rig, reloader = running
    before = dict(vars(rig.house))
    write(rig, f"channels/{rig.channels[0]}.toml", 'kind = "memory"\nlanguage = "fr"\nper_huor = 3')
    with pytest.raises(ConfigError) as caught:
        await reloader.reload()
    [problem] = caught.value.problems
    assert (problem.line, problem.key, problem.nearest) == (3, "per_huor", "per_hour")
    for part in ("config", "channels", "sources", "knowledge"):
        assert getattr(rig.house, part) is before[part]
    [notice] = [
        one
        for one in await rig.house.store.read(lambda tx: tx.notices.all())
        if one.key == "config"
    ]
    assert "per_huor" in notice.text
    publish(rig, "Claix")  # it works on as before
    await tell(rig)
    assert len(rig.side().there()) == 1
    write(rig, f"channels/{rig.channels[0]}.toml", f'kind = "memory"\nserver = "{rig.channels[0]}"')
    await reloader.reload()
    notices = await rig.house.store.read(lambda tx: tx.notices.all())
    assert [one for one in notices if one.key == "config"] == []


async def test_r8_a_new_channel_starts_at_its_creation_and_hears_what_comes(running):
    rig, reloader = running
    publish(rig, "Claix")
    await tell(rig)
    new = f"{rig.name}-new"
    write(rig, f"channels/{new}.toml", f'kind = "memory"\nserver = "{new}"\nlanguage = "fr"\n')
    outcome = await reloader.reload()
    assert outcome.channels == {"new": [new], "changed": [], "gone": []}
    await tell(rig)
    assert memory_channel.other_side(new).there() == []
    publish(rig, "Vizille")
    await tell(rig)
    assert len(memory_channel.other_side(new).there()) == 1
    assert len(rig.side().there()) == 2
    memory_channel.forget(new)


async def test_r8_a_new_source_is_read_and_does_not_flood(running):
    rig, reloader = running
    new = f"{rig.name}-s9"
    rig.items[new] = {}
    rig.publish("old", PRIZE.format("Domène"), TEXT.format("Domène"), 0)
    rig.items[new] = dict(rig.items.pop(rig.sources[0]))
    rig.items[rig.sources[0]] = {}
    rig.show()
    write(rig, f"sources/{new}.toml", 'kind = "memory"\nname = "Neuve"\nrole = "press"\n')
    assert (await reloader.reload()).sources["new"] == [new]
    await tell(rig)
    assert rig.side().there() == []  # what was there at first sight is no news
    rig.items[new]["fresh"] = rig.items[new]["old"].__class__(
        guid="fresh", url="https://neuve.example/fresh", title=PRIZE.format("Meylan"),
        summary=TEXT.format("Meylan"), language="fr", published=rig.now,
    )  # fmt: skip
    rig.show()
    await tell(rig)
    assert len(rig.side().there()) == 1


async def test_a_source_that_vanishes_and_returns_tells_nothing_twice(running):
    rig, reloader = running
    publish(rig, "Claix")
    await tell(rig)
    path = rig.folder / "config" / "sources" / f"{rig.sources[0]}.toml"
    text = path.read_text()
    path.unlink()
    assert (await reloader.reload()).sources["gone"] == rig.sources
    publish(rig, "Vizille")
    await tell(rig)
    assert len(rig.side().there()) == 1
    assert rig.sources[0] in {
        row.id for row in await rig.house.store.read(lambda tx: tx.sources.all())
    }
    path.write_text(text)
    await reloader.reload()
    await tell(rig)
    assert len(rig.side().there()) == 2


async def test_a_pause_set_in_the_store_keeps_everything_and_resuming_tells_it_once(running):
    rig, reloader = running
    pause = Override("channels", rig.channels[0], overrides.PAUSE, {"until": None})
    await rig.house.store.write(lambda tx: tx.overrides.put(pause, rig.now))
    await reloader.reload()
    publish(rig, "Claix")
    await tell(rig)
    assert rig.side().there() == []
    assert len(await rig.house.store.read(lambda tx: tx.deliveries.waiting())) == 1
    await rig.house.store.write(
        lambda tx: tx.overrides.drop("channels", rig.channels[0], overrides.PAUSE)
    )
    await reloader.reload()
    await tell(rig)
    assert len(rig.side().there()) == 1


async def test_a_pause_ends_by_itself_at_its_hour(running):
    rig, reloader = running
    until = (rig.now + timedelta(hours=5)).isoformat()
    pause = Override("channels", rig.channels[0], overrides.PAUSE, {"until": until})
    await rig.house.store.write(lambda tx: tx.overrides.put(pause, rig.now))
    await reloader.reload()
    publish(rig, "Claix")
    await tell(rig, 4)
    assert rig.side().there() == []
    await tell(rig, 3)
    assert len(rig.side().there()) == 1


async def test_d1_a_channel_replaced_while_it_sends_is_told_each_story_once(running):
    rig, reloader = running
    publish(rig, "Claix")
    await rig.work("collect")
    side = rig.side()
    side.open = asyncio.Event()  # the server answers when it is set
    from bot import pipeline

    await pipeline.deliver(rig.house, rig.now)
    await asyncio.sleep(0)
    other = f"{rig.name}-other"
    write(rig, f"channels/{rig.channels[0]}.toml", f'kind = "memory"\nserver = "{other}"\n')
    outcome = await reloader.reload()
    assert outcome.channels["changed"] == rig.channels
    old = [task for name, task in rig.house.working.items() if name.startswith("channel")]
    await pipeline.deliver(rig.house, rig.now)  # the new one waits for the old one's end
    assert [t for n, t in rig.house.working.items() if n.startswith("channel")] == old
    side.open.set()
    await asyncio.gather(*old)
    await reloader.settled()
    await tell(rig)
    everywhere = [*side.there(), *memory_channel.other_side(other).there()]
    assert len(everywhere) == 1
    memory_channel.forget(other)


async def test_c16_a_channel_replaced_while_the_commit_fails_still_speaks(running, monkeypatch):
    rig, reloader = running
    store, write_well = rig.house.store, rig.house.store.write

    async def write_badly(work, **more):
        await write_well(work, **more)
        raise DataError

    other = f"{rig.name}-other"
    write(rig, f"channels/{rig.channels[0]}.toml", f'kind = "memory"\nserver = "{other}"\n')
    monkeypatch.setattr(store, "write", write_badly)
    with pytest.raises(DataError):
        await reloader.reload()
    monkeypatch.undo()
    await reloader.settled()
    assert rig.house.closing == set()
    publish(rig, "Claix")
    await tell(rig)
    assert len(memory_channel.other_side(other).there()) == 1
    memory_channel.forget(other)


async def test_a_setting_of_an_open_channel_changes_without_closing_it(running):
    rig, reloader = running
    channel = rig.house.channels[rig.channels[0]]
    setting = Override("channels", rig.channels[0], "per_hour", 7)
    await rig.house.store.write(lambda tx: tx.overrides.put(setting, rig.now))
    await reloader.reload()
    assert rig.house.channels[rig.channels[0]] is channel
    assert channel.options.per_hour == 7
    assert rig.channels[0] in rig.house.started


async def test_what_waits_for_the_next_start_is_said(running):
    rig, reloader = running
    write(rig, "bot.toml", "[news]\nflood_cap = 4\n[web]\nport = 0\n")
    outcome = await reloader.reload()
    assert (outcome.bot, outcome.restart) == (["news"], ["web"])
    assert (await reloader.reload()).restart == ["web"]


async def test_nobody_is_asked_in_rooms_that_are_heard_at_the_next_start_only(running):
    rig, reloader = running
    heard = rig.house.config.bot.chat.enabled
    other = "false" if heard else "true"
    write(rig, "bot.toml", f"[news]\nflood_cap = 4\n[chat]\nenabled = {other}\n")
    outcome = await reloader.reload()
    assert outcome.restart == ["chat"]
    assert rig.house.config.bot.chat.enabled is heard
    assert rig.house.config.bot.news.flood_cap == 4


async def test_another_process_that_changes_something_is_noticed_and_answered(running, monkeypatch):
    rig, reloader = running
    monkeypatch.setattr("bot.process.reload.LOOK_EVERY", 0.01)
    stop = asyncio.Event()
    reloader._seen = unread = object()
    watching = asyncio.create_task(reloader.watch(stop))
    async with asyncio.timeout(20):
        while reloader._seen is unread:  # what was asked before it began is no question to it
            await asyncio.sleep(0.01)
    mark = await rig.house.store.write(lambda tx: tx.overrides.ask())
    async with asyncio.timeout(20):
        while not await rig.house.store.read(lambda tx: tx.overrides.answered(mark)):
            await asyncio.sleep(0.01)
    write(rig, "bot.toml", "[news]\nflod_cap = 4\n")
    mark = await rig.house.store.write(lambda tx: tx.overrides.ask())
    async with asyncio.timeout(20):
        while not (said := await rig.house.store.read(lambda tx: tx.overrides.answered(mark))):
            await asyncio.sleep(0.01)
    assert said["ok"] is False
    assert "flod_cap" in said["error"]["fr"]
    stop.set()
    await watching


async def test_r8_what_appears_while_a_source_is_muted_is_not_told_and_what_comes_after_is(running):
    rig, reloader = running
    mute = Override("sources", rig.sources[0], "enabled", False)
    await rig.house.store.write(lambda tx: tx.overrides.put(mute, rig.now))
    await reloader.reload()
    publish(rig, "Claix")
    await tell(rig)
    await rig.house.store.write(lambda tx: tx.overrides.drop("sources", rig.sources[0], "enabled"))
    await reloader.reload()
    await tell(rig)
    assert rig.side().there() == []
    publish(rig, "Vizille")
    await tell(rig)
    assert ["Vizille" in one.text for one in rig.side().there()] == [True]


async def test_a_source_added_by_command_is_read_and_tells_nothing_old(running):
    rig, reloader = running
    new = f"{rig.name}-s7"
    rig.items[new] = {}
    rig.show()
    added = Override("sources", new, "", {"kind": "memory", "name": "Neuve"})
    await rig.house.store.write(lambda tx: tx.overrides.put(added, rig.now))
    assert (await reloader.reload()).sources["new"] == [new]
    await tell(rig)
    assert (await rig.house.store.read(lambda tx: tx.sources.get(new))).first_seen is not None


async def test_a_mistake_in_a_file_keeps_nobody_from_pausing(running):
    rig, reloader = running
    write(rig, "bot.toml", "[news]\nflod_cap = 4\n")
    pause = Override("channels", rig.channels[0], overrides.PAUSE, {"until": None})
    await rig.house.store.write(lambda tx: tx.overrides.put(pause, rig.now))
    await reloader.reload(files=False)
    assert rig.house.config.pauses == {rig.channels[0]: None}
    await rig.house.store.write(
        lambda tx: tx.overrides.drop("channels", rig.channels[0], overrides.PAUSE)
    )
    said = await reloader.quietly()  # as another process asks for it
    assert said["ok"] is False
    assert rig.house.config.pauses == {}
    assert rig.house.config.bot.news.flood_cap == 0

"""The promises of the whole way, one by one: never lost, never twice, never a flood, kept true."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

from rig import TOWNS, Rig

from bot import pipeline
from bot.channels.memory import OtherSide
from bot.config.read import load
from bot.errors import DataError, Unreachable
from bot.sources.memory import Memory


def label(town: str, level: str = "4", year: int = 2024) -> str:
    return f"{town} obtient le niveau {level} du label Territoire Numérique Libre {year}"


def texts(side: OtherSide) -> list[str]:
    return [message.text for message in side.there()]


async def test_r8_first_sight_is_silent_for_what_was_already_there(make_rig, tmp_path):
    rig = Rig(tmp_path / "first")
    rig.publish("old", label("Claix"))
    await rig.settle(3)
    assert texts(rig.side()) == []
    rig.publish("new", label("Vizille"))
    await rig.settle(3)
    assert [text.split(" obtient")[0] for text in texts(rig.side())] == ["Vizille"]
    await rig.down()


async def test_r8_a_flood_is_capped_and_nothing_of_it_is_lost(make_rig):
    rig = await make_rig(flood_cap=5)
    for town in TOWNS:
        rig.publish(town, label(town))
    await rig.settle(4)
    posts = rig.side().there()
    alone = [post for post in posts if " obtient le niveau" in post.text.split("\n")[0]]
    assert len(alone) == 5
    everything = "\n".join(texts(rig.side()))
    for item in rig.items[rig.sources[0]].values():
        assert (
            str(item.url).rpartition("/")[2][:5] in everything
            or item.title.split()[0] in everything
        )


async def test_the_same_story_from_two_sources_is_told_once(make_rig):
    rig = await make_rig(sources=2)
    rig.publish("a", label("Claix"))
    await rig.settle(2)
    rig.publish("b", "Label Territoire Numérique Libre 2024 : Claix au niveau 4", source=1)
    await rig.settle(4)
    assert len(texts(rig.side())) == 1
    stories = await rig.house.store.read(lambda tx: tx.stories.recent())
    assert len(stories) == 1
    assert len(stories[0].witnesses) == 2


async def test_d5_what_a_moderator_deleted_is_never_posted_again(make_rig):
    rig = await make_rig()
    rig.publish("a", label("Claix"))
    await rig.settle(2)
    rig.side().there()[0].gone = True
    rig.publish("a", label("Claix", "5"))
    await rig.settle(6)
    assert texts(rig.side()) == []
    assert len(rig.side().messages) == 1


async def test_d6_one_failing_channel_delays_no_other(make_rig):
    rig = await make_rig(channels=2)
    rig.side(0).fail(*["refuse"] * 500)
    for town in TOWNS[:4]:
        rig.publish(town, label(town))
    await rig.settle(3)
    assert len(texts(rig.side(1))) == 4
    assert texts(rig.side(0)) == []
    rig.side(0).faults.clear()
    await rig.settle(12)
    assert len(texts(rig.side(0))) == 4


async def test_d7_a_closed_account_waits_tells_once_and_is_not_hammered(make_rig):
    rig = await make_rig()
    rig.side().fail(*["lock"] * 1000)
    for town in TOWNS[:3]:
        rig.publish(town, label(town))
    for _ in range(200):  # ten seconds of ticks
        await rig.work("collect")
        await rig.work("deliver")
        rig.now += timedelta(milliseconds=50)
    assert rig.side().calls <= 2
    notices = await rig.house.store.read(lambda tx: tx.notices.all())
    assert [one.key for one in notices] == [f"locked:{rig.channels[0]}"]
    rig.side().faults.clear()
    await rig.settle(4)
    assert len(texts(rig.side())) == 3
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []


async def test_d7_a_poison_message_is_set_aside_and_blocks_nobody(make_rig):
    rig = await make_rig()
    rig.side().fail("reject")
    for town in TOWNS[:3]:
        rig.publish(town, label(town))
    await rig.settle(3)
    assert len(texts(rig.side())) == 2
    aside = await rig.house.store.read(lambda tx: tx.deliveries.aside())
    assert len(aside) == 1
    assert rig.side().calls == 3


async def test_d3_outages_of_two_and_thirty_hours(make_rig):
    for hours in (2, 30):
        rig = await make_rig()
        rig.publish("a", label("Claix"))
        rig.side().fail("lose-answer", *["refuse"] * 400)
        await rig.settle(hours)
        rig.side().faults.clear()
        await rig.settle(6)
        assert len(texts(rig.side())) == 1, f"after {hours} h"


async def test_d3_a_server_without_idempotency(make_rig):
    rig = await make_rig()
    rig.side().key_kept = None
    await rig.down()
    rig.side().fail("lose-answer", "error-after", "lose-request")
    for town in TOWNS[:4]:
        rig.publish(town, label(town))
    await rig.settle(12)
    assert sorted(text.split(" obtient")[0] for text in texts(rig.side())) == sorted(TOWNS[:4])


async def test_a_moved_event_is_answered_once_and_the_first_post_stays_true(make_rig):
    rig = await make_rig()
    rig.publish("a", "AlpOSS 2026 aura lieu mardi 17 février 2026 à l’hôtel de ville d’Échirolles")
    await rig.settle(2)
    assert len(texts(rig.side())) == 1
    rig.publish(
        "b",
        "AlpOSS 2026 déménage",
        "AlpOSS 2026 se tiendra à La Rampe, à Échirolles, et non plus à l’hôtel de ville, "
        "toujours mardi 17 février 2026.",
    )
    await rig.settle(4)
    first, answer = rig.side().there()
    assert answer.reply_to == first.id
    assert answer.text.startswith("Changement de lieu")
    assert "La Rampe" in first.text  # edited in place
    await rig.settle(6)
    assert len(texts(rig.side())) == 2


async def test_a_reminder_comes_once_seven_days_before(make_rig):
    rig = await make_rig()
    rig.publish("a", "AlpOSS 2026 aura lieu mardi 17 février 2026 à Échirolles")
    await rig.settle(2)
    assert len(texts(rig.side())) == 1
    rig.now = datetime(2026, 2, 9, 9, tzinfo=UTC)
    await rig.settle(6)
    assert len(texts(rig.side())) == 1, "eight days before: not yet"
    rig.now = datetime(2026, 2, 10, 8, 30, tzinfo=UTC)
    await rig.settle(60)
    assert len(texts(rig.side())) == 2
    assert "17 février 2026" in texts(rig.side())[1]


async def test_the_week_is_told_once_on_its_day(make_rig):
    rig = await make_rig()
    for channel in rig.house.channels.values():
        channel.options = channel.options.model_copy(update={"digest": "monday 08:30"})
    rig.now = datetime(2025, 11, 6, 10, tzinfo=UTC)
    for town in TOWNS[:3]:
        rig.publish(town, label(town))
    await rig.settle(2)
    before = len(texts(rig.side()))
    rig.now = datetime(2025, 11, 10, 6, tzinfo=UTC)  # 7 h in Paris
    await rig.settle(1)
    assert len(texts(rig.side())) == before
    await rig.settle(6)
    digests = texts(rig.side())[before:]
    assert len(digests) == 1
    assert all(town in digests[0] for town in TOWNS[:3])


async def test_p4_a_source_that_fails_keeps_its_state_and_is_asked_ever_more_rarely(make_rig):
    rig = await make_rig()
    Memory.hand_in(rig.sources[0], Unreachable(cause="test"))
    tried = []
    for _ in range(400):
        await rig.work("collect")
        row = await rig.house.store.read(lambda tx: tx.sources.get(rig.sources[0]))
        if not tried or tried[-1] != row.last_try:
            tried.append(row.last_try)
        rig.now += timedelta(minutes=15)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried[1:])]
    assert len(tried) <= 14
    assert max(gaps) <= timedelta(hours=27)
    assert row.state == {"version": 1}
    assert row.error


async def test_r8_first_sight_stays_no_news_when_it_is_reworded(make_rig, tmp_path):
    rig = Rig(tmp_path / "reworded", sources=2)
    rig.publish("old", label("Claix"))
    await rig.settle(2)
    rig.publish("old", label("Claix") + ", une première")
    await rig.settle(2)
    assert texts(rig.side()) == []
    rig.publish("same", f"Bravo : {label('Claix')}", source=1)
    await rig.settle(2)
    assert len(texts(rig.side())) == 1, "another witness makes it news"
    await rig.down()


async def test_a_digest_of_the_first_week_holds_nothing_that_was_there_before(make_rig, tmp_path):
    rig = Rig(tmp_path / "week")
    rig.now = datetime(2025, 11, 6, 10, tzinfo=UTC)
    for town in TOWNS[:4]:
        rig.publish(town, label(town, year=2023))
    rig.publish("past", "L’install-party du 12 mars 2023 à Grenoble a réuni 40 personnes")
    await rig.settle(1)
    for channel in rig.house.channels.values():
        channel.options = channel.options.model_copy(update={"digest": "monday 08:30"})
    rig.now = datetime(2025, 11, 10, 8, tzinfo=UTC)
    await rig.settle(4)
    assert texts(rig.side()) == []
    await rig.down()


async def test_a_new_channel_starts_at_its_creation(make_rig):
    rig = await make_rig(channels=2, sources=2)
    late = rig.folder / "config" / "channels" / f"{rig.channels[1]}.toml"
    text = late.read_text()
    late.unlink()
    await rig.down()
    rig.forget_channel(rig.channels[1])
    rig.config = load(rig.folder / "config", {})
    rig.publish("a", label("Claix"))
    await rig.settle(2)
    await rig.down()
    late.write_text(text)
    rig.config = load(rig.folder / "config", {})
    rig.now += timedelta(days=3)
    rig.publish("b", f"Bravo : {label('Claix')}", source=1)
    rig.publish("c", label("Vizille"))
    await rig.settle(3)
    assert [text.split(" obtient")[0] for text in texts(rig.side(1))] == ["Vizille"]


async def test_once_delivers_although_a_source_hangs(make_rig):
    rig = await make_rig(sources=2)
    rig.publish("a", label("Claix"))
    hanging = rig.house.sources[rig.sources[1]]

    async def never(*_):
        await asyncio.sleep(3600)

    hanging.read = never
    rig.now += timedelta(hours=3)
    await pipeline.collect(rig.house, rig.now)
    async with asyncio.timeout(60):  # however busy the machine is
        await rig.house.working[f"source {rig.sources[0]}"]
    await pipeline.finished(rig.house, 0.1)
    await pipeline.give_up(rig.house, rig.now)
    await rig.work("deliver")
    assert len(texts(rig.side())) == 1
    row = await rig.house.store.read(lambda tx: tx.sources.get(rig.sources[1]))
    assert row.failures == 1
    assert "trop lent" in row.error


async def test_a_pass_that_is_cut_off_blames_no_source_that_has_answered(make_rig, monkeypatch):
    rig = await make_rig()
    rig.publish("a", label("Claix"))
    begun = asyncio.Event()

    async def slow(*_, **__):
        begun.set()
        await asyncio.sleep(3600)

    with monkeypatch.context() as patched:
        patched.setattr("bot.steps.intake.take_in", slow)
        rig.now += timedelta(hours=3)
        await pipeline.collect(rig.house, rig.now)
        async with asyncio.timeout(60):
            await begun.wait()
        await pipeline.give_up(rig.house, rig.now)
    row = await rig.house.store.read(lambda tx: tx.sources.get(rig.sources[0]))
    assert (row.failures, row.error) == (0, "")
    assert row.next_due == rig.now + timedelta(minutes=15)  # P5
    assert not rig.house.answered
    await rig.settle(3)
    assert len(texts(rig.side())) == 1


async def test_o_a_full_disk_fails_the_pass_and_says_so(make_rig):
    rig = await make_rig()

    async def full(*_):
        raise DataError(cause="database or disk is full")

    rig.house.begin("source x", full())
    await pipeline.finished(rig.house, 60)
    assert isinstance(rig.house.trouble, DataError)


async def test_a_full_week_makes_no_flood_of_its_digest(make_rig):
    rig = await make_rig()
    rig.now = datetime(2025, 11, 6, 10, tzinfo=UTC)
    for year in (2023, 2024):
        for town in TOWNS:
            rig.publish(f"{town}{year}", label(town, year=year))
    await rig.settle(2)
    before = len(texts(rig.side()))
    for channel in rig.house.channels.values():
        channel.options = channel.options.model_copy(update={"digest": "monday 08:30"})
    rig.now = datetime(2025, 11, 10, 8, tzinfo=UTC)
    await rig.settle(3)
    assert 1 <= len(texts(rig.side())) - before <= 6


async def test_an_event_that_moves_there_and_back_is_told_each_time(make_rig):
    """The 20th, then the 27th, the 4th, and the 27th again: the last reply says where it is now."""
    rig = await make_rig()
    words = "Rencontre logiciel libre à Grenoble {} à 18 h, à La Turbine, gratuit"
    days = ("le 20 novembre 2025", "reportée au 27 novembre 2025", "reportée au 4 décembre 2025")
    for day in (*days, days[1]):
        rig.publish("reunion", words.format(day), words.format(day))
        await rig.settle(3)
    first, *replies = rig.side().there()
    assert "27 novembre" in first.text  # edited to what holds
    assert [one.reply_to for one in replies] == [first.id] * 3
    told = [
        next(day for day in ("27 novembre", "4 décembre") if day in one.text) for one in replies
    ]
    assert told == ["27 novembre", "4 décembre", "27 novembre"]
    rig.publish("reunion", words.format(days[1]), "Encore un mot.")
    await rig.settle(3)
    assert len(rig.side().there()) == 4

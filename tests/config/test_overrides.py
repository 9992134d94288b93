"""What was set from the room, over the files."""

from datetime import UTC, datetime

import pytest

from bot.config.overrides import Override, apply
from bot.config.read import load
from bot.store.database import Store

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
FEED = {"kind": "feed", "url": "https://ville.example/feed", "name": "Ville"}


@pytest.fixture
def files(tmp_path):
    for folder in ("sources", "channels"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bot.toml").write_text("[news]\nmax_age_days = 9\n")
    (tmp_path / "channels/toot.toml").write_text('kind = "console"\nper_hour = 2\n')
    (tmp_path / "sources/lettre.toml").write_text('kind = "memory"\nname = "Lettre"\n')
    return load(tmp_path, {})


def test_a_key_is_set_over_the_file_and_the_rest_stays(files):
    config = apply(
        files,
        [
            Override("channels", "toot", "per_day", 5),
            Override("bot", "bot", "news.flood_cap", 2),
            Override("sources", "lettre", "enabled", False),
            Override("channels", "toot", "pause", {"until": None}),
        ],
    )
    assert (config.channels["toot"].per_day, config.channels["toot"].per_hour) == (5, 2)
    assert (config.bot.news.flood_cap, config.bot.news.max_age_days) == (2, 9)
    assert not config.sources["lettre"].enabled
    assert config.pauses == {"toot": None}
    assert len(config.overrides) == 4
    assert config.override_problems == ()


def test_a_source_added_in_chat_is_there_and_a_file_of_its_id_wins(files):
    config = apply(
        files, [Override("sources", "ville", "", FEED), Override("sources", "lettre", "", FEED)]
    )
    assert config.sources["ville"].url == FEED["url"]
    assert config.sources["lettre"].name == "Lettre"
    assert [one.id for one in config.overrides] == ["ville"]
    muted = apply(
        files,
        [
            Override("sources", "ville", "", FEED),
            Override("sources", "ville", "enabled", False),
        ],
    )
    assert not muted.sources["ville"].enabled


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (Override("channels", "toot", "per_hour", -4), "channels/toot"),
        (Override("channels", "toot", "per_huor", 4), "channels/toot"),
        (Override("channels", "toot", "quiet", "tard"), "channels/toot"),
        (Override("bot", "bot", "news.flod_cap", 1), "bot"),
        (Override("sources", "x", "", {"kind": "carrier-pigeon", "name": "x"}), "sources/x"),
        (Override("sources", "x", "", {"kind": "feed", "name": "x"}), "sources/x"),
    ],
)
def test_one_that_is_wrong_is_told_and_it_alone_is_left_out(files, one, name):
    good = Override("channels", "toot", "per_day", 5)
    config = apply(files, [one, good])
    assert config.overrides == (good,)
    assert config.channels["toot"].per_day == 5
    [problem] = config.override_problems
    assert problem.file == name
    assert problem.say("fr")


def test_one_about_a_thing_that_is_no_more_has_no_effect(files):
    config = apply(files, [Override("channels", "gone", "per_hour", 4)])
    assert config.overrides == ()
    assert config.override_problems == ()


async def test_they_are_read_from_a_database_that_is_not_open_old_or_not_there(tmp_path):
    data = tmp_path / "data"
    assert await Store.overrides("", data) == []
    store = await Store.open(data_dir=data)
    one = Override("channels", "toot", "per_hour", 4)
    await store.write(lambda tx: tx.overrides.put(one, NOW))
    assert await Store.overrides("", data) == [one]
    await store.close()
    assert await Store.overrides("", data) == [one]
    import sqlite3

    with sqlite3.connect(data / "alposs.db") as old:
        old.execute("drop table overrides")
    old.close()
    assert await Store.overrides("", data) == []


async def test_each_change_leaves_a_mark_and_dropping_lets_the_file_speak(tmp_path):
    store = await Store.open(data_dir=tmp_path)
    one = Override("channels", "toot", "per_hour", 4)
    marks = [await store.read(lambda tx: tx.overrides.asked())]
    for work in (
        lambda tx: tx.overrides.put(one, NOW),
        lambda tx: tx.overrides.put(one, NOW),
        lambda tx: tx.overrides.drop("channels", "toot", "per_hour"),
    ):
        await store.write(work)
        marks.append(await store.read(lambda tx: tx.overrides.asked()))
    assert len(set(marks)) == 4
    assert await store.read(lambda tx: tx.overrides.get("channels", "toot", "per_hour")) is None
    assert not await store.write(lambda tx: tx.overrides.drop("channels", "toot", "per_hour"))
    await store.close()

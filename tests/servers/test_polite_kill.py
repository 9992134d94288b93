"""P1 and P5 with a real process: a kill -9 after the first 200 is committed, two restarts, and two
days; and kills between polls that brought nothing and the write that gathers them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from feed_server import FeedServer, News
from test_promises import label


def committed(path: Path) -> int:
    """Feeds whose first answer is safely stored."""
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(path)) as database:
        try:
            rows = database.execute("select count(*) from sources where first_seen is not null")
            return int(rows.fetchone()[0])
        except sqlite3.OperationalError:  # not migrated yet
            return 0


@pytest.mark.slow
async def test_p1_killed_after_the_first_200_and_never_unconditional_again(
    bot_process, make_web_rig
):
    """A real process is killed; a house in this one goes on with its data, and with its clock."""
    rig = make_web_rig(feeds=4)
    for number in range(4):
        rig.post("a", label("Claix"), feed=number)
        bot_process.source(rig.sources[number], f"{rig.site.url}/f{number}")
    bot_process.start()

    async def wait_for(true, what):
        await asyncio.to_thread(bot_process.wait_for, true, what, 60)

    await wait_for(lambda: committed(bot_process.data / "alposs.db") == 4, "four first reads")
    bot_process.kill()
    assert len(rig.site.asked) == 4
    bot_process.start()  # at once, as an init system would
    await wait_for(lambda: bot_process.said().count("bot started") == 2, "a second start")
    assert await asyncio.to_thread(bot_process.stop) == 0
    assert len(rig.site.asked) == 4

    (rig.folder / "data").symlink_to(bot_process.data)
    rig.now = datetime.now(UTC)
    end, restart = rig.now + timedelta(hours=48), rig.now + timedelta(hours=20)
    await rig.begin()
    while rig.now < end:
        await rig.tick(timedelta(minutes=10))
        if restart < rig.now:
            restart = end
            await rig.down()
            await rig.begin()
    for number in range(4):
        asked = rig.asked(number)
        assert [one.conditional for one in asked] == [False] + [True] * (len(asked) - 1)
        assert len(asked) > 40


MINUTE, KILLS = 60, 2
FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\ndigest = ""\n'


@pytest.fixture
def feeds():
    """Four feeds on hosts of their own."""
    made = [FeedServer(f"127.0.0.{number + 30}") for number in range(4)]
    yield made
    for feed in made:
        feed.close()


@pytest.mark.slow
def test_p5_polls_without_news_that_a_kill_forgot_are_asked_again_once(
    bot_process, feeds, mastodon_server
):
    token = bot_process.secret("mastodon.token", mastodon_server.token)
    bot_process.write(
        "accounts/alpes.toml",
        f'kind = "mastodon"\nserver = "{mastodon_server.url}"\ntoken_file = "{token}"\n',
    )
    bot_process.write("channels/m.toml", f'kind = "mastodon"\naccount = "alpes"\n{FREE}')
    for number, feed in enumerate(feeds):
        feed.news = [News("Le marché change de place", guid=f"start-{number}")]
        bot_process.source(f"commune-{number}", feed.url)

    def asked() -> list[int]:
        return [len(feed.asked) for feed in feeds]

    def one_pass() -> int:
        """A whole pass, from the start of a process to its end; how many feeds it asked."""
        before = sum(asked())
        done = bot_process.command("--json", "once")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["failed"] == 0, done.stdout
        return sum(asked()) - before

    assert one_pass() == len(feeds)  # first sight
    for number in range(KILLS):
        before, started = asked(), f"{number + 1} starts"
        bot_process.start()  # nothing is due yet: what is due at a start takes its turns
        bot_process.wait_for(
            lambda number=number: bot_process.said().count("bot started") > number, started, 60
        )
        bot_process.move_clock(90 * MINUTE)
        bot_process.wait_for(
            lambda before=before: all(
                now > then and not feed.in_flight
                for feed, now, then in zip(feeds, asked(), before, strict=True)
            ),
            "all feeds to be asked",
            60,
        )
        bot_process.kill()
        assert asked() == [n + 1 for n in before]
        one_pass()  # asks again what the kill has made it forget, or nothing
        again = [now - then for now, then in zip(asked(), before, strict=True)]
        assert max(again) <= 2, again  # one poll, and at most one more
        bot_process.move_clock(14 * MINUTE)
        assert one_pass() == 0  # and never sooner than the floor

    # What was asked was asked conditionally, but for the first time.
    for feed in feeds:
        assert ["If-None-Match" in one for one in feed.asked] == [False] + [True] * (
            len(feed.asked) - 1
        )

    # And news are told as ever, once.
    assert mastodon_server.statuses() == []
    feeds[2].news.insert(0, News(label("Claix")))
    bot_process.move_clock(60 * MINUTE)
    mastodon_server.advance(60 * MINUTE)
    assert one_pass() == len(feeds)
    assert one_pass() == 0
    [status] = mastodon_server.statuses()
    assert "Claix" in status.text

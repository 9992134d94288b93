"""P1 with a real process: a kill -9 after the first 200 is committed, two restarts, and two days."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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

"""kill -9 at any moment of a write, and several workers on one queue (C3, C4, C5, D1, D8)."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox import decide
from bot.store.database import Store, data_lock

HERE = Path(__file__).parents[2]

#: writes one thing after another, each of several rows, and says which were told as done
WRITER = textwrap.dedent("""
    import asyncio, os, signal, sys
    from pathlib import Path
    from bot.store.database import Store
    url, data, die = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    async def main():
        store = await Store.open(url, data_dir=data)
        async def one(n):
            def work(tx):
                for part in range(3):
                    tx.meta.put(f"{n}-{part}", 1)
                    if die == f"{n}-{part}":
                        os.kill(os.getpid(), signal.SIGKILL)
            await store.write(work)
            print(n, flush=True)
            if die == f"{n}-told":
                os.kill(os.getpid(), signal.SIGKILL)
        print("open", flush=True)
        for n in range(100_000):
            await asyncio.gather(one(2 * n), one(2 * n + 1))
    asyncio.run(main())
""")

#: claims and "sends" (to a file, one line a message) until nothing is left
WORKER = textwrap.dedent("""
    import asyncio, sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from bot.outbox import decide
    from bot.store.database import Store
    url, data, sent = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    async def main():
        store = await Store.open(url, data_dir=data)
        idle = 0
        print("open", flush=True)
        while idle < 20:
            now = datetime.now(UTC)
            claimed = await store.write(
                lambda tx: tx.deliveries.claim("c", now, lease=timedelta(minutes=5)))
            idle = 0 if claimed else idle + 1
            for one in claimed:
                with open(sent, "a") as out:
                    out.write(f"{one.key}\\n")
                assert await store.write(
                    lambda tx: tx.deliveries.settle(one, decide.done(one.key), now))
            if not claimed:
                await asyncio.sleep(0.02)
        await store.close()
    asyncio.run(main())
""")


def start(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
    )


async def whole(url, data, told):
    """Everything told is there, nothing is there in part, and the database works."""
    store = await Store.open(url, data_dir=data)
    there = await store.read(
        lambda tx: {
            n: [tx.meta.get(f"{n}-{part}") for part in range(3)]
            for n in told | {max(told, default=0) + 1}
        }
    )
    assert all(there[n] == [1, 1, 1] for n in told)
    assert all(parts in ([1, 1, 1], [None] * 3) for parts in there.values())
    await store.write(lambda tx: tx.meta.put("after", 1))
    if store.database is not None:
        with closing(sqlite3.connect(store.database)) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await store.close()


@pytest.mark.parametrize("die", ["0-0", "6-1", "7-2", "8-told"])
async def test_c3_c4_a_kill_inside_or_just_after_a_commit(url, tmp_path, die):
    died = start(WRITER, url, str(tmp_path), die)
    out, err = died.communicate(timeout=60)
    assert died.returncode == -signal.SIGKILL, err
    told = {int(line) for line in out.split()[1:]}
    await whole(url, tmp_path, told)


async def test_d1_kills_at_random_moments_lose_nothing_that_was_told(tmp_path):
    chance = random.Random(7)
    for _ in range(5):
        process = start(WRITER, "", str(tmp_path), "never")
        assert process.stdout.readline() == "open\n"
        time.sleep(chance.uniform(0.0, 0.08))
        os.kill(process.pid, signal.SIGKILL)
        out, _ = process.communicate(timeout=60)
        # The last line may be cut: it was not told whole.
        await whole("", tmp_path, {int(line) for line in out.split("\n")[:-1]})


async def test_d8_two_workers_on_one_queue_send_nothing_twice_and_in_order(
    postgres, tmp_path, letter
):
    url, sent = postgres(), tmp_path / "sent"
    store = await Store.open(url, data_dir=tmp_path)
    letters = [letter(f"a{n:03}") for n in range(60)]
    await store.write(lambda tx: tx.deliveries.add(letters))
    workers = [start(WORKER, url, str(tmp_path), str(sent)) for _ in range(3)]
    for worker in workers:
        _, err = worker.communicate(timeout=90)
        assert worker.returncode == 0, err
    lines = sent.read_text().splitlines()
    assert lines == [one.key for one in letters]
    counts = await store.read(lambda tx: tx.deliveries.counts())
    assert counts == {("c", "sent"): 60}
    await store.close()


async def test_d8_two_claims_at_one_moment_never_share_a_row(postgres, tmp_path, letter, now):
    url = postgres()
    one, two = [await Store.open(url, data_dir=tmp_path) for _ in range(2)]
    await one.write(lambda tx: tx.deliveries.add([letter("a"), letter("b")]))
    claimed = []

    begun = threading.Event()

    def inner(tx):
        begun.set()
        mine = tx.deliveries.claim("c", now, lease=decide.LEASE)
        claimed.append(mine)
        time.sleep(0.5)  # the other one asks while this transaction is open

    import asyncio

    first = asyncio.ensure_future(one.write(inner))
    assert await asyncio.to_thread(begun.wait, 30)
    assert await two.write(lambda tx: tx.deliveries.claim("c", now, lease=decide.LEASE)) == []
    await first
    assert [[each.announcement for each in each_claim] for each_claim in claimed] == [["a"]]
    await one.close()
    await two.close()


async def test_c5_a_worker_killed_after_its_claim_leaves_the_message_in_doubt(
    url, tmp_path, letter
):
    now = datetime.now(UTC)
    store = await Store.open(url, data_dir=tmp_path)
    row = letter(due=now, created=now)
    await store.write(lambda tx: tx.deliveries.add([row]))
    script = WORKER.replace('with open(sent, "a") as out:', "if True:").replace(
        'out.write(f"{one.key}\\n")', "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    died = start(script, url, str(tmp_path), "-")
    _, err = died.communicate(timeout=60)
    assert died.returncode == -signal.SIGKILL, err
    later = datetime.now(UTC) + timedelta(minutes=5)
    [again] = await store.write(lambda tx: tx.deliveries.claim("c", later, lease=decide.LEASE))
    assert (again.doubt, again.key, again.message) == (True, row.key, row.message)
    await store.close()


async def test_c17_postgresql_that_goes_away_is_told_and_found_again(postgres, tmp_path):
    from bot.errors import DataError

    url = postgres()
    store = await Store.open(url, data_dir=tmp_path)
    await store.write(lambda tx: tx.meta.put("before", 1))

    def cut(tx):
        tx.meta.put("lost", 1)
        pid = tx.meta._db.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with store._reading.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        tx.meta.put("never", 1)

    with pytest.raises(DataError):
        await store.write(cut)
    await store.write(lambda tx: tx.meta.put("after", 1))
    there = await store.read(
        lambda tx: [tx.meta.get(k) for k in ("before", "lost", "never", "after")]
    )
    assert there == [1, None, None, 1]
    await store.close()


def test_d8_a_killed_bot_leaves_no_lock(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from bot.store.database import data_lock
        with data_lock(Path(sys.argv[1])):
            print("held", flush=True)
            time.sleep(60)
    """)
    process = start(script, str(tmp_path))
    assert process.stdout.readline() == "held\n"
    with pytest.raises(Exception, match=str(process.pid)), data_lock(tmp_path):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    with data_lock(tmp_path):
        pass

"""Backup under load, and a restore after which nothing is sent twice (O5, D9, C14)."""

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import DataError
from bot.outbox import decide
from bot.store.backup import restore_sqlite, verify
from bot.store.database import Store, data_lock
from bot.store.lock import DataLocked

DAY = timedelta(days=1)


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


async def test_o5_a_backup_under_load_is_whole_and_private(store, tmp_path):
    def pair(tx, n):
        tx.meta.put(f"{n}-a", 1)
        tx.meta.put(f"{n}-b", 1)

    written, enough, over = 0, asyncio.Event(), asyncio.Event()

    async def load():
        nonlocal written
        while not over.is_set():
            await store.write(lambda tx, n=written: pair(tx, n))
            written += 1
            if written == 10:
                enough.set()

    target = tmp_path / "out" / "b.db"
    loading = asyncio.ensure_future(load())
    await enough.wait()
    await store.backup(target)
    assert not loading.done()
    over.set()
    await loading
    verify(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [file.name for file in target.parent.iterdir()] == ["b.db"]
    copy = await Store.open(f"sqlite:///{target}", data_dir=tmp_path / "copy")
    there = await copy.read(
        lambda tx: [(tx.meta.get(f"{n}-a"), tx.meta.get(f"{n}-b")) for n in range(written)]
    )
    assert (1, 1) in there
    assert set(there) <= {(1, 1), (None, None)}
    await copy.close()


async def test_c14_a_backup_that_fails_leaves_no_half_file(store, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError) as caught:
        await store.backup(tmp_path / "file" / "b.db")
    assert "sauvegarde" in caught.value.say("fr")
    # A kill in the middle leaves only a .part, which the next backup replaces.
    (tmp_path / "b.db.part").write_text("half")
    await store.backup(tmp_path / "b.db")
    assert not (tmp_path / "b.db.part").exists()


async def test_o5_a_backup_of_postgresql_says_how(postgres, tmp_path):
    store = await Store.open(postgres(), data_dir=tmp_path)
    with pytest.raises(DataError, match="pg_dump"):
        await store.backup(tmp_path / "b.db")
    await store.close()


async def test_o5_a_restore_refuses_while_a_bot_runs_and_bad_files(store, tmp_path):
    backup = tmp_path / "b.db"
    await store.backup(backup)
    now = datetime.now(UTC)
    data = store.data_dir
    with data_lock(data), pytest.raises(DataLocked):
        restore_sqlite(backup, store.database, data, now)
    broken = tmp_path / "broken.db"
    whole = backup.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    for bad in (broken, tmp_path / "none.db"):
        with pytest.raises(DataError, match="not a usable backup"):
            restore_sqlite(bad, store.database, data, now)
    assert store.database.exists()


async def test_d9_after_a_restore_what_may_have_gone_out_is_looked_for_first(tmp_path, letter, now):
    data, backup = tmp_path / "data", tmp_path / "b.db"
    store = await Store.open(data_dir=data)
    await store.write(lambda tx: tx.deliveries.add([letter("sent"), letter("waiting")]))
    [one] = await store.write(lambda tx: tx.deliveries.claim("c", now, lease=decide.LEASE))
    await store.write(lambda tx: tx.deliveries.settle(one, decide.done("1"), now))
    await store.backup(backup)
    os.utime(backup, (now.timestamp(), now.timestamp()))
    [two] = await store.write(lambda tx: tx.deliveries.claim("c", now, lease=decide.LEASE))
    await store.write(lambda tx: tx.deliveries.settle(two, decide.done("2"), now))
    await store.close()

    restored = now + DAY
    restore_sqlite(backup, data / "alposs.db", data, restored)
    assert stat.S_IMODE((data / "alposs.db").stat().st_mode) == 0o600
    assert len(list(data.glob("alposs-replaced-*.db"))) == 1
    store = await Store.open(data_dir=data)
    # What the backup knew as sent is sent; what it knew as waiting may be there, and so may
    # what it never knew and the sources now bring again.
    again = letter("after", created=restored, due=restored)
    await store.write(lambda tx: tx.deliveries.add([again]))
    for name in ("waiting", "after"):
        [claimed] = await store.write(
            lambda tx: tx.deliveries.claim("c", restored, lease=decide.LEASE)
        )
        assert (claimed.announcement, claimed.doubt) == (name, True)
        assert claimed.first_attempt == now
        await store.write(
            lambda tx, one=claimed: tx.deliveries.settle(one, decide.done("x"), restored)
        )
    later = letter("later", created=restored + 30 * DAY, due=restored)
    [added] = await store.write(lambda tx: tx.deliveries.add([later]))
    assert not added.doubt
    await store.close()

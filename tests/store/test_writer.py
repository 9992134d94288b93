"""The one writer: grouped commits, and what every fault of a database does to them (C16, C17)."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from bot.errors import DataError
from bot.store.database import Store, data_lock
from bot.store.lock import DataLocked


async def keys(store, *among):
    return await store.read(lambda tx: [key for key in among if tx.meta.get(key)])


def put(key):
    return lambda tx: tx.meta.put(key, 1)


@pytest.fixture
def held(store):
    """Holds the writer, so that what is queued meanwhile shares one commit."""

    async def queue_all(*works):
        begun, gate = threading.Event(), threading.Event()

        def hold(_):
            begun.set()
            assert gate.wait(10)

        first = asyncio.ensure_future(store.write(hold))
        await asyncio.to_thread(begun.wait, 10)
        rest = [asyncio.ensure_future(store.write(work)) for work in works]
        await asyncio.sleep(0.01)  # each of them puts its work into the queue
        gate.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    return queue_all


async def test_queued_writes_share_a_commit(store, held):
    commits = []
    event.listen(store._writing, "commit", lambda _: commits.append(1))
    await held(*(put(f"k{n}") for n in range(20)))
    assert len(commits) == 2  # the one that held the writer, and all the others
    assert len(await keys(store, *(f"k{n}" for n in range(20)))) == 20


async def test_one_that_fails_is_rolled_back_alone(store, held):
    def fails(tx):
        tx.meta.put("bad", 1)
        raise LookupError("by itself")

    def breaks(tx):
        tx.meta.put("worse", 1)
        tx.meta.put(None, 1)

    first, bad, worse, last = await held(put("first"), fails, breaks, put("last"))
    assert first is last is None
    assert isinstance(bad, LookupError)
    assert isinstance(worse, DataError)
    assert await keys(store, "first", "bad", "worse", "last") == ["first", "last"]


async def test_c4_nobody_hears_of_success_before_the_commit(store):
    heard = []
    event.listen(store._writing, "commit", lambda _: heard.append("commit"))
    await store.write(put("a"))
    heard.append("told")
    assert heard == ["commit", "told"]


async def test_c16_a_commit_that_fails_fails_all_and_the_next_works(store, held):
    faults = iter([None, "disk I/O error"])  # first the one that holds the writer

    def fail(_):
        if cause := next(faults, None):
            raise DBAPIError("COMMIT", None, sqlite3.OperationalError(cause))

    event.listen(store._writing, "commit", fail)
    results = await held(put("a"), put("b"))
    for result in results:
        assert isinstance(result, DataError)
        assert "disk I/O error" in result.say("fr")
        assert "COMMIT" not in result.say("fr")  # no statement, no values
    assert await keys(store, "a", "b") == []
    await store.write(put("c"))
    assert await keys(store, "c") == ["c"]


async def test_a_reader_cannot_write(store):
    with pytest.raises(DataError):
        await store.read(put("a"))
    await store.write(put("b"))
    assert await keys(store, "a", "b") == ["b"]


async def test_a_reader_sees_one_moment_and_waits_for_nobody(store):
    await store.write(put("a"))
    reading, written = threading.Event(), threading.Event()

    def read(tx):
        before = tx.meta.get("b")
        reading.set()
        assert written.wait(10)
        return before, tx.meta.get("b")

    task = asyncio.ensure_future(store.read(read))
    await asyncio.to_thread(reading.wait, 10)
    await store.write(put("b"))
    written.set()
    assert await task == (None, None)


async def test_a_caller_that_goes_away_harms_nobody(store):
    begun, gate = threading.Event(), threading.Event()

    def hold(_):
        begun.set()
        assert gate.wait(10)

    holding = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(begun.wait, 10)
    left = asyncio.ensure_future(store.write(put("left")))
    await asyncio.sleep(0.01)
    left.cancel()
    await asyncio.sleep(0.01)
    gate.set()
    await holding
    await store.write(put("next"))
    assert await keys(store, "left", "next") == ["next"]


async def test_o1_close_finishes_what_is_queued(url, tmp_path):
    store = await Store.open(url, data_dir=tmp_path)
    writes = [asyncio.ensure_future(store.write(put(f"k{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writes)
    with pytest.raises(DataError):
        await store.write(put("late"))
    again = await Store.open(url, data_dir=tmp_path)
    assert len(await keys(again, *(f"k{n}" for n in range(200)))) == 200
    await again.close()


# -- SQLite's own faults -----------------------------------------------------------------------


@pytest.fixture
async def sqlite(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


async def test_c16_a_full_disk_loses_nothing_that_was_told(sqlite):
    await sqlite.write(put("before"))

    async def limit(pages):  # holds for one connection: the writer's
        pragma = f"PRAGMA max_page_count={pages}"
        await sqlite.write(lambda tx: tx.meta._db.connection.driver_connection.execute(pragma))

    await limit(1)  # SQLite takes the present size where that is larger: not one page more
    big = "x" * 200_000
    with pytest.raises(DataError, match="full"):
        await sqlite.write(lambda tx: tx.meta.put("big", big))
    both = await asyncio.gather(
        sqlite.write(lambda tx: tx.meta.put("big", big)),
        sqlite.write(lambda tx: tx.meta.put("more", big)),
        return_exceptions=True,
    )
    assert all(isinstance(one, DataError) for one in both)
    await limit(1_000_000)
    await sqlite.write(lambda tx: tx.meta.put("big", big))
    assert await keys(sqlite, "before", "big", "more") == ["before", "big"]
    with closing(sqlite3.connect(sqlite.database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_c16_a_database_that_is_busy_is_waited_for(sqlite):
    with closing(sqlite3.connect(sqlite.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(sqlite.write(put("a")))
        await asyncio.sleep(0.2)
        assert not writing.done()
        other.execute("COMMIT")
    await writing
    assert await keys(sqlite, "a") == ["a"]


async def test_c16_a_database_that_stays_busy_says_so(tmp_path, monkeypatch):
    from bot.store import engine, writer

    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(writer, "BEGIN_AGAIN", (0.01,))
    store = await Store.open(data_dir=tmp_path)
    with closing(sqlite3.connect(store.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataError, match="locked"):
            await store.write(put("a"))
        other.execute("ROLLBACK")
    await store.write(put("a"))
    assert await keys(store, "a") == ["a"]
    await store.close()


async def test_s11_the_database_is_private(sqlite):
    await sqlite.write(put("a"))
    folder = sqlite.database.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert {"alposs.db", "alposs.db-wal"} <= {file.name for file in folder.iterdir()}


async def test_the_settings_that_keep_data_safe_are_on(sqlite):
    def ask(tx):
        db = tx.meta._db
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await sqlite.write(ask) == ["wal", 2, 1]


async def test_an_unknown_kind_of_database_is_refused_in_words(tmp_path):
    for url in ("mysql://localhost/x", "nonsense"):
        with pytest.raises(DataError) as caught:
            await Store.open(url, data_dir=tmp_path)
        assert "postgresql://" in caught.value.say("fr")


async def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError) as caught:
        await Store.open(data_dir=tmp_path / "file" / "data")
    assert "file" in caught.value.say("fr")


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path):
    (tmp_path / "alposs.db").write_text("ceci n’est pas une base" * 99)
    with pytest.raises(DataError, match="not a database"):
        await Store.open(data_dir=tmp_path)
    assert (tmp_path / "alposs.db").read_text().startswith("ceci")


# -- the data lock -----------------------------------------------------------------------------


def test_d8_a_second_bot_on_the_same_data_is_refused_and_the_first_named(tmp_path):
    with data_lock(tmp_path):
        with pytest.raises(DataLocked) as caught, data_lock(tmp_path):
            pass
        assert f"processus {os.getpid()}" in caught.value.say("fr")
        assert "--data" in caught.value.say("fr")
    with data_lock(tmp_path):
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


async def test_d1_another_process_that_looks_takes_no_log_away(tmp_path):
    """Closing a file drops a process's POSIX locks on it: were the database opened beside SQLite
    once, whoever looked at it meanwhile would delete the write-ahead log under the running bot."""
    store = await Store.open(data_dir=tmp_path)
    file = tmp_path / "alposs.db"
    look = f"import sqlite3; d = sqlite3.connect({str(file)!r}); d.execute('select * from meta'); d.close()"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", look], check=True)
    await store.write(lambda tx: tx.meta.put("said", "yes"))
    read = look.replace(
        "d.execute('select * from meta')", "print(list(d.execute('select * from meta')))"
    )
    said = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", read], check=True, capture_output=True
    )
    await store.close()
    assert b"said" in said.stdout

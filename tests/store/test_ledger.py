import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.database import Store
from bot.store.ledger import Ledger
from bot.store.sources import SourceRow

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def opened(tmp_path):
    store = await Store.open(data_dir=tmp_path)
    yield store
    await store.close()


async def stored(store, id):
    return await store.read(lambda tx: tx.sources.get(id))


async def test_due_are_those_never_read_and_those_whose_time_has_come(opened):
    for row in (
        SourceRow("past", next_due=NOW - HOUR),
        SourceRow("soon", next_due=NOW + HOUR),
        SourceRow("off", next_due=NOW - HOUR, disabled=True),
        SourceRow("vanished", next_due=NOW - HOUR),
    ):
        await opened.write(lambda tx, row=row: tx.sources.put(row))
    ledger = Ledger(opened)
    ids = ["new", "past", "soon", "off"]
    assert {row.id for row in await ledger.due(ids, NOW)} == {"new", "past"}
    ledger.written(SourceRow("past", next_due=NOW + HOUR))
    ledger.written(SourceRow("new", next_due=NOW, disabled=True))
    assert await ledger.due(ids, NOW) == []
    assert {row.id for row in await ledger.due(ids, NOW + HOUR)} == {"past", "soon"}


async def test_checked_rows_are_written_together_moments_and_validators(opened):
    before = SourceRow("a", {"etag": "1"}, "Titre", NOW, NOW, NOW - HOUR, NOW, NOW)
    other = SourceRow("b", {"etag": "1"}, "Autre", NOW, NOW, NOW - HOUR, NOW, NOW)
    await opened.write(lambda tx: [tx.sources.put(before), tx.sources.put(other)])
    ledger = Ledger(opened)
    await ledger.due(["a", "b"], NOW)
    rows = {row.id: row for row in await ledger.due(["a", "b"], NOW)}
    later = {"next_due": NOW + 2 * HOUR, "last_try": NOW + HOUR, "last_ok": NOW + HOUR}
    ledger.checked(replace(rows["a"], state={"etag": "2"}, **later))
    ledger.checked(replace(rows["b"], **later))
    assert await ledger.due(["a", "b"], NOW + HOUR) == []
    await ledger.save()
    assert await stored(opened, "a") == replace(before, state={"etag": "2"}, **later)
    assert await stored(opened, "b") == replace(other, **later)
    await ledger.save()  # nothing left


async def test_what_was_written_since_is_not_overwritten(opened):
    ledger = Ledger(opened)
    await ledger.due(["a"], NOW)
    ledger.checked(SourceRow("a", {"etag": "1"}, next_due=NOW))
    newer = SourceRow("a", {"etag": "2"}, next_due=NOW + HOUR)
    await opened.write(lambda tx: tx.sources.put(newer))
    ledger.written(newer)
    await ledger.save()
    assert await stored(opened, "a") == newer


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(-3, 40), st.booleans(), st.integers(0, 5)),
        max_size=40,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_p5_due_is_what_a_look_at_every_row_finds(opened, steps):
    """Only what comes next is looked at; what is found is the same, whatever was noted before."""
    ledger, ids = Ledger(opened), dict.fromkeys("abcde")  # "f" is not configured
    now = NOW
    ledger._rows, rows = {}, {}
    for id in await ledger.due(ids, now):
        rows[id.id] = id
    for id, minutes, disabled, later in steps:
        row = SourceRow(
            id, next_due=now + timedelta(minutes=minutes), disabled=disabled and minutes % 3 == 0
        )
        rows[id] = row
        ledger.written(row)
        now += timedelta(minutes=later)
        found = [one.id for one in await ledger.due(ids, now)]
        assert sorted(found) == sorted(
            one.id
            for one in rows.values()
            if one.id in ids and not one.disabled and (one.next_due or NOW) <= now
        )
        assert sorted(found) == sorted(one.id for one in await ledger.due(ids, now))


def test_a_read_that_brought_nothing_changes_its_moments_alone():
    full = SourceRow(
        "a", {"etag": "1"}, "Titre", NOW, NOW, NOW, NOW, NOW, 2, "échec", True,
        {"to": "b"}, "refused 404", "0x1", [1, 2], "worker/1",
    )  # fmt: skip
    later = NOW + HOUR
    assert full.asked({"etag": "2"}, later + HOUR, later, "0x10") == replace(
        full,
        state={"etag": "2"},
        next_due=later + HOUR,
        last_try=later,
        last_ok=later,
        recent="0x10",
    )


async def test_what_is_gathered_is_written_when_nothing_more_is_to_come(opened, monkeypatch):
    monkeypatch.setattr("bot.store.ledger.GATHER", 3600)
    ledger = Ledger(opened)
    await ledger.due(["a", "b"], NOW)
    await opened.write(lambda tx: [tx.sources.put(SourceRow(id)) for id in ("a", "b")])
    for id in ("a", "b"):
        ledger.checked(SourceRow(id, next_due=NOW + HOUR))
    saving = asyncio.create_task(ledger.save())
    await asyncio.sleep(0)
    assert (await stored(opened, "a")).next_due is None
    ledger.hurry()
    async with asyncio.timeout(60):
        await saving
    assert (
        (await stored(opened, "a")).next_due == (await stored(opened, "b")).next_due == NOW + HOUR
    )

"""Statements built once give what SQLAlchemy gives, and fail as it fails, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import PendingRollbackError

from bot.errors import DataError
from bot.store.sources import SourceRow
from bot.store.statement import Statement
from bot.store.tables import sources

_BY_IDS = select(sources).where(sources.c.id.in_(bindparam("ids", expanding=True)))
_BY_IDS_AND_TIME = _BY_IDS.where(sources.c.next_due <= bindparam("now"))


@pytest.fixture
async def filled(store, now):
    rows = [
        SourceRow(f"s{n}", {"etag": f'"é{n}"'}, next_due=now + timedelta(minutes=n))
        for n in range(9)
    ]
    rows.append(SourceRow("never", disabled=True))
    await store.write(lambda tx: [tx.sources.put(row) for row in rows])
    return store


@pytest.mark.parametrize("many", range(10))
async def test_lists_of_every_length_find_what_sqlalchemy_finds(filled, now, many):
    ids = ["never", *(f"s{n}" for n in range(9))][:many]
    later = now + timedelta(minutes=5)

    def both(tx):
        db = tx.sources._db
        for made, values in (
            (_BY_IDS, {"ids": ids}),
            (_BY_IDS_AND_TIME, {"ids": ids, "now": later}),
        ):
            fast = [tuple(row) for row in Statement(made).rows(db, **values)]
            assert sorted(fast) == sorted(tuple(row) for row in db.execute(made, values))
            if made is _BY_IDS:
                assert len(fast) == many

    await filled.read(both)


async def test_a_row_has_its_columns_as_attributes_and_times_are_utc(filled, now):
    row = await filled.read(lambda tx: Statement(_BY_IDS).first(tx.sources._db, ids=["s3"]))
    assert (row.id, row.state, row.disabled) == ("s3", {"etag": '"é3"'}, False)
    assert row.next_due == now + timedelta(minutes=3)
    assert row.next_due.tzinfo is UTC
    assert row.first_seen is None


async def test_a_forgotten_value_and_a_naive_time_are_refused(filled):
    statement = Statement(_BY_IDS_AND_TIME)
    for values in (
        {"ids": ["s1"]},
        {"ids": ["s1"], "now": datetime(2026, 1, 1)},
    ):  # naive on purpose
        with pytest.raises(Exception, match=r"now|naive"):
            await filled.read(lambda tx, given=values: statement.rows(tx.sources._db, **given))


async def test_what_the_database_refuses_is_told_without_its_values(filled):
    secret = "a value that is nobody’s business"
    insert = Statement(sources.insert(), ("id", "title"))
    with pytest.raises(DataError) as caught:
        await filled.write(lambda tx: insert.run(tx.sources._db, id="x", title=secret))
    assert secret not in f"{caught.value} {caught.value.say('en')}"


@pytest.mark.parametrize("url", [""], ids=["sqlite"])
async def test_c16_a_disk_that_fails_between_two_rows_is_told_as_the_database_s_trouble(filled):
    # the second row cannot be made: the driver hears of it only when it reads on
    made = select(
        sources.c.id, text("json_extract(CASE id WHEN 'never' THEN '{}' ELSE id END, '$')")
    )
    with pytest.raises(DataError):
        await filled.read(lambda tx: Statement(made.order_by("id")).rows(tx.sources._db))


@pytest.mark.parametrize("url", [""], ids=["sqlite"])
async def test_d1_after_the_disk_ended_a_transaction_nothing_is_written_alone(filled):
    def work(tx):
        tx.sources._db.connection.driver_connection.execute("ROLLBACK")  # as a full disk does
        tx.sources.put(SourceRow("lonely"))

    with pytest.raises((DataError, PendingRollbackError)):
        await filled.write(work)
    assert (await filled.read(lambda tx: tx.sources.get("lonely"))).last_try is None
    found = select(text("1")).select_from(sources).where(sources.c.id == "lonely")
    assert await filled.read(lambda tx: tx.sources._db.execute(found).first()) is None

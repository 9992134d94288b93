"""Migrations: the schema they make, kills between and inside steps, newer and older ones (O6)."""

import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.errors import DataError
from bot.store import engine as engines
from bot.store import migrate as migrating
from bot.store.database import Store
from bot.store.tables import metadata

#: the newest step of this version
HEAD = max((Path(migrating.__file__).parent / "migrations/versions").glob("v*.py")).name[1:5]
#: a second step for the tests: DDL and data, with a place to die in between
NEXT_STEP = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision = "{id}"
down_revision = "{before}"
def upgrade():
    op.create_table("extra_{id}", sa.Column("id", sa.Integer, primary_key=True))
    if os.environ.get("DIE_IN") == "{id}":
        os.kill(os.getpid(), signal.SIGKILL)
    op.execute("INSERT INTO meta (key, value) VALUES ('step {id}', '1')")
"""


@pytest.fixture
def future(tmp_path, monkeypatch):
    """The bot as a later version may be: two more steps, the second after the first."""
    folder = tmp_path / "future"
    versions = folder / "versions"
    versions.mkdir(parents=True)
    here = Path(migrating.__file__).parent / "migrations"
    (folder / "env.py").write_text((here / "env.py").read_text())
    for step in (here / "versions").glob("v*.py"):
        (versions / step.name).write_text(step.read_text())
    for before, id in ((HEAD, "7001"), ("7001", "7002")):
        (versions / f"v{id}.py").write_text(NEXT_STEP.format(id=id, before=before))
    return folder


def tables(url, data_dir):
    engine = engines.make(engines.address(url, data_dir), readonly=True)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
        steps = connection.execute(text("SELECT key FROM meta ORDER BY key")).scalars().all()
    engine.dispose()
    return found, steps


async def test_o6_the_steps_make_exactly_the_tables_that_the_code_reads(store):
    with store._writing.connect() as connection:
        context = MigrationContext.configure(connection)
        found = {_name(one[1]) for one in compare_metadata(context, metadata)}
        # Full text is what each database does in its own way; nothing else is.
        fts = {f"story_fts{part}" for part in ("", "_config", "_data", "_docsize", "_idx")}
        postgres = connection.dialect.name == "postgresql"
        assert found == ({"ix_story_index_words"} if postgres else fts)


def _name(thing):
    return thing.name


@pytest.mark.parametrize("step", ["7001", "7002"])
async def test_c13_a_kill_inside_a_step_resumes(url, tmp_path, future, monkeypatch, step):
    data = tmp_path / "data"
    await (await Store.open(url, data_dir=data)).close()
    died = subprocess.run(  # noqa: PLW1510  # its death is what is looked at
        [sys.executable, "-c", textwrap.dedent(OPEN_IN_FUTURE), url, str(data), str(future)],
        env={"DIE_IN": step},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    done = [f"step {id}" for id in ("7001", "7002") if id < step]
    assert tables(url, data)[1] == done
    monkeypatch.setattr(migrating, "STEPS", future)
    await (await Store.open(url, data_dir=data)).close()
    assert tables(url, data) == (("7002",), ["step 7001", "step 7002"])


OPEN_IN_FUTURE = """
    import asyncio, sys
    from pathlib import Path
    from bot.store import migrate
    from bot.store.database import Store
    url, data, migrate.STEPS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    asyncio.run(Store.open(url, data_dir=data))
"""


async def test_o6_a_newer_schema_is_refused_and_left_alone(url, tmp_path, future, monkeypatch):
    data = tmp_path / "data"
    with monkeypatch.context() as later:
        later.setattr(migrating, "STEPS", future)
        await (await Store.open(url, data_dir=data)).close()
    with pytest.raises(DataError, match="newer version") as caught:
        await Store.open(url, data_dir=data)
    assert "7002" in caught.value.say("fr")
    assert "plus récente" in caught.value.say("fr")
    assert tables(url, data)[0] == ("7002",)


async def test_o6_backup_before_an_update_keeps_the_old_one(tmp_path, letter, future, monkeypatch):
    data = tmp_path / "data"
    store = await Store.open(data_dir=data)
    await store.write(lambda tx: tx.deliveries.add([letter()]))
    await store.close()
    assert not (data / "backups").exists()  # a first start has nothing to back up
    monkeypatch.setattr(migrating, "STEPS", future)
    await (await Store.open(data_dir=data)).close()
    [backup] = (data / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        assert old.execute("SELECT key FROM deliveries").fetchone() == ("a-0",)
    await (await Store.open(data_dir=data)).close()
    assert len(list((data / "backups").iterdir())) == 1  # nothing to update, nothing to back up


async def test_two_processes_that_start_at_once_migrate_once(url, tmp_path, future):
    data = tmp_path / "data"
    command = [sys.executable, "-c", textwrap.dedent(OPEN_IN_FUTURE), url, str(data), str(future)]
    here = Path(__file__).parents[2]
    both = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=here) for _ in range(2)
    ]
    for one in both:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said
    assert tables(url, data) == (("7002",), ["step 7001", "step 7002"])

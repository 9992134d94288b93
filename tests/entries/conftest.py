from datetime import UTC, datetime

import pytest

from bot.entries.clean import clean
from bot.entries.entry import Publisher
from bot.sources.source import Item

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def cleaned():
    def make(source="journal", base=None, language="fr", now=NOW, **fields):
        item = Item(**fields)
        return clean(item, Publisher(source, "Journal"), now=now, language=language, base=base)

    return make

"""A test message is told with the same knowledge as the running bot's announcements."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot.announcements.announcement import Message
from bot.commands import _test_message
from bot.config.read import defaults_folder
from bot.config.settings import BotSettings, RelevanceSettings
from bot.store.database import Store

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


async def test_a_test_message_knows_what_the_admins_find_relevant(store, monkeypatch):
    relevance = RelevanceSettings(kinds=("release",))
    bot = BotSettings(relevance=relevance)
    seen = []

    def message_for(config, channel, story, spoken, knowledge, now):
        seen.append(knowledge)
        return Message("Essai")

    class Asked:
        config_dir = defaults_folder()
        question = None

        def now(self):
            return NOW

        def config(self):
            return SimpleNamespace(bot=bot, awards={}, events={}, places={})

        async def store(self):
            return store

    monkeypatch.setattr(_test_message, "message_for", message_for)
    [queued] = await _test_message.queue(Asked(), ["toot"])
    assert queued.message.text == "Essai"
    assert [knowledge.relevance for knowledge in seen] == [relevance]

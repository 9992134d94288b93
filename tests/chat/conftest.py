"""A store in which things happened, and a context to ask about them."""

from pathlib import Path

import pytest
from admin_room import admin_room  # noqa: F401 - a fixture
from mouth import Channel
from told_stories import NOW

from bot import languages
from bot.announcements.announcement import Announcement, Message
from bot.chat import Chat
from bot.commands.command import Question
from bot.config.read import language_folders, load
from bot.errors import Rejected
from bot.outbox import decide
from bot.outbox.delivery import Delivery
from bot.store.database import Store
from bot.understanding.knowledge import Knowledge

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def shipped():
    """The shipped configuration and its knowledge."""
    config = load(CONFIG, {})
    spoken = languages.read_all(language_folders(CONFIG))
    return config, Knowledge.build(
        config.awards, config.events, config.places, spoken, "Europe/Paris", config.bot.relevance
    )


class Asking:
    """A context: who asks, in which language, when."""

    def __init__(self, store, shipped):
        self._store = store
        self._config, self._knowledge = shipped
        self.config_dir = self.data_dir = CONFIG
        self.language = "fr"
        self.question = None
        self.at = NOW
        self.told = []  # what the admins' room was told

    def now(self):
        return self.at

    def config(self):
        return self._config

    async def store(self):
        return self._store

    @property
    def tools(self):
        async def knowledge():
            return self._knowledge

        async def tell_admins(key, text, now):
            self.told.append(text)

        return {"knowledge": knowledge, "tell_admins": tell_admins}

    async def ask(self, command, language="fr", /, question=None, **arguments):
        """The words of the answer."""
        self.language, self.question = language, question
        return (await command().run(self, arguments)).text


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


@pytest.fixture
def asking(store, shipped):
    return Asking(store, shipped)


@pytest.fixture
def happened(store):
    """Remember stories."""

    async def remember(*stories):
        def work(tx):
            for one in stories:
                tx.stories.save(one)

        await store.write(work)

    return remember


@pytest.fixture
def announced(store):
    """Send a story's announcement on a channel; the delivery's number."""

    async def send(one, *, channel="salon", text="Prix\u00a0: un prix", at=NOW, remote="$event"):
        def work(tx):
            tx.stories.save(one)
            tx.announcements.save(Announcement(f"a-{one.id}", one.id, "new"), at)
            letter = Delivery(
                0, channel, f"a-{one.id}", one.id, 0, "post", f"k-{one.id}",
                Message(text, links=(f"https://ta.example/{one.id}",)), at, at,
            )  # fmt: skip
            tx.deliveries.add([letter])
            [claimed] = tx.deliveries.claim(channel, at, lease=decide.LEASE)
            assert tx.deliveries.settle(claimed, decide.done(remote, None), at)
            return claimed.id

        return await store.write(work)

    return send


@pytest.fixture
def aside_delivery(store):
    """A delivery that was refused and set aside; its number."""

    async def make(**more):
        def work(tx):
            letter = Delivery(
                0, "salon", "a-x", None, 0, "post", "k-x", Message("un texte"), NOW, NOW, **more
            )
            tx.deliveries.add([letter])
            [claimed] = tx.deliveries.claim("salon", NOW, lease=decide.LEASE)
            refused = decide.failed(claimed, Rejected(channel="salon", cause="422"), NOW, 0.5)
            assert tx.deliveries.settle(claimed, refused, NOW)
            return claimed.id

        return await store.write(work)

    return make


@pytest.fixture
def question():
    """A question in the room of channel "salon"."""

    def make(**more):
        values = {"sender": "@m:x", "room": "!r", "channel": "salon"}
        return Question(**values | more)

    return make


@pytest.fixture
async def open_chat(asking):
    opened = []

    def make(mouth, **more):
        chat = Chat({"salon": Channel(mouth, **more)}, asking)
        chat.start()
        opened.append(chat)
        return chat

    yield make
    for chat in opened:
        await chat.stop()

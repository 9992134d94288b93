"""``retry`` and ``drop``: what an admin does with a message that ``status`` shows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.announcements.announcement import Message
from bot.commands.drop import Drop
from bot.commands.retry import Retry
from bot.config.wiring import ChannelSettings
from bot.errors import CommandError
from bot.outbox import decide
from bot.outbox.decide import Settlement
from bot.outbox.delivery import Delivery
from bot.store.database import Store

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REFUSED = Settlement("aside", error="422", tell="aside")
HELD = Settlement("aside", doubt=True, tell="held")
LETTER = Delivery(0, "toot", "a", None, 0, "post", "k", Message("Le NEC d’or\nfin"), NOW, NOW)


class Asked:
    """A context over one store."""

    def __init__(self, store):
        self._store = store
        self.language = "fr"
        self.question = None

    def now(self):
        return NOW + HOUR

    def config(self):
        return SimpleNamespace(channels={"toot": ChannelSettings(kind="mastodon", name="Mastodon")})

    async def store(self):
        return self._store


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


@pytest.fixture
def asked(store):
    return Asked(store)


async def outcome(store, settlement, letter=LETTER):
    """The letter was tried, and an admin told what became of it."""

    def work(tx):
        tx.deliveries.add([letter])
        [one] = tx.deliveries.claim("toot", NOW, lease=decide.LEASE)
        assert tx.deliveries.settle(one, settlement, NOW)
        if settlement.tell:
            tx.notices.once(f"{settlement.tell}:{one.id}", settlement.error, NOW)

    await store.write(work)


async def stored(store):
    return await store.read(lambda tx: tx.deliveries.get(1))


async def claimed(store):
    return await store.write(lambda tx: tx.deliveries.claim("toot", NOW + HOUR, lease=decide.LEASE))


async def test_d7_retry_sends_what_was_refused_again(asked, store):
    await outcome(store, REFUSED)
    assert await claimed(store) == []
    answer = await Retry().run(asked, {"id": "1"})
    assert answer.text.startswith("Le message 1 pour Mastodon est de nouveau en file")
    assert "«\u00a0Le NEC d’or\u00a0»" in answer.text
    assert "alposs-bot once" in answer.text
    assert json.loads(json.dumps(answer.data)) == {"id": 1, "channel": "toot", "held": False}
    [one] = await claimed(store)
    assert not one.doubt


async def test_retry_of_a_held_one_looks_before_it_sends(asked, store):
    await outcome(store, HELD)
    answer = await Retry().run(asked, {"id": "1"})
    assert "Le bot le cherche d’abord là-bas" in answer.text
    [one] = await claimed(store)
    assert one.doubt


async def test_retry_says_that_it_is_too_late(asked, store):
    await outcome(store, REFUSED, replace(LETTER, expires=NOW + HOUR))
    with pytest.raises(CommandError) as caught:
        await Retry().run(asked, {"id": "1"})
    assert "trop tard pour le message 1" in caught.value.say("fr")
    assert "alposs-bot drop 1" in caught.value.say("fr")
    assert (await stored(store)).state == "aside"


async def test_drop_gives_up_what_was_refused(asked, store):
    await outcome(store, REFUSED)
    answer = await Drop().run(asked, {"id": "1"})
    assert "Le message 1 pour Mastodon est abandonné, il ne sera pas envoyé" in answer.text
    assert answer.data == {"id": 1, "channel": "toot", "held": False}
    assert (await stored(store)).state == "withdrawn"
    assert await claimed(store) == []


async def test_drop_gives_up_what_waits(asked, store):
    await outcome(store, Settlement("queued", NOW + HOUR, error="429"))
    await Drop().run(asked, {"id": "1"})
    assert await claimed(store) == []


async def test_drop_of_a_held_one_says_to_look_over_there(asked, store):
    await outcome(store, HELD)
    answer = await Drop().run(asked, {"id": "1"})
    assert "S’il est déjà publié et de trop, supprimez-le là-bas." in answer.text


@pytest.mark.parametrize("command", [Retry(), Drop()])
@pytest.mark.parametrize("settlement", [REFUSED, HELD])
async def test_what_admins_were_told_is_over(asked, store, command, settlement):
    await outcome(store, settlement)
    await command.run(asked, {"id": "1"})
    assert await store.read(lambda tx: tx.notices.all()) == []


@pytest.mark.parametrize("command", [Retry(), Drop()])
@pytest.mark.parametrize("typed", ["2", "0", "-1", "un", "", "9" * 40])
async def test_an_unknown_number_says_where_they_are(asked, store, command, typed):
    await outcome(store, REFUSED)
    with pytest.raises(CommandError) as caught:
        await command.run(asked, {"id": typed})
    assert f"«\u00a0{typed}\u00a0»" in caught.value.say("fr")
    assert "alposs-bot status" in caught.value.say("fr")
    assert (await stored(store)).state == "aside"


@pytest.mark.parametrize("command", [Retry(), Drop()])
async def test_what_was_sent_stays_sent(asked, store, command):
    await outcome(store, decide.done("1"))
    with pytest.raises(CommandError):
        await command.run(asked, {"id": "1"})
    assert (await stored(store)).state == "sent"


@pytest.mark.parametrize("command", [Retry, Drop])
def test_only_admins_on_the_terminal_in_both_languages(command):
    assert (command.role, command.faces) == ("admin", frozenset({"terminal"}))
    for key, pair in command.texts.items():
        assert set(pair) == {"fr", "en"}, key

"""``journal``, and that the commands of the terminal write in it."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.announcements.announcement import Message
from bot.commands import _audit
from bot.commands.command import Question
from bot.commands.drop import Drop
from bot.commands.journal import Journal
from bot.commands.retry import Retry
from bot.config.settings import BotSettings
from bot.outbox.decide import Settlement
from bot.outbox.delivery import Delivery
from bot.store.database import Store

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
LETTER = Delivery(0, "toot", "a", None, 0, "post", "k", Message("Le NEC d’or"), NOW, NOW)


class Asked:
    """A context over one store."""

    def __init__(self, store):
        self._store, self.language, self.question = store, "fr", None

    def now(self):
        return NOW

    def config(self):
        return SimpleNamespace(channels={}, bot=BotSettings())

    async def store(self):
        return self._store


@pytest.fixture
async def asked(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield Asked(opened)
    await opened.close()


async def set_aside(store):
    def work(tx):
        tx.deliveries.add([LETTER])
        [claimed] = tx.deliveries.claim("toot", NOW, lease=timedelta(minutes=5))
        tx.deliveries.settle(claimed, Settlement("aside", error="422", tell="aside"), NOW)
        return claimed.id

    return await store.write(work)


async def test_an_empty_log_says_what_will_stand_there(asked):
    answer = await Journal().run(asked, {})
    assert "Aucun changement" in answer.text
    assert answer.data == []


async def test_s13_what_the_terminal_changed_is_in_the_log(asked, monkeypatch):
    monkeypatch.setattr(_audit.getpass, "getuser", lambda: "camille")
    id = await set_aside(await asked.store())
    await Retry().run(asked, {"id": str(id)})
    await Drop().run(asked, {"id": str(id)})
    said = (await Journal().run(asked, {})).text.split("\n")
    assert said == [
        (
            f"n°\u00a02, aujourd’hui à 10 h 00, camille\u00a0: alposs-bot drop (le message "
            f"n°\u00a0{id}), à envoyer → retiré"
        ),
        (
            f"n°\u00a01, aujourd’hui à 10 h 00, camille\u00a0: alposs-bot retry (le message "
            f"n°\u00a0{id}), mis de côté → à envoyer"
        ),
    ]


async def test_s13_what_chat_changed_has_its_event_and_its_room(asked):
    asked.question = Question("@camille:x", "!room", role="admin", event="$asked")
    id = await set_aside(await asked.store())
    await Drop().run(asked, {"id": str(id)})
    [one] = (await Journal().run(asked, {})).data
    assert (one["sender"], one["event"], one["room"]) == ("@camille:x", "$asked", "!room")
    assert json.loads(json.dumps(one))["at"] == NOW.isoformat()


async def test_a_refused_change_is_not_in_the_log(asked):
    with pytest.raises(Exception, match="numéro"):
        await Drop().run(asked, {"id": "99"})
    assert (await Journal().run(asked, {})).data == []


async def test_a_number_says_how_many_a_word_about_what_and_json_gives_all(asked):
    store = await asked.store()
    for n in range(12):
        await store.write(lambda tx, n=n: _audit.note(tx, asked, "pause", f"channel c{n}", n))
    answer = await Journal().run(asked, {})
    assert len(answer.text.split("\n")) == 11
    assert "--json" in answer.text
    assert len(answer.data) == 12
    assert len((await Journal().run(asked, {"about": "2"})).text.split("\n")) == 3
    assert len((await Journal().run(asked, {"about": "c11"})).data) == 1
    assert "zebra" in (await Journal().run(asked, {"about": "zebra"})).text


async def test_somebody_forgotten_is_called_so_in_both_languages(asked):
    store = await asked.store()
    asked.question = Question("@camille:x", "!room", event="$asked")
    await store.write(lambda tx: _audit.note(tx, asked, "pause", "channel c", None, "on"))
    await store.write(lambda tx: tx.audit.forget("@camille:x"))
    assert "une personne oubliée" in (await Journal().run(asked, {})).text
    asked.language = "en"
    told = (await Journal().run(asked, {})).text
    assert "a forgotten person" in told
    assert "nothing → on" in told


async def test_a_process_without_a_login_name_is_called_terminal(asked, monkeypatch):
    def nobody():
        raise OSError

    monkeypatch.setattr(_audit.getpass, "getuser", nobody)
    change = await (await asked.store()).write(lambda tx: _audit.note(tx, asked, "drop", "x"))
    assert (change.sender, change.face) == ("terminal", "terminal")

"""After a SIGKILL the next start takes up at once what the dead bot had in hand, and never twice."""

from datetime import timedelta

import pytest

from bot.app import App
from bot.commands.status import Status
from bot.commands.why import Why
from bot.outbox import decide
from bot.store.database import is_own
from bot.store.lock import DataLocked, data_lock

LABEL = "{} obtient le niveau 3 du label Territoire Numérique Libre 2024"
FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\ndigest = ""\n'
SECOND = timedelta(seconds=1)


class Terminal(App):
    """A terminal at a rig's folders and clock."""

    def __init__(self, rig, language="fr"):
        self.rig = rig
        folders = {"config_dir": str(rig.folder / "config"), "data_dir": str(rig.folder / "data")}
        super().__init__(language=language, **folders)

    def now(self):
        return self.rig.now

    async def start_and_end(self):
        """A start of the bot that sends nothing yet."""
        async with self.open_house():
            pass
        store, self._store = self._store, None
        await store.close()


@pytest.fixture
async def killed(make_rig):
    """A bot that was killed with its first message in hand, and two more waiting."""
    rig = await make_rig(more=FREE)
    if rig.house is None:
        await rig.up()
    for town in ("claix", "meylan", "voiron"):
        rig.publish(town, LABEL.format(town.capitalize()))
    await rig.work("collect")
    channel = rig.channels[0]

    def claim(tx):
        return tx.deliveries.claim(channel, rig.now, lease=decide.LEASE)

    [rig.in_hand] = await rig.house.store.write(claim)
    await rig.down()
    return rig


async def send(rig):
    """One tick of the bot."""
    await rig.up()
    await rig.work("deliver")
    await rig.down()
    return [one.text.partition(" obtient")[0] for one in rig.side().there()]


async def test_without_a_start_that_holds_the_folder_the_lease_stands(killed):
    killed.now += decide.IN_FLIGHT + SECOND
    assert await send(killed) == []


@pytest.mark.parametrize("arrived", [False, True])
async def test_c18_what_a_killed_bot_had_in_hand_is_free_soon_after_the_next_start(killed, arrived):
    if arrived:  # the answer was never heard
        house = await killed.up()
        await house.channels[killed.channels[0]].start()
        await house.channels[killed.channels[0]].deliver(killed.in_hand)
        await killed.down()
    killed.now += SECOND
    await Terminal(killed).start_and_end()
    killed.now += decide.IN_FLIGHT - SECOND
    assert len(await send(killed)) == arrived, "it may still be on its way"
    await Terminal(killed).start_and_end()  # a start more puts nothing off
    killed.now += SECOND
    assert sorted(await send(killed)) == ["Claix", "Meylan", "Voiron"]
    assert len(killed.side().messages) == 3


async def test_d8_nobody_takes_up_what_a_bot_that_lives_has_in_hand(killed):
    with data_lock(killed.folder / "data"), pytest.raises(DataLocked):
        await Terminal(killed).start_and_end()
    killed.now += decide.IN_FLIGHT + SECOND
    assert await send(killed) == []


async def test_status_and_why_say_when_what_waits_behind_it_goes(killed):
    said = (await Terminal(killed).perform(Status(), {})).text
    assert (
        "en attente\u00a0: 3, un en cours d’envoi\u202f; s’il reste sans réponse, la suite" in said
    )
    assert "tout de suite" not in said
    english = (await Terminal(killed, "en").perform(Status(), {})).text
    assert "waiting: 3, one being sent; should no answer come, the rest" in english
    waits = "https://lettre0.example/voiron"
    said = (await Terminal(killed).perform(Why(), {"what": waits})).text
    assert "derrière un message en cours d’envoi\u202f; si celui-ci reste sans réponse" in said
    data = (await Terminal(killed).perform(Status(), {})).data["channels"][killed.channels[0]]
    assert data["next"] == (killed.now + decide.LEASE).isoformat()

    await Terminal(killed).start_and_end()
    data = (await Terminal(killed).perform(Status(), {})).data["channels"][killed.channels[0]]
    assert data["next"] == (killed.now + decide.IN_FLIGHT).isoformat()

    killed.now += decide.IN_FLIGHT
    said = (await Terminal(killed).perform(Status(), {})).text
    assert "le prochain tout de suite" in said
    first = f"https://lettre0.example/{killed.in_hand.message.links[0].rpartition('/')[2]}"
    said = (await Terminal(killed).perform(Why(), {"what": first})).text
    assert "Le bot s’est arrêté pendant l’envoi" in said


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("", True),
        ("sqlite:///alposs.db", True),
        ("sqlite:////elsewhere/alposs.db", False),
        ("postgresql://localhost/alposs", False),
    ],
)
def test_only_a_database_in_the_locked_folder_is_its_own(tmp_path, url, own):
    assert is_own(url, tmp_path) is own

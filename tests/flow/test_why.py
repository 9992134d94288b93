"""`why` at the terminal, of what the whole bot did."""

import pytest
from rig import TOWNS

from bot.app import App
from bot.commands.drop import Drop
from bot.commands.why import Why

LABEL = "{} obtient le niveau 3 du label Territoire Numérique Libre 2024"


@pytest.fixture
def terminal(make_rig):
    """A rig, and a command run at its terminal."""

    async def make(**more):
        rig = await make_rig(**more)
        if rig.house is None:
            await rig.up()

        class Terminal(App):
            def now(self):
                return rig.now

        async def do(command, language="fr", **arguments):
            folders = {"config_dir": rig.folder / "config", "data_dir": rig.folder / "data"}
            app = Terminal(language=language, **{name: str(at) for name, at in folders.items()})
            return (await app.perform(command, arguments)).text

        return rig, do

    return make


async def test_r8_why_tells_what_a_flood_put_into_a_digest_and_only_of_that(terminal):
    rig, do = await terminal(flood_cap=3)
    for town in TOWNS[:8]:
        rig.publish(town, LABEL.format(town))
    await rig.settle()
    told = [await do(Why(), what=f"https://lettre0.example/{town}") for town in TOWNS[:8]]
    digested = [text for text in told if "dans un résumé" in text]
    assert len(digested) == 5
    assert all("le résumé en rassemble 5 ([news] flood_cap)." in text for text in digested)
    assert all("flood_cap" not in text for text in told if text not in digested)


async def test_why_tells_of_a_message_dropped_before_it_was_sent_and_by_whom(terminal):
    rig, do = await terminal()
    rig.publish("claix", LABEL.format("Claix"))
    await rig.work("collect")
    await do(Drop(), id="1")
    await rig.settle(3)
    assert rig.side().messages == []
    text = await do(Why(), what="https://lettre0.example/claix")
    assert "elle a été abandonnée avant d’être envoyée, par " in text
    assert "retirée" not in text
    text = await do(Why(), "en", what="https://lettre0.example/claix")
    assert "it was given up before it was sent, by " in text

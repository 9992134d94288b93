"""Stories are merged, corrected and taken back on the terminal too, beside a running bot or none."""

from __future__ import annotations

import shutil

import pytest

from bot.app import App
from bot.commands.correct import Correct
from bot.commands.journal import Journal
from bot.commands.merge import Merge
from bot.commands.once import Once
from bot.commands.undo import Undo
from bot.config.read import defaults_folder
from bot.store.database import data_lock


@pytest.fixture
def perform(tmp_path):
    """Perform one command as the terminal does, each time in an App of its own."""
    shipped, mine = defaults_folder(), tmp_path / "config"
    (mine / "sources").mkdir(parents=True)
    shutil.copytree(shipped / "sources/samples", mine / "sources/samples")
    shutil.copy(shipped / "sources/exemple-fondateur.toml", mine / "sources")
    shutil.copytree(shipped / "channels", mine / "channels")

    async def run(command, **arguments):
        app = App(language="fr", config_dir=str(mine), data_dir=str(tmp_path / "data"))
        return await app.perform(command, arguments)

    run.data = tmp_path / "data"
    return run


async def test_stories_are_changed_beside_a_running_bot(perform, capsys):
    assert "Messages remis\u00a0: 3" in (await perform(Once())).text
    with data_lock(perform.data):  # as the running bot holds it
        merged = await perform(Merge(), first="1", second="2")
        assert "une seule nouvelle" in merged.text
        corrected = await perform(Correct(), number="1", field="lieu", value=("Lyon",))
        assert "lieu\u00a0: Strasbourg → Lyon" in corrected.text
        for _ in range(2):
            assert "comme avant" in (await perform(Undo())).text
    told = (await perform(Journal())).text
    assert "alposs-bot correct (une nouvelle, " in told
    assert "alposs-bot merge (des nouvelles, " in told
    capsys.readouterr()

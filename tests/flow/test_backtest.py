"""``backtest``: what changed files would have made of what was read, before they are applied."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from test_promises import texts

from bot.commands.backtest import Backtest
from bot.config.read import load
from bot.errors import CommandError, ConfigError, DataError

AWARD = """\
name.fr = "Prix de la Ville claire"
names = ["Trophée de la clarté"]
article.fr = "le"
free_software = true
"""
LABEL = "Crolles décroche le label Territoire Numérique Libre, niveau Or"
PRIZE = "Claix remporte le prix de la Ville claire"
SAME = "Le trophée de la clarté pour Claix"
DULL = "Le marché de Claix change de place"


@pytest.fixture
async def rig(make_rig):
    """A bot that has read a label, a prize that no file knows, told twice, and other news."""
    rig = await make_rig(sources=2)
    for hour, (title, source) in enumerate(((LABEL, 0), (PRIZE, 0), (SAME, 1), (DULL, 1))):
        rig.publish(f"n{hour}", title, "La commune est récompensée.", source=source)
        await rig.work("collect")
        rig.now += timedelta(hours=1)
    return rig


@pytest.fixture
def ask(rig):
    """Ask for a replay; the answer."""

    async def asked(language="fr", **arguments):
        context = SimpleNamespace(
            config_dir=rig.folder / "config",
            data_dir=rig.folder / "data",
            language=language,
            now=lambda: rig.now,
            config=lambda: load(rig.folder / "config", {}),
            say=lambda progress: None,
        )
        return await Backtest().run(context, arguments)

    return asked


@pytest.fixture
def award(tmp_path):
    """A folder with one new award."""
    folder = tmp_path / "more"
    (folder / "awards").mkdir(parents=True)
    (folder / "awards" / "ville-claire.toml").write_text(AWARD, "utf-8")
    return folder


def titles(answer, change=None):
    found = answer.data["differences"]
    return [one["title"] for one in found if change is None or change in one["changes"]]


def whole(rig, tmp_path, bot):
    """A copy of the configuration, with another bot.toml."""
    import shutil

    folder = tmp_path / "whole"
    shutil.copytree(rig.folder / "config", folder)
    (folder / "bot.toml").write_text(bot, "utf-8")
    return str(folder)


# -- what is the same ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["remembered", "instead", "knowledge"])
async def test_files_that_did_not_change_make_no_difference(rig, ask, tmp_path, how):
    arguments = {}
    if how == "instead":
        arguments = {"instead": str(rig.folder / "config")}
    if how == "knowledge":  # a shipped file once more
        from bot.config.read import defaults_folder

        (tmp_path / "again" / "awards").mkdir(parents=True)
        known = defaults_folder() / "awards" / "nec-or.toml"
        known = known if known.exists() else next((defaults_folder() / "awards").glob("*.toml"))
        (tmp_path / "again" / "awards" / known.name).write_bytes(known.read_bytes())
        arguments = {"knowledge": str(tmp_path / "again")}
    answer = await ask(**arguments)
    assert answer.data["entries"] == 4
    assert answer.data["differences"] == []
    assert "Aucune différence" in answer.text


# -- what is not --------------------------------------------------------------------------------


async def test_a_new_award_shows_exactly_what_it_would_change(ask, award):
    answer = await ask(knowledge=str(award))
    assert titles(answer) == [PRIZE, SAME]
    assert titles(answer, "announced") == [PRIZE]
    assert titles(answer, "merged") == [SAME]
    prize = answer.data["differences"][0]
    assert prize["before"]["told"] == []
    assert prize["after"]["facts"][0]["award_id"] == "ville-claire"
    assert answer.data["counts"]["dropped"] == 0
    assert "Annoncées en plus\u00a0: 1" in answer.text
    assert f"une seule histoire avec\u00a0: {PRIZE}" in answer.text


async def test_a_kind_that_is_no_longer_told_is_dropped(rig, ask, tmp_path):
    answer = await ask(instead=whole(rig, tmp_path, '[relevance]\nkinds = ["event"]\n'))
    assert titles(answer, "dropped") == [LABEL]
    assert titles(answer, "announced") == []


async def test_an_award_that_is_taken_for_two_is_separated(rig, ask, tmp_path, award):
    known = rig.folder / "config" / "awards"
    known.mkdir()
    (known / "ville-claire.toml").write_text(AWARD, "utf-8")
    other = AWARD.replace('names = ["Trophée de la clarté"]\n', "")
    (award / "awards" / "ville-claire.toml").write_text(other, "utf-8")
    more = other.replace("Prix de la Ville claire", "Trophée de la clarté")
    (award / "awards" / "clarte.toml").write_text(more, "utf-8")
    answer = await ask(knowledge=str(award))
    assert titles(answer, "separated") == [SAME]
    assert titles(answer, "announced") == [SAME]


async def test_files_that_were_edited_in_place_are_held_against_what_was_understood(rig, ask):
    known = rig.folder / "config" / "awards"
    known.mkdir()
    (known / "ville-claire.toml").write_text(AWARD, "utf-8")
    assert titles(await ask()) == [PRIZE, SAME]


async def test_one_source_and_some_days_can_be_asked_for(rig, ask, award):
    assert titles(await ask(knowledge=str(award), source=rig.sources[1])) == [SAME]
    rig.now += timedelta(days=5)
    answer = await ask(knowledge=str(award), since="2 jours", language="en")
    assert answer.data["entries"] == 0
    assert answer.text.startswith("Nothing to replay")


# -- nothing is touched -------------------------------------------------------------------------


async def test_the_store_is_not_touched_and_a_running_bot_goes_on(rig, award, tmp_path):
    def bytes_of():
        files = sorted((rig.folder / "data").glob("alposs.db"))
        return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]

    command = (
        *(sys.executable, "-m", "bot", "--json", "--config", str(rig.folder / "config")),
        *("--data", str(rig.folder / "data"), "backtest", "--knowledge", str(award)),
        *("--since", "2025-11-01"),
    )

    def replayed():
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return [one["title"] for one in json.loads(done.stdout)["differences"]]

    assert replayed() == [PRIZE, SAME], "beside the bot that runs"
    rig.publish("later", "Vizille décroche le label Territoire Numérique Libre, niveau Or")
    await rig.work("collect")
    await rig.work("deliver")
    assert any("Vizille" in said for said in texts(rig.side()))
    await rig.down()
    before = bytes_of()
    assert replayed() == [PRIZE, SAME]
    assert bytes_of() == before


# -- what is wrong is said ----------------------------------------------------------------------


async def test_what_cannot_be_replayed_is_said(rig, ask, award, tmp_path):
    with pytest.raises(CommandError) as said:
        await ask(knowledge=str(award), instead=str(award))
    assert "ne vont pas ensemble" in said.value.say("fr")
    with pytest.raises(CommandError) as said:
        await ask(knowledge=str(tmp_path / "nothing"))
    assert "awards/" in said.value.say("fr")
    with pytest.raises(CommandError) as said:
        await ask(since="jamais")
    assert "jamais" in said.value.say("fr")
    with pytest.raises(CommandError) as said:
        await ask(source="inconnue")
    assert "inconnue" in said.value.say("fr")
    (award / "awards" / "faux.toml").write_text("nom = 1\n", "utf-8")
    with pytest.raises(ConfigError):
        await ask(knowledge=str(award))


async def test_an_older_database_is_left_alone(rig, ask):
    import sqlite3

    await rig.down()
    with sqlite3.connect(rig.folder / "data" / "alposs.db") as database:
        database.execute("update alembic_version set version_num = '0001'")
    database.close()
    with pytest.raises(DataError) as said:
        await ask()
    assert "plus ancienne" in said.value.say("fr")


async def test_a_bot_that_has_read_nothing_has_nothing_to_replay(rig, ask):
    await rig.down()
    (rig.folder / "data" / "alposs.db").unlink()
    assert (await ask()).text.startswith("Rien à rejouer")

"""load(): what a folder brings itself, and what it lays over the shipped defaults."""

from pathlib import Path

import pytest

from bot.config import read
from bot.config.read import defaults_folder, language_folders, load
from bot.config.settings import BotSettings
from bot.errors import ConfigError


def test_the_shipped_configuration_is_right():
    config = load(None, {})
    assert config.folder == defaults_folder()
    assert {"nec-dor", "territoire-numerique-libre"} <= set(config.awards)


def test_a_folder_brings_its_own_bot_accounts_sources_and_channels(write, right):
    config = load(write(right), {})
    assert config.bot.fetch.allow == ("10.0.0.0/8",)
    assert set(config.accounts) == {"fedi"}
    assert set(config.sources) == {"town", "paper"}
    assert set(config.channels) == {"room"}


def test_a_source_is_an_instance_of_its_kinds_own_options(write, right):
    from bot.sources.feed import Feed

    config = load(write(right), {})
    assert type(config.sources["paper"]) is Feed.Options
    assert config.sources["paper"].url == "https://paper.example/feed"


def test_awards_events_and_places_are_laid_over_the_shipped_ones_by_file_name(write):
    shipped = load(None, {})
    own = 'name.fr = "Autre nom"\n'
    config = load(write({"awards/nec-dor.toml": own, "awards/new.toml": 'name.fr = "Neuf"\n'}), {})
    assert config.awards["nec-dor"].name.fr == "Autre nom"
    assert set(config.awards) == {*shipped.awards, "new"}
    others = [id for id in shipped.awards if id != "nec-dor"]
    assert all(config.awards[id] == shipped.awards[id] for id in others)
    assert config.events == shipped.events
    assert config.places == shipped.places


def test_an_empty_folder_has_defaults_and_nothing_to_read(write):
    config = load(write({}), {})
    assert config.bot == BotSettings()
    assert not config.sources
    assert not config.channels


def test_languages_are_looked_for_in_the_shipped_folder_then_in_ones_own(write):
    folder = write({})
    assert language_folders(folder) == [defaults_folder() / "languages", folder / "languages"]
    assert language_folders(None) == [defaults_folder() / "languages"]
    assert language_folders(defaults_folder()) == [defaults_folder() / "languages"]


def test_a_language_of_ones_own_may_be_spoken(write, problems):
    speaks = {"channels/room.toml": 'kind = "memory"\nlanguage = "oc"\n'}
    assert [problem.code for problem in problems(speaks)] == ["no-such-language"]
    assert problems({**speaks, "languages/oc.toml": ""}) == []


def test_without_a_checkout_the_installed_package_gives_the_defaults(monkeypatch, tmp_path):
    package = tmp_path / "bot_config"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(read, "__file__", str(tmp_path / "site" / "bot" / "config" / "read.py"))
    assert defaults_folder() == package


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "nowhere", {})
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "nowhere")
    assert "n’existe pas" in problem.say("fr")


def test_paths_become_absolute_from_where_they_were_written(write):
    folder = write(
        {
            "sources/local.toml": 'kind = "file"\nname = "Fichier"\npath = "news/a.xml"\n',
            "accounts/fedi.toml": (
                'kind = "mastodon"\nserver = "https://social.example"\ntoken_file = "secrets/t"\n'
            ),
        }
    )
    config = load(folder, {})
    assert Path(config.sources["local"].path) == folder / "sources" / "news" / "a.xml"
    assert Path(config.accounts["fedi"].token_file) == folder / "secrets" / "t"


def test_only_the_kinds_in_use_are_imported(write):
    import subprocess
    import sys

    folder = write({"sources/town.toml": 'kind = "memory"\nname = "Ville"\n'})
    code = (
        "import sys; from pathlib import Path; from bot.config.read import load;"
        "load(Path(sys.argv[1]), {});"
        "print([m for m in ('nio', 'mastodon', 'sqlalchemy', 'feedparser') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

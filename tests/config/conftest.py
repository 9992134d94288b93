"""A configuration folder made of a few words, and what is wrong with it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.config.read import load
from bot.errors import ConfigError, Problem

#: Two sources, two channels and what they need: everything right.
RIGHT: dict[str, str] = {
    "bot.toml": 'language = "fr"\n[fetch]\nallow = ["10.0.0.0/8"]\n',
    "accounts/fedi.toml": 'kind = "mastodon"\nserver = "https://social.example"\n',
    "channels/room.toml": 'kind = "memory"\nname = "La salle"\n',
    "sources/town.toml": 'kind = "memory"\nname = "Ville"\nchannels = ["room"]\n',
    "sources/paper.toml": 'kind = "feed"\nname = "Journal"\nurl = "https://paper.example/feed"\n',
    "awards/prize.toml": (
        'name.fr = "Prix du test"\n'
        'organiser = { name = "Jury", hosts = ["jury.example"] }\n'
        "[[scales]]\n"
        "until = 2024\n"
        'levels = ["1", "2"]\n'
        "[[scales]]\n"
        "from = 2025\n"
        'levels = ["Bronze", "Or"]\n'
    ),
    "events/fair.toml": 'name.fr = "Foire du test"\ncity = "Échirolles"\n',
    "places/more.toml": 'name.fr = "Lieux"\n[[spots]]\nname = "Vif"\nlat = 45.05\nlon = 5.67\n',
}

Write = Callable[[Mapping[str, str]], Path]
Problems = Callable[..., list[Problem]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files of a configuration folder; gives the folder."""

    def files(texts: Mapping[str, str]) -> Path:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return files


@pytest.fixture
def right() -> dict[str, str]:
    return dict(RIGHT)


@pytest.fixture
def problems(write: Write) -> Problems:
    """Everything that load() says against these files; [] where all is right."""

    def told(texts: Mapping[str, str], env: Mapping[str, str] | None = None) -> list[Problem]:
        folder = write(texts)
        try:
            load(folder, env or {})
        except ConfigError as error:
            return list(error.problems)
        return []

    return told

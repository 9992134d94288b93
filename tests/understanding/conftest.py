"""What the tests of understanding share: the shipped knowledge, and entries made of few words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.entries.entry import Entry, Publisher
from bot.languages import read_all
from bot.understanding.knowledge import Knowledge

CONFIG = Path(__file__).resolve().parents[2] / "config"
PARIS = ZoneInfo("Europe/Paris")


def _files(folder: str, model: Any) -> dict[str, Any]:
    return {
        path.stem: model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted((CONFIG / folder).glob("*.toml"))
    }


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """What config/ says of awards, events, places and languages."""
    return Knowledge.build(
        _files("awards", Award),
        _files("events", EventSeries),
        _files("places", Gazetteer),
        read_all([CONFIG / "languages"]),
        "Europe/Paris",
    )


@pytest.fixture(scope="session")
def make_entry() -> Callable[..., Entry]:
    """An entry from a title, a text and a day of publication (10:00 in Paris)."""

    def make(
        title: str | None,
        text: str,
        published: str,
        *,
        role: str = "press",
        name: str = "Le Journal",
        place: str | None = None,
        language: str = "fr",
        content: str = "",
        url: str | None = "https://journal.example/1",
        home: str | None = None,
    ) -> Entry:
        day = datetime.fromisoformat(published)
        return Entry(
            id="s/1",
            publisher=Publisher("s", name, role, home, place),
            url=url,
            title=title,
            summary=text,
            content=content,
            language=language,
            published=(day if day.hour else day.replace(hour=10)).replace(tzinfo=PARIS),
            fingerprint="f",
        )

    return make

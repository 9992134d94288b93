"""Every example and counterexample of config/events/ is understood as its file says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.languages import read_all
from bot.understanding import examples
from bot.understanding.knowledge import Knowledge

CONFIG = Path(__file__).resolve().parents[2] / "config"


def _load() -> dict[str, EventSeries]:
    return {
        path.stem: EventSeries.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted((CONFIG / "events").glob("*.toml"))
    }


SERIES = _load()


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    def files(folder: str, model: type) -> dict[str, object]:
        return {
            path.stem: model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))  # type: ignore[attr-defined]  # both are pydantic models
            for path in sorted((CONFIG / folder).glob("*.toml"))
        }

    return Knowledge.build(
        files("awards", Award),  # type: ignore[arg-type]  # values are Award
        SERIES,
        files("places", Gazetteer),  # type: ignore[arg-type]  # values are Gazetteer
        read_all([CONFIG / "languages"]),
    )


@pytest.mark.parametrize("id", sorted(SERIES))
def test_every_example_is_understood_as_its_file_says(id: str, knowledge: Knowledge) -> None:
    assert list(examples.of_series(id, knowledge)) == []


def test_every_flagship_shows_an_example_or_is_known_by_name_only() -> None:
    assert {id for id, series in SERIES.items() if series.flagship and series.examples} >= {
        "alposs",
        "jdll",
        "fosdem",
        "ow2con",
        "capitole-du-libre",
        "open-source-experience",
        "campus-du-libre",
        "numerique-en-communs",
        "france-numerique-libre",
    }

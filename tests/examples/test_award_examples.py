"""Every example and counterexample of config/awards/ is understood as its file says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.languages import read_all
from bot.understanding import examples
from bot.understanding.knowledge import Knowledge

CONFIG = Path(__file__).resolve().parents[2] / "config"


def _files(folder: str, model: type) -> dict[str, object]:
    return {
        path.stem: model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))  # type: ignore[attr-defined]  # pydantic models
        for path in sorted((CONFIG / folder).glob("*.toml"))
    }


AWARDS: dict[str, Award] = _files("awards", Award)  # type: ignore[assignment]  # values are Award


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.build(
        AWARDS,
        _files("events", EventSeries),  # type: ignore[arg-type]  # values are EventSeries
        _files("places", Gazetteer),  # type: ignore[arg-type]  # values are Gazetteer
        read_all([CONFIG / "languages"]),
    )


@pytest.mark.parametrize("award", sorted(AWARDS))
def test_every_award_file_proves_itself(award: str) -> None:
    assert AWARDS[award].examples, f"config/awards/{award}.toml holds no [[examples]]"
    assert AWARDS[award].counterexamples, f"config/awards/{award}.toml holds no [[counterexamples]]"


@pytest.mark.parametrize("award", sorted(AWARDS))
def test_every_example_is_understood_as_its_file_says(award: str, knowledge: Knowledge) -> None:
    assert list(examples.of_award(award, knowledge)) == []

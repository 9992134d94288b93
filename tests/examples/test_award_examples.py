"""Every example and counterexample of config/awards/ is understood as its file says."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config.knowledge import Award, AwardExample, EventSeries, Gazetteer
from bot.entries.entry import Entry, Publisher
from bot.languages import read_all
from bot.understanding.fact import AwardFact
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.understand import understand

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


def _entry(example: AwardExample) -> Entry:
    day = datetime.fromisoformat(example.published or "2026-01-15").replace(hour=10)
    name, role = ("Le Journal", "press")
    if example.source:
        name, role = f"Ville de {example.source}", "municipal"
    return Entry(
        id="examples/1",
        publisher=Publisher("examples", name, role, place=example.source),
        url=None,
        title=example.title,
        summary=example.text,
        content="",
        language=example.language,
        published=day.replace(tzinfo=ZoneInfo("Europe/Paris")),
        fingerprint="f",
    )


def _ids(kind: str) -> list[tuple[str, AwardExample]]:
    return [(id, one) for id, award in AWARDS.items() for one in getattr(award, kind)]


def _found(example: AwardExample, id: str, knowledge: Knowledge) -> list[AwardFact]:
    facts = understand(_entry(example), knowledge).facts
    return [fact for fact in facts if isinstance(fact, AwardFact) and fact.award_id == id]


@pytest.mark.parametrize("award", sorted(AWARDS))
def test_every_award_file_proves_itself(award: str) -> None:
    assert AWARDS[award].examples, f"config/awards/{award}.toml holds no [[examples]]"
    assert AWARDS[award].counterexamples, f"config/awards/{award}.toml holds no [[counterexamples]]"


@pytest.mark.parametrize(
    ("award", "example"), _ids("examples"), ids=lambda one: getattr(one, "title", one)
)
def test_example(award: str, example: AwardExample, knowledge: Knowledge) -> None:
    facts = _found(example, award, knowledge)
    assert facts, "the award is not found"
    everyone = {fold(name) for fact in facts for name in fact.laureates}
    assert {fold(name) for name in example.laureates} <= everyone
    for field in ("level", "year"):
        wanted = getattr(example, field)
        assert wanted is None or wanted in {getattr(fact, field) for fact in facts}
    if example.category:
        assert fold(example.category) in {fold(fact.category or "") for fact in facts}
    assert all(item.words for fact in facts for item in fact.evidence)


@pytest.mark.parametrize(
    ("award", "example"), _ids("counterexamples"), ids=lambda one: getattr(one, "title", one)
)
def test_counterexample(award: str, example: AwardExample, knowledge: Knowledge) -> None:
    assert _found(example, award, knowledge) == []

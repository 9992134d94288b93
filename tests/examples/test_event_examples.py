"""Every example and counterexample of config/events/ is understood as its file says."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config.knowledge import Award, EventExample, EventSeries, Gazetteer
from bot.entries.entry import Entry, Publisher
from bot.languages import read_all
from bot.understanding.fact import CallFact, EventFact
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

CONFIG = Path(__file__).resolve().parents[2] / "config"
ENGLISH = (" takes ", " will ", " held ", " on ", " the ")


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


def _entry(example: EventExample) -> Entry:
    said = f" {example.title} {example.text} "
    day = datetime.fromisoformat(example.published or "2026-01-15").replace(hour=10)
    return Entry(
        id="examples/1",
        publisher=Publisher("examples", "Le Journal"),
        url=None,
        title=example.title,
        summary=example.text,
        content="",
        language="en" if sum(word in said for word in ENGLISH) > 1 else "fr",
        published=day.replace(tzinfo=ZoneInfo("Europe/Paris")),
        fingerprint="f",
    )


EXAMPLES = [(id, one) for id, series in SERIES.items() for one in series.examples]
COUNTEREXAMPLES = [(id, one) for id, series in SERIES.items() for one in series.counterexamples]


@pytest.mark.parametrize(
    ("id", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.title
)
def test_an_example_is_understood(id: str, example: EventExample, knowledge: Knowledge) -> None:
    facts = understand(_entry(example), knowledge).facts
    told = [fact for fact in facts if isinstance(fact, EventFact | CallFact) and fact.series == id]
    assert told, f"{id}: nothing of this series was found in “{example.title}”"
    if example.deadline:
        calls = [fact for fact in told if isinstance(fact, CallFact)]
        assert [fact.deadline for fact in calls] == [example.deadline]
    for field in ("start", "end", "city", "status"):
        wanted = getattr(example, field)
        if wanted is not None:
            assert [getattr(fact, field) for fact in told if isinstance(fact, EventFact)] == [
                wanted
            ]


@pytest.mark.parametrize(
    ("id", "example"), COUNTEREXAMPLES, ids=lambda one: one if isinstance(one, str) else one.title
)
def test_a_counterexample_is_not(id: str, example: EventExample, knowledge: Knowledge) -> None:
    facts = understand(_entry(example), knowledge).facts
    assert [fact for fact in facts if getattr(fact, "series", None) == id] == []


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

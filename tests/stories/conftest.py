"""Labelled news, read as if it had been understood perfectly."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.entries.entry import Entry, Publisher
from bot.languages import read_all
from bot.understanding.fact import (
    AnyFact,
    AwardFact,
    CallFact,
    EventFact,
    ReleaseFact,
    Understanding,
)
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold

HERE = Path(__file__).parents[1]
CONFIG = HERE.parent / "config"


def _files(folder: str, model: Any) -> dict[str, Any]:
    return {
        path.stem: model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in (CONFIG / folder).glob("*.toml")
    }


def _knowledge() -> Knowledge:
    return Knowledge.build(
        _files("awards", Award),
        _files("events", EventSeries),
        _files("places", Gazetteer),
        read_all([CONFIG / "languages"]),
        "Europe/Paris",
    )


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return _knowledge()


def entry_of(item: dict[str, Any]) -> Entry:
    source = item["source"]
    return Entry(
        id=item["id"],
        publisher=Publisher(source["name"], source["name"], source["kind"], source["home"]),
        url=item["url"],
        title=item["title"],
        summary=item["summary"] or "",
        content=item["content"] or "",
        language=item["language"],
        published=datetime.fromisoformat(item["published"]).astimezone(UTC),
        fingerprint="",
    )


@cache
def series_of(name: str) -> str | None:
    """The series that bears this very name."""
    for id, series in _files("events", EventSeries).items():
        if fold(name) in {fold(n) for n in (series.name.fr, series.name.en, *series.names) if n}:
            return id
    return None


def understood(item: dict[str, Any]) -> Understanding:
    """The labels as facts."""
    labels = item["labels"]
    facts: list[AnyFact] = []
    for a in labels["facts"]["awards"]:
        told = {**a, "laureates": tuple(a["laureates"]), "label": labels["kind"] == "label"}
        facts.append(AwardFact(**told))
    for e in labels["facts"]["events"]:
        facts.append(EventFact(series=series_of(e["name"]), **e))
    for c in labels["facts"]["cfps"]:
        facts.append(CallFact(series=series_of(c["event"]), **c))
    for r in labels["facts"]["releases"]:
        facts.append(ReleaseFact(**r))
    return Understanding(labels["kind"], labels["relevant"], tuple(facts))


def read_news() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in ("train", "examples")
        for line in (HERE / "news" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@pytest.fixture(scope="session")
def news() -> list[dict[str, Any]]:
    return read_news()


@pytest.fixture(scope="session")
def entry_from() -> Any:
    return entry_of


@pytest.fixture(scope="session")
def labels_as_facts() -> Any:
    return understood

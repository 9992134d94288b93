"""Labelled news, read as if it had been understood perfectly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.entries.entry import Entry, Publisher
from bot.understanding.fact import (
    AnyFact,
    AwardFact,
    CallFact,
    EventFact,
    ReleaseFact,
    Understanding,
)
from bot.understanding.knowledge import Knowledge

NEWS = Path(__file__).parents[1] / "news"
LOCAL = [
    "Échirolles",
    "Claix",
    "Fontaine",
    "Le_Pont-de-Claix",
    "Seyssins",
    "Saint-Égrève",
    "Vif",
    "Meylan",
    "Grenoble",
    "Voreppe",
    "Crolles",
    "Saint-Martin-d’Hères",
    "Grenoble-Alpes_Métropole",
    "SITPI",
    "La_Tronche",
]


def _knowledge() -> Knowledge:
    awards = {
        "territoire-numerique-libre": Award.model_validate(
            {
                "name": {"fr": "Label Territoire Numérique Libre"},
                "label": True,
                "organiser": {"name": "ADULLACT", "hosts": ["territoire-numerique-libre.org"]},
                "scales": [
                    {"until": 2024, "levels": ["1", "2", "3", "4", "5"]},
                    {"from": 2025, "levels": ["Badge", "Bronze", "Argent", "Or"]},
                ],
            }
        )
    }
    events = {
        "alposs": EventSeries.model_validate(
            {"name": {"fr": "AlpOSS"}, "hosts": ["alposs.fr"], "flagship": True}
        )
    }
    spots = [{"name": name.replace("_", " ")} for name in LOCAL]
    spots.append({"name": "Isère", "kind": "department"})
    places = {"here": Gazetteer.model_validate({"name": {"fr": "ici"}, "spots": spots})}
    return Knowledge.build(awards, events, places, {}, "Europe/Paris")


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


SERIES = {"AlpOSS": "alposs"}


def understood(item: dict[str, Any]) -> Understanding:
    """The labels as facts."""
    labels = item["labels"]
    facts: list[AnyFact] = []
    for a in labels["facts"]["awards"]:
        a = {**a, "laureates": tuple(a["laureates"]), "label": labels["kind"] == "label"}
        facts.append(AwardFact(**a))
    for e in labels["facts"]["events"]:
        facts.append(EventFact(series=SERIES.get(e["name"]), **e))
    for c in labels["facts"]["cfps"]:
        facts.append(CallFact(series=SERIES.get(c["event"]), **c))
    for r in labels["facts"]["releases"]:
        facts.append(ReleaseFact(**r))
    return Understanding(labels["kind"], labels["relevant"], tuple(facts))


def read_news() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in ("train", "examples")
        for line in (NEWS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
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

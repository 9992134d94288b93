"""Knowledge from the shipped configuration, and stories made by hand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.announcements.announcement import Announcement, announcement_id
from bot.announcements.compose import compose
from bot.config.knowledge import Award, EventSeries, Gazetteer
from bot.config.wiring import ChannelSettings
from bot.languages import read_all
from bot.stories.story import Story, Witness
from bot.understanding.knowledge import Knowledge

CONFIG = Path(__file__).parents[2] / "config"


@dataclass(frozen=True)
class Limits:
    characters: int = 500
    per_url: int | None = 23
    html: bool = False
    form: str = "status"


STATUS = Limits()
ROOM = Limits(5000, None, True, "room")
TERMINAL = Limits(5000, None, False, "terminal")
JSON = Limits(5000, None, False, "json")


def files(folder: str, model: Any) -> dict[str, Any]:
    return {
        path.stem: model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in (CONFIG / folder).glob("*.toml")
    }


@pytest.fixture(scope="session")
def languages():
    return read_all([CONFIG / "languages"])


@pytest.fixture(scope="session")
def knowledge(languages):
    return Knowledge.build(
        files("awards", Award),
        files("events", EventSeries),
        files("places", Gazetteer),
        languages,
        "Europe/Paris",
    )


def witness(
    name: str = "Le Travailleur alpin",
    url: str | None = "https://travailleur-alpin.fr/nec",
    published: datetime = datetime(2025, 10, 30, 9, tzinfo=UTC),
    facts: tuple = (),
    **more: Any,
) -> Witness:
    values = {"entry": f"s/{name}", "source": "s", "title": "Un titre", **more}
    return Witness(name=name, url=url, published=published, facts=facts, **values)


def story(*facts: Any, kind: str = "award", title: str = "Un titre", **more: Any) -> Story:
    witnesses = more.pop("witnesses", None) or (witness(facts=facts, title=title),)
    moment = witnesses[0].published
    values = {"language": "fr", "created": moment, "updated": moment, **more}
    return Story("story", kind, facts, witnesses, title, "", **values)


class Teller:
    """Composes with the shipped knowledge."""

    def __init__(self, knowledge: Knowledge, languages: Any) -> None:
        self.knowledge, self.languages = knowledge, languages
        self.status, self.room, self.terminal, self.json = STATUS, ROOM, TERMINAL, JSON
        self.story, self.witness, self.limits = story, witness, Limits

    def announcement(self, purpose: str = "new", occasion: str = "") -> Announcement:
        return Announcement(announcement_id("story", purpose, occasion), "story", purpose, occasion)

    def message(self, told: Story, limits: Limits = STATUS, language: str = "fr", **more: Any):
        purpose, occasion = more.pop("purpose", "new"), more.pop("occasion", "")
        hashtags = more.pop("hashtags", ())
        channel = more.pop("channel", None) or ChannelSettings(kind="memory", hashtags=hashtags)
        return compose(
            self.announcement(purpose, occasion),
            told,
            channel,
            limits,
            self.languages[language],
            self.knowledge,
            **more,
        )

    def text(self, told: Story, limits: Limits = STATUS, language: str = "fr", **more: Any) -> str:
        return self.message(told, limits, language, **more).text

    def sentences(self, told: Story, language: str = "fr", **more: Any) -> str:
        """What stands before the source."""
        text = self.text(told, self.limits(5000), language, **more)
        return text.partition("\n\nSource")[0]


@pytest.fixture(scope="session")
def tell(knowledge, languages):
    return Teller(knowledge, languages)

"""How long a person waits for an answer: every command of the chat on an archive of 50,000 stories.

The stories are generated (fixed seed): towns, awards, events, calls and other news in French words
of a usual frequency, so that a common word stands in a third of them. Measured from the moment in
which the listener hands a message over to the moment in which it is given the answer, one question
at a time, the network left out.
"""

from __future__ import annotations

import itertools
import random
import resource
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from bot.app import App
from bot.channels.heard import File, Heard
from bot.chat import Chat
from bot.commands._face import say
from bot.store.database import Tx
from bot.stories.story import Story, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, Kind

NOW = datetime(2026, 2, 11, 9, 0, tzinfo=UTC)
TOWNS = (
    "Échirolles",
    "Grenoble",
    "Fontaine",
    "Claix",
    "Vif",
    "Voiron",
    "Lyon",
    "Chambéry",
    "Paris",
)
#: the rank of a word is how rare it is
WORDS = [
    "logiciel",
    "libre",
    "commune",
    "numérique",
    "service",
    "atelier",
    "rencontre",
    "association",
    "données",
    "public",
    "école",
    "réseau",
    "carte",
    "ouvert",
    "projet",
    "formation",
    "bibliothèque",
    "serveur",
    "habitants",
    "conseil",
    "vote",
    "budget",
    "culture",
    "énergie",
    "transport",
    "vélo",
    "marché",
    "musique",
    "jardin",
    "piscine",
    "théâtre",
    "histoire",
    "montagne",
    "neige",
    "forêt",
]
#: what is asked, the slowest kinds of question first
ASKED = (
    "!cherche logiciel", "!cherche logiciels libres échirolles", "!search neige", "!cherche quiche",
    "!cherche numerique commune service", "!prix Échirolles", "!prix 2024", "!prix TNL Isère",
    "!awards", "!agenda", "!agenda mois 50 km", "!events week Lyon", "!ics", "!ics atelier",
    "!prochain", "!next", "!delais", "!nouveautes mois", "!pourquoi https://a.example/49999",
    "!origine 1", "!aide",
)  # fmt: skip


class Mouth:
    """A listener that notes when it was given an answer."""

    me = ("@alposs:x", "alposs")
    answers = a_day = None

    def __init__(self) -> None:
        self.ear: Any = None
        self.text, self.at = "", 0.0

    def listen(self, ear: Any, tips: Any = None, bookmark: Any = None) -> None:
        del tips, bookmark
        self.ear = ear

    async def answer(self, to: Heard, text: str) -> str:
        self.text, self.at = text, time.perf_counter()
        return f"{to.event}-answer"

    async def attach(self, to: Heard, file: File) -> str:
        del file
        return f"{to.event}-file"

    async def power(self, to: Heard) -> int:
        del to
        return 0

    async def react(self, room: str, event: str, key: str) -> None:
        del room, event, key

    async def reactions(self, room: str, event: str) -> list[Any]:
        del room, event
        return []

    async def direct(self, person: str) -> None:
        del person

    async def close(self) -> None:
        """Nothing is open."""


def generated(number: int) -> Iterator[Story]:
    """So many stories, the same ones each time."""
    chance = random.Random(20260211)
    weights = [1 / (rank + 2) for rank in range(len(WORDS))]
    for n in range(number):
        at = NOW - timedelta(minutes=40 * (number - n))
        words = " ".join(chance.choices(WORDS, weights, k=chance.randint(25, 60)))
        kind, facts = _facts(chance, n, at)
        town = chance.choice(TOWNS)
        title = f"{town} : {words[:60]}"
        told = Witness(f"e{n}", "ta", "Une source", f"https://a.example/{n}", at, title=title)
        yield Story(f"s{n}", kind, facts, (told,), title, f"À {town}, {words}.", "fr", at, at,
                    relevant=bool(n % 10), keys=(f"k{n}",))  # fmt: skip


def _facts(chance: random.Random, n: int, at: datetime) -> tuple[Kind, tuple[AnyFact, ...]]:
    town, day = (
        chance.choice(TOWNS),
        (at + timedelta(days=chance.randint(1, 60))).date().isoformat(),
    )
    match n % 5:
        case 0:
            award = AwardFact(
                award_id="territoire-numerique-libre", award="Territoire Numérique Libre",
                label=True, laureates=(town,), level=str(1 + n % 5), date=day[:7],
            )  # fmt: skip
            return "label", (award,)
        case 1:
            event = EventFact(
                series="alposs" if n % 400 == 1 else None, name=f"Atelier libre {n}", start=day,
                city=town,
            )  # fmt: skip
            return "event", (event,)
        case 2 if n % 20 == 2:
            return "call_for_papers", (CallFact(series=None, event=f"Rencontre {n}", deadline=day),)
        case _:
            return "other", ()


def _save(tx: Tx, stories: list[Story]) -> None:
    for story in stories:
        tx.stories.save(story)


def _chunks(stories: Iterator[Story], size: int) -> Iterator[list[Story]]:
    while chunk := list(itertools.islice(stories, size)):
        yield chunk


async def answers(number: int, times: int) -> tuple[dict[str, list[float]], float, float]:
    """{question: seconds}; how long the archive took to write; megabytes at the most."""
    with TemporaryDirectory() as folder:
        app = App(language="fr", config_dir=str(Path("config")), data_dir=folder)
        app.now = lambda: NOW  # type: ignore[method-assign]  # the archive has its own day
        store = await app.store()
        begun = time.perf_counter()
        for chunk in _chunks(generated(number), 2000):
            await store.write(lambda tx, chunk=chunk: _save(tx, chunk))
        written = time.perf_counter() - begun
        mouth = Mouth()
        options = SimpleNamespace(language="fr", name="")
        account = SimpleNamespace(id="a", settings=SimpleNamespace(admins=()))
        channel: Any = SimpleNamespace(
            id="salon", place="!r", options=options, account=account, listener=lambda: mouth
        )
        chat = Chat({"salon": channel}, app)
        chat.start()
        found: dict[str, list[float]] = {}
        for turn in range(times + 1):
            for n, text in enumerate(ASKED):
                heard = Heard("!r", f"${turn}-{n}", f"@{turn}-{n}:x", text, timedelta(0))
                asked = time.perf_counter()
                await mouth.ear((heard,))
                if mouth.text == say("bug", "fr"):
                    raise RuntimeError(f"{text} failed: nothing was measured")
                if turn:  # the first time the knowledge is built
                    found.setdefault(text, []).append(mouth.at - asked)
        await chat.stop()
        await store.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found, written, most


def slowest(found: dict[str, list[float]]) -> tuple[str, float, float]:
    """The question with the longest 95th percentile; its median and that, in milliseconds."""

    def p95(values: list[float]) -> float:
        return sorted(values)[max(0, round(len(values) * 0.95) - 1)] * 1000

    text = max(found, key=lambda one: p95(found[one]))
    return text, statistics.median(found[text]) * 1000, p95(found[text])

"""Parts by themselves, in milliseconds of processor time: clean, understand, parse."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from benchmarks.articles import articles
from benchmarks.feeds import document
from bot.config.read import defaults_folder, language_folders, load
from bot.entries.clean import clean
from bot.entries.entry import Publisher
from bot.languages import read_all
from bot.sources.feedtext import parse
from bot.sources.source import Item
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

_TITLE = "Échirolles décroche le label Territoire Numérique Libre, niveau Or"
_TEXT = (
    "La Ville d’Échirolles a reçu mardi 18 novembre 2025 le label Territoire Numérique Libre, "
    "décerné par l’ADULLACT, au niveau Or, pour ses logiciels libres et ses données ouvertes. "
    "La remise a eu lieu à Paris, pendant le Salon des maires. Les services municipaux "
    "travaillent depuis 2019 sans outils propriétaires, avec les communes voisines. "
)
_DULL = (
    "Le conseil municipal s’est réuni lundi soir en présence des habitants du quartier. Les "
    "travaux de la rue des Alpes reprennent mardi et dureront trois semaines, selon la mairie. "
)
NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)


def milliseconds(repeats: int) -> dict[str, float]:
    """Medians of ``repeats`` runs of a few calls each."""
    folder = defaults_folder()
    config = load(folder, {})
    languages = read_all(language_folders(folder))
    began = time.process_time()
    knowledge = Knowledge.build(
        config.awards, config.events, config.places, languages, config.bot.timezone
    )
    found = {"Knowledge.build": (time.process_time() - began) * 1000}
    who = Publisher("mairie", "Ville d’Échirolles", "municipal", None, "Échirolles")

    def entry_of(title: str, text: str):  # an Entry, or None
        item = Item(guid=title, url="https://e.example/1", title=title, content=f"<p>{text}</p>")
        return clean(item, who, now=NOW, language="fr", base=None)

    about = _TEXT + (_DULL * 20)[: 3000 - len(_TEXT)]
    award, dull = entry_of(_TITLE, about), entry_of("Conseil municipal", (_DULL * 20)[:3000])
    assert award is not None
    assert dull is not None
    body = document(3)
    read = {about: entry_of(*words) for about, words in articles().items()}
    works: dict[str, Callable[[], object]] = {
        "understand an award, 3 KB": lambda: understand(award, knowledge),
        "understand other news, 3 KB": lambda: understand(dull, knowledge),
        **{
            f"understand an article, {about}, 3 KB": partial(understand, entry, knowledge)
            for about, entry in read.items()
            if entry is not None
        },
        "clean one entry, 3 KB": lambda: entry_of(_TITLE, about),
        "parse 45 KB, 25 entries": lambda: parse(body, "application/rss+xml", "http://e.example/"),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(repeats):
        for name, work in works.items():
            began = time.process_time()
            for _ in range(5):
                work()
            times[name].append((time.process_time() - began) / 5 * 1000)
    return found | {name: statistics.median(values) for name, values in times.items()}

"""What `why` says of an entry that no fact joined to its story, but what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.entries.entry import Entry
    from bot.stories.story import Story

ALIKE_TEXTS: Mapping[str, Mapping[str, str]] = {
    "alike": {
        "fr": "Réunie aux autres parce que rien ne les contredit et qu’elle nomme comme elles\u00a0: "
        "{things}.",
        "en": "Put together with the others because nothing contradicts them and it names what they "
        "name: {things}.",
    },
}


def things(entry: Entry, stories: Iterable[Story], config: Config, said: str) -> str:
    """What it shares with the others of its stories, as it spells it; "" where facts joined it."""
    found = (
        _shown(one, entry, config, said)
        for story in stories
        for witness in story.witnesses
        if witness.entry == entry.id
        for one in witness.alike
    )
    return ", ".join(dict.fromkeys(words for words in found if words))


def _shown(thing: str, entry: Entry, config: Config, said: str) -> str:
    what, _, rest = thing.partition("/")
    if what == "award":
        award = config.awards.get(rest)
        return str(getattr(award.name, said, award.name.en)) if award else rest
    if what == "series":
        series = config.events.get(rest)
        return str(getattr(series.name, said, series.name.en)) if series else rest
    if what == "day":
        return "/".join(reversed(rest.split("-"))) if said == "fr" else rest
    return next(_spelled(rest, entry.text), rest)


def _spelled(folded: str, text: str) -> Iterator[str]:
    """Where a text holds something folded, as it spells it, to the end of the word."""
    plain = fold(text)
    if len(plain) == len(text):
        for hit in re.finditer(rf"(?<!\w){re.escape(folded)}\w*", plain):
            yield text[hit.start() : hit.end()]

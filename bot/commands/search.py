"""``search``: the stories that hold all the words, whatever their accents, case and plural."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context

if TYPE_CHECKING:
    from bot.store.database import Tx
    from bot.stories.story import Story

#: stories that are looked at
MOST = 100


class Search(Command):
    """Look for words in everything that was announced or found worth it."""

    kind = "search"
    names = {"fr": ("cherche", "chercher", "recherche"), "en": ("search", "find")}
    help = {
        "fr": "Cherche des mots dans les nouvelles, sans tenir compte des accents.",
        "en": "Look for words in the news, whatever their accents.",
    }
    arguments = (
        Argument(
            "words",
            {"fr": "les mots, tous cherchés ensemble", "en": "the words, all of them wanted"},
            required=True,
            many=True,
            said={"fr": "mots", "en": "words"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!cherche mots", "en": "!search words"}
    rank = 5
    texts = {
        "found-one": {
            "fr": "Une nouvelle avec «\u00a0{words}\u00a0»\u00a0:",
            "en": "One story with “{words}”:",
        },
        "found-many": {
            "fr": "Nouvelles avec «\u00a0{words}\u00a0», les plus récentes d’abord\u00a0:",
            "en": "Stories with “{words}”, latest first:",
        },
        "more": {
            "fr": "Et {n} de plus\u00a0: ajoutez un mot pour trier.",
            "en": "And {n} more: add a word to narrow them down.",
        },
        "none": {
            "fr": "Rien que je connaisse avec «\u00a0{words}\u00a0». Essayez avec moins de mots.",
            "en": "Nothing that I know of with “{words}”. Try fewer words.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the words of every story."""
        voice = await _told.voice_of(context)
        words = " ".join(arguments["words"])
        store, now, said = await context.store(), context.now(), context.language
        found = await store.read(partial(_find, words=words))
        lines = _told.once(_told.line(story, voice, now, label=True) for story in found)
        shown = voice.set(words)
        if not lines:
            return Answer(self.tell("none", said, words=shown), data=[], ok=False)
        key = "found-one" if len(lines) == 1 else "found-many"
        heading = self.tell(key, said, words=shown)
        data = [{"story": one.id, "title": one.title, "url": _told.link(one)} for one in found]
        return Answer(_told.listed(heading, lines, self.texts["more"][said]), data=data)


def _find(tx: Tx, *, words: str) -> list[Story]:
    return [story for story in tx.index.find(words, n=MOST) if story.relevant]

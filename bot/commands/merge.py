"""``merge``: two stories are one; the posts say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.commands import _stories, _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.steps import retell
from bot.stories import merge

if TYPE_CHECKING:
    from bot.store.database import Tx
    from bot.stories.story import Story


class Merge(Command):
    """Two stories are one."""

    kind = "merge"
    names = {"fr": ("fusionner",), "en": ("merge",)}
    help = {
        "fr": "Dit que deux annonces racontent la même chose\u00a0: leurs sources sont réunies, et "
        "leurs messages corrigés.",
        "en": "Say that two announcements tell the same: their sources are joined, and their "
        "messages corrected.",
    }
    arguments = (
        Argument(
            "first",
            {"fr": "le numéro de celle qui reste", "en": "the number of the one that stays"},
            required=True,
            said={"fr": "numéro", "en": "number"},
        ),
        Argument(
            "second",
            {"fr": "le numéro de celle qui s’y joint", "en": "the number of the one that joins it"},
            required=True,
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "done": {
            "fr": "C’est une seule nouvelle\u00a0: {line} Messages corrigés\u00a0: {edits}. Si deux messages "
            "disent maintenant la même chose, en retirer un\u00a0: !retirer {second}. Revenir en "
            "arrière\u00a0: !annuler",
            "en": "They are one story: {line} Messages corrected: {edits}. If two messages say the "
            "same now, to withdraw one: !withdraw {second}. To go back: !undo",
        },
        "same": {
            "fr": "C’est déjà une seule nouvelle.",
            "en": "They are one story already.",
        },
        "same-next": {
            "fr": "Ce qu’elle dit\u00a0: !origine {first}",
            "en": "What it says: !origin {first}",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Join them. Raises CommandError."""
        first, second = str(arguments["first"]), str(arguments["second"])
        said, now = context.language, context.now()
        store = await context.store()
        async with _stories.house_of(context) as house:

            def work(tx: Tx) -> tuple[Story, int]:
                one = _stories.story_of(tx, context, first)
                other = _stories.story_of(tx, context, second)
                if one.id == other.id:
                    raise CommandError(
                        what=self.tell("same", said), next=self.tell("same-next", said, first=first)
                    )
                joined = merge.merge(one, other, house.knowledge, now)

                def act() -> list[str]:
                    tx.stories.alias(other.id, one.id)
                    tx.stories.save(joined)
                    return [one.id]

                retell.unsent_gives_way(tx, house, other.id, one.id, now)
                _stories.change(tx, context, self.kind, [one.id, other.id], act)
                return joined, retell.retell(tx, house, joined, now)

            story, edits = await store.write(work)
            house.wake.set()
        line = _told.line(story, await _told.voice_of(context), now)
        text = self.tell("done", said, line=line, edits=edits, second=second)
        return Answer(text, data={"story": story.id, "edits": edits})

"""``reload``: the running bot takes up what was changed in the files, without a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands import _take_up
from bot.commands._audit import note
from bot.commands.command import Answer, Command, Context, Progress
from bot.errors import CommandError


class Reload(Command):
    """Take up the configuration as it stands now."""

    kind = "reload"
    names = {"fr": ("recharger",), "en": ("reload",)}
    help = {
        "fr": "Fait relire sa configuration au bot qui tourne\u202f; une erreur laisse tout comme "
        "c’était.",
        "en": "Let the running bot read its configuration again; an error leaves everything as it "
        "was.",
    }
    faces = frozenset({"terminal", "chat"})
    texts = {
        "waiting": {"fr": "Le bot relit sa configuration…", "en": "The bot reads its files again…"},
        "same": {
            "fr": "Configuration relue\u00a0: rien n’a changé.",
            "en": "Configuration read again: nothing has changed.",
        },
        "done": {"fr": "Configuration relue.", "en": "Configuration read again."},
        "sources-new": {"fr": "Nouvelles sources\u00a0: {ids}.", "en": "New sources: {ids}."},
        "sources-changed": {
            "fr": "Sources changées\u00a0: {ids}.",
            "en": "Changed sources: {ids}.",
        },
        "sources-gone": {
            "fr": "Sources parties\u00a0: {ids}\u202f; ce que j’en ai lu reste en mémoire.",
            "en": "Sources gone: {ids}; what I read there stays remembered.",
        },
        "channels-new": {
            "fr": "Nouveaux canaux\u00a0: {ids}\u202f; rien d’ancien n’y sera publié.",
            "en": "New channels: {ids}; nothing old will be posted there.",
        },
        "channels-changed": {
            "fr": "Canaux changés\u00a0: {ids}.",
            "en": "Changed channels: {ids}.",
        },
        "channels-gone": {"fr": "Canaux partis\u00a0: {ids}.", "en": "Channels gone: {ids}."},
        "knowledge": {
            "fr": "Prix, événements, lieux ou langues relus.",
            "en": "Awards, events, places or languages read again.",
        },
        "bot": {
            "fr": "Réglages du bot changés\u00a0: {ids}.",
            "en": "Bot settings changed: {ids}.",
        },
        "restart": {
            "fr": "Au prochain démarrage seulement\u00a0: {ids}.",
            "en": "Only from the next start: {ids}.",
        },
        "nobody": {
            "fr": "La configuration est correcte, mais aucun bot ne m’a répondu.",
            "en": "The configuration is right, but no bot answered me.",
        },
        "nobody-next": {
            "fr": "S’il ne tourne pas, il la lira à son démarrage\u00a0: alposs-bot run",
            "en": "If it does not run, it reads it when it starts: alposs-bot run",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Do it. Raises ConfigError: then the old configuration stays in use (O7)."""
        del arguments
        said = context.language
        if context.question is None:
            context.config()  # this process has just read it: what is wrong is said at once
            context.say(Progress(self.tell("waiting", said)))
        done = await _take_up.and_tell(context)
        if done is None:
            raise CommandError(what=self.tell("nobody", said), next=self.tell("nobody-next", said))
        if not done["ok"]:
            return Answer(done["error"].get(said) or done["error"]["en"], data=done, ok=False)
        lines = self._lines(done, said)
        if lines:
            store = await context.store()
            after = {key: value for key, value in done.items() if key != "ok"}
            await store.write(lambda tx: note(tx, context, self.kind, "files", None, after))
        text = " ".join([self.tell("done", said), *lines]) if lines else self.tell("same", said)
        return Answer(text, data=done)

    def _lines(self, done: Mapping[str, Any], said: str) -> list[str]:
        parts = {
            f"{room}-{what}": ids
            for room in ("sources", "channels")
            for what, ids in done[room].items()
        }
        parts |= {"bot": done["bot"], "restart": done["restart"]}
        lines = [self.tell(key, said, ids=", ".join(ids)) for key, ids in parts.items() if ids]
        return [*lines, self.tell("knowledge", said)] if done["knowledge"] else lines

"""``test-post``: a message on each channel, clearly marked as a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError


class TestPost(Command):
    """Queue a test message."""

    __test__ = False  # pytest: this is no test

    kind = "test-post"
    names = {"fr": ("essai",), "en": ("test-post",)}
    help = {
        "fr": "Met en file un message d’essai, marqué comme tel, sur chaque canal (sur le "
        "Fédivers, visible du bot seul).",
        "en": "Queue a test message, marked as one, on each channel (on the Fediverse, seen by "
        "the bot alone).",
    }
    arguments = (
        Argument(
            "channels",
            {
                "fr": "Les canaux\u202f; sans rien, tous ceux qui sont actifs et publics.",
                "en": "The channels; without any, all that are enabled and public.",
            },
            many=True,
        ),
    )
    texts = {
        "queued": {
            "fr": "Un essai attend sur\u00a0: {channels}. Le bot l’envoie dès qu’il tourne\u202f; "
            "s’il ne tourne pas\u00a0: alposs-bot once",
            "en": "A test waits on: {channels}. The bot sends it as soon as it runs; if it does "
            "not run: alposs-bot once",
        },
        "none": {
            "fr": "Aucun canal ne publie encore.",
            "en": "No channel posts yet.",
        },
        "none-next": {
            "fr": "Reliez un compte\u00a0: alposs-bot setup",
            "en": "Connect an account: alposs-bot setup",
        },
        "unknown": {
            "fr": "Il n’y a pas de canal actif «\u00a0{name}\u00a0».{near}",
            "en": "There is no enabled channel “{name}”.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{name}\u00a0»\u202f?",
            "en": " Did you mean “{name}”?",
        },
        "unknown-next": {
            "fr": "Canaux actifs\u00a0: {channels}.",
            "en": "Enabled channels: {channels}.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Queue it; a running bot, or the next one, sends it."""
        from bot.commands import _test_message

        channels = self._wanted(context, tuple(arguments.get("channels") or ()))
        made = await _test_message.queue(context, channels)
        text = self.tell("queued", context.language, channels=", ".join(channels))
        data = [{"channel": one.channel, "text": one.message.text} for one in made]
        return Answer(text, data={"queued": data})

    def _wanted(self, context: Context, asked: tuple[str, ...]) -> tuple[str, ...]:
        from bot.config.spelling import nearest

        enabled = {id: one for id, one in context.config().channels.items() if one.enabled}
        wanted = asked or tuple(id for id, one in enabled.items() if one.public)
        if not wanted or not enabled:
            raise CommandError(
                what=self.tell("none", context.language),
                next=self.tell("none-next", context.language),
            )
        for name in wanted:
            if name not in enabled:
                near = nearest(name, enabled)
                near = self.tell("near", context.language, name=near) if near else ""
                raise CommandError(
                    what=self.tell("unknown", context.language, name=name, near=near),
                    next=self.tell("unknown-next", context.language, channels=", ".join(enabled)),
                )
        return wanted

"""``help``: what can be asked, in one breath; or how one command is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import kinds
from bot.commands import _parse
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError


class Help(Command):
    """What the bot answers to in rooms."""

    kind = "help"
    names = {"fr": ("aide",), "en": ("help",)}
    help = {
        "fr": "Dit ce qu’on peut demander au bot dans un salon, ou comment s’emploie une commande.",
        "en": "Say what the bot can be asked in a room, or how one command is used.",
    }
    arguments = (
        Argument(
            "command",
            {"fr": "le nom d’une commande", "en": "the name of a command"},
            said={"fr": "commande", "en": "command"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "all": {"fr": "Je réponds à\u00a0: {names}.", "en": "I answer to: {names}."},
        "source": {
            "fr": "Répondez «\u00a0source\u202f?\u00a0» à une annonce pour savoir d’où elle vient.",
            "en": "Reply “source?” to an announcement to know where it comes from.",
        },
        "yours": {"fr": "Vos données\u00a0: !{name}.", "en": "Your data: !{name}."},
        "admin": {"fr": "Pour les admins\u00a0: {names}.", "en": "For admins: {names}."},
        "one": {"fr": "{usage}\u00a0: {help}", "en": "{usage}: {help}"},
        "also": {"fr": "Autres noms\u00a0: {names}.", "en": "Other names: {names}."},
        "unknown": {
            "fr": "Je ne connais pas la commande «\u00a0{name}\u00a0».",
            "en": "I do not know the command “{name}”.",
        },
        "list": {"fr": "Les commandes\u00a0: !aide", "en": "The commands: !help"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Only what works is shown: the commands are discovered."""
        said = context.language
        known = {
            kind: command
            for kind, command in kinds.every("command").items()
            if "chat" in command.faces
        }
        if arguments.get("command"):
            return self._one(str(arguments["command"]), known, said)
        ranked = sorted((one for one in known.values() if one.rank), key=lambda one: one.rank)
        names = ", ".join(one.example[said] for one in ranked if one.role == "member")
        lines = [self.tell("all", said, names=names), self.tell("source", said)]
        if "forget" in known:
            lines.append(self.tell("yours", said, name=known["forget"].names[said][0]))
        asking = context.question
        if asking is None or asking.role == "admin":
            admin = ", ".join(
                f"!{one.names[said][0]}" for one in known.values() if one.role == "admin"
            )
            lines += [self.tell("admin", said, names=admin)] if admin else []
        data = {kind: {"names": dict(one.names), "role": one.role} for kind, one in known.items()}
        return Answer(" ".join(lines), data=data)

    def _one(self, name: str, known: Mapping[str, type[Command]], said: str) -> Answer:
        call = _parse.Vocabulary.of(known).call(name, "")
        if call is None:
            raise CommandError(
                what=self.tell("unknown", said, name=name), next=self.tell("list", said)
            )
        command = known[call.kind]()
        usage = _parse.usage(command, said)
        lines = [self.tell("one", said, usage=usage, help=command.help[said])]
        others = [f"!{other}" for other in command.names[said][1:]]
        if others:
            lines.append(self.tell("also", said, names=", ".join(others)))
        return Answer("\n".join(lines), data={"command": call.kind, "usage": usage})

"""``forget``: leave nothing of the one who asks; asks first, then says what it did."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _parse
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.store.database import Tx


class Forget(Command):
    """Everything about me."""

    kind = "forget"
    names = {"fr": ("oubliemoi", "oublie-moi"), "en": ("forgetme", "forget-me")}
    help = {
        "fr": "Efface tout ce que le bot sait de vous\u00a0: alertes, rappels, messages privés, "
        "questions.",
        "en": "Erase all that the bot knows of you: alerts, reminders, private messages, questions.",
    }
    arguments = (
        Argument(
            "sure",
            {"fr": "«\u00a0oui\u00a0»", "en": "“yes”"},
            said={"fr": "oui", "en": "yes"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    questions = {
        "fr": (
            r"^(?:efface|effacez|supprime|supprimez|oublie|oubliez) (?:toutes )?(?:mes donnees|tout de moi|moi)\b",
        ),
        "en": (r"^(?:please )?(?:erase|delete|forget) (?:all )?(?:of )?(?:my data|about me|me)\b",),
    }
    texts = {
        "sure": {
            "fr": "J’efface vos alertes, vos rappels, nos messages privés et la trace de vos "
            "questions. C’est définitif. Répondez «\u00a0oui\u00a0».",
            "en": "I erase your alerts, your reminders, our private messages and the trace of your "
            "questions. It is final. Reply “yes”.",
        },
        "done": {
            "fr": "C’est fait\u00a0: je ne sais plus rien de vous.",
            "en": "Done: I know nothing of you any more.",
        },
        "what": {
            "fr": "Effacés\u00a0: alertes {alerts}, rappels {reminders}, messages privés {letters}, "
            "signalements {reports}.",
            "en": "Erased: alerts {alerts}, reminders {reminders}, private messages {letters}, "
            "reports {reports}.",
        },
        "audit": {
            "fr": "Vos {changes} changements restent dans le journal, sous une empreinte au lieu de "
            "votre nom.",
            "en": "Your {changes} changes stay in the log, under a hash in the place of your name.",
        },
        "rest": {
            "fr": "Les sauvegardes s’effacent en 30 jours. Ce que j’ai écrit dans notre "
            "conversation y reste\u00a0: quittez-la pour l’effacer chez vous.",
            "en": "Backups vanish within 30 days. What I wrote in our conversation stays there: "
            "leave it to erase it on your side.",
        },
        "nobody": {"fr": "Personne ne le demande.", "en": "Nobody asks."},
        "how": {"fr": "Écrivez-le dans un salon.", "en": "Write it in a room."},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """At the second time, all of it in one transaction."""
        said, question = context.language, context.question
        if question is None:
            raise CommandError(what=self.tell("nobody", said), next=self.tell("how", said))
        if not _parse.is_yes(str(arguments.get("sure") or "")):
            return Answer(self.tell("sure", said), then="oui")
        store = await context.store()
        gone = await store.write(partial(_forget, person=question.sender))
        forget = context.tools.get("forget")
        if forget is not None:
            await forget(question.sender)
        lines = [self.tell("done", said)]
        if question.direct:  # in a room others would read it
            lines.append(self.tell("what", said, **gone))
            if gone["changes"]:
                lines.append(self.tell("audit", said, **gone))
            lines.append(self.tell("rest", said))
        return Answer("\n".join(lines), forgets=True)


def _forget(tx: Tx, *, person: str) -> dict[str, int]:
    tx.heard.forget_person(person)
    return {
        **tx.people.forget(person),
        "reports": tx.notices.forget_person(person),
        "changes": tx.audit.forget(person),
    }

"""``mistake``: “erreur” in reply to what the bot said: a human is told, once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _admins
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.store.database import Tx


class Mistake(Command):
    """Something the bot said is wrong."""

    kind = "mistake"
    names = {"fr": ("erreur", "signaler"), "en": ("mistake", "error", "report")}
    help = {
        "fr": "Signale à un humain une erreur du bot\u00a0: en réponse à une annonce ou à une "
        "réponse du bot.",
        "en": "Report a mistake of the bot to a human: in reply to an announcement or to an answer "
        "of the bot.",
    }
    arguments = (
        Argument(
            "words",
            {"fr": "ce qui est faux", "en": "what is wrong"},
            many=True,
            said={"fr": "ce qui est faux", "en": "what is wrong"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    answers_replies = True
    texts = {
        "done": {"fr": "Merci\u00a0: un humain regardera.", "en": "Thank you: a human will look."},
        "known": {
            "fr": "Merci\u00a0: c’est déjà signalé, un humain regardera.",
            "en": "Thank you: this was reported already, a human will look.",
        },
        "which": {"fr": "De quel message s’agit-il\u202f?", "en": "Which message is it about?"},
        "how": {
            "fr": "Répondez «\u00a0erreur\u00a0» au message qui est faux.",
            "en": "Reply “mistake” to the message that is wrong.",
        },
        "not-mine": {
            "fr": "Ce message n’est pas de moi. Répondez «\u00a0erreur\u00a0» à un des miens.",
            "en": "This message is not mine. Reply “mistake” to one of mine.",
        },
        "notice": {
            "fr": "{person} signale une erreur{more}.\nMon message\u00a0: {mine}\n{link}",
            "en": "{person} reports a mistake{more}.\nMy message: {mine}\n{link}",
        },
        "more": {"fr": "\u00a0: «\u00a0{words}\u00a0»", "en": ": “{words}”"},
        "lost": {"fr": "(voir le lien)", "en": "(see the link)"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Only what the bot itself said can be its mistake."""
        said, question = context.language, context.question
        if question is None or not question.reply_to:
            raise CommandError(what=self.tell("which", said), next=self.tell("how", said))
        message = question.reply_to
        store = await context.store()
        mine, told = await store.read(partial(_mine, message=message))
        mine = question.answered or mine
        if mine is None:
            return Answer(self.tell("not-mine", said), ok=False)
        if told:
            return Answer(self.tell("known", said))
        theirs = context.config().bot.language
        words = _admins.words(" ".join(arguments.get("words") or ()))
        notice = self.tell(
            "notice",
            theirs,
            person=question.sender,
            more=self.tell("more", theirs, words=words) if words else "",
            mine=_admins.words(mine) or self.tell("lost", theirs),
            link=f"https://matrix.to/#/{question.room}/{message}",
        )
        await _admins.tell(context, message, notice)
        return Answer(self.tell("done", said))


def _mine(tx: Tx, *, message: str) -> tuple[str | None, bool]:
    """The words of a message of the bot's ("" where they are not kept, None: it is not ours), and
    whether it was reported already."""
    sent = tx.deliveries.by_remote(message)
    told = tx.notices.said_about(message)
    if sent:
        return sent[-1].message.text, told
    return ("" if tx.heard.is_answer(message) else None), told

"""``origin``: where an announcement comes from: “source ?” in reply to it, or by its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.personal import destination, personal
from bot.announcements.words import safe_link
from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context, Question
from bot.errors import CommandError
from bot.stories.merge import best

if TYPE_CHECKING:
    from bot.announcements.voice import Voice
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx
    from bot.stories.story import Story


class Origin(Command):
    """Who said it first, and who confirms it."""

    kind = "origin"
    names = {"fr": ("origine",), "en": ("origin",)}
    also = {"source": r"(?:n°)?\s*\d*"}  # with anything else it is the command of that name
    help = {
        "fr": "Dit d’où vient une annonce\u00a0: qui l’a publiée, quand, avec le lien.",
        "en": "Say where an announcement comes from: who published it, when, with the link.",
    }
    arguments = (
        Argument(
            "number",
            {
                "fr": "le numéro que donne !nouveautes\u202f; inutile en réponse à une annonce",
                "en": "the number that !news gives; not needed in reply to an announcement",
            },
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    answers_replies = True
    example = {"fr": "!origine numéro", "en": "!origin number"}
    rank = 7
    questions = {
        "fr": (
            r"^d.ou (?:vient|viennent|sort|tiens[- ]tu|tenez[- ]vous|tu tiens)\b",
            r"^(?:quelle est|c.est quoi) (?:la|ta|votre) source\b",
        ),
        "en": (
            r"^where (?:does|do|did) (?:this|that|it|these|you)\b.*\b(?:come|comes|get|find|read)\b",
            r"^what(?:'s| is) (?:the|your) source\b",
        ),
    }
    texts = {
        "one": {"fr": "Cette annonce vient de\u00a0:", "en": "This announcement comes from:"},
        "witness": {"fr": "{name}, {date}{url}", "en": "{name}, {date}{url}"},
        "official": {
            "fr": "{name} (de première main), {date}{url}",
            "en": "{name} (first hand), {date}{url}",
        },
        "more": {"fr": "Et {n} de plus.", "en": "And {n} more."},
        "digest": {
            "fr": "C’est un résumé de plusieurs nouvelles\u00a0:",
            "en": "This is a digest of several stories:",
        },
        "gone": {
            "fr": "Je ne retrouve plus d’où vient cette annonce.",
            "en": "I no longer know where this announcement comes from.",
        },
        "not-mine": {
            "fr": "Ce message n’est pas une de mes annonces.",
            "en": "This message is none of my announcements.",
        },
        "unknown": {
            "fr": "Je ne connais pas l’annonce n°\u00a0{number}.",
            "en": "I do not know announcement no. {number}.",
        },
        "which": {"fr": "Quelle annonce\u202f?", "en": "Which announcement?"},
        "how": {
            "fr": "Répondez «\u00a0source\u202f?\u00a0» à l’annonce, ou prenez son numéro dans "
            "!nouveautes.",
            "en": "Reply “source?” to the announcement, or take its number from !news.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the witnesses of the story that was announced."""
        said, question = context.language, context.question
        number = re.sub(r"^\s*n[°o.]*\s*", "", str(arguments.get("number") or "")).strip()
        reply_to = question.reply_to if question else None
        if not number and not reply_to:
            raise CommandError(what=self.tell("which", said), next=self.tell("how", said))
        store = await context.store()
        one = await store.read(partial(_delivery, number=number, remote=reply_to, asking=question))
        if one is None:
            key = "unknown" if number else "not-mine"
            text = f"{self.tell(key, said, number=number)} {self.tell('how', said)}"
            return Answer(text, ok=False)
        stories = await store.read(partial(_told.stories_of, one=one))
        voice = await _told.voice_of(context)
        if not stories:
            return Answer(self.tell("gone", said), ok=False)
        if one.story is None or len(stories) > 1:
            now = context.now()
            lines = _told.once(_told.line(story, voice, now) for story in stories)
            heading = self.tell("digest", said)
        else:
            lines = self._witnesses(stories[0], voice, said)
            heading = self.tell("one", said)
        data = {"delivery": one.id, "stories": [story.id for story in stories]}
        return Answer(_told.listed(heading, lines, self.texts["more"][said]), data=data)

    def _witnesses(self, story: Story, voice: Voice, said: str) -> list[str]:
        lines = []
        for witness in best(story.witnesses):
            url = safe_link(witness.url)
            key = "official" if witness.official else "witness"
            colon = "\u00a0: " if said == "fr" else ": "
            lines.append(
                self.tell(
                    key,
                    said,
                    name=voice.set(witness.name),
                    date=voice.moment(witness.published),
                    url=f"{colon}{url}" if url else "",
                )
            )
        return _told.once(lines)


def _delivery(
    tx: Tx, *, number: str, remote: str | None, asking: Question | None
) -> Delivery | None:
    if number:
        one = tx.deliveries.get(int(number)) if re.fullmatch(r"[0-9]{1,12}", number) else None
    else:
        one = next(iter(tx.deliveries.by_remote(remote or "")), None)
    if one is None or not personal(one.channel):
        return one
    # What one person was told is shown to them alone, and where nobody else reads it.
    theirs = asking and asking.direct and destination(asking.account, asking.sender)
    return one if one.channel == theirs else None

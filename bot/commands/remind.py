"""``remind``: “rappel veille” in reply to the announcement of an event; ⏰ on it does the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements import personal
from bot.announcements.personal import Subscription
from bot.commands import _private, _told
from bot.commands._message_number import number
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.store.database import Tx
from bot.stories.story import Story

if TYPE_CHECKING:
    from bot.outbox.delivery import Delivery

#: an announcement's number, however it is typed
_NUMBER = re.compile(r"(?:^|\s)(?:n[°o.]*\s*|#)?([0-9]{1,12})(?:\s|$)")


def _open_to_all(tx: Tx, id: int) -> Delivery | None:
    """The announcement of this number; what one person was told is no announcement."""
    one = tx.deliveries.get(id)
    return one if one is not None and not personal.personal(one.channel) else None


class Remind(Command):
    """A reminder of one's own, on the eve."""

    kind = "remind"
    names = {"fr": ("rappel", "rappelle", "rappeler"), "en": ("remind", "reminder")}
    help = {
        "fr": "En réponse à l’annonce d’un événement, ou avec son numéro\u00a0: vous le rappelle en "
        "privé la veille à 18\u00a0h. Une réaction ⏰ à l’annonce fait de même, et l’ôter l’arrête.",
        "en": "In reply to the announcement of an event, or with its number: remind you of it in "
        "private at 6\u00a0p.m. on the day before. A reaction ⏰ to the announcement does the same, "
        "and taking it away stops it.",
    }
    arguments = (
        Argument(
            "when",
            {
                "fr": "le numéro de l’annonce dans !nouveautes, sinon en réponse à elle\u202f; "
                "«\u00a0veille\u00a0» est inutile",
                "en": "the announcement’s number in !news, else in reply to it; “day before” is not "
                "needed",
            },
            many=True,
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    answers_replies = True
    questions = {
        "fr": (
            (
                r"^(?:tu peux|peux[- ]tu|vous pouvez|pouvez[- ]vous|tu pourrais)?\s*(?:me|m'|nous)\s*"
                r"(?:le |la |l')?rappeler\b"
            ),
            r"^rappelle[sz]?[- ](?:le|la|les)?[- ]?moi\b",
        ),
        "en": (r"^(?:(?:can|could|will) you )?(?:please )?remind me\b",),
    }
    texts = {
        "done": {
            "fr": "C’est noté\u00a0: je vous le rappelle {when}. {line}\nL’arrêter\u00a0: !stop "
            "{number}",
            "en": "Noted: I remind you {when}. {line}\nStop it: !stop {number}",
        },
        "known": {
            "fr": "C’est déjà noté, pour {when}. L’arrêter\u00a0: !stop {number}",
            "en": "This is noted already, for {when}. Stop it: !stop {number}",
        },
        "soon": {
            "fr": "C’est trop tard pour la veille\u00a0: {line}",
            "en": "It is too late for the day before: {line}",
        },
        "off": {
            "fr": "Cet événement est annulé\u00a0: il n’y a rien à rappeler.",
            "en": "This event is cancelled: there is nothing to remind you of.",
        },
        "which": {"fr": "Quel événement\u202f?", "en": "Which event?"},
        "how": {
            "fr": "Répondez «\u00a0rappel veille\u00a0» à son annonce, mettez-y ⏰, ou donnez son "
            "numéro dans !nouveautes\u00a0: !rappel 12",
            "en": "Reply “remind day before” to its announcement, put ⏰ on it, or give its number in "
            "!news: !remind 12",
        },
        "no-event": {
            "fr": "Cette annonce n’est pas celle d’un événement à un jour connu.",
            "en": "This announcement is not of an event on a known day.",
        },
        "several": {
            "fr": "Cette annonce parle de plusieurs événements\u00a0: répondez à celle de l’un d’eux.",
            "en": "This announcement is about several events: reply to the one of one of them.",
        },
        "unknown": {
            "fr": "Je ne connais pas l’annonce n°\u00a0{number}.",
            "en": "I do not know announcement no. {number}.",
        },
        "ended": {
            "fr": "C’est noté\u00a0: vous avez ôté ⏰, je ne vous le rappelle plus.",
            "en": "Noted: you have taken ⏰ away, I do not remind you any more.",
        },
        "full": {
            "fr": "Vous avez déjà {n} alertes et rappels. Voyez !alertes, arrêtez-en par !stop.",
            "en": "You have {n} alerts and reminders already. See !alerts, end some by !stop.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Of the event that the message replied to, or the one of this number, has announced."""
        said, question = context.language, context.question
        typed = _NUMBER.search(" ".join(arguments.get("when") or ()))
        if question is None or not (typed or question.reply_to):
            raise CommandError(what=self.tell("which", said), next=self.tell("how", said))
        store = await context.store()
        if typed is None:
            stories = await store.read(partial(_told.announced, remote=question.reply_to or ""))
            return await self.of(context, stories)
        one = await store.read(lambda tx: _open_to_all(tx, number(typed[1])))
        if one is None:
            unknown = self.tell("unknown", said, number=typed[1])
            return Answer(f"{unknown} {self.tell('how', said)}", ok=False)
        return await self.of(context, await store.read(partial(_told.stories_of, one=one)))

    async def no_more(self, context: Context, tap: str) -> Answer | None:
        """Its ⏰ was taken back; None: it had asked for nothing."""
        question, store = context.question, await context.store()
        assert question is not None

        def stop(tx: Tx) -> bool:
            known = tx.people.tapped(question.account, question.sender, tap)
            return known is not None and bool(
                tx.people.stop(known.account, known.person, known.number)
            )

        if not await store.write(stop):
            return None
        with suppress(CommandError):  # it is over, whether that can be said or not
            return await _private.answer(context, lambda *_: self.tell("ended", context.language))
        return None

    async def of(self, context: Context, stories: list[Story], *, tap: str = "") -> Answer:
        """Remind the asker of the one event among these stories.

        :param tap: the reaction that asked for it.
        """
        said = context.language
        found = [one for one in stories if personal.event(one) is not None]
        if len(found) != 1:
            return Answer(self.tell("several" if found else "no-event", said), ok=False)
        story, fact = found[0], personal.event(found[0])
        assert fact is not None
        voice, now, most = (
            await _told.voice_of(context),
            context.now(),
            context.config().bot.chat.alerts,
        )
        line = personal.line(story, voice, _told.local_day(now, voice))
        when = personal.when_said(fact, voice)

        def act(tx: Tx, where: _private.Place) -> str:
            mine = tx.people.of(where.person.account, where.person.person)
            if fact.status == "cancelled":
                return self.tell("off", said)
            if personal.remind_at(fact, voice) <= now:
                return self.tell("soon", said, line=line)
            names = (story.id, *tx.stories.aliases(story.id))
            known = next((one for one in mine if one.story in names), None)
            if known is not None:
                return self.tell("known", said, when=when, line=line, number=known.number)
            if len(mine) >= most:
                return self.tell("full", said, n=most)
            wanted = Subscription(
                where.person.account,
                where.person.person,
                0,
                "reminder",
                now,
                story=story.id,
                language=said,
                tap=tap,
            )
            kept, _ = tx.people.add(wanted)
            return self.tell("done", said, when=when, line=line, number=kept.number)

        return await _private.answer(context, act)

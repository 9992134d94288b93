"""``news``: what was announced lately, each with the number by which one can ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.words import cut
from bot.commands import _told
from bot.commands._moments import moment
from bot.commands._since import since
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx

#: days that are looked back, where the question says none
DAYS = 7
#: announcements that are looked at
MOST = 100


class News(Command):
    """What did I miss?"""

    kind = "news"
    names = {"fr": ("nouveautes", "nouveaute", "nouvelles"), "en": ("news", "new", "latest")}
    help = {
        "fr": "Liste ce qui a été annoncé depuis une semaine, ou depuis le jour donné.",
        "en": "List what was announced in the last week, or since the given day.",
    }
    arguments = (
        Argument(
            "since",
            {
                "fr": "depuis quand\u00a0: hier, lundi, 3 jours, 12 février, mois",
                "en": "since when: yesterday, Monday, 3 days, 12 February, month",
            },
            many=True,
            said={"fr": "depuis", "en": "since"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!nouveautes", "en": "!news"}
    rank = 6
    questions = {
        "fr": (
            r"\bquoi de neuf\b",
            (
                r"^(?:qu.est[- ]ce que j.ai|qu.ai[- ]je|j.ai) (?:rate|manque|loupe)"
                r"(?: quoi)?(?: (?:depuis|cette|ce) (?P<what>.+))?"
            ),
        ),
        "en": (
            r"^what did i miss(?: since)?(?: this)?(?: (?P<what>.+))?$",
            r"^what(?:'s| is) new\b",
        ),
    }
    texts = {
        "some": {"fr": "Annoncé depuis {day}\u00a0:", "en": "Announced since {day}:"},
        "line": {"fr": "n°\u00a0{n}, {at}\u00a0: {words}", "en": "no. {n}, {at}: {words}"},
        "ask": {
            "fr": "D’où cela vient\u00a0: !origine {n}",
            "en": "Where that comes from: !origin {n}",
        },
        "more": {"fr": "Et {n} plus anciennes.", "en": "And {n} older."},
        "none": {"fr": "Rien d’annoncé depuis {day}.", "en": "Nothing announced since {day}."},
        "longer": {
            "fr": "Plus loin en arrière\u00a0: !nouveautes mois",
            "en": "Further back: !news month",
        },
        "when": {
            "fr": "Je ne comprends pas «\u00a0{since}\u00a0» comme un jour.",
            "en": "I do not understand “{since}” as a day.",
        },
        "how": {
            "fr": "Par exemple\u00a0: !nouveautes lundi, !nouveautes 3 jours",
            "en": "For example: !news Monday, !news 3 days",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """In a room, what it was told; elsewhere, each announcement once."""
        voice, said, now = await _told.voice_of(context), context.language, context.now()
        words = " ".join(arguments.get("since") or ())
        today = _told.local_day(now, voice)
        first = since(words, today, voice) if words else today - timedelta(days=DAYS)
        if first is None:
            shown = voice.set(words)
            raise CommandError(
                what=self.tell("when", said, since=shown), next=self.tell("how", said)
            )
        begin = datetime.combine(first, time.min, voice.knowledge.timezone).astimezone(UTC)
        channel = context.question.channel if context.question else None
        store = await context.store()
        sent = await store.read(partial(_sent, since=begin, channel=channel))
        day = voice.day(first.isoformat(), year=first.year != today.year)
        data = [{"n": one.id, "text": one.message.text} for one in sent]
        if not sent:
            parts = [self.tell("none", said, day=day)]
            parts += [] if words else [self.tell("longer", said)]
            return Answer(" ".join(parts), data=data)
        zone = context.config().bot.timezone
        lines = [
            self.tell(
                "line",
                said,
                n=one.id,
                at=moment(one.sent_at or one.due, now, zone, said),
                words=_words(one),
            )
            for one in sent
        ]
        heading = self.tell("some", said, day=day)
        text = _told.listed(heading, lines, self.texts["more"][said])
        return Answer(f"{text}\n{self.tell('ask', said, n=sent[0].id)}", data=data)


def _sent(tx: Tx, *, since: datetime, channel: str | None) -> list[Delivery]:
    found: dict[str, Delivery] = {}
    for one in tx.deliveries.last_sent(channel, MOST):
        if one.announcement.startswith(_told.TEST):
            continue  # it says itself that it is no announcement
        if one.action == "post" and one.sent_at is not None and one.sent_at >= since:
            found.setdefault(one.announcement, one)
    return list(found.values())


def _words(one: Delivery) -> str:
    """The announcement's first words and its link."""
    said = cut(one.message.text.partition("\n")[0], _told.LINE, None)
    links = [link for link in one.message.links if link not in said]
    return f"{said} {links[0]}" if links else said

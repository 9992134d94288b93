"""``drafts``: what waits for the moderators' yes, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.words import cut, harmless, plain
from bot.commands._drafts import channel_name, decide, flood_choice, needs_sealed, reword
from bot.commands._message_number import number
from bot.commands._parse import is_later, is_no, is_yes
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.moments import moment
from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx
    from bot.store.drafts import Draft

#: what asks to be shown one anew, folded
ANEW = frozenset({"montrer", "montre", "remontrer", "revoir", "show", "again", "show again"})
#: characters of a draft's text in the list
SHOWN = 120


class Drafts(Command):
    """List the drafts, or answer one."""

    kind = "drafts"
    names = {"fr": ("brouillons", "brouillon"), "en": ("drafts", "draft")}
    help = {
        "fr": "Montre ce qui attend d’être relu, même trop longtemps, et y répond\u00a0: oui, non, "
        "demain, ou un autre texte.",
        "en": "Show what waits to be looked at, even for too long, and answer it: yes, no, "
        "tomorrow, or other words.",
    }
    arguments = (
        Argument(
            "id",
            {"fr": "le numéro du brouillon", "en": "the draft’s number"},
            said={"fr": "numéro", "en": "number"},
        ),
        Argument(
            "answer",
            {
                "fr": "oui, non, demain, résumé (pour un flot), montrer (de nouveau, avec ses ✅ ❌ ⏳), "
                "ou le nouveau texte",
                "en": "yes, no, tomorrow, summary (of a flood), show (anew, with its ✅ ❌ ⏳), or the "
                "new words",
            },
            many=True,
            said={"fr": "oui|non|demain|texte", "en": "yes|no|tomorrow|words"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "none": {"fr": "Rien n’attend d’être relu.", "en": "Nothing waits to be looked at."},
        "line": {
            "fr": "{id}. Pour {names}, depuis {since}{late}\u00a0: {words}",
            "en": "{id}. For {names}, since {since}{late}: {words}",
        },
        "expired": {"fr": " (trop tard, gardé)", "en": " (too late, kept)"},
        "flood": {
            "fr": "{count} nouvelles d’un coup\u00a0: oui, résumé ou non\u202f?",
            "en": "{count} stories at once: yes, summary or no?",
        },
        "how": {
            "fr": "Répondre\u00a0: !brouillons {id} oui",
            "en": "To answer: !drafts {id} yes",
        },
        "anew": {
            "fr": "Le revoir avec ses ✅ ❌ ⏳\u00a0: !brouillons {id} montrer",
            "en": "To see it anew with its ✅ ❌ ⏳: !drafts {id} show",
        },
        "shown": {
            "fr": "Je remontre le brouillon {id} dans le salon où les brouillons sont relus, hors des "
            "heures de silence. Les réponses à l’ancien message ne comptent plus.",
            "en": "I show draft {id} anew in the room where drafts are looked at, outside of quiet hours. "
            "Answers to the old message count no more.",
        },
        "settled": {
            "fr": "Le brouillon {id} n’attend plus de réponse, ou attend depuis trop longtemps. "
            "Le publier quand même\u00a0: !brouillons {id} oui",
            "en": "Draft {id} waits for no answer any more, or has waited too long. To post it all the "
            "same: !drafts {id} yes",
        },
        "unknown": {
            "fr": "Aucun brouillon ne porte le numéro «\u00a0{id}\u00a0».",
            "en": "No draft has the number “{id}”.",
        },
        "unknown-next": {"fr": "Leurs numéros\u00a0: !brouillons", "en": "Their numbers: !drafts"},
        "sealed": {
            "fr": "Pour le brouillon {id}, il faut répondre par un message chiffré, dans un salon "
            "chiffré.",
            "en": "Draft {id} has to be answered by an encrypted message, in an encrypted room.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """List them, or act on one. Raises CommandError."""
        typed, answer = arguments.get("id"), " ".join(arguments.get("answer") or ())
        if not typed:
            return await self._list(context)
        said, store = context.language, await context.store()
        id = number(typed)
        draft, letters = await store.read(partial(_one, id=id))
        if draft is None:
            raise CommandError(
                what=self.tell("unknown", said, id=typed), next=self.tell("unknown-next", said)
            )
        data = {"id": draft.id, "choice": draft.choice, "channels": [x.channel for x in letters]}
        if not answer:
            text = "\n\n".join(
                f"{channel_name(context, one.channel)}\u00a0:\n{one.message.text}"
                for one in letters
            )
            hint = self.tell("how", said, id=draft.id)
            if draft.open(context.now()):
                hint += "\n" + self.tell("anew", said, id=draft.id)
            return Answer(f"{text}\n\n{hint}" if text else self.tell("none", said), data=data)
        if fold(answer) in ANEW:
            return await self._show(context, draft, data)
        if context.question is not None and needs_sealed(draft, context.question):
            return Answer(self.tell("sealed", said, id=draft.id), ok=False)
        choice = _choice(answer, flood=draft.kind == "flood")
        if choice:
            done = await decide(context, draft.id, choice)
        elif draft.kind == "announcement":
            done = await reword(context, draft.id, answer)
        else:
            done = self.tell("flood", said, count=len(letters))
        return Answer(done or self.tell("none", said), data={**data, "choice": choice})

    async def _show(self, context: Context, draft: Draft, data: dict[str, Any]) -> Answer:
        """Show it anew, as it was shown first: a device that came into an encrypted room later reads
        nothing of before."""
        said, now, store = context.language, context.now(), await context.store()

        def again(tx: Tx) -> bool:
            kept = tx.drafts.get(draft.id)
            if kept is None or not kept.open(now) or not tx.drafts.letters(draft.id):
                return False
            tx.drafts.again(draft.id, now)
            return True

        done = await store.write(again)
        if done and (house := context.tools.get("house")):
            (await house()).wake.set()
        key = "shown" if done else "settled"
        return Answer(self.tell(key, said, id=draft.id), data=data, ok=done)

    async def _list(self, context: Context) -> Answer:
        said, now, store = context.language, context.now(), await context.store()
        waiting = await store.read(_waiting)
        lines, data = [], []
        for draft, letters in waiting:
            names = dict.fromkeys(channel_name(context, one.channel) for one in letters)
            words = harmless(cut(plain(letters[0].message.text.split("\n")[0]), SHOWN, None))
            if draft.kind == "flood":
                count = len({one.announcement for one in letters})
                words = self.tell("flood", said, count=count)
            lines.append(
                self.tell(
                    "line",
                    said,
                    id=draft.id,
                    names=", ".join(names),
                    since=moment(draft.created, now, context.config().bot.timezone, said),
                    late="" if draft.open(now) else self.tell("expired", said),
                    words=words,
                )
            )
            data.append(
                {
                    "id": draft.id,
                    "kind": draft.kind,
                    "reason": dict(draft.reason),
                    "created": draft.created.isoformat(),
                    "expires": draft.expires.isoformat() if draft.expires else None,
                    "open": draft.open(now),
                    "texts": {one.channel: one.message.text for one in letters},
                }
            )
        if not lines:
            return Answer(self.tell("none", said), data=[])
        lines.append(self.tell("how", said, id=waiting[0][0].id))
        return Answer("\n".join(lines), data=data)


def _choice(answer: str, *, flood: bool) -> str:
    if flood:
        return flood_choice(answer)
    if is_yes(answer):
        return "yes"
    return "no" if is_no(answer) else "later" if is_later(answer) else ""


def _one(tx: Tx, *, id: int) -> tuple[Draft | None, list[Delivery]]:
    return tx.drafts.get(id), tx.drafts.letters(id)


def _waiting(tx: Tx) -> list[tuple[Draft, list[Delivery]]]:
    """Those that hold something still."""
    found = [(draft, tx.drafts.letters(draft.id)) for draft in tx.drafts.waiting()]
    return [(draft, letters) for draft, letters in found if letters]

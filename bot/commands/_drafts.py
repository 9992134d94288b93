"""What moderators decide about a draft, by a tap, in words or by the command ``drafts``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from bot.announcements.pin import TooLong, pin
from bot.announcements.words import plain
from bot.commands._audit import login, note
from bot.commands._parse import key
from bot.moments import moment
from bot.outbox import approval

if TYPE_CHECKING:
    from bot.commands.command import Context
    from bot.config.read import Config
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx
    from bot.store.drafts import Draft

Choice = Literal["yes", "no", "later"]

#: what may be said of a flood, folded
FLOOD: Mapping[str, frozenset[str]] = {
    "yes": frozenset({"1", "tout", "tous", "toutes", "oui", "all", "yes"}),
    "digest": frozenset({"2", "resume", "un resume", "summary", "digest"}),
    "no": frozenset({"3", "ignorer", "ignore", "aucune", "rien", "non", "none", "no"}),
}

TEXTS: Mapping[str, Mapping[str, str]] = {
    "yes": {
        "fr": "Noté\u00a0: je publie le brouillon {id} dès que le rythme de {names} le permet.",
        "en": "Noted: I post draft {id} as soon as the pace of {names} allows.",
    },
    "no": {
        "fr": "Noté\u00a0: le brouillon {id} ne sera pas publié.",
        "en": "Noted: draft {id} will not be posted.",
    },
    "later": {
        "fr": "Noté\u00a0: je remontre le brouillon {id} {at}.",
        "en": "Noted: I show draft {id} again {at}.",
    },
    "late": {
        "fr": "Trop tard pour le brouillon {id}\u00a0: ce n’est plus une nouvelle.",
        "en": "Too late for draft {id}: it is no longer news.",
    },
    "too-late-then": {
        "fr": "Demain à 9\u00a0h, ce sera trop tard pour le brouillon {id}\u00a0: ✅ ou ❌\u202f?",
        "en": "Tomorrow at 9 will be too late for draft {id}: ✅ or ❌?",
    },
    "settled": {
        "fr": "Le brouillon {id} n’attend plus de réponse. Ceux qui attendent\u00a0: !brouillons",
        "en": "Draft {id} waits for no answer any more. Those that do: !drafts",
    },
    "pinned": {
        "fr": "Noté. Je montre le brouillon {id} tel qu’il sera publié\u202f; ✅ pour publier.",
        "en": "Noted. I show draft {id} as it will be posted; ✅ to post it.",
    },
    "too-long": {
        "fr": "C’est trop long pour {name}\u00a0: {characters} caractères, {most} au plus. Le "
        "brouillon {id} reste comme il était.",
        "en": "That is too long for {name}: {characters} characters, {most} at most. Draft {id} "
        "stays as it was.",
    },
    "flood-yes": {
        "fr": "Noté\u00a0: je les publie toutes, au rythme habituel.",
        "en": "Noted: I post them all, at the usual pace.",
    },
    "flood-digest": {
        "fr": "Noté\u00a0: j’en fais un résumé.",
        "en": "Noted: I make a summary of them.",
    },
    "flood-no": {
        "fr": "Noté\u00a0: je n’en publie aucune.",
        "en": "Noted: I post none of them.",
    },
    "and": {"fr": " et ", "en": " and "},
}


def say(key: str, language: str, **fields: object) -> str:
    """One of the sentences."""
    return TEXTS[key].get(language, TEXTS[key]["en"]).format(**fields)


async def decide(context: Context, id: int, choice: str, asked: str = "") -> str:
    """Do what a person has decided, once; what to say to it, "" where somebody was faster.

    :param asked: the message that is answered: it counts only while its words are the draft's.
    """
    store = await context.store()
    work = partial(_decide, context=context, id=id, choice=choice, asked=asked)
    done, fields = await store.write(work)
    return say(done, context.language, id=id, **fields) if done else ""


def who(context: Context) -> str:
    """The person who decides."""
    return context.question.sender if context.question else login()


def _decide(
    tx: Tx, *, context: Context, id: int, choice: str, asked: str
) -> tuple[str, dict[str, object]]:
    draft, now = tx.drafts.get(id), context.now()
    question = tx.asked.get(asked) if asked else None
    if draft is None or draft.settled is not None or (question and question.settled):
        return ("" if asked else "settled"), {}
    letters = tx.drafts.letters(id)
    if choice == "later":
        return _later(tx, context, draft, letters, now)
    if asked:
        tx.asked.settle(asked, choice, who(context), now)
    flood = "flood-" if draft.kind == "flood" else ""
    if choice == "yes":
        states = tx.drafts.approve(id, choice, who(context), now) or []
        done = f"{flood}yes" if {"queued", "unclear"} & set(states) else "late"
    else:
        state = "superseded" if choice == "digest" else "rejected"
        tx.drafts.reject(id, choice, who(context), now, state=state)
        done = f"{flood}{choice}"
    if choice == "digest":
        tx.drafts.carried(id, done=False)
    note(tx, context, "drafts", f"draft {id}", "draft", choice)
    names = say("and", context.language).join(
        dict.fromkeys(channel_name(context, one.channel) for one in letters)
    )
    return done, {"names": names}


def _later(
    tx: Tx, context: Context, draft: Draft, letters: Sequence[Delivery], now: datetime
) -> tuple[str, dict[str, object]]:
    zone = context.config().bot.timezone
    worth = min((one.expires for one in letters if one.expires), default=None)
    put_off = approval.put_off(now, zone, draft.expires, worth)
    if put_off is None:
        return "too-late-then", {}
    at, expires = put_off
    tx.drafts.later(draft.id, at, expires, now)
    note(tx, context, "drafts", f"draft {draft.id}", "draft", "later")
    return "later", {"at": moment(at, now, zone, context.language)}


async def reword(context: Context, id: int, words: str) -> str:
    """Put a person's words in the place of a draft's; what to say to it."""
    store = await context.store()
    done, fields = await store.write(partial(_reword, context=context, id=id, words=words))
    return say(done, context.language, id=id, **fields)


def _reword(tx: Tx, *, context: Context, id: int, words: str) -> tuple[str, dict[str, object]]:
    draft, now = tx.drafts.get(id), context.now()
    letters = tx.drafts.letters(id)
    if draft is None or draft.settled is not None or draft.kind != "announcement" or not letters:
        return "settled", {}
    only, words = _for_one(context, letters, words)
    new = []
    for one in only:
        room = draft.limits.get(one.channel, {})
        message = pin(
            one.message,
            words,
            form=str(room.get("form", "status")),
            characters=int(room.get("characters", 500)),
            per_url=room.get("per_url"),
        )
        if isinstance(message, TooLong):
            name = channel_name(context, one.channel)
            fields: dict[str, object] = {"characters": message.characters, "most": message.most}
            return "too-long", {"name": name, **fields}
        new.append((one, message))
    for one, message in new:
        tx.drafts.pin(one, message)
        note(tx, context, "drafts", f"draft {id}", one.message.text, message.text)
    tx.drafts.again(id, now)
    return "pinned", {}


def _for_one(
    context: Context, letters: Sequence[Delivery], words: str
) -> tuple[Sequence[Delivery], str]:
    """“Mastodon : …” speaks of that channel alone."""
    if len(letters) > 1:
        for one in letters:
            for name in (channel_name(context, one.channel), one.channel):
                begun = re.match(rf"\s*{re.escape(name)}\s*:\s*", words, re.IGNORECASE)
                if begun:
                    return [one], words[begun.end() :]
    return letters, words


def channel_name(context: Context, id: str) -> str:
    """How people call a channel."""
    known = context.config().channels.get(id)
    return (known.name if known else "") or id


def moderated(config: Config) -> bool:
    """Is there a room in which people can look at drafts, and be heard?"""
    speaking = {one.account for one in config.channels.values() if one.enabled}
    return config.bot.chat.enabled and any(
        one.kind == "matrix" and bool(one.moderators_room or one.admin_room)
        for id, one in config.accounts.items()
        if id in speaking
    )


def flood_choice(words: str) -> str:
    """“tout”, “résumé”, “ignorer”: yes, digest, no; "" for anything else."""
    said = key(plain(words))
    return next((choice for choice, names in FLOOD.items() if said in names), "")


def needs_sealed(draft: Draft | None, question: Any) -> bool:
    """Must the answer be an encrypted message, and is none?"""
    return draft is not None and draft.by == "message" and not (question and question.encrypted)

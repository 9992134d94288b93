"""What a member tells the humans behind the bot: passed on to the admins’ room, each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.announcements.words import cut, harmless, plain
from bot.commands.command import Context
from bot.errors import CommandError
from bot.store.notices import SAID

#: such messages of one person a day: the admins’ phones ring
A_DAY = 5
#: characters of a person’s words that are passed on
WORDS = 300

TEXTS: Mapping[str, Mapping[str, str]] = {
    "nobody": {
        "fr": "Je n’ai ici aucun humain à qui le dire.",
        "en": "I have no human to tell here.",
    },
    "ask": {
        "fr": "Demandez-le dans un salon où je réponds.",
        "en": "Ask it in a room where I answer.",
    },
    "often": {
        "fr": "Vous avez déjà écrit {n} fois aux humains aujourd’hui.",
        "en": "You have written to the humans {n} times today.",
    },
    "tomorrow": {"fr": "Réessayez demain.", "en": "Try again tomorrow."},
}


async def tell(context: Context, about: str, text: str) -> None:
    """Tell the admins ``text``, which concerns the message ``about``.

    Raises CommandError where nobody can be told, or this person has said too much.
    """
    said, question = context.language, context.question
    pass_on = context.tools.get("tell_admins")
    if question is None or pass_on is None:
        raise CommandError(what=_say("nobody", said), next=_say("ask", said))
    store, now = await context.store(), context.now()
    key = f"{SAID}{question.sender}:{about}"
    day = now - timedelta(days=1)
    if await store.read(lambda tx: tx.notices.said_by(question.sender, day)) >= A_DAY:
        raise CommandError(what=_say("often", said, n=A_DAY), next=_say("tomorrow", said))
    await store.write(lambda tx: tx.notices.once(key, text, now))
    await pass_on(key, text, now)


def words(text: str) -> str:
    """A person’s words as they may be passed on."""
    return harmless(cut(plain(text), WORDS, None))


def _say(key: str, language: str, **fields: object) -> str:
    return TEXTS[key].get(language, TEXTS[key]["en"]).format(**fields)

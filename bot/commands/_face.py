"""What the chat face itself has to say, and how much of an answer fits a screen."""

from __future__ import annotations

from collections.abc import Mapping

#: one screen
LINES, CHARACTERS = 24, 1800

TEXTS: Mapping[str, Mapping[str, str]] = {
    "near": {
        "fr": "Je n’ai pas compris «\u00a0{word}\u00a0». Vouliez-vous dire !{near}\u202f? Répondez "
        "«\u00a0oui\u00a0».",
        "en": "I did not understand “{word}”. Did you mean !{near}? Reply “yes”.",
    },
    "unknown": {
        "fr": "Je n’ai pas compris «\u00a0{word}\u00a0». Ce que je sais faire\u00a0: !aide",
        "en": "I did not understand “{word}”. What I can do: !help",
    },
    "clear": {
        "fr": "Ce salon est chiffré, votre message ne l’était pas\u00a0: n’importe qui a pu "
        "l’écrire à votre place, je n’y réponds donc pas. Renvoyez-le chiffré.",
        "en": "This room is encrypted, your message was not: anybody could have written it in "
        "your place, so I do not answer it. Send it again encrypted.",
    },
    "moderator": {
        "fr": "!{name} est réservé aux modératrices et modérateurs du salon.",
        "en": "!{name} is for the room’s moderators.",
    },
    "admin": {
        "fr": "!{name} est réservé aux admins du bot et du salon.",
        "en": "!{name} is for the admins of the bot and of the room.",
    },
    "busy": {
        "fr": "Trop de questions à la fois. Je réponds à celles qui sont arrivées avant\u202f; "
        "redemandez dans une minute.",
        "en": "Too many questions at once. I answer those that came before; ask again in a minute.",
    },
    "bug": {
        "fr": "Je n’ai pas pu répondre\u00a0: une erreur imprévue, notée dans mon journal. "
        "Réessayez plus tard.",
        "en": "I could not answer: an unforeseen error, noted in my log. Try again later.",
    },
}


def say(key: str, language: str, **fields: str) -> str:
    """One of the face's own texts."""
    return TEXTS[key].get(language, TEXTS[key]["en"]).format(**fields)


def one_screen(text: str) -> str:
    """At most one screen of a phone, with “…” for the rest."""
    lines = text.strip().split("\n")
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], "…"]
    whole = "\n".join(lines)
    if len(whole) <= CHARACTERS:
        return whole
    return whole[: whole.rfind(" ", 0, CHARACTERS)].rstrip() + " …"

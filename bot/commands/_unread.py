"""What a person who waits is told of a source that did not answer: nobody tries again for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import CommandError, Refused, SourceError, Unreachable

_CAUSE = {
    Unreachable: {"fr": "pas de réponse, {cause}", "en": "no answer, {cause}"},
    Refused: {"fr": "le serveur a répondu {status}", "en": "the server answered {status}"},
}
_WHAT = {
    "fr": "Je n’ai pas pu lire {target} ({cause}).",
    "en": "I could not read {target} ({cause}).",
}
_NEXT = {
    "fr": "Vérifiez l’adresse, ou redemandez plus tard.",
    "en": "Check the address, or ask again later.",
}


@contextmanager
def asked_for(target: str, language: str) -> Iterator[None]:
    """Reads of ``target`` that a command makes: CommandError for those that the bot's own reading
    would try again; others say themselves what to do."""
    try:
        yield
    except SourceError as error:
        if type(error) not in _CAUSE:
            raise
        cause = _say(_CAUSE[type(error)], language).format(**_spoken(error, language))
        raise CommandError(
            what=_say(_WHAT, language).format(target=target[:100], cause=cause),
            next=_say(_NEXT, language),
        ) from error


def _say(words: dict[str, str], language: str) -> str:
    return words.get(language) or words["en"]


def _spoken(error: SourceError, language: str) -> dict[str, object]:
    return {
        name: _say(value, language) if isinstance(value, dict) else value
        for name, value in error.fields.items()
    }

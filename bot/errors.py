"""One tree of errors. Each names the thing, the cause and the next step, in French and English.

::

    BotError
    ├── ConfigError            a file in config/ is wrong: carries every Problem at once
    ├── KindError              a Python file of a kind (bot/sources/…) cannot be loaded
    ├── DataError              data/ cannot be used (locked by another bot, newer schema, disk full)
    ├── SourceError            a source could not be read this time
    │   ├── Unreachable        no answer, time-out, name not found, TLS refused
    │   ├── Refused            the server answered 4xx or 5xx; may carry ``retry_after``
    │   │   └── Closed         and it will stay so: ``why`` says what an admin can do
    │   ├── Gone               410: the source no longer exists
    │   ├── Forbidden          the address guard refused it (S1)
    │   ├── TooLarge           over the size cap
    │   └── Unreadable         an answer that is no feed (a login page, truncated, malformed)
    ├── ChannelError           a message could not be handed over
    │   ├── NotNow             refused for the moment, certainly not done: try again, maybe ``after``
    │   ├── Unclear            it may or may not have been done: look before sending again
    │   ├── Rejected           this message will never be taken as it is (400, 413, 422): set aside
    │   └── Locked             the account or room is closed to us (401, 403): tell an admin
    └── CommandError           what a person typed cannot be done; says what can

An error is raised with fields, and spoken by a face: ``error.say("fr")``. ``texts`` holds a
sentence pair for every language the code knows; a language file may override any of them under
``[messages]`` with the error's ``key``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

#: Gives the words of a language file for a key of ``[messages]``, or None: see bot.languages.
Translate = Callable[[str], str | None]


class BotError(Exception):
    """Base of everything the bot raises on purpose.

    :param fields: the values of the braces in ``texts``; a value may be words by language.
    """

    texts: ClassVar[dict[str, str]] = {
        "fr": "{what}",
        "en": "{what}",
    }

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.say("en"))

    @property
    def key(self) -> str:
        """The name under which a language file may translate this error."""
        return type(self).__name__

    def say(self, language: str = "fr", texts: dict[str, str] | None = None) -> str:
        """What happened and what to do next, in ``language`` (falls back to English)."""
        chosen = texts or self.texts
        template = chosen.get(language) or chosen["en"]
        return template.format_map(_Fields(_spoken(self.fields, language)))


def _spoken(fields: Mapping[str, object], language: str) -> dict[str, object]:
    """A field may be a mapping from language to words: ``cause={"fr": …, "en": …}``."""
    return {
        name: value.get(language, value.get("en")) if isinstance(value, Mapping) else value
        for name, value in fields.items()
    }


class _Fields(dict[str, object]):
    """A missing field shows as ``?``: an error message must never raise another error."""

    def __missing__(self, key: str) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file: where it is, what was found, what was expected.

    :param file: the path, as people see it.
    :param line: counted from 1; None where the mistake has no line (a missing folder).
    :param key: the setting's dotted name, ``""`` where the whole file is meant.
    :param code: names this sort of problem; ``[messages]`` of a language file may reword it as
        ``CODE.found`` and ``CODE.expected``.
    :param found: what stands there, a template by language. It never holds a secret.
    :param expected: what should stand there, a template by language.
    :param fields: the values of the templates' braces.
    :param nearest: the spelling that was probably meant.
    """

    file: str
    line: int | None
    key: str
    code: str
    found: Mapping[str, str]
    expected: Mapping[str, str]
    fields: Mapping[str, object] = field(default_factory=dict)
    nearest: str | None = None

    def say(self, language: str = "fr", translate: Translate | None = None) -> str:
        """Everything on one line, in ``language`` (falls back to English)."""
        french = language == "fr"
        found = self._words(self.found, "found", language, translate)
        expected = self._words(self.expected, "expected", language, translate)
        where = self.file
        if self.line is not None:
            where += f", ligne {self.line}" if french else f", line {self.line}"
        if self.key:
            where += f", {self.key}"
        said = f"{where}\u00a0: {found}" if french else f"{where}: {found}"
        if expected:
            said += f"\u202f; attendu\u00a0: {expected}" if french else f"; expected: {expected}"
        if self.nearest:
            said += (
                f". Vouliez-vous dire «\u00a0{self.nearest}\u00a0»\u202f?"
                if french
                else f". Did you mean “{self.nearest}”?"
            )
        return said

    def found_in(self, language: str = "fr", translate: Translate | None = None) -> str:
        """Only what was found, for a table or for ``--json``."""
        return self._words(self.found, "found", language, translate)

    def expected_in(self, language: str = "fr", translate: Translate | None = None) -> str:
        """Only what was expected, for a table or for ``--json``."""
        return self._words(self.expected, "expected", language, translate)

    def _words(
        self, texts: Mapping[str, str], part: str, language: str, translate: Translate | None
    ) -> str:
        own = translate(f"{self.code}.{part}") if translate else None
        template = own or texts.get(language) or texts.get("en", "")
        return template.format_map(_Fields(_spoken(self.fields, language)))

    def __str__(self) -> str:
        return self.say("en")


class ConfigError(BotError):
    """Files in ``config/`` cannot be used. ``problems`` lists every one of them, in order."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "La configuration contient {count} erreur(s)\u00a0:\n{list}\n"
        "Corrigez ces lignes, puis vérifiez avec\u00a0: alposs-bot check",
        "en": "The configuration has {count} problem(s):\n{list}\n"
        "Mend these lines, then check with: alposs-bot check",
    }

    def __init__(self, problems: Iterable[Problem] = (), **fields: object) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.file, problem.line or 0, problem.key))
        )
        super().__init__(count=len(self.problems), **fields)

    def say(
        self,
        language: str = "fr",
        texts: dict[str, str] | None = None,
        translate: Translate | None = None,
    ) -> str:
        """All problems, each on a line of its own, in ``language``."""
        chosen = texts or self.texts
        template = chosen.get(language) or chosen["en"]
        listed = "\n".join(f"  {problem.say(language, translate)}" for problem in self.problems)
        return template.format_map(_Fields({**self.fields, "list": listed}))


class KindError(BotError):
    """The Python file of a kind cannot be loaded. ``file`` and ``cause`` say which and why."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Le fichier {file} ne peut pas être chargé\u00a0: {cause}. "
        "Corrigez-le, ou retirez-le de ce dossier.",
        "en": "The file {file} cannot be loaded: {cause}. Mend it, or take it out of that folder.",
    }


class DataError(BotError):
    """``data/`` cannot be used. Give ``what`` and ``next`` in both languages, or subclass."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Les données ne peuvent pas être utilisées\u00a0: {what}. {next}",
        "en": "The data cannot be used: {what}. {next}",
    }


class SourceError(BotError):
    """A source could not be read this time. ``reason`` is a metric label, never a URL."""

    reason: ClassVar[str] = "error"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{what}. Je réessaierai plus tard.",
        "en": "{what}. I will try again later.",
    }

    def __init__(self, retry_after: timedelta | None = None, **fields: object) -> None:
        self.retry_after = retry_after
        super().__init__(**fields)


class Unreachable(SourceError):
    """No answer came: time-out, name not found, connection or TLS refused."""

    reason: ClassVar[str] = "unreachable"
    texts: ClassVar[dict[str, str]] = {
        "fr": "pas de réponse ({cause})\u202f; je réessaierai plus tard",
        "en": "no answer ({cause}); I will try again later",
    }


class Refused(SourceError):
    """The server answered, and said no. ``status`` is the HTTP status code."""

    reason: ClassVar[str] = "refused"
    texts: ClassVar[dict[str, str]] = {
        "fr": "le serveur a répondu {status}\u202f; je réessaierai plus tard",
        "en": "the server answered {status}; I will try again later",
    }


class Closed(Refused):
    """Not for robots, not switched on, or not there. ``why`` (by language) says what to do."""

    reason: ClassVar[str] = "closed"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{why} (réponse {status})",
        "en": "{why} (answer {status})",
    }


class Paused(Refused):
    """Not asked at all: its host answered 429 to somebody else's request (RFC 6585 section 4)."""

    reason: ClassVar[str] = "paused"
    texts: ClassVar[dict[str, str]] = {
        "fr": "ce site a demandé qu’on le laisse en paix ({status})\u202f; je ne le relirai qu’ensuite",
        "en": "this site asked to be left alone ({status}); I will read it after that",
    }


class Gone(SourceError):
    """HTTP 410 (RFC 9110 section 15.5.11): polling stops until an admin acts."""

    reason: ClassVar[str] = "gone"
    texts: ClassVar[dict[str, str]] = {
        "fr": "cette source n’existe plus (410)\u202f; donnez sa nouvelle adresse ou retirez-la",
        "en": "this source is gone (410); give its new address or remove it",
    }


class Forbidden(SourceError):
    """The address guard refused to connect (S1). Says nothing of inside hosts."""

    reason: ClassVar[str] = "forbidden"
    texts: ClassVar[dict[str, str]] = {
        "fr": "adresse refusée\u00a0: elle n’est pas publique\u202f; un réseau interne s’autorise "
        "dans bot.toml, sous [fetch] allow",
        "en": "address refused: it is not public; allow an internal network in bot.toml, "
        "under [fetch] allow",
    }


class TooLarge(SourceError):
    """The answer is larger than the cap, in bytes once decompressed."""

    reason: ClassVar[str] = "too-large"
    texts: ClassVar[dict[str, str]] = {
        "fr": "réponse de plus de {limit} octets, abandonnée\u202f; vérifiez l’adresse de la source",
        "en": "an answer of more than {limit} bytes, given up; check the source’s address",
    }


class Unreadable(SourceError):
    """The answer came but is not what this kind of source reads."""

    reason: ClassVar[str] = "unreadable"
    texts: ClassVar[dict[str, str]] = {
        "fr": "la réponse n’est pas lisible ({cause})\u202f; vérifiez l’adresse de la source",
        "en": "the answer cannot be read ({cause}); check the source’s address",
    }


class ChannelError(BotError):
    """A message could not be handed over. ``cause`` is short and holds no secret."""

    reason: ClassVar[str] = "error"
    texts: ClassVar[dict[str, str]] = {"fr": "{cause}", "en": "{cause}"}

    def __init__(self, after: timedelta | None = None, **fields: object) -> None:
        self.after = after
        super().__init__(**fields)


class NotNow(ChannelError):
    """Certainly not done (connection refused, 429, 503 before acting). Try again later."""

    reason: ClassVar[str] = "not-now"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel} ne prend pas de message pour l’instant ({cause})\u202f; je réessaie",
        "en": "{channel} takes no message for now ({cause}); I will try again",
    }


class Unclear(ChannelError):
    """The answer was lost: the message may be there. Look before sending again."""

    reason: ClassVar[str] = "unclear"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel} n’a pas confirmé ({cause})\u202f; je regarde d’abord s’il y est",
        "en": "{channel} did not confirm ({cause}); I look for it first",
    }


class Rejected(ChannelError):
    """Never to be taken as it is (400, 413, 422): the message is set aside, an admin told."""

    reason: ClassVar[str] = "rejected"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel} refuse ce message ({cause})\u202f; il est mis de côté, voyez alposs-bot status",
        "en": "{channel} refuses this message ({cause}); it is set aside, see alposs-bot status",
    }


class Locked(ChannelError):
    """The account or the room is closed to us (401, 403). Nothing is lost; an admin must act."""

    reason: ClassVar[str] = "locked"
    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel} refuse mon accès ({cause})\u202f; rien n’est perdu. Renouvelez l’accès "
        "avec\u00a0: alposs-bot setup",
        "en": "{channel} refuses my access ({cause}); nothing is lost. Renew it with: "
        "alposs-bot setup",
    }


class CommandError(BotError):
    """What a person typed cannot be done. ``what`` says why, ``next`` says what can."""

    texts: ClassVar[dict[str, str]] = {"fr": "{what} {next}", "en": "{what} {next}"}

"""What a line typed in a room asks of the bot: pure, for any network.

A line is for the bot if it begins with ``!`` ("! Prochain", "!délais" as phones write it), with
one of the bot's names ("alposs: prochain ?"), or stands in a room of two. Accents, case and
closing punctuation do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz import fuzz, process

from bot.announcements.words import plain
from bot.commands.command import Argument, Command
from bot.errors import CommandError
from bot.understanding.language import fold

How = Literal["prefix", "name", "alone"]

#: characters of a line that are looked at
LONGEST = 500
#: of 100: a mistyped command is at least so near to a name
NEAR = 70
#: shorter words are never taken for mistyped ones
SHORTEST = 3
_MARKS = ("!", "\uff01")
_CLOSING = re.compile(r"[\s?!.,;:\u2026\u00a0\u202f]+$")
_BETWEEN = " ?!.,;:\u2026\u00a0\u202f"
_WORD = re.compile(r"\S+")
_YES = frozenset({"oui", "yes", "o", "y", "ok", "ouais", "yep"})
_NO = frozenset({"non", "no", "n", "nope"})
_LATER = frozenset({"demain", "plus tard", "tomorrow", "later"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "missing": {"fr": "Il manque quelque chose.", "en": "Something is missing."},
    "usage": {"fr": "Écrivez\u00a0: {usage}", "en": "Write: {usage}"},
    "choice": {
        "fr": "Je ne connais pas «\u00a0{word}\u00a0» ici.",
        "en": "I do not know “{word}” here.",
    },
    "near": {
        "fr": "Je ne connais pas «\u00a0{word}\u00a0» ici. Vouliez-vous dire "
        "«\u00a0{near}\u00a0»\u202f?",
        "en": "I do not know “{word}” here. Did you mean “{near}”?",
    },
    "yes": {"fr": "Répondez «\u00a0oui\u00a0».", "en": "Reply “yes”."},
    "choices": {"fr": "Possible\u00a0: {choices}.", "en": "Possible: {choices}."},
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line for the bot: its first word as typed, and the rest."""

    word: str
    rest: str
    how: How

    @property
    def said(self) -> str:
        """All of it, without the bot's name or the prefix."""
        return f"{self.word} {self.rest}".rstrip()


@dataclass(frozen=True, slots=True)
class Call:
    """A command, and what it is given. ``language``: None where the name is in both."""

    kind: str
    rest: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command has this name; ``near`` is the likely one, as it is shown, if there is one."""

    word: str
    near: str | None = None
    call: Call | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The names of the commands that chat knows. Made by :meth:`of`."""

    calls: Mapping[str, tuple[tuple[str, str], ...]]  # folded name -> (kind, language)…
    shown: Mapping[tuple[str, str], str]  # (kind, language) -> the name that is shown
    replies: frozenset[str]  # kinds that a bare word in reply to an announcement asks for
    wordy: frozenset[str] = frozenset()  # those of them that take more words
    also: tuple[tuple[str, re.Pattern[str], str], ...] = ()  # folded name, what follows, kind
    #: kind -> folded first word after the name -> the one language in which it is said so
    actions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    questions: tuple[tuple[re.Pattern[str], str, str], ...] = ()  # pattern, kind, language

    @classmethod
    def of(cls, commands: Mapping[str, type[Command]]) -> Vocabulary:
        """Of every command with the face "chat"."""
        calls: dict[str, list[tuple[str, str]]] = {}
        shown: dict[tuple[str, str], str] = {}
        for kind, command in commands.items():
            if "chat" not in command.faces:
                continue
            for language, names in command.names.items():
                shown[kind, language] = names[0]
                for name in names:
                    calls.setdefault(key(name), []).append((kind, language))
        replies = frozenset(kind for kind, one in commands.items() if one.answers_replies)
        wordy = frozenset(
            kind for kind in replies if any(one.many for one in commands[kind].arguments)
        )
        questions = tuple(
            (re.compile(pattern), kind, language)
            for kind, command in commands.items()
            if "chat" in command.faces
            for language, patterns in command.questions.items()
            for pattern in patterns
        )
        named = {name: tuple(which) for name, which in calls.items()}
        also = tuple(
            (key(name), re.compile(pattern), kind)
            for kind, command in commands.items()
            for name, pattern in command.also.items()
        )
        return cls(named, shown, replies, wordy, also, _actions(commands), questions)

    def call(self, word: str, rest: str) -> Call | None:
        """The command of this name."""
        for name, pattern, kind in self.also:
            if name == key(word) and pattern.fullmatch(_CLOSING.sub("", rest)):
                return Call(kind, rest)
        which = self.calls.get(key(word))
        if not which:
            return None
        said = {language for _, language in which}
        kind, first = which[0][0], key((rest.split() or [""])[0])
        language = said.pop() if len(said) == 1 else self.actions.get(kind, {}).get(first)
        return Call(kind, rest, language)


def _actions(commands: Mapping[str, type[Command]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, command in commands.items():
        if not command.arguments or not command.arguments[0].spoken:
            continue
        said: dict[str, set[str]] = {}
        for words in command.arguments[0].spoken.values():
            for language, each in words.items():
                for word in each:
                    said.setdefault(key(word), set()).add(language)
        found[kind] = {word: next(iter(of)) for word, of in said.items() if len(of) == 1}
    return found


def key(word: str) -> str:
    """A word as names are compared: folded, without signs at its ends.

    >>> key("Délais ?") == key("delais")
    True
    """
    return re.sub(r"^[^\w]+|[^\w]+$", "", fold(word)).replace("_", "-")


def addressed(text: str, me: Iterable[str], *, alone: bool) -> Line | None:
    """The line, if it is for the bot whose names are ``me``; ``alone``: in a room of two."""
    text = plain(text[:LONGEST])
    if text.startswith(_MARKS):
        return _line(text[1:], "prefix")
    for name in sorted(me, key=len, reverse=True):
        called = re.match(rf"@?{re.escape(fold(name))}(?=[\s:,;?!]|$)[\s:,;]*", fold(text))
        if called:
            rest = text[called.end() :]
            return _line(rest[1:] if rest.startswith(_MARKS) else rest, "name")
    return _line(text, "alone") if alone else None


def _line(text: str, how: How) -> Line | None:
    word = _WORD.search(text)
    if word is None or not key(word.group()):
        return None
    return Line(word.group(), _CLOSING.sub("", text[word.end() :].strip()), how)


def read(line: Line, vocabulary: Vocabulary) -> Call | Unknown:
    """What the line asks for, as a command or, without the prefix, as a short question. A mistyped
    name is answered with the nearest one."""
    call = vocabulary.call(line.word, line.rest)
    if call is None and line.how != "prefix":
        call = asked(f"{line.word} {line.rest}", vocabulary)
    if call is not None:
        return call
    word = key(line.word)
    if len(word) >= SHORTEST:
        best = process.extractOne(word, sorted(vocabulary.calls), scorer=fuzz.ratio)
        if best and best[1] >= NEAR:
            near = vocabulary.call(best[0], line.rest)
            return Unknown(line.word, best[0], near)
    return Unknown(line.word)


def asked(text: str, vocabulary: Vocabulary) -> Call | None:
    """“C’est quand, le prochain AlpOSS ?”: a question that a command declares as its own."""
    text = _CLOSING.sub("", text)
    folded = fold(text)
    for pattern, kind, language in vocabulary.questions:
        hit = pattern.search(folded)
        if hit:
            given = [text[slice(*hit.span(group))].strip(_BETWEEN) for group in pattern.groupindex]
            return Call(kind, " ".join(part for part in given if part), language)
    return None


def bare_reply(text: str, vocabulary: Vocabulary) -> Call | None:
    """“source ?”, “erreur : la date est fausse” or “D’où vient cette info ?” in reply to a message
    of the bot: the command that such a reply asks for."""
    line = _line(plain(text[:LONGEST]), "alone")
    call = vocabulary.call(line.word, line.rest) if line else None
    if call is None:
        call = asked(plain(text[:LONGEST]), vocabulary)
        return call if call is not None and call.kind in vocabulary.replies else None
    more = bool(key(call.rest)) and call.kind not in vocabulary.wordy
    return call if call.kind in vocabulary.replies and not more else None


def is_yes(text: str) -> bool:
    """“oui”, “Yes!”."""
    return key(plain(text[:LONGEST])) in _YES


def is_no(text: str) -> bool:
    """“non”, “No.”."""
    return key(plain(text[:LONGEST])) in _NO


def is_later(text: str) -> bool:
    """“demain”, “plus tard”."""
    return key(plain(text[:LONGEST])) in _LATER


def arguments(command: Command, rest: str, language: str) -> dict[str, Any]:
    """The words after a command's name as its arguments, in the order in which it declares them.

    The last one takes what is left. Raises CommandError, which says how the command is used.
    """
    wanted = [one for one in command.arguments if not one.option]
    found: dict[str, Any] = {one.name: one.default for one in command.arguments}
    words = rest.split()
    for place, one in enumerate(wanted):
        last = place == len(wanted) - 1
        given = words if last else words[:1]
        words = [] if last else words[1:]
        if one.many:
            found[one.name] = tuple(given)
        elif given:
            found[one.name] = _chosen(one, " ".join(given), language)
        if one.required and not given:
            how = _say("usage", language, usage=usage(command, language))
            raise CommandError(what=_say("missing", language), next=how)
    return found


def _chosen(argument: Argument, word: str, language: str) -> str:
    if not argument.choices:
        return word
    known = spoken(argument)
    if key(word) in known:
        return known[key(word)]
    shown = [shown_as(argument, choice, language) for choice in argument.choices]
    near = process.extractOne(key(word), sorted(known), scorer=fuzz.ratio)
    if near and near[1] >= NEAR:
        meant = shown_as(argument, known[near[0]], language)
        raise Mistyped(
            what=_say("near", language, word=word, near=meant),
            next=_say("yes", language),
            meant=meant,
        )
    raise CommandError(
        what=_say("choice", language, word=word),
        next=_say("choices", language, choices=", ".join(shown)),
    )


class Mistyped(CommandError):
    """A word that is nearly one of those that a command knows: ``meant``."""


def spoken(argument: Argument) -> dict[str, str]:
    """{every word for a choice, folded: the choice}."""
    known = {key(choice): choice for choice in argument.choices}
    for choice, words in argument.spoken.items():
        known |= {key(word): choice for each in words.values() for word in each}
    return known


def shown_as(argument: Argument, choice: str, language: str) -> str:
    """A choice in the asker's language."""
    words = argument.spoken.get(choice, {})
    return (words.get(language) or words.get("en") or (choice,))[0]


def usage(command: Command, language: str) -> str:
    """How a command is typed in chat: “!cherche mots”."""
    name = (command.names.get(language) or command.names.get("en") or (command.kind,))[0]
    said = [f"!{name}"]
    for one in command.arguments:
        if not one.option:
            word = one.said.get(language) or one.name
            said.append(word if one.required else f"[{word}]")
    return " ".join(said)


def _say(which: str, language: str, **fields: str) -> str:
    texts = TEXTS[which]
    return texts.get(language, texts["en"]).format(**fields)

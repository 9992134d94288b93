"""The Command door, and the Context through which a command acts on the running bot.

A command is one file with a subclass of :class:`Command`: its names in both languages, its
arguments (declared, so that the terminal, the chat and the reference agree), the role it needs,
its texts, and ``run``, which returns an :class:`Answer`. It prints nothing itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from bot.channels.heard import File
    from bot.config.read import Config
    from bot.store.database import Store

Role = Literal["member", "moderator", "admin"]
#: the power that a role needs in a room (Matrix client-server API, section 10.5.8)
POWER: Mapping[Role, int] = {"member": 0, "moderator": 50, "admin": 100}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument or option (``--name``) of a command."""

    name: str
    help: Mapping[str, str]  # by language
    option: bool = False  # False: positional
    required: bool = False
    many: bool = False  # takes the rest of the line
    flag: bool = False  # an option without a value
    default: Any = None
    choices: tuple[str, ...] = ()
    #: further words for the choices, by choice and language, the first is shown in a room
    spoken: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    env: str | None = None  # environment variable that also gives it
    secret: bool = False  # never echoed, never logged
    said: Mapping[str, str] = field(default_factory=dict)  # chat's help calls it so: “mots”


@dataclass(frozen=True, slots=True)
class Asks:
    """What an answer asks back in a room: a tap or a reply, which the file ``kind`` of
    ``bot/reactions`` understands. The terminal does not see it."""

    kind: str
    about: Any  # JSON: whatever that file needs to know
    within: timedelta | None = None  # no answer counts later
    anybody: bool = False  # True: whoever has the role; False: only the one who was answered


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: text for people, ``data`` for ``--json``, ``rows`` for a table."""

    text: str = ""
    data: Any = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ok: bool = True  # False: exit status 1
    asks: Asks | None = None  # in a room: what may be tapped under it
    file: File | None = None  # sent into the room beside the text
    then: str = ""  # in a room: “oui” as the asker's next words runs the command with these words
    forgets: bool = False  # who asked must not be remembered


@dataclass(frozen=True, slots=True)
class Progress:
    """Said while a command works: one quiet line."""

    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Who asked in chat, and about what."""

    sender: str
    room: str
    channel: str | None = None  # the configured channel of this room
    reply_to: str | None = None  # the message that the question answers: an announcement, maybe
    direct: bool = False  # a room of the asker and the bot alone
    answered: str = ""  # the bot's own words that are replied to, where it still knows them
    role: Role = "member"
    encrypted: bool = False  # asked by an encrypted message, which nobody else can have written
    account: str = ""  # id of the account through which it was asked
    event: str = ""  # the message that asks: the audit log keeps it (S13)


class Context(Protocol):
    """What a command may use. ``app`` fills it; commands never import app, scheduler or chat."""

    config_dir: Path
    data_dir: Path
    language: str
    question: Question | None  # None on the terminal

    def now(self) -> datetime:
        """The one clock (UTC, aware)."""

    def config(self) -> Config:
        """The validated configuration. Raises ConfigError with all problems."""

    async def store(self) -> Store:
        """The opened store (migrated)."""

    def say(self, progress: Progress) -> None:
        """Show progress where somebody looks."""

    async def ask(self, question: str, *, default: str = "", secret: bool = False) -> str:
        """Ask the person. Raises CommandError where nobody can answer."""

    async def run_bot(self, once: bool) -> Answer:
        """Run the whole bot, for ever or for one pass (only ``run`` and ``once`` may)."""

    @property
    def tools(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """More of the bot by name: filled by app."""


class Command(ABC):
    """One command."""

    kind: ClassVar[str]  # its name, English: "status"
    names: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # by language, first is shown
    help: ClassVar[Mapping[str, str]] = {}  # one sentence, by language
    arguments: ClassVar[tuple[Argument, ...]] = ()
    role: ClassVar[Role] = "admin"
    faces: ClassVar[frozenset[str]] = frozenset({"terminal"})  # and "chat"
    #: chat: how `help` shows it, by language (“!prix Échirolles”), and at which place (0: not)
    example: ClassVar[Mapping[str, str]] = {}
    rank: ClassVar[int] = 0
    #: chat: questions that ask for it, by language: patterns over folded text, the whole question;
    #: a group ``what`` is its argument
    questions: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: chat: names that are another command's, but ask for this one where the pattern fits all that
    #: follows: {"source": r"\d*"}
    also: ClassVar[Mapping[str, str]] = {}
    #: chat: its names alone, in reply to an announcement, ask for it: “source ?”
    answers_replies: ClassVar[bool] = False
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # key -> language -> text

    def tell(self, key: str, language: str, **fields: object) -> str:
        """One of this command's texts, in ``language`` (falls back to English)."""
        pair = self.texts[key]
        return (pair.get(language) or pair["en"]).format(**fields)

    @abstractmethod
    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Do it. Raises CommandError (and other BotErrors), which the face speaks."""

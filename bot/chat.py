"""The chat face: hears people through a Listener, finds the command, answers.

::

    Heard ──parse──> Call ──role, room──> Command.run ──Answer──> reply ──> remembered as answered

It knows no network: a channel kind brings the :class:`bot.channels.heard.Listener`. Every
account has one short queue and one worker, so that a thousand questions a minute cost publishing
at most one answer's wait (S8).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import kinds
from bot.announcements.words import cut, harmless, plain
from bot.channels.heard import Heard, Listener
from bot.commands import _parse
from bot.commands._asking import ChatContext
from bot.commands._parse import Call, Unknown, Vocabulary
from bot.commands.command import Command, Context, Question, Role
from bot.errors import BotError, ChannelError, NotNow, Unclear

if TYPE_CHECKING:
    from bot.channels.channel import Channel

log = logging.getLogger(__name__)

#: older messages are never answered (S6)
OLD = timedelta(minutes=5)
#: questions that wait at once, and questions of one person a minute (S8)
QUEUE, PER_MINUTE = 20, 30
#: seconds that one question may take, and that one answer is tried for
PATIENCE, SENDING = 30.0, 90.0
#: seconds in which “oui” still means the last suggestion
YES_WITHIN = 300.0
#: answers whose words are kept in memory
SAID = 200
#: one screen
LINES, CHARACTERS = 24, 1800
#: the power that a role needs (Matrix client-server API, section 10.5.8)
POWER: Mapping[Role, int] = {"member": 0, "moderator": 50, "admin": 100}

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


@dataclass
class _Job:
    """One question on its way to its answer."""

    heard: Heard
    asked: Call | Unknown
    language: str
    quiet: bool = False  # nobody called the bot: it answers only if it has something to say
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Ears:
    """One account: its listener, its queue, its worker."""

    def __init__(
        self,
        listener: Listener,
        channels: Sequence[Channel],
        base: Context,
        vocabulary: Vocabulary,
        rooms: Callable[[str], str | None],
    ) -> None:
        self.listener = listener
        self.base = base
        self.vocabulary = vocabulary
        self.admins = frozenset(
            admin for one in channels if one.account for admin in one.account.settings.admins
        )
        self.rooms = rooms  # room id -> id of the configured channel
        self.tongues = {one.id: one.options.language for one in channels}
        self._queue: asyncio.Queue[_Job] = asyncio.Queue(QUEUE)
        self._known: set[str] = set()  # events on their way
        self._yes: dict[tuple[str, str], tuple[Call, float]] = {}
        self._asked: dict[str, deque[float]] = {}
        self._said: dict[str, str] = {}  # the last answers, by their ids: “erreur” speaks of one
        self._warned: dict[str, float] = {}
        self._asides: set[asyncio.Task[str]] = set()
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._worker = asyncio.create_task(self._work(), name="chat")
        self.listener.listen(self.hear)

    async def stop(self) -> None:
        """Hear no more. What is not answered yet is heard again after the restart."""
        await self.listener.close()
        working: list[asyncio.Task[Any]] = [
            *self._asides,
            *([self._worker] if self._worker else []),
        ]
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    # -- hearing ------------------------------------------------------------------------------

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Take in a batch; returns once every question in it is answered."""
        jobs = []
        for heard in batch:
            if heard.age > OLD or heard.event in self._known:
                continue
            job = self._job(heard)
            if job is not None and not await self._answered(heard):
                self._known.add(heard.event)
                jobs.append(job)
                self._take(job)
        for job in jobs:
            await job.done.wait()
            self._known.discard(job.heard.event)

    def _job(self, heard: Heard) -> _Job | None:
        """What is asked; None where nothing is, or not of the bot."""
        suggested, until = self._yes.pop((heard.room, heard.sender), (None, 0.0))
        language = self._tongue(heard)
        if suggested and _loop_time() < until and _parse.is_yes(heard.text):
            return _Job(heard, suggested, suggested.language or language)
        line = _parse.addressed(heard.text, self.listener.me, alone=heard.direct)
        if heard.reply_to and (line is None or line.how == "alone"):
            call = _parse.bare_reply(heard.text, self.vocabulary)
            if call is not None:
                return _Job(heard, call, call.language or language, quiet=line is None)
        if line is None:
            return None
        asked = _parse.read(line, self.vocabulary)
        if isinstance(asked, Unknown):
            if line.how == "prefix" and asked.call is None and not heard.direct:
                return None  # another bot's command, or no command at all
            call = asked.call
            return _Job(heard, asked, (call and call.language) or language)
        return _Job(heard, asked, asked.language or language)

    def _tongue(self, heard: Heard) -> str:
        """The language of the room, where the question does not tell its own."""
        known = self.tongues.get(self.rooms(heard.room) or "")
        return known or self.base.language

    def _take(self, job: _Job) -> None:
        """Queue it, or warn once a minute that there is too much (S8)."""
        now = _loop_time()
        mine = self._asked.setdefault(job.heard.sender, deque(maxlen=PER_MINUTE))
        often = len(mine) == PER_MINUTE and now - mine[0] < 60
        if not often and not self._queue.full():
            mine.append(now)
            self._queue.put_nowait(job)
            return
        job.done.set()
        if now - self._warned.get(job.heard.room, -60.0) >= 60:
            self._warned[job.heard.room] = now
            log.warning("too many questions at once; some stay without an answer")
            aside = asyncio.create_task(self._send(job.heard, say("busy", job.language)))
            self._asides.add(aside)
            aside.add_done_callback(self._asides.discard)

    async def _remember(self, heard: Heard, answer: str) -> None:
        store, now = await self.base.store(), self.base.now()
        await store.write(
            lambda tx: tx.heard.put(heard.event, now, sender=heard.sender, answer=answer)
        )

    async def _answered(self, heard: Heard) -> bool:
        store = await self.base.store()
        return await store.read(lambda tx: tx.heard.known(heard.event))

    # -- answering ----------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            try:
                text = await self._text(job)
                if text and (answer := await self._send(job.heard, text)):
                    await self._remember(job.heard, answer)
            except Exception:
                # One question must not silence the bot for all others.
                log.exception("a question could not be answered; the next ones will be")
            job.done.set()  # not where the bot is stopping: then it is heard again

    async def _text(self, job: _Job) -> str:
        """The answer's words; "" for none."""
        heard, asked = job.heard, job.asked
        if not heard.sealed:
            return "" if job.quiet else say("clear", job.language)
        if isinstance(asked, Unknown):
            return self._unknown(heard, asked, job.language)
        found = kinds.load("command", asked.kind)
        assert found is not None, asked.kind
        command: Command = found()
        try:
            async with asyncio.timeout(PATIENCE):
                role = await self._role(heard, command.role)
                if POWER[role] < POWER[command.role]:
                    name = self.vocabulary.shown[asked.kind, job.language]
                    return say(command.role, job.language, name=name)
                given = _parse.arguments(command, asked.rest, job.language)
                answer = await command.run(self._context(job, role), given)
        except BotError as error:
            return "" if job.quiet else one_screen(error.say(job.language))
        except Exception:
            log.exception("command %s failed in chat", asked.kind)
            return say("bug", job.language)
        if job.quiet and not answer.ok:
            return ""
        return one_screen(answer.text)

    def _unknown(self, heard: Heard, asked: Unknown, language: str) -> str:
        word = harmless(cut(plain(asked.word), 40, None))
        if asked.near is None or asked.call is None:
            return say("unknown", language, word=word)
        call = replace(asked.call, language=asked.call.language or language)
        self._yes[heard.room, heard.sender] = (call, _loop_time() + YES_WITHIN)
        near = self.vocabulary.shown[call.kind, language]
        mark = "!" if heard.text.lstrip().startswith("!") else ""
        return say("near", language, word=f"{mark}{word}", near=near)

    async def _role(self, heard: Heard, needed: Role) -> Role:
        """What the sender may do: an admin of the account everywhere, else by the room (S7)."""
        if heard.sender in self.admins:
            return "admin"
        if needed == "member":
            return "member"
        power = await self.listener.power(heard)
        if power is None or power >= POWER["admin"]:
            return "admin"
        return "moderator" if power >= POWER["moderator"] else "member"

    def _context(self, job: _Job, role: Role) -> ChatContext:
        heard = job.heard
        question = Question(
            sender=heard.sender,
            room=heard.room,
            channel=self.rooms(heard.room),
            reply_to=heard.reply_to,
            direct=heard.direct,
            role=role,
            event=heard.event,
            answered=self._said.get(heard.reply_to or "", ""),
        )
        return ChatContext(self.base, job.language, question)

    async def _send(self, heard: Heard, text: str) -> str:
        """Answer; wait and try again where the server asks for it. The answer’s id; "": not sent."""
        deadline = _loop_time() + SENDING
        pause = 1.0
        while True:
            try:
                answer = await self.listener.answer(heard, text)
            except (NotNow, Unclear) as error:
                wait = error.after.total_seconds() if error.after else pause
                pause *= 2
                if _loop_time() + wait > deadline:
                    log.warning("an answer could not be sent: %s", error)
                    return ""
                await asyncio.sleep(wait)
            except ChannelError as error:
                log.warning("an answer could not be sent: %s", error)
                return ""
            else:
                while len(self._said) >= SAID:
                    del self._said[next(iter(self._said))]
                self._said[answer] = f"{heard.text[:CHARACTERS]}\n→ {text}"
                return answer


class Chat:
    """Every account that hears. ``base`` is the app's context: its store, clock and settings."""

    def __init__(self, channels: Mapping[str, Channel], base: Context) -> None:
        vocabulary = Vocabulary.of(kinds.every("command"))
        heard: dict[int, tuple[Listener, list[Channel]]] = {}
        for channel in channels.values():
            listener = channel.listener()
            if listener is not None:
                heard.setdefault(id(listener), (listener, []))[1].append(channel)
        self._channels = tuple(channels.values())
        self._ears = [
            Ears(listener, mine, base, vocabulary, self._channel_of)
            for listener, mine in heard.values()
        ]

    def _channel_of(self, room: str) -> str | None:
        return next((one.id for one in self._channels if one.place == room), None)

    def start(self) -> None:
        """Begin to listen; the channels open the accounts."""
        for ears in self._ears:
            ears.start()

    async def stop(self) -> None:
        """End. Never raises."""
        for ears in self._ears:
            await ears.stop()


def one_screen(text: str) -> str:
    """At most one screen of a phone, with “…” for the rest."""
    lines = text.strip().split("\n")
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], "…"]
    whole = "\n".join(lines)
    if len(whole) <= CHARACTERS:
        return whole
    return whole[: whole.rfind(" ", 0, CHARACTERS)].rstrip() + " …"


def _loop_time() -> float:
    return asyncio.get_running_loop().time()

"""The ears of one account: they hear people through a Listener, find the command, answer.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import kinds
from bot.announcements.words import cut, harmless, plain
from bot.channels.heard import File, Heard, Listener, Reacted
from bot.commands import _parse
from bot.commands._asking import ChatContext
from bot.commands._clear import allowed
from bot.commands._face import one_screen, say
from bot.commands._parse import Call, Unknown, Vocabulary
from bot.commands._recent import Recent
from bot.commands.command import POWER, Answer, Command, Context, Question, Role
from bot.errors import BotError, ChannelError, NotNow, Unclear
from bot.reactions._taps import Taps
from bot.store.asked import Asked

if TYPE_CHECKING:
    from bot.channels.channel import Channel

log = logging.getLogger(__name__)

#: older messages are never answered (S6)
OLD = timedelta(minutes=5)
#: questions that wait at once, and questions of one person a minute (S8)
QUEUE, PER_MINUTE = 20, 30
#: so many people who asked lately are remembered before the silent among them are forgotten
CROWD = 200
#: seconds that one question may take, and that one answer is tried for
PATIENCE, SENDING = 30.0, 90.0


@dataclass
class _Job:
    """One question on its way to its answer."""

    heard: Heard
    asked: Call | Unknown | Asked
    language: str
    quiet: bool = False  # nobody called the bot: it answers only if it has something to say
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Place:
    """How far an account has heard: one small value in the store."""

    base: Context
    key: str

    async def get(self) -> str | None:
        """What was put last."""
        store = await self.base.store()
        found: str | None = await store.read(lambda tx: tx.meta.get(self.key))
        return found

    async def put(self, place: str) -> None:
        """Everything up to this is handled."""
        store = await self.base.store()
        await store.write(lambda tx: tx.meta.put(self.key, place))


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
        self.rooms = rooms  # room id -> id of the configured channel
        self.take_up(channels)
        self.taps = Taps(self)
        self._queue: asyncio.Queue[_Job] = asyncio.Queue(QUEUE)
        self._known: set[str] = set()  # events on their way
        self.recent = Recent(_loop_time)
        self._asked: dict[str, deque[float]] = {}
        self._warned: dict[str, float] = {}
        self._asides: set[asyncio.Task[bool]] = set()
        self._working: list[asyncio.Task[None]] = []

    def take_up(self, channels: Sequence[Channel]) -> None:
        """Who is an admin, and which language each room speaks, as configured now."""
        self.login = channels[0].account
        self.account = str(self.login.id) if self.login else ""
        self.admins = frozenset(
            admin for one in channels if one.account for admin in one.account.settings.admins
        )
        self.tongues = {one.id: one.options.language for one in channels}

    def start(self) -> None:
        """Begin to listen."""
        self._working = [
            asyncio.create_task(self._work(), name="chat"),
            asyncio.create_task(self.taps.tend(), name="taps"),
        ]
        place = Place(self.base, f"heard:{self.account}")
        self.listener.listen(self.hear, self.taps.hear, place)

    async def stop(self) -> None:
        """Hear no more. What is not answered yet is heard again after the restart."""
        await self.listener.close()
        for task in (working := [*self._asides, *self._working]):
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    # -- hearing ------------------------------------------------------------------------------

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Take in a batch; returns once every question in it is answered."""
        jobs = []
        for heard in batch:
            if heard.age > OLD or heard.event in self._known:
                continue
            job = await self._job_or_reply(heard)
            if job is None or await self.answered(heard.event):
                continue
            if await allowed(self.listener, job.asked, heard.sender, self.base):
                self._known.add(heard.event)
                jobs.append(job)
                self._take(job)
        for job in jobs:
            await job.done.wait()
            self._known.discard(job.heard.event)

    async def _job_or_reply(self, heard: Heard) -> _Job | None:
        """A command asked for wins over a reply in words to what the bot has asked."""
        job = self._job(heard)
        event = self.recent.open(heard.room, heard.sender, heard.text)
        if event and heard.reply_to is None:
            heard = replace(heard, reply_to=event)  # “oui” after the question, not in reply to it
        elif job is not None and not isinstance(job.asked, Unknown):
            return job
        asked = await self.taps.asked(heard)
        return job if asked is None else _Job(heard, asked, self.tongue(heard.room))

    def _job(self, heard: Heard) -> _Job | None:
        """What is asked; None where nothing is, or not of the bot."""
        line = _parse.addressed(heard.text, self.listener.me, alone=heard.direct)
        said = heard.text if line is None else line.said
        suggested = self.recent.accepted(heard.room, heard.sender, said)
        language = self.tongue(heard.room)
        if suggested:
            return _Job(heard, suggested, suggested.language or language)
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

    def tongue(self, room: str) -> str:
        """The language of the room, where the question does not tell its own."""
        return self.tongues.get(self.rooms(room) or "") or self.base.language

    def _take(self, job: _Job) -> None:
        """Queue it, or warn once a minute that there is too much (S8)."""
        now = _loop_time()
        mine = self._asked.get(job.heard.sender) or deque(maxlen=PER_MINUTE)
        often = len(mine) == PER_MINUTE and now - mine[0] < 60
        if not often and not self._queue.full():
            self._forget_the_silent(now)
            mine.append(now)
            self._asked[job.heard.sender] = mine
            self._queue.put_nowait(job)
            return
        job.done.set()
        if now - self._warned.get(job.heard.room, -60.0) >= 60:
            self._warned[job.heard.room] = now
            log.warning("too many questions at once; some stay without an answer")
            aside = asyncio.create_task(self.send(job.heard, say("busy", job.language)))
            self._asides.add(aside)
            aside.add_done_callback(self._asides.discard)

    def _forget_the_silent(self, now: float) -> None:
        """Who has asked nothing for a minute may ask as ever: nothing of them need be kept."""
        if len(self._asked) >= CROWD:
            self._asked = {who: at for who, at in self._asked.items() if now - at[-1] < 60}
            self._warned = {room: at for room, at in self._warned.items() if now - at < 60}

    async def remember(self, event: str, sender: str = "", answer: str = "") -> None:
        """It is answered (by ``answer``), or what was tapped is done."""
        store, now = await self.base.store(), self.base.now()
        await store.write(lambda tx: tx.heard.put(event, now, sender=sender, answer=answer))

    async def answered(self, event: str) -> bool:
        """Was it answered, or done (whatever became of the answer), before?"""
        store = await self.base.store()
        return await store.read(lambda tx: tx.heard.known(event) or tx.audit.made_by(event))

    # -- answering ----------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            try:
                answer = await self._answer(job)
                if answer.file is not None:
                    await self._sent(job.heard, answer.file)
                if answer.text and (sent := await self._say(job.heard, answer)):
                    whose = "" if answer.forgets else job.heard.sender
                    await self.remember(job.heard.event, whose, sent)
            except Exception:
                # One question must not silence the bot for all others.
                log.exception("a question could not be answered; the next ones will be")
            job.done.set()  # not where the bot is stopping: then it is heard again

    async def _answer(self, job: _Job) -> Answer:
        """The answer, at most one screen long; an empty one for none."""
        heard, asked = job.heard, job.asked
        if not heard.sealed:
            return Answer("" if job.quiet else say("clear", job.language))
        if isinstance(asked, Unknown):
            return Answer(self._unknown(heard, asked, job.language))
        try:
            async with asyncio.timeout(PATIENCE):
                if isinstance(asked, Asked):
                    answer = await self.taps.reply(heard, asked) or Answer()
                else:
                    answer = await self._run(heard, asked, job.language)
        except BotError as error:
            return Answer("" if job.quiet else one_screen(error.say(job.language)))
        except Exception:
            log.exception("%s failed in chat", asked.kind)
            return Answer(say("bug", job.language))
        if job.quiet and not answer.ok:
            return Answer()
        return replace(answer, text=one_screen(answer.text))

    async def _run(self, heard: Heard, asked: Call, language: str) -> Answer:
        """Run a command, if the asker has the role. Raises BotErrors."""
        found = kinds.load("command", asked.kind)
        assert found is not None, asked.kind
        command: Command = found()
        role = await self.role(heard, command.role)
        if POWER[role] < POWER[command.role]:
            name = self.vocabulary.shown[asked.kind, language]
            return Answer(say(command.role, language, name=name))
        try:
            given = _parse.arguments(command, asked.rest, language)
        except _parse.Mistyped as error:
            rest = " ".join([str(error.fields["meant"]), *asked.rest.split()[1:]])
            self.recent.offer(
                heard.room, heard.sender, replace(asked, rest=rest, language=language)
            )
            raise
        answer = await command.run(self.context(heard, language, role), given)
        if answer.then:
            self.recent.offer(heard.room, heard.sender, Call(asked.kind, answer.then, language))
        return answer

    async def forget(self, person: str) -> None:
        """Leave nothing of a person in memory, nor of what was said to anybody."""
        self._asked.pop(person, None)
        self.recent.forget(person)

    def _unknown(self, heard: Heard, asked: Unknown, language: str) -> str:
        word = harmless(cut(plain(asked.word), 40, None))
        if asked.near is None or asked.call is None:
            return say("unknown", language, word=word)
        call = replace(asked.call, language=asked.call.language or language)
        self.recent.offer(heard.room, heard.sender, call)
        near = self.vocabulary.shown[call.kind, language]
        mark = "!" if heard.text.lstrip().startswith("!") else ""
        return say("near", language, word=f"{mark}{word}", near=near)

    async def role(self, to: Heard | Reacted, needed: Role) -> Role:
        """What the sender may do: an admin of the account everywhere, else by the room (S7)."""
        if to.sender in self.admins:
            return "admin"
        if needed == "member":
            return "member"
        power = await self.listener.power(to)
        if power is None or power >= POWER["admin"]:
            return "admin"
        return "moderator" if power >= POWER["moderator"] else "member"

    def context(self, to: Heard | Reacted, language: str, role: Role) -> ChatContext:
        """What a command or a tap may use."""
        question = Question(
            sender=to.sender,
            room=to.room,
            channel=self.rooms(to.room),
            reply_to=to.reply_to if isinstance(to, Heard) else to.target,
            direct=to.direct,
            role=role,
            encrypted=isinstance(to, Heard) and to.encrypted,
            account=self.account,
            event=to.event,
            answered=self.recent.words(to.reply_to) if isinstance(to, Heard) else "",
        )
        more: dict[str, Callable[..., Any]] = {
            "direct": self.listener.direct,
            "forget": self.forget,
            "erase": partial(self.listener.erase, to),
        }
        return ChatContext(self.base, language, question, more)

    async def _say(self, heard: Heard, answer: Answer) -> str:
        """Answer, and remember what the answer says and asks back. Its id; "": not sent."""
        event = await self._sent(heard, answer.text)
        if not event:
            return ""
        self.recent.note(event, "" if answer.forgets else heard.text, answer.text)
        asks = answer.asks
        self.recent.ask(heard.room, heard.sender, event if asks is not None else None)
        if asks is not None:
            now, store = self.base.now(), await self.base.store()
            asked = Asked(
                event=event,
                room=heard.room,
                account=self.account,
                kind=asks.kind,
                about=asks.about,
                asker="" if asks.anybody else heard.sender,
                expires=now + asks.within if asks.within is not None else None,
            )
            await store.write(lambda tx: tx.asked.put(asked, now))
        return event

    async def send(self, to: Heard | Reacted, text: str) -> bool:
        """Answer. False: not sent."""
        return bool(await self._sent(to, text))

    async def _sent(self, to: Heard | Reacted, what: str | File) -> str:
        """Answer; wait and try again where the server asks for it. Its id; "": not sent."""
        deadline, pause = _loop_time() + SENDING, 1.0
        while True:
            try:
                if isinstance(what, File):
                    assert isinstance(to, Heard), "a tap is answered in words"
                    return await self.listener.attach(to, what)
                return await self.listener.answer(to, what)
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


def _loop_time() -> float:
    return asyncio.get_running_loop().time()

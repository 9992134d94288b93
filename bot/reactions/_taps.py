"""From a tap to what it does: finds what was asked, sees who may answer, lets the kind act.

::

    Reacted ──target──> Asked ──kind──> Reaction ──role──> chosen ──Answer──> reply

It also looks after the bot's own reactions (one tap is then enough), and at the start reads back
what was tapped while the bot was down (S6).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from bot import kinds
from bot.channels.heard import Heard, Listener, Reacted
from bot.commands.command import POWER, Answer, Context, Role
from bot.errors import BotError, ChannelError, Locked, NotNow, Unclear
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx

log = logging.getLogger(__name__)

#: an older tap on an announcement does nothing; on a question it counts as long as that is open
OLD = timedelta(minutes=5)
#: seconds between two looks at what has no reactions of the bot's own yet
TEND_EVERY = 2.0
#: words that may answer a question without replying to it: a code
ONE_WORD = re.compile(r"[\w-]{16,200}")
#: seconds between two tries of what failed, at most
PAUSE_MOST = 60.0


class Voice(Protocol):
    """What :class:`bot.ears.Ears` gives: who may, and how to speak."""

    listener: Listener
    base: Context
    account: str

    async def role(self, to: Heard | Reacted, needed: Role) -> Role:
        """What the sender may do now. Raises ChannelError."""

    async def send(self, to: Heard | Reacted, text: str) -> bool:
        """Answer. False: not sent."""

    async def answered(self, event: str) -> bool:
        """Was this event handled before?"""

    async def remember(self, event: str) -> None:
        """It is handled."""

    def context(self, to: Heard | Reacted, language: str, role: Role) -> Context:
        """The context of somebody who wrote or tapped."""

    def tongue(self, room: str) -> str:
        """The language of a room."""


class Taps:
    """The taps and the worded replies on the messages of one account."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._again: dict[str, Asked] = {}  # whose reactions have to be read (again)

    # -- taps ---------------------------------------------------------------------------------

    async def hear(self, batch: Sequence[Reacted]) -> None:
        """Take in a batch; returns once every tap in it is handled."""
        for tap in batch:
            await self._guarded(tap)

    async def _guarded(self, tap: Reacted) -> None:
        try:
            await self._one(tap)
        except Exception:
            # One tap must not silence the bot for all others.
            log.exception("a reaction could not be handled; the next ones will be")

    async def _one(self, tap: Reacted) -> None:
        if tap.taken:
            await self._taken(tap)
            return
        asked = await self._read(lambda tx: self._asked(tx, tap.target, tap.room))
        reaction = self._reaction(asked, tap.sender)
        if asked is None or reaction is None or tap.key not in reaction.choices:
            return
        if asked.created is None and tap.age > OLD:
            return
        if await self.voice.answered(tap.event):
            return
        choice = reaction.choices[tap.key]
        try:
            answer = await self._act(
                tap, asked, reaction, lambda context: reaction.chosen(context, asked, choice)
            )
        except (NotNow, Unclear) as error:  # who may could not be asked: look again later
            log.info("a reaction waits for the server: %s", error)
            self._again[asked.event] = asked
            return
        if answer is None or not answer.text or await self.voice.send(tap, answer.text):
            await self.voice.remember(tap.event)

    async def _taken(self, tap: Reacted) -> None:
        """What the announcement's ⏰ had asked for is over once it is taken back; what was answered by
        a tap stands."""
        announced: type[Reaction] | None = kinds.load("reaction", "announcement")
        assert announced is not None
        context = self.voice.context(tap, self.voice.tongue(tap.room), "member")
        answer = await announced().taken_back(context, tap.target)
        if answer is not None and answer.text:
            await self.voice.send(tap, answer.text)

    # -- replies ------------------------------------------------------------------------------

    async def asked(self, heard: Heard) -> Asked | None:
        """What the message that ``heard`` replies to has asked, if it has."""
        if heard.reply_to is None:
            return await self._unprompted(heard)
        event = heard.reply_to
        asked = await self._read(lambda tx: tx.asked.get(event))
        return asked if self._reaction(asked, heard.sender) and asked is not None else None

    async def _unprompted(self, heard: Heard) -> Asked | None:
        """The latest question here that such words answer without replying to it."""
        text = heard.text.strip()
        if not ONE_WORD.fullmatch(text):
            return None
        meant = {
            kind
            for kind, found in kinds.every("reaction").items()
            if found.unprompted is not None and found.unprompted.fullmatch(text)
        }
        if not meant:
            return None
        account, now = self.voice.account, self.voice.base.now
        waiting = await self._read(lambda tx: tx.asked.open(account, now()))
        mine = [one for one in waiting if one.kind in meant and one.room == heard.room]
        return mine[-1] if mine else None

    async def reply(self, heard: Heard, asked: Asked) -> Answer | None:
        """Act on a reply in words. Raises BotErrors."""
        reaction = self._reaction(asked, heard.sender)
        if reaction is None or asked.room != heard.room:
            return None
        return await self._act(
            heard, asked, reaction, lambda context: reaction.said(context, asked, heard.text)
        )

    # -- both ---------------------------------------------------------------------------------

    def _reaction(self, asked: Asked | None, sender: str) -> Reaction | None:
        """Who understands the answers, if this person's still count."""
        if asked is None or asked.settled is not None:
            return None
        if asked.asker and asked.asker != sender:
            return None
        found: type[Reaction] | None = kinds.load("reaction", asked.kind)
        return None if found is None else found()

    async def _act(
        self,
        to: Heard | Reacted,
        asked: Asked,
        reaction: Reaction,
        act: Callable[[Context], Awaitable[Answer | None]],
    ) -> Answer | None:
        """Let the kind act, if the person has the role now; None: nothing to say."""
        role = await self.voice.role(to, reaction.role)
        if POWER[role] < POWER[reaction.role]:
            return None
        context = self.voice.context(to, self.voice.tongue(to.room), role)
        if asked.expires is not None and asked.expires <= context.now():
            return reaction.late(context, asked)
        try:
            return await act(context)
        except ChannelError:
            raise
        except BotError as error:
            return Answer(error.say(context.language))

    def _asked(self, tx: Tx, event: str, room: str) -> Asked | None:
        """What a message of the bot asks: a question, or an announcement that speaks for itself."""
        asked = tx.asked.get(event)
        if asked is not None:
            return asked if asked.room == room else None
        sent = next((one for one in tx.deliveries.by_remote(event) if one.action == "post"), None)
        if sent is None:
            return None
        about = {"channel": sent.channel, "announcement": sent.announcement, "story": sent.story}
        return Asked(event, room, self.voice.account, "announcement", about)

    async def _read(self, work: Callable[[Tx], Any]) -> Any:
        return await (await self.voice.base.store()).read(work)

    # -- the bot's own reactions, and what was tapped while it was down ------------------------

    async def tend(self) -> None:
        """Place the bot's own reactions under its questions, for ever; and read what was tapped
        while nobody listened."""
        account, now = self.voice.account, self.voice.base.now
        for asked in await self._read(lambda tx: tx.asked.open(account, now())):
            self._again[asked.event] = asked
        pause = TEND_EVERY
        while True:
            try:
                await self.look()
                pause = TEND_EVERY
            except (NotNow, Unclear) as error:
                pause = min(PAUSE_MOST, pause * 2)
                if error.after is not None:
                    pause = max(TEND_EVERY, error.after.total_seconds())
            except ChannelError as error:
                log.info("questions wait for their room: %s", error)
                pause = PAUSE_MOST
            except Exception:
                log.exception("looking after the questions failed; I try again")
                pause = PAUSE_MOST
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """One look. Raises ChannelError where the network wants to wait."""
        account, now, store = self.voice.account, self.voice.base.now, self.voice.base.store
        for asked in await self._read(lambda tx: tx.asked.bare(account, now())):
            await self._place(asked)
            await (await store()).write(partial(_placed, event=asked.event))
        for event, asked in list(self._again.items()):
            taps = await self.voice.listener.reactions(asked.room, event)
            self._again.pop(event, None)
            for tap in taps:
                await self._guarded(tap)

    async def _place(self, asked: Asked) -> None:
        found: type[Reaction] | None = kinds.load("reaction", asked.kind)
        for key in found.choices if found is not None else ():
            try:
                await self.voice.listener.react(asked.room, asked.event, shown(key))
            except (NotNow, Unclear, Locked):
                raise
            except ChannelError as error:  # the message is gone: nothing to place it under
                log.info("no reaction placed: %s", error)
                return


def _placed(tx: Tx, *, event: str) -> None:
    tx.asked.note_placed(event)


def shown(key: str) -> str:
    """A key as phones write it: a keycap has U+FE0F between the figure and its box."""
    return f"{key[0]}\ufe0f\u20e3" if key.endswith("\u20e3") else key

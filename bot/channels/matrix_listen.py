"""Hearing what people say in Matrix rooms, and answering them (Matrix client-server API,
sections 6.3.6 ``sync``, 11.2 ``m.mentions``, 11.6 replies, 11.10 threads).

What is no question never leaves this file (S6): notices, own messages, edits, redacted events,
everything of the account's very first sync, and what was answered by another device.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from nio import EnableEncryptionBuilder, MatrixRoom, RoomMessageText, RoomPreset, SyncResponse

from bot.channels.heard import Bookmark, Direct, Ear, File, Fingertips, Heard, Reacted
from bot.channels.matrix_client import Connection
from bot.channels.matrix_errors import call
from bot.channels.matrix_react import age, moment, reactions, reactions_to
from bot.errors import ChannelError, NotNow, Rejected

#: characters of an answer: it has to fit one screen, and no event may pass 65,536 bytes
LONGEST = 4000
#: private rooms that the bot makes at most in so many seconds (servers limit it too)
MADE, MADE_WITHIN = 20, 600.0
TOO_MANY = {
    "fr": "trop d’invitations à la fois",
    "en": "too many invitations at once",
}
#: power levels where a room has no m.room.power_levels (section 10.5.8)
CREATOR_ALONE = 100


Close = Callable[["MatrixListener"], Awaitable[None]]
AnyHeard = TypeVar("AnyHeard", Heard, Reacted)


class MatrixListener:
    """The ears and the voice of one account, for all of its rooms."""

    answers = None  # all commands may be asked
    a_day = None  # as often as one likes

    def __init__(self, connection: Connection, close: Close) -> None:
        self.connection = connection
        self._ear: Ear | None = None
        self._made: deque[float] = deque()  # when private rooms were made
        self._tips: Fingertips | None = None
        self._close = close

    @property
    def me(self) -> tuple[str, ...]:
        """@bot:server, bot, and the displayed names in the rooms."""
        mine = self.connection.user_id
        names = [mine, mine.removeprefix("@").partition(":")[0]]
        rooms = self.connection.connected().rooms.values()
        shown = (room.users[mine].display_name for room in rooms if mine in room.users)
        names.extend(name for name in shown if name)
        return tuple(dict.fromkeys(names))

    def listen(
        self, ear: Ear, tips: Fingertips | None = None, bookmark: Bookmark | None = None
    ) -> None:
        """Give every batch to ``ear`` and ``tips``; the sync token, kept with the keys, waits for
        their return. The bookmark tells a new device that another one has listened before it."""
        self._ear, self._tips = ear, tips
        self.connection.hear, self.connection.bookmark = self._hear, bookmark

    async def close(self) -> None:
        """Hear no more, and give the account back. Never raises."""
        self.connection.hear = self.connection.bookmark = None
        await self._close(self)

    def _hear(self, response: SyncResponse) -> Awaitable[None] | None:
        said = list(messages(self.connection, response))
        given = list(reactions(self.connection, response))
        return self._told(said, given) if said or given else None

    async def _told(self, said: list[Heard], given: list[Reacted]) -> None:
        await self.connection.resolve()
        telling: list[Awaitable[None]] = []
        if said and self._ear is not None:
            telling.append(self._ear([self._apart(one) for one in said]))
        if given and self._tips is not None:
            telling.append(self._tips([self._apart(one) for one in given]))
        for done in await asyncio.gather(*telling, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done

    def _apart(self, one: AnyHeard) -> AnyHeard:
        """A room of two that the configuration names is no private one."""
        return replace(one, direct=one.direct and self.connection.private(one.room))

    async def answer(self, to: Heard | Reacted, text: str) -> str:
        """Reply to a message; see :class:`bot.channels.heard.Listener`."""
        said = hashlib.sha256(to.event.encode()).hexdigest()[:32]
        return await self.connection.send(to.room, reply(to, text), f"answer-{said}")

    async def attach(self, to: Heard, file: File) -> str:
        """Send a file as ``m.file`` (section 11.3); see :class:`bot.channels.heard.Listener`."""
        said = hashlib.sha256(to.event.encode()).hexdigest()[:32]
        body = {
            "msgtype": "m.file",
            "body": file.name,
            "filename": file.name,
            "info": {"mimetype": file.mime, "size": len(file.data)},
        }
        content = relating(to) | body | await self.connection.upload(to.room, file)
        return await self.connection.send(to.room, content, f"file-{said}")

    async def react(self, room: str, event: str, key: str) -> None:
        """Place a reaction of the bot's own. Already there is success."""
        await self.connection.annotate(room, event, key)

    async def reactions(self, room: str, event: str) -> list[Reacted]:
        """What people have given to a message, as the server has it now."""
        given = await reactions_to(self.connection, room, event)
        return [self._apart(one) for one in given]

    async def erase(self, to: Heard | Reacted) -> bool:
        """Redact it (section 11.14), where the room lets the bot."""
        said = hashlib.sha256(to.event.encode()).hexdigest()[:32]
        try:
            await self.connection.redact(to.room, to.event, f"erase-{said}")
        except ChannelError:
            return False
        return True

    async def direct(self, person: str) -> Direct:
        """A room of two, encrypted; made where there is none (section 7.1 ``createRoom``)."""
        found = self._alone_with(person)
        if found is not None:
            return found
        now = asyncio.get_running_loop().time()
        while self._made and now - self._made[0] > MADE_WITHIN:
            self._made.popleft()
        if len(self._made) >= MADE:
            later = timedelta(seconds=MADE_WITHIN - (now - self._made[0]))
            raise NotNow(channel=self.connection.name, cause=TOO_MANY, after=later)
        self._made.append(now)
        made = await call(
            self.connection.connected().room_create(
                is_direct=True,
                invite=[person],
                preset=RoomPreset.private_chat,
                initial_state=[EnableEncryptionBuilder().as_dict()],
            ),
            channel=self.connection.name,
        )
        return Direct(made.room_id, invited=True)

    def _alone_with(self, person: str) -> Direct | None:
        """A room of these two that syncing has told of; one to which the person has come first."""
        connection = self.connection
        found = [
            Direct(room_id, invited=person in room.invited_users)
            for room_id, room in connection.connected().rooms.items()
            if set(room.users) == {person, connection.user_id} and connection.private(room_id)
        ]
        return min(found, key=lambda one: one.invited, default=None)

    async def power(self, to: Heard | Reacted) -> int | None:
        """The sender's power level now (section 10.5.8); None for a creator in room version 12."""
        connection = self.connection
        if not connection.configured(to.room):
            return 0
        creator, boundless = connection.creators.get(to.room, (frozenset(), False))
        if boundless and to.sender in creator:
            return None
        try:
            state = await call(
                connection.connected().room_get_state_event(to.room, "m.room.power_levels"),
                channel=connection.name,
            )
        except Rejected as error:
            if error.fields.get("code") != "M_NOT_FOUND":
                raise
            return CREATOR_ALONE if to.sender in creator else 0
        users = state.content.get("users")
        named = users.get(to.sender) if isinstance(users, dict) else None
        return _level(state.content.get("users_default") if named is None else named)


def _level(value: object) -> int:
    """Old rooms may write a level as a string; whatever is no number gives no power."""
    try:
        return int(value)  # type: ignore[call-overload,no-any-return]  # from JSON: anything
    except (TypeError, ValueError):
        return 0


def reply(to: Heard | Reacted, text: str) -> dict[str, Any]:
    """The content of an answer: quiet in a room, ringing where two are alone (S2, S6)."""
    return relating(to) | {
        "msgtype": "m.text" if to.direct else "m.notice",
        "body": text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…",
    }


def relating(to: Heard | Reacted) -> dict[str, Any]:
    """What makes any content an answer to a message."""
    answered = to.event if isinstance(to, Heard) else to.target
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": answered}}
    if isinstance(to, Heard) and to.thread:
        relation |= {"rel_type": "m.thread", "event_id": to.thread, "is_falling_back": False}
    return {
        "m.mentions": {"user_ids": [to.sender]} if to.direct else {},
        "m.relates_to": relation,
        "org.alposs.bot": {"answer": to.event},
    }


def messages(connection: Connection, response: SyncResponse) -> Iterator[Heard]:
    """The messages of people in one answer to a sync, in order; without those to which the bot's
    answer stands there too: who answered may have died before it could remember that."""
    client = connection.connected()
    now = moment(response)
    for room_id, info in response.rooms.join.items():
        room = client.rooms.get(room_id)
        if room is None:
            continue
        done = set(_answered(connection, info.timeline.events))
        for event in info.timeline.events:
            if isinstance(event, RoomMessageText) and event.sender != connection.user_id:
                heard = _heard(room, event, now)
                if heard is not None and heard.event not in done:
                    yield heard


def _answered(connection: Connection, events: Iterable[Any]) -> Iterator[str]:
    """To which messages we have replied: that is told in clear, whatever is encrypted."""
    for event in events:
        content = event.source.get("content") or {}
        relation = content.get("m.relates_to")
        if event.sender == connection.user_id and isinstance(relation, dict):
            answered = relation.get("m.in_reply_to")
            # a file comes before the words of its answer
            if isinstance(answered, dict) and content.get("msgtype") != "m.file":
                yield str(answered.get("event_id"))


def _heard(room: MatrixRoom, event: RoomMessageText, now: datetime) -> Heard | None:
    content = event.source.get("content") or {}
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if relation.get("rel_type") == "m.replace" or "m.new_content" in content:
        return None
    answered = relation.get("m.in_reply_to")
    reply_to = answered.get("event_id") if isinstance(answered, dict) else None
    threaded = relation.get("rel_type") == "m.thread"
    if threaded and relation.get("is_falling_back"):
        reply_to = None  # only there for clients that know no threads (section 11.10.1.2)
    return Heard(
        room=room.room_id,
        event=event.event_id,
        sender=event.sender,
        text=_without_quotation(event.body) if reply_to else event.body,
        age=age(event, now),
        reply_to=str(reply_to) if reply_to else None,
        thread=str(relation.get("event_id")) if threaded else None,
        direct=room.member_count <= 2,
        sealed=bool(event.decrypted) or not room.encrypted,
        encrypted=bool(event.decrypted),
    )


def _without_quotation(body: str) -> str:
    """A reply's own words: older clients quote what they answer above them."""
    lines = body.split("\n")
    start = 0
    while start < len(lines) and lines[start].startswith(">"):
        start += 1
    return "\n".join(lines[start:]).strip() if start else body

"""Finding our own messages again: after a lost answer, a restored backup, a new device (D)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

from nio import MegolmEvent, MessageDirection

from bot.channels.matrix_client import Connection
from bot.channels.matrix_errors import call

#: the server's clock may differ from ours by so much
SKEW = timedelta(hours=1)
#: pages of so many own messages that are read at most
PAGES, PAGE = 50, 100


class TooFar(Exception):
    """More messages than are read at most."""


async def find_sent(
    connection: Connection, room_id: str, transaction: str, key: str, trace: str, since: datetime
) -> tuple[str | None, bool]:
    """(the event's id, or None; whether the search was complete).

    An event is ours for ``key`` by its transaction id, which the server shows to the device that
    sent it, redacted or not, by our own field in its content, or by the ``trace`` beside what this
    device cannot decrypt. For an edit the id of the edited event is given. The search is
    incomplete where it met a message of the time that it could not look into (not decryptable, or
    redacted) and that bears neither a transaction id nor a trace to tell by.
    """
    oldest = (since - SKEW).timestamp() * 1000
    doubt = False
    try:
        async with aclosing(_own_messages(connection, room_id)) as events:
            async for event in events:
                if event.server_timestamp < oldest:
                    break
                content = event.source.get("content") or {}
                told = (event.source.get("unsigned") or {}).get("transaction_id")
                left = _ours(content, "trace")
                mine = told == transaction or _ours(content, "key") == key
                if mine or (trace and left == trace):
                    return _replaced(content) or event.event_id, True
                hidden = isinstance(event, MegolmEvent) and not _same_mark(left, trace)
                if not told and (hidden or not content):
                    doubt = True
    except TooFar:
        return None, False
    return None, not doubt


async def find_edits(connection: Connection, room_id: str, event_id: str) -> list[str]:
    """The ids of our edits of an event. What an edit replaces is told in clear, always."""
    edits: list[str] = []
    try:
        async with aclosing(_own_messages(connection, room_id)) as events:
            async for event in events:
                if event.event_id == event_id:
                    break
                if _replaced(event.source.get("content") or {}) == event_id:
                    edits.append(event.event_id)
    except TooFar:
        return edits
    return edits


async def find_redaction(connection: Connection, room_id: str, event_id: str) -> bool:
    """Is the event redacted? Asks the server for the event itself."""
    client = connection.connected()
    answer = await call(client.room_get_event(room_id, event_id), channel=connection.name)
    return "redacted_because" in (answer.event.source.get("unsigned") or {})


async def _own_messages(connection: Connection, room_id: str) -> AsyncGenerator[Any, None]:
    """Our messages, newest first, decrypted where that can be, to the room's beginning."""
    client = connection.connected()
    only = {"senders": [connection.user_id], "types": ["m.room.message", "m.room.encrypted"]}
    start: str | None = None
    for _ in range(PAGES):
        page = await call(
            client.room_messages(
                room_id, start, direction=MessageDirection.back, limit=PAGE, message_filter=only
            ),
            channel=connection.name,
        )
        for event in page.chunk:
            if event.sender == connection.user_id:  # should a server overlook the filter
                yield event
        start = page.end
        if not start:
            return
    raise TooFar


def _ours(content: dict[str, Any], name: str) -> object:
    """A value in our own field."""
    ours = content.get("org.alposs.bot")
    return ours.get(name) if isinstance(ours, dict) else None


def _same_mark(left: object, trace: str) -> bool:
    """Were both made with the same secret, so that they can be compared?"""
    mark, _, _ = trace.partition("-")
    return bool(mark) and isinstance(left, str) and left.startswith(f"{mark}-")


def _replaced(content: dict[str, Any]) -> str | None:
    """The id of the event that this one edits."""
    relation = content.get("m.relates_to")
    if isinstance(relation, dict) and relation.get("rel_type") == "m.replace":
        return str(relation.get("event_id"))
    return None

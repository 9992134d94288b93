"""Hearing the reactions that people give (Matrix client-server API, section 11.9 ``m.annotation``).

Reactions are never encrypted, so that anybody on the server could have made one up: they only
count on the bot's own messages, which is for their reader to see to (S7). Those given while the
bot was down are read back from the server (section 11.3, aggregations).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from nio import MatrixRoom, ReactionEvent, RedactionEvent, SyncResponse

from bot.channels.heard import Reacted, bare
from bot.channels.matrix_client import Connection
from bot.channels.matrix_errors import call, date_of

#: pages of so many reactions to one message that are read at most
PAGES, PAGE = 10, 100
#: bytes of a key that are looked at: an emoji has far fewer
LONGEST = 64


def reactions(connection: Connection, response: SyncResponse) -> Iterator[Reacted]:
    """The reactions of people in one answer to a sync, in order, and what they took back."""
    client, now = connection.connected(), moment(response)
    for room_id, info in response.rooms.join.items():
        room = client.rooms.get(room_id)
        if room is not None:
            yield from _given(connection, room, info.timeline.events, now)


async def reactions_to(connection: Connection, room_id: str, event_id: str) -> list[Reacted]:
    """The reactions that a message has now, oldest first."""
    client = connection.connected()
    room = client.rooms.get(room_id)
    if room is None:
        return []
    found: list[Reacted] = []
    start: str | None = None
    for _ in range(PAGES):
        page = await call(
            client.annotations(room_id, event_id, start, PAGE), channel=connection.name
        )
        found.extend(_given(connection, room, page.events, moment(page)))
        start = page.next_batch
        if not start:
            break
    return sorted(found, key=lambda one: one.age, reverse=True)


def _given(
    connection: Connection, room: MatrixRoom, events: list[Any], now: datetime
) -> Iterator[Reacted]:
    for event in events:
        if isinstance(event, RedactionEvent) and event.sender != connection.user_id:
            yield Reacted(
                room=room.room_id,
                event=event.event_id,
                sender=event.sender,
                target=event.redacts,
                key="",
                age=age(event, now),
                direct=room.member_count <= 2,
                taken=True,
            )
        # A redacted reaction has no key left and comes as another class.
        if isinstance(event, ReactionEvent) and event.sender != connection.user_id:
            yield Reacted(
                room=room.room_id,
                event=event.event_id,
                sender=event.sender,
                target=event.reacts_to,
                key=bare(event.key[:LONGEST]),
                age=age(event, now),
                direct=room.member_count <= 2,
            )


def moment(response: Any) -> datetime:
    """When the server gave this answer, by its own clock."""
    transport = response.transport_response
    return date_of(transport.headers.get("Date", "") if transport else "") or datetime.now(UTC)


def age(event: Any, now: datetime) -> timedelta:
    """How old an event is, by the server's own clock."""
    written = datetime.fromtimestamp(event.server_timestamp / 1000, UTC)
    return max(now - written, timedelta(0))

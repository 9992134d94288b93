"""Finding our own messages again: after a lost answer, a restored backup, a new device (D)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nio import MegolmEvent, MessageDirection

from bot.channels.matrix_client import Connection
from bot.channels.matrix_errors import call

#: the server's clock may differ from ours by so much
SKEW = timedelta(hours=1)
#: pages of 100 own messages that are read at most
PAGES = 50


async def find_sent(
    connection: Connection, room_id: str, transaction: str, key: str, since: datetime
) -> tuple[str | None, bool]:
    """(the event's id, or None; whether the search was complete).

    An event is ours for ``key`` by its transaction id, which the server shows to the device that
    sent it, redacted or not, or by our own field in its content. For an edit the id of the edited
    event is given. The search is incomplete where it met a message of the time that it could
    not look into (not decryptable, or redacted) and that bears no transaction id to tell by.
    """
    client = connection.connected()
    oldest = (since - SKEW).timestamp() * 1000
    only = {"senders": [connection.user_id], "types": ["m.room.message", "m.room.encrypted"]}
    start: str | None = None
    doubt = False
    for _ in range(PAGES):
        page = await call(
            client.room_messages(
                room_id, start, direction=MessageDirection.back, limit=100, message_filter=only
            ),
            channel=connection.name,
        )
        for event in page.chunk:
            if event.sender != connection.user_id:
                continue  # a server that overlooks the filter
            if event.server_timestamp < oldest:
                return None, not doubt
            content = event.source.get("content") or {}
            told = (event.source.get("unsigned") or {}).get("transaction_id")
            if told == transaction or _key(content) == key:
                return _first(event.event_id, content), True
            if not told and (isinstance(event, MegolmEvent) or not content):
                doubt = True
        start = page.end
        if not start:
            return None, not doubt
    return None, False


async def find_redaction(connection: Connection, room_id: str, event_id: str) -> bool:
    """Is the event redacted? Asks the server for the event itself."""
    client = connection.connected()
    answer = await call(client.room_get_event(room_id, event_id), channel=connection.name)
    return "redacted_because" in (answer.event.source.get("unsigned") or {})


def _key(content: dict[str, Any]) -> object:
    ours = content.get("org.alposs.bot")
    return ours.get("key") if isinstance(ours, dict) else None


def _first(event_id: str, content: dict[str, Any]) -> str:
    relation = content.get("m.relates_to")
    if isinstance(relation, dict) and relation.get("rel_type") == "m.replace":
        return str(relation.get("event_id"))
    return event_id

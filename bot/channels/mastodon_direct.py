"""A private post to one person: the second way, where no room can carry it."""

from __future__ import annotations

import hashlib

from bot.announcements.words import cut, harmless
from bot.channels.account import Account
from bot.channels.mastodon_client import Client

#: characters; every server takes so many
LONGEST = 480


async def send_direct(account: Account, person: str, text: str) -> None:
    """Mention ``person`` in a post that only they see; the same text once an hour at most, by its
    key. Raises ChannelError."""
    key = hashlib.sha256(f"{person}\0{text}".encode()).hexdigest()[:32]
    client = Client(account.id, account.settings.server, account.secret())
    said = f"{person} {cut(harmless(text), LONGEST - len(person), None)}"
    try:
        await client.call(
            lambda api: api.status_post(said, visibility="direct", idempotency_key=key),
            changes=True,
        )
    finally:
        client.close()

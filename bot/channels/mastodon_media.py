"""Images on the Fediverse: brought over before the post, kept when it is edited.

API: docs.joinmastodon.org/methods/media. An image is mostly ready at once (200); a server that
takes its time says 202, and 206 until it is.
"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.mastodon_client import Client, session
from bot.channels.mastodon_instance import Instance
from bot.errors import NotNow, Rejected

#: seconds between two looks at an image that is not ready, and looks in all
PAUSE, LOOKS = 1.0, 15

_TOO_LARGE = {"fr": "image trop lourde pour ce serveur", "en": "image too large for this server"}
_WRONG_TYPE = {
    "fr": "ce serveur ne prend pas ce type d’image",
    "en": "this server does not take this type of image",
}
_NOT_READY = {
    "fr": "le serveur n’a pas fini de préparer l’image",
    "en": "the server has not made the image ready",
}


async def bring(client: Client, instance: Instance, picture: bytes, type: str, alt: str) -> str:
    """Upload an image with its description; its id, once a status may show it.

    Raises ChannelError.
    """
    if instance.picture_bytes is not None and len(picture) > instance.picture_bytes:
        raise Rejected(channel=client.name, cause=_TOO_LARGE)
    if instance.picture_types and type not in instance.picture_types:
        raise Rejected(channel=client.name, cause=_WRONG_TYPE)
    words = alt if len(alt) <= instance.alt else alt[: instance.alt - 1].rstrip() + "…"

    def upload(api: Any) -> tuple[str, bool]:
        made = api.media_post(picture, mime_type=type, description=words)
        return str(made["id"]), _ready(api)

    def look(api: Any) -> bool:
        api.media(id)
        return _ready(api)

    id, ready = await client.call(upload, changes=True)
    for _ in range(LOOKS):
        if ready:
            return id
        await asyncio.sleep(PAUSE)
        ready = await client.call(look)
    if ready:
        return id
    raise NotNow(channel=client.name, status=206, cause=_NOT_READY)


async def shown(client: Client, remote: str) -> list[str] | None:
    """The ids of what a status shows; None: nothing. Raises ChannelError."""
    status = await client.call(lambda api: api.status(remote))
    attached = status.get("media_attachments") if isinstance(status, dict) else None
    return [str(one["id"]) for one in attached or () if one.get("id")] or None


def _ready(api: Any) -> bool:
    last = session(api).last
    return last is not None and last.status_code == 200

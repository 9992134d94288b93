"""Webhooks: each announcement as a signed JSON POST to an address of yours.

The signature is that of Standard Webhooks (standardwebhooks.com): ``webhook-id`` is the
delivery's key, always the same for the same message, so that a receiver that keeps the ids it
has seen never acts twice; ``webhook-signature`` is ``v1,`` and the base64 of the HMAC-SHA256
(RFC 2104) over ``id.timestamp.body``.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.http import HttpProcessingError
from pydantic import Field
from yarl import URL

from bot import __version__
from bot.channels.account import read_secret
from bot.channels.channel import Channel, Limits, Receipt
from bot.config.syntax import Allowed, Url, Variable
from bot.config.wiring import ChannelSettings
from bot.errors import ChannelError, Forbidden, Locked, NotNow, Rejected, Unclear, Unreachable
from bot.outbox.delivery import Delivery
from bot.sources import wire
from bot.sources.address import Guard
from bot.sources.connections import Connections

#: seconds for one delivery, and of them for connecting
TIMEOUT, CONNECTING = 30.0, 10.0

_BLOCKED = {
    "fr": "son adresse n’est pas publique\u202f; un réseau interne s’autorise par allow, dans le "
    "fichier du canal",
    "en": "its address is not public; allow an internal network by allow, in the channel’s file",
}
_BAD_URL = {
    "fr": "ce n’est pas une adresse utilisable\u202f; corrigez url",
    "en": "this is no address that can be used; mend url",
}
_SLOW = {"fr": "pas de réponse à temps", "en": "no answer in time"}
_LOST = {"fr": "connexion coupée", "en": "connection lost"}
_MOVED = {
    "fr": "le serveur renvoie à une autre adresse\u202f; corrigez url",
    "en": "the server points to another address; mend url",
}


class WebhookOptions(ChannelSettings):
    """An address that is told of every announcement."""

    kind: str = Field("webhook", description="webhook")
    url: Url = Field(description="Where each announcement is POSTed, as JSON.")
    secret_file: str | None = Field(
        None, description="File (0600) with the secret that signs; whsec_… or any text."
    )
    secret_env: Variable | None = Field(None, description="Environment variable that holds it.")
    allow: tuple[Allowed, ...] = Field(
        (), description="Networks that it may reach although they are not public: 10.0.0.0/8."
    )
    per_hour: int = Field(0, ge=0, description="At most so many an hour; 0: no limit.")
    per_day: int = Field(0, ge=0, description="At most so many a day; 0: no limit.")
    digest: str = Field("", description="When the digest of the week is told, local; empty: never.")
    quiet: str = Field("", description="Silence, local time; empty: none.")


class Webhook(Channel):
    """One receiver."""

    kind = "webhook"
    Options = WebhookOptions
    abilities = frozenset({"edit", "withdraw", "reply", "idempotent"})
    #: how long receivers are asked to keep the ids they have seen (docs/how-to/setup.md)
    window: timedelta | None = timedelta(days=7)
    usual = Limits(characters=20_000, form="json")

    def __init__(self, id: str, options: WebhookOptions, account: object = None) -> None:
        super().__init__(id, options, account)
        self._guard = Guard(options.allow)
        self._place: wire.Place | None = None
        self._connections: Connections | None = None

    async def stop(self) -> None:
        """Close the connections."""
        if self._connections is not None:
            await self._connections.close()

    async def limits(self) -> Limits:
        """JSON takes any length."""
        return self.usual

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Type ``announcement.new``. The receipt bears the delivery's own key."""
        await self._send("announcement.new", delivery, delivery.key)
        return Receipt(delivery.key)

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:
        """Type ``announcement.edited``; ``message`` in it is the id of the first sending."""
        await self._send("announcement.edited", delivery, remote)
        return Receipt(remote)

    async def withdraw(self, remote: str, delivery: Delivery) -> None:
        """Type ``announcement.withdrawn``."""
        await self._send("announcement.withdrawn", delivery, remote)

    async def _send(self, type: str, delivery: Delivery, message: str) -> None:
        key = delivery.key if delivery.action == "post" else f"{delivery.key}-{delivery.action}"
        body = json.dumps(event(type, delivery, message), ensure_ascii=False).encode()
        headers = {
            "User-Agent": f"alposs-bot/{__version__} (+https://alposs.fr)",
            "Content-Type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(int(time.time())),
        }
        secret = read_secret(
            self.options.secret_file, self.options.secret_env, base=Path(), whose=self.id
        )
        headers["webhook-signature"] = signature(secret, key, headers["webhook-timestamp"], body)
        status, after = await self._post(body, headers)
        if status >= 300:
            raise self._meaning(status, after)

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, timedelta | None]:
        """The status, and what Retry-After asks (RFC 9110, section 10.2.3). No redirect is followed,
        and of the answer's body nothing is read."""
        if self._connections is None:
            self._connections = Connections(self._guard, 1, CONNECTING)
        try:
            if self._place is None:
                self._place = wire.Place(self.options.url, URL(self.options.url))
            async with asyncio.timeout(TIMEOUT):
                answer = await wire.exchange(self._connections, self._place, headers, body)
            self._connections.keep(self._place.peer, answer.protocol)
        except Forbidden:
            raise Locked(channel=self.id, cause=_BLOCKED) from None
        except Unreachable as error:
            raise NotNow(channel=self.id, cause=error.fields["cause"]) from error
        except TimeoutError as error:
            raise Unclear(channel=self.id, cause=_SLOW) from error
        except ValueError as error:  # a name that IDNA refuses: nothing was sent
            raise Locked(channel=self.id, cause=_BAD_URL) from error
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            raise Unclear(channel=self.id, cause=_LOST) from error
        asked = answer.headers.get("Retry-After", "").strip()
        return answer.status, timedelta(seconds=int(asked[:6])) if asked.isdecimal() else None

    def _meaning(self, status: int, after: timedelta | None) -> ChannelError:
        cause: Any = f"HTTP {status}"
        if status < 400:
            return NotNow(channel=self.id, cause=_MOVED)
        if status == 429:
            return NotNow(after=after, channel=self.id, cause=cause)
        if status in (401, 403):
            return Locked(channel=self.id, cause=cause)
        if status in (400, 410, 413, 415, 422):
            return Rejected(channel=self.id, cause=cause)
        kind = Unclear if status >= 500 else NotNow
        return kind(after=after, channel=self.id, cause=cause)


def event(type: str, delivery: Delivery, message: str) -> dict[str, Any]:
    """The JSON body, always the same for the same delivery (D4).

    :param message: the id of the first sending, which edits and withdrawals speak of.
    """
    words = delivery.message
    return {
        "type": type,
        "timestamp": delivery.created.isoformat(),
        "data": {
            "message": message,
            "announcement": delivery.announcement,
            "story": delivery.story,
            "revision": delivery.revision,
            "reply_to": delivery.reply_to,
            "text": words.text,
            "html": words.html,
            "language": words.language,
            "links": list(words.links),
            **({"facts": words.data} if words.data else {}),
        },
    }


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """``v1,…`` as Standard Webhooks signs. A ``whsec_`` secret is base64 of the key."""
    key = secret.encode()
    if secret.startswith("whsec_"):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = secret.encode()  # a text that merely begins so
    signed = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"

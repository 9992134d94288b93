"""What a homeserver's answers mean for a delivery (Matrix client-server API, section 2.2).

::

    no connection at all ───────────────> NotNow      nothing was sent
    429 M_LIMIT_EXCEEDED ───────────────> NotNow      with the wait that it asks for
    401, M_UNKNOWN_TOKEN, other 403 ────> Locked      a new login is needed
    403 M_FORBIDDEN, M_BAD_STATE ───────> RoomClosed  not a member, not enough power, banned
    413 M_TOO_LARGE, 400, 404, 422 ─────> Rejected    this message, never
    time-out, broken answer, 5xx ───────> Unclear     for a call that changes something
                                          NotNow      for a call that only reads or prepares
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, ClassVar

import aiohttp
from nio import Api, AsyncClient, MessageDirection
from nio.api import RelationshipType
from nio.exceptions import EncryptionError, LocalProtocolError
from nio.responses import ErrorResponse, Response, RoomEventRelationsResponse

from bot.errors import ChannelError, Locked, NotNow, Rejected, Unclear

#: seconds for one call, answer read included
PATIENCE = 60

#: error codes by which the account itself is closed, whatever the HTTP status
_LOCKED = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})


@dataclass
class Answered(Response):  # type: ignore[misc]  # nio ships no types
    """A whole answer, for the calls that nio does not know."""

    body: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, parsed_dict: dict[str, Any]) -> Answered:
        """As nio's responses are made."""
        return cls(parsed_dict)

    @property
    def asks(self) -> bool:
        """Does the server ask who is there, before it carries this out (section 5.5)?"""
        return "flows" in self.body and "session" in self.body


class SoundClient(AsyncClient):  # type: ignore[misc]  # nio ships no types
    """nio's client, but an HTTP error is never taken for success.

    nio reads the body alone: a gateway's 502 becomes ``{}``, which is what a carried-out
    ``PUT sendToDevice`` answers, and the room key that it lost counts as handed over.
    """

    #: what stands in clear beside the next encrypted content
    beside: Mapping[str, Any] = MappingProxyType({})

    def encrypt(
        self, room_id: str, message_type: str, content: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """As nio's, with ``beside`` added."""
        kind, sealed = super().encrypt(room_id, message_type, content)
        return kind, {**sealed, **self.beside}

    async def create_matrix_response(
        self,
        response_class: type,
        transport_response: Any,
        data: tuple[Any, ...] | None = None,
        save_to: Any = None,
    ) -> Any:
        """As nio's, with the status looked at."""
        response = await super().create_matrix_response(
            response_class, transport_response, data, save_to
        )
        asks = transport_response.status == 401 and isinstance(response, Answered) and response.asks
        if (
            transport_response.status >= 400
            and not isinstance(response, ErrorResponse)
            and not asks
        ):
            response = ErrorResponse.from_dict(await self.parse_body(transport_response))
            response.transport_response = transport_response
        return response

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """A call under ``/_matrix/client/v3`` that nio does not know: Answered or an error."""
        data = None if body is None else json.dumps(body)
        return await self._send(Answered, method, f"/_matrix/client/v3{path}", data)

    async def annotations(self, room_id: str, event_id: str, start: str | None, limit: int) -> Any:
        """One page of the reactions to an event; nio's own walk over all pages ends in an
        AttributeError where the server refuses."""
        method, path = Api.room_get_event_relations(
            self.access_token,
            room_id,
            event_id,
            RelationshipType.annotation,
            "m.reaction",
            MessageDirection.front,
            start,
            None,
            limit,
        )
        return await self._send(
            RoomEventRelationsResponse, method, path, response_data=(room_id, event_id)
        )


class RoomClosed(Locked):
    """The account works, but this room does not take its messages."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "le salon {room} ne prend pas mes messages ({cause})\u202f; rien n’est perdu. "
        "Invitez {user} dans ce salon et donnez-lui le droit d’y écrire",
        "en": "the room {room} does not take my messages ({cause}); nothing is lost. "
        "Invite {user} to it and allow it to send messages there",
    }


class KeysLost(Locked):
    """The device's encryption keys are gone or cannot be opened: it can never be used again."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "les clés de chiffrement de l’appareil Matrix {device} ne sont plus utilisables "
        "({cause})\u202f; rien n’est envoyé en clair et rien n’est perdu. Remettez la sauvegarde "
        "du dossier de données, ou créez un nouvel appareil avec\u00a0: alposs-bot setup",
        "en": "the encryption keys of the Matrix device {device} can no longer be used "
        "({cause}); nothing is sent in clear and nothing is lost. Restore the backup of the "
        "data folder, or make a new device with: alposs-bot setup",
    }


async def call(
    what: Awaitable[Any], *, channel: str, changes: bool = False, patience: float = PATIENCE
) -> Any:
    """Await one call of the client; its answer, or the ChannelError that it means.

    :param channel: what the error names: the channel or account.
    :param changes: True where the call may have been carried out though its answer is lost.
    :param patience: seconds.
    """
    lost = Unclear if changes else NotNow
    try:
        async with asyncio.timeout(patience):
            response = await what
    except aiohttp.ClientConnectorError as error:
        raise NotNow(channel=channel, cause=_said(error)) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise lost(channel=channel, cause=_said(error)) from error
    except (LocalProtocolError, EncryptionError) as error:
        # raised by the client before it sends anything
        raise NotNow(channel=channel, cause=_said(error)) from error
    if isinstance(response, ErrorResponse):
        raise meaning(response, channel=channel, changes=changes)
    return response


def meaning(response: ErrorResponse, *, channel: str, changes: bool) -> ChannelError:
    """The error for a refusal. Never matches on ``error`` texts: only codes are stable."""
    code = response.status_code or ""
    transport = response.transport_response
    status = int(transport.status) if transport is not None else 0
    cause = f"{status} {code}".strip() if code else f"HTTP {status}"
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return NotNow(channel=channel, cause=cause, after=wait(response))
    if code in _LOCKED or (status == 401 and code):  # a bare 401 is some gateway's
        return Locked(channel=channel, cause=cause)
    if status == 403 and code in {"M_FORBIDDEN", "M_BAD_STATE"}:  # the second: banned
        return RoomClosed(channel=channel, cause=cause, room="?", user="?")
    if status == 403 and code:
        return Locked(channel=channel, cause=cause)
    if status in {400, 404, 409, 413, 422} and code:
        return Rejected(channel=channel, cause=cause, code=code)
    # 5xx, and whatever is no Matrix answer: a gateway's page, an empty object
    lost = Unclear if changes else NotNow
    return lost(channel=channel, cause=cause, after=wait(response))


def wait(response: ErrorResponse) -> timedelta | None:
    """How long the server asks to wait: the header Retry-After (RFC 9110, section 10.2.3), else
    ``retry_after_ms``; None where it says nothing."""
    transport = response.transport_response
    headers = transport.headers if transport is not None else {}
    header = headers.get("Retry-After", "").strip()
    if header.isdigit():
        return timedelta(seconds=int(header))
    until, now = date_of(header), date_of(headers.get("Date", ""))
    if until and now:  # both by the server's own clock
        return max(timedelta(0), until - now)
    milliseconds = response.retry_after_ms
    if isinstance(milliseconds, int) and milliseconds > 0:
        return timedelta(milliseconds=milliseconds)
    return None


def date_of(header: str) -> datetime | None:
    """An HTTP date (RFC 9110, section 5.6.7), aware; None where it is none."""
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _said(error: BaseException) -> dict[str, str]:
    """A short cause without addresses or secrets."""
    if isinstance(error, TimeoutError):
        return {"fr": "pas de réponse à temps", "en": "no answer in time"}
    if isinstance(error, aiohttp.ClientConnectorError):
        return {"fr": "connexion impossible", "en": "cannot connect"}
    if isinstance(error, LocalProtocolError | EncryptionError):
        return {"fr": "le chiffrement n’est pas prêt", "en": "encryption is not ready"}
    return {"fr": "connexion interrompue", "en": "connection broken"}

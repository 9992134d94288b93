"""Verifications by emoji that people start from their client, in a room (as Element does with
other people) or from device to device (as it does among one account's own).

Only admins, those whom the account's ``invites`` lets in, and the account itself are answered.
The emojis are shown in that room, or in the admins', and always in the bot's log: who wants to be
sure compares with the log, which no server can change. What the bot vouches for are its device
and its master key; it concludes nothing about the other side, whose keys it never signs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nio import SyncResponse, ToDeviceMessage

from bot.channels.matrix_emoji import told
from bot.channels.matrix_errors import call, date_of
from bot.channels.matrix_sas import METHOD, PREFIX, Cancelled, Party, Sas
from bot.channels.matrix_signing import published
from bot.errors import ChannelError

if TYPE_CHECKING:
    from bot.channels.matrix_client import Connection

log = logging.getLogger(__name__)

#: seconds that a verification may take, and that a request may be old
LASTS = 600.0
#: verifications at once: nobody needs more, and a storm of requests costs little
AT_ONCE = 5

SHOWN: Mapping[str, str] = {
    "fr": "Vérification avec {user}. Comparez avec votre écran\u00a0: {emojis}. Si les sept sont "
    "les mêmes, acceptez chez vous\u202f; sinon refusez. (Pour en être sûr, comparez avec le "
    "journal du bot.)",
    "en": "Verification with {user}. Compare with your screen: {emojis}. If all seven are the "
    "same, accept on your side; else refuse. (To be certain, compare with the bot’s log.)",
}
DONE: Mapping[str, str] = {
    "fr": "C’est vérifié\u00a0: votre client fait maintenant confiance à mon appareil.",
    "en": "Verified: your client trusts my device from now on.",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """One verification event."""

    kind: str  # after the prefix
    sender: str
    content: Mapping[str, Any]
    transaction: str
    room: str = ""  # "": from device to device

    @property
    def place(self) -> tuple[str, str, str]:
        """Where its verification is kept."""
        return self.room, self.sender, self.transaction


@dataclass
class _Open:
    sas: Sas
    room: str
    since: float


class Verifier:
    """The verifications of one account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: dict[tuple[str, str, str], _Open] = {}  # by room, person, transaction
        self._turn = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()

    def heed(self, response: SyncResponse) -> None:
        """Answer what one sync brought, beside the sync loop."""
        said = list(_events(self._connection, response))
        if said:
            task = asyncio.create_task(self._answer(said), name="verification")
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    async def close(self) -> None:
        """End; what is under way is forgotten, and the person starts it again."""
        for task in list(self._working):
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        self._open.clear()

    async def _answer(self, said: list[_Said]) -> None:
        async with self._turn:
            for one in said:
                try:
                    await self._one(one)
                except Cancelled as end:
                    log.warning("verification with %s ended: %s", one.sender, end.reason)
                    await self._cancel(self._open.pop(one.place), end)
                except ChannelError as error:
                    log.warning("verification with %s broke off: %s", one.sender, error)
                except Exception:
                    log.exception("verification with %s failed", one.sender)

    async def _one(self, said: _Said) -> None:
        now = asyncio.get_running_loop().time()
        for place, old in list(self._open.items()):
            if now - old.since > LASTS:
                del self._open[place]
        if said.kind == "request":
            await self._request(said, now)
            return
        known = self._open.get(said.place)
        if known is None:
            return  # another device's, or over
        sas = known.sas
        if said.kind == "cancel":
            del self._open[said.place]
            log.warning("verification with %s refused over there", said.sender)
            return
        if said.kind == "mac":
            replies = sas.confirm(said.content, await self._keys_of(said.sender))
        else:
            replies = sas.receive(said.kind, said.content)
        for kind, content in replies:
            await self._send(known, kind, content)
        if said.kind == "key":
            await self._show(known)
        if sas.state == "over":
            del self._open[said.place]
            log.warning("verification with %s done", said.sender)
            if known.room:
                await self._say(known.room, DONE[self._language], f"{said.transaction}-done")

    async def _request(self, said: _Said, now: float) -> None:
        device = str(said.content.get("from_device"))
        me = self._connection
        if said.sender == me.user_id and device == me.device_id:
            return
        if not (said.sender == me.user_id or me.membership.may_invite(said.sender)):
            log.warning("verification asked by %s, who is no admin: left alone", said.sender)
            return
        if METHOD not in (said.content.get("methods") or ()) or len(self._open) >= AT_ONCE:
            return
        us = Party(me.user_id, me.device_id)
        sas = Sas(said.transaction, us, Party(said.sender, device), self._vouched())
        self._open[said.place] = _Open(sas, said.room, now)
        await self._send(self._open[said.place], *sas.ready())

    async def _show(self, known: _Open) -> None:
        user = known.sas.them.user
        emojis = told(known.sas.emojis, self._language)
        log.warning("verification with %s: %s", user, emojis)
        text = SHOWN[self._language].format(user=user, emojis=emojis)
        if known.room:
            await self._say(known.room, text, f"{known.sas.transaction}-emojis")
        else:
            await self._connection.tell_admins(f"verification:{known.sas.transaction}", text)

    @property
    def _language(self) -> str:
        return self._connection.account.language

    async def _say(self, room: str, text: str, key: str) -> None:
        content = {"msgtype": "m.notice", "body": text, "m.mentions": {}}
        await self._connection.send(room, content, f"verified-{key}"[:200])

    async def _send(self, known: _Open, kind: str, content: Mapping[str, Any]) -> None:
        sas, connection = known.sas, self._connection
        transaction = sas.transaction
        if known.room:
            relation = {"rel_type": "m.reference", "event_id": transaction}
            whole = {**content, "m.relates_to": relation}
            key = f"verify-{transaction}-{kind}"[:200]
            await connection.send(known.room, whole, key, kind=PREFIX + kind)
            return
        message = ToDeviceMessage(
            PREFIX + kind,
            sas.them.user,
            sas.them.device,
            {**content, "transaction_id": transaction},
        )
        await call(connection.connected().to_device(message), channel=connection.name)

    async def _cancel(self, known: _Open, end: Cancelled) -> None:
        try:
            await self._send(known, "cancel", {"code": end.code, "reason": end.reason})
        except ChannelError as error:
            log.info("the other side was not told: %s", error)

    # -- keys ---------------------------------------------------------------------------------

    def _vouched(self) -> dict[str, str]:
        """Our own device, by our key store; and the master key, where it vouches for it."""
        connection = self._connection
        mine = connection.connected().olm.account.identity_keys["ed25519"]
        vouched = {f"ed25519:{connection.device_id}": mine}
        if connection.master:
            vouched[f"ed25519:{connection.master}"] = connection.master
        return vouched

    async def _keys_of(self, user: str) -> dict[str, str]:
        """What the server publishes for a person: devices and master key, by key id."""
        client = self._connection.connected()
        body: dict[str, Any] = {"device_keys": {user: []}}
        answer = await call(client.api("POST", "/keys/query", body), channel=self._connection.name)
        keys: dict[str, str] = {}
        for device in (answer.body.get("device_keys", {}).get(user) or {}).values():
            keys |= {id: key for id, key in device["keys"].items() if id.startswith("ed25519:")}
        master = published((answer.body.get("master_keys") or {}).get(user))
        return keys | ({f"ed25519:{master}": master} if master else {})


def _events(connection: Connection, response: SyncResponse) -> Iterator[_Said]:
    """The verification events in an answer to a sync, young enough, in order."""
    transport = response.transport_response
    now = date_of(transport.headers.get("Date", "") if transport else "") or datetime.now(UTC)
    for event in response.to_device_events:
        source = getattr(event, "source", None) or {}
        content = source.get("content") or {}
        kind = str(source.get("type"))
        if kind.startswith(PREFIX) and _young(content.get("timestamp"), now):
            transaction = str(content.get("transaction_id"))
            yield _Said(kind.removeprefix(PREFIX), str(source.get("sender")), content, transaction)
    for room_id, info in response.rooms.join.items():
        for event in info.timeline.events:
            source = getattr(event, "source", None) or {}
            content = source.get("content") or {}
            if source.get("sender") == connection.user_id or not _young(
                source.get("origin_server_ts"), now
            ):
                continue
            kind, id = str(source.get("type")), str(source.get("event_id"))
            if content.get("msgtype") == PREFIX + "request":
                if content.get("to") == connection.user_id:
                    yield _Said("request", str(source["sender"]), content, id, room_id)
            elif kind.startswith(PREFIX):
                related = content.get("m.relates_to")
                related = related if isinstance(related, dict) else {}
                yield _Said(
                    kind.removeprefix(PREFIX),
                    str(source["sender"]),
                    content,
                    str(related.get("event_id")),
                    room_id,
                )


def _young(milliseconds: object, now: datetime) -> bool:
    """Was it said within the time that a verification may take? One that says nothing is."""
    if not isinstance(milliseconds, int | float):
        return True
    return abs(now.timestamp() - milliseconds / 1000) <= LASTS

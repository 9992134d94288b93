"""One Matrix account, opened: entering rooms, sending into them, telling the admins.

**Never in clear.** A message leaves only after the room's encryption is known: from the state
that syncing follows, and, for a room not yet known as encrypted, from the server itself just
before each message. A room once seen as encrypted stays so. If the keys cannot be used,
sending raises.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from nio import AsyncClient, MatrixRoom, UploadResponse

from bot.channels.heard import File
from bot.channels.matrix_errors import KeysLost, RoomClosed, call
from bot.channels.matrix_keys import NO_STORE, share
from bot.channels.matrix_sync import Account, Syncing
from bot.channels.matrix_verify import Verifier
from bot.errors import NotNow, Rejected

#: the only room encryption there is (Matrix client-server API, section 10.12)
MEGOLM = "m.megolm.v1.aes-sha2"
#: seconds until the state of a room just joined has to be there
JOINED_WITHIN = 30
NOTHING: Mapping[str, Any] = {}

UNKNOWN = {
    "fr": "son chiffrement m’est inconnu",
    "en": "its encryption is unknown to me",
}
UNSIGNED = {
    "fr": "Mon appareil Matrix n’est pas signé\u00a0: des clients récents cachent ou refusent ce que "
    "j’écris dans les salons chiffrés. Une fois, sur ma machine\u00a0: alposs-bot setup, puis "
    "relancez-moi.",
    "en": "My Matrix device is not signed: recent clients hide or refuse what I write in encrypted "
    "rooms. Once, on my machine: alposs-bot setup, then start me again.",
}
NO_POWER = {"fr": "je n’ai pas le droit d’y écrire", "en": "not enough power to send"}
NO_MEMBER = {"fr": "je n’en suis pas membre", "en": "not a member"}


class Connection(Syncing):
    """An account in its rooms. Get it with ``matrix_registry.hold``, give it back with
    ``release``."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.verifier = Verifier(self)
        self.verify = self.verifier.heed

    async def close(self) -> None:
        """End verifications, the loop and the client's connections. Never raises."""
        await self.verifier.close()
        await super().close()

    # -- rooms --------------------------------------------------------------------------------

    def inside(self, room_id: str) -> bool:
        """Is the bot a member, as far as syncing has told, of a room that has no successor?"""
        known = room_id in self.connected().rooms
        return known and self.membership.successor(room_id) == room_id

    def concerns(self) -> dict[str, Mapping[str, str]]:
        """What admins should know though messages go out, by key."""
        told = self.membership.concerns()
        rooms = self.client.rooms.values() if self.client is not None else ()
        if self.vouched is False and any(room.encrypted for room in rooms):
            told[f"unsigned:{self.device_id}"] = UNSIGNED
        if self.locked is not None:
            told["locked"] = {language: self.locked.say(language) for language in ("fr", "en")}
        return told

    async def enter(self, room: str) -> str:
        """The id of ``room`` (an id or an alias), joined and known. Raises RoomClosed."""
        client = self.connected()
        room_id = room
        if room.startswith("#"):
            try:
                room_id = (await call(client.room_resolve_alias(room), channel=self.name)).room_id
            except Rejected as error:  # 404: no such alias
                raise self._closed(room, error.fields["cause"]) from error
        self.wanted.add(room_id)
        self.unresolved.discard(room)
        await self.membership.follow_upgrades(client)
        room_id = self.membership.successor(room_id)
        if room_id not in client.rooms:
            try:
                await call(client.join(room_id), channel=self.name)
            except RoomClosed as error:
                raise self._closed(room, NO_MEMBER) from error
            except Rejected as error:
                raise self._closed(room, error.fields["cause"]) from error
            await self._until_known(room_id)
        return room_id

    async def holds(self, room_id: str, event_id: str) -> bool:
        """Does this event stand in this room?"""
        try:
            await call(self.connected().room_get_event(room_id, event_id), channel=self.name)
        except Rejected as error:
            if error.fields.get("code") == "M_NOT_FOUND":
                return False
            raise
        return True

    async def _until_known(self, room_id: str) -> None:
        """Wait until a sync has brought the room's state."""

        def known() -> bool:
            return self.locked is not None or room_id in self.connected().rooms

        try:
            async with asyncio.timeout(JOINED_WITHIN), self._turned:
                await self._turned.wait_for(known)
        except TimeoutError as error:
            cause = {
                "fr": "l’état du salon n’est pas arrivé",
                "en": "the room’s state did not come",
            }
            raise NotNow(channel=self.name, cause=cause) from error

    async def encrypted(self, room_id: str) -> bool:
        """Is the room encrypted? What was once seen encrypted is; else the server is asked now."""
        client, room = self.connected(), self._room(room_id)
        if room.encrypted or room_id in client.encrypted_rooms:
            self._mark_encrypted(client, room)
            return True
        try:
            state = await call(
                client.room_get_state_event(room_id, "m.room.encryption"), channel=self.name
            )
        except Rejected as error:
            if error.fields.get("code") == "M_NOT_FOUND":
                return False
            raise
        if state.content.get("algorithm") != MEGOLM:
            raise self._closed(room_id, UNKNOWN)
        self._mark_encrypted(client, room)
        return True

    def _mark_encrypted(self, client: AsyncClient, room: MatrixRoom) -> None:
        if not room.encrypted:
            room.encrypted = True
        if room.room_id not in client.encrypted_rooms:
            client.encrypted_rooms.add(room.room_id)
            if client.store is not None:
                client.store.save_encrypted_rooms({room.room_id})
        if client.olm is not None and not room.members_synced:
            client.olm.update_tracked_users(room)

    # -- sending ------------------------------------------------------------------------------

    async def send(
        self,
        room_id: str,
        content: dict[str, Any],
        key: str,
        *,
        kind: str = "m.room.message",
        beside: Mapping[str, Any] = NOTHING,
    ) -> str:
        """Send an event; its id. The same ``key`` gives the same event.

        Raises NotNow, Unclear, Rejected, RoomClosed, Locked.

        :param beside: what stands in clear beside the content where that is encrypted.
        """
        async with self._sending:
            client = self.connected()
            if client.olm is None:  # nio would send in clear
                raise KeysLost(channel=self.name, device=self.device_id, cause=NO_STORE)
            if await self.encrypted(room_id) or self._room(room_id).encrypted:
                await share(
                    client, self._room(room_id), self.account.settings.trust, channel=self.name
                )
            self._room(room_id)  # still a member, after all that waiting
            # From here to the request nothing waits: the room cannot become encrypted between.
            client.beside = beside
            try:
                response = await self._in_room(
                    room_id,
                    client.room_send(
                        room_id, kind, content, tx_id=key, ignore_unverified_devices=True
                    ),
                )
            finally:
                client.beside = NOTHING
            return str(response.event_id)

    async def upload(self, room_id: str, file: File) -> dict[str, Any]:
        """Put a file on the server: what a message says of where it is (sections 11.3 and
        11.12.1.6). Encrypted where the room is; its key then stands in the message alone."""
        client = self.connected()
        sealed = await self.encrypted(room_id)

        def data(*_: int) -> BytesIO:
            return BytesIO(file.data)

        async def put() -> Any:
            response, keys = await client.upload(
                data, file.mime, file.name, encrypt=sealed, filesize=len(file.data)
            )
            if isinstance(response, UploadResponse):
                return response, keys
            return response

        response, keys = await call(put(), channel=self.name)
        if keys is None:
            return {"url": response.content_uri}
        return {"file": {**keys, "url": response.content_uri}}

    async def tell_admins(
        self, key: str, text: str, html: str | None = None, *, room: str | None = None
    ) -> tuple[str, str] | None:
        """Say ``text`` in the admin room (or another ``room`` of theirs) as ``m.text``, the admins
        mentioned, so that a phone rings; once per ``key`` and ``text``. The room's id and the
        event's; None where the account has no admin room."""
        settings = self.account.settings
        if not (room or settings.admin_room):
            return None
        room_id = await self.enter(room or str(settings.admin_room))
        content = {
            "msgtype": "m.text",
            "body": text,
            "m.mentions": {"user_ids": list(settings.admins)},
        }
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        told = hashlib.sha256(f"{key}\0{text}".encode()).hexdigest()[:32]
        return room_id, await self.send(room_id, content, f"notice-{told}")

    async def annotate(self, room_id: str, event_id: str, key: str) -> None:
        """Give a reaction of our own, in clear as all are. Already given is success."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        txn = hashlib.sha256(f"{event_id}\0{key}".encode()).hexdigest()[:32]
        async with self._sending:
            self._room(room_id)
            try:
                await self._in_room(
                    room_id,
                    self.connected().room_send(
                        room_id, "m.reaction", {"m.relates_to": relation}, tx_id=f"tap-{txn}"
                    ),
                )
            except Rejected as error:
                if error.fields.get("code") != "M_DUPLICATE_ANNOTATION":
                    raise

    async def redact(self, room_id: str, event_id: str, key: str) -> None:
        """Take an event away. Already gone is success."""
        async with self._sending:
            client = self.connected()
            self._room(room_id)
            try:
                await self._in_room(room_id, client.room_redact(room_id, event_id, tx_id=key))
            except Rejected as error:
                if error.fields.get("code") != "M_NOT_FOUND":
                    raise

    async def _in_room(self, room_id: str, what: Any) -> Any:
        """A call that changes a room; a refusal names the room and says why."""
        try:
            return await call(what, channel=self.name, changes=True)
        except RoomClosed as error:
            raise await self._why_closed(room_id) from error

    async def _why_closed(self, room_id: str) -> RoomClosed:
        joined = await call(self.connected().joined_rooms(), channel=self.name)
        if room_id in joined.rooms:
            new = self._room(room_id).replacement_room
            replaced = {
                "fr": f"il est remplacé par {new}, à écrire dans le fichier du canal",
                "en": f"it was replaced by {new}: write that into the channel’s file",
            }
            return self._closed(room_id, replaced if new else NO_POWER)
        self.connected().rooms.pop(room_id, None)
        return self._closed(room_id, NO_MEMBER)

    def _closed(self, room: str, cause: object) -> RoomClosed:
        return RoomClosed(channel=self.name, room=room, user=self.user_id, cause=cause)

    def _room(self, room_id: str) -> MatrixRoom:
        room = self.connected().rooms.get(room_id)
        if room is None:
            raise self._closed(room_id, NO_MEMBER)
        return room

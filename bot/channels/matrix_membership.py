"""Which rooms the bot is in: invitations followed, upgrades followed, what is over left behind.

It needs no power in any room. Joins are rate-limited, whoever causes them (S8). A tombstone is
believed only where the new room names the old one as its predecessor (Matrix client-server API,
section 11.35 “Room upgrades”).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from nio import AsyncClient, MatrixRoom, RoomMemberEvent, SyncResponse

from bot.channels.matrix_errors import RoomClosed, call
from bot.errors import ChannelError, NotNow, Rejected

if TYPE_CHECKING:
    from bot.channels.matrix_sync import Syncing

log = logging.getLogger(__name__)

#: rooms joined per ten minutes (S8)
JOINS, JOINS_WITHIN = 5, 600.0
#: seconds between two tries to enter a room's successor
AGAIN = 600.0

MOVED = {
    "fr": "Le salon {old} a été remplacé par {new}\u00a0: je continue là-bas. À la prochaine occasion, "
    "écrivez le nouvel identifiant dans le fichier qui nomme l’ancien\u202f; d’ici là, rien à faire.",
    "en": "The room {old} was replaced by {new}: I go on there. When you have a moment, write the "
    "new id into the file that names the old one; until then there is nothing to do.",
}
LEFT_OUT = {
    "fr": "Le salon {old} a été remplacé par {new}, où je n’entre pas. Invitez-moi là-bas\u00a0: "
    "{user}\u202f; ce qui attend y sera publié.",
    "en": "The room {old} was replaced by {new}, which I cannot enter. Invite me there: {user}; "
    "what waits will be posted there.",
}


class Membership:
    """The rooms of one account."""

    def __init__(self, account: Syncing) -> None:
        self._account = account
        self._joins: deque[float] = deque()
        self._tried: dict[str, float] = {}  # successor -> when entering it was tried last
        self.moved: dict[str, str] = {}  # old room -> its successor, entered and believed
        self.left_out: dict[str, str] = {}  # old room -> its successor that cannot be entered

    async def heed(self, client: AsyncClient, response: SyncResponse) -> None:
        """After each sync. Raises NotNow where the server is away."""
        for room_id in response.rooms.leave:  # left, thrown out, banned
            client.rooms.pop(room_id, None)
            client.invited_rooms.pop(room_id, None)
        await self.follow_upgrades(client)
        await self._leave_the_empty(client, response)
        await self.answer_invitations(client)

    def successor(self, room_id: str) -> str:
        """Where a room goes on; itself where it does."""
        seen = {room_id}
        while (room_id := self.moved.get(room_id, room_id)) not in seen:
            seen.add(room_id)
        return room_id

    def predecessor(self, room_id: str) -> str | None:
        """The room whose successor this is."""
        return next((old for old, new in self.moved.items() if new == room_id), None)

    def concerns(self) -> dict[str, Mapping[str, str]]:
        """What admins should know, by key."""
        told: dict[str, Mapping[str, str]] = {}
        for words, rooms in ((MOVED, self.moved), (LEFT_OUT, self.left_out)):
            for old, new in rooms.items():
                fields = {"old": old, "new": new, "user": self._account.user_id}
                told[f"moved:{old}:{new}"] = {
                    language: text.format(**fields) for language, text in words.items()
                }
        return told

    def may_invite(self, user_id: str) -> bool:
        """May this person invite and verify the bot? An admin, or somebody whom the account's
        ``invites`` lets in, by id or by server."""
        settings = self._account.account.settings
        server = user_id.partition(":")[2]
        return user_id in settings.admins or any(
            one in settings.invites for one in (user_id, server)
        )

    # -- entering -----------------------------------------------------------------------------

    async def answer_invitations(self, client: AsyncClient) -> None:
        """Join where somebody invites who may, or where the configuration sends us."""
        sent = self._account.wanted | set(self.left_out.values())
        for room_id, room in list(client.invited_rooms.items()):
            if room_id not in sent and not self.may_invite(room.inviter or ""):
                log.info("invitation left unanswered", extra={"inviter": room.inviter})
                del client.invited_rooms[room_id]
            elif self._may_join():
                try:
                    await call(client.join(room_id), channel=self._account.name)
                except NotNow as error:
                    log.warning("could not join yet: %s", error, extra={"room": room_id})
                    return
                except (RoomClosed, Rejected) as error:  # taken back: nothing to do there
                    log.warning("could not join: %s", error, extra={"room": room_id})
                client.invited_rooms.pop(room_id, None)
                self._tried.pop(room_id, None)

    def _may_join(self) -> bool:
        now = asyncio.get_running_loop().time()
        while self._joins and now - self._joins[0] > JOINS_WITHIN:
            self._joins.popleft()
        if len(self._joins) >= JOINS:
            return False
        self._joins.append(now)
        return True

    # -- going on in another room -------------------------------------------------------------

    async def follow_upgrades(self, client: AsyncClient) -> None:
        """Enter the successors of the rooms that the configuration names. Raises NotNow."""
        for old in list(self._account.wanted):
            room = client.rooms.get(old)
            new = room.replacement_room if room is not None else None
            if not new or old in self.moved:
                continue
            now = asyncio.get_running_loop().time()
            inside = new in client.rooms
            if not inside and now - self._tried.get(new, -AGAIN) < AGAIN:
                continue
            if not inside and not self._may_join():
                continue
            self._tried[new] = now
            if await self._entered(client, room, new):
                self.moved[old] = new
                self.left_out.pop(old, None)
                self._account.wanted.add(new)
                log.info("room replaced old=%s new=%s", old, new)
            else:
                self.left_out[old] = new

    async def _entered(self, client: AsyncClient, old: MatrixRoom, new: str) -> bool:
        """Be in the new room, and see that it is the old one's."""
        name = self._account.name
        servers = {user.partition(":")[2] for user in _mightiest(old)}
        via = "&".join(f"via={quote(one)}&server_name={quote(one)}" for one in sorted(servers))
        try:
            await call(client.api("POST", f"/join/{quote(new)}?{via}", {}), channel=name)
            made = await call(client.room_get_state_event(new, "m.room.create"), channel=name)
        except NotNow:
            raise
        except ChannelError as error:
            log.warning("the new room cannot be entered: %s", error, extra={"room": new})
            return False
        before = made.content.get("predecessor")
        if isinstance(before, dict) and before.get("room_id") == old.room_id:
            return True
        log.warning("a room that calls itself a successor, and is none", extra={"room": new})
        await self._leave(client, new)
        return False

    # -- leaving ------------------------------------------------------------------------------

    async def _leave_the_empty(self, client: AsyncClient, response: SyncResponse) -> None:
        """Leave a private room whose last person has gone."""
        for room_id, info in response.rooms.join.items():
            room = client.rooms.get(room_id)
            gone = any(
                isinstance(event, RoomMemberEvent)
                and event.membership in ("leave", "ban")
                and event.state_key != self._account.user_id
                for event in info.timeline.events
            )
            if not gone or room is None or not self._account.private(room_id):
                continue
            if set(room.users) | set(room.invited_users) <= {self._account.user_id}:
                await self._leave(client, room_id)

    async def _leave(self, client: AsyncClient, room_id: str) -> None:
        try:
            await call(client.room_leave(room_id), channel=self._account.name)
            await call(client.room_forget(room_id), channel=self._account.name)
        except ChannelError as error:
            log.info("room not left: %s", error, extra={"room": room_id})
        client.rooms.pop(room_id, None)


def _mightiest(room: MatrixRoom) -> Iterable[str]:
    """Those whose servers surely know where the room went: its most powerful members."""
    levels = room.power_levels.users if room.power_levels else {}
    return sorted(levels, key=lambda user: -levels[user])[:3] or list(room.users)[:3]

"""The sync loop of one Matrix account: one client, one device, for all of its channels.

The loop is our own: nio's ``sync_forever`` asks hundreds of times a second where a server
answers with errors, and saves its token before anything is handled. Here: handle, save, look
after the keys, and back off when something fails; end where the account is locked.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from nio import (
    AsyncClient,
    AsyncClientConfig,
    SyncResponse,
)

from bot.channels.heard import Bookmark
from bot.channels.matrix_errors import KeysLost, SoundClient, call
from bot.channels.matrix_files import crypto_folder, pickle_key
from bot.channels.matrix_identity import Keeper, vouch
from bot.channels.matrix_keys import NO_STORE, look_after, settle_device
from bot.channels.matrix_membership import Membership
from bot.config.wiring import AccountSettings
from bot.errors import ChannelError, Locked, NotNow, Rejected

log = logging.getLogger(__name__)

#: what the bot never looks at is not sent to it; members are (keys are shared with them)
FILTER: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "ephemeral": {"types": []},
        "account_data": {"types": []},
        "timeline": {"limit": 100},
    },
}
#: milliseconds that one sync waits on the server for news
LONG_POLL = 30_000
#: seconds between two tries after the first error, and at most
BACK_OFF, BACK_OFF_MOST = 2.0, 300.0
#: seconds between two tries with a token that was refused (the server may have been wrong)
LOCKED_PAUSE = 300.0

#: from this room version on creators stand above all power levels
CREATORS_RULE = 12

WRONG = {"fr": "pickle.key ne les ouvre pas", "en": "pickle.key does not open them"}
OFFLINE = {"fr": "pas encore connecté", "en": "not connected yet"}


class Account(Protocol):
    """What this file needs of :class:`bot.channels.account.Account`."""

    id: str
    settings: AccountSettings
    data_dir: Any
    language: str

    def secret(self) -> str:
        """The access token."""


class Syncing:
    """A logged-in device that follows its server."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.name = f"Matrix {account.id}"
        self.holders = 0
        self.turns = 0  # syncs that the server has answered
        self.opening = asyncio.Lock()
        self.client: AsyncClient | None = None
        self.user_id = account.settings.user or ""
        self.device_id = account.settings.device or ""
        self.locked: Locked | None = None
        #: is the device signed by the account's cross-signing identity? None: not known
        self.vouched: bool | None = None
        self.master = ""  # that identity's public master key, where its private one is here
        self.wanted: set[str] = set()  # rooms that the configuration names
        self.unresolved: set[str] = set()  # aliases among them whose room is not known yet
        #: hears what people say (None: nothing was said); the token waits for it (S6)
        self.hear: Callable[[SyncResponse], Awaitable[None] | None] | None = None
        #: remembers that the account was listened to, by whichever of its devices
        self.bookmark: Bookmark | None = None
        #: answers verifications beside the loop
        self.verify: Callable[[SyncResponse], None] | None = None
        self.membership = Membership(self)
        #: room -> (its creators, whether their power has no bound: room version 12)
        self.creators: dict[str, tuple[frozenset[str], bool]] = {}
        self._handling: deque[tuple[str, asyncio.Future[None] | None]] = deque()
        self._first = True  # nothing that was said before the account's first sync is answered
        self._token = ""
        self._since = ""  # the sync token: everything before it has been handled
        self._tried = 0.0  # when it was last opened, by the loop's clock
        self._loop: asyncio.Task[None] | None = None
        self._turned = asyncio.Condition()
        self._sending = asyncio.Lock()
        self._full_state = True

    # -- life ---------------------------------------------------------------------------------

    async def reopen(self) -> None:
        """Open again what an error ended. Locked out: at once with another token than the
        refused one (a new login), else only now and then, so that nothing is asked in vain."""
        if self.locked is not None and self.account.secret() == self._token:
            waited = asyncio.get_running_loop().time() - self._tried
            if waited < LOCKED_PAUSE:
                raise self.locked
        await self.open()

    async def open(self) -> None:
        """Check the token, load the keys, sync once with the whole state, start the loop.

        Raises Locked (KeysLost) or NotNow; nothing stays open then.
        """
        async with self.opening:
            if self._loop is not None and not self._loop.done():
                return
            await self._close()
            self.locked = None
            self._tried = asyncio.get_running_loop().time()
            try:
                await self._log_in()
                await self._turn(milliseconds=0)
                await self._note_listening()
            except BaseException as error:
                self.locked = error if isinstance(error, Locked) else None
                await self._close()
                raise
            self._loop = asyncio.create_task(self._follow(), name=f"sync {self.account.id}")

    async def _log_in(self) -> None:
        settings = self.account.settings
        folder = crypto_folder(self.account.data_dir, self.account.id)
        secret = pickle_key(self.account.data_dir, self.account.id, settings)
        client = SoundClient(
            settings.server.rstrip("/"),
            settings.user or "",
            device_id=settings.device,
            store_path=str(folder),
            config=AsyncClientConfig(
                max_limit_exceeded=0,  # the outbox retries, not the client
                max_timeouts=0,
                request_timeout=30,
                store_sync_tokens=False,  # saved below, once handled
                pickle_key=secret,
            ),
        )
        self.client = client
        client.access_token = self._token = self.account.secret()
        me = await call(client.whoami(), channel=self.name)
        for setting, told in (("user", me.user_id), ("device", me.device_id)):
            expected = getattr(settings, setting)
            if not told or (expected and expected != told):
                cause = {
                    "fr": f"le jeton d’accès est celui de {told}, pas de {expected}",
                    "en": f"the access token belongs to {told}, not to {expected}",
                }
                raise Locked(channel=self.name, cause=cause)
        self.user_id, self.device_id = me.user_id, me.device_id
        try:
            client.restore_login(me.user_id, me.device_id, client.access_token)
        except ValueError as error:  # the pickle key does not open the key store
            raise KeysLost(channel=self.name, device=me.device_id, cause=WRONG) from error
        if client.olm is None:
            raise KeysLost(channel=self.name, device=me.device_id, cause=NO_STORE)
        await settle_device(client, channel=self.name)
        client.olm.handle_key_verification = _elsewhere
        standing = await vouch(Keeper(client, folder, secret, channel=self.name))
        self.vouched = standing.signed if standing else None
        self.master = standing.master if standing else ""
        self._since = client.store.load_sync_token() or ""
        self._first = not self._since and not await self._listened()
        self._full_state = True

    async def _listened(self) -> bool:
        """Did another device of this account listen before? Then what was said meanwhile is heard
        by this one, which takes its place (S6: what is old or answered is for the ear to see)."""
        return self.bookmark is not None and await self.bookmark.get() == self.user_id

    async def _note_listening(self) -> None:
        if self.hear is not None and self.bookmark is not None and not await self._listened():
            await self.bookmark.put(self.user_id)

    async def close(self) -> None:
        """End the loop and the client's connections. Never raises."""
        async with self.opening:
            await self._close()

    async def _close(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
        # What is not answered yet is heard again after a restart: its token was not saved.
        for _, task in self._handling:
            if task is not None:
                task.cancel()
        self._handling.clear()
        client, self.client = self.client, None
        if client is not None:
            await client.close()
            if client.store is not None:
                client.store.database.close()

    # -- following the server -----------------------------------------------------------------

    async def _follow(self) -> None:
        """The sync loop: waits on the server, backs off on errors, ends when locked out."""
        delay = 0.0
        while True:
            try:
                await self._turn(milliseconds=LONG_POLL)
                delay = 0.0
            except Locked as error:
                self.locked = error
                log.error("matrix account locked: %s", error, extra={"account": self.account.id})  # noqa: TRY400  # a refusal, not a defect: no traceback
                async with self._turned:
                    self._turned.notify_all()
                return
            except ChannelError as error:
                delay = min(max(delay * 2, BACK_OFF), BACK_OFF_MOST)
                asked = error.after.total_seconds() if error.after else 0.0
                log.warning("matrix sync failed: %s", error, extra={"account": self.account.id})
                await asyncio.sleep(max(asked, delay * random.uniform(0.8, 1.2)))  # noqa: S311  # jitter, no secret
            except Exception:
                # An event that the client cannot digest must not silence the account: its batch
                # is passed over, and the whole state is read again.
                log.exception("matrix sync broke off", extra={"account": self.account.id})
                self._since = (self.client and self.client.next_batch) or self._since
                self._full_state = True
                delay = min(max(delay * 2, BACK_OFF), BACK_OFF_MOST)
                await asyncio.sleep(delay)

    async def _turn(self, *, milliseconds: int) -> None:
        """One sync: handled, then its token saved, then the keys looked after."""
        client = self.connected()
        if self._full_state:
            client.next_batch = ""  # else nio passes over an answer in which nothing is new
        response = await call(
            client.sync(
                timeout=milliseconds,
                sync_filter=FILTER,
                since=self._since or None,
                full_state=self._full_state,
            ),
            channel=self.name,
            patience=120 if self._full_state else milliseconds / 1000 + 20,
        )
        self._full_state = False
        self.turns += 1
        self._note_creators(response)
        await self.membership.heed(client, response)
        self._since = response.next_batch
        self._handle(response)
        if self.verify is not None:
            self.verify(response)
        await look_after(client, response, self.account.settings.trust, channel=self.name)
        async with self._turned:
            self._turned.notify_all()

    def _handle(self, response: SyncResponse) -> None:
        """Let what was said be heard beside the loop; the token is saved once it is handled."""
        work = None if self._first or self.hear is None else self.hear(response)
        self._first = False
        task = None if work is None else asyncio.ensure_future(work)
        self._handling.append((response.next_batch, task))
        if task is not None:
            task.add_done_callback(self._handled)
        self._save_token()

    def _handled(self, task: asyncio.Future[None]) -> None:
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            log.error("hearing failed; the bot goes on listening", exc_info=error)
        self._save_token()

    def _save_token(self) -> None:
        """Save the newest token up to which everything was handled."""
        token = ""
        while self._handling and ((task := self._handling[0][1]) is None or task.done()):
            token, _ = self._handling.popleft()
        if token and self.client is not None and self.client.store is not None:
            self.client.store.save_sync_token(token)

    def _note_creators(self, response: SyncResponse) -> None:
        """Who made each room: since room version 12 their power stands in no power levels. Read
        from the raw event: nio refuses that of a room of version 12 that replaces another."""
        for room_id, info in response.rooms.join.items():
            for event in (*info.state, *info.timeline.events):
                source = getattr(event, "source", None) or {}
                if source.get("type") != "m.room.create" or source.get("state_key") != "":
                    continue
                content = source.get("content") or {}
                more = content.get("additional_creators")
                made = {source.get("sender"), *(more if isinstance(more, list) else ())}
                version = str(content.get("room_version", "1"))
                boundless = version.isdigit() and int(version) >= CREATORS_RULE
                self.creators[room_id] = (frozenset(map(str, made)), boundless)

    def configured(self, room_id: str) -> bool:
        """Is it a room that the configuration names, so that its power levels count?"""
        return room_id in self.wanted

    def private(self, room_id: str) -> bool:
        """Certainly no room that the configuration names."""
        return room_id not in self.wanted and not self.unresolved

    async def resolve(self) -> None:
        """Find the rooms of the aliases that the configuration names, as far as that can be."""
        for alias in list(self.unresolved):
            try:
                found = await call(self.connected().room_resolve_alias(alias), channel=self.name)
            except Rejected:  # there is no such alias (any more): it stands for no room
                self.unresolved.discard(alias)
            except ChannelError as error:
                log.info("alias not resolved yet: %s", error, extra={"alias": alias})
            else:
                self.wanted.add(found.room_id)
                self.unresolved.discard(alias)

    def expect(self, room: str) -> None:
        """The configuration names this room (an id or an alias)."""
        (self.unresolved if room.startswith("#") else self.wanted).add(room)

    def connected(self) -> AsyncClient:
        """The client, for calls of the neighbouring files. Raises Locked or NotNow."""
        if self.locked is not None:
            raise self.locked
        if self.client is None:
            raise NotNow(channel=self.name, cause=OFFLINE)
        return self.client


def _elsewhere(event: object) -> None:
    """Nio's own verification speaks an older dialect: ours stands in matrix_verify.py."""

"""What ``alposs-bot setup`` does for Matrix: find the server, log in once, make or join rooms.

Logging in makes a device and its keys; that device is then the bot's for life. The other calls
use the access token alone and never open the device's keys, so that they may run beside a bot.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from nio import AsyncClientConfig, LoginResponse, RoomPreset, RoomVisibility
from nio.responses import DiscoveryInfoResponse

from bot.channels.account import write_secret
from bot.channels.matrix_client import MEGOLM
from bot.channels.matrix_errors import KeysLost, RoomClosed, SoundClient, call
from bot.channels.matrix_files import crypto_folder, pickle_key
from bot.channels.matrix_identity import Keeper
from bot.channels.matrix_keys import NO_STORE, settle_device
from bot.config.wiring import AccountSettings
from bot.errors import ChannelError, Locked, NotNow, Rejected

#: characters of the name under which members see the device
DEVICE_NAME = "AlpOSS"

NO_DEVICE = {"fr": "ce jeton n’a pas d’appareil", "en": "this token belongs to no device"}


class NoServer(ChannelError):
    """There is no Matrix server at this address."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "aucun serveur Matrix ne répond à «\u00a0{server}\u00a0» ({cause}). Donnez l’adresse du serveur, "
        "par exemple https://matrix.org, ou le nom qui suit «\u00a0:\u00a0» dans @vous:serveur",
        "en": "no Matrix server answers at “{server}” ({cause}). Give the server’s address, "
        "for example https://matrix.org, or the name after “:” in @you:server",
    }


class NotLoggedIn(Locked):
    """The server refused the user name, the password or the token."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{server} refuse la connexion de {user} ({cause}). Vérifiez l’identifiant et le mot "
        "de passe. Si ce serveur n’admet pas les mots de passe ({flows}), créez un jeton d’accès "
        "neuf pour le bot et donnez-le à sa place",
        "en": "{server} refuses to log {user} in ({cause}). Check the user name and the "
        "password. If this server takes no passwords ({flows}), make a new access token for "
        "the bot and give it instead",
    }


class NoRoom(ChannelError):
    """The server does not know the room, or cannot reach the one that does."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{server} ne trouve pas le salon «\u00a0{room}\u00a0» ({cause}). Vérifiez son adresse, "
        "ou réessayez plus tard\u202f; dans un salon privé, invitez d’abord {user}",
        "en": "{server} does not find the room “{room}” ({cause}). Check its address, or try again "
        "later; into a private room, invite {user} first",
    }


@dataclass(frozen=True, slots=True)
class MatrixLogin:
    """What an account file needs: ``server``, ``user``, ``device`` and ``token_file``."""

    server: str  # base address, as discovered
    user_id: str
    device_id: str
    token_file: Path  # 0600


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """A room that the account is in, or invited to."""

    id: str
    name: str
    alias: str | None
    encrypted: bool
    invited: bool = False  # not yet joined
    inviter: str | None = None


async def discover(server: str) -> str:
    """The base address of the homeserver for an address, a server name or an ``@user:server``.

    Follows ``/.well-known/matrix/client`` (client-server API, section 4.3) and makes sure that a
    homeserver answers there. Raises NoServer.
    """
    name = server.strip().rstrip("/")
    if name.startswith("@"):
        name = name.partition(":")[2]
    base = name if re.match(r"https?://", name) else f"https://{name}"
    if not urlsplit(base).hostname:
        raise NoServer(
            server=name, cause={"fr": "ce n’est pas une adresse", "en": "this is no address"}
        )
    found = base
    async with _client(base) as client:
        try:
            told = await call(client.discovery_info(), channel=base, patience=20)
        except ChannelError:
            told = None  # no such file: the address itself may be the homeserver's
    if isinstance(told, DiscoveryInfoResponse):
        address = urlsplit(told.homeserver_url)
        secure = address.scheme == "https" or urlsplit(base).scheme == "http"
        if secure and address.hostname:
            found = told.homeserver_url
    async with _client(found) as client:
        try:
            await call(client.login_info(), channel=found, patience=20)
        except ChannelError as error:
            raise NoServer(server=found, cause=error.fields.get("cause")) from error
    return found


async def login(
    server: str,
    user: str,
    *,
    password: str | None = None,
    token: str | None = None,
    data_dir: Path,
    account_id: str,
    device_name: str = DEVICE_NAME,
    identify: Callable[[Keeper], Awaitable[None]] | None = None,
) -> MatrixLogin:
    """Log in, make the device's keys, upload them, and keep the token.

    With ``password`` a new device is made; ``token`` is an access token that no other program
    uses. Raises NoServer, NotLoggedIn, KeysLost, NotNow.

    :param identify: settles the account's cross-signing identity while the device is open.
    """
    base = await discover(server)
    settings = AccountSettings(kind="matrix", server=base)
    folder = crypto_folder(data_dir, account_id)
    _set_orphans_aside(folder)
    secret = pickle_key(data_dir, account_id, settings)
    config = AsyncClientConfig(
        max_limit_exceeded=0, max_timeouts=0, request_timeout=30, pickle_key=secret
    )
    client = SoundClient(base, user, store_path=str(folder), config=config)
    try:
        try:
            await _authenticate(client, password=password, token=token, device_name=device_name)
        except (Locked, Rejected) as error:
            flows = ", ".join(await _flows(client))
            raise NotLoggedIn(
                server=base, user=user, cause=error.fields.get("cause"), flows=flows
            ) from error
        if client.olm is None:
            raise KeysLost(channel=base, device=client.device_id, cause=NO_STORE)
        await settle_device(client, channel=base)
        token_file = data_dir / "secrets" / f"matrix-{account_id}-{client.device_id}.token"
        write_secret(token_file, client.access_token)
        if identify is not None:
            await identify(Keeper(client, folder, secret, channel=base))
        return MatrixLogin(base, client.user_id, client.device_id, token_file)
    finally:
        await client.close()
        if client.store is not None:
            client.store.database.close()


@asynccontextmanager
async def identity(
    login: MatrixLogin, *, data_dir: Path, account_id: str, pickle_key_file: str | None = None
) -> AsyncIterator[Keeper]:
    """The cross-signing identity of an account whose device is not opened: it can be made and
    recovered, and signs the device when the bot starts."""
    settings = AccountSettings(kind="matrix", server=login.server, pickle_key_file=pickle_key_file)
    secret = pickle_key(data_dir, account_id, settings)
    async with _client(login.server, login) as client:
        yield Keeper(client, crypto_folder(data_dir, account_id), secret, channel=login.server)


async def rooms(login: MatrixLogin) -> tuple[RoomInfo, ...]:
    """The rooms it is in or invited to, by name."""
    only = {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": 1},
            "ephemeral": {"types": []},
            "state": {
                "types": ["m.room.name", "m.room.canonical_alias", "m.room.encryption"],
            },
        },
    }
    async with _client(login.server, login) as client:
        await call(client.sync(timeout=0, sync_filter=only), channel=login.server)
        found = [
            RoomInfo(room.room_id, room.display_name or "", room.canonical_alias, room.encrypted)
            for room in client.rooms.values()
        ] + [
            RoomInfo(
                room.room_id,
                room.display_name or "",
                room.canonical_alias,
                room.encrypted,
                invited=True,
                inviter=room.inviter,
            )
            for room in client.invited_rooms.values()
        ]
    return tuple(sorted(found, key=lambda room: (room.invited, room.name.casefold(), room.id)))


async def join(login: MatrixLogin, room: str) -> str:
    """Join a room by id or alias; its id. Raises RoomClosed where an invitation is needed,
    NoRoom where the server finds none."""
    async with _client(login.server, login) as client:
        try:
            return str((await call(client.join(room), channel=login.server)).room_id)
        except (Rejected, NotNow) as error:
            raise NoRoom(
                server=login.server,
                room=room,
                user=login.user_id,
                cause=error.fields.get("cause"),
            ) from error
        except RoomClosed as error:
            raise RoomClosed(
                channel=login.server,
                room=room,
                user=login.user_id,
                cause=error.fields.get("cause"),
            ) from error


async def create_admin_room(
    login: MatrixLogin,
    *,
    invite: Sequence[str],
    name: str = "AlpOSS, coulisses",
    topic: str = "",
    encrypted: bool = True,
) -> str:
    """A private room for notices and drafts, the admins invited with the right to manage it;
    its id. Encrypted by default: drafts are not public yet."""
    state: list[dict[str, Any]] = [
        {
            "type": "m.room.guest_access",
            "state_key": "",
            "content": {"guest_access": "forbidden"},
        },
    ]
    if encrypted:
        state.append(
            {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}}
        )
    async with _client(login.server, login) as client:
        made = await call(
            client.room_create(
                visibility=RoomVisibility.private,
                # the invited have the same power as the bot (section 11.1.1)
                preset=RoomPreset.trusted_private_chat,
                name=name,
                topic=topic or None,
                invite=tuple(invite),
                initial_state=tuple(state),
            ),
            channel=login.server,
            changes=True,
        )
        return str(made.room_id)


@asynccontextmanager
async def _client(server: str, login: MatrixLogin | None = None) -> AsyncIterator[SoundClient]:
    """A client without keys, for calls that send no messages."""
    config = AsyncClientConfig(
        max_limit_exceeded=0, max_timeouts=0, request_timeout=30, encryption_enabled=False
    )
    client = SoundClient(server, login.user_id if login else "", config=config)
    if login is not None:
        client.user_id, client.device_id = login.user_id, login.device_id
        client.access_token = login.token_file.read_text(encoding="ascii").strip()
    try:
        yield client
    finally:
        await client.close()


async def _authenticate(
    client: SoundClient, *, password: str | None, token: str | None, device_name: str
) -> None:
    """Log the client in by password or by token; its key store is open then."""
    name = client.homeserver
    if not token:
        done = await call(client.login(password or "", device_name), channel=name)
        assert isinstance(done, LoginResponse)
        return
    client.access_token = token
    me = await call(client.whoami(), channel=name)
    if not me.device_id:
        raise Locked(channel=name, cause=NO_DEVICE)
    client.restore_login(me.user_id, me.device_id, token)


async def _flows(client: SoundClient) -> tuple[str, ...]:
    """The ways of logging in that the server offers, for an error's text."""
    try:
        return tuple((await call(client.login_info(), channel=client.homeserver)).flows)
    except NotNow:
        return ()


def _set_orphans_aside(folder: Path) -> None:
    """Key stores whose key is lost can never be opened again: they make room for a new one, and
    are kept."""
    if not (folder / "pickle.key").exists():
        for store in folder.glob("*.db"):
            store.rename(store.with_name(store.name + ".lost"))

"""What ``alposs-bot setup`` does for the Fediverse: find the server, get a token, mark the robot.

The login is OAuth 2's authorization code (RFC 6749, section 4.1) with the code shown to the
person (``urn:ietf:wg:oauth:2.0:oob``), as docs.joinmastodon.org/client/authorized says: no
password passes through the bot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import ValidationError

from bot.channels.mastodon_client import AGENT, Client, elsewhere, session
from bot.channels.mastodon_instance import Instance, read_instance, verify
from bot.config.wiring import AccountSettings
from bot.errors import ChannelError, Locked, Rejected

APP = "AlpOSS"
SITE = "https://alposs.fr"
OOB = "urn:ietf:wg:oauth:2.0:oob"
#: the least that works: read one's own account and statuses, post, mark oneself as a robot
SCOPES = ("read:accounts", "read:statuses", "write:accounts", "write:media", "write:statuses")
#: what hearing and knowing followers takes besides, where a channel says `replies`
HEARING = ("read:follows", "read:notifications")
#: what boosting takes where our server has to fetch the post, where a source says `boost`
FETCHING = ("read:search",)
#: servers other than Mastodon know the finer ones only lately
BROAD = ("read", "write")


class NoInstance(ChannelError):
    """There is no Fediverse server with Mastodon's API at this address."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "aucun serveur compatible avec Mastodon ne répond à «\u00a0{server}\u00a0» ({cause}). "
        "Donnez son adresse, par exemple mamot.fr",
        "en": "no server that speaks Mastodon’s API answers at “{server}” ({cause}). Give its "
        "address, for example mastodon.social",
    }


class WrongCode(Locked):
    """The server did not take the authorisation code."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{server} refuse ce code ({cause}). Un code ne sert qu’une fois\u202f: rouvrez "
        "l’adresse, acceptez, et recopiez le code en entier",
        "en": "{server} refuses this code ({cause}). A code works once: open the address again, "
        "agree, and copy the whole code",
    }


class UnknownApp(WrongCode):
    """The server does not know, any more, the registration that the code belongs to."""


class WrongToken(Locked):
    """The server did not take the access token."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{server} refuse ce jeton ({cause}). Créez-en un dans les préférences du compte, "
        "rubrique Développement, avec les droits read et write",
        "en": "{server} refuses this token ({cause}). Make one in the account’s preferences, "
        "under Development, with the scopes read and write",
    }


@dataclass(frozen=True, slots=True)
class App:
    """The bot as the server knows it: what a code is exchanged with. It is a secret."""

    server: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"App({self.server})"


@dataclass(frozen=True, slots=True)
class Person:
    """The account that a token opens."""

    id: str  # what the server counts it by
    acct: str  # the name on its own server
    url: str
    bot: bool  # marked as automated
    fields: tuple[tuple[str, str], ...]  # its profile's own lines


def address(told: str) -> str:
    """``https://host`` from what a person types: ``host``, an address, ``@user@host``.

    Raises NoInstance.
    """
    text = told.strip().rstrip("/")
    if "@" in text and "://" not in text:
        text = text.rpartition("@")[2]
    parts = re.fullmatch(
        r"(?:(https?)://)?((?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d+)?)(?:/\S*)?", text
    )
    scheme, host = parts.groups() if parts else ("", "")
    try:
        return AccountSettings(kind="mastodon", server=f"{scheme or 'https'}://{host}").server
    except ValidationError as error:
        cause = {"fr": "ce n’est pas une adresse", "en": "this is no address"}
        raise NoInstance(server=told.strip().rpartition("@")[2][:80], cause=cause) from error


async def discover(told: str) -> tuple[str, Instance]:
    """The address of the server's API and what it says of itself. A name that only points to its
    server, as in ``@me@town.fr``, is followed once. Raises NoInstance."""
    server = address(told)
    try:
        return server, await _instance(server)
    except NoInstance:
        client = Client(server, server)
        try:
            target = await client.call(lambda api: elsewhere(api, server))
        finally:
            client.close()
        if target is None:
            raise
    server = address(target)
    return server, await _instance(server)


async def _instance(server: str) -> Instance:
    client = Client(server, server)
    try:
        instance = await read_instance(client)
    except ChannelError as error:
        raise NoInstance(server=server, cause=error.fields.get("cause")) from error
    finally:
        client.close()
    if not instance.version:
        cause = {"fr": "ce n’est pas un tel serveur", "en": "it is another sort of server"}
        raise NoInstance(server=server, cause=cause)
    return instance


def scopes_for(
    instance: Instance, *, replies: bool = False, boost: bool = False
) -> tuple[str, ...]:
    """What a token has to allow on this server.

    :param replies: the account is to answer followers.
    :param boost: it is to boost posts of watched accounts.
    """
    if instance.software != "mastodon":
        return BROAD
    more = (*(HEARING if replies else ()), *(FETCHING if boost else ()))
    return tuple(sorted({*SCOPES, *more}))


async def register(server: str, scopes: tuple[str, ...]) -> App:
    """Make the bot known to the server (POST /api/v1/apps). Raises ChannelError."""
    client = Client(server, server)

    def work(api: Any) -> tuple[str, str]:
        id, secret = api.create_app(
            APP,
            scopes=list(scopes),
            website=SITE,
            api_base_url=server,
            session=session(api),
            user_agent=AGENT,
        )
        return str(id), str(secret)

    try:
        id, secret = await client.call(work)
    finally:
        client.close()
    return App(server, id, secret, scopes)


def authorisation(app: App) -> str:
    """The address that a person opens to agree; the server then shows a code."""
    asked = {
        "client_id": app.client_id,
        "redirect_uri": OOB,
        "response_type": "code",
        "scope": " ".join(app.scopes),
    }
    return f"{app.server}/oauth/authorize?{urlencode(asked)}"


async def exchange(app: App, code: str) -> str:
    """The access token for a code (POST /oauth/token). Raises WrongCode, UnknownApp where another
    registration is needed, ChannelError."""
    client = Client(app.server, app.server)
    client.api.client_id, client.api.client_secret = app.client_id, app.client_secret
    try:
        return str(
            await client.call(
                lambda api: api.log_in(code=code.strip(), scopes=list(app.scopes), allow_http=True)
            )
        )
    except (Rejected, Locked) as error:
        cause = error.fields.get("cause")
        # RFC 6749, section 5.2: the codes of errors are never translated; some servers say 401 of
        # a wrong code too
        said = str(cause)
        unknown = error.fields.get("status") == 401 and "invalid_grant" not in said
        kind = UnknownApp if unknown or "invalid_client" in said else WrongCode
        raise kind(server=app.server, cause=cause) from error
    finally:
        client.close()


async def revoke(app: App, token: str) -> None:
    """Give a token back that is not wanted (POST /oauth/revoke), where the server takes it. Raises
    ChannelError. (Mastodon.py's own fails where a server does not tell its revocation_endpoint.)"""
    client = Client(app.server, app.server)
    given = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token}
    sent = {"User-Agent": AGENT}
    try:
        await client.call(
            lambda api: session(api).post(f"{app.server}/oauth/revoke", data=given, headers=sent)
        )
    finally:
        client.close()


async def who(server: str, token: str) -> Person:
    """Whose token it is. Raises WrongToken, ChannelError."""
    client = Client(server, server, token)
    try:
        me = await verify(client)
    except Locked as error:
        raise WrongToken(server=server, cause=error.fields.get("cause")) from error
    finally:
        client.close()
    source = me.get("source")
    fields = (source.get("fields") if isinstance(source, dict) else None) or []
    return Person(
        id=str(me["id"]),
        acct=str(me.get("acct") or me.get("username") or ""),
        url=str(me.get("url") or ""),
        bot=bool(me.get("bot")),
        fields=tuple(
            (str(each.get("name") or ""), str(each.get("value") or ""))
            for each in fields
            if isinstance(each, dict)
        ),
    )


async def mark_as_bot(
    server: str, token: str, fields: Sequence[tuple[str, str]] | None = None
) -> None:
    """Say on the profile that a robot posts there (PATCH /api/v1/accounts/update_credentials).

    :param fields: all lines of the profile, old ones included; None leaves them alone.
    """
    client = Client(server, server, token)
    given: dict[str, Any] = {"bot": True}
    if fields is not None:
        given["fields"] = list(fields)
    try:
        await client.call(lambda api: api.account_update_credentials(**given))
    finally:
        client.close()

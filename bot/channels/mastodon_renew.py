"""A refused access is renewed from the admins' room: a link to agree at, and the code it shows.

The bot's own registration at the server (client id and secret) is kept beside the token, closed to
others; where there is none yet, or where it may do too little, a new one is made. A code works once
and is worth nothing without that registration, so that a room may see it. It is taken for the bot's own
account only: the ``user`` of its file, or else whose token was last seen to work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Literal

from bot.causes import cause_of
from bot.channels import mastodon_setup as setup
from bot.channels.account import Account, SecretMissing, write_secret
from bot.channels.mastodon_client import Client
from bot.channels.mastodon_instance import read_instance, verify
from bot.errors import ChannelError, Locked


class OtherAccount(Locked):
    """The code opens the access of somebody else."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Ce code ouvre le compte {other}, et non {own}\u00a0: je ne l’ai pas gardé. Ouvrez le "
        "lien en étant connecté à {own}, acceptez, et recopiez le nouveau code",
        "en": "This code opens the account {other}, not {own}: I have not kept it. Open the link while "
        "logged in to {own}, agree, and copy the new code",
    }


class WhoseUnknown(Locked):
    """Nothing says whose account the bot's own is."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Je n’ai pas gardé ce code : rien ne dit quel compte de {server} est le mien. Ajoutez "
        'user = "nom" à accounts/{channel}.toml et rouvrez le lien, ou lancez : alposs-bot setup',
        "en": "I have not kept this code: nothing says which account of {server} is mine. Add "
        'user = "name" to accounts/{channel}.toml and open the link again, or run: alposs-bot setup',
    }


class NotWritten(Locked):
    """The new access cannot be kept."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "Le nouvel accès ne peut pas être écrit dans {file} ({cause}). Rendez ce dossier "
        "inscriptible pour le bot, rouvrez le lien, et recopiez le nouveau code",
        "en": "The new access cannot be written to {file} ({cause}). Let the bot write into that "
        "folder, open the link again, and copy the new code",
    }


def app_file(data_dir: Path, account: str) -> Path:
    """Where the registration is kept."""
    return data_dir / "secrets" / f"{account}.app"


async def link(account: Account, *, replies: bool, boost: bool) -> str | None:
    """Where a person agrees that the account may be used again; None: its token is not refused, or
    stands where the bot cannot write it (an environment variable), or nothing says whose it has to
    be, or the server does not answer."""
    settings = account.settings
    if not settings.token_file or not _knows_whose(account) or await access(account) != "refused":
        return None
    client = Client(settings.server, settings.server)
    try:
        instance = await read_instance(client)
        scopes = setup.scopes_for(instance, replies=replies, boost=boost)
        app = _kept(account)
        if app is None or not set(scopes) <= set(app.scopes):
            app = await setup.register(settings.server, scopes)
            write_secret(app_file(account.data_dir, account.id), json.dumps(asdict(app)))
    except (ChannelError, OSError):
        return None
    finally:
        client.close()
    return setup.authorisation(app)


async def renew(account: Account, code: str) -> str:
    """Exchange a code for a new access and keep it; the account's name. Raises WrongCode,
    OtherAccount, WhoseUnknown, NotWritten, ChannelError."""
    settings = account.settings
    app = _kept(account)
    if app is None or not settings.token_file:
        cause = {"fr": "aucune demande n’est en cours", "en": "nothing was asked for"}
        raise setup.WrongCode(server=settings.server, cause=cause)
    host = settings.server.partition("://")[2]
    if not _knows_whose(account):
        raise WhoseUnknown(channel=account.id, server=host)
    try:
        token = await setup.exchange(app, code)
    except setup.UnknownApp:  # the next link is of a new registration
        with suppress(OSError):
            app_file(account.data_dir, account.id).unlink(missing_ok=True)
        raise
    person = await setup.who(settings.server, token)
    own = _other_owner(account, person)
    if own is not None:
        with suppress(ChannelError):
            await setup.revoke(app, token)
        raise OtherAccount(channel=account.id, other=f"@{person.acct}@{host}", own=f"@{own}@{host}")
    try:
        _keep(account.data_dir, settings.token_file, token)
    except OSError as error:
        raise NotWritten(
            channel=account.id, file=settings.token_file, cause=cause_of(error)
        ) from error
    return f"@{person.acct}@{host}"


async def access(account: Account) -> Literal["open", "refused", "unknown"]:
    """Does the server take the token now? ``refused``: there is none, or one that opens nothing;
    ``unknown``: it does not say, or the account itself is closed (403)."""
    try:
        token = account.secret()
    except SecretMissing:
        return "refused"
    client = Client(account.settings.server, account.settings.server, token)
    try:
        await verify(client)
    except Locked as error:
        return "unknown" if error.fields.get("status") == 403 else "refused"
    except ChannelError:
        return "unknown"
    finally:
        client.close()
    return "open"


def remember(account: Account, me: Mapping[str, Any]) -> None:
    """Keep whose token works, where the account's file names nobody: a new one has to be theirs."""
    told = {
        "server": account.settings.server,
        "id": str(me["id"]),
        "acct": str(me.get("acct") or ""),
    }
    if account.settings.user or _remembered(account) == told:
        return
    with suppress(OSError):
        write_secret(_owner_file(account), json.dumps(told))


def _remembered(account: Account) -> dict[str, str] | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(_owner_file(account).read_text(encoding="utf-8"))
        if told["server"] == account.settings.server:
            return {key: str(told[key]) for key in ("server", "id", "acct")}
    return None


def _owner_file(account: Account) -> Path:
    return account.data_dir / "secrets" / f"{account.id}.owner"


def _knows_whose(account: Account) -> bool:
    return bool(account.settings.user) or _remembered(account) is not None


def _other_owner(account: Account, person: setup.Person) -> str | None:
    """The name of the account that is ours, unless this person's is."""
    if user := account.settings.user:
        name = user.strip().removeprefix("@").partition("@")[0]
        return None if person.acct.casefold() == name.casefold() else name
    known = _remembered(account)
    assert known is not None
    return None if known["id"] == person.id else known["acct"]


def _keep(data_dir: Path, file: str, token: str) -> None:
    write_secret(data_dir / Path(file).expanduser(), token)


def _kept(account: Account) -> setup.App | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(app_file(account.data_dir, account.id).read_text(encoding="utf-8"))
        if told["server"] == account.settings.server:
            return setup.App(
                told["server"], told["client_id"], told["client_secret"], tuple(told["scopes"])
            )
    return None

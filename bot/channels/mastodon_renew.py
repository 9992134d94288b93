"""A refused access is renewed from the admins' room: a link to agree at, and the code it shows.

The bot's own registration at the server (client id and secret) is kept beside the token, closed to
others; where there is none yet, or where it may do too little, a new one is made. A code works once
and is worth nothing without that registration, so that a room may see it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

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
    stands where the bot cannot write it (an environment variable), or the server does not answer."""
    settings = account.settings
    if not settings.token_file or not await _refused(account):
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
    OtherAccount, NotWritten, ChannelError."""
    settings = account.settings
    app = _kept(account)
    if app is None or not settings.token_file:
        cause = {"fr": "aucune demande n’est en cours", "en": "nothing was asked for"}
        raise setup.WrongCode(server=settings.server, cause=cause)
    token = await setup.exchange(app, code)
    person = await setup.who(settings.server, token)
    host = settings.server.partition("://")[2]
    if settings.user and person.acct.casefold() != settings.user.casefold():
        raise OtherAccount(
            channel=account.id, other=f"@{person.acct}@{host}", own=f"@{settings.user}@{host}"
        )
    try:
        _keep(account.data_dir, settings.token_file, token)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotWritten(channel=account.id, file=settings.token_file, cause=why) from error
    return f"@{person.acct}@{host}"


async def _refused(account: Account) -> bool:
    """Is there no token, or one that opens nothing? (403: the account itself is closed.)"""
    try:
        token = account.secret()
    except SecretMissing:
        return True
    client = Client(account.settings.server, account.settings.server, token)
    try:
        await verify(client)
    except Locked as error:
        return error.fields.get("status") != 403
    except ChannelError:
        return False
    finally:
        client.close()
    return False


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

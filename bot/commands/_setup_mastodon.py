"""The Fediverse part of ``setup``: from an address to an account that may post."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.channels import mastodon_renew
from bot.channels import mastodon_setup as fediverse
from bot.channels.mastodon_instance import Instance
from bot.commands import _setup_files as files
from bot.commands._setup_answers import Answers
from bot.errors import ChannelError, CommandError

#: lines that a Mastodon profile may have
MOST_FIELDS = 4
#: rules of the server that are shown
MOST_RULES = 10


async def connect(answers: Answers, folder: Path) -> str:
    """Connect one account; the id of its channel. Raises ChannelError."""
    question = answers.tell("ask-instance")
    server, instance = await answers.until_right(
        "mastodon-server",
        question,
        fediverse.discover,
        default=files.first(folder, "mastodon", "server"),
    )
    _introduce(answers, server, instance)
    replies = await _replies(answers)
    hears = _replies_already(folder, server) if replies is None else replies
    scopes = fediverse.scopes_for(instance, replies=hears, boost=_boosts(folder))
    token, app = await _token(answers, server, scopes)
    person = await fediverse.who(server, token)
    host = urlsplit(server).netloc
    name = f"@{person.acct}@{host}"
    answers.say("logged-in", name=name)
    id, known = _id(folder, server, person.acct)
    place = (known or {}).get("token_file")
    secret = _secret(answers, folder, id, place)
    files.keep_secret(answers, secret, token)
    if app is not None:  # with it a refused access can be renewed from the admins' room
        kept = mastodon_renew.app_file(answers.context.data_dir, id)
        files.keep_secret(answers, kept, json.dumps(asdict(app)))
    answers.say("secret", path=secret)
    await files.write(
        answers,
        folder / "accounts" / f"{id}.toml",
        {
            "kind": "mastodon",
            "server": server,
            "user": person.acct,
            "token_file": place or files.as_path(secret, folder),
        },
        answers.tell("account-comment", name=name),
        ours=known is not None and "token_env" not in known,
    )
    await _mark(answers, server, token, person)
    return await _channel(answers, folder, id, name, replies)


async def _replies(answers: Answers) -> bool | None:
    """Is the account to answer followers, as far as this run is told? None: it stays as it is."""
    if not answers.given("mastodon-replies"):
        return None
    question = answers.tell("ask-replies")
    return await answers.agree("mastodon-replies", question, default=False, alone=False)


def _replies_already(folder: Path, server: str) -> bool:
    """Does a channel of an account on this server answer followers?"""
    accounts = files.known(folder, "accounts")
    return any(
        told.get("replies") is True
        and accounts.get(str(told.get("account")), {}).get("server", "").rstrip("/") == server
        for told in files.known(folder, "channels").values()
    )


def _boosts(folder: Path) -> bool:
    """Are posts of a source to be boosted?"""
    return any(told.get("boost") is True for told in files.known(folder, "sources").values())


def _secret(answers: Answers, folder: Path, id: str, place: str | None) -> Path:
    """Where the token goes: where its account's file says, else beside the bot's data."""
    if place:
        return folder / Path(place).expanduser()
    return answers.context.data_dir / "secrets" / f"{id}.token"


def _introduce(answers: Answers, server: str, instance: Instance) -> None:
    answers.say(
        "instance",
        title=_line(instance.title) or server,
        server=server,
        version=_line(instance.version),
        characters=instance.limits.characters,
    )
    for rule in instance.rules[:MOST_RULES]:
        answers.say("rule", rule=_line(rule))


async def _token(
    answers: Answers, server: str, scopes: tuple[str, ...]
) -> tuple[str, fediverse.App | None]:
    """An access token that works: one that was made by hand, or by the person's agreement; then
    with the registration that it came by."""
    given = answers.secret("mastodon-token")
    if given:
        await fediverse.who(server, given)
        return given, None
    pending = answers.context.data_dir / "secrets" / "pending-fediverse.json"
    app = _pending(pending, server)
    if app is None or not answers.given("mastodon-code"):
        app = await fediverse.register(server, scopes)
        files.keep_secret(answers, pending, json.dumps(asdict(app)))
    answers.say("authorise", address=fediverse.authorisation(app))

    async def check(code: str) -> str:
        if not code.strip():
            raise CommandError(what=answers.tell("no-code"), next=answers.tell("no-code-next"))
        return await fediverse.exchange(app, code)

    token = await answers.until_right("mastodon-code", answers.tell("ask-code"), check)
    pending.unlink(missing_ok=True)
    return token, app


def _pending(path: Path, server: str) -> fediverse.App | None:
    """The login that an earlier run began on this server: its code may be here by now."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["server"] == server:
            return fediverse.App(
                server, told["client_id"], told["client_secret"], tuple(told["scopes"])
            )
    return None


def _id(folder: Path, server: str, user: str) -> tuple[str, dict[str, Any] | None]:
    """The account's id, and what its file says where there is one: then it is only renewed."""
    accounts = files.known(folder, "accounts")
    for id, told in accounts.items():
        same = str(told.get("server", "")).rstrip("/") == server
        if told.get("kind") == "mastodon" and same and told.get("user") in (None, user):
            return id, told
    if "mastodon" not in accounts:
        return "mastodon", None
    host = re.sub(r"[^a-z0-9]+", "-", (urlsplit(server).netloc + "-" + user).lower()).strip("-")
    return f"mastodon-{host}"[:60], None


async def _mark(answers: Answers, server: str, token: str, person: fediverse.Person) -> None:
    """Offer to say on the profile that a robot posts there, and whom to write to."""
    if person.bot and not answers.given("mastodon-contact"):
        answers.say("marked-already")
        return
    if not await answers.agree("mastodon-bot", answers.tell("ask-bot"), default=True, alone=True):
        return
    contact = ""
    if not any(name == "Contact" for name, _ in person.fields):
        contact = await answers.ask("mastodon-contact", answers.tell("ask-contact"), default="-")
    room = len(person.fields) < MOST_FIELDS
    fields = [*person.fields, ("Contact", contact)] if contact not in ("", "-") and room else None
    try:
        await fediverse.mark_as_bot(server, token, fields)
    except ChannelError as error:  # it posts all the same
        answers.say("unmarked", cause=error.say(answers.context.language))
        return
    answers.say("marked")


async def _channel(
    answers: Answers, folder: Path, account: str, name: str, replies: bool | None
) -> str:
    """The channel through this account: the one that is there, or a new one."""
    asked = {} if replies is None else {"replies": replies}
    comment = answers.tell("channel-comment", name=name)
    for id, told in files.known(folder, "channels").items():
        if told.get("account") == account:
            if told.get("replies", False) is replies:
                asked = {}
            await files.write(
                answers, folder / "channels" / f"{id}.toml", asked, comment, ours=True
            )
            return id
    visibility = answers.given("mastodon-visibility") or "public"
    await files.write(
        answers,
        folder / "channels" / f"{account}.toml",
        {"kind": "mastodon", "account": account, "name": name, "visibility": visibility, **asked},
        comment,
    )
    return account


def _line(text: str) -> str:
    """What a server says, on one line that commands no terminal."""
    return "".join(c if c.isprintable() else " " for c in text)[:300].strip()

"""The Matrix part of ``setup``: from a login to a room, and a room for the admins."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.channels import matrix_setup as matrix
from bot.channels.matrix_identity import Keeper
from bot.commands import _setup_files as files
from bot.commands._setup_answers import Answers
from bot.commands._setup_identity import identify
from bot.errors import ChannelError, CommandError, Locked

_USER = re.compile(r"@[^:\s]+:\S+")


async def connect(answers: Answers, folder: Path) -> str:
    """Connect one account to one room; the id of its channel."""
    server = await answers.until_right(
        "matrix-server",
        answers.tell("ask-homeserver"),
        matrix.discover,
        default=files.first(folder, "matrix", "server"),
    )
    answers.say("homeserver", server=server)
    login, id, known = await _login(answers, folder, server)
    room = await _room(answers, login)
    admins, admin_room = await _admins(answers, login, known)
    await files.write(
        answers,
        folder / "accounts" / f"{id}.toml",
        {
            "kind": "matrix",
            "server": login.server,
            "user": login.user_id,
            "device": login.device_id,
            "token_file": files.as_path(login.token_file, folder),
            **({"admins": admins} if admins else {}),
            **({"admin_room": admin_room} if admin_room else {}),
        },
        answers.tell("account-comment", name=login.user_id),
        ours=known is not None,
    )
    return await _channel(answers, folder, id, room)


async def _login(
    answers: Answers, folder: Path, server: str
) -> tuple[matrix.MatrixLogin, str, dict[str, Any] | None]:
    """The login, its account's id, and what is known of it already.

    A device is kept for life: a login that still works is not made again.
    """

    async def person(told: str) -> str:
        told = told.strip()
        if not told or ("@" in told and not _USER.fullmatch(told)):
            raise CommandError(
                what=answers.tell("no-user", name=_line(told)), next=answers.tell("no-user-next")
            )
        return told

    user = await answers.until_right(
        "matrix-user",
        answers.tell("ask-user"),
        person,
        default=files.first(folder, "matrix", "user"),
    )
    id, known = _id(folder, server, user)
    if known is not None:
        kept = _kept(folder, known)
        if kept is not None and await _works(kept):
            answers.say("still-works", name=kept.user_id, device=kept.device_id)
            async with matrix.identity(
                kept,
                data_dir=answers.context.data_dir,
                account_id=id,
                pickle_key_file=known.get("pickle_key_file"),
            ) as keeper:
                await identify(answers, keeper, answers.secret("matrix-password"))
            return kept, id, known
    data_dir = answers.context.data_dir
    token = answers.secret("matrix-token")
    if token:
        login = await matrix.login(
            server,
            user,
            token=token,
            data_dir=data_dir,
            account_id=id,
            identify=lambda keeper: identify(answers, keeper, answers.secret("matrix-password")),
        )
    else:

        async def check(password: str) -> matrix.MatrixLogin:
            if not password:
                raise CommandError(
                    what=answers.tell("no-password"), next=answers.tell("no-password-next")
                )

            async def settle(keeper: Keeper) -> None:
                await identify(answers, keeper, password)

            return await matrix.login(
                server,
                user,
                password=password,
                data_dir=data_dir,
                account_id=id,
                identify=settle,
            )

        login = await answers.until_right(
            "matrix-password", answers.tell("ask-password"), check, secret=True
        )
    answers.say("logged-in-device", name=login.user_id, device=login.device_id)
    answers.say("secret", path=login.token_file)
    return login, id, known


def _id(folder: Path, server: str, user: str) -> tuple[str, dict[str, Any] | None]:
    accounts = files.known(folder, "accounts")
    for id, told in accounts.items():
        whose = str(told.get("user", ""))
        local = whose.removeprefix("@").partition(":")[0]
        same = str(told.get("server", "")).rstrip("/") == server.rstrip("/")
        if told.get("kind") == "matrix" and same and user in (whose, local):
            return id, told
    if "matrix" not in accounts:
        return "matrix", None
    name = re.sub(r"[^a-z0-9]+", "-", user.lower()).strip("-")
    return f"matrix-{name}"[:60], None


def _kept(folder: Path, told: dict[str, Any]) -> matrix.MatrixLogin | None:
    """The login that a file of ours describes."""
    try:
        token_file = folder / Path(told["token_file"]).expanduser()
        login = matrix.MatrixLogin(told["server"], told["user"], told["device"], token_file)
    except (KeyError, TypeError):
        return None
    return login if token_file.is_file() else None


async def _works(login: matrix.MatrixLogin) -> bool:
    with suppress(Locked, OSError):
        await matrix.rooms(login)
        return True
    return False


async def _room(answers: Answers, login: matrix.MatrixLogin) -> str:
    """The room that hears the news, joined; its id."""
    found = await matrix.rooms(login) if not answers.given("matrix-room") else ()
    for number, one in enumerate(found, 1):
        key = "room-invited" if one.invited else "room"
        answers.say(key, number=number, name=_line(one.name) or one.id, id=one.alias or one.id)

    async def check(told: str) -> str:
        told = told.strip()
        if told.isdecimal() and 0 < int(told) <= len(found):
            told = found[int(told) - 1].id
        if not re.match(r"[!#]\S", told):
            raise CommandError(what=answers.tell("no-room"), next=answers.tell("no-room-next"))
        return await matrix.join(login, told)

    room = await answers.until_right("matrix-room", answers.tell("ask-room"), check)
    answers.say("joined", room=room)
    return room


async def _admins(
    answers: Answers, login: matrix.MatrixLogin, known: dict[str, Any] | None
) -> tuple[list[str], str | None]:
    """Who is told when something is wrong, and the private room for it."""
    if known and known.get("admin_room"):
        return list(known.get("admins", ())), str(known["admin_room"])

    async def check(told: str) -> list[str]:
        people = [one for one in re.split(r"[\s,;]+", told) if one and one != "-"]
        if wrong := [one for one in people if not _USER.fullmatch(one)]:
            raise CommandError(
                what=answers.tell("no-user", name=_line(wrong[0])),
                next=answers.tell("no-user-next"),
            )
        return people

    admins = await answers.until_right(
        "matrix-admin", answers.tell("ask-admin"), check, default="-"
    )
    if not admins:
        return [], None
    try:
        room = await matrix.create_admin_room(login, invite=admins)
    except ChannelError as error:  # an admin whose server is away: the rest works without
        answers.show(error.say(answers.context.language))
        return admins, None
    answers.say("admin-room", room=room, admins=", ".join(admins))
    return admins, room


async def _channel(answers: Answers, folder: Path, account: str, room: str) -> str:
    channels = files.known(folder, "channels")
    for id, told in channels.items():
        if told.get("account") == account and told.get("room") == room:
            answers.say("unchanged", path=folder / "channels" / f"{id}.toml")
            return id
    id, number = account, 2
    while id in channels:
        id, number = f"{account}-{number}", number + 1
    await files.write(
        answers,
        folder / "channels" / f"{id}.toml",
        {"kind": "matrix", "account": account, "room": room},
        answers.tell("channel-comment", name=room),
    )
    return id


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip()

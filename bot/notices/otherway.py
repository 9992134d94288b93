"""The second way to the admins: e-mail, or a private post on the Fediverse, for what their room
cannot carry. A refused Matrix token, a homeserver that has said nothing for an hour, anything
that the room has not heard for as long. Each trouble goes once.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.account import Account, SecretMissing, read_secret
from bot.channels.channel import Channel
from bot.channels.mail import send_mail
from bot.channels.mastodon_direct import send_direct
from bot.errors import ChannelError, Locked
from bot.house import House
from bot.notices.concerns import waiting
from bot.store.database import Tx
from bot.store.notices import Notice

log = logging.getLogger(__name__)

WRITE_IT = {
    "fr": "Écrivez le mot de passe dans ce fichier, puis\u00a0: chmod 600",
    "en": "Write the password into that file, then: chmod 600",
}
#: how long the room may be deaf before the second way is taken
DEAF = timedelta(hours=1)
#: notices that only tell: they wait for the room
PATIENT = frozenset({"said", "renamed", "source", "life"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "silent": {
        "fr": "Je n’entends plus {server} depuis une heure. Rien n’est perdu\u00a0: {waiting}. J’essaie "
        "encore, tout seul. Si cela dure, voyez si ce serveur répond à vous\u202f; s’il répond, "
        "relancez-moi.",
        "en": "I have not heard {server} for an hour. Nothing is lost: {waiting}. I go on trying by "
        "myself. If it lasts, see whether that server answers you; if it does, start me again.",
    },
    "subject": {"fr": "AlpOSS a besoin de vous\u00a0: {what}", "en": "AlpOSS needs you: {what}"},
    "many": {"fr": "{count} alertes", "en": "{count} alerts"},
    "why": {
        "fr": "Ce message prend ce chemin parce que le salon Matrix des admins ne peut pas le porter. "
        "Chaque alerte ne vient qu’une fois.",
        "en": "This message takes this way because the admins’ Matrix room cannot carry it. Each "
        "alert comes only once.",
    },
}


async def look_for_silence(house: House, now: datetime) -> None:
    """Note which homeserver has said nothing for an hour, and which speaks again. A silent one is
    tried again here: there may be no message that would do so."""
    open_now = {one.key for one in await house.store.read(_all_notices)}
    for account, channel in _rooms(house).items():
        pulse = channel.pulse()
        before, since = house.pulses.get(account, (-1, now))
        if pulse != before or since > now:
            house.pulses[account] = (pulse, now)
            if pulse and f"silent:{account}" in open_now:
                await house.settled(f"silent:{account}")
            continue
        with contextlib.suppress(ChannelError):
            await channel.start()
        if now - since >= DEAF and f"locked:{channel.id}" not in open_now:
            server = channel.account.settings.server
            count = await waiting(house, channel.id)
            text = _say(house, "silent", server=server, waiting=count)
            await house.notice(f"silent:{account}", text, now)


async def take_the_second_way(house: House, now: datetime) -> None:
    """Send what the room cannot carry, all of it in one message; what fails is tried again."""
    way = house.config.bot.second_way
    if not (way.email or way.person):
        return
    await _look_at_secrets(house, now)
    notices = await house.store.read(
        lambda tx: [one for one in tx.notices.all() if not tx.notices.carried(one.key)]
    )
    urgent = [one for one in notices if _is_due(house, one, now)]
    if not urgent:
        return
    if await _carry(house, [one.text for one in urgent]):

        def note(tx: Tx) -> None:
            for one in urgent:
                tx.notices.note_carried(one.key, now)

        await house.store.write(note)


async def _look_at_secrets(house: House, now: datetime) -> None:
    """A second way that lacks its secret is told while the first one is still open."""
    try:
        _password(house)
        account = _account(house)
        if account is not None:
            account.secret()
    except Locked as error:
        await house.notice("second-way", error, now)
    else:
        if any(one.key == "second-way" for one in await house.store.read(_all_notices)):
            await house.settled("second-way")


def _all_notices(tx: Tx) -> list[Notice]:
    return tx.notices.all()


def _password(house: House) -> str | None:
    """The mail server's; None where it wants none. Raises Locked."""
    way = house.config.bot.second_way
    if not (way.password_file or way.password_env):
        return None
    whose = way.smtp or "smtp"
    try:
        return read_secret(way.password_file, way.password_env, base=house.data_dir, whose=whose)
    except SecretMissing as error:
        if "setup" in error.say("en"):  # which knows nothing of mail servers
            error.fields["next"] = WRITE_IT
        raise


def _account(house: House) -> Account | None:
    """The Fediverse account that writes to the admin; None where there is none."""
    id = house.config.bot.second_way.mastodon
    settings = house.config.accounts.get(id)
    if settings is None:
        return None
    return Account(id, settings, house.data_dir, house.config.bot.language)


def _rooms(house: House) -> dict[str, Channel]:
    """The channels whose account has an admins' room: one for each account."""
    return {
        channel.account.id: channel
        for channel in house.channels.values()
        if channel.account and channel.account.settings.admin_room
    }


def _is_due(house: House, notice: Notice, now: datetime) -> bool:
    kind, _, about = notice.key.partition(":")
    if kind in PATIENT:
        return False
    rooms = _rooms(house)
    own = house.channels.get(about)
    # The account that would carry it is itself closed: no need to wait.
    deaf = kind == "locked" and own is not None and own.account and own.account.id in rooms
    return bool(deaf) or kind == "silent" or not rooms or now - notice.since >= DEAF


async def _carry(house: House, texts: list[str]) -> bool:
    """By the first of the ways that works; False: by none."""
    way = house.config.bot.second_way
    text = "\n\n".join((*texts, _say(house, "why")))
    if way.email:
        what = texts[0].partition(".")[0]
        what = what if len(texts) == 1 else _say(house, "many", count=len(texts))
        try:
            subject = _say(house, "subject", what=what[:100])
            await send_mail(way, _password(house), subject, text)
        except ChannelError as error:
            log.warning("the second way by e-mail is closed: %s", error)
        else:
            return True
    account = _account(house)
    if way.person and account is not None:
        try:
            await send_direct(account, way.person, text)
        except ChannelError as error:
            log.warning("the second way by a private post is closed: %s", error)
        else:
            return True
    return False


def _say(house: House, key: str, **fields: object) -> str:
    pair = TEXTS[key]
    return (pair.get(house.config.bot.language) or pair["en"]).format(**fields)

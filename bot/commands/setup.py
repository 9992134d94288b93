"""``setup``: from nothing to a first real post.

Every answer may be given by an option or by its variable, so that it works without a terminal
(in a container); whatever is still missing is asked. Run again on the same account, it renews
the secret and leaves the rest alone.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands._audit import note
from bot.commands._setup_answers import Answers
from bot.commands._setup_texts import TEXTS
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError, DataError

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx


def _option(name: str, fr: str, en: str, choices: tuple[str, ...] = ()) -> Argument:
    env = f"ALPOSS_{name.upper().replace('-', '_')}"
    return Argument(
        name,
        {"fr": f"{fr} (ou {env})", "en": f"{en} (or {env})"},
        option=True,
        choices=choices,
        env=env,
    )


def _secret(name: str, fr: str, en: str) -> Argument:
    env = f"ALPOSS_{name.upper().replace('-', '_')}"
    return Argument(
        f"{name}-file",
        {"fr": f"Fichier qui contient {fr} (ou {env})", "en": f"File that holds {en} (or {env})"},
        option=True,
    )


class Setup(Command):
    """Connect a Fediverse account and a Matrix room."""

    kind = "setup"
    names = {"fr": ("installer",), "en": ("setup",)}
    help = {
        "fr": "Relie un compte du Fédivers et un salon Matrix, pas à pas, et vérifie chaque "
        "réponse.",
        "en": "Connect a Fediverse account and a Matrix room, step by step, each answer checked.",
    }
    arguments = (
        _option("mastodon-server", "Serveur du Fédivers", "Fediverse server"),
        _option("mastodon-code", "Code d’autorisation", "Authorisation code"),
        _secret("mastodon-token", "un jeton d’accès déjà créé", "an access token made by hand"),
        _option("mastodon-bot", "Marquer le compte\u00a0: oui, non", "Mark the account: yes, no"),
        _option("mastodon-contact", "Contact montré sur le profil", "Contact shown on the profile"),
        _option(
            "mastodon-visibility",
            "Visibilité des annonces",
            "Visibility of announcements",
            ("public", "unlisted", "private", "direct"),
        ),
        _option(
            "mastodon-replies",
            "Répondre aux abonnés qui demandent : oui, non",
            "Answer followers who ask: yes, no",
        ),
        _option("matrix-server", "Serveur Matrix", "Matrix server"),
        _option("matrix-user", "Identifiant Matrix", "Matrix user id"),
        _secret("matrix-password", "son mot de passe", "its password"),
        _secret("matrix-token", "un jeton d’accès à la place", "an access token instead"),
        _secret(
            "matrix-recovery-key",
            "la clé de récupération de son identité",
            "the recovery key of its identity",
        ),
        _option(
            "matrix-new-identity",
            "Remplacer une identité dont la clé est perdue\u00a0: oui, non",
            "Replace an identity whose key is lost: yes, no",
        ),
        _option("matrix-room", "Salon des annonces", "Room for announcements"),
        _option("matrix-admin", "Qui prévenir (@vous:serveur)", "Who is told (@you:server)"),
        _option("test-post", "Envoyer un essai\u00a0: oui, non", "Send a test: yes, no"),
        _option(
            "overwrite",
            "Remplacer les fichiers qui disent autre chose\u00a0: oui, non",
            "Replace files that say something else: yes, no",
        ),
    )
    texts = TEXTS

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Ask, check, write. Raises CommandError and ChannelError."""
        from bot.commands import _setup_files
        from bot.config.read import load

        answers = Answers(
            context, arguments, lambda key, **fields: self.tell(key, context.language, **fields)
        )
        asked = {name: bool(answers.given(f"{name}-server")) for name in ("mastodon", "matrix")}
        given = any(asked.values())  # by options: then only what they name is connected
        if not given:
            answers.say("welcome")
        folder = _setup_files.own_folder(answers)
        context.config_dir = folder
        before = frozenset(_setup_files.known(folder, "channels"))
        channels: list[str] = []
        for name in ("mastodon", "matrix"):
            wanted = asked[name]
            if not given:
                question = answers.tell(f"ask-{name}")
                wanted = await answers.agree(name, question, default=True, alone=False)
            if wanted:
                channels.append(await _connect(name, answers, folder))
        if not given and not answers.heard:
            raise CommandError(what=answers.tell("nothing"), next=answers.tell("nothing-next"))
        if not channels:
            return Answer(answers.tell("declined"), data={"channels": []})
        config = load(folder, os.environ)  # what was written is right, or every problem is told
        await self._resume(context, channels, config, before)
        tested = await self._offer_test(answers, channels)
        text = answers.tell("done", channels=", ".join(channels))
        asks = [config.channels[id].approval for id in channels]
        days = max((one.first_days for one in asks if one.when != "never"), default=0)
        if days and any(account.admin_room for account in config.accounts.values()):
            text += "\n" + answers.tell("first-days", days=days)
        data = {"channels": channels, "folder": str(folder), "tested": tested, **answers.shown}
        return Answer(text, data=data)

    async def _resume(
        self, context: Context, channels: list[str], config: Config, before: Collection[str]
    ) -> None:
        """A channel that waited for a renewed secret goes on at once; what was connected is noted in
        the audit log, without any secret (S13).

        :param before: the channels that were there.
        """
        store = await context.store()

        def resume(tx: Tx) -> None:
            for id in channels:
                tx.channels.resume(id)
                tx.notices.clear(f"locked:{id}")
                account = config.channels[id].account or ""
                login = config.accounts.get(account)  # a file of one's own may need none
                now_there: dict[str, str | None] = {"account": account}
                if login is not None:
                    now_there |= {"server": login.server, "user": login.user}
                was = "connected" if id in before else None
                note(tx, context, self.kind, f"channel {id}", was, now_there)

        await store.write(resume)

    async def _offer_test(self, answers: Answers, channels: list[str]) -> list[str]:
        """A test message on each channel, if it is wanted; the channels that took it."""
        from bot.commands import _test_message

        question = answers.tell("ask-test")
        if not await answers.agree("test-post", question, default=True, alone=False):
            return []
        context = answers.context
        made = await _test_message.queue(context, channels)
        try:
            await _send(context, channels)
        except DataError:
            answers.say("test-running")
            return []
        store = await context.store()
        rows = await store.read(lambda tx: _rows(tx, made))
        tested = [row.channel for row in rows if row.state == "sent"]
        for row in rows:
            if row.state == "sent":
                answers.say("tested", channel=row.channel, url=row.remote_url or row.remote)
            else:
                answers.say("test-failed", channel=row.channel, error=row.error or row.state)
        return tested


async def _connect(name: str, answers: Answers, folder: Path) -> str:
    if name == "mastodon":
        from bot.commands import _setup_mastodon

        return await _setup_mastodon.connect(answers, folder)
    from bot.commands import _setup_matrix

    return await _setup_matrix.connect(answers, folder)


def _rows(tx: Tx, made: Iterable[Delivery]) -> list[Delivery]:
    return [
        row for one in made for row in tx.deliveries.of_announcement(one.announcement, one.channel)
    ]


async def _send(context: Context, channels: list[str]) -> None:
    """Send what waits on these channels, as one pass of the bot would. Raises DataError where a
    bot runs."""
    from bot import pipeline

    open_house: Any = context.tools["open_house"]
    async with open_house() as house:
        house.channels = {id: house.channels[id] for id in channels if id in house.channels}
        await pipeline.deliver(house, context.now())
        await pipeline.finished(house)

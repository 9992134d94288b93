"""Wires the house: fills the Context that commands use, and runs the whole bot."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import __version__, languages
from bot.causes import cause_in
from bot.commands.command import Answer, Command, Progress, Question
from bot.errors import BotError, CommandError
from bot.process import clock, logs

if TYPE_CHECKING:
    from bot.config.overrides import Override
    from bot.config.read import Config
    from bot.house import House
    from bot.languages import Language
    from bot.process.crew import Seat
    from bot.process.reload import Reloader
    from bot.store.database import Store
    from bot.understanding.knowledge import Knowledge

log = logging.getLogger(__name__)

#: SIGTERM to exit, in seconds: what is in flight finishes or is given back (O1)
DRAIN = 6.0
#: seconds of a pass of `once` for reading and for sending, so that cron never piles up
ONE_READ = 7.0
ONE_SEND = 5.0

TEXTS: Mapping[str, Mapping[str, str]] = {
    "preview": {
        "fr": "Aperçu\u00a0: aucun compte n’est configuré, rien n’est publié. Ce qui serait publié "
        "s’affiche ici. Pour publier\u00a0: alposs-bot setup",
        "en": "Preview: no account is set up, nothing is posted. What would be posted is shown "
        "here. To post: alposs-bot setup",
    },
    "running": {
        "fr": "Le bot tourne (sources\u00a0: {sources}, canaux\u00a0: {channels}). Ctrl-C l’arrête.",
        "en": "The bot runs (sources: {sources}, channels: {channels}). Ctrl-C stops it.",
    },
    "stopping": {
        "fr": "Je finis ce qui est en cours…",
        "en": "Finishing what is under way…",
    },
    "stopped": {"fr": "Arrêté\u202f; rien n’est perdu.", "en": "Stopped; nothing is lost."},
    "pass": {
        "fr": "Une passe. Sources lues\u00a0: {read}, sans réponse\u00a0: {failed}. Messages "
        "remis\u00a0: {sent}, en attente\u00a0: {waiting}.",
        "en": "One pass. Sources read: {read}, without an answer: {failed}. Messages "
        "delivered: {sent}, waiting: {waiting}.",
    },
    "nobody": {
        "fr": "Personne ne peut répondre ici à «\u00a0{question}\u00a0».",
        "en": "Nobody can answer “{question}” here.",
    },
    "give": {
        "fr": "Donnez la réponse par une option\u202f; voyez l’aide de la commande.",
        "en": "Give the answer by an option; see the command’s help.",
    },
    "web": {
        "fr": "le port {port} est pris ({cause})\u00a0: pas de page de santé. Changez [web] port dans "
        "bot.toml.",
        "en": "port {port} is taken ({cause}): no health page. Change [web] port in bot.toml.",
    },
}


class App:
    """The one Context: the terminal uses it now, the chat later."""

    def __init__(
        self,
        *,
        language: str,
        config_dir: str | None = None,
        data_dir: str | None = None,
        as_json: bool = False,
        verbose: bool = False,
    ) -> None:
        from bot.config.read import defaults_folder

        here = Path("config")
        self.config_dir = Path(config_dir) if config_dir else here
        if not config_dir and not here.is_dir():
            self.config_dir = defaults_folder()
        self.data_dir = Path(data_dir or "data")
        self.language = language
        self.as_json = as_json
        self.verbose = verbose
        self.question: Question | None = None  # the terminal's: nobody in a room asked
        self._config: Config | None = None
        self._files: Config | None = None  # the files alone
        self._given: list[Override] = []  # what was set from the room, over the files
        self._knowledge: Knowledge | None = None
        self._store: Store | None = None
        self._house: House | None = None  # while the bot runs
        self._seat: Seat | None = None  # the same, among several workers
        self._languages: dict[str, languages.Language] | None = None
        self._reloader: Reloader | None = None  # while the bot runs

    # -- what a command may use -------------------------------------------------------------

    def now(self) -> datetime:
        """UTC now; in tests, moved by as many seconds as the file $ALPOSS_TEST_CLOCK says."""
        return clock.now()

    def config(self) -> Config:
        """The validated configuration, read once."""
        if self._config is None:
            from bot.config import overrides
            from bot.config.read import load

            self._files = load(self.config_dir, os.environ)
            self._config = overrides.apply(self._files, self._given)
        return self._config

    def languages(self) -> Mapping[str, languages.Language]:
        """Every language, the given folder's files over the shipped ones."""
        if self._languages is None:
            from bot.config.read import language_folders

            self._languages = languages.read_all(language_folders(self.config_dir))
        return self._languages

    async def _read_afresh(self, files: bool) -> tuple[Config, Mapping[str, Language]]:
        """For a reload: it becomes this process's own only where all of it is right."""
        from bot.process.configured import read_files, with_overrides

        base, spoken = self._files, self.languages()
        if files or base is None:
            base, spoken = await read_files(self.config_dir)
            clock.refuse_where_false(base, self.language)
        config = await with_overrides(base, self.data_dir, self._store)
        self._files, self._config, self._languages = base, config, dict(spoken)
        return config, spoken

    async def _take_overrides(self) -> None:
        """Before a command runs. What is wrong with files or store it will say itself."""
        from bot.config.read import load_bot
        from bot.process.configured import given

        with contextlib.suppress(BotError):
            url = load_bot(self.config_dir).store.url
            self._given = await given(url, self.data_dir)

    async def store(self) -> Store:
        """The opened store, migrated; closed when the command ends."""
        if self._store is None:
            from bot.store.database import Store

            url = self.config().bot.store.url
            self._store = await Store.open(url, data_dir=self.data_dir)
        return self._store

    def say(self, progress: Progress) -> None:
        """One quiet line where a person looks; nothing among JSON."""
        if not self.as_json:
            counter = f"[{progress.done}/{progress.total}] " if progress.total else ""
            sys.stderr.write(f"{counter}{progress.text}\n")
            sys.stderr.flush()

    async def ask(self, question: str, *, default: str = "", secret: bool = False) -> str:
        """Ask the person at the terminal; CommandError where there is none."""
        if not sys.stdin.isatty() and not os.environ.get("ALPOSS_ASK_STDIN"):
            raise CommandError(what=self.text("nobody", question=question), next=self.text("give"))
        prompt = f"{question} [{default}] " if default else f"{question} "
        read = getpass.getpass if secret and sys.stdin.isatty() else input
        try:
            return (await asyncio.to_thread(read, prompt)).strip() or default
        except EOFError as error:
            raise CommandError(
                what=self.text("nobody", question=question), next=self.text("give")
            ) from error

    @property
    def tools(self) -> Mapping[str, Any]:
        """More of the bot by name, for commands that act on its parts."""
        found: dict[str, Any] = {"open_house": self.open_house, "knowledge": self.knowledge}
        if self._house is not None:
            found["tell_admins"] = self._house.pass_on
            found["house"] = self._running
        if self._reloader is not None:
            found["reload"] = self._reloader.reload
        return found

    async def _running(self) -> House:
        assert self._house is not None
        return self._house

    async def knowledge(self) -> Knowledge:
        """What the bot knows of awards, events, places and languages; built once."""
        if self._reloader is not None:
            return self._reloader.knowledge
        if self._knowledge is None:
            from bot.understanding.knowledge import Knowledge

            config = self.config()
            self._knowledge = Knowledge.build(
                config.awards,
                config.events,
                config.places,
                self.languages(),
                config.bot.timezone,
                config.bot.relevance,
            )
        return self._knowledge

    def text(self, key: str, **fields: object) -> str:
        """One of the app's own texts."""
        return TEXTS[key][self.language].format(**fields)

    def speak(self, error: BotError) -> str:
        """An error in the reader's words, overridden by the language file where it does."""
        try:
            return languages.say(error, self.languages()[self.language])
        except (BotError, KeyError, OSError):
            return error.say(self.language)

    # -- running ----------------------------------------------------------------------------

    async def perform(self, command: Command, arguments: Mapping[str, Any]) -> Answer:
        """Run one command, and close what it opened."""
        logs.begin(verbose=self.verbose)
        try:
            await self._take_overrides()
            return await command.run(self, arguments)
        finally:
            if self._store is not None:
                await self._store.close()
                self._store = None

    @contextlib.asynccontextmanager
    async def open_house(self, *, lead: bool = True, beside: bool = False) -> AsyncIterator[House]:
        """Everything the pipeline needs, opened; closed at the end. One bot has a data folder to
        itself (D8); of several on PostgreSQL one leads.

        :param lead: lead, where no other worker does.
        :param beside: only look things up and write, maybe beside a running bot: nothing is polled
            or sent.
        """
        from bot import opening
        from bot.process.crew import seated, take_over
        from bot.store.database import data_lock, is_own, is_shared

        config = self.config()
        clock.refuse_where_false(config, self.language)
        alone = not (beside or is_shared(config.bot.store.url))
        with data_lock(self.data_dir) if alone else contextlib.nullcontext():
            store = await self.store()
            house = await opening.open_house(
                config,
                store,
                self.languages(),
                data_dir=self.data_dir,
                now=self.now,
                say=lambda text, done, total: self.say(Progress(text, done, total)),
                language=self.language,
            )
            self._knowledge = house.knowledge
            if alone and is_own(config.bot.store.url, self.data_dir):
                await take_over(house, lambda _: True)  # of a bot that was killed
            async with contextlib.nullcontext() if beside else seated(house) as self._seat:
                if self._seat is not None and lead:
                    house.leads = await self._seat.lead()
                try:
                    yield house
                finally:
                    await opening.close_house(house)

    async def run_bot(self, once: bool) -> Answer:
        """Run the bot for ever, or for one pass."""
        if self.as_json:  # standard output is the answer's alone
            from bot.channels.console import Console

            Console.out = sys.stderr
        settings = self.config().bot.log
        logs.begin(settings.level, settings.format, verbose=self.verbose)
        async with self.open_house(lead=once) as house:
            if house.preview:
                self.say(Progress(self.text("preview")))
            if once:
                return await self._one_pass(house)
            return await self._for_ever(house)

    async def _one_pass(self, house: House) -> Answer:
        from bot import pipeline

        await pipeline.deliver(house, self.now())  # opens the channels
        await pipeline.collect(house, self.now())
        await pipeline.finished(house, ONE_READ)
        await pipeline.give_up(house, self.now())
        await pipeline.remind(house, self.now())
        await pipeline.deliver(house, self.now())
        await pipeline.finished(house, ONE_SEND)
        await pipeline.drain(house, DRAIN / 3)
        counts = dict(house.counts)
        waiting = len(await house.store.read(lambda tx: tx.deliveries.waiting()))
        fields = {name: counts.get(name, 0) for name in ("read", "failed", "sent")}
        said = self.text("pass", waiting=waiting, **fields)
        if house.trouble is not None:  # for cron: what was not kept is no success
            said = f"{self.speak(house.trouble)}\n{said}"
        data = {**fields, "waiting": waiting}
        return Answer(said, data=data, ok=house.trouble is None)

    async def _for_ever(self, house: House) -> Answer:
        from bot import pipeline, thrift
        from bot.chat import Chat
        from bot.process.crew import Crew, told
        from bot.process.reload import Reloader
        from bot.scheduler import Scheduler
        from bot.web.health import Health
        from bot.web.websub import WebSub

        thrift.begin()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        settings = self.config().bot.web
        public = settings.public_url if settings.port else None
        hubs = WebSub(house, public) if public else None

        async def remind(now: datetime) -> None:
            await pipeline.remind(house, now)
            if hubs is not None and house.leads:
                await hubs.tick(now)

        scheduler = Scheduler(
            collect=lambda now: pipeline.collect(house, now),
            deliver=lambda now: pipeline.deliver(house, now),
            remind=remind,
            housekeeping=lambda now: pipeline.housekeeping(house, now),
            now=self.now,
            wake=house.wake,
        )
        health = Health(scheduler.alive, lambda: pipeline.ready(house), lambda: told(house))
        if settings.port:
            try:
                await health.start(settings.host, settings.port, hubs)
            except OSError as error:
                cause = cause_in(error, self.language)
                log.warning("%s", self.text("web", port=settings.port, cause=cause))
        await pipeline.spread(house, self.now())
        self.say(
            Progress(self.text("running", sources=len(house.sources), channels=len(house.channels)))
        )
        # before the channels open: what was asked while the bot was down comes with the first sync
        chat = Chat(house.channels if self.config().bot.chat.enabled else {}, self)
        self._house = house
        crew = Crew(house, self._seat, begin=chat.start, end=chat.stop)
        crew.start()
        self._reloader = reloader = Reloader(house, self._read_afresh, chat)
        watching = asyncio.create_task(reloader.watch(stop), name="reload")
        hangups: set[asyncio.Task[Any]] = set()
        loop.add_signal_handler(
            signal.SIGHUP, lambda: hangups.add(asyncio.create_task(reloader.quietly()))
        )
        log.info("bot started version=%s sources=%d", __version__, len(house.sources))
        await scheduler.run(stop)
        self.say(Progress(self.text("stopping")))
        await asyncio.gather(watching, *hangups, return_exceptions=True)
        await reloader.close()
        await health.stop()
        await crew.stop()
        await pipeline.drain(house, DRAIN)
        return Answer(self.text("stopped"), data={"stopped": True})

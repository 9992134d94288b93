"""``health``: asks a running bot whether it is well (the container's health check)."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from bot.commands.command import Answer, Argument, Command, Context

_MOST = 1024  # bytes of an answer that are read; ours are a few
_WORKER = {"worker", "leads"}  # what one of several workers says of itself


class Health(Command):
    """Ask ``/health/live`` (or ``/health/ready``) of the bot that runs here."""

    kind = "health"
    names = {"fr": ("sante",), "en": ("health",)}
    help = {
        "fr": "Demande au bot qui tourne ici s’il va bien (code de sortie 0\u00a0: oui).",
        "en": "Ask the bot that runs here whether it is well (exit status 0: yes).",
    }
    arguments = (
        Argument(
            "ready",
            {
                "fr": "Demande aussi s’il peut publier maintenant.",
                "en": "Also ask whether it can post now.",
            },
            option=True,
            flag=True,
        ),
    )
    faces = frozenset({"terminal", "chat"})
    texts = {
        "here": {
            "fr": "Je vais bien\u00a0: je réponds, ma base s’écrit, canaux ouverts\u00a0: {open} sur "
            "{all}.",
            "en": "I am well: I answer, my database takes writes, channels open: {open} of {all}.",
        },
        "here-closed": {
            "fr": "Je réponds et ma base s’écrit, mais ces canaux ne sont pas ouverts\u00a0: {closed}. "
            "Pourquoi\u00a0: !statut",
            "en": "I answer and my database takes writes, but these channels are not open: "
            "{closed}. Why: !status",
        },
        "well": {"fr": "Le bot va bien.", "en": "The bot is well."},
        "leads": {
            "fr": "Il s’appelle {worker} et mène les autres.",
            "en": "It is {worker} and leads the others.",
        },
        "follows": {
            "fr": "Il s’appelle {worker}\u202f; un autre mène.",
            "en": "It is {worker}; another one leads.",
        },
        "ill": {
            "fr": "Le bot répond qu’il ne va pas bien. Voyez\u00a0: alposs-bot status",
            "en": "The bot answers that it is not well. See: alposs-bot status",
        },
        "silent": {
            "fr": "Aucun bot ne répond sur {address}. Lancez-le avec\u00a0: alposs-bot run",
            "en": "No bot answers at {address}. Start it with: alposs-bot run",
        },
        "off": {
            "fr": "Je ne peux pas le savoir\u00a0: la page de santé est désactivée ([web] port = 0). "
            "Donnez-lui un port dans bot.toml.",
            "en": "I cannot tell: the health page is switched off ([web] port = 0). Give it a "
            "port in bot.toml.",
        },
        "other": {
            "fr": "Un autre programme que le bot répond sur {address}. Donnez au bot un autre port "
            "dans bot.toml, sous [web], puis relancez-le.",
            "en": "Another program than the bot answers at {address}. Give the bot another port "
            "in bot.toml, under [web], then start it again.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Ask, within 3 s; in a room, whoever answers looks at itself."""
        if context.question is not None and "house" in context.tools:
            return await self._here(context)
        settings = context.config().bot.web
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
        name = f"[{host}]" if ":" in host else host
        path = "ready" if arguments.get("ready") else "live"
        address = f"http://{name}:{settings.port}/health/{path}"
        state, told = "off", dict[str, Any]()
        if settings.port:
            state, told = await asyncio.to_thread(_ask, address)
        fields = {"address": address}
        text = self.tell(state, context.language, **fields)
        if told:
            key = "leads" if told["leads"] else "follows"
            text = f"{text} {self.tell(key, context.language, worker=told['worker'])}"
        return Answer(text, data={"state": state, **fields, **told}, ok=state == "well")

    async def _here(self, context: Context) -> Answer:
        """What the process that answers here knows of itself (O2). Raises DataError."""
        house = await context.tools["house"]()
        store, now = await context.store(), context.now()
        await store.write(lambda tx: tx.meta.put("ready", now.isoformat()))
        closed = [id for id in house.channels if id not in house.started]
        fields = {"all": len(house.channels), "open": len(house.channels) - len(closed)}
        key = "here-closed" if closed else "here"
        text = self.tell(key, context.language, **fields, closed=", ".join(closed))
        return Answer(text, data={"closed": closed, **fields}, ok=not closed)


def _ask(address: str) -> tuple[str, dict[str, Any]]:
    """well, ill, silent, or other: what answers there is not the bot (see bot.web.health). And
    which of several workers it is."""
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:  # noqa: S310 - http to ourselves
            status, body = answer.status, answer.read(_MOST)
    except urllib.error.HTTPError as refused:
        with refused:
            status, body = refused.code, refused.read(_MOST)
    except http.client.HTTPException:  # what came back is no HTTP
        return "other", {}
    except OSError:
        return "silent", {}
    try:
        said = json.loads(body)
    except ValueError:
        return "other", {}
    good = said.pop("ok", None) if isinstance(said, dict) else None
    if (good, status) not in ((True, 200), (False, 503)) or said.keys() not in (set(), _WORKER):
        return "other", {}
    return "well" if good else "ill", said

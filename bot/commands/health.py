"""``health``: asks a running bot whether it is well (the container's health check)."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from bot.commands.command import Answer, Argument, Command, Context


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
    texts = {
        "well": {"fr": "Le bot va bien.", "en": "The bot is well."},
        "ill": {
            "fr": "Le bot répond qu’il ne va pas bien. Voyez\u00a0: alposs-bot status",
            "en": "The bot answers that it is not well. See: alposs-bot status",
        },
        "silent": {
            "fr": "Aucun bot ne répond sur {address}. Lancez-le avec\u00a0: alposs-bot run",
            "en": "No bot answers at {address}. Start it with: alposs-bot run",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Ask, within 3 s."""
        settings = context.config().bot.web
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
        name = f"[{host}]" if ":" in host else host
        path = "ready" if arguments.get("ready") else "live"
        address = f"http://{name}:{settings.port}/health/{path}"
        state = await asyncio.to_thread(_ask, address)
        fields = {"address": address}
        return Answer(
            self.tell(state, context.language, **fields),
            data={"state": state, **fields},
            ok=state == "well",
        )


def _ask(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:  # noqa: S310 - http to ourselves
            return "well" if answer.status == 200 else "ill"
    except urllib.error.HTTPError:
        return "ill"
    except OSError:
        return "silent"

"""Where strangers may ask: only what is clear, only what is public, only so often."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.heard import Listener
from bot.commands._parse import Call
from bot.commands.command import Context


async def allowed(listener: Listener, asked: object, sender: str, base: Context) -> bool:
    """May this be answered here? Everything may, unless the listener is choosy."""
    if listener.answers is None:
        return True
    if not isinstance(asked, Call) or asked.kind not in listener.answers:
        return False
    if listener.a_day is None:
        return True
    most, since, store = listener.a_day, base.now() - timedelta(days=1), await base.store()
    return await store.read(lambda tx: tx.heard.of(sender, since)) < most

"""The preview: shows in the terminal what would be posted, and posts nothing anywhere."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from typing import ClassVar, TextIO

from pydantic import Field

from bot.channels.channel import Ability, Channel, Limits, Receipt
from bot.config.wiring import ChannelSettings
from bot.errors import NotNow
from bot.outbox.delivery import Delivery

TEXTS: Mapping[str, Mapping[str, str]] = {
    "post": {"fr": "Serait publié", "en": "Would be posted"},
    "edit": {"fr": "Serait corrigé ainsi", "en": "Would be corrected so"},
    "withdraw": {"fr": "Serait retiré", "en": "Would be taken back"},
    "reply": {"fr": "en réponse à la première annonce", "en": "as a reply to the first one"},
    "past": {"fr": "déjà passé", "en": "already over"},
}


class ConsoleOptions(ChannelSettings):
    """The preview in the terminal."""

    kind: str = Field("console", description="console")
    public: bool = Field(False, description="false: it reaches only whoever runs the bot.")
    per_hour: int = Field(0, ge=0, description="At most so many an hour; 0: no limit.")
    per_day: int = Field(0, ge=0, description="At most so many a day; 0: no limit.")
    digest: str = Field("", description="When the digest of the week is told, local; empty: never.")
    quiet: str = Field("", description="Silence, local time; empty: none.")
    gather: int = Field(0, ge=0, description="Minutes to wait for other witnesses.")


class Console(Channel):
    """Prints each message once, with a line that says what it is."""

    kind = "console"
    Options = ConsoleOptions
    abilities: ClassVar[frozenset[Ability]] = frozenset({"edit", "withdraw", "reply"})
    usual: ClassVar[Limits] = Limits(characters=20_000, form="terminal")
    #: where it prints; None: standard output
    out: TextIO | None = None

    async def limits(self) -> Limits:
        """A terminal takes any length."""
        return self.usual

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Print it. Raises NotNow where nobody reads."""
        self._show("post", delivery)
        return Receipt(f"console-{delivery.key}")

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:
        """Print the new words."""
        self._show("edit", delivery)
        return Receipt(remote)

    async def withdraw(self, remote: str, delivery: Delivery) -> None:  # noqa: ARG002 - the door's
        """Print what would go."""
        self._show("withdraw", delivery)

    def _show(self, what: str, delivery: Delivery) -> None:
        language = "en" if self.options.language == "en" else "fr"
        message = delivery.message
        notes = [TEXTS[what][language]]
        if message.past:
            notes.append(TEXTS["past"][language])
        if delivery.reply_to and what == "post":
            notes.append(TEXTS["reply"][language])
        title = f"[{', '.join(notes)}]"
        lines = [title, *(f"  {line}".rstrip() for line in printable(message.text).split("\n")), ""]
        try:
            print("\n".join(lines), file=self.out or sys.stdout, flush=True)
        except (OSError, ValueError) as error:  # a closed pipe, a closed file
            raise NotNow(channel=self.id, cause=type(error).__name__) from error


def printable(text: str) -> str:
    """``text`` without what would command a terminal or turn its writing direction: control
    characters but the newline, and Unicode's formats, surrogates and private characters (S4)."""
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )

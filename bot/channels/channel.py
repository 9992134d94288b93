"""The Channel door: deliver, edit, withdraw, find, reply. A kind declares which it can.

To add a kind: one file here with a subclass of :class:`Channel`, its ``kind``, its ``Options``
and its ``abilities``. The contract suite (tests/contracts) runs over it by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from bot.channels.heard import Listener
from bot.config.wiring import ChannelSettings
from bot.outbox.delivery import Delivery

#: boost: passes somebody's post on where the message says so, else sends its words
#: picture: shows a picture that was brought over before the post
Ability = Literal["edit", "withdraw", "find", "reply", "idempotent", "boost", "picture"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side said it has it."""

    remote: str
    url: str | None = None
    picture: bool = True  # False: it was sent without the picture that it named


@dataclass(frozen=True, slots=True)
class Found:
    """What looking for a message gave. ``complete`` False: the search did not reach far enough,
    so that not finding it proves nothing (hold and tell)."""

    receipt: Receipt | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What the other side takes. ``characters`` counts grapheme clusters; a URL counts
    ``per_url`` of them, or its own length where that is None."""

    characters: int = 5000
    per_url: int | None = None
    html: bool = False
    form: Literal["status", "room", "terminal", "json"] = "status"  # which wording of VOICE


class Channel(ABC):
    """One configured channel. Its calls raise only :class:`bot.errors.ChannelError`."""

    kind: ClassVar[str]
    Options: ClassVar[type[ChannelSettings]] = ChannelSettings
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    #: how long the other side keeps an idempotency key, minus a margin; None: it keeps none
    window: timedelta | None = None  # an instance may know better: GoToSocial keeps no keys
    #: of several workers only the one that leads may open it: its account is one device, which one
    #: process follows
    leader_only: ClassVar[bool] = False
    #: since when the other side has known the keys of this device; None: as long as we remember
    keys_since: datetime | None = None
    #: a secret of the store's: by what is made of it another device knows a message of ours again
    #: whose words it cannot read; "": nothing is marked
    mark: str = ""
    #: what is taken for granted until the other side has told its limits
    usual: ClassVar[Limits] = Limits()

    def __init__(self, id: str, options: Any, account: Any = None) -> None:
        self.id = id
        self.options = options
        self.account = account

    @property
    def device(self) -> str | None:
        """The device that it speaks from, once it is open, where the other side keeps keys by
        device (Matrix); None: by account."""
        return None

    @property
    def place(self) -> str | None:
        """Where over there it speaks: a room's id; None where that is no room, or unknown yet."""
        return None

    async def start(self) -> None:  # noqa: B027 - most kinds open nothing
        """Open what is needed (log in, sync). Raises ChannelError; is called again later then."""

    async def stop(self) -> None:  # noqa: B027 - and close nothing
        """Close it. Never raises."""

    async def tell_admins(
        self,
        key: str,  # noqa: ARG002 - most kinds have no admins
        text: str,  # noqa: ARG002
        html: str | None = None,  # noqa: ARG002
        *,
        moderators: bool = False,  # noqa: ARG002
    ) -> tuple[str, str] | None:
        """Tell the account's admins something in private, once per ``key``: the room and the
        message over there, to which they may answer; None: cannot.

        :param moderators: tell the moderators instead, where they have a room of their own.
        """
        return None

    def pulse(self) -> int | None:
        """How often its server has spoken to it so far; None where it is not open, or listens to
        nobody. What no longer grows is silent."""
        return None

    def concerns(self) -> Mapping[str, Mapping[str, str]]:
        """What its admins should know though messages go out: words by language, by a key. What
        stands here no longer is over. ``locked`` says that its account is closed to us, though no
        message has met that yet. Asks nobody, and never raises."""
        return {}

    @property
    def moderators(self) -> bool:
        """Has its account a room in which people can be asked, and are heard?"""
        return False

    @property
    def images(self) -> bool:
        """Is it to show the image of an article with the first post?"""
        return False

    async def renewal(self, *, boost: bool) -> str | None:  # noqa: ARG002 - for kinds that can
        """Where a person agrees that its account may be used again, if its access is refused: an
        address that shows a code. None: it is not refused, or no code would help. Never raises.

        :param boost: the account is to boost posts of watched accounts.
        """
        return None

    async def renew(self, code: str) -> str:  # noqa: ARG002 - the same
        """Take such a code; the account's name. Raises ChannelError: WrongCode and its like say what
        to do next."""
        raise TypeError(f"channel kind {self.kind} takes no code")

    async def is_open(self) -> bool:
        """Does the server take its access at this moment, as far as it says? Never raises."""
        return False

    def to_person(
        self,
        id: str,  # noqa: ARG002 - for kinds that can
        person: str,  # noqa: ARG002
        room: str,  # noqa: ARG002
        *,
        per_day: int,  # noqa: ARG002
        quiet: str,  # noqa: ARG002
    ) -> Channel | None:
        """A channel through the same account to one person alone, in their own room. None: this
        kind has no such rooms."""
        return None

    def listener(self) -> Listener | None:
        """The ears of its account, opened with the channel; the same for all channels of one
        account. None: this kind hears nobody."""
        return None

    async def limits(self) -> Limits:
        """What may be sent, as the other side itself says; asked once and kept for a day."""
        return Limits()

    @abstractmethod
    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send a new message under ``delivery.key``; reply to ``delivery.reply_to`` if set.

        One that ``boosts`` a post passes that on where it can: the receipt's url is then that very
        address. Boosting twice is boosting once. One whose ``picture`` bears an ``id`` shows that.
        """

    async def bring(self, picture: bytes, type: str, alt: str) -> str:  # noqa: ARG002 - for kinds that can
        """Bring a picture over, to be shown by a post; its id over there. Nobody sees it yet.

        :param type: its media type: image/jpeg, image/png, image/webp, image/gif.
        :param alt: the words for those who do not see it.
        """
        raise TypeError(f"channel kind {self.kind} declares no picture")

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:  # noqa: ARG002 - for kinds that can
        """Put ``delivery.message`` in the place of the message ``remote``."""
        raise TypeError(f"channel kind {self.kind} declares no edit")

    async def withdraw(self, remote: str, delivery: Delivery) -> None:  # noqa: ARG002 - the same
        """Take the message ``remote`` away. Already gone is success."""
        raise TypeError(f"channel kind {self.kind} declares no withdraw")

    async def find(self, delivery: Delivery, since: datetime) -> Found:  # noqa: ARG002 - the same
        """Look for ``delivery`` among the messages sent since ``since`` (D: unclear outcomes)."""
        raise TypeError(f"channel kind {self.kind} declares no find")

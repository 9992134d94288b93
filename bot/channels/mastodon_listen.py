"""Hearing the questions of followers on the Fediverse, and replying in kind.

Off unless a channel says ``replies = true``. A question is heard only where it begins with the
mention of the account, comes from a follower who is no bot, and is a post of their own. The reply
mentions the asker alone and is seen by no more people than the question. Notifications are read
once a minute, or at once where the server's stream rings; the last one that was handled is kept in the
store, so that what was asked while the bot was down is answered after it, and nothing twice.
API: docs.joinmastodon.org/methods/notifications.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from bot.announcements.words import count, cut, mentioning_nobody
from bot.channels.account import Account
from bot.channels.channel import Limits
from bot.channels.heard import Bookmark, Direct, Ear, File, Fingertips, Heard, Reacted
from bot.channels.mastodon_client import Client
from bot.channels.mastodon_stream import Bell, Where
from bot.errors import ChannelError, Locked, Rejected

log = logging.getLogger(__name__)

#: seconds between two looks, and at most after errors
EVERY, EVERY_MOST = 60.0, 900.0
#: seconds between two looks while a stream would ring, and at least between two rings
SELDOM, BREATH = 300.0, 1.0
#: notifications a page
PAGE = 40
#: what may be asked in public; what is between one person and the bot is not
ANSWERS = frozenset(
    {"agenda", "awards", "deadlines", "forget", "help", "news", "next", "origin", "search", "stop"}
)
#: who sees a reply, by who sees the question: never more people, and no public timeline. Followers
#: of the asker are not those of the bot: such a question is answered to the asker alone.
SEEN = {"public": "unlisted", "unlisted": "unlisted", "private": "direct", "direct": "direct"}
#: told to the admins where the token may not hear
DEAF = {
    "fr": "{account}\u00a0: le jeton ne permet pas d’entendre les abonnés ({cause}), alors que le "
    "canal dit `replies = true`. Les annonces partent. Relancez\u00a0: alposs-bot setup "
    "--mastodon-server {server} --mastodon-replies oui",
    "en": "{account}: the token does not allow to hear followers ({cause}), though the channel "
    "says `replies = true`. Announcements go out. Start again: alposs-bot setup "
    "--mastodon-server {server} --mastodon-replies yes",
}
NO_FILES = {"fr": "pas de fichiers ici", "en": "no files here"}
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")

Login = Callable[[], Awaitable[tuple[Client, str, Limits]]]


class MastodonListener:
    """The ears and the voice of one account. ``login``: its client, its own id, what it may post."""

    answers = ANSWERS

    def __init__(
        self, account: Account, login: Login, a_day: int, stream: Where | None = None
    ) -> None:
        self.account = account
        self.a_day = a_day
        self._login = login
        self._ear: Ear | None = None
        self._loop: asyncio.Task[None] | None = None
        self._bell = Bell(stream) if stream else None
        self._ringing: asyncio.Task[None] | None = None
        self._questions: dict[str, dict[str, Any]] = {}  # by id, until they are handled
        self._deaf: Locked | None = None  # the token may not hear
        self._bookmark: Bookmark | None = None

    @property
    def me(self) -> tuple[str, ...]:
        """user, user@server."""
        user = (self.account.settings.user or "").lstrip("@").partition("@")[0]
        server = self.account.settings.server.partition("://")[2]
        return (f"{user}@{server}", user) if user else ()

    def listen(
        self, ear: Ear, tips: Fingertips | None = None, bookmark: Bookmark | None = None
    ) -> None:
        """Give every batch of questions to ``ear``. Nobody taps here."""
        del tips
        self._ear, self._bookmark = ear, bookmark
        self._loop = asyncio.create_task(self._follow(), name=f"notifications {self.account.id}")
        if self._bell is not None:
            following = self._bell.follow()
            self._ringing = asyncio.create_task(following, name=f"stream {self.account.id}")

    async def close(self) -> None:
        """Hear no more. Never raises."""
        tasks = [task for task in (self._loop, self._ringing) if task is not None]
        self._loop = self._ringing = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        pause = EVERY
        while True:
            well = False
            try:
                await self.look()
                pause, self._deaf, well = EVERY, None, True
            except ChannelError as error:
                if isinstance(error, Locked) and error.fields.get("status") == 403:
                    self._deaf = error
                level = logging.WARNING if isinstance(error, Locked) else logging.INFO
                log.log(level, "notifications not read: %s", error)
                asked = error.after.total_seconds() if error.after else 0.0
                pause = EVERY_MOST if isinstance(error, Locked) else min(pause * 2, EVERY_MOST)
                pause = max(pause, asked)
            except Exception:
                log.exception("reading notifications broke off; I try again")
                pause = EVERY_MOST
            # After a failure its pause is kept, however much rings.
            await (self._rest() if well else asyncio.sleep(pause))

    async def _rest(self) -> None:
        """Until the next look: a minute, or until a mention rings where a stream stands."""
        if self._bell is None:
            await asyncio.sleep(EVERY)
            return
        await asyncio.sleep(min(BREATH, EVERY))
        await self._bell.wait(SELDOM if self._bell.open else EVERY)

    def concerns(self) -> dict[str, Mapping[str, str]]:
        """What admins should know, by key: that the token, which may post, may not hear. One that
        is refused altogether (401) is for the next message to tell."""
        if self._deaf is None:
            return {}
        fields = {"account": self.account.id, "server": self.account.settings.server}
        causes = {lang: self._deaf.say(lang) for lang in DEAF}
        return {
            "deaf": {lang: text.format(cause=causes[lang], **fields) for lang, text in DEAF.items()}
        }

    async def look(self) -> None:
        """Read what is new, let it be heard, then remember how far. Raises ChannelError."""
        client, own, _ = await self._login()
        last = await self._last()
        if last is None:  # what was asked before the bot listened is not answered
            newest = await client.call(lambda api: api.notifications(limit=1))
            await self._keep(str(newest[0]["id"]) if newest else "0")
            return
        page = await client.call(
            lambda api: api.notifications(types=["mention"], min_id=last, limit=PAGE)
        )
        page = sorted(page, key=lambda one: (len(str(one["id"])), str(one["id"])))
        heard = [one for each in page if (one := self._heard(each, own)) is not None]
        followers = await self._followers(client, {self._questions[h.event]["from"] for h in heard})
        clear = [one for one in heard if self._questions[one.event]["from"] in followers]
        if clear and self._ear is not None:
            await self._ear(clear)
        self._questions.clear()
        if page:
            await self._keep(str(page[-1]["id"]))

    async def _followers(self, client: Client, people: set[str]) -> set[str]:
        """Those of these accounts that follow ours."""
        if not people:
            return set()
        found = await client.call(lambda api: api.account_relationships(sorted(people)))
        return {str(one["id"]) for one in found if one.get("followed_by")}

    def _heard(self, notification: Any, own: str) -> Heard | None:
        """A question that begins with our mention, of somebody who is no bot."""
        status = notification.get("status")
        author = notification.get("account")
        if not status or not author or status.get("reblog") or author.get("bot"):
            return None
        if str(author["id"]) == own:
            return None
        text = _plain(str(status.get("content") or ""))
        if not text.startswith("@"):
            return None
        first = text[1:].split(maxsplit=1)[0].rstrip(":,").lower() if len(text) > 1 else ""
        if first not in {name.lower() for name in self.me}:
            return None
        made = status.get("created_at")
        age = datetime.now(UTC) - made if isinstance(made, datetime) else timedelta(0)
        event = str(status["id"])
        self._questions[event] = {
            "from": str(author["id"]),
            "acct": str(author["acct"]),
            "visibility": SEEN.get(str(status.get("visibility")), "direct"),
            "language": status.get("language"),
        }
        # how old it is does not matter: the page that was handled last tells what is new
        age = min(max(age, timedelta(0)), timedelta(minutes=4)) if age < timedelta(days=1) else age
        return Heard("", event, f"{author['acct']}@{self.me[0].partition('@')[2]}"
                     if "@" not in str(author["acct"]) else str(author["acct"]),
                     text, age)  # fmt: skip

    async def answer(self, to: Heard | Reacted, text: str) -> str:
        """Reply to a question, at most one status long, mentioning the asker alone."""
        asked = self._questions.get(to.event)
        client, own, limits = await self._login()
        if asked is None:
            raise Rejected(channel=client.name, cause="404")
        for status in await client.call(
            lambda api: api.account_statuses(own, exclude_reblogs=True, limit=PAGE)
        ):
            if str(status.get("in_reply_to_id")) == to.event:
                return str(status["id"])  # an earlier try has arrived
        said = fitting(f"@{asked['acct']} {mentioning_nobody(text)}", limits)
        key = hashlib.sha256(f"answer-{to.event}".encode()).hexdigest()[:32]
        made = await client.call(
            lambda api: api.status_post(
                said,
                in_reply_to_id=to.event,
                visibility=asked["visibility"],
                idempotency_key=key,
            ),
            changes=True,
        )
        return str(made["id"])

    async def attach(self, to: Heard, file: File) -> str:
        """Nobody can be sent a file here."""
        del to, file
        raise Rejected(channel=self.account.id, cause=NO_FILES)

    async def react(self, room: str, event: str, key: str) -> None:
        """There are no reactions here."""

    async def reactions(self, room: str, event: str) -> Sequence[Reacted]:
        """None, ever."""
        del room, event
        return ()

    async def erase(self, to: Heard | Reacted) -> bool:
        """What others post is theirs."""
        del to
        return False

    async def direct(self, person: str) -> Direct | None:
        """There are no private rooms here."""
        del person
        return None

    async def power(self, to: Heard | Reacted) -> int:
        """Nobody has a role here."""
        del to
        return 0

    async def _last(self) -> str | None:
        """The last notification that was handled."""
        assert self._bookmark is not None, "listen() was called"
        known = await self._bookmark.get()
        if known is not None:
            return known
        before = await asyncio.to_thread(self._take_over)
        if before is not None:
            await self._keep(before)
        return before

    def _take_over(self) -> str | None:
        """What versions up to 0.1 kept in a file of the data folder."""
        path = self.account.data_dir / "mastodon" / self.account.id / "notifications"
        try:
            told = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return told if told.isdigit() else None

    async def _keep(self, id: str) -> None:
        assert self._bookmark is not None
        await self._bookmark.put(id)


def fitting(text: str, limits: Limits) -> str:
    """As many whole lines as one status takes, and “…” for the rest."""
    if count(text, limits.per_url) <= limits.characters:
        return text
    lines = text.split("\n")
    while len(lines) > 1 and count("\n".join([*lines, "…"]), limits.per_url) > limits.characters:
        lines.pop()
    return cut("\n".join([*lines, "…"]), limits.characters, limits.per_url)


def _plain(content: str) -> str:
    return unescape(_TAG.sub("", _BREAK.sub("\n", content))).strip()

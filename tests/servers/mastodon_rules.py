"""Mastodon's rules as its source has them, without any HTTP: what a post costs, how words become
HTML, how long an idempotency key lives, when a token has asked too often."""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import grapheme

URL = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]]")
MENTION = re.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]+\w")
HASHTAG = re.compile(r"(?<![\w/&#])#(\w+)")
KEY_KEPT = timedelta(seconds=3600)


def length(text: str, spoiler: str = "", per_url: int | None = 23) -> int:
    """Grapheme clusters; a URL counts ``per_url``, ``@user@host`` as ``@user``."""
    if per_url is not None:
        text = URL.sub("x" * per_url, text)
        text = MENTION.sub(r"@\1", text)
    return grapheme.length(spoiler) + grapheme.length(text)


def to_html(text: str) -> str:
    """Paragraphs, line breaks, links with hidden parts, hashtags: Mastodon's TextFormatter."""
    made = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        parts, end = [], 0
        for found in sorted(
            [*URL.finditer(paragraph), *HASHTAG.finditer(paragraph)], key=lambda m: m.start()
        ):
            if found.start() < end:
                continue
            parts.append(html.escape(paragraph[end : found.start()], quote=True))
            parts.append(_link(found[0]) if found.re is URL else _tag(found[1]))
            end = found.end()
        parts.append(html.escape(paragraph[end:], quote=True))
        made.append("".join(parts).replace("\n", "<br />"))
    return "".join(f"<p>{paragraph}</p>" for paragraph in made)


def _link(url: str) -> str:
    scheme, rest = re.match(r"(https?://(?:www\.)?)(.*)", url).groups()  # type: ignore[union-attr]  # URL matched
    shown, hidden = rest[:30], rest[30:]
    style = "ellipsis" if hidden else ""
    address = html.escape(url, quote=True)
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{style}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _tag(name: str) -> str:
    return f'<a href="https://alpes.test/tags/{name.lower()}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'


@dataclass
class Clock:
    """Real time, moved by the test."""

    shift: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Keys:
    """Idempotency keys: per account, for an hour, whatever the body."""

    clock: Clock
    kept: timedelta | None = KEY_KEPT  # None: the server knows no keys
    known: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)

    def first(self, account: str, key: str) -> str | None:
        """The id of the status that this key made."""
        found = self.known.get((account, key))
        if not key or self.kept is None or found is None:
            return None
        return found[0] if self.clock.now() - found[1] < self.kept else None

    def keep(self, account: str, key: str, status: str) -> None:
        if key:
            self.known[account, key] = (status, self.clock.now())


@dataclass
class Window:
    """A rate limit: so many in so long, counted from the window's first request on."""

    most: int
    within: timedelta
    begun: datetime | None = None
    used: int = 0


class Rates:
    """300 requests in 5 minutes a token, 300 statuses in 3 hours, 30 deletions and 30 media in
    30 minutes an account."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.requests, self.statuses, self.deletions, self.media = 300, 300, 30, 30
        self._windows: dict[tuple[str, str], Window] = {}
        self.refused: dict[str, int] = defaultdict(int)

    def take(self, what: str, whose: str) -> tuple[bool, dict[str, str]]:
        """Whether one more is allowed, and the headers that every answer bears."""
        now = self.clock.now()
        most, within = {
            "request": (self.requests, timedelta(minutes=5)),
            "status": (self.statuses, timedelta(hours=3)),
            "deletion": (self.deletions, timedelta(minutes=30)),
            "media": (self.media, timedelta(minutes=30)),
        }[what]
        window = self._windows.get((what, whose))
        if window is None or window.begun is None or now - window.begun >= within:
            window = self._windows[what, whose] = Window(most, within, now)
        window.most = most
        allowed = window.used < window.most
        window.used += allowed
        assert window.begun is not None
        reset = (window.begun + within).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if not allowed:
            self.refused[what] += 1
        return allowed, {
            "X-RateLimit-Limit": str(window.most),
            "X-RateLimit-Remaining": str(window.most - window.used),
            "X-RateLimit-Reset": reset,
        }


#: what a fault does to the request that meets it: (before the act, act at all, then)
FAULTS = {
    "cut": "the connection breaks before the server has acted",
    "lose": "the server acts, its answer is lost",
    "429": "too many requests",
    "401": "the token is no longer valid",
    "403": "not allowed",
    "404": "no such thing",
    "422": "this message is not taken",
    "500": "an error before acting",
    "500-after": "an error after the status was made and its key was kept",
    "500-before-key": "the server dies between making the status and keeping its key",
    "502": "a proxy's error page",
    "503": "the lock was not free",
    "200-error": "an error body under a 200",
    "html": "a login page under a 200",
    "hang": "no answer for ten seconds",
    "redirect": "another address",
}


@dataclass
class Faults:
    """Faults to come, by the request they wait for (``POST /api/v1/statuses``)."""

    waiting: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))

    def add(self, on: str, *names: str) -> None:
        for name in names:
            assert name in FAULTS, f"no such fault: {name}; known: {', '.join(FAULTS)}"
        self.waiting[on].extend(names)

    def next(self, method: str, path: str) -> str:
        for on, names in self.waiting.items():
            wanted, _, begin = on.partition(" ")
            if names and wanted == method and path.startswith(begin):
                return names.popleft()
        return ""

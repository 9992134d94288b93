"""A feed on the web: RSS 0.9x, 1.0, 2.0 or Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import Field

from bot import thrift
from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import apart, conditional, cut, document, rhythm, vanished, websub
from bot.sources.feedtext import parse, quickly
from bot.sources.fetch import Fetched
from bot.sources.source import Item, Reading, Source, State
from bot.sources.vanished import Vanished

_CUT = {
    "fr": "le flux est tronqué\u202f; je lis ce qu’il en reste",
    "en": "the feed is cut off; I read what is left of it",
}
_ARCHIVE = {
    "fr": "ce flux est une page d’archives\u202f; je n’en annonce rien. Donnez l’adresse du flux courant",
    "en": "this feed is an archive page; I announce nothing of it. Give the current feed’s address",
}
_SMALL = 8_000  # bytes that may be read on the loop where they are plain: a tenth of a millisecond


class Feed(Source):
    """A feed somewhere on the web, asked politely."""

    kind = "feed"

    class Options(SourceSettings):
        """Settings of a feed."""

        url: Url = Field(description="Address of the feed, RSS or Atom.")

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the feed and read it. Raises SourceError; the caller then keeps ``state``."""
        answer = await conditional.ask(self.fetcher, self.options.url, state, now)
        if answer.fetched is None:
            wish = answer.state.get("rhythm") or {}
            wait = rhythm.wait(wish, now, self.interval, answer.wait)
            known = self._still_there(answer.state, now)
            return Reading(
                False, state=answer.state, wait=wait, notices=answer.notices, known=known
            )
        if hub := websub.offer(answer.fetched.headers, answer.fetched.body, answer.fetched.url):
            answer.state["hub"] = hub
        else:
            answer.state.pop("hub", None)
        shape = cut.shape(answer.fetched.body, answer.fetched.headers.get("Content-Type", ""))
        if shape and shape == answer.state.get("shape") and _all_known(answer.state):
            return self._another_header(answer.fetched, answer, now)
        answer.state["shape"] = shape  # of the entries that are now looked into
        marks = cut.unpack(answer.state.get("marks", ""))
        scan = await _scan(answer.fetched, marks)
        part = await self._part(answer.fetched, answer, scan, marks, now) if scan else None
        return part or await self._whole(answer.fetched, answer, scan, state, now)

    def _another_header(
        self, fetched: Fetched, answer: conditional.Answer, now: datetime
    ) -> Reading:
        """Every entry is as it was, byte for byte, and known."""
        wish = rhythm.read(fetched.body)
        after = {**answer.state, "rhythm": wish}
        return Reading(
            False,
            state=after,
            wait=rhythm.wait(wish, now, self.interval, answer.wait),
            known=self._still_there(after, now),
            notices=answer.notices,
            vanished=_with_deleted(None, fetched.body),
        )

    async def pushed(self, body: bytes, content_type: str, state: State) -> Reading:
        """What a hub sent: the feed, or the new part of it. ``state`` stays as polling left it.

        Raises Unreadable.
        """
        found = await _read(body, content_type, self.options.url)
        items = () if found.archive else found.items
        return Reading(bool(items), items, state, title=found.title, language=found.language)

    def _still_there(self, state: dict[str, Any], now: datetime) -> tuple[str, ...]:
        """Once a month a feed without news says again what it shows: that is not forgotten (R6)."""
        month = f"{now.year}-{now.month}"
        if not state.get("marks") or state.get("shown") == month:
            return ()
        state["shown"] = month
        return self._ids(cut.unpack(state["marks"]).values())

    def _ids(self, ends: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{self.id}/{end}" for end in ends if end)

    async def _part(
        self,
        fetched: Fetched,
        answer: conditional.Answer,
        scan: cut.Scan,
        known: Mapping[str, str],
        now: datetime,
    ) -> Reading | None:
        """Only what is not known yet; None where the whole must be read."""
        here = {mark: known[mark] for mark in scan.marks if mark in known}
        if not here:
            return None
        fresh = [mark for mark in scan.marks if mark not in known]
        found = document.Document(())
        if fresh:
            content_type = fetched.headers.get("Content-Type", "")
            try:
                found = await _read(scan.without(known), content_type, fetched.url)
            except Unreadable:
                return None
            if not found.sound or found.archive or len(found.items) != len(fresh):
                return None
        wish = rhythm.read(fetched.body)
        after = {**answer.state, "rhythm": wish, "items": len(scan.marks)}
        before, after["order"] = after.get("order", ""), vanished.keep(scan.marks)
        gone = vanished.look(before, scan.marks, known) if before != after["order"] else None
        if len(here) < len(known):
            after["marks"] = cut.pack(here)
        return Reading(
            bool(fresh),
            _marked(found.items, fresh),
            after,
            title=found.title,
            language=found.language,
            wait=rhythm.wait(wish, now, self.interval, answer.wait),
            known=self._ids(here.values()) if fresh else self._still_there(after, now),
            whole=lambda: self._whole(fetched, answer, scan, answer.state, now),
            notices=answer.notices,
            vanished=_with_deleted(gone, fetched.body),
        )

    async def _whole(
        self,
        fetched: Fetched,
        answer: conditional.Answer,
        scan: cut.Scan | None,
        state: State,
        now: datetime,
    ) -> Reading:
        """Every entry."""
        content_type = fetched.headers.get("Content-Type", "")
        found = await _read(fetched.body, content_type, fetched.url)
        after = dict(answer.state)
        known = cut.unpack(after.pop("marks", ""))
        gone = vanished.look(after.pop("order", ""), scan.marks, known) if scan else None
        if scan:
            after["order"] = vanished.keep(scan.marks)
        after["rhythm"] = wish = rhythm.read(fetched.body)
        notices = answer.notices
        items = found.items
        if scan and found.sound and len(items) == len(scan.marks):
            items = _marked(items, scan.marks)
        if found.archive:
            notices, items = (*notices, _ARCHIVE), ()
        elif not items and state.get("items"):
            # R11: what was known stays known, and the next question is unconditional as before
            return Reading(
                False, state=state, notices=(*notices, conditional.EMPTY), title=found.title
            )
        elif found.cut:
            notices = (*notices, _CUT)
            after = {**after, **_validators_of(state)}
        after["items"] = len(items)
        return Reading(
            True,
            items,
            after,
            title=found.title,
            language=found.language,
            wait=rhythm.wait(wish, now, self.interval, answer.wait),
            notices=notices,
            vanished=None if found.archive or found.cut else _with_deleted(gone, fetched.body),
        )


def _all_known(state: State) -> bool:
    """Has each entry of the last document its mark? There are none but of that document's."""
    return bool(state.get("items")) and cut.count(state.get("marks", "")) == state["items"]


def _with_deleted(gone: Vanished | None, body: bytes) -> Vanished | None:
    said = vanished.deleted(body)
    return replace(gone or Vanished(), deleted=said) if said else gone


async def _read(body: bytes, *texts: str) -> document.Document:
    """:func:`parse` beside the loop; what is small and plain at once: a thread would take longer.

    Raises Unreadable.
    """
    if len(body) < _SMALL and (found := apart.guarded(quickly, body, texts)):
        return document.from_json(found)
    return await document.read(parse, body, *texts)


async def _scan(fetched: Fetched, known: Collection[str]) -> cut.Scan | None:
    content_type = fetched.headers.get("Content-Type", "")
    if len(fetched.body) < apart.LARGE:
        return cut.scan(fetched.body, content_type, known)
    return await thrift.aside(cut.scan, fetched.body, content_type, known)


def _marked(items: Sequence[Item], marks: Sequence[str]) -> tuple[Item, ...]:
    return tuple(replace(item, mark=mark) for item, mark in zip(items, marks, strict=True))


def _validators_of(state: State) -> dict[str, Any]:
    """Those of before: a damaged body proves nothing about its own (P4)."""
    return {name: state.get(name) for name in ("etag", "modified", "digest")}

"""Asking only for what is new: validators, the digest of the last body, permanent moves.

What is remembered (JSON values, in a kind's state):

- ``for``: the configured address all the rest is about; another address starts afresh;
- ``etag``, ``modified``: validators, byte for byte as they came (P2, RFC 9110 section 8.8);
- ``digest``: of the last body, for servers without validators;
- ``moved``: {"to", "since", "polls"}: a permanent redirect under observation, or settled (P10).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import Refused
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.source import State, Words

#: a permanent redirect is believed after so many polls over so long (P10)
POLLS = 3
WATCH = timedelta(hours=24)

#: a notice of the kinds that ask conditionally (R11)
EMPTY = {
    "fr": "le flux est vide, alors qu’il ne l’était pas\u202f; je garde ce que je sais",
    "en": "the feed is empty and was not before; I keep what I know",
}


@dataclass(slots=True)  # made for every poll: frozen, at five times the cost
class Answer:
    """What asking gave. ``fetched`` None: nothing new."""

    fetched: Fetched | None
    state: dict[str, Any]  # to be stored when the body proved readable
    wait: timedelta | None
    notices: tuple[Words, ...] = ()


async def ask(fetcher: Fetcher, url: str, state: State, now: datetime, accept: str = "") -> Answer:
    """Read ``url`` (or where it has moved to), with the validators of ``state``.

    Raises what :meth:`Fetcher.get` raises.
    """
    known: dict[str, Any] = dict(state) if state.get("for") == url else {"for": url}
    moved: dict[str, Any] = known.get("moved") or {}
    address = moved["to"] if moved.get("settled") else url
    headers = {"Accept": accept} if accept else {}
    headers.update(_validators(known))
    try:
        fetched = await fetcher.get(address, headers)
    except Refused as refusal:
        if not moved.get("settled") or refusal.fields.get("status") not in (404, 403):
            raise
        # the new address was a mistake of theirs: the configured one counts again
        known.pop("moved")
        fetched = await fetcher.get(url, headers)
    after, notices = _watch(known, url, fetched, now)
    if fetched.status == 304:
        after.update(_new_validators(fetched))
        return Answer(None, after, fetched.wait, notices)
    after.pop("etag", None)
    after.pop("modified", None)
    after.update(_new_validators(fetched))
    digest = hashlib.sha256(fetched.body).hexdigest()[:32]
    same = digest == known.get("digest")
    after["digest"] = digest
    return Answer(None if same else fetched, after, fetched.wait, notices)


def _validators(state: State) -> dict[str, str]:
    names = (("etag", "If-None-Match"), ("modified", "If-Modified-Since"))
    return {header: state[name] for name, header in names if state.get(name)}


def _new_validators(fetched: Fetched) -> dict[str, str]:
    found = {}
    for name, header in (("etag", "ETag"), ("modified", "Last-Modified")):
        value = fetched.headers.get(header)
        if value and value.isprintable() and len(value) <= 1000 and _sendable(value):
            found[name] = value
    return found


def _sendable(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8 cannot be sent back as they came
        return False
    return True


def _watch(
    known: dict[str, Any], url: str, fetched: Fetched, now: datetime
) -> tuple[dict[str, Any], tuple[Words, ...]]:
    """Follow a permanent redirect over time; it is settled only once it proved lasting."""
    moved = known.get("moved") or {}
    if not moved and (fetched.moved is None or fetched.moved == url):
        return known, ()
    after = dict(known)
    if moved.get("settled"):
        return after, ()
    if fetched.moved is None or fetched.moved == url:
        after.pop("moved", None)
        return after, ()
    if moved.get("to") != fetched.moved:
        moved = {"to": fetched.moved, "since": now.isoformat(), "polls": 0}
    moved = {**moved, "polls": moved["polls"] + 1}
    lasting = now - datetime.fromisoformat(moved["since"]) >= WATCH
    notices: tuple[Words, ...] = ()
    if moved["polls"] >= POLLS and lasting:
        moved["settled"] = True
        notices = (
            {
                "fr": f"cette source a déménagé pour de bon à {moved['to']}\u202f; je la lis là-bas. "
                "Corrigez son adresse dans son fichier quand vous voudrez",
                "en": f"this source has moved for good to {moved['to']}; I read it there. "
                "Mend the address in its file when you like",
            },
        )
    after["moved"] = moved
    return after, notices

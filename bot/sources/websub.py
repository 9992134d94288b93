"""Which hub a feed offers, and what travels between us and it (WebSub, W3C Recommendation). Pure."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

_HEAD = 64 * 1024  # bytes; what a feed says of itself stands before its entries
_FIRST_ITEM = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)[\s>/]")
_LINK = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?link\b([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
#: RFC 8288: <address>; rel="hub self"
_HEADER = re.compile(r"""<([^<>]{1,2000})>((?:\s*;\s*[\w*-]+\s*=?\s*(?:"[^"]*"|[^",;\s]*))*)""")
_REL = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([^",;\s]*))""", re.IGNORECASE)
#: of WebSub section 7; by the names that hashlib knows
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def offer(headers: Mapping[str, str], body: bytes, url: str) -> dict[str, str] | None:
    """``{"hub": address, "topic": address}`` of a feed that was read at ``url``; None where it
    offers no hub. HTTP's Link counts more than the feed's own links (section 4).
    """
    said = _of_headers(headers)
    if "hub" not in said:
        said = {**_of_body(body), **said}
    if "hub" not in said:
        return None
    hub, topic = urljoin(url, said["hub"]), urljoin(url, said.get("self", url))
    if not all(address.startswith(("http://", "https://")) for address in (hub, topic)):
        return None
    return {"hub": hub, "topic": topic}


def _of_headers(headers: Mapping[str, str]) -> dict[str, str]:
    every: Any = getattr(headers, "getall", None)
    lines = every("Link", []) if every else [headers.get("Link", "")]
    found: dict[str, str] = {}
    for address, parameters in _HEADER.findall(", ".join(lines)[:16_000]):
        rel = _REL.search(parameters)
        for name in (rel[1] or rel[2]).lower().split() if rel else ():
            found.setdefault(name, address.strip())
    return found


def _of_body(body: bytes) -> dict[str, str]:
    first = _FIRST_ITEM.search(body)
    found: dict[str, str] = {}
    for link in _LINK.findall(body[: first.start() if first else _HEAD][:_HEAD]):
        text = link.decode("utf-8", "replace")
        attributes = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(text)}
        for name in attributes.get("rel", "").lower().split():
            found.setdefault(name, html.unescape(attributes.get("href", "")).strip())
    return {name: address for name, address in found.items() if address}


def signed(header: str, body: bytes, secret: str) -> bool:
    """Whether ``X-Hub-Signature`` proves that the hub knows ``secret``; in constant time."""
    method, _, given = header.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())

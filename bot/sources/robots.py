"""robots.txt, as RFC 9309 says: may this page be watched? (P16)

Only pages that were not made for machines are asked about; a feed is an invitation.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot import thrift
from bot.errors import Closed, Forbidden, Gone, Refused, SourceError
from bot.sources import document
from bot.sources.fetch import Fetcher

#: our product token (RFC 9309 section 2.2.1): what a site writes to send us away
TOKEN = "alposs-bot"  # noqa: S105 - a name, no secret
_KEPT = timedelta(hours=24)  # section 2.4
_READ = 500 * 1024  # bytes; section 2.5

_ASKED_NOT_TO = {
    "fr": "le site demande aux robots de ne pas lire cette page (robots.txt)\u202f; demandez-lui "
    "un flux, ou d’autoriser alposs-bot",
    "en": "the site asks robots not to read this page (robots.txt); ask it for a feed, or to "
    "allow alposs-bot",
}
_UNKNOWN = {
    "fr": "le robots.txt du site ne répond pas\u202f; tant qu’il se tait, je ne lis pas la page",
    "en": "the site’s robots.txt does not answer; while it is silent I do not read the page",
}


async def check(fetcher: Fetcher, url: str, known: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Ask whether ``url`` may be read, at most once a day. Raises Closed where it may not.

    :param known: what the last call returned ({} at first), JSON values.
    """
    asked = document.moment(known.get("at"))
    fresh = known.get("for") == url and asked is not None and abs(now - asked) < _KEPT
    if not fresh:
        allowed = await _ask(fetcher, url)
        known = {"for": url, "at": now.isoformat(), "allowed": allowed}
    if not known["allowed"]:
        raise Closed(status="robots.txt", why=_ASKED_NOT_TO)
    return known


async def _ask(fetcher: Fetcher, url: str) -> bool:
    parts = urlsplit(url)
    try:
        fetched = await fetcher.get(
            f"{parts.scheme}://{parts.netloc}/robots.txt", {"Accept": "text/plain, */*;q=0.1"}
        )
    except Gone:
        return True
    except Refused as refusal:
        status = refusal.fields.get("status")
        if isinstance(status, int) and 400 <= status < 500 and status != 429:
            return True  # section 2.3.1.3: there are no rules
        raise Closed(retry_after=refusal.retry_after, status=status, why=_UNKNOWN) from refusal
    except Forbidden:
        raise
    except SourceError as error:  # section 2.3.1.4: unreachable means no
        raise Closed(status="robots.txt", why=_UNKNOWN) from error
    text = fetched.body[:_READ].decode("utf-8", "replace")
    return await thrift.aside(_allows, text, url)


def _allows(text: str, url: str) -> bool:
    from protego import Protego

    return bool(Protego.parse(text).can_fetch(url, TOKEN))

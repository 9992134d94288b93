"""Canonical links: the same page has one address, and only http(s) is an address (R12, S4)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

#: parameters that say where a reader came from, never what the page shows
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(campaign|kwd|source|medium|content|cid)|piwik_.*|matomo_.*|at_(medium|"
    r"campaign|custom\d|source|link.*)|xtor|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|"
    r"twclid|ttclid|igshid|igsh|mc_(cid|eid)|mkt_tok|_hs(enc|mi)|hsctatracking|vero_(id|conv)|"
    r"oly_(anon|enc)_id|s_cid|sc_cid|wt_mc|wtmc|ns_(mchannel|source|campaign)|trk|trkcampaign|"
    r"_openstat|rb_clickid|spm|cmpid|wickedid|_ga|_gl|ref_src|ref_url",
    re.IGNORECASE,
)
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"
_SAFE_QUERY = _SAFE_PATH + "?"
_LONGEST = 2000  # characters; longer addresses are no one's links
_PORTS = {"http": 80, "https": 443}
_BAD_HOST = re.compile(r"[\x00-\x20\"#%/:<>?@\\^`{|}\[\]]")


@lru_cache(maxsize=4096)
def canonical(link: str | None, base: str | None = None) -> str | None:
    """The one address of a page, or None for what is no http(s) address.

    :param base: what a relative link is relative to (RFC 3986 section 5).

    The host is lower-case, and shown as punycode where it mixes scripts; without user name,
    default port, fragment and tracking parameters. Other parameters keep their order.
    """
    if not link:
        return None
    text = "".join(link.split()) if "\n" in link or "\t" in link else link.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or host is None:
        return None
    where = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = "&".join(
        part
        for part in parts.query.split("&")
        if part and not _TRACKING.fullmatch(part.partition("=")[0])
    )
    path = quote(parts.path or "/", safe=_SAFE_PATH)
    return urlunsplit((scheme, where, path, quote(query, safe=_SAFE_QUERY), ""))


def _host(host: str) -> str | None:
    """A host as it may be shown; None for what is none. Raises ValueError (UnicodeError)."""
    host = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    if ":" in host:  # RFC 3986: only an IPv6 literal holds colons, and urlsplit took its brackets
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]+", host) else None
    if not host or _BAD_HOST.search(host):
        return None
    if host.isascii():
        return host
    # UTS 39: one script in a label can be read as what it is; a mixture is shown as what is sent
    return ".".join(
        label if _single_script(label) else label.encode("idna").decode("ascii")
        for label in host.split(".")
    )


def _single_script(label: str) -> bool:
    """All letters Latin: other scripts have letters that look Latin, so that they are not shown."""
    return all(
        not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN") for letter in label
    )

"""What may be shown of a value in a message: never a secret, never a screenful."""

from __future__ import annotations

import re
from typing import Any

#: Settings whose values are secrets, or so near to one that somebody pastes it there.
_SECRET_KEY = re.compile(
    r"(^|[_.\-\]])(access|token|secret|passwd|password|passphrase|pickle|key|credentials?|auth|cookie)",
    re.IGNORECASE,
)
#: Long, without spaces, letters and digits mixed: a token looks so, and few other things do.
_SECRET_VALUE = re.compile(r"(?=\S*[0-9])(?=\S*[A-Za-z])[A-Za-z0-9_\-+/=.~:]{20,}")
_LONGEST = 60


def secretive(key: str) -> bool:
    """Whether a setting of that name holds a secret, or says where one is."""
    return bool(_SECRET_KEY.search(key))


def looks_secret(value: str) -> bool:
    """Whether a text looks like a token rather than like a name or a path."""
    return bool(_SECRET_VALUE.fullmatch(value))


def shown(key: str, value: Any) -> dict[str, str]:
    """``value`` by language as a message shows it: quoted, short, on one line.

    ``…`` stands for what may be secret.
    """
    if secretive(key):
        return _quoted("…")
    if isinstance(value, bool):
        return _bare("true" if value else "false")
    if isinstance(value, list | tuple):
        return _bare("[…]")
    if isinstance(value, dict):
        return _bare("{…}")
    if isinstance(value, int) and value.bit_length() > 200:
        return _bare("…")  # str() refuses very long integers
    text = str(value)
    if not isinstance(value, str):
        return _bare(text[:_LONGEST])
    if looks_secret(text) or ("://" in text and "@" in text):
        return _quoted("…")
    if "://" in text:
        text = re.split("[?#]", text, maxsplit=1)[0]  # a query may hold a private token
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return _quoted(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _bare(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def _quoted(text: str) -> dict[str, str]:
    return {"fr": f"«\u00a0{text}\u00a0»", "en": f"“{text}”"}

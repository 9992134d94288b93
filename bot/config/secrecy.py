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


def shown(key: str, value: Any) -> str:
    """``value`` as a message shows it: quoted, short, on one line; ``…`` where it may be secret."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[…]"
    if isinstance(value, dict):
        return "{…}"
    if secretive(key):
        return "« … »"
    if isinstance(value, int) and value.bit_length() > 200:
        return "…"  # str() refuses very long integers
    text = str(value)
    if not isinstance(value, str):
        return text[:_LONGEST]
    if looks_secret(text) or ("://" in text and "@" in text):
        return "« … »"
    if "://" in text:
        text = re.split("[?#]", text, maxsplit=1)[0]  # a query may hold a private token
    text = "".join(character if character.isprintable() else "�" for character in text)
    return f"« {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'} »"

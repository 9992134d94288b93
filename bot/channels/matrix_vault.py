"""Secrets kept encrypted: the recovery key, and what it opens (Matrix client-server API, section
10.12.1 “Secret storage”, ``m.secret_storage.v1.aes-hmac-sha2``; “Recovery key”).

The same lock guards two things: the private cross-signing keys in the account's own data on the
server, opened by the recovery key that a person has noted, and the copy in the data folder,
opened by the account's ``pickle.key``. Pure: no network, no file.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from bot.channels.matrix_signing import unbase64

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: the two bytes before the key in a recovery key
PREFIX = b"\x8b\x01"


class WrongKey(ValueError):
    """The key is mistyped, or is another one than what was locked with."""


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)


def from_words(secret: str) -> bytes:
    """The key of our own copy, from the text in ``pickle.key``."""
    return sha256(b"org.alposs.bot cross-signing\0" + secret.encode("utf-8")).digest()


def recovery_words(key: bytes) -> str:
    """The key as people note it: base58 with a check, in groups of four."""
    raw = PREFIX + key
    raw += bytes([_parity(raw)])
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def read_recovery(words: str) -> bytes:
    """The key that a person typed. Raises WrongKey where it cannot be one."""
    number = 0
    for letter in "".join(words.split()):
        if letter not in ALPHABET:
            raise WrongKey
        number = number * 58 + ALPHABET.index(letter)
        if number.bit_length() > 8 * 35:
            raise WrongKey
    raw = number.to_bytes(35, "big")
    if raw[:2] != PREFIX or _parity(raw[:-1]) != raw[-1]:
        raise WrongKey
    return raw[2:-1]


def _parity(raw: bytes) -> int:
    parity = 0
    for byte in raw:
        parity ^= byte
    return parity


def lock(key: bytes, name: str, secret: bytes) -> dict[str, str]:
    """``secret`` encrypted under ``key`` for the name of what it is: iv, ciphertext, mac."""
    iv = bytearray(secrets.token_bytes(16))
    iv[8] &= 0x7F  # bit 63 is 0: some AES-CTR count in 64 bits only
    return _locked(key, name, secret, bytes(iv))


def _locked(key: bytes, name: str, secret: bytes, iv: bytes) -> dict[str, str]:
    aes_key, mac_key = _keys(key, name)
    ciphertext = _counter(aes_key, iv).encrypt(secret)
    mac = hmac.digest(mac_key, ciphertext, "sha256")
    return {"iv": _padded(iv), "ciphertext": _padded(ciphertext), "mac": _padded(mac)}


def unlock(key: bytes, name: str, locked: Mapping[str, Any]) -> bytes:
    """The secret. Raises WrongKey."""
    aes_key, mac_key = _keys(key, name)
    try:
        ciphertext, mac = unbase64(locked["ciphertext"]), unbase64(locked["mac"])
        iv = unbase64(locked["iv"])
    except (KeyError, TypeError, ValueError) as error:
        raise WrongKey from error
    right = hmac.compare_digest(mac, hmac.digest(mac_key, ciphertext, "sha256"))
    if not right or len(iv) != 16:
        raise WrongKey
    return bytes(_counter(aes_key, iv).decrypt(ciphertext))


def description(key: bytes, name: str) -> dict[str, str]:
    """The account data that describes a key without telling it: by it a typed one is checked."""
    zeros = lock(key, "", bytes(32))
    return {"algorithm": ALGORITHM, "name": name, "iv": zeros["iv"], "mac": zeros["mac"]}


def fits(key: bytes, described: Mapping[str, Any]) -> bool:
    """Is it the key that was described? One without a check is tried by opening with it."""
    if described.get("algorithm") != ALGORITHM:
        return False
    if "mac" not in described or "iv" not in described:
        return True
    try:
        iv, mac = unbase64(described["iv"]), unbase64(described["mac"])
        return hmac.compare_digest(unbase64(_locked(key, "", bytes(32), iv)["mac"]), mac)
    except (TypeError, ValueError):
        return False


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    both = HKDF(key, 64, bytes(32), SHA256, context=name.encode("utf-8"))
    assert isinstance(both, bytes)
    return both[:32], both[32:]


def _counter(key: bytes, iv: bytes) -> Any:
    return AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=iv)


def _padded(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

"""The three keys by which an account vouches for its devices, and signatures on JSON objects
(Matrix client-server API, section 10.9.2 “Cross-signing”; appendices, “Signing JSON”).

The master key signs the two others; the self-signing key signs the account's own devices, the
user-signing key other people's master keys. Clients that trust only cross-signed devices follow
the chain master, self-signing, device. Pure: no network, no file.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from nio import Api

USAGES = ("master", "self_signing", "user_signing")


def unpadded(raw: bytes) -> str:
    """Base64 without padding, as Matrix writes keys."""
    return base64.b64encode(raw).decode("ascii").rstrip("=")


def unbase64(text: str) -> bytes:
    """The bytes of base64 with or without padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def signed_bytes(what: Mapping[str, Any]) -> bytes:
    """What a signature on a JSON object covers: all but its signatures and ``unsigned``."""
    bare = {key: value for key, value in what.items() if key not in ("signatures", "unsigned")}
    return str(Api.to_canonical_json(bare)).encode("utf-8")


def vouched(what: Mapping[str, Any], user_id: str, public: str) -> bool:
    """Does ``what`` bear a right signature of ``user_id`` by the Ed25519 key ``public``?"""
    try:
        signature = what["signatures"][user_id][f"ed25519:{public}"]
        key = eddsa.import_public_key(unbase64(public))
        eddsa.new(key, "rfc8032").verify(signed_bytes(what), unbase64(signature))
    except (KeyError, TypeError, ValueError):
        return False
    return True


def published(what: object) -> str:
    """The public key in a published cross-signing key; "" where there is none."""
    keys = what.get("keys") if isinstance(what, dict) else None
    found = list(keys.values()) if isinstance(keys, dict) else []
    return found[0] if len(found) == 1 and isinstance(found[0], str) else ""


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """The secret halves: three Ed25519 seeds of 32 bytes. Never shown, never logged (S11)."""

    user_id: str
    seeds: Mapping[str, bytes]  # by usage

    @classmethod
    def new(cls, user_id: str) -> Identity:
        """Three fresh keys."""
        return cls(user_id, {usage: secrets.token_bytes(32) for usage in USAGES})

    def __repr__(self) -> str:
        return f"Identity({self.user_id!r})"

    def _key(self, usage: str) -> ECC.EccKey:
        return ECC.construct(curve="Ed25519", seed=self.seeds[usage])

    def public(self, usage: str) -> str:
        """The public half, base64 without padding."""
        return unpadded(self._key(usage).public_key().export_key(format="raw"))

    def signature(self, usage: str, what: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """The ``signatures`` that the key of this usage puts on an object."""
        made = eddsa.new(self._key(usage), "rfc8032").sign(signed_bytes(what))
        return {self.user_id: {f"ed25519:{self.public(usage)}": unpadded(made)}}

    def signed(self, usage: str, what: Mapping[str, Any]) -> dict[str, Any]:
        """``what`` with one more signature beside those that it bears."""
        whole: dict[str, dict[str, str]] = {
            user: dict(all_of) for user, all_of in (what.get("signatures") or {}).items()
        }
        for user, more in self.signature(usage, what).items():
            whole.setdefault(user, {}).update(more)
        bare = {key: value for key, value in what.items() if key != "unsigned"}
        return {**bare, "signatures": whole}

    def published(self, usage: str) -> dict[str, Any]:
        """The public key as ``/keys/device_signing/upload`` takes it, signed by the master key
        where it is not that itself."""
        public = self.public(usage)
        bare = {
            "user_id": self.user_id,
            "usage": [usage],
            "keys": {f"ed25519:{public}": public},
        }
        return bare if usage == "master" else self.signed("master", bare)

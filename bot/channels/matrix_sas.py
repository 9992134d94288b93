"""One verification by emoji, seen from the bot: the other side asks, starts and confirms (Matrix
client-server API, section 10.9.1 “Key verification framework”, ``m.sas.v1``).

::

    request ──> ready ── start ──> accept ── key ──> key, emojis shown ── mac ──> mac, done

The bot never starts one and never confirms first: the person compares the emojis, and their
client says so by its ``mac``. A value and its steps; no network.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import vodozemac
from nio import Api

METHOD = "m.sas.v1"
AGREEMENT = "curve25519-hkdf-sha256"
#: how keys are authenticated, the better one first (the other encodes base64 wrongly)
MACS = ("hkdf-hmac-sha256.v2", "hkdf-hmac-sha256")
PREFIX = "m.key.verification."

State = Literal["ready", "accepted", "shown", "confirmed", "over"]
#: an event to send: its type after the prefix, its content without the relation
Reply = tuple[str, dict[str, Any]]


class Cancelled(Exception):
    """The verification ends here. ``code`` is one of the specification's."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Party:
    """One side."""

    user: str
    device: str


class Sas:
    """A verification under way.

    :param transaction: its id: the request's event id in a room, else what the request says.
    :param us: the bot's device.
    :param them: the asking device.
    :param ours: what the bot vouches for: ``{"ed25519:DEVICE": key, "ed25519:MASTER": key}``.
    """

    def __init__(self, transaction: str, us: Party, them: Party, ours: Mapping[str, str]) -> None:
        self.transaction = transaction
        self.us, self.them = us, them
        self.state: State = "ready"
        self.emojis: Sequence[int] = ()
        self.decimals: Sequence[int] = ()
        self._ours = dict(ours)
        self._sas = vodozemac.Sas()
        self._mine: str = self._sas.public_key.to_base64()
        self._theirs = ""
        self._mac = ""
        self._secret: Any = None

    def ready(self) -> Reply:
        """The answer to the request."""
        return "ready", {"from_device": self.us.device, "methods": [METHOD]}

    def receive(self, kind: str, content: Mapping[str, Any]) -> list[Reply]:
        """What to send upon an event of the other side, ``mac`` excepted. Raises Cancelled."""
        if kind == "start" and self.state == "ready":
            return [self._start(content)]
        if kind == "key" and self.state == "accepted":
            return [self._key(content)]
        if kind == "done" and self.state == "confirmed":
            self.state = "over"
            return []
        raise Cancelled("m.unexpected_message", f"{kind} was not awaited")

    def _start(self, content: Mapping[str, Any]) -> Reply:
        if content.get("from_device") != self.them.device:
            raise Cancelled("m.user_error", "another device than the one that asked")
        self._mac = next(
            (mac for mac in MACS if mac in _list(content, "message_authentication_codes")), ""
        )
        known = (
            content.get("method") == METHOD
            and AGREEMENT in _list(content, "key_agreement_protocols")
            and "sha256" in _list(content, "hashes")
            and "emoji" in _list(content, "short_authentication_string")
        )
        if not (known and self._mac):
            raise Cancelled("m.unknown_method", "only emojis, with curve25519 and SHA-256")
        whole = self._mine + str(Api.to_canonical_json(dict(content)))
        commitment = base64.b64encode(sha256(whole.encode("utf-8")).digest()).decode().rstrip("=")
        self.state = "accepted"
        return "accept", {
            "method": METHOD,
            "key_agreement_protocol": AGREEMENT,
            "hash": "sha256",
            "message_authentication_code": self._mac,
            "short_authentication_string": ["emoji", "decimal"],
            "commitment": commitment,
        }

    def _key(self, content: Mapping[str, Any]) -> Reply:
        self._theirs = str(content.get("key"))
        try:
            theirs = vodozemac.Curve25519PublicKey.from_base64(self._theirs)
            self._secret = self._sas.diffie_hellman(theirs)
        except ValueError as error:
            raise Cancelled("m.invalid_message", "no such key") from error
        info = "|".join(
            (
                "MATRIX_KEY_VERIFICATION_SAS",
                *(self.them.user, self.them.device, self._theirs),  # they started
                *(self.us.user, self.us.device, self._mine),
                self.transaction,
            )
        )
        bits = self._secret.bytes(info)
        self.emojis, self.decimals = list(bits.emoji_indices), list(bits.decimals)
        self.state = "shown"
        return "key", {"key": self._mine}

    def confirm(self, content: Mapping[str, Any], known: Mapping[str, str]) -> list[Reply]:
        """The other side says that the emojis are the same: check its keys, vouch for ours.

        :param known: the keys that the server publishes for that user, by key id.

        Raises Cancelled.
        """
        if self.state != "shown":
            raise Cancelled("m.unexpected_message", "mac was not awaited")
        told = content.get("mac")
        told = told if isinstance(told, dict) else {}
        base = self._base(self.them, self.us)
        checked = [(",".join(sorted(told)), f"{base}KEY_IDS", content.get("keys"))]
        checked += [(known[id], base + id, told[id]) for id in sorted(told) if id in known]
        if len(checked) == 1:
            raise Cancelled("m.key_mismatch", "none of these keys is known")
        for key, info, mac in checked:
            if self._tag(key, info) != str(mac).rstrip("="):
                raise Cancelled("m.key_mismatch", "the keys are not the same")
        base = self._base(self.us, self.them)
        macs = {id: self._tag(key, base + id) for id, key in self._ours.items()}
        self.state = "confirmed"
        return [
            ("mac", {"mac": macs, "keys": self._tag(",".join(sorted(macs)), f"{base}KEY_IDS")}),
            ("done", {}),
        ]

    def _base(self, whose: Party, to: Party) -> str:
        return (
            f"MATRIX_KEY_VERIFICATION_MAC{whose.user}{whose.device}{to.user}{to.device}"
            f"{self.transaction}"
        )

    def _tag(self, key: str, info: str) -> str:
        right = self._mac == MACS[0]
        make = self._secret.calculate_mac if right else self._secret.calculate_mac_invalid_base64
        return str(make(key, info))


def _list(content: Mapping[str, Any], key: str) -> list[Any]:
    found = content.get(key)
    return found if isinstance(found, list) else []

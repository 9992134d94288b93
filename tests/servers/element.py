"""Another client: one that trusts only cross-signed devices, and that verifies by emoji as Element
does. Written apart from the bot's own code, by signedjson and canonicaljson."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
import uuid
from typing import Any

import canonicaljson
import signedjson.key
import signedjson.sign
import vodozemac
from synapse_server import Login, Synapse
from unpaddedbase64 import encode_base64


class Strict:
    """What one user's client thinks of other people's devices."""

    def __init__(self, synapse: Synapse, login: Login) -> None:
        self.synapse, self.login = synapse, login

    def keys_of(self, user_id: str) -> dict[str, Any]:
        """All that the server publishes of a user's keys."""
        return self.synapse.request(
            "POST",
            "/_matrix/client/v3/keys/query",
            {"device_keys": {user_id: []}},
            self.login.token,
        )

    def master_of(self, user_id: str) -> str:
        """The public master key; KeyError where there is none."""
        [key] = self.keys_of(user_id)["master_keys"][user_id]["keys"].values()
        return str(key)

    def trusts(self, user_id: str, device: str) -> bool:
        """Does the chain master, self-signing, device hold? Nothing else counts."""
        told = self.keys_of(user_id)
        try:
            master = told["master_keys"][user_id]
            signing = told["self_signing_keys"][user_id]
            [master_key] = master["keys"].values()
            [signing_key] = signing["keys"].values()
            if master["usage"] != ["master"] or signing["usage"] != ["self_signing"]:
                return False
            _check(signing, user_id, master_key)
            _check(told["device_keys"][user_id][device], user_id, signing_key)
        except (KeyError, signedjson.sign.SignatureVerifyException):
            return False
        return True


def _check(what: dict[str, Any], user_id: str, public: str) -> None:
    raw = base64.b64decode(public + "=" * (-len(public) % 4))
    key = signedjson.key.decode_verify_key_bytes(f"ed25519:{public}", raw)
    signedjson.sign.verify_signed_json(what, user_id, key)


# -- verification by emoji, as Element begins it ------------------------------------------------

PREFIX = "m.key.verification."
AGREEMENT = "curve25519-hkdf-sha256"


class Asking:
    """The asking side of a verification: request, start, key, the emojis, mac, done.

    :param reader: the person's own client (``make_reader``), its device keys uploaded.
    :param bot: the user id asked.
    :param room: the room's id; "" to ask from device to device.
    """

    def __init__(self, synapse: Synapse, reader: Any, bot: str, room: str = "") -> None:
        self.synapse, self.reader, self.bot, self.room = synapse, reader, bot, room
        self.client = reader.client
        self.me, self.device = self.client.user_id, self.client.device_id
        self.token = self.client.access_token
        self.transaction = uuid.uuid4().hex
        self.since = ""
        self.heard: list[tuple[str, dict[str, Any]]] = []  # to-device events of the bot
        self.sas = vodozemac.Sas()
        self.mine = self.sas.public_key.to_base64()
        self.their_device = ""
        self.emojis: list[int] = []
        self.verified: dict[str, str] = {}  # the bot's keys whose macs were right

    async def send(self, kind: str, content: dict[str, Any], *, to: str = "*") -> None:
        if self.room:
            relation = {"rel_type": "m.reference", "event_id": self.transaction}
            whole = {**content, "m.relates_to": relation}
            await self.room_event(PREFIX + kind, whole)
            return
        body = {"messages": {self.bot: {to: {**content, "transaction_id": self.transaction}}}}
        path = f"/_matrix/client/v3/sendToDevice/{PREFIX}{kind}/{uuid.uuid4().hex}"
        await asyncio.to_thread(self.synapse.request, "PUT", path, body, self.token)

    async def room_event(self, kind: str, content: dict[str, Any]) -> str:
        await self.reader.sync()
        sent = await self.client.room_send(self.room, kind, content, ignore_unverified_devices=True)
        return str(sent.event_id)

    async def request(self, methods: tuple[str, ...] = ("m.sas.v1", "m.qr_code.show.v1")) -> None:
        content: dict[str, Any] = {"from_device": self.device, "methods": list(methods)}
        if self.room:
            self.transaction = await self.room_event(
                "m.room.message",
                {
                    "msgtype": PREFIX + "request",
                    "body": "asks to verify",
                    "to": self.bot,
                    **content,
                },
            )
            return
        await self.send("request", {**content, "timestamp": int(time.time() * 1000)})

    async def awaited(self, kind: str, seconds: float = 60) -> dict[str, Any]:
        """The bot's event of this kind in this verification."""
        for _ in range(int(seconds * 10)):
            for type_, content in await self.events():
                if type_ == PREFIX + kind:
                    return content
            await asyncio.sleep(0.1)
        raise AssertionError(f"no {kind} in {seconds} s")

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        if self.room:
            return [
                (event["type"], event["content"])
                for event in await self.reader.everything(self.room)
                if event["sender"] == self.bot
                and event["content"].get("m.relates_to", {}).get("event_id") == self.transaction
            ]
        path = f"/_matrix/client/v3/sync?timeout=0&since={self.since}".removesuffix("&since=")
        answer = await asyncio.to_thread(self.synapse.request, "GET", path, None, self.token)
        self.since = answer["next_batch"]
        self.heard += [
            (event["type"], event["content"])
            for event in answer.get("to_device", {}).get("events", ())
            if event["sender"] == self.bot
            and event["content"].get("transaction_id") == self.transaction
        ]
        return self.heard

    async def start(self, **more: Any) -> None:
        ready = await self.awaited("ready")
        assert ready["methods"] == ["m.sas.v1"]
        self.their_device = ready["from_device"]
        self.started = {
            "from_device": self.device,
            "method": "m.sas.v1",
            "key_agreement_protocols": [AGREEMENT],
            "hashes": ["sha256"],
            "message_authentication_codes": ["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
            "short_authentication_string": ["decimal", "emoji"],
            **more,
        }
        await self.send("start", self.started, to=self.their_device)

    async def exchange(self) -> list[int]:
        """Keys to and fro; the seven emojis on this screen."""
        accepted = await self.awaited("accept")
        self.method = accepted["message_authentication_code"]
        await self.send("key", {"key": self.mine}, to=self.their_device)
        theirs = (await self.awaited("key"))["key"]
        started = dict(self.started)
        if self.room:
            started["m.relates_to"] = {"rel_type": "m.reference", "event_id": self.transaction}
        else:
            started["transaction_id"] = self.transaction
        whole = theirs.encode() + canonicaljson.encode_canonical_json(started)
        assert accepted["commitment"] == encode_base64(hashlib.sha256(whole).digest())
        self.secret = self.sas.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(theirs))
        info = (
            f"MATRIX_KEY_VERIFICATION_SAS|{self.me}|{self.device}|{self.mine}|{self.bot}"
            f"|{self.their_device}|{theirs}|{self.transaction}"
        )
        self.emojis = list(self.secret.bytes(info).emoji_indices)
        return self.emojis

    def mac(self, key: str, info: str) -> str:
        if self.method == "hkdf-hmac-sha256.v2":
            return str(self.secret.calculate_mac(key, info))
        return str(self.secret.calculate_mac_invalid_base64(key, info))

    async def accept(self, keys: dict[str, str]) -> None:
        """The person says that the emojis are the same; then the bot's keys are checked."""
        base = (
            f"MATRIX_KEY_VERIFICATION_MAC{self.me}{self.device}{self.bot}{self.their_device}"
            f"{self.transaction}"
        )
        macs = {id: self.mac(key, base + id) for id, key in keys.items()}
        sent = {"mac": macs, "keys": self.mac(",".join(sorted(macs)), base + "KEY_IDS")}
        await self.send("mac", sent, to=self.their_device)

    async def check(self) -> dict[str, str]:
        """The bot's keys that it vouches for, each checked against what the server publishes."""
        told = await self.awaited("mac")
        base = (
            f"MATRIX_KEY_VERIFICATION_MAC{self.bot}{self.their_device}{self.me}{self.device}"
            f"{self.transaction}"
        )
        assert told["keys"] == self.mac(",".join(sorted(told["mac"])), base + "KEY_IDS")
        published = Strict(self.synapse, Login(self.me, "", self.device, self.token)).keys_of(
            self.bot
        )
        known = dict(published["device_keys"][self.bot][self.their_device]["keys"])
        known |= published.get("master_keys", {}).get(self.bot, {}).get("keys", {})
        for id, mac in told["mac"].items():
            assert mac == self.mac(known[id], base + id), id
            self.verified[id] = known[id]
        await self.awaited("done")
        await self.send("done", {}, to=self.their_device)
        return self.verified

    def own_keys(self) -> dict[str, str]:
        return {f"ed25519:{self.device}": self.client.olm.account.identity_keys["ed25519"]}

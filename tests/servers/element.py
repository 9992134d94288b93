"""A client that trusts only cross-signed devices, written apart from the bot's own code: by
signedjson and PyNaCl, as another implementation would be."""

from __future__ import annotations

import base64
from typing import Any

import signedjson.key
import signedjson.sign
from synapse_server import Login, Synapse


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

"""The account's cross-signing identity on its server: made, kept, recovered, and put on devices.

::

    setup   ── none there ──> make: keys kept here, published, stored under a recovery key
            ── ours there ──> sign this device
            ── another's ───> recover it by its recovery key, or renew it with the password
    run     ── ours there, device not signed yet ──> sign it; anything else never stops the bot

The private keys stand in ``matrix/ACCOUNT/cross-signing.json`` (0600), encrypted by the account's
``pickle.key``; nio knows nothing of them (Matrix client-server API, section 10.9.2).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from bot.channels import matrix_vault as vault
from bot.channels.account import write_secret
from bot.channels.matrix_errors import SoundClient, call
from bot.channels.matrix_signing import USAGES, Identity, published, unbase64, unpadded, vouched
from bot.errors import ChannelError, NotNow, Rejected

log = logging.getLogger(__name__)

FILE = "cross-signing.json"
#: the account data in which the server keeps each private key, encrypted (section 10.12.1)
STORED: Mapping[str, str] = {usage: f"m.cross_signing.{usage}" for usage in USAGES}


class IdentityRefused(ChannelError):
    """The server does not let the account's keys be published."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "{channel} demande une preuve que je ne peux pas donner ({flows}) avant de publier "
        "les clés d’identité du compte. Donnez le mot de passe (ALPOSS_MATRIX_PASSWORD), ou "
        "acceptez d’abord sur la page du serveur {url}, et relancez\u00a0: alposs-bot setup",
        "en": "{channel} asks for a proof that I cannot give ({flows}) before it publishes the "
        "account’s identity keys. Give the password (ALPOSS_MATRIX_PASSWORD), or agree on the "
        "server’s page first {url}, and start again: alposs-bot setup",
    }


class WrongRecoveryKey(ChannelError):
    """The recovery key is mistyped, or belongs to another identity."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "cette clé de récupération n’ouvre pas l’identité de {user}. Elle compte douze "
        "groupes de quatre signes, et commence par EsT",
        "en": "this recovery key does not open the identity of {user}. It has twelve groups of "
        "four characters, and begins with EsT",
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """How the account stands on its server."""

    #: whether the published keys are those whose private halves are here
    identity: Literal["none", "ours", "foreign"]
    signed: bool  # this device, by the published self-signing key
    device: Mapping[str, Any] = field(default_factory=dict)  # as the server publishes it
    master: str = ""  # the public master key, where the identity is ours


class Keeper:
    """The identity of one account.

    :param folder: the account's folder, see :func:`bot.channels.matrix_files.crypto_folder`.
    :param secret: the text in its ``pickle.key``.
    """

    def __init__(self, client: SoundClient, folder: Path, secret: str, *, channel: str) -> None:
        self._client = client
        self._path = folder / FILE
        self._key = vault.from_words(secret)
        self._channel = channel

    @property
    def opened(self) -> bool:
        """Is this device's key store open, so that it can be signed now?"""
        return self._client.olm is not None

    # -- what is there ------------------------------------------------------------------------

    def kept(self) -> Identity | None:
        """The private keys in the data folder; None where there are none, or none to be opened."""
        try:
            told = json.loads(self._path.read_text(encoding="ascii"))
            seeds = {usage: vault.unlock(self._key, STORED[usage], told[usage]) for usage in USAGES}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Identity(self._client.user_id, seeds)

    def _keep(self, identity: Identity) -> None:
        locked = {
            usage: vault.lock(self._key, STORED[usage], identity.seeds[usage]) for usage in USAGES
        }
        write_secret(self._path, json.dumps(locked))

    async def standing(self) -> Standing:
        """Ask the server. Raises ChannelError."""
        me = self._client.user_id
        told = (await self._api("POST", "/keys/query", {"device_keys": {me: []}})).body
        master = _of(told, "master_keys", me)
        signing = _of(told, "self_signing_keys", me)
        device = _of(told, "device_keys", me).get(self._client.device_id) or {}
        public = published(signing)
        signed = (
            bool(public) and vouched(signing, me, published(master)) and vouched(device, me, public)
        )
        if not published(master):
            return Standing("none", signed=False, device=device)
        kept = self.kept()
        ours = (
            kept is not None
            and kept.public("master") == published(master)
            and kept.public("self_signing") == public
        )
        if ours:
            return Standing("ours", signed, device, published(master))
        return Standing("foreign", signed, device)

    # -- acts ---------------------------------------------------------------------------------

    async def make(self, password: str = "") -> None:
        """Publish an identity of our own, in place of any that is there.

        It is kept here before the server hears of it, so that a stop in between loses nothing.
        Raises IdentityRefused and other ChannelErrors.
        """
        identity = self.kept() or Identity.new(self._client.user_id)
        self._keep(identity)
        body: dict[str, Any] = {f"{usage}_key": identity.published(usage) for usage in USAGES}
        path = "/keys/device_signing/upload"
        answer = await self._api("POST", path, body)
        if answer.asks:  # the first time it is not asked, where the server knows MSC3967
            flows = [flow.get("stages") for flow in answer.body.get("flows", ())]
            if ["m.login.password"] not in flows or not password:
                raise self._refused(answer.body)
            body["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._client.user_id},
                "password": password,
                "session": answer.body["session"],
            }
            answer = await self._api("POST", path, body)
            if answer.asks:
                raise self._refused(answer.body)

    async def recover(self, words: str) -> None:
        """Take the private keys out of the account's data by its recovery key, and keep them.

        Raises WrongRecoveryKey and other ChannelErrors.
        """
        wrong = WrongRecoveryKey(channel=self._channel, user=self._client.user_id)
        try:
            key = vault.read_recovery(words)
            id = (await self._data("m.secret_storage.default_key")).get("key", "")
            if not vault.fits(key, await self._data(f"m.secret_storage.key.{id}")):
                raise wrong
            seeds = {}
            for usage, name in STORED.items():
                locked = (await self._data(name)).get("encrypted", {}).get(id, {})
                seeds[usage] = unbase64(vault.unlock(key, name, locked).decode("ascii"))
                if len(seeds[usage]) != 32:
                    raise wrong
        except ValueError as error:  # WrongKey among them
            raise wrong from error
        identity = Identity(self._client.user_id, seeds)
        told = await self._api("POST", "/keys/query", {"device_keys": {self._client.user_id: []}})
        master = _of(told.body, "master_keys", self._client.user_id)
        if identity.public("master") != published(master):
            raise wrong
        self._keep(identity)

    async def recoverable(self) -> bool:
        """Does the server keep our private keys under some recovery key?"""
        id = (await self._data("m.secret_storage.default_key")).get("key", "")
        for name in STORED.values():
            if id not in (await self._data(name)).get("encrypted", {}):
                return False
        return bool(id)

    async def store(self) -> str:
        """Put the private keys into the account's data under a new recovery key; that key, as
        people note it. It is kept nowhere."""
        identity = self.kept()
        assert identity is not None, "made or recovered before"
        key = vault.new_key()
        id = unpadded(vault.new_key()[:24]).replace("/", "_").replace("+", "-")
        await self._put(f"m.secret_storage.key.{id}", vault.description(key, "AlpOSS"))
        for usage, name in STORED.items():
            seed = unpadded(identity.seeds[usage]).encode("ascii")
            await self._put(name, {"encrypted": {id: vault.lock(key, name, seed)}})
        await self._put("m.secret_storage.default_key", {"key": id})
        return vault.recovery_words(key)

    async def sign(self, standing: Standing) -> None:
        """Sign this device, and let the device sign the master key. Only a device whose keys are
        those in our own key store. Raises ChannelError."""
        identity, client = self.kept(), self._client
        assert identity is not None, "made or recovered before"
        me, device_id = client.user_id, client.device_id
        mine = client.olm.account.identity_keys
        keys = {f"{kind}:{device_id}": mine[kind] for kind in ("ed25519", "curve25519")}
        if standing.device.get("keys") != keys:
            cause = {
                "fr": "les clés de cet appareil ne sont pas encore publiées",
                "en": "this device’s keys are not published yet",
            }
            raise NotNow(channel=self._channel, cause=cause)
        master = identity.published("master")
        by_device = {me: {f"ed25519:{device_id}": client.olm.sign_json(master)}}
        answer = await self._api(
            "POST",
            "/keys/signatures/upload",
            {
                me: {
                    device_id: identity.signed("self_signing", standing.device),
                    identity.public("master"): {**master, "signatures": by_device},
                }
            },
        )
        if answer.body.get("failures", {}).get(me, {}).get(device_id):
            raise Rejected(channel=self._channel, cause="M_INVALID_SIGNATURE", code="?")

    # -- calls --------------------------------------------------------------------------------

    async def _api(self, method: str, path: str, body: Any = None) -> Any:
        return await call(self._client.api(method, path, body), channel=self._channel)

    async def _data(self, kind: str) -> dict[str, Any]:
        """Account data; empty where there is none."""
        try:
            return dict((await self._api("GET", self._data_path(kind))).body)
        except Rejected as error:
            if error.fields.get("code") == "M_NOT_FOUND":
                return {}
            raise

    async def _put(self, kind: str, content: dict[str, Any]) -> None:
        await self._api("PUT", self._data_path(kind), content)

    def _data_path(self, kind: str) -> str:
        return f"/user/{quote(self._client.user_id)}/account_data/{quote(kind)}"

    def _refused(self, body: Mapping[str, Any]) -> IdentityRefused:
        flows = [" + ".join(flow.get("stages", ())) for flow in body.get("flows", ())]
        asked = body.get("params", {}).get("m.oauth", {})
        return IdentityRefused(
            channel=self._channel, flows=", ".join(flows), url=asked.get("url", "")
        )


async def sign_where_ours(keeper: Keeper) -> Standing:
    """Sign the device where the identity is ours and it is not signed yet; how it then stands."""
    standing = await keeper.standing()
    if standing.identity != "ours" or standing.signed:
        return standing
    await keeper.sign(standing)
    return await keeper.standing()


async def vouch(keeper: Keeper) -> Standing | None:
    """Sign the device of a bot that starts, where that can be; how it then stands, None where the
    server does not say. Never raises: an unsigned device posts as well."""
    try:
        return await sign_where_ours(keeper)
    except ChannelError as error:
        log.info("device not signed now: %s", error)
        return None


def _of(told: Mapping[str, Any], kind: str, user_id: str) -> dict[str, Any]:
    found = (told.get(kind) or {}).get(user_id)
    return found if isinstance(found, dict) else {}

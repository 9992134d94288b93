"""Encryption: is this device's key store still the right one, and who gets a room's key.

The account's ``trust`` decides. ``everyone``: every member's every device gets the keys
(``ignore_unverified_devices``): the bot announces public news, and a member who cannot read it
would be worse served than by an unknown device that reads it. ``signed``: only devices that
their owner's identity has signed, as the server tells it. Devices that an admin blacklisted get
none.
"""

from __future__ import annotations

from typing import Any, Literal

from nio import AsyncClient, MatrixRoom, SyncResponse

from bot.channels.matrix_errors import KeysLost, call
from bot.channels.matrix_signing import published, vouched
from bot.errors import NotNow

Trust = Literal["everyone", "signed"]

LOST = {
    "fr": "le serveur en connaît d’autres pour cet appareil",
    "en": "the server knows others for this device",
}
NO_STORE = {"fr": "le trousseau n’est pas ouvert", "en": "the key store is not open"}
CHANGED = {
    "fr": "les membres du salon viennent de changer",
    "en": "the room’s members have just changed",
}


async def settle_device(client: AsyncClient, *, channel: str) -> None:
    """Compare our keys with those the server holds for this device, and upload new ones.

    A server that knows other keys for this device means that our store is lost: uploads would
    fail for ever and nobody could read what we send. Raises KeysLost then.
    """
    olm = client.olm
    olm.add_changed_users({client.user_id})
    answer = await call(client.keys_query(), channel=channel)
    known = answer.device_keys.get(client.user_id, {}).get(client.device_id)
    if known is None:
        olm.account.shared = False  # the server has none: upload them (again)
    elif (
        known.get("keys", {}).get(f"ed25519:{client.device_id}")
        != olm.account.identity_keys["ed25519"]
    ):
        raise KeysLost(channel=channel, device=client.device_id, cause=LOST)
    if client.should_upload_keys:
        await call(client.keys_upload(), channel=channel)


async def look_after(
    client: AsyncClient, response: SyncResponse, trust: Trust, *, channel: str
) -> None:
    """Upload, query, claim: what nio's own loop would do between two syncs."""
    if client.olm is None:
        raise KeysLost(channel=channel, device=client.device_id, cause=NO_STORE)
    if response.device_key_count.signed_curve25519 == 0:
        client.olm.uploaded_key_count = 0  # nio overlooks a zero
    if trust == "signed":  # a device that was signed or renounced: who gets the key is asked anew
        for user_id in response.device_list.changed:
            for room in client.rooms.values():
                if user_id in room.users and user_id != client.user_id:
                    client.olm.outbound_group_sessions.pop(room.room_id, None)
    if client.outgoing_to_device_messages:
        await call(client.send_to_device_messages(), channel=channel)
    if client.should_upload_keys:
        await call(client.keys_upload(), channel=channel)
    if client.should_query_keys:
        await call(client.keys_query(), channel=channel)
    if client.should_claim_keys:
        await call(client.keys_claim(client.get_users_for_key_claiming()), channel=channel)


async def unsigned(client: Any, room: MatrixRoom, *, channel: str) -> set[tuple[str, str]]:
    """(user, device) of each device in the room that its owner's identity has not signed."""
    body: dict[str, Any] = {"device_keys": {user_id: [] for user_id in room.users}}
    told = (await call(client.api("POST", "/keys/query", body), channel=channel)).body
    left: set[tuple[str, str]] = set()
    for user_id, devices in (told.get("device_keys") or {}).items():
        master = (told.get("master_keys") or {}).get(user_id)
        signing = (told.get("self_signing_keys") or {}).get(user_id) or {}
        chained = vouched(signing, user_id, published(master))
        for device_id, device in devices.items():
            if not (chained and vouched(device, user_id, published(signing))):
                left.add((user_id, device_id))
    return left


async def share(
    client: AsyncClient, room: MatrixRoom, trust: Trust = "everyone", *, channel: str
) -> None:
    """See that every device in the room that may have it has the key of the current session, or raise NotNow.

    nio marks a session as shared even where handing it out failed: those members could then
    never read a message. So who got it is counted here, and a session that did not reach all is
    thrown away before anything is encrypted with it.
    """
    if not room.members_synced:
        await call(client.joined_members(room.room_id), channel=channel)
    if client.should_query_keys:
        await call(client.keys_query(), channel=channel)
    if not client.olm.should_share_group_session(room.room_id):
        return
    kept_out = await unsigned(client, room, channel=channel) if trust == "signed" else set()
    if kept_out:
        sessions = client.olm.outbound_group_sessions
        if room.room_id not in sessions or sessions[room.room_id].shared:
            client.olm.create_outbound_group_session(room.room_id)
        sessions[room.room_id].users_ignored.update(kept_out)
    try:
        missing = client.get_missing_sessions(room.room_id)
        if missing:
            await call(client.keys_claim(missing), channel=channel)
        await call(
            client.share_group_session(room.room_id, ignore_unverified_devices=True),
            channel=channel,
        )
    except KeyError as error:  # a member came or went just now, and nio dropped the session
        raise NotNow(channel=channel, cause=CHANGED) from error
    finally:
        # Where claiming failed, nio leaves a mark behind that would make every later send wait.
        client.sharing_session.pop(room.room_id, None)
    session = client.olm.outbound_group_sessions.get(room.room_id)
    if session is None:
        raise NotNow(channel=channel, cause=CHANGED)
    reached = session.users_shared_with | session.users_ignored
    left = [
        device.id
        for user_id in room.users
        for device in client.device_store.active_user_devices(user_id)
        if (user_id, device.id) not in reached
        and client.olm.session_store.get(device.curve25519)  # no one-time key: unreachable for now
    ]
    if left:
        client.invalidate_outbound_session(room.room_id)
        cause = {
            "fr": f"la clé du salon n’a pas atteint {len(left)} appareil(s)",
            "en": f"the room key did not reach {len(left)} device(s)",
        }
        raise NotNow(channel=channel, cause=cause)

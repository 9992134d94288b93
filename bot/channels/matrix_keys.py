"""Encryption: is this device's key store still the right one, and who gets a room's key.

Every member's every device gets the keys (``ignore_unverified_devices``): the bot announces
public news, and a member who cannot read it would be worse served than by an unknown device
that reads it. Devices that an admin blacklisted get none.
"""

from __future__ import annotations

from nio import AsyncClient, MatrixRoom

from bot.channels.matrix_errors import KeysLost, call
from bot.errors import NotNow

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


async def share(client: AsyncClient, room: MatrixRoom, *, channel: str) -> None:
    """See that every device in the room has the key of the current session, or raise NotNow.

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

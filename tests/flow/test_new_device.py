"""D9: a message is in doubt, and the bot comes back on another device, whose keys the other side
does not know: it is looked for, and where looking proves nothing, held; never sent again blindly."""

from datetime import timedelta

import pytest

from bot.channels.memory import Memory

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("device", "reach", "state"),
    [("A", 0, "sent"), ("B", 0, "aside"), ("B", None, "sent")],
    ids=["the same device", "another one that cannot look", "another one that finds it"],
)
async def test_d9_what_was_in_doubt_when_the_device_changed(
    make_rig, monkeypatch, device, reach, state
):
    speaks = {"from": "A"}
    monkeypatch.setattr(Memory, "device", property(lambda _: speaks["from"]))
    rig = await make_rig()
    side = rig.side()
    side.reach = reach
    rig.publish("a", "Claix obtient le niveau 3 du label Territoire Numérique Libre 2025")
    await rig.up() if rig.house is None else None
    rig.now += timedelta(hours=1)
    await rig.work("collect")
    side.fail("lose-answer")
    await rig.work("deliver")
    assert len(side.there()) == 1
    await rig.down()

    speaks["from"] = device
    if device != "A":
        side._keys.clear()  # they are another device's
    await rig.up()
    for _ in range(3):
        rig.now += MINUTE
        await rig.work("deliver")
    assert len(side.there()) == 1
    [row] = await rig.house.store.read(
        lambda tx: [row for row in tx.deliveries.last_sent(n=9) or tx.deliveries.aside()]
    )
    assert row.state == state
    told = [
        one.text
        for one in await rig.house.store.read(lambda tx: tx.notices.all())
        if one.key == f"held:{row.id}"
    ]
    if state == "aside":  # whoever is asked is told which message it is about
        [words] = told
        assert f"n°\u00a0{row.id}" in words
        assert "Claix" in words
    else:
        assert not told

"""Two places that no gazetteer knows, whose names begin alike, are two stories: each is told."""

from __future__ import annotations

import pytest

TEXT = (
    "La commune de {} a reçu le label Territoire Numérique Libre, niveau Or, pour ses logiciels libres. "
    + "Les inscriptions au club de lecture sont ouvertes à la médiathèque. Le marché se tient le "
    "samedi sur la place. La piscine reste fermée pour travaux jusqu’à l’été. " * 3
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rivebelvalhautville", "Rivebelvalpierville"),
        ("Valbelvalhautville", "Valbelbelvalhautville"),
        ("Montcharvin-le-Haut", "Montcharvet-le-Haut"),
        ("Hautfontbelvalhautville", "Sauvegranbelvalhautville"),
    ],
)
@pytest.mark.parametrize("sources", [1, 2])
async def test_d1_near_namesakes_are_both_told(make_rig, one, other, sources):
    rig = await make_rig(sources=2)
    for number, town in enumerate((one, other)):
        title = f"{town} obtient le label Territoire Numérique Libre"
        rig.publish(town, title, TEXT.format(town), source=number % sources)
        await rig.settle()
    texts = [message.text for message in rig.side().there()]
    assert len(texts) == 2
    assert one in texts[0]
    assert other in texts[1]

"""What was prepared to read an entry is freed with it, and waits for no garbage collector."""

from __future__ import annotations

import gc
import weakref

from bot.understanding import understand as understanding

TOLD = "Claix reçoit le label Territoire Numérique Libre, niveau Or, mardi 18 novembre à Paris. "
HELD = "Install party samedi 12 décembre 2026 à 14 h, à la bibliothèque de Grenoble. "
ASKED = "Appel à conférences d’AlpOSS : proposez un sujet avant le 15 décembre 2026."


def test_a_read_entry_is_freed_at_once(knowledge, make_entry, monkeypatch) -> None:
    prepared: list[weakref.ref[understanding.Prepared]] = []
    prepare = understanding.prepare

    def watched(*arguments: object) -> understanding.Prepared:
        made = prepare(*arguments)  # type: ignore[arg-type]  # whatever understand gives
        prepared.append(weakref.ref(made))
        return made

    monkeypatch.setattr(understanding, "prepare", watched)
    entry = make_entry("Nouvelles du libre", f"{TOLD}\n{HELD}\n{ASKED}", "2026-11-20")
    gc.disable()
    try:
        meant = understanding.understand(entry, knowledge)
        assert len(meant.facts) > 1
        assert [one() for one in prepared] == [None]
    finally:
        gc.enable()

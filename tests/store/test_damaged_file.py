"""A database file that is none: said as it is, and left as it is."""

from __future__ import annotations

import pytest

from bot.store.database import Store
from bot.store.writer import Damaged


async def test_a_damaged_file_is_told_and_not_touched(tmp_path):
    file = tmp_path / "alposs.db"
    file.write_bytes(b"garbage" * 1000)
    with pytest.raises(Damaged) as refused:
        await Store.open(data_dir=tmp_path)
    assert file.read_bytes() == b"garbage" * 1000
    for language in ("fr", "en"):
        told = refused.value.say(language)
        assert "data/backups" in told
    assert "Libérez" not in refused.value.say("fr")

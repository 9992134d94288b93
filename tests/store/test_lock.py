"""The data folder: one bot at a time (D8), and a plain word where it cannot be written."""

from __future__ import annotations

import pytest

from bot.store.lock import DataFolder, DataLocked, data_lock


def test_d8_a_second_bot_is_refused_and_told_which_one_runs(tmp_path):
    with (
        data_lock(tmp_path / "data"),
        pytest.raises(DataLocked) as refused,
        data_lock(tmp_path / "data"),
    ):
        pytest.fail("two bots on one data folder")
    assert "--data" in refused.value.say("fr")


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolder) as refused, data_lock(tmp_path / "data"):
        pytest.fail("a file is no folder")
    assert str(tmp_path / "data") in refused.value.say("fr")
    assert "--data" in refused.value.say("en")

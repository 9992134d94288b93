"""Secrets: read at use, closed to others, written whole."""

from __future__ import annotations

import os
import stat

import pytest

from bot.channels.account import Account, SecretMissing, read_secret, write_secret
from bot.config.wiring import AccountSettings


def account(folder, **more):
    settings = AccountSettings(kind="mastodon", server="https://alpes.example", **more)
    return Account("alpes", settings, folder)


def test_the_secret_is_read_at_each_use(tmp_path):
    path = tmp_path / "jeton"
    write_secret(path, "un")
    login = account(tmp_path, token_file=str(path))
    assert login.secret() == "un"
    write_secret(path, "deux\n")
    assert login.secret() == "deux"


def test_a_relative_file_starts_at_the_data_folder(tmp_path):
    write_secret(tmp_path / "secrets" / "jeton", "un")
    assert account(tmp_path, token_file="secrets/jeton").secret() == "un"


def test_s11_a_written_secret_is_closed_even_under_a_loose_umask(tmp_path):
    before = os.umask(0)
    try:
        path = tmp_path / "secrets" / "jeton"
        write_secret(path, "un")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["jeton"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_s11_a_secret_that_others_can_read_is_refused(tmp_path, mode):
    path = tmp_path / "jeton"
    write_secret(path, "canari-secret")
    path.chmod(mode)
    with pytest.raises(SecretMissing) as caught:
        account(tmp_path, token_file=str(path)).secret()
    for language in ("fr", "en"):
        said = caught.value.say(language)
        assert f"{mode:04o}" in said
        assert f"chmod 600 {path}" in said
        assert "canari" not in said


def test_a_systemd_credential_may_be_0440_in_its_own_folder_only(tmp_path):
    path = tmp_path / "credentials" / "jeton"
    write_secret(path, "un")
    path.chmod(0o440)
    given = {"CREDENTIALS_DIRECTORY": str(path.parent)}
    assert read_secret(str(path), None, base=tmp_path, whose="x", env=given) == "un"
    with pytest.raises(SecretMissing):
        read_secret(str(path), None, base=tmp_path, whose="x", env={})


def test_a_variable_serves_too_and_an_empty_one_is_told(tmp_path, monkeypatch):
    login = account(tmp_path, token_env="JETON_ALPES")
    monkeypatch.setenv("JETON_ALPES", " un ")
    assert login.secret() == "un"
    monkeypatch.setenv("JETON_ALPES", "")
    with pytest.raises(SecretMissing, match="JETON_ALPES"):
        login.secret()


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_an_unusable_file_is_named_with_the_next_step(tmp_path, content):
    path = tmp_path / "jeton"
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    with pytest.raises(SecretMissing) as caught:
        account(tmp_path, token_file=str(path)).secret()
    assert str(path) in caught.value.say("fr")
    assert "alposs-bot setup" in caught.value.say("fr")


def test_a_folder_or_nothing_at_all_is_told(tmp_path):
    with pytest.raises(SecretMissing):
        account(tmp_path, token_file=str(tmp_path)).secret()
    with pytest.raises(SecretMissing, match="setup"):
        account(tmp_path).secret()

"""What a Matrix account keeps is for the bot's own eyes (S11)."""

from bot.channels.matrix_files import crypto_folder


def test_s11_what_the_client_s_library_wrote_is_closed_to_others(tmp_path):
    folder = crypto_folder(tmp_path, "alpes")
    store = folder / "@bot:x_DEVICE.db"
    store.write_bytes(b"keys")
    store.chmod(0o644)
    folder.chmod(0o755)
    assert crypto_folder(tmp_path, "alpes") == folder
    assert store.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700

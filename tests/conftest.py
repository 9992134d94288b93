"""Fixtures for every folder: the real servers of tests/servers, started when first asked for."""

pytest_plugins = [
    "synapse_server",
    "matrix_rooms",
    "feed_server",
    "bot_process",
    "rig",
    "mastodon_server",
    "talk",
]

"""Fixtures for every folder: the real servers of tests/servers, started when first asked for.

Generated cases (Hypothesis) are the same in every run, so that a change is judged by itself;
`make fuzz` draws new ones each time.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

pytest_plugins = [
    "synapse_server",
    "matrix_rooms",
    "feed_server",
    "bot_process",
    "rig",
    "web_site",
    "hub_server",
    "web_rig",
    "mastodon_server",
    "postgres_server",
    "talk",
]


#: folders whose files take long: they are begun first, so that none is still alone at the end
LONG = ("servers", "flow", "store", "chat", "channels")


def pytest_collection_modifyitems(items):
    """Files that take long come first; the order within a file stays."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item):
        folder = item.path.parent.name
        return item.path not in slow, LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)

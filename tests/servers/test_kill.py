"""kill -9 at random moments while 200 entries come in and the server drops answers after it has
accepted: 200 posts, none lost, none twice (D1, C1 to C9)."""

from __future__ import annotations

import random
import re
import time
from collections import Counter

import pytest
from feed_server import News

FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\ndigest = ""\n'
TOWNS = [
    "Claix",
    "Échirolles",
    "Seyssins",
    "Seyssinet-Pariset",
    "Saint-Égrève",
    "Meylan",
    "Voreppe",
    "Grenoble",
    "Voiron",
    "Crolles",
    "Vizille",
    "Sassenage",
    "Gières",
    "Domène",
    "Eybens",
    "Moirans",
    "Tullins",
    "Bernin",
    "Corenc",
    "Pontcharra",
]
KILLS = 50
YEARS = range(2016, 2026)
HOURS = 3 * 3600


def title(town: str, year: int) -> str:
    """One story: another town or another year is another story."""
    level = "niveau 3" if year < 2025 else "niveau Bronze"
    return f"{town} obtient le {level} du label Territoire Numérique Libre {year}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_d1_fifty_kills_two_hundred_posts(bot_process, feed_server, mastodon_server, capsys):
    chance = random.Random(20251029)
    token = bot_process.secret("mastodon.token", mastodon_server.token)
    bot_process.write(
        "accounts/alpes.toml",
        f'kind = "mastodon"\nserver = "{mastodon_server.url}"\ntoken_file = "{token}"\n',
    )
    bot_process.write("channels/mastodon.toml", f'kind = "mastodon"\naccount = "alpes"\n{FREE}')
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("Le marché change de place")]
    began = time.monotonic()
    assert bot_process.command("once").returncode == 0  # first sight
    whole_pass = min(time.monotonic() - began, 2.0)  # how slow this machine is just now

    wanted = [title(town, year) for year in YEARS for town in TOWNS]
    assert len(wanted) == 200
    waiting = iter(wanted)
    for _ in range(KILLS):
        for _ in range(len(wanted) // KILLS):
            feed_server.news.insert(0, News(next(waiting)))
        mastodon_server.faults(
            *chance.choices(["lose", "500-after", "cut", "503"], k=chance.randrange(3))
        )
        bot_process.move_clock(HOURS)
        mastodon_server.advance(HOURS)
        bot_process.start()
        time.sleep(chance.uniform(0.2, 1.6) * whole_pass)
        bot_process.kill()

    def hours_pass() -> None:
        """What is to be tried again comes due; what may be there twice would be posted now."""
        bot_process.move_clock(HOURS)
        mastodon_server.advance(HOURS)
        time.sleep(1)

    def done() -> bool:
        hours_pass()
        return len(mastodon_server.statuses()) >= len(wanted)

    bot_process.start()
    bot_process.wait_for(done, f"{len(wanted)} posts", 120)
    for _ in range(3):
        hours_pass()
    assert bot_process.stop() == 0

    links = {News(one).link(feed_server.base): one for one in wanted}
    posts = Counter(
        links[re.search(r"http://127\.0\.0\.1:\d+/article/\w+", status.text)[0]]
        for status in mastodon_server.statuses()
    )
    with capsys.disabled():
        print(
            f"\n{KILLS} kills: {sum(posts.values())} posts of {len(wanted)} stories, "
            f"{sum(n > 1 for n in posts.values())} twice, {len(set(wanted) - set(posts))} lost"
        )
    assert posts == Counter(wanted)
    status = bot_process.command("--json", "status")
    assert status.returncode == 0, status.stderr

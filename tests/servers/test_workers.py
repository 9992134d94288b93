"""Several workers on one PostgreSQL database, real processes all of them: they share the work,
one of them leads, one is killed, PostgreSQL itself goes away: nothing twice, nothing lost."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import islice, product

import psycopg
import pytest
from feed_server import FeedServer, News

pytestmark = [pytest.mark.servers, pytest.mark.slow]

FREE = 'per_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\ndigest = ""\n'
TOWNS = [
    "Claix", "Échirolles", "Seyssins", "Saint-Égrève", "Meylan", "Voreppe", "Grenoble", "Voiron",
    "Crolles", "Vizille", "Sassenage", "Gières", "Domène", "Eybens", "Moirans", "Tullins",
]  # fmt: skip
HOSTS, CHANNELS = 6, 3
HOURS = 3 * 3600


class Town:
    """Feeds on hosts of their own, channels on one account, and workers on one database."""

    def __init__(self, bot, feeds, mastodon, postgres) -> None:
        self.bot, self.feeds, self.mastodon, self.postgres = bot, feeds, mastodon, postgres
        self.url = postgres().replace("postgres:@", "postgres@")  # it has no password
        self.workers = []
        self.wanted: list[str] = []
        self._titles = (
            f"{town} obtient le niveau {'3' if year < 2025 else 'Bronze'} du label "
            f"Territoire Numérique Libre {year}"
            for year, town in product(range(2025, 2015, -1), TOWNS)
        )
        bot.write(
            "bot.toml",
            f'[store]\nurl = "{self.url}"\n[fetch]\nallow = ["127.0.0.0/8"]\nconcurrency = 3\n'
            "[web]\nport = 0\n[news]\nflood_cap = 0\n",
        )
        token = bot.secret("mastodon.token", mastodon.token)
        bot.write(
            "accounts/alpes.toml",
            f'kind = "mastodon"\nserver = "{mastodon.url}"\ntoken_file = "{token}"\n',
        )
        for number in range(CHANNELS):
            channel = f'kind = "mastodon"\naccount = "alpes"\n{FREE}'
            bot.write(f"channels/m{number}.toml", channel)
        for number, feed in enumerate(feeds):
            feed.news = [News("Le marché change de place", guid=f"start-{number}")]
            only = f'channels = ["m{number % CHANNELS}"]\n'
            bot.source(f"commune-{number}", feed.url, only)
            # a second source on the same host: of all workers only one may ask it at a time
            bot.source(f"commune-{number}-bis", f"{feed.base}/autre.xml", only)

    def start(self, n: int) -> None:
        for _ in range(n):
            worker = self.bot.twin(str(len(self.workers)))
            worker.start()
            self.workers.append(worker)

    def ask(self, question: str):
        try:
            return self.postgres.ask(self.url, question)
        except psycopg.errors.UndefinedTable:  # the first worker has not made them yet
            return []

    def leader(self) -> str | None:
        """The worker that holds PostgreSQL's lock says so."""
        found = self.ask("SELECT id FROM workers WHERE leads")
        return found[0][0] if len(found) == 1 else None

    def process_of(self, pid: int):
        return next(one for one in self.workers if one.process and one.process.pid == pid)

    def publish(self, n: int) -> None:
        """News that sources of two hosts tell at the same moment: each is one story."""
        for number, title in enumerate(islice(self._titles, n)):
            self.wanted.append(title)
            pair = number % CHANNELS
            for feed in (self.feeds[pair], self.feeds[pair + CHANNELS]):
                feed.news.insert(0, News(title))

    def hours_pass(self) -> None:
        self.bot.move_clock(HOURS)
        self.mastodon.advance(HOURS)

    def wait(self, true, what: str, seconds: float = 90) -> None:
        def holds() -> bool:
            for worker in self.workers:
                ended = worker.process is not None and worker.process.poll() is not None
                assert not ended, f"a worker ended:\n{worker.said()[-3000:]}"
            return true()

        self.workers[-1].wait_for(holds, what, seconds)

    def wait_posted(self, n: int | None = None) -> None:
        """What has to be tried again comes due, leases of the dead run out."""
        wanted = len(self.wanted) if n is None else n
        moved = time.monotonic()

        def done() -> bool:
            nonlocal moved
            if time.monotonic() - moved > 5:
                self.hours_pass()
                moved = time.monotonic()
            return len(self.mastodon.statuses()) >= wanted

        self.wait(done, f"{wanted} posts", 120)

    def posts(self) -> Counter[str]:
        """How often each story was told: each post links to an article, named by its title."""
        names = {News(title).link("").rpartition("/")[2]: title for title in self.wanted}
        linked = [re.search(r"/article/(\w+)", one.text) for one in self.mastodon.statuses()]
        return Counter(names[found[1]] for found in linked if found)

    def stop(self) -> None:
        for worker in self.workers:
            if worker.process is not None:
                assert worker.stop() == 0, worker.said()[-3000:]


@pytest.fixture
def town(bot_process, mastodon_server, postgres):
    feeds = [FeedServer(f"127.0.0.{number + 10}") for number in range(HOSTS)]
    made = Town(bot_process, feeds, mastodon_server, postgres)
    yield made
    for worker in made.workers:
        worker.kill()
    for feed in feeds:
        feed.close()


def first_sight(town) -> None:
    """What is there at the start is no news; from then on an answer takes a while."""
    town.wait(
        lambda: (
            town.ask("SELECT count(*) FROM sources WHERE first_seen IS NOT NULL") == [(2 * HOSTS,)]
        ),
        "the first sight of all",
    )
    for feed in town.feeds:
        feed.slow = 0.15


@pytest.mark.timeout(600)
def test_d8_two_and_four_workers_share_the_work_and_one_is_killed(town, capsys):
    town.start(2)
    first_sight(town)
    town.wait(town.leader, "a leader")
    town.publish(4)
    town.hours_pass()
    town.wait_posted()

    town.start(2)
    town.wait(lambda: town.ask("SELECT count(*) FROM workers") == [(4,)], "four workers")
    town.mastodon.faults("lose", "500-after", "cut", "lose")
    town.publish(8)
    town.hours_pass()
    dead = town.leader()
    [(pid,)] = town.ask(f"SELECT pid FROM workers WHERE id = '{dead}'")
    town.wait(lambda: any(feed.in_flight for feed in town.feeds), "reads under way")
    town.process_of(pid).kill()
    died = time.monotonic()
    town.wait(
        lambda: town.ask(f"SELECT id FROM workers WHERE leads AND id <> '{dead}'"),
        "another leader",
        60,  # 30 s are promised; the machine may be slow
    )
    took = time.monotonic() - died
    town.wait_posted()
    idle = f"SELECT id FROM workers WHERE id <> '{dead}' AND (read = 0 OR sent = 0)"
    for _ in range(20):
        if not town.ask(idle):
            break
        town.publish(4)
        town.hours_pass()
        town.wait_posted()
        time.sleep(1)  # they tell of themselves every ten seconds
    rows = town.ask("SELECT id, read, sent FROM workers ORDER BY started")
    town.hours_pass()  # what would come twice comes now
    time.sleep(3)
    town.stop()

    with capsys.disabled():
        print(f"\nworkers (id, read, sent): {rows}; another one led after {took:.1f} s")
    assert town.posts() == Counter(town.wanted)
    assert all(read and sent for id, read, sent in rows if id != dead)
    assert {feed.most_in_flight for feed in town.feeds} == {1}  # P14
    assert town.ask("SELECT DISTINCT state FROM deliveries WHERE state NOT IN "
                    "('sent', 'superseded')") == []  # fmt: skip
    assert town.ask(f"SELECT id FROM workers WHERE id <> '{dead}'") == []  # they said goodbye


@pytest.mark.timeout(600)
def test_c17_postgresql_restarts_under_two_workers(town):
    town.start(2)
    first_sight(town)
    town.wait(town.leader, "a leader")
    town.mastodon.faults("lose", "cut")
    town.publish(8)
    town.hours_pass()
    town.wait(lambda: any(feed.in_flight for feed in town.feeds), "reads under way")
    town.postgres.restart()
    town.wait_posted(2)
    town.postgres.restart()
    town.wait_posted()
    town.hours_pass()
    town.wait(town.leader, "a leader again")
    for worker in town.workers:
        assert worker.process.poll() is None, worker.said()[-3000:]
        assert "Traceback" not in worker.said(), worker.said()[-6000:]
    town.stop()
    assert town.posts() == Counter(town.wanted)

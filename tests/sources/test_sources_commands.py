"""``sources`` and ``preview``, on a configuration folder and a site of their own."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.preview import Preview
from bot.commands.sources import Sources
from bot.config import read
from bot.errors import CommandError, ConfigError
from bot.store.database import Store
from bot.store.sources import SourceRow

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


class Here:
    """A context over a folder."""

    def __init__(self, folder, language="fr"):
        self.config_dir = folder / "config"
        self.data_dir = folder / "data"
        self.language, self.question = language, None
        self.said = []
        self._store = None

    def now(self):
        return NOW

    def config(self):
        return read.load(self.config_dir, os.environ)

    async def store(self):
        if self._store is None:
            self._store = await Store.open(data_dir=self.data_dir)
        return self._store

    def say(self, progress):
        self.said.append(progress.text)

    async def close(self):
        if self._store is not None:
            await self._store.close()


@pytest.fixture
async def here(tmp_path):
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "bot.toml").write_text('[fetch]\nallow = ["127.0.0.0/8"]\n')
    context = Here(tmp_path)
    yield context
    await context.close()


@pytest.fixture
def page(site):
    item = (
        "<item><guid>1</guid><title>Échirolles remporte le NEC d’or 2025 de la cohérence</title>"
        "<link>https://journal.example/1</link><description>La ville d’Échirolles a remporté, "
        "mercredi 29 octobre 2025 à Strasbourg, le NEC d’or 2025 de la cohérence."
        "</description><pubDate>Thu, 30 Oct 2025 08:00:00 +0100</pubDate></item>"
        "<item><guid>2</guid><title>Le marché du samedi déménage</title>"
        "<link>https://journal.example/2</link>"
        "<pubDate>Wed, 29 Oct 2025 08:00:00 +0100</pubDate></item>"
    )
    site.serve("/rss", f"<rss version='2.0'><channel><title>Journal</title>{item}</channel></rss>")
    site.serve("/", "<html><link rel=alternate type=application/rss+xml href=/rss></html>")
    return site


def sources(context, action="list", target=None, **options):
    return Sources().run(context, {"action": action, "target": target, **options})


async def test_discover_shows_titles_and_latest_entries(here, page):
    answer = await sources(here, "discover", page.url)
    assert "1 flux" in answer.text
    assert page.url + "/rss" in answer.text
    assert "Le marché du samedi déménage (ne serait pas annoncée)" in answer.text
    assert "cohérence (serait annoncée\u00a0: un prix)" in answer.text
    assert answer.data[0]["would_tell"] == ["award", ""]
    assert not list((here.config_dir / "sources").iterdir())


async def test_add_writes_one_file_that_loads(here, page):
    shown = await sources(here, "add", page.url, dry=True, place="Échirolles")
    assert 'name = "Journal"' in shown.text
    assert not list((here.config_dir / "sources").iterdir())
    await sources(here, "add", page.url, id="journal", role="municipal", place="Échirolles")
    assert [p.name for p in (here.config_dir / "sources").iterdir()] == ["journal.toml"]
    options = here.config().sources["journal"]
    assert (options.kind, options.url, options.name) == ("feed", page.url + "/rss", "Journal")
    assert (options.role, options.place, options.home) == ("municipal", "Échirolles", page.url)


async def test_add_refuses_what_would_not_work(here, page, rss):
    await sources(here, "add", page.url, id="journal")
    with pytest.raises(CommandError, match="journal\u00a0» lit déjà"):
        await sources(here, "add", page.url)
    page.serve("/other", rss(("1", "Un")))
    with pytest.raises(CommandError, match="existe déjà"):
        await sources(here, "add", page.url + "/other", id="journal")
    with pytest.raises(CommandError, match="lettres minuscules"):
        await sources(here, "add", page.url + "/other", id="../journal")
    with pytest.raises(ConfigError):  # no such role: the file goes again
        await sources(here, "add", page.url + "/other", id="other", role="nobody")
    assert [p.name for p in (here.config_dir / "sources").iterdir()] == ["journal.toml"]
    await sources(here, "add", page.url + "/other", id="other", name='Un "autre" \\ journal')
    assert here.config().sources["other"].name == 'Un "autre" \\ journal'


async def test_add_writes_the_kind_that_was_found(here, site, rss):
    site.serve("/g/outil", '<meta name="author" content="Forgejo">')
    site.serve("/g/outil/releases.rss", rss(("1", "outil 2.0")))
    await sources(here, "add", site.url + "/g/outil", id="outil")
    found = here.config().sources["outil"]
    assert (found.kind, found.url, found.forge) == ("releases", site.url + "/g/outil", "forgejo")


async def test_nothing_there_is_said(here, page):
    page.serve("/empty", "<html></html>")
    del page.pages["/rss"]
    with pytest.raises(CommandError, match="aucun flux"):
        await sources(here, "discover", page.url + "/empty")
    for action in ("add", "discover"):  # nobody tries again for the person who asked
        with pytest.raises(CommandError) as away:
            await sources(here, action, "http://no-such-host.invalid")
        told = away.value.say("fr")
        assert told.startswith("Je n’ai pas pu lire http://no-such-host.invalid (pas de réponse")
        assert "Vérifiez l’adresse, ou redemandez plus tard." in told
        assert "réessaierai" not in told
    with pytest.raises(CommandError, match="Check the address"):
        await Preview().run(Here(here.config_dir.parent, "en"), {"source": "no-such-host.invalid"})
    with pytest.raises(CommandError, match="Il manque l’adresse"):
        await sources(here, "discover")


@pytest.mark.parametrize("body", ["garbage", "", "<html><p>Rien ici</p></html>", None])
async def test_add_writes_no_other_feed_than_the_one_asked_for(here, page, body):
    if body is not None:  # else the address answers 404
        page.serve("/broken", body)
    with pytest.raises(CommandError) as refused:
        await sources(here, "add", page.url + "/broken")
    told = refused.value.say("fr")
    assert "Rien n’est écrit" in told
    assert f"sources add {page.url}/rss" in told
    assert ("404" in told) == (body is None)
    assert not list((here.config_dir / "sources").iterdir())
    await sources(here, "add", page.url + "/rss", id="journal")  # the command it gave
    assert here.config().sources["journal"].home == page.url


async def test_a_refusal_with_nothing_beside_it_is_said(here, page):
    del page.pages["/rss"]
    with pytest.raises(CommandError, match=r"aucun flux.*404.*Cherchez"):
        await sources(here, "add", page.url + "/broken")


async def test_a_linked_feed_that_moved_is_the_one_asked_for(here, page):
    page.serve("/", "<link rel=alternate type=application/rss+xml href=/old>")
    page.serve("/old", status=301, Location="/rss")
    answer = await sources(here, "add", page.url, id="journal")
    assert here.config().sources["journal"].url == page.url + "/rss"
    assert "Un bot qui tourne la lira après\u00a0: alposs-bot reload." in answer.text


async def test_remove_takes_the_file_away(here, page):
    await sources(here, "add", page.url, id="journal")
    with pytest.raises(CommandError, match="Vouliez-vous dire «\u00a0journal"):
        await sources(here, "remove", "jornal")
    await sources(here, "remove", "journal", dry=True)
    assert "journal" in here.config().sources
    answer = await sources(here, "remove", "journal")
    assert "supprimé" in answer.text
    assert "alposs-bot reload" in answer.text
    assert here.config().sources == {}
    for bad in ("../bot", "journal", ""):
        with pytest.raises(CommandError):
            await sources(here, "remove", bad)
    assert (here.config_dir / "bot.toml").exists()


async def test_list_tells_the_state_of_each(here, page):
    assert "sources add" in (await sources(here)).text
    await sources(here, "add", page.url, id="journal")
    assert [row[3] for row in (await sources(here)).rows] == ["pas encore lue"]
    store = await here.store()
    row = SourceRow("journal", last_try=NOW, last_ok=NOW, next_due=NOW + timedelta(hours=1))
    await store.write(lambda tx: tx.sources.put(row))
    (told,) = (await sources(here)).rows
    assert told[:4] == ("journal", "Journal", "feed", "va bien")
    assert told[5:] == ("aujourd’hui à 10 h 00", "aujourd’hui à 11 h 00")
    row = SourceRow("journal", last_try=NOW, failures=2, error="le serveur a répondu 500")
    await store.write(lambda tx: tx.sources.put(row))
    answer = await sources(here)
    assert answer.rows[0][3] == "le serveur a répondu 500"
    assert answer.data[0]["error"] == "le serveur a répondu 500"


async def test_health_at_a_glance_and_what_an_admin_can_do(here, page):
    await sources(here, "add", page.url, id="journal")
    store = await here.store()
    week = [int((NOW - timedelta(days=n)).timestamp()) // 60 for n in range(6, -1, -1)]
    row = SourceRow(
        "journal", last_try=NOW, last_ok=NOW - timedelta(hours=5), next_due=NOW + timedelta(hours=4),
        failures=2, error="le serveur a répondu 404", reason="refused 404", recent="5001xx", news=week,
    )  # fmt: skip
    await store.write(lambda tx: tx.sources.put(row))
    answer = await sources(here)
    assert answer.rows[0][4] == "▆▁▁▂××"
    assert "journal" in answer.text
    assert f"sources discover {page.url}" in answer.text
    told = (await sources(here, "show", "journal")).text
    assert "le serveur a répondu 404" in told
    assert "Le flux a changé d’adresse" in told
    assert "Prochain essai\u00a0: aujourd’hui à 14 h 00" in told
    assert "Lue toutes les 2 h, parce qu’elle publie à peu près tous les 24 h" in told
    here.language = "en"
    assert "every 2 h, because it publishes" in (await sources(here, "show", "journal")).text
    here.language = "fr"
    with pytest.raises(CommandError, match="journal"):
        await sources(here, "show", "jurnal")


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("refused 503", "rien à faire"),
        ("refused 403", "refuse le bot"),
        ("unreachable", "navigateur"),
        ("gone", "sources remove journal"),
        ("forbidden", "[fetch] allow"),
        ("unreadable", "sources discover"),
        ("something new", "rien à faire"),
    ],
)
async def test_every_reason_has_its_advice(here, page, reason, advice):
    await sources(here, "add", page.url, id="journal")
    store = await here.store()
    row = SourceRow("journal", last_try=NOW, failures=1, error="x", reason=reason, recent="x")
    await store.write(lambda tx: tx.sources.put(row))
    assert advice in (await sources(here)).text


async def test_preview_of_an_address_and_of_a_source(here, page):
    for wanted in (page.url, "journal", None):
        answer = await Preview().run(here, {"source": wanted, "last": "2"})
        first, second = answer.data[0]["entries"]
        assert (first["kind"], first["relevant"]) == ("award", True)
        assert "NEC d’or 2025" in first["posts"][0]
        assert "https://journal.example/1" in first["posts"][0]
        assert (second["relevant"], second["posts"]) == (False, [])
        assert "Ne serait pas annoncée" in answer.text
        if wanted == page.url:
            assert not here.data_dir.exists()  # nothing is remembered
            await sources(here, "add", page.url, id="journal")
    store = await here.store()
    assert await store.read(lambda tx: (tx.sources.all(), tx.entries.latest())) == ([], [])
    [change] = await store.read(lambda tx: tx.audit.latest())
    assert (change.command, change.thing) == ("sources", "source journal")


async def test_preview_says_which_source_fails(here, page):
    await sources(here, "add", page.url, id="journal")
    page.serve("/rss", status=500)
    answer = await Preview().run(here, {"source": "journal"})
    assert not answer.ok
    assert "500" in answer.text
    with pytest.raises(CommandError, match="Vouliez-vous dire «\u00a0journal"):
        await Preview().run(here, {"source": "jornal"})
    with pytest.raises(CommandError, match="de 1 à 100"):
        await Preview().run(here, {"source": "journal", "last": "mille"})


async def test_preview_in_english(here, page):
    here.language = "en"
    answer = await Preview().run(here, {"source": page.url, "last": "1"})
    assert "Would be told like this" in answer.text
    assert "NEC d’or" in answer.data[0]["entries"][0]["posts"][0]


async def test_the_founding_sample_gives_three_announcements(tmp_path):
    context = Here(tmp_path)
    context.config_dir = read.defaults_folder()
    answer = await Preview().run(context, {"source": "exemple-fondateur"})
    award, label, event = answer.data[0]["entries"][0]["posts"]
    assert award.startswith("Échirolles reçoit le NEC d’or 2025 de la cohérence.")
    assert "mercredi 29 octobre 2025 à Strasbourg" in award
    assert "niveau 5" in label
    assert "troisième année consécutive" in label
    assert "décembre 2024" in label
    assert "mardi 17 février 2026" in event
    assert "Échirolles" in event

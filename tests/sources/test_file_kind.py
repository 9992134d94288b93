from datetime import UTC, datetime

import pytest

from bot.config import read
from bot.entries.clean import clean
from bot.entries.entry import Publisher
from bot.errors import TooLarge, Unreachable
from bot.sources import file
from bot.sources.file import File

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def source():
    def make(path):
        return File("local", File.Options(kind="file", name="Local", path=str(path)), None)

    return make


async def test_rss_and_json_by_content(tmp_path, source, rss):
    path = tmp_path / "news.txt"
    path.write_bytes(rss(("1", "Un")))
    reading = await source(path).read({}, NOW)
    assert [item.title for item in reading.items] == ["Un"]
    path.write_text('\ufeff {"items": [{"id": "2", "title": "Deux"}]}', encoding="utf-8")
    reading = await source(path).read(reading.state, NOW)
    assert [item.title for item in reading.items] == ["Deux"]


async def test_what_does_not_open_is_said_without_its_folder(tmp_path, source, monkeypatch):
    with pytest.raises(Unreachable) as error:
        await source(tmp_path / "none.xml").read({}, NOW)
    assert "none.xml" in error.value.say("fr")
    assert str(tmp_path) not in error.value.say("fr")
    with pytest.raises(Unreachable):
        await source(tmp_path).read({}, NOW)
    monkeypatch.setattr(file, "_LARGEST", 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    with pytest.raises(TooLarge):
        await source(tmp_path / "large").read({}, NOW)


async def test_the_founding_sample_is_read_from_its_own_folder():
    config = read.load(None, {})
    options = config.sources["exemple-fondateur"]
    assert options.sample
    reading = await File("exemple-fondateur", options, None).read({}, NOW)
    (item,) = reading.items
    who = Publisher("exemple-fondateur", options.name, options.role, options.home)
    entry = clean(item, who, now=NOW, language="fr", base=options.home)
    assert entry.url.startswith("https://travailleur-alpin.fr/2025/10/30/")
    assert entry.published == datetime(2025, 10, 30, 7, tzinfo=UTC)
    for words in ("NEC d’or 2025", "décembre 2024", "niveau 5", "17 février 2026", "AlpOSS"):
        assert words in entry.text


def test_shipped_sources_are_complete_and_the_unverified_ones_rest():
    for id, options in read.load(None, {}).sources.items():
        assert options.home, id
        assert options.enabled or options.note, id
        if hasattr(options, "url"):
            assert options.url.startswith("https://"), id

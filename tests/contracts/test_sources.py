"""What every kind of source keeps, whatever it reads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot import kinds
from bot.config.settings import FetchSettings
from bot.config.wiring import SourceSettings
from bot.errors import SourceError
from bot.sources.fetch import Fetcher
from bot.sources.memory import Memory
from bot.sources.source import Item, Reading

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
RSS = (
    '<rss version="2.0"><channel><title>Journal</title><item><guid>1</guid><title>Une</title>'
    "<link>https://journal.example/1</link></item></channel></rss>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "Journal", "items": '
    '[{"id": "1", "title": "Une", "url": "https://journal.example/1", "content_text": "x"}]}'
)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:journal\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "SUMMARY:Une\r\nDTSTART:20260214T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
POST = RSS.replace("<title>Une</title>", "<description>Une</description>")
#: what a kind reads, where it is no RSS
SHOWN = {
    "agendadulibre": '[{"id": 1, "title": "Une", "start_time": "2026-02-14T14:00:00+01:00"}]',
    "fediverse": POST,
    "ical": ICS,
    "jsonfeed": JSON,
    "mobilizon": ICS,
    "page": '<script type="application/ld+json">{"@type": "NewsArticle", "@id": "1", "headline": '
    '"Une"}</script>',
}
#: where a kind reads, where the address itself says something
PLACES = {"fediverse": "/@journal", "mobilizon": "/@journal", "releases": "/g/journal"}
#: what else a kind must be told
MORE = {"releases": {"forge": "github"}}


def said(item):
    """Its title; the text of what has none."""
    return (item.title or item.content or item.summary).removeprefix("journal ")


class World:
    """Where a kind reads: what it shows can be set, taken away and spoilt."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.body = None

    def show(self, kind, *, other=False):
        text = SHOWN.get(kind, RSS)
        self.body = (text.replace("Une", "Autre") if other else text).encode()
        (self.folder / "feed").write_bytes(self.body)
        Memory.hand_in("contract", [Item(guid="1", title="Autre" if other else "Une")])

    def spoil(self):
        self.body = b"\x00\xff no feed"
        (self.folder / "feed").write_bytes(self.body)
        Memory.hand_in("contract", SourceError(what="spoilt"))

    def options(self, kind):
        fields = {"kind": kind.kind, "name": "Journal", **MORE.get(kind.kind, {})}
        if "url" in kind.Options.model_fields:
            fields["url"] = self.url + PLACES.get(kind.kind, "/feed")
        if "path" in kind.Options.model_fields:
            fields["path"] = str(self.folder / "feed")
        return kind.Options(**fields)


@pytest.fixture
async def world(tmp_path):
    made = World("", tmp_path)

    async def answer(request):
        return web.Response(body=made.body, headers={"ETag": '"a"'})

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    Memory.shelves.pop("contract", None)
    await runner.cleanup()


@pytest.fixture(params=sorted(kinds.every("source").items()), ids=lambda pair: pair[0])
async def source(request, world):
    _, kind = request.param
    fetcher = Fetcher(FetchSettings(allow=("127.0.0.0/8",)), "test/1 (+x)", lambda: NOW)
    yield kind("contract", world.options(kind), fetcher)
    await fetcher.close()


def test_each_kind_has_a_file_of_its_name_and_documented_options():
    for name, kind in kinds.every("source").items():
        assert Path(__import__(kind.__module__, fromlist="x").__file__).stem == name
        assert issubclass(kind.Options, SourceSettings)
        assert kind.__doc__
        assert all(field.description for field in kind.Options.model_fields.values())


async def test_a_first_read_gives_items_and_state(source, world):
    world.show(source.kind)
    reading = await source.read({}, NOW)
    assert isinstance(reading, Reading)
    assert reading.changed
    assert [(item.guid, said(item)) for item in reading.items] == [("1", "Une")]


async def test_the_same_again_is_no_change(source, world):
    world.show(source.kind)
    state = (await source.read({}, NOW)).state
    again = await source.read(state, NOW)
    assert (again.changed, again.items) == (False, ())
    assert not (await source.read(again.state, NOW)).changed


async def test_another_content_is_a_change(source, world):
    world.show(source.kind)
    state = (await source.read({}, NOW)).state
    world.show(source.kind, other=True)
    reading = await source.read(state, NOW)
    assert [said(item) for item in reading.items] == ["Autre"]


async def test_state_is_json(source, world):
    import json

    world.show(source.kind)
    state = (await source.read({}, NOW)).state
    assert json.loads(json.dumps(state)) == state


async def test_reading_does_not_touch_the_given_state(source, world):
    world.show(source.kind)
    state = dict((await source.read({}, NOW)).state)
    before = dict(state)
    world.show(source.kind, other=True)
    await source.read(state, NOW)
    assert state == before


async def test_p4_what_cannot_be_read_is_a_source_error_and_is_read_again_later(source, world):
    world.show(source.kind)
    state = (await source.read({}, NOW)).state
    world.spoil()
    with pytest.raises(SourceError) as error:
        await source.read(state, NOW)
    assert all(error.value.say(language) for language in ("fr", "en"))
    world.show(source.kind, other=True)
    assert [said(item) for item in (await source.read(state, NOW)).items] == ["Autre"]

"""Lists of feeds come in and go out; nothing in a list is trusted."""

import json
import tomllib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot.commands import _opml, _source_file
from bot.commands.feeds import Feeds
from bot.config.read import load
from bot.errors import CommandError
from bot.store.database import Store

LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Presse"><outline type="rss" text="Un &amp; deux" xmlUrl="https://un.example/feed"/>
<outline text="Encore" xmlUrl="https://un.example/feed"/>
<outline title="Autre" xmlUrl="https://un.example/autre" language="en-GB"/>
<outline text="Déjà" xmlUrl="https://la.example/rss"/>
<outline text="../../etc" xmlUrl="https://../../x"/><outline text="y" xmlUrl="file:///etc/passwd"/>
</outline></body></opml>"""


@pytest.fixture
async def context(tmp_path):
    folder = tmp_path / "config"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "la.toml").write_text(
        'name = "Là « ici »"\nurl = "https://la.example/rss"\n[filters]\ninclude = ["libre"]\n',
        "utf-8",
    )
    opened = await Store.open(data_dir=tmp_path / "data")

    async def store():
        return opened

    yield SimpleNamespace(
        config_dir=folder,
        language="fr",
        question=None,
        config=lambda: load(folder, {}),
        now=lambda: datetime(2026, 2, 3, 9, tzinfo=UTC),
        store=store,
    )
    await opened.close()


async def run(context, **arguments):
    return await Feeds().run(context, arguments)


async def imported(context, tmp_path, text=LIST, **more):
    path = tmp_path / "list.opml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return await run(context, action="import", file=str(path), **more)


def names(context):
    return sorted(path.name for path in (context.config_dir / "sources").iterdir())


async def test_s10_a_difference_first(context, tmp_path):
    answer = await imported(context, tmp_path)
    assert answer.data == {"new": ["un", "un-2", "source"], "written": False}
    assert "= la lit déjà https://la.example/rss" in answer.text
    assert "! file:///etc/passwd" in answer.text
    assert "--write" in answer.text
    assert names(context) == ["la.toml"]


async def test_s10_then_it_is_written_and_valid(context, tmp_path):
    await imported(context, tmp_path, write=True)
    assert names(context) == ["la.toml", "source.toml", "un-2.toml", "un.toml"]
    read = context.config().sources
    assert (read["un"].name, read["un-2"].language) == ("Un & deux", "en")
    [change] = await (await context.store()).read(lambda tx: tx.audit.latest())
    assert (change.command, change.after) == ("feeds", ["un", "un-2", "source"])


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "<html/>",
        "<opml><body>",
        '<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>',
        '<!DOCTYPE opml [<!ENTITY a "b">]><opml/>'.encode("utf-16"),
        '<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>',
        "<opml>" + "<outline>" * 60 + "</outline>" * 60 + "</opml>",
        "<opml>" + " " * _opml.LARGEST + "</opml>",
        "<opml>" + "".join(f'<outline xmlUrl="https://a/{n}"/>' for n in range(5002)) + "</opml>",
    ],
)
async def test_s10_bombs_and_other_files_are_refused(bad, context, tmp_path):
    with pytest.raises(CommandError):
        await imported(context, tmp_path, bad, write=True)
    assert names(context) == ["la.toml"]


async def test_s10_all_or_nothing(context, tmp_path, monkeypatch):
    write = _source_file.write

    def full(path, text):
        if path.stem == "un-2":
            raise OSError(28, "No space left on device")
        write(path, text)

    monkeypatch.setattr(_source_file, "write", full)
    with pytest.raises(CommandError):
        await imported(context, tmp_path, write=True)
    assert names(context) == ["la.toml"]


async def test_what_goes_out_comes_in(context, tmp_path):
    given = await run(context, action="export")
    assert [(one.url, one.name) for one in _opml.read(given.text.encode())] == [
        ("https://la.example/rss", "Là « ici »")
    ]


@pytest.mark.parametrize(("form", "parse"), [("json", json.loads), ("toml", tomllib.loads)])
async def test_json_and_toml_hold_every_setting(form, parse, context):
    given = parse((await run(context, action="export", format=form)).text)
    assert given == {
        "la": {
            "kind": "feed", "name": "Là « ici »", "url": "https://la.example/rss",
            "filters": {"include": ["libre"]},
        }
    }  # fmt: skip

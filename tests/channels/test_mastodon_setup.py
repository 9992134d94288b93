"""Finding a Fediverse server from what people type."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.channels.mastodon_setup import App, NoInstance, address, discover


@pytest.mark.parametrize(
    ("told", "server"),
    [
        ("mamot.fr", "https://mamot.fr"),
        (" https://mamot.fr/@alposs ", "https://mamot.fr"),
        ("@alposs@mamot.fr", "https://mamot.fr"),
        ("alposs@mamot.fr", "https://mamot.fr"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://xn--chirolles-c4a.example", "https://xn--chirolles-c4a.example"),
    ],
)
def test_an_address_is_understood_as_people_write_it(told, server):
    assert address(told) == server


@pytest.mark.parametrize(
    "told",
    [
        "",
        "   ",
        "https://",
        "deux mots",
        "http://mamot.fr",
        "https://me:secret@mamot.fr",
        "ftp://x",
    ],
)
def test_what_is_no_address_is_told_with_an_example(told):
    with pytest.raises(NoInstance) as caught:
        address(told)
    assert "mamot.fr" in caught.value.say("fr")
    assert "secret" not in caught.value.say("fr")


@pytest.fixture
async def pointing():
    """A server that is no Fediverse server, and answers as a test wants."""
    answers = {}

    async def answer(request):
        return answers.get(request.path.rstrip("/"), web.Response(status=404))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", answers
    await runner.cleanup()


async def test_a_town_s_name_that_redirects_to_its_server_is_followed(pointing, mastodon_server):
    url, answers = pointing
    target = f"{mastodon_server.url}/.well-known/nodeinfo"
    answers["/.well-known/nodeinfo"] = web.Response(status=301, headers={"Location": target})
    found, instance = await discover(f"{url}/@alposs")
    assert found == mastodon_server.url
    assert instance.title == "Alpes"


async def test_nodeinfo_names_the_server(pointing, mastodon_server):
    url, answers = pointing
    answers["/.well-known/nodeinfo"] = web.json_response(
        {"links": [{"rel": "x", "href": f"{mastodon_server.url}/nodeinfo/2.0"}]}
    )
    assert (await discover(url))[0] == mastodon_server.url


@pytest.mark.parametrize(
    "told",
    [
        web.json_response({"links": []}),
        web.json_response(["x"]),
        web.Response(text="<html>"),
        web.Response(status=302, headers={"Location": "javascript:alert(1)"}),
        web.Response(status=302, headers={"Location": "http://example.org/"}),  # not https
    ],
    ids=["empty", "list", "html", "script", "downgrade"],
)
async def test_a_site_that_is_something_else_is_told(pointing, told):
    url, answers = pointing
    answers["/.well-known/nodeinfo"] = told
    with pytest.raises(NoInstance):
        await discover(url)


async def test_a_loop_of_servers_ends(pointing):
    url, answers = pointing
    answers["/.well-known/nodeinfo"] = web.json_response({"links": [{"href": f"{url}/x"}]})
    with pytest.raises(NoInstance):
        await discover(url)


def test_s11_the_application_s_secret_is_not_shown():
    assert "canari" not in repr(App("https://mamot.fr", "id", "canari", ("read",)))

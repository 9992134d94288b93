"""Forges: which feed a page has, and what in an organisation's activity is a release."""

from datetime import UTC, datetime

import pytest

from bot.errors import Closed
from bot.sources.releases import Releases

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def atom(*links):
    entries = "".join(
        f"<entry><id>tag:forge,2008:{link}</id><title>{title}</title>"
        f'<link rel="alternate" href="{link}"/><updated>2026-01-30T10:00:00Z</updated></entry>'
        for link, title in links
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'


@pytest.mark.parametrize(
    ("forge", "page", "feed"),
    [
        ("github", "/sig/carte", "/sig/carte/releases.atom"),
        ("gitlab", "/a/b/carte", "/a/b/carte/-/releases.atom"),
        ("forgejo", "/sig/carte", "/sig/carte/releases.rss"),
        ("github", "/sig/carte.git", "/sig/carte/releases.atom"),
    ],
)
async def test_a_projects_releases(forge, page, feed, site, fetcher):
    links = ("https://f.example/1", "v1.2"), ("https://f.example/2", "Carte 1.3")
    site.serve(feed, atom(*links))
    options = Releases.Options(kind="releases", name="R", url=site.url + page, forge=forge)
    items = (await Releases("r", options, fetcher).read({}, NOW)).items
    assert [item.title for item in items] == ["carte v1.2", "Carte 1.3"]


@pytest.mark.parametrize(("forge", "feed"), [("github", "/sig.atom"), ("forgejo", "/sig.rss")])
async def test_of_an_organisation_only_the_releases(forge, feed, site, fetcher):
    site.serve(
        feed,
        atom(
            ("https://f.example/sig/carte/releases/tag/v1", "sig released v1"),
            ("https://f.example/sig/carte/compare/a...b", "sig pushed"),
        ),
    )
    options = Releases.Options(kind="releases", name="R", url=site.url + "/sig", forge=forge)
    items = (await Releases("r", options, fetcher).read({}, NOW)).items
    assert [item.title for item in items] == ["carte sig released v1"]


async def test_a_hidden_project_is_said(site, fetcher):
    options = Releases.Options(kind="releases", name="R", url=site.url + "/a/b", forge="gitlab")
    with pytest.raises(Closed):
        await Releases("r", options, fetcher).read({}, NOW)


@pytest.mark.parametrize(
    ("url", "forge"),
    [
        ("https://github.com/a/b", "github"),
        ("https://framagit.org/a/b", "gitlab"),
        ("https://gitlab.adullact.net/a/b", "gitlab"),
        ("https://codeberg.org/a", "forgejo"),
    ],
)
def test_the_forge_is_known_by_its_host(url, forge):
    assert Releases.Options(kind="releases", name="x", url=url).forge == forge


@pytest.mark.parametrize(
    "url", ["https://forge.example/a/b", "https://github.com/", "https://gitlab.com/a"]
)
def test_what_cannot_be_known_is_asked(url):
    with pytest.raises(ValueError):
        Releases.Options(kind="releases", name="x", url=url)

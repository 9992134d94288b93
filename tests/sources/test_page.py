"""Pages without a feed: what they say of themselves, what selectors find, what robots.txt forbids."""

import gzip
import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Closed, Forbidden, Unreadable
from bot.sources import page
from bot.sources.page import Page

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
URL = "https://ville.example/actualites"


def read(body, **selectors):
    return page.parse(body.encode(), URL, "Europe/Paris", "fr", **selectors)["items"]


def ld(thing):
    return f'<html lang="fr"><script type="application/ld+json">{json.dumps(thing)}</script></html>'


def test_an_article_in_json_ld():
    graph = {"@graph": [{"@type": "WebSite", "name": "x"}, {
        "@type": ["NewsArticle"], "headline": "Un prix & un label", "url": "/prix",
        "datePublished": "2026-01-30", "description": "Le texte", "author": {"name": "La mairie"},
        "image": ["https://ville.example/a.png"],
    }]}  # fmt: skip
    (item,) = read(ld(graph))
    assert (item["title"], item["url"]) == ("Un prix &amp; un label", "https://ville.example/prix")
    assert (item["published"], item["authors"]) == ("2026-01-30", ["La mairie"])
    assert item["media"][0]["url"] == "https://ville.example/a.png"


EVENT = {
    "@context": "https://schema.org",
    "@type": "EducationEvent",
    "name": "Install party",
    "startDate": "2026-02-14T14:00:00+01:00",
    "endDate": "2026-02-14T18:00:00+01:00",
    "eventStatus": "https://schema.org/EventCancelled",
    "location": {
        "@type": "Place",
        "name": "La Turbine",
        "address": {"postalCode": "38000", "addressLocality": "Grenoble"},
    },
}


def test_an_event_in_json_ld_takes_the_agenda_form():
    (item,) = read(ld({"itemListElement": [{"item": EVENT}]}))
    assert item["title"] == "Install party (annulé)"
    assert item["summary"] == (
        "Début\u00a0: samedi 14 février 2026 14:00 — Fin\u00a0: samedi 14 février 2026 18:00 — "
        "Lieu\u00a0: La Turbine, 38000 Grenoble"
    )


def test_microdata_where_there_is_no_json_ld():
    (item,) = read(
        '<div itemscope itemtype="https://schema.org/Event"><h2 itemprop="name">Fête du libre</h2>'
        '<time itemprop="startDate" datetime="2026-02-14">samedi</time><a itemprop="url" href="/f">x</a>'
        '<div itemprop="location" itemscope itemtype="https://schema.org/Place">'
        '<span itemprop="name">Mairie</span></div></div>'
    )
    assert (item["title"], item["url"]) == ("Fête du libre", "https://ville.example/f")
    assert item["summary"] == "Début\u00a0: samedi 14 février 2026 — Lieu\u00a0: Mairie"


LIST = """<ul><li><h3><a href="/a">Première</a></h3><time datetime="2026-01-30T10:00:00Z">hier</time>
<p class="t">Le texte.</p></li><li><h3>Sans lien</h3></li><li></li>
<li><h3><a href="/a">Encore</a></h3></li></ul>"""


def test_selectors():
    items = read(LIST, items="li", title="h3", link="a[href]", date="time", text=".t")
    assert [(item["title"], item["guid"]) for item in items] == [
        ("Première", "https://ville.example/a"),
        ("Sans lien", f"{URL}#Sans lien"),
    ]
    assert items[0]["published"] == "2026-01-30T10:00:00Z"
    assert "Le texte." in items[0]["content"]


@pytest.mark.parametrize(
    "body", ["", "<html>login</html>", ld({"@type": "WebSite"}), ld([[]]), LIST]
)
def test_r11_a_page_that_says_nothing_is_an_error(body):
    with pytest.raises(Unreadable):
        read(body)
    with pytest.raises(Unreadable):
        read(body, items="article.news")


@pytest.mark.parametrize("selector", ["li[", "::", "a >"])
def test_a_wrong_selector_is_refused_at_load(selector):
    with pytest.raises(ValueError):
        Page.Options(kind="page", name="x", url=URL, items=selector)


def watched(site, fetcher):
    site.serve("/news", ld({"@type": "NewsArticle", "headline": "Une"}))
    return Page("p", Page.Options(kind="page", name="P", url=site.url + "/news"), fetcher)


def asked(site, path):
    return [request.path for request in site.asked].count(path)


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /news",
        "User-agent: ALPOSS-bot\nDisallow: /\n\nUser-agent: *\nAllow: /",
        "User-agent: *\nDisallow: /*ews$",
    ],
)
async def test_p16_a_forbidden_page_is_not_asked(rules, site, fetcher):
    site.serve("/robots.txt", rules)
    with pytest.raises(Closed) as refusal:
        await watched(site, fetcher).read({}, NOW)
    assert "robots.txt" in refusal.value.say("fr")
    assert asked(site, "/news") == 0


@pytest.mark.parametrize(
    "rules", ["", "User-agent: *\nDisallow: /private", "User-agent: other\nDisallow: /",
              "User-agent: *\nDisallow: /\nAllow: /news"],
)  # fmt: skip
async def test_p16_an_allowed_page_is_read(rules, site, fetcher):
    site.serve("/robots.txt", rules)
    assert (await watched(site, fetcher).read({}, NOW)).changed


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_p16_4xx_means_allowed(status, site, fetcher):
    site.serve("/robots.txt", status=status)
    assert (await watched(site, fetcher).read({}, NOW)).changed


@pytest.mark.parametrize("status", [500, 503])
async def test_p16_5xx_means_forbidden(status, site, fetcher):
    site.serve("/robots.txt", status=status)
    with pytest.raises(Closed):
        await watched(site, fetcher).read({}, NOW)
    assert asked(site, "/news") == 0


async def test_p16_it_is_kept_for_a_day(site, fetcher):
    site.serve("/robots.txt", "User-agent: *\nAllow: /")
    news = watched(site, fetcher)
    state = (await news.read({}, NOW)).state
    state = (await news.read(state, NOW + timedelta(hours=23))).state
    assert asked(site, "/robots.txt") == 1
    site.serve("/robots.txt", "User-agent: *\nDisallow: /")
    with pytest.raises(Closed):
        await news.read(state, NOW + timedelta(hours=25))


async def test_p16_of_a_long_one_500_kib_count(site, fetcher):
    site.serve("/robots.txt", "#" * 512 * 1024 + "\nUser-agent: *\nDisallow: /news\n")
    assert (await watched(site, fetcher).read({}, NOW)).changed


async def test_s1_the_guard_stands_before_robots_txt_too(site, make_fetcher):
    with pytest.raises(Forbidden):
        await watched(site, make_fetcher(allow=())).read({}, NOW)


NEWS = [{"@type": "NewsArticle", "headline": "Une"}, {"@type": "NewsArticle", "headline": "Deux"}]


@pytest.fixture
def packed(raw, fetcher):
    """``await packed(page, rules)`` -> the page's source; both are sent as they are, said to be
    gzip, and end where the connection ends, as HTTP/1.0 has it."""

    async def serve(page, rules):
        async def script(reader, writer):
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
            body = rules if path == b"/robots.txt" else page
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body)
            await writer.drain()

        url = await raw(script)
        return Page("p", Page.Options(kind="page", name="P", url=f"{url}news"), fetcher)

    return serve


ALLOWED = gzip.compress(b"User-agent: *\nDisallow: /private\n")


async def test_a_packed_page_without_length_is_read(packed):
    source = await packed(gzip.compress(ld(NEWS).encode()), ALLOWED)
    assert [item.title for item in (await source.read({}, NOW)).items] == ["Une", "Deux"]


async def test_p4_r2_a_packed_page_that_is_cut_off_is_not_taken_for_the_page(packed):
    body = ld(NEWS[:1]).encode() + os.urandom(2000) + ld(NEWS[1:]).encode()
    source = await packed(gzip.compress(body)[:1000], ALLOWED)
    with pytest.raises(Unreadable, match="truncated"):
        await source.read({}, NOW)


async def test_p16_r2_a_packed_robots_txt_that_is_cut_off_allows_nothing(packed):
    rules = b"User-agent: *\nAllow: /\n#" + os.urandom(2000).hex().encode() + b"\nDisallow: /\n"
    source = await packed(gzip.compress(ld(NEWS).encode()), gzip.compress(rules)[:1000])
    with pytest.raises(Closed, match="does not answer"):
        await source.read({}, NOW)

from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.errors import SourceError, Unreachable
from bot.sources.discover import Visit, discover, links
from bot.sources.software import recognise


@pytest.fixture
def feed(rss):
    return rss(("1", "Une nouvelle"))


async def test_a_feed_is_found_to_be_one(site, fetcher, feed):
    site.serve("/x", feed)
    (found,) = await discover(fetcher, site.url + "/x")
    assert (found.url, found.kind, found.title) == (site.url + "/x", "feed", "Journal")
    assert found.home == site.url
    assert [item.title for item in found.items] == ["Une nouvelle"]


async def test_a_page_announces_its_feeds(site, fetcher, feed, rss):
    site.serve(
        "/",
        '<html><head><base href="/blog/"><link rel="alternate" type="application/rss+xml" '
        'title="Commentaires" href="c.xml"><link rel=alternate type="application/atom+xml; '
        'charset=utf-8" href=a.xml><link rel="alternate stylesheet" type="text/css" href="s">'
        '<link rel=alternate type="application/feed+json" href="/j"></head></html>',
        Content_Type="text/html",
    )
    site.serve("/blog/a.xml", feed)
    site.serve("/blog/c.xml", rss(("2", "Commentaire")))
    site.serve("/j", '{"title": "J", "items": [{"id": "1", "content_text": "x"}]}')
    found = await discover(fetcher, site.url)
    assert [(f.url.removeprefix(site.url), f.kind) for f in found] == [
        ("/blog/a.xml", "feed"),
        ("/j", "jsonfeed"),
        ("/blog/c.xml", "feed"),
    ]
    assert found[0].home == site.url


async def test_links_of_a_page_that_announces_none(site, fetcher, feed):
    site.serve("/", "<html><a href='/rss/local.xml'>x</a><a href='/flux/rss.xml'>RSS</a></html>")
    site.serve("/flux/rss.xml", feed)
    (found,) = await discover(fetcher, site.url)
    assert found.url == site.url + "/flux/rss.xml"


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("/", "/feed/"),
        ("/", "/rss.xml"),
        ("/", "/spip.php"),
        ("/", "/feeds/videos.xml"),
        ("/blog", "/blog/feed/"),
        ("/@alposs", "/@alposs.rss"),
        ("/tags/alposs", "/tags/alposs.rss"),
        ("/equipe/outil", "/equipe/outil/releases.atom"),
        ("/equipe/outil", "/equipe/outil/releases.rss"),
    ],
)
async def test_known_places(site, fetcher, feed, page, place):
    site.serve(page, "<html>Bienvenue</html>")
    site.serve(place, feed)
    (found,) = await discover(fetcher, site.url + page)
    assert found.url.removeprefix(site.url).partition("?")[0] == place


async def test_a_closed_page_may_have_an_open_feed(site, fetcher, feed):
    site.serve("/", "no", status=403)
    site.serve("/feed/", feed)
    (found,) = await discover(fetcher, site.url)
    assert found.url == site.url + "/feed/"


async def test_nothing_found_and_nobody_there(site, fetcher):
    site.serve("/", "<html></html>")
    assert await discover(fetcher, site.url) == ()
    assert len(site.asked) < 20
    with pytest.raises(Unreachable):
        await discover(fetcher, "http://no-such-host.invalid")


def test_s1_only_http_links():
    page = (
        b"<link rel=alternate type='application/rss+xml' href='javascript:x'><a href='file:///rss'>"
    )
    assert links(page, "https://a.example/") == []
    assert links(b"<base href='http://['><a href='/feed'>", "https://a.example/") == [
        "https://a.example/feed"
    ]


ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nX-WR-CALNAME:Agenda\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    b"SUMMARY:Install-party\r\nDTSTART:20260214T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("generator", "page", "place", "kind"),
    [
        ("WordPress 6.6", "/blog", "/feed/", "feed"),
        ("SPIP 4.2.3", "/", "/spip.php", "feed"),
        ("Drupal 10 (https://www.drupal.org)", "/", "/rss.xml", "feed"),
        ("TYPO3 CMS", "/", "/feed.xml", "feed"),
        ("Joomla! - Open Source Content Management", "/", "/", "feed"),
        ("PeerTube", "/c/mairie/videos", "/feeds/videos.xml", "feed"),
        ("PeerTube", "/about", "/feeds/videos.xml", "feed"),
        ("Mastodon", "/@mairie", "/@mairie.rss", "fediverse"),
        ("Mastodon", "/tags/alposs", "/tags/alposs.rss", "fediverse"),
        ("Mobilizon 5", "/@guilde", "/@guilde/feed/ics", "mobilizon"),
        ("Mobilizon 5", "/", "/feed/instance/ics", "mobilizon"),
        ("Forgejo", "/equipe/outil/issues", "/equipe/outil/releases.rss", "releases"),
        ("GitLab", "/equipe/sous/outil/-/issues", "/equipe/sous/outil/-/releases.atom", "releases"),
    ],
)
async def test_software_that_names_itself(site, fetcher, feed, generator, page, place, kind):
    html = f'<html><meta name="generator" content="{generator}"><p>Bienvenue</html>'
    posts = feed.replace(b"<title>Une nouvelle</title>", b"<description>Une nouvelle</description>")
    body = {"mobilizon": ICS, "fediverse": posts}.get(kind, feed)

    async def both(request):  # Joomla's feed has the path of the page itself
        plain = request.path == page and not request.query
        return web.Response(body=html.encode() if plain else body, content_type="text/html")

    site.pages[page] = site.pages[place] = both
    found = (await discover(fetcher, site.url + page, NOW))[0]
    assert found.kind == kind
    assert len(found.items) == 1
    assert place in [request.path for request in site.asked]
    assert len(site.asked) <= 5, "what is recognised is asked first"


async def test_a_pretalx_event_offers_its_schedule(site, fetcher, feed):
    site.serve("/alposs/", '<html><a href="https://pretalx.com">powered by pretalx</a></html>')
    site.serve("/alposs/schedule/export/schedule.ics", ICS)
    site.serve("/alposs/schedule/feed.xml", feed)
    found = await discover(fetcher, site.url + "/alposs/", NOW)
    assert [(one.kind, one.url.rpartition("/")[2]) for one in found] == [
        ("ical", "schedule.ics"),
        ("feed", "feed.xml"),
    ]


async def test_a_calendar_is_found_by_its_link(site, fetcher):
    site.serve("/", '<html><a href="/agenda.ics">S’abonner</a></html>')
    site.serve("/agenda.ics", ICS)
    (found,) = await discover(fetcher, site.url, NOW)
    assert (found.kind, found.title) == ("ical", "Agenda")
    assert found.items[0].title == "Install-party"


@pytest.mark.parametrize(
    ("url", "software"),
    [
        ("https://github.com/sig-echirolles/outil", "github"),
        ("https://framagit.org/a/b", "gitlab"),
        ("https://codeberg.org/a/b", "forgejo"),
        ("https://www.agendadulibre.org/", "agendadulibre"),
        ("https://pretalx.com/alposs-2026/", "pretalx"),
        ("https://notgithub.com/a/b", ""),
    ],
)
def test_hosts_that_are_known(url, software):
    assert recognise(url, b"") == software


async def test_p12_a_look_around_is_bounded_and_asks_nothing_twice(site, fetcher):
    site.serve("/", "".join(f'<a href="/{n}/rss.xml">x</a>' for n in range(200)))
    visit = Visit(fetcher)
    assert await discover(visit, site.url, NOW) == ()
    await visit.get(site.url)
    paths = [str(request.url) for request in site.asked]
    assert len(paths) == len(set(paths)) <= 24
    for number in range(30):
        with pytest.raises(SourceError):
            await visit.get(f"{site.url}/more{number}")
    assert len(site.asked) == 24

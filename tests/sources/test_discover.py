import pytest

from bot.errors import Unreachable
from bot.sources.discover import discover, links


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

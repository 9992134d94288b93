"""Accounts and hashtags: who speaks, what is a boost, what a picture says."""

import json
from datetime import UTC, datetime

import pytest

from bot.errors import Closed, Refused, Unreadable
from bot.sources.fediverse import Fediverse, parse

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def made(site, fetcher, path="/@guilde", **options):
    return Fediverse(
        "g", Fediverse.Options(kind="fediverse", name="G", url=site.url + path, **options), fetcher
    )


def post(id="1", **fields):
    return {
        "id": id,
        "url": f"https://m.example/@guilde/{id}",
        "content": "<p>Bonjour</p>",
        "visibility": "public",
        "created_at": "2026-01-30T10:00:00.000Z",
        "account": {"id": "7", "acct": "guilde", "display_name": "La Guilde"},
        **fields,
    }


def items(*posts):
    return parse(json.dumps(posts).encode())["items"]


RSS = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>La Guilde</title>
<item><guid isPermaLink="true">{url}/@guilde/1</guid><link>{url}/@guilde/1</link>
<pubDate>Fri, 30 Jan 2026 10:00:00 +0000</pubDate>
<description>&lt;p&gt;Bonjour &lt;a href="x"&gt;#AlpOSS&lt;/a&gt;&lt;/p&gt;</description>
<media:content url="https://m.example/a.png" type="image/png" medium="image">
<media:description type="plain">Une salle pleine</media:description></media:content></item>
<item><guid>{url}/@autre@ailleurs.example/2</guid><link>{url}/@autre@ailleurs.example/2</link>
<description>repris</description></item>
<item><title>New status by guilde</title><guid>{url}/@Guilde/3</guid><link>{url}/@Guilde/3</link>
<description>Trois</description></item>
</channel></rss>"""


async def test_r13_rss_without_titles_without_boosts_with_alt_texts(site, fetcher):
    site.serve("/@guilde.rss", RSS.format(url=site.url))
    reading = await made(site, fetcher).read({}, NOW)
    assert [item.guid for item in reading.items] == [
        site.url + "/@guilde/1",
        site.url + "/@Guilde/3",
    ]
    assert [item.title for item in reading.items] == [None, None]
    assert "#AlpOSS" in (reading.items[0].summary or reading.items[0].content)
    assert [media.alt for media in reading.items[0].media] == ["Une salle pleine"]
    assert len(site.asked) == 1


async def test_a_hashtag_shows_everybody(site, fetcher):
    site.serve("/tags/alposs.rss", RSS.format(url=site.url))
    reading = await made(site, fetcher, "/tags/alposs").read({}, NOW)
    assert len(reading.items) == 3


async def test_the_api_looks_an_account_up_once(site, fetcher):
    site.serve("/api/v1/accounts/lookup", json.dumps({"id": "7", "note": "<p>GUL</p>"}))
    site.serve("/api/v1/accounts/7/statuses", json.dumps([post()]), ETag='"a"')
    guilde = made(site, fetcher, api=True)
    first = await guilde.read({}, NOW)
    again = await guilde.read(first.state, NOW)
    assert ([item.guid for item in first.items], again.changed) == (
        ["https://m.example/@guilde/1"],
        False,
    )
    assert [request.path for request in site.asked] == [
        "/api/v1/accounts/lookup",
        "/api/v1/accounts/7/statuses",
        "/api/v1/accounts/7/statuses",
    ]
    assert site.asked[1].query["exclude_reblogs"] == "true"
    assert site.asked[2].headers["If-None-Match"] == '"a"'


async def test_a_hashtag_by_the_api(site, fetcher):
    site.serve("/api/v1/timelines/tag/AlpOSS", json.dumps([post()]))
    assert len((await made(site, fetcher, "/tags/AlpOSS", api=True).read({}, NOW)).items) == 1


def test_by_either_way_a_post_has_one_guid():
    assert items(post("1"))[0]["guid"] == "https://m.example/@guilde/1"


@pytest.mark.parametrize(
    "left_out",
    [
        {"reblog": post("2")},
        {"in_reply_to_account_id": "8"},
        {"visibility": "unlisted"},
        {"visibility": "private"},
        {
            "account": {
                "id": "7",
                "note": '<p>Moi. <a href="/tags/nobot">#<span>nobot</span></a></p>',
            }
        },
    ],
)
def test_what_the_author_does_not_tell_everybody_is_left_out(left_out):
    assert items(post(**left_out)) == []


def test_a_thread_of_ones_own_is_kept():
    assert len(items(post(in_reply_to_account_id="7"))) == 1


def test_warning_language_tags_and_alt_text():
    (item,) = items(
        post(
            spoiler_text="Politique <locale>",
            language="fr",
            tags=[{"name": "AlpOSS"}],
            media_attachments=[
                {"type": "image", "url": "https://m.example/a.png", "description": "La salle"}
            ],
        )
    )
    assert (item["title"], item["summary"]) == (None, "Politique &lt;locale&gt;")
    assert (item["language"], item["tags"], item["authors"]) == ("fr", ["AlpOSS"], ["La Guilde"])
    assert item["media"][0]["alt"] == "La salle"


async def test_an_account_that_wants_no_robots_is_not_read(site, fetcher):
    site.serve("/api/v1/accounts/lookup", json.dumps({"id": "7", "note": "#NoBot"}))
    with pytest.raises(Closed) as refusal:
        await made(site, fetcher, api=True).read({}, NOW)
    assert "#nobot" in refusal.value.say("fr")
    assert len(site.asked) == 1


@pytest.mark.parametrize(("api", "other"), [(True, "api = false"), (False, "api = true")])
async def test_a_closed_way_names_the_other(api, other, site, fetcher):
    with pytest.raises(Closed) as refusal:
        await made(site, fetcher, api=api).read({}, NOW)
    assert all(other in refusal.value.say(language) for language in ("fr", "en"))


async def test_p8_a_429_stays_a_429(site, fetcher):
    site.serve("/@guilde.rss", status=429, Retry_After="600")
    with pytest.raises(Refused) as refusal:
        await made(site, fetcher).read({}, NOW)
    assert refusal.value.retry_after.total_seconds() == 600


@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"error":"x"}', b"[" * 5000])
def test_r11_what_is_no_list_of_posts_is_said(body):
    with pytest.raises(Unreadable):
        parse(body)


@pytest.mark.parametrize("body", ['[1, null, {"content": 3, "tags": {}, "account": []}]', "[]"])
def test_r1_odd_posts_do_no_harm(body):
    assert len(parse(body.encode())["items"]) <= 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("@guilde@m.example", "https://m.example/@guilde"),
        ("guilde@m.example", "https://m.example/@guilde"),
        ("#AlpOSS@m.example", "https://m.example/tags/AlpOSS"),
        ("https://m.example/@guilde", "https://m.example/@guilde"),
    ],
)
def test_names_as_people_know_them(written, read):
    assert Fediverse.Options(kind="fediverse", name="x", url=written).url == read


@pytest.mark.parametrize("wrong", ["https://m.example/", "https://m.example/about", "guilde"])
def test_another_page_is_refused(wrong):
    with pytest.raises(ValueError):
        Fediverse.Options(kind="fediverse", name="x", url=wrong)

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Gone, Refused, SourceError, Unreadable
from bot.sources import apart
from bot.sources.document import from_json
from bot.sources.feed import Feed
from bot.sources.feedtext import parse
from bot.sources.jsonfeed import JsonFeed


@pytest.fixture
def feed(site, fetcher):
    def make(path="/feed", kind=Feed, **options):
        options = kind.Options(kind=kind.kind, name="Journal", url=site.url + path, **options)
        return kind("journal", options, fetcher)

    return make


@pytest.fixture
def titles():
    return lambda reading: [item.title for item in reading.items]


def items_of(body, content_type="", url="https://journal.example/feed"):
    return from_json(parse(body, content_type, url)).items


async def test_reads_what_a_feed_says(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un"), ("2", "Deux"), head="<language>fr-FR</language>"))
    reading = await feed().read({}, clock())
    assert [(i.guid, i.title, i.url) for i in reading.items] == [
        ("1", "Un", "https://journal.example/1"),
        ("2", "Deux", "https://journal.example/2"),
    ]
    assert (reading.changed, reading.title, reading.language) == (True, "Journal", "fr-FR")


@pytest.mark.parametrize("etag", ['W/"a"', "unquoted", '"a', '"a,b;c"', '"é"'])
@pytest.mark.parametrize("modified", ["Wed, 29 Oct 2025 10:00:00 GMT", "yesterday", "0"])
async def test_p2_validators_are_echoed_byte_for_byte(site, feed, clock, rss, etag, modified):
    site.serve("/feed", rss(("1", "Un")), ETag=etag, Last_Modified=modified)
    state = (await feed().read({}, clock())).state
    await feed().read(state, clock())
    first, second = site.asked
    assert "If-None-Match" not in first.headers
    assert "If-Modified-Since" not in first.headers
    assert second.headers["If-None-Match"] == etag
    assert second.headers["If-Modified-Since"] == modified


async def test_p2_a_200_without_a_validator_drops_it(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")), ETag='"a"', Last_Modified="x")
    state = (await feed().read({}, clock())).state
    site.serve("/feed", rss(("1", "Un"), ("2", "Deux")), ETag='"b"')
    state = (await feed().read(state, clock())).state
    assert state["etag"] == '"b"'
    assert "modified" not in state


async def test_p3_a_304_brings_new_validators(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")), ETag='"a"', Last_Modified="x")
    state = (await feed().read({}, clock())).state
    site.serve("/feed", status=304, ETag='"b"')
    reading = await feed().read(state, clock())
    assert not reading.changed
    await feed().read(reading.state, clock())
    assert site.asked[2].headers["If-None-Match"] == '"b"'
    assert site.asked[2].headers["If-Modified-Since"] == "x"


async def test_same_bytes_without_validators_are_not_parsed_again(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")))
    state = (await feed().read({}, clock())).state
    assert not (await feed().read(state, clock())).changed
    site.serve("/feed", rss(("2", "Deux")))
    assert (await feed().read(state, clock())).changed


async def test_another_address_starts_afresh(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")), ETag='"a"')
    site.serve("/other", rss(("1", "Un")))
    state = (await feed().read({}, clock())).state
    assert (await feed("/other").read(state, clock())).changed
    assert "If-None-Match" not in site.asked[1].headers


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        ("<!DOCTYPE html><html><form>Mot de passe</form></html>", "text/html", "page de connexion"),
        ("<html><body>Wifi de la gare</body></html>", "application/rss+xml", "page web"),
        ("", "application/rss+xml", "vide"),
        ("Bonjour", "text/plain", "pas un flux"),
        ('{"error": "no"}', "application/json", "pas un flux"),
    ],
)
async def test_p4_r11_what_is_no_feed_is_said_and_changes_nothing(
    site, feed, clock, rss, body, content_type, words
):
    site.serve("/feed", body, Content_Type=content_type, ETag='"login"')
    with pytest.raises(Unreadable) as error:
        await feed().read({"etag": '"a"'}, clock())
    assert words in error.value.say("fr")


async def test_r11_an_empty_feed_keeps_what_was_known(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")), ETag='"a"')
    state = (await feed().read({}, clock())).state
    site.serve("/feed", rss(), ETag='"b"')
    reading = await feed().read(state, clock())
    assert (reading.changed, reading.state) == (False, state)
    assert "vide" in reading.notices[0]["fr"]
    assert (await feed().read({}, clock())).notices == ()  # a feed that never had any is fine


async def test_p4_a_cut_off_feed_is_read_but_keeps_the_old_validators(site, feed, clock, rss):
    site.serve("/feed", rss(("1", "Un")), ETag='"a"')
    state = (await feed().read({}, clock())).state
    site.serve("/feed", rss(("1", "Un"), ("2", "Deux"), tail="<item><title>Tro"), ETag='"b"')
    reading = await feed().read(state, clock())
    assert [item.guid for item in reading.items][:2] == ["1", "2"]
    assert reading.state["etag"] == '"a"'
    assert "tronqué" in reading.notices[0]["fr"]


async def test_p11_gone(site, feed, clock):
    site.serve("/feed", status=410)
    with pytest.raises(Gone):
        await feed().read({}, clock())


async def test_p6_the_longest_wish_counts_also_after_a_304(site, feed, clock, rss):
    head = "<ttl>180</ttl>"
    site.serve("/feed", rss(("1", "Un"), head=head), Cache_Control="max-age=60", ETag='"a"')
    reading = await feed().read({}, clock())
    assert reading.wait == timedelta(hours=3)
    site.serve("/feed", status=304)
    assert (await feed().read(reading.state, clock())).wait == timedelta(hours=3)


async def test_p7_skipped_hours_are_waited_out(site, feed, clock, rss):
    hours = "".join(f"<hour>{hour}</hour>" for hour in (13, 14, 15))
    site.serve("/feed", rss(("1", "Un"), head=f"<skipHours>{hours}</skipHours>"))
    reading = await feed().read({}, clock())  # it is noon, the next read would be at one
    assert reading.wait == timedelta(hours=4)


async def test_p10_a_permanent_redirect_is_believed_after_three_polls_over_a_day(
    site, feed, clock, rss
):
    site.serve("/feed", status=301, Location="/new")
    site.serve("/new", rss(("1", "Un")))
    state, told = {}, []
    for _ in range(4):
        reading = await feed().read(state, clock())
        state, told = reading.state, [*told, *reading.notices]
        clock.on(hours=12)
    assert [asked.path for asked in site.asked] == ["/feed", "/new"] * 3 + ["/new"]
    assert len(told) == 1
    assert "/new" in told[0]["fr"]
    # it can be taken back: the new address fails, the configured one counts again
    site.serve("/feed", rss(("1", "Un"), ("2", "Deux")))
    del site.pages["/new"]
    reading = await feed().read(state, clock())
    assert len(reading.items) == 2
    assert "moved" not in reading.state


async def test_p10_a_redirect_that_changes_is_not_believed(site, feed, clock, rss):
    site.serve("/a", rss(("1", "Un")))
    site.serve("/b", rss(("1", "Un")))
    state = {}
    for target in ("/a", "/b", "/a", "/b", "/a"):
        site.serve("/feed", status=301, Location=target)
        state = (await feed().read(state, clock())).state
        clock.on(hours=24)
    assert not state["moved"].get("settled")


async def test_p10_no_feed_at_the_new_address_is_no_move(site, feed, clock):
    site.serve("/feed", status=301, Location="/new")
    site.serve("/new", "<html>Bienvenue</html>")
    with pytest.raises(Unreadable):
        await feed().read({}, clock())


async def test_p15_archive_pages_are_not_announced(site, feed, clock, rss):
    head = '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
    site.serve("/feed", rss(("1", "Un"), head=head))
    reading = await feed().read({}, clock())
    assert reading.items == ()
    assert "archives" in reading.notices[0]["fr"]


async def test_r1_a_large_feed_does_not_stall_the_loop(site, feed, clock, rss):
    site.serve("/feed", rss(*((str(n), f"Nouvelle {n}") for n in range(10_000))))
    lags = []

    async def watch():
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            lags.append(time.perf_counter() - began - 0.005)

    watcher = asyncio.ensure_future(watch())
    reading = await feed().read({}, clock())
    watcher.cancel()
    assert len(reading.items) == 10_000
    # what is left on the loop is taking 10,000 items over; the parser's seconds are not on it
    assert sorted(lags)[int(len(lags) * 0.95)] < 0.1


async def test_r1_a_parser_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.6)
    monkeypatch.setattr(apart, "_CHILD", "import time; time.sleep(600)")
    async with asyncio.timeout(60):
        with pytest.raises(Unreadable, match="too long"):
            await apart.run(parse, b"x" * apart.LARGE, "", "")


async def test_o1_a_parser_ends_with_the_bot(monkeypatch):
    monkeypatch.setattr(apart, "_CHILD", "import time; time.sleep(600)")
    waiting = [asyncio.ensure_future(apart.run(parse, b"x" * apart.LARGE)) for _ in range(4)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(60):
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_r1_a_parser_that_eats_memory_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 120)  # memory is what ends it, on a busy machine too
    body = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 20_000
    assert len((await apart.run(parse, body, "", ""))["items"]) == 20_000
    monkeypatch.setattr(apart, "MEMORY", 60 * 1024 * 1024)
    with pytest.raises(Unreadable):
        await apart.run(parse, body, "", "")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["", "text/xml", "text/html; charset=x", "\x00"]))
def test_r1_any_bytes(body, content_type):
    for given_body in (body, b"<rss version='2.0'><channel><item><title>" + body):
        try:
            apart.guarded(parse, given_body, (content_type, "https://journal.example/"))
        except Unreadable:
            continue


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_r1_a_feed_damaged_anywhere(data):
    body = bytearray(
        b"<?xml version='1.0'?><rss version='2.0'><channel><ttl>5</ttl><item><guid>1</guid>"
        b"<title><![CDATA[Un &amp; deux]]></title><pubDate>Wed, 29 Oct 2025 10:00:00 GMT</pubDate>"
        b"<enclosure url='a' length='9' type='b'/></item></channel></rss>"
    )
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    try:
        apart.guarded(parse, bytes(body), ("", "https://journal.example/"))
    except Unreadable:
        return


async def test_r4_entities_neither_explode_nor_fetch(site, feed, clock):
    bombs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    site.serve(
        "/feed",
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{bombs}<!ENTITY out SYSTEM "{site.url}/secret">'
        '<!ENTITY % more SYSTEM "file:///etc/passwd">%more;]>'
        '<rss version="2.0"><channel><item><guid>1</guid><title>a&l9;b&out;</title></item>'
        "</channel></rss>",
    )
    began = time.monotonic()
    reading = await feed().read({}, clock())
    assert time.monotonic() - began < 2
    assert len(reading.items[0].title) < 200
    assert "root:" not in str(reading.items)
    assert [asked.path for asked in site.asked] == ["/feed"]


@pytest.mark.parametrize(
    ("encoded", "content_type", "declared"),
    [
        ("utf-8", "text/xml; charset=utf-8", "utf-8"),
        ("utf-8", "application/rss+xml", "utf-8"),
        ("utf-8-sig", "application/rss+xml", "utf-8"),
        ("utf-16", "application/rss+xml", "utf-16"),
        ("iso-8859-1", "application/rss+xml", "iso-8859-1"),
        ("windows-1252", "application/rss+xml", "windows-1252"),
        ("iso-8859-1", "text/xml; charset=iso-8859-1", "utf-8"),  # the header wins
        ("utf-8", "application/rss+xml; charset=us-ascii", "utf-8"),  # lies
        ("windows-1252", "application/rss+xml; charset=utf-8", "utf-8"),  # both lie
        ("utf-8", "application/rss+xml; charset=no-such-thing", "utf-8"),
    ],
)
def test_r5_charsets_and_lies_among_them(encoded, content_type, declared):
    body = (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>'
        "<item><title>Échirolles reçoit</title></item></channel></rss>"
    ).encode(encoded)
    assert items_of(body, content_type)[0].title == "Échirolles reçoit"


def test_r12_addresses_resolve_as_xml_base_and_the_final_address_say():
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/b/">
    <entry xml:base="c/"><id>x</id><title>T</title><link href="d"/><content type="html">
    &lt;a href="e">e&lt;/a></content></entry></feed>"""
    (item,) = items_of(body)
    assert item.url == "https://a.example/b/c/d"
    assert item.base == "https://a.example/b/c/"
    (item,) = items_of(b"<rss version='2.0'><channel><item><link>/x</link></item></channel></rss>")
    assert item.url == "https://journal.example/x"


def test_r13_a_mastodon_item_has_no_title_but_alt_texts():
    (item,) = items_of(
        b"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item>
        <guid isPermaLink="true">https://m.example/@a/1</guid><link>https://m.example/@a/1</link>
        <description>&lt;p&gt;Bonjour&lt;/p&gt;</description>
        <media:content url="https://m.example/a.png" type="image/png" fileSize="123">
        <media:description type="plain">Une photo</media:description></media:content>
        <category>alposs</category></item></channel></rss>"""
    )
    assert (item.title, item.summary, item.content) == (None, "<p>Bonjour</p>", None)
    (media,) = item.media
    assert (media.url, media.type, media.alt, media.length) == (
        "https://m.example/a.png",
        "image/png",
        "Une photo",
        123,
    )
    assert item.tags == ("alposs",)


PODCAST = b"""<?xml version="1.0"?><rss version="2.0"
    xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
    <channel><title>Balado</title><dc:language>fr</dc:language>%s</channel></rss>"""


def test_a_podcast_says_what_it_has_in_its_own_fields():
    (item,) = items_of(
        PODCAST
        % b"""<item><itunes:title>Le libre &#224; la mairie</itunes:title><guid>e2</guid>
        <itunes:subtitle>Entretien</itunes:subtitle><itunes:author>Ana</itunes:author>
        <itunes:keywords>libre, isere</itunes:keywords>
        <itunes:image href="https://p.example/cover.jpg"/>
        <enclosure url="https://p.example/2.mp3" length="" type="audio/mpeg"/>
        <enclosure url="https://p.example/2.ogg" length="77" type="audio/ogg"/></item>"""
    )
    assert (item.title, item.summary) == ("Le libre à la mairie", "Entretien")
    assert (item.authors, item.tags, item.language) == (("Ana",), ("libre", "isere"), "fr")
    assert [(one.url.rpartition("/")[2], one.type, one.length) for one in item.media] == [
        ("2.mp3", "audio/mpeg", None),
        ("2.ogg", "audio/ogg", 77),
        ("cover.jpg", "image/*", None),
    ]


def test_dublin_core_alone_is_enough():
    (item,) = items_of(
        PODCAST
        % b"""<item><dc:title>Titre</dc:title><dc:creator>Zo&#233;</dc:creator>
        <dc:subject>logiciel libre</dc:subject><dc:date>2025-10-29T12:00:00+02:00</dc:date>
        <dc:description>Texte</dc:description><dc:language>en</dc:language></item>"""
    )
    assert (item.title, item.summary, item.authors) == ("Titre", "Texte", ("Zoé",))
    assert (item.tags, item.language) == (("logiciel libre",), "en")
    assert item.published.isoformat() == "2025-10-29T10:00:00+00:00"


def test_rdf_of_rss_1_0_is_read_with_its_modules():
    (item,) = items_of(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://a.example"><title>R</title></channel>
        <item rdf:about="https://a.example/1"><title>Un</title><link>https://a.example/1</link>
        <dc:creator>Z</dc:creator><dc:date>2025-10-29</dc:date></item></rdf:RDF>"""
    )
    assert (item.guid, item.url) == ("https://a.example/1", "https://a.example/1")
    assert (item.title, item.authors) == ("Un", ("Z",))


def test_each_picture_keeps_its_own_words():
    both = b"""<item><guid>1</guid><description>x</description>
        <media:content url="https://m.example/a.png" type="image/png">%s</media:content>
        <media:content url="https://m.example/b.png" type="image/png">
        <media:description type="plain">La salle</media:description></media:content></item>"""
    said = b'<media:description type="plain">Le prix</media:description>'
    (item,) = items_of(PODCAST % (both % said))
    assert [one.alt for one in item.media] == ["Le prix", "La salle"]
    (item,) = items_of(PODCAST % (both % b""))
    assert [one.alt for one in item.media] == ["", "La salle"], "none of another's"


def test_a_video_has_its_preview_picture():
    (item,) = items_of(
        PODCAST
        % b"""<item><guid>1</guid><title>Rediffusion</title><media:group>
        <media:content url="https://m.example/v.mp4" type="video/mp4" fileSize="9"/>
        <media:thumbnail url="https://m.example/t.jpg"/></media:group></item>"""
    )
    assert [(one.type, one.length) for one in item.media] == [("video/mp4", 9), ("image/*", None)]


def test_dates_are_aware_and_utc():
    body = b"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
    <item><title>a</title><pubDate>Wed, 29 Oct 2025 11:00:00 +0100</pubDate></item>
    <item><title>b</title><dc:date>2025-10-29T12:00:00+02:00</dc:date></item>
    <item><title>c</title><pubDate>bientot</pubDate></item></channel></rss>"""
    moment = datetime(2025, 10, 29, 10, tzinfo=UTC)
    assert [item.published for item in items_of(body)] == [moment, moment, None]


def test_description_with_unusual_tags_stays_html():
    body = (
        b"<rss version='2.0'><channel><item><description>&lt;p&gt;Un&lt;/p&gt;"
        b"&lt;my-player&gt;&lt;/my-player&gt;</description></item></channel></rss>"
    )
    assert items_of(body)[0].summary == "<p>Un</p><my-player></my-player>"


JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Journal", "language": "fr",
"items": [{"id": 7, "url": "https://journal.example/7", "title": "C<T> & D", "content_text":
"Un\\ndeux", "date_published": "2025-10-29T11:00:00+01:00", "authors": [{"name": "A"}], "tags":
["x", 3], "image": "https://journal.example/i.png"}, "nothing", {"id": "8", "content_html":
"<p>Huit</p>"}]}"""


async def test_json_feed(site, feed, clock):
    site.serve("/feed", JSON, ETag='"a"')
    reading = await feed(kind=JsonFeed).read({}, clock())
    seven, eight = reading.items
    assert (seven.guid, seven.title, seven.content) == ("7", "C&lt;T&gt; &amp; D", "Un\ndeux")
    assert seven.published == datetime(2025, 10, 29, 10, tzinfo=UTC)
    assert (seven.authors, seven.tags) == (("A",), ("x",))
    assert eight.content == "<p>Huit</p>"
    site.serve("/feed", status=304)
    assert not (await feed(kind=JsonFeed).read(reading.state, clock())).changed
    assert site.asked[1].headers["If-None-Match"] == '"a"'
    site.serve("/feed", '{"items": []}')
    assert (await feed(kind=JsonFeed).read(reading.state, clock())).notices
    for bad in ("[]", '{"items": 3}', "<rss/>", "[" * 5000):
        site.serve("/feed", bad)
        with pytest.raises(Unreadable):
            await feed(kind=JsonFeed).read({}, clock())


async def test_p8_a_busy_server_says_when(site, feed, clock):
    site.serve("/feed", status=503, Retry_After="3600")
    with pytest.raises(Refused) as refusal:
        await feed().read({}, clock())
    assert refusal.value.retry_after == timedelta(hours=1)


async def test_r1_a_server_that_says_anything(raw, feed, fetcher, clock):
    answers = [b"", b"\x00" * 99, b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe<", b"HTTP/1.1 999 ?\r\n\r\n"]
    for answer in answers:

        async def say(reader, writer, answer=answer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()

        options = Feed.Options(kind="feed", name="Journal", url=await raw(say))
        with pytest.raises(SourceError):
            await Feed("journal", options, fetcher).read({}, clock())


async def test_a_moved_permanently_page_with_a_body_is_not_read(site, fetcher):
    async def moved(request):
        return web.Response(status=301, headers={"Location": "/new"}, body=b"x" * 2_000_000)

    site.pages["/feed"] = moved
    site.serve("/new", b"ok")
    assert (await fetcher.get(site.url + "/feed")).body == b"ok"

"""What quick.py reads, it reads exactly as feedparser does; what it does not know, it leaves to it."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import Unreadable
from bot.sources import feedtext

URL = "https://journal.example/feed.xml"
TYPES = (
    "",
    "application/rss+xml",
    "application/rss+xml; charset=UTF-8",
    "application/octet-stream; charset=utf-8",
    'text/xml; charset="utf-8"',
    "text/xml",
    "text/html",
    "text/xml; charset=iso-8859-1",
    "application/xml; charset=utf-8; q=1",
)
NAMES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/commentAPI/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
}
SPACES = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMES.items())
WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	{SPACES}
	>

<channel>
	<title>Ville d’Échirolles</title>
	<atom:link href="https://ville.example/feed/" rel="self" type="application/rss+xml" />
	<link>https://ville.example</link>
	<description>Site officiel</description>
	<lastBuildDate>Mon, 12 Jan 2026 09:00:00 +0000</lastBuildDate>
	<language>fr-FR</language>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
	<sy:updateFrequency>
	1	</sy:updateFrequency>
	<generator>https://wordpress.org/?v=6.7</generator>
<image>
	<url>https://ville.example/logo.png</url>
	<title>Logo</title>
	<link>https://ville.example</link>
	<width>32</width>
	<height>32</height>
</image>
	<item>
		<title>Le label « Territoire Numérique Libre » &#8211; niveau&#160;5</title>
		<link>https://ville.example/label/?a=1</link>
					<comments>https://ville.example/label/#respond</comments>
		<dc:creator><![CDATA[Mairie]]></dc:creator>
		<pubDate>Sun, 11 Jan 2026 08:00:00 +0000</pubDate>
				<category><![CDATA[Numérique]]></category>
		<category><![CDATA[Actualités]]></category>
		<category>Numérique</category>
		<guid isPermaLink="false">https://ville.example/?p=12</guid>
		<description><![CDATA[<p>L’ADULLACT a remis le label.</p>]]></description>
		<content:encoded><![CDATA[<p>L’ADULLACT a remis</p><!-- a --> <p>le label &amp; cœur.</p>]]></content:encoded>
		<wfw:commentRss>https://ville.example/label/feed/</wfw:commentRss>
		<slash:comments>0</slash:comments>
		<enclosure url="https://ville.example/a.MP3" length="12" type="AUDIO/mpeg" />
	</item>
	<item><guid>https://ville.example/seul</guid><content:encoded>Texte seul</content:encoded>
		<dc:date>2026-01-10T08:00:00+01:00</dc:date><dc:language>en</dc:language></item>
</channel>
</rss>
"""


def both(document, content_type=""):
    """What quick.py finds, and what feedparser does."""
    body = document if isinstance(document, bytes) else document.encode()
    return feedtext.quickly(body, content_type, URL), feedtext.thoroughly(body, content_type, URL)


def agree(document, content_type=""):
    """Is it read quickly? Then as feedparser reads it."""
    body = document if isinstance(document, bytes) else document.encode()
    found = feedtext.quickly(body, content_type, URL)
    if found is not None:
        assert found == feedtext.thoroughly(body, content_type, URL)
    return found is not None


def test_a_plain_feed_is_read_quickly_and_as_feedparser_reads_it():
    quick, thorough = both(WORDPRESS, "application/rss+xml; charset=UTF-8")
    assert quick == thorough
    assert quick["title"] == "Ville d’Échirolles"
    first, second = quick["items"]
    assert first["tags"] == ["Numérique", "Actualités"]
    assert first["media"][0]["type"] == "audio/mpeg"
    assert second["url"] == "https://ville.example/seul"
    assert second["summary"] == second["content"] == "Texte seul"


#: each is looked at by feedparser: it does something with it that quick.py does not
TRAPS = {
    "an attribute": ("<title>", '<title type="html">'),
    "another language": ("<channel>", '<channel xml:lang="en">'),
    "a base": ('<rss version="2.0"', '<rss version="2.0" xml:base="https://b.example/"'),
    "a name of its own": ('<rss version="2.0"', '<rss xmlns="http://purl.org/rss/1.0/"'),
    "a borrowed prefix": (NAMES["content"], NAMES["media"]),
    "a declaration inside": ("<item>", '<item xmlns:x="urn:x">'),
    "another element": ("<slash:comments>0</slash:comments>", '<media:content url="a.png"/>'),
    "another channel": ("</channel>", "</channel><channel></channel>"),
    "a title twice": ("<link>https://ville.example/label", "<title>Autre</title><link>/label"),
    "two authors": ("<dc:creator>", "<author>Autre</author><dc:creator>"),
    "an address of a person": ("Mairie]]", "mairie@ville.example (Mairie)]]"),
    "markup in a title": ("Le label «", "Le &lt;b&gt;label&lt;/b&gt; «"),
    "markup in a text": ("Texte seul", "Texte <b>seul</b>"),
    "an entity in a title": ("Le label «", "Le &amp;eacute;label «"),
    "an odd address": ("https://ville.example/label/?a=1", "https:///ville.example/label"),
    "an odd guid": ("<guid>https://ville.example", "<guid>https:///ville.example"),
    "an entity in an address": ("/label/?a=1", "/label/?a=1&amp;copy;=2"),
    "windows-1252": ("Mairie]]", "Mairie\x92]]"),
    "a category's domain": ("<category>", '<category domain="a">'),
    "a doctype": ("<rss ", "<!DOCTYPE rss><rss "),
    "a comment before": ("<rss ", "<!-- <a --><rss "),
    "an instruction": ("<item>", "<?php echo 1 ?><item>"),
    "an instruction in a text": ("<p>le label", '<?x encoding="utf-16"?><p>le label'),
    "another encoding": ("UTF-8", "windows-1252"),
    "an unknown entity": ("Texte seul", "Texte&nbsp;seul"),
    "no end": ("</rss>", ""),
    "too early an end": ("</channel>\n</rss>", ""),
}


@pytest.mark.parametrize("name", TRAPS)
def test_whatever_is_not_listed_is_left_to_feedparser(name):
    old, new = TRAPS[name]
    assert old in WORDPRESS
    assert feedtext.quickly(WORDPRESS.replace(old, new, 1).encode(), "", URL) is None


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("start", ['<?xml version="1.0" encoding="utf-8"?>\n', "", "\ufeff"])
@pytest.mark.parametrize("words", ["plain", "déjà", "dÃ©jÃ\xa0", "d\xe9j\xe0 \xc3\xa9"])
def test_encodings_are_as_feedparser_understands_them(content_type, start, words):
    document = f"{start}<rss><channel><item><title>{words}</title></item></channel></rss>"
    agree(document, content_type)
    agree(document.encode("latin-1", "replace"), content_type)


texts = st.sampled_from(
    [
        "", " ", "Le conseil", " déjà \n vu ", "R&amp;D", "a &lt; b", "a;b&amp;c", "&amp;#233;t&amp;#233;",
        "&lt;p&gt;Un&lt;/p&gt;", "<![CDATA[<p>Un & deux</p>]]>", "<![CDATA[a]]><![CDATA[]]>b",
        "a<!-- c -->b", "Ã©tÃ©", "été\u2019s", "\u2028x", "https://a.example/1", "/relatif", "http:///a",
        "Sun, 11 Jan 2026 08:00:00 +0000", "2026-01-10", "hier", "10 janvier 2026", "\u0085", "fr",
        "nom@a.example (Nom)", "0", "&#x1F600;", "true",
    ]
)  # fmt: skip
attributes = st.sampled_from(
    ["", "", "", "", ' isPermaLink="false"', ' isPermaLink="true"', ' isPermaLink="TRUE"',
     ' url="/a.PNG" type="IMAGE/png" length="x"', ' url="b.mp3"', ' href="https://a.example/"',
     ' rel="self" href="/f"', ' domain="d"', ' type="text"', ' xml:lang="en"', ' lang="de"']
)  # fmt: skip
names = st.sampled_from(
    ["title", "link", "guid", "description", "content:encoded", "pubDate", "dc:date", "author",
     "dc:creator", "category", "dc:subject", "dc:language", "enclosure", "comments",
     "slash:comments", "wfw:commentRss", "dc:format", "dc:identifier"]
)  # fmt: skip
odd = st.sampled_from(
    ["media:content", "source", "dc:title", "summary", "PubDate", "image", "atom:link", "itunes"]
)
elements = st.builds(
    lambda name, more, text: f"<{name}{more}>{text}</{name}>",
    st.one_of(names, names, names, names, odd),
    attributes,
    texts,
)
items = st.builds(
    lambda parts, text: f"<item>{text}{''.join(parts)}</item>",
    st.lists(elements, max_size=7, unique_by=lambda one: one.split(">")[0].split(" ")[0]),
    st.sampled_from(["", "\n", "words"]),
)
heads = st.lists(
    st.builds(
        lambda name, more, text: f"<{name}{more}>{text}</{name}>",
        st.sampled_from(
            ["title", "link", "description", "language", "dc:language", "lastBuildDate", "pubDate",
             "generator", "ttl", "docs", "copyright", "managingEditor", "webMaster", "category",
             "atom:link", "sy:updatePeriod", "cloud", "textInput", "dc:date"]
        ),
        st.sampled_from(["", "", "", "", ' href="/f"', ' xml:lang="en"']),
        texts,
    )
    | st.just("<image><url>u</url><title>I</title><link>l</link></image>"),
    max_size=6,
)  # fmt: skip


@given(
    head=heads,
    entries=st.lists(items, max_size=3),
    tail=heads,
    content_type=st.sampled_from(TYPES),
    start=st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>']),
)
@example([], ["<item><guid>g</guid></item>"], [], "", "")
@example([], ["<item><content:encoded>c</content:encoded><description/></item>"], [], "", "")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_generated_feeds_are_read_as_feedparser_reads_them(
    head, entries, tail, content_type, start
):
    document = (
        f'{start}<rss version="2.0" {SPACES}><channel>{"".join(head)}{"".join(entries)}'
        f"{''.join(tail)}</channel></rss>"
    )
    try:
        agree(document, content_type)
    except Unreadable:
        pytest.fail("feedparser cannot read what was read quickly")

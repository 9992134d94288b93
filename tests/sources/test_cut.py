import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.settings import FetchSettings
from bot.entries.changes import changes
from bot.entries.clean import clean, once
from bot.entries.entry import Publisher
from bot.sources import cut
from bot.sources.conditional import Answer
from bot.sources.feed import Feed
from bot.sources.feedtext import parse
from bot.sources.fetch import Fetched, Fetcher
from bot.steps import intake

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Journal</title>'
    "<lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>"
)
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">'
    "<title>Journal</title><updated>{built}</updated>{items}</feed>"
)


def item(guid, title, more="", comments=0):
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://journal.example/{guid}</link>"
        f"<slash:comments>{comments}</slash:comments>{more}</item>\n"
    )


def entry(guid, title, more="", comments=0):
    return f"<entry><id>{guid}</id><title>{title}</title>{more}</entry>\n"


def rss(*items, built="1"):
    return RSS.format(items="".join(items), built=built).encode()


def entries_of(items):
    who = Publisher("journal", "Journal", "press", None, None)
    return once(clean(one, who, now=NOW, language="fr", base=None) for one in items)


class Reader:
    """Reads documents one after the other as the pipeline does, cutting or not."""

    def __init__(self, *, cutting):
        self.cutting = cutting
        self.state = {}
        self.known = {}
        self.parsed = 0
        options = Feed.Options(kind="feed", name="Journal", url="https://journal.example/feed")
        fetcher = Fetcher(FetchSettings(), "test", lambda: NOW)
        self.feed = Feed("journal", options, fetcher)

    def _read(self, body, content_type):
        from bot.sources import feed as module

        fetched = Fetched(200, "https://journal.example/feed", {"Content-Type": content_type}, body)
        answer = Answer(fetched, dict(self.state), None)

        async def ask(*_):
            return answer

        kept, module.conditional.ask = module.conditional.ask, ask
        try:
            return asyncio.run(self.feed.read(self.state, NOW))
        finally:
            module.conditional.ask = kept

    def read(self, body, content_type="application/rss+xml"):
        """(new, edited): ids and words; and what is known afterwards."""
        if not self.cutting:
            self.state = {k: v for k, v in self.state.items() if k != "marks"}
        reading = self._read(body, content_type)
        read = self._clean(reading)
        if reading.whole and intake.doubtful(read):
            reading = asyncio.run(reading.whole())
            read = self._clean(reading)
        self.parsed = len(reading.items)
        fresh = changes(read.entries, read.known)
        present = {e.id for e in (*fresh.new, *fresh.edited, *fresh.known)}
        marks = {mark: id for mark, id in read.marks.items() if id in present or not id}
        self.state = cut.remember(reading.state, marks)
        for one in (*fresh.new, *fresh.edited):
            self.known[one.id] = one.fingerprint
            self.known |= {name: one.id for name in one.alternates if name not in self.known}
        words = lambda ones: [(e.id, e.title, e.summary, e.content, e.url, e.links) for e in ones]
        return words(fresh.new), words(fresh.edited), fresh.renamed

    def _clean(self, reading):
        entries, marks = intake.entries_of(self.feed, reading, NOW)
        return intake.Read(entries, marks, self.known, frozenset(reading.known))


WORDS = st.text("ab é&<>]-!", max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
EXTRA = st.sampled_from(
    [
        "",
        "<description><![CDATA[<p>Un</p>]]></description>",
        "<description><![CDATA[</item><item>]]></description>",
        "<description><![CDATA[</entry><entry> <!-- ]]></description>",
        "<!-- </item> -->",
        "<!-- <item> <![CDATA[ -->",
        "<description>un &eacute; deux</description>",
        "<description>un & deux <b></description>",
        '<x:y xmlns:x="urn:x">1</x:y>',
        '<description xml:base="https://other.example/">&lt;a href="x"&gt;x&lt;/a&gt;</description>',
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>',
        "<pubDate>Sun, 01 Feb 2026 10:00:00 GMT</pubDate>",
        "<source><title>Autre</title></source>",
        "<items/>",
        "<title>Encore</title>",
        "<?php x ?>",
    ]
)
ENTRIES = st.lists(
    st.tuples(st.integers(0, 7), WORDS, EXTRA, st.integers(0, 2)), min_size=1, max_size=6
)


SEEN_BEFORE = st.lists(ENTRIES, min_size=1, max_size=2).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=2, max_size=6)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reads=st.lists(ENTRIES, min_size=2, max_size=4) | SEEN_BEFORE, atom=st.booleans())
def test_cut_or_whole_the_same_entries_are_new_and_edited(reads, atom):
    cutting, whole = Reader(cutting=True), Reader(cutting=False)
    for number, entries in enumerate(reads):
        make = entry if atom else item
        body = "".join(make(guid, title, more, n) for guid, title, more, n in entries)
        document = (ATOM if atom else RSS).format(items=body, built=number).encode()
        assert cutting.read(document) == whole.read(document)


COUNTED = st.sampled_from(
    [
        "<slash:comments>{n}</slash:comments>",
        "<description><![CDATA[un]<slash:comments>{n}</slash:comments>]> deux]]></description>",
        "<title>un ]<slash:comments>{n}</slash:comments>]> deux</title>",
        "<title><<slash:comments>{n}</slash:comments>![CDATA[ deux]]></title>",
        "<description><![CDATA[ <slash:comments>{n}</slash:comments> ]]></description>",
        "<media:statistics views='{n}'/>",
        "<item<slash:comments>{n}</slash:comments>>",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    entries=st.lists(st.tuples(WORDS, EXTRA, COUNTED), min_size=1, max_size=3),
    counts=st.tuples(st.sampled_from(["", "1", "27"]), st.sampled_from(["", "1", "27"])),
    emptied=st.booleans(),
)
def test_what_is_known_is_found_as_what_is_not(entries, counts, emptied):
    counter = "<slash:comments>{n}</slash:comments>"
    bodies = [
        rss(
            *(
                item(str(guid), title, more + counted.format(n=count))
                for guid, (title, more, counted) in enumerate(entries)
            ),
            built=count,
        )
        for count in counts
    ]
    if emptied:  # the same without any counter
        bodies[1] = bodies[1].replace(counter.format(n=counts[1]).encode(), b"")
    before = cut.scan(bodies[0], "")
    known = before.marks if before else ()
    assert cut.scan(bodies[1], "", known) == cut.scan(bodies[1], "")
    assert cut.scan(bodies[0], "", known) == before


def test_known_entries_are_not_parsed_again():
    reader = Reader(cutting=True)
    old = [item(str(n), f"Titre {n}", "<description>Un</description>") for n in range(20)]
    assert len(reader.read(rss(*old))[0]) == 20
    new, edited, _ = reader.read(rss(item("20", "Neuf"), *old, built="2"))
    assert ([words[1] for words in new], edited, reader.parsed) == (["Neuf"], [], 1)
    assert reader.read(rss(item("20", "Neuf"), *old, built="3")) == ([], [], False)
    assert reader.parsed == 0


def test_counters_of_comments_are_nothing_new():
    reader = Reader(cutting=True)
    reader.read(rss(*(item(str(n), f"Titre {n}") for n in range(5))))
    reader.read(rss(*(item(str(n), f"Titre {n}", comments=n) for n in range(5))))
    assert reader.parsed == 0


def test_an_edited_entry_is_parsed_and_told():
    reader = Reader(cutting=True)
    reader.read(rss(item("1", "Un"), item("2", "Deux")))
    new, edited, _ = reader.read(rss(item("1", "Un, corrigé"), item("2", "Deux")))
    assert ([words[1] for words in edited], new, reader.parsed) == (["Un, corrigé"], [], 1)


def test_r7_a_new_guid_for_a_known_page_is_judged_with_all_the_others():
    reader = Reader(cutting=True)
    reader.read(rss(item("1", "Un"), item("2", "Deux")))
    moved = item("1", "Un").replace("'>1<", "'>one<")
    new, _, _ = reader.read(rss(moved, item("2", "Deux")))
    assert (new, reader.parsed) == ([], 2)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss(item("1", "é")).replace(b"UTF-8", b"iso-8859-1"), ""),
        (rss(item("1", "Un")), "application/rss+xml; charset=windows-1252"),
        (rss(item("1", "Un")).decode().encode("utf-16"), ""),
        (rss(item("1", "é")).replace("é".encode(), b"\xe9"), ""),
        (rss(item("1", "Un")).replace(b"<rss", b"<!DOCTYPE rss><rss"), ""),
        (rss(item("1", "Un", '<x:y xmlns:x="urn:x"/>')), ""),
        (rss(item("1", "Un", "<item>Deux</item>")), ""),
        (rss(item("1", "Un", "<description><![CDATA[x</description>")), ""),
        (rss(item("1", "Un"), "autre chose", item("2", "Deux")), ""),
        (rss(item("1", "Un"), item("1", "Un")), ""),
        (rss(item("1", "Un"))[:-30], ""),
        (rss(), ""),
        (b"<html><item>1</item></html>", ""),
        (b"", ""),
    ],
)
def test_where_it_is_not_certain_nothing_is_cut(body, content_type):
    assert cut.scan(body, content_type) is None


def test_another_root_or_type_makes_every_entry_unknown():
    one = rss(item("1", "Un"))
    marks = {cut.scan(body, kind).marks for body, kind in (
        (one, ""), (one, "text/xml"), (one.replace(b"<rss ", b'<rss xmlns:z="urn:z" '), ""),
    )}  # fmt: skip
    assert len(marks) == 3


@given(
    st.dictionaries(
        st.binary(min_size=8, max_size=8).map(bytes.hex),
        st.binary(min_size=10, max_size=10).filter(any).map(bytes.hex) | st.just(""),
    )
)
def test_what_is_packed_comes_back(known):
    assert cut.unpack(cut.pack(known)) == known


@given(st.text(max_size=60))
def test_a_damaged_memory_knows_nothing_and_breaks_nothing(text):
    assert isinstance(cut.unpack(text), dict)


@given(st.binary(max_size=400), st.sampled_from(["", "text/xml", "x; charset=?"]))
def test_r1_any_bytes_are_scanned(body, content_type):
    cut.scan(
        b"<rss version='2.0'><channel>" + body + b"<item>1</item></channel></rss>", content_type
    )
    cut.scan(body, content_type)


async def test_r6_an_unchanged_feed_says_once_a_month_what_it_shows(site, fetcher, clock):
    options = Feed.Options(kind="feed", name="Journal", url=site.url + "/feed")
    feed = Feed("journal", options, fetcher)
    site.serve("/feed", rss(item("1", "Un")), ETag='"a"', Content_Type="application/rss+xml")
    reading = await feed.read({}, clock())
    state = cut.remember(reading.state, {reading.items[0].mark: "journal/" + "ab" * 10})
    site.serve("/feed", status=304, ETag='"a"')
    reading = await feed.read(state, clock())
    assert reading.known == ("journal/" + "ab" * 10,)
    assert (await feed.read(reading.state, clock())).known == ()
    assert (await feed.read(reading.state, clock() + timedelta(days=31))).known == reading.known


def test_parse_says_what_is_well_formed():
    assert parse(rss(item("1", "Un")), "text/xml", "")["sound"]
    assert not parse(rss(item("1", "Un & deux")), "text/xml", "")["sound"]


def test_where_only_the_header_changed_no_entry_is_looked_into(monkeypatch):
    reader, whole = Reader(cutting=True), Reader(cutting=False)
    one, two = item(1, "Un"), item(2, "Deux", "<description>2</description>")
    looked, scan = [], cut.scan

    def counted(*given):
        looked.append(given)
        return scan(*given)

    monkeypatch.setattr(cut, "scan", counted)
    first = rss(one, two, built=1)
    assert len(reader.read(first)[0]) == 2
    looked.clear()
    for number in range(2, 5):
        assert reader.read(rss(one, two, built=number)) == ([], [], False)
    assert looked == []
    for changed in (
        rss(one, two, built=5).replace(b"</channel>", b"<!-- x --></channel>"),
        rss(two, one, built=6),
        rss(one, two.replace("Deux", "Trois"), built=7),
        rss(one, built=8),
        rss(item(3, "Quatre"), one, built=9),
        rss(item(3, "Quatre"), one, built=9).replace(b"<channel>", b"<channel><item/>"),
    ):
        before = len(looked)
        whole.known, whole.state = dict(reader.known), {}
        assert reader.read(changed)[:2] == whole.read(changed)[:2]
        assert len(looked) > before + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"charset=utf-8", b"charset=latin-1"),
        (b'<rss version="2.0" ', b'<rss version="2.0" xml:base="https://other.example/" '),
        (b"<channel>", b"<channel><?x y?>"),
        (b"</channel>", b"</channel><!-- x -->"),
        (b"</channel>", b"<item/></channel>"),
    ],
)
def test_what_surrounds_the_entries_changes_their_shape(one, other):
    body, kind = rss(item(1, "Un"), item(2, "Deux")), "application/rss+xml; charset=utf-8"
    before = cut.shape(body, kind)
    assert before
    assert before == cut.shape(body.replace(b"Journal", b"Autre"), kind)
    found = cut.shape(body.replace(one, other), kind.replace(one.decode(), other.decode()))
    assert (body, kind) != (body.replace(one, other), kind.replace(one.decode(), other.decode()))
    assert found != before

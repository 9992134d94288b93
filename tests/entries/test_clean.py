from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entries.clean import clean, once
from bot.entries.entry import Publisher
from bot.sources.source import Item, Media

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_r6_identity_is_guid_else_link_else_content(cleaned):
    by_guid = cleaned(guid="g", url="https://a.example/1", title="Un")
    assert cleaned(guid="g", url="https://a.example/2", title="Deux").id == by_guid.id
    by_link = cleaned(url="https://a.example/1?utm_source=x", title="Un")
    assert cleaned(url="https://a.example/1", title="Deux").id == by_link.id
    assert by_link.id != by_guid.id
    by_words = cleaned(title="Un", summary="<p>Texte</p>")
    assert cleaned(title="Un", summary="Texte").id == by_words.id
    assert cleaned(title="Un", summary="Autre").id != by_words.id


def test_r6_identity_is_scoped_to_its_source(cleaned):
    assert cleaned(guid="g", title="Un").id != cleaned("other", guid="g", title="Un").id
    assert cleaned("other", guid="g", title="Un").id.startswith("other/")


def test_r6_twice_in_one_feed_is_once(cleaned):
    first = cleaned(guid="1", url="https://a.example/x", title="Un")
    again = cleaned(guid="1", url="https://a.example/x", title="Un !")
    other_guid = cleaned(guid="2", url="https://a.example/x", title="Un")
    other_page = cleaned(guid="3", url="https://a.example/y", title="Un")
    assert once([first, None, again, other_guid, other_page]) == (first, other_page)


def test_nothing_to_read_is_no_entry(cleaned):
    assert cleaned(guid="1", url="https://a.example/x") is None
    assert cleaned(title=" ", summary="<img src=x>") is None


@pytest.mark.parametrize(
    ("given_date", "kept"),
    [
        (None, NOW),
        (datetime(2025, 10, 29, 11, tzinfo=timezone(timedelta(hours=1))), None),
        (datetime(2036, 1, 1, tzinfo=UTC), NOW),
        (NOW + timedelta(days=2), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
        (datetime(1, 1, 1, tzinfo=UTC), NOW),
        (datetime(2025, 10, 29, 10), None),
    ],
)
def test_r9_dates(cleaned, given_date, kept):
    entry = cleaned(title="Un", published=given_date)
    assert entry.published == (kept or datetime(2025, 10, 29, 10, tzinfo=UTC))
    assert entry.published.tzinfo is UTC


def test_r9_a_false_date_leaves_the_other_one(cleaned):
    updated = datetime(2026, 1, 5, tzinfo=UTC)
    entry = cleaned(title="Un", published=datetime(1970, 1, 1, tzinfo=UTC), updated=updated)
    assert entry.published == updated


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [(None, "fr", "fr"), ("en-GB", "fr", "en"), ("", "fr_FR", "fr"), ("??", "de", "de")],
)
def test_language_said(cleaned, own, whole, expected):
    assert cleaned(title="AlpOSS 2026", language=whole).language == whole[:2]
    item = Item(title="AlpOSS 2026", language=own)
    found = clean(item, Publisher("s", "S"), now=NOW, language=whole, base=None)
    assert found.language == expected


def test_language_seen_where_a_source_mixes(cleaned):
    english = (
        "The call for talks of the conference is open and we will be glad to have you with us."
    )
    assert (
        cleaned(title="AlpOSS", summary=english + " It is the third of its kind.").language == "en"
    )
    french = (
        "La commune est lauréate du prix, et les habitants sont invités à la fête dans le parc."
    )
    assert cleaned(title="AlpOSS", summary=french, language="en").language == "fr"


def test_the_content_never_repeats_the_summary(cleaned):
    same = cleaned(title="T", summary="<p>Un</p><p>Deux</p>", content="<div>Un<br>Deux</div>")
    assert (same.summary, same.content) == ("Un\nDeux", "")
    cut = cleaned(
        title="T",
        summary="Un début de phrase qui [&#8230;]",
        content="<p>Un début de phrase qui finit.</p><p>La suite.</p>",
    )
    assert (cut.summary, cut.content) == ("Un début de phrase qui finit.", "La suite.")
    longer = cleaned(title="T", summary="<p>Un</p><p>Deux</p>", content="<p>Un</p>")
    assert (longer.summary, longer.content) == ("Un\nDeux", "")
    both = cleaned(title="T", summary="Le chapeau.", content="<p>Le corps.</p>")
    assert (both.summary, both.content) == ("Le chapeau.", "Le corps.")


def test_what_publishing_software_adds_is_left_out(cleaned):
    entry = cleaned(
        title="T",
        summary="<p>Un.</p><p>L&#8217;article <a href='x'>T</a> est apparu en premier sur "
        "<a href='y'>Journal</a>.</p>",
    )
    assert entry.summary == "Un."


def test_s1_r12_links_and_media(cleaned):
    entry = cleaned(
        title="T",
        url="javascript:alert(1)",
        guid="https://a.example/n/1",
        content='<a href="/b?utm_source=x">b</a><a href="javascript:x">c</a><a href="#top">d</a>',
        media=(
            Media("/i.png", "Image/PNG", "une <b>photo</b>\nde nuit", 5),
            Media("javascript:x"),
            Media("/i.png"),
        ),
        base="https://a.example/n/",
    )
    assert entry.url == "https://a.example/n/1"
    assert entry.links == ("https://a.example/b", "https://a.example/n/")
    assert entry.media == (Media("https://a.example/i.png", "image/png", "une photo de nuit", 5),)


def test_r10_fingerprint_follows_words_not_noise(cleaned):
    base = {"guid": "1", "title": "Réunion", "summary": "<p>Salle A à 18 h 30</p>"}
    first = cleaned(**base)
    for noise in (
        "<div>Salle  A à\n18 h 30</div>",
        "<p>SALLE A à 18 h 30</p>",
    ):
        assert cleaned(**{**base, "summary": noise}).fingerprint == first.fingerprint
    for words in ("<p>Salle B à 18 h 30</p>", "<p>Salle A à 19 h 30</p>"):
        assert cleaned(**{**base, "summary": words}).fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Il est 12:34:56.", "Il est 12:35:01."),
        ("12 commentaires", "13 commentaires"),
        ("1 200 vues", "1 315 vues"),
        ("publié il y a 5 minutes", "publié il y a 2 heures"),
        ("3 comments, 5 likes", "4 comments, 9 likes"),
        ("Page générée le 01/02/2026 12:00", "Page générée le 02/02/2026 13:10"),
        ("Last update: 2026-02-01 12:00", "Last update: 2026-02-03 09:30"),
    ],
)
def test_r10_clocks_and_counters_are_no_edit(cleaned, one, other):
    first, second = (cleaned(guid="1", title="T", summary=text) for text in (one, other))
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("à 18:30", "à 19:30"),
        ("le 17 février 2026", "le 18 février 2026"),
        ("niveau 4", "niveau 5"),
        ("10 000 euros", "20 000 euros"),
    ],
)
def test_r10_dates_and_figures_are_an_edit(cleaned, one, other):
    first, second = (cleaned(guid="1", title="T", summary=text) for text in (one, other))
    assert first.fingerprint != second.fingerprint


_texts = st.none() | st.text(max_size=200)


@given(
    st.builds(
        Item,
        guid=_texts,
        url=_texts,
        title=_texts,
        summary=_texts,
        content=_texts,
        language=_texts,
        published=st.none() | st.datetimes(timezones=st.none() | st.just(UTC)),
        tags=st.lists(st.text(), max_size=3).map(tuple),
        base=_texts,
    )
)
def test_r1_any_item(item):
    entry = clean(item, Publisher("s", "S"), now=NOW, language="fr", base="https://a.example/")
    again = clean(item, Publisher("s", "S"), now=NOW, language="fr", base="https://a.example/")
    assert entry == again
    if entry is not None:
        assert entry.title or entry.summary or entry.content
        assert entry.published <= NOW + timedelta(minutes=5)
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
        entry.text.encode()
        assert replace(entry) == entry

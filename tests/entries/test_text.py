import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entries import text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&T", "AT&T"),
        ("L&#8217;été &amp; l’hiver", "L’été & l’hiver"),
        ("&lt;em&gt;Mot&lt;/em&gt; juste", "Mot juste"),  # escaped twice
        ("La balise &lt;script&gt; expliquée", "La balise <script> expliquée"),
        ("1 < 2 et 3 > 2", "1 < 2 et 3 > 2"),
        ("<b>Gras</b> et <i>penché</i>", "Gras et penché"),
        ("Un\n   titre\tsur\r\ndeux lignes", "Un titre sur deux lignes"),
        ("<p>Un</p><p>Deux</p>", "Un Deux"),
        ("Un<script>alert(1)</script> titre", "Un titre"),
        ("C&lt;T&gt; &amp;amp; D", "C<T> &amp; D"),
        ("Prix\u00a0: 10\u202f%", "Prix\u00a0: 10\u202f%"),
        ("  ", None),
        ("", None),
        (None, None),
        ("\u200b\u200b", None),
    ],
)
def test_r13_titles_are_exact(source, expected):
    assert text.title(source) == expected


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>Un</p>\n\n<p>Deux<br>Trois</p>", ["Un", "Deux", "Trois"]),
        ("<ul><li>Un</li><li>Deux <b>mots</b></li></ul>", ["Un", "Deux mots"]),
        ("<h2>Titre</h2>Texte <em>penché</em>, fin.", ["Titre", "Texte penché, fin."]),
        ("<p>Un\n  deux\n  trois</p>", ["Un deux trois"]),
        ("<style>p{}</style><p>Un</p><script>x<y</script>", ["Un"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        (
            "Un paragraphe\ncoupé à la main.\n\nUn autre.",
            ["Un paragraphe coupé à la main.", "Un autre."],
        ),
        ("Première ligne\nDeuxième ligne", ["Première ligne", "Deuxième ligne"]),
        ("<div><div>Un</div>Deux</div>Trois", ["Un", "Deux", "Trois"]),
        ("<!-- rien --><p>Un<!-- rien --> et deux", ["Un et deux"]),
        ("<p>a&nbsp;: b &lt;c&gt; &amp;amp;</p>", ["a\u00a0: b <c> &amp;"]),
        ('<p>https://<span class="x">exemple.fr/page</span></p>', ["https://exemple.fr/page"]),
        ("<p>Un<img src=x alt='y'> deux</p>", ["Un deux"]),
        ("<a>un</a><a>deux</a>", ["undeux"]),
    ],
)
def test_html_becomes_lines(source, lines):
    assert text.plain(source)[0].split("\n") == lines
    # the scanner for very long documents reads the same
    assert text.lines(text._scan(source)[0]).split("\n") == lines or "<" not in source


def test_links_in_order_once():
    source = (
        '<a href="b?x=1&amp;y=2">b</a> <a name=c>c</a> <a HREF=a>a</a> <a href="b?x=1&amp;y=2">'
    )
    assert text.plain(source)[1] == ("b?x=1&y=2", "a")
    assert tuple(dict.fromkeys(text._scan(source)[1])) == ("b?x=1&y=2", "a")


@pytest.mark.parametrize(
    "hidden",
    [
        chr(code)
        for code in (
            0,
            7,
            0x1B,
            0x7F,
            0x200B,
            0x200E,
            0x202E,
            0x2066,
            0x2069,
            0xFEFF,
            0xAD,
            0xE0041,
            0x61C,
            0x2060,
            0x180E,
            0xD800,
        )
    ],
)
def test_s4_what_hides_is_stripped(hidden):
    assert text.title(f"a{hidden}b") == "ab"
    assert text.plain(f"<p>a{hidden}b</p>")[0] in ("ab", "a\ufffdb")  # NUL and halves, in HTML


def test_s4_at_most_two_combining_marks():
    assert text.title("Z" + "\u0300\u0301\u0302\u0303" * 20) == "Z\u0300\u0301"
    assert text.title("e\u0301te\u0301") == "été"


@given(st.text())
def test_s4_nothing_hidden_survives(source):
    for found in (text.title(source) or "", *text.plain(source)[0].split("\n")):
        assert not [c for c in found if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
        assert not {"\u202e", "\u2066", "\u200b", "\U000e0041"} & set(found)
        assert found == unicodedata.normalize("NFC", found)
        assert found == found.strip()
        assert "  " not in found


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<li>",
                "<br>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<a",
                "un",
                "deux",
                "&amp;",
                "<",
                ">",
                '"',
                "'",
                "\n",
            ]
        )
    ).map(" ".join)
)
def test_any_html_is_read(source):
    plain, _ = text.plain(source)
    assert "\n\n" not in plain
    text._scan(source)


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<p>",
        "<",
        "<!--",
        "<script>",
        "<a ",
        "<b><i>",
        "<!DOCTYPE ",
        "&amp",
        "&#",
        "</p>",
        '<a href="',
        "<table><tr><td>",
        "<svg>",
        "<select>",
        "a\u0301\u0301\u0301",
        "\n ",
        "( ",
    ],
)
def test_r1_no_text_takes_long(unit):
    began = time.perf_counter()
    for length in (10_000, 1_000_000):
        text.plain(unit * (length // len(unit)))
        text.title(unit * (length // len(unit)))
    assert time.perf_counter() - began < 1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entries.links import canonical


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=C#d", "https://example.org/A?b=C"),
        ("http://example.org:80/", "http://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://user:secret@example.org/", "https://example.org/"),
        ("https://example.org/?utm_source=rss&id=3&utm_medium=feed", "https://example.org/?id=3"),
        ("https://example.org/?fbclid=x&gclid=y&mc_cid=z", "https://example.org/"),
        ("https://example.org/?p=12&page=2", "https://example.org/?p=12&page=2"),
        ("https://example.org/?ref=12&source=a", "https://example.org/?ref=12&source=a"),
        ("https://example.org/?xtor=RSS-1", "https://example.org/"),
        ("https://example.org/été?q=à%20b", "https://example.org/%C3%A9t%C3%A9?q=%C3%A0%20b"),
        ("  https://example.org/a\n b ", "https://example.org/ab"),
        ("https://example.org./", "https://example.org/"),
        ("https://échirolles.example/", "https://échirolles.example/"),
        ("https://аpple.example/", "https://xn--pple-43d.example/"),  # a Cyrillic a
        ("https://раураl.example/", "https://xn--l-7sba6dbr.example/"),
        ("https://ｅxample.org/", "https://example.org/"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@example.org", None),
        ("ftp://example.org/", None),
        ("urn:uuid:1", None),
        ("/relative", None),
        ("https://", None),
        ("https:///path", None),
        ("http://[", None),
        ("http://a b/", None),
        ("https://example.org:99999/", None),
        ("https://example.org/" + "a" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_r12_s4_canonical(link, expected):
    assert canonical(link) == expected


def test_r12_relative_links_resolve():
    assert canonical("../b?x=1", "https://example.org/a/c/") == "https://example.org/a/b?x=1"
    assert canonical("//other.example/b", "https://example.org/") == "https://other.example/b"
    assert canonical("javascript:alert(1)", "https://example.org/") is None
    assert canonical("http://[", "https://example.org/") is None


@given(st.text() | st.text().map("https://example.org/".__add__) | st.text().map("http://".__add__))
def test_canonical_is_safe_and_stable(link):
    once = canonical(link)
    if once is not None:
        assert once.startswith(("https://", "http://"))
        assert not set(once) & set(' \n\t"<>')
        assert canonical(once) == once

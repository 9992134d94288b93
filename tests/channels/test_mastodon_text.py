"""Knowing one's own words again in a server's HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mastodon_rules import to_html

from bot.channels.mastodon_text import plain, same

WORDS = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(
            [
                "https://alposs.fr/a?b=1&c=<2>",
                "#LogicielLibre",
                "\n",
                "\n\n",
                " ",
                "&amp;",
                "<b>",
                "@\u2060moi",
                "«\u00a0oui\u00a0»",
                "\u202f!",
                "e\u0301",
                "👩‍🔬",
            ]
        ),
    ),
    max_size=12,
).map("".join)


@given(WORDS)
def test_whatever_was_sent_is_known_again(text):
    assert same(to_html(text), text)


@given(WORDS, st.sampled_from("aé7Z"))
def test_a_letter_more_is_another_message(text, letter):
    assert not same(to_html(f"{text}\n\n{letter}"), text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un<br>deux</p><p>trois</p>", "Un\ndeux\n\ntrois"),  # GoToSocial
        ("Un<br/>deux<br/><br/>trois", "Un\ndeux\n\ntrois"),  # Pleroma
        ("<p>l&#39;été &quot;là&quot;</p>", "l’été “là”"),  # quotes made straight
        ('<p><a href="https://x.fr/a">https://x.fr/a</a></p>', "https://x.fr/a"),
        ("<p>#<span>Tag</span></p>", "#Tag"),
    ],
)
def test_servers_write_the_same_words_in_their_own_way(html, text):
    assert same(html, text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Claix reçoit le label</p>", "Vif reçoit le label"),
        ("<p>le 17 février</p>", "le 18 février"),
        ("<p>https://x.fr/a</p>", "https://x.fr/b"),
        ("", "x"),
    ],
)
def test_one_word_more_or_less_is_another_message(html, text):
    assert not same(html, text)


def test_broken_html_is_no_crash():
    assert plain("<p>a<b></p><<>&amp;&#xZZ;</x").startswith("\na")

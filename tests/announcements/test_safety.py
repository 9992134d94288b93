"""S2, S3, S4, S5: whatever a feed says, it mentions nobody, tags nothing and breaks nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import grapheme
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.announcements.words import count, cut, harmless, hashtags, safe_link
from bot.understanding.fact import AwardFact, CallFact, EventFact, ReleaseFact

# As Mastodon 4 reads a status (app/models/account.rb, app/models/tag.rb), for Python's re.
USERNAME = r"[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*"
MENTION = re.compile(rf"(?<![=/\w])@(({USERNAME})(?:@[\w]+(?:[.-][\w]+)*)?)", re.IGNORECASE)
HASHTAG = re.compile(r"(?<![=/)\w])[#＃]((?:[\w_·•]*[\w_])+)")
URL = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)

NASTY = st.sampled_from(
    [
        "@admin",
        "（@user）",
        ".@user@evil.example",
        "＠user",
        "@room",
        "@bot:matrix.example",
        "#promo",
        "＃promo",
        "{name} {0} {who!r} %s {{x}}",
        "<script>alert(1)</script>",
        '"><img src=x onerror=y>',
        "https://matrix.to/#/@u:example.org",
        "https://example.org/@user#@user",
        "\u202edessus dessous\u202c",
        "a\u200b@\u200bb",
        "@\u2060user",
        "👩‍👩‍👧‍👦",
        "é" * 400,
        "mot " * 300,
        "Titre : « ça » ; oui ! non ?",
    ]
)
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=60)), max_size=6).map(" ".join)
DAYS = st.sampled_from([None, "2026-02-17", "2026-02", "2026", "2026-03-01"])
LINKS = st.sampled_from(
    [
        None,
        "https://example.org/article?id=1&x=2",
        "https://example.org/@user/123",
        "https://example.org/?(@user)",
        "https://example.org/a_(b)#-#tag",
        "https://user:pass@example.org/",
        "javascript:alert(1)",
        "https://example.org/" + "a" * 700,
        'https://example.org/"><b>',
    ]
)
FACTS = st.one_of(
    st.builds(
        AwardFact,
        award_id=st.sampled_from([None, "nec-dor", "territoire-numerique-libre", "osor-awards"]),
        award=TEXT,
        label=st.booleans(),
        year=st.sampled_from([None, 2024, 2025]),
        laureates=st.lists(TEXT, max_size=5).map(tuple),
        level=st.one_of(st.none(), st.sampled_from(["5", "Or", "4@", "Badge"]), TEXT),
        category=st.one_of(st.none(), TEXT),
        organiser=st.one_of(st.none(), TEXT),
        date=DAYS,
        place=st.one_of(st.none(), TEXT),
        streak=st.sampled_from([None, 1, 3, 12]),
    ),
    st.builds(
        EventFact,
        series=st.sampled_from([None, "alposs", "jdll"]),
        name=TEXT,
        start=DAYS,
        end=DAYS,
        time=st.sampled_from([None, "18:30"]),
        place=st.one_of(st.none(), TEXT),
        city=st.one_of(st.none(), TEXT),
        status=st.sampled_from(["scheduled", "moved", "cancelled", "full", "past"]),
        previous_start=DAYS,
        previous_place=st.one_of(st.none(), TEXT),
        organiser=st.one_of(st.none(), TEXT),
    ),
    st.builds(
        CallFact,
        series=st.sampled_from([None, "alposs"]),
        event=TEXT,
        deadline=DAYS,
        event_start=DAYS,
        city=st.one_of(st.none(), TEXT),
        url=LINKS,
        extended=st.booleans(),
    ),
    st.builds(
        ReleaseFact,
        project=TEXT,
        version=st.one_of(st.none(), TEXT),
        publisher=st.one_of(st.none(), TEXT),
        date=DAYS,
    ),
)


class Tags(HTMLParser):
    """Every tag and attribute, and how deep."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


CONFIGURED = ("LogicielLibre",)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    facts=st.lists(FACTS, max_size=3),
    title=TEXT,
    name=TEXT.filter(bool),
    url=LINKS,
    language=st.sampled_from(["fr", "en"]),
    purpose=st.sampled_from(["new", "update", "reminder", "cancellation"]),
    size=st.sampled_from([60, 300, 500, 5000]),
)
def test_s3_no_words_of_a_feed_mention_tag_or_overflow(
    tell, facts, title, name, url, language, purpose, size
):
    facts = [fact for fact in facts if type(fact) is type(facts[0])]
    told = tell.story(
        *facts,
        title=title,
        witnesses=(tell.witness(name, url, facts=tuple(facts), title=title),),
    )
    for limits in (
        tell.limits(size),
        tell.limits(size, None),
        tell.limits(size, None, True, "room"),
    ):
        message = tell.message(
            told, limits, language, purpose=purpose, hashtags=CONFIGURED, alarm=True
        )
        text = message.text
        assert not MENTION.search(text), text
        tags = {tag.casefold() for tag in HASHTAG.findall(text)}
        assert tags <= {
            "logiciellibre",
            "necdor",
            "territoirenumeriquelibre",
            "osorawards",
            "alposs",
            "jdll",
        }
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", text)
        length = len(list(grapheme.graphemes(text)))
        if limits.per_url:
            found = URL.findall(text)
            length += sum(limits.per_url - len(list(grapheme.graphemes(u))) for u in found)
        assert length <= limits.characters
        link = safe_link(url)
        if link and (limits.per_url or len(link) < size):
            assert link in text
        if message.html is not None:
            tags_of = Tags()
            tags_of.feed(message.html)
            for tag, attributes in tags_of.found:
                assert tag in ("strong", "a", "br", "ul", "li")
                assert set(attributes) <= ({"href"} if tag == "a" else set())
                assert all(v and v.startswith(("https://", "http://")) for v in attributes.values())
            assert not MENTION.search(re.sub(r"<[^>]+>", "", message.html))


@given(TEXT)
@example("@a@b.c")
@settings(max_examples=200, deadline=None)
def test_s3_mentions_are_defeated_and_nothing_else_changes(text):
    made = harmless(text)
    assert not MENTION.search(URL.sub("", made))
    assert made.replace("\u2060", "") == text.replace("\u2060", "")


@given(st.one_of(TEXT, st.text()), st.integers(0, 300), st.sampled_from([None, 23]))
@settings(max_examples=300, deadline=None)
def test_cut_never_exceeds_its_room(text, room, per_url):
    made = cut(text, room, per_url)
    assert count(made, per_url) <= max(room, 0)
    for link in URL.findall(made):
        assert link.rstrip("…") in text


def test_cut_keeps_whole_sentences_then_whole_words():
    assert cut("Un deux trois. Quatre cinq.", 20, None) == "Un deux trois."
    assert cut("Un deux trois quatre", 12, None) == "Un deux…"


def test_s5_braces_of_a_title_stay_as_they_are(tell):
    title = "{who} {0} {fact.__class__} %(x)s {{ }}"
    assert tell.sentences(tell.story(title=title)) == title


def test_s3_count_is_that_of_mastodon():
    assert count("é👩‍👩‍👧‍👦 https://example.org/" + "a" * 99, 23) == 3 + 23
    assert count("https://a.fr", None) == 12


def test_s2_only_http_links_are_told(tell):
    for url in ("javascript:alert(1)", "data:text/html,x", "ftp://x.org/", "https://a:b@x.org/"):
        told = tell.story(witnesses=(tell.witness(url=url),))
        message = tell.message(told, tell.room)
        assert "href" not in message.html
        assert url not in message.text


def test_typography_leaves_links_alone(tell):
    told = tell.story(title="Lire https://example.org/a?b=c!d ; c'est bien !")
    said = tell.sentences(told)
    assert said == "Lire https://example.org/a?b=c!d\u202f; c’est bien\u202f!"


def test_hashtags_are_few_and_camel_case():
    assert hashtags(("LogicielLibre", "logiciellibre", "#AlpOSS", "Un Deux", "Trop")) == (
        "#LogicielLibre",
        "#AlpOSS",
        "#UnDeux",
    )


@pytest.mark.parametrize("size", [140, 200, 300])
def test_source_and_link_stay_when_words_must_go(tell, size):
    fact = AwardFact(
        award_id="nec-dor", award="NEC", year=2025, laureates=("Ville " * 40,), date="2025-10-29"
    )
    text = tell.text(tell.story(fact), tell.limits(size))
    assert "Source\u00a0: Le Travailleur alpin, 30 octobre 2025" in text
    assert "https://travailleur-alpin.fr/nec" in text
    assert count(text, 23) <= size


def test_same_arguments_same_message(tell):
    fact = AwardFact(award_id="nec-dor", award="NEC", year=2025, laureates=("Vif",))
    now = datetime(2025, 11, 1, tzinfo=UTC)
    assert tell.message(tell.story(fact), now=now) == tell.message(tell.story(fact), now=now)


def test_a_content_warning_stands_above_the_post_and_its_length_counts(tell):
    from bot.announcements.words import count
    from bot.channels.mastodon import MastodonOptions

    options = MastodonOptions(account="alpes", spoiler="Logiciel libre" * 5)
    story = tell.story(title="Un titre " * 80)
    message = tell.message(story, channel=options)
    assert message.spoiler == options.spoiler
    assert count(message.text, 23) + len(options.spoiler) <= 500

"""A moderator's own words: within the limits, with the source kept, mentioning nobody (S3)."""

from bot.announcements.announcement import Message
from bot.announcements.pin import TooLong, pin

POST = Message(
    "Échirolles reçoit un prix.\n\nRemis hier.\n\nSource\u00a0: Ta, 2 mars 2026\n"
    "https://ta.example/1\n\n#LogicielLibre",
    links=("https://ta.example/1",),
)
ROOM = Message(
    "Prix\u00a0: Échirolles. [Ta] https://ta.example/1",
    html='<strong>Prix\u00a0:</strong> Échirolles. <a href="https://ta.example/1">Ta</a>',
    links=("https://ta.example/1",),
)
STATUS = {"form": "status", "characters": 500, "per_url": 23}
AS_ROOM = {"form": "room", "characters": 20_000, "per_url": None}


def test_words_without_an_address_keep_the_source_the_link_and_the_tags():
    assert pin(POST, "Bravo à Échirolles !", **STATUS).text == (
        "Bravo à Échirolles !\n\nSource\u00a0: Ta, 2 mars 2026\nhttps://ta.example/1\n\n"
        "#LogicielLibre"
    )


def test_words_with_an_address_are_complete():
    text = "Bravo !\nhttps://ailleurs.example/x #Libre"
    assert pin(POST, text, **STATUS).text == text


def test_in_a_room_the_link_stays_on_the_source_s_name():
    new = pin(ROOM, "Bravo & <merci>", **AS_ROOM)
    assert new.text == "Bravo & <merci> [Ta] https://ta.example/1"
    assert new.html == 'Bravo &amp; &lt;merci&gt; <a href="https://ta.example/1">Ta</a>'


def test_s3_nobody_is_mentioned():
    text = pin(POST, "Merci @camille@mastodon.example et ＠sam", **STATUS).text
    assert "@\u2060camille@\u2060mastodon.example" in text
    assert "＠\u2060sam" in text


def test_s4_nothing_hidden_stays():
    assert "\u202e" not in pin(POST, "Bra\u202evo", **STATUS).text


def test_what_is_too_long_is_told_in_characters_an_address_as_the_server_counts():
    long = "x" * 480 + " https://ta.example/" + "y" * 100
    assert pin(POST, long, **STATUS) == TooLong(504, 500)
    assert pin(POST, long[4:], **STATUS).text == long[4:]
    warned = Message(POST.text, spoiler="attention", links=POST.links)
    assert pin(warned, long[4:], **STATUS) == TooLong(500, 491)

"""Which picture stands for an entry, and which words say what it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entries.pictures import described, is_picture, picture
from bot.sources.source import Media

HERE = "https://journal.example/2026/02/"
PHOTO = Media("/photo.jpg", "image/jpeg")


def one(*media, contents=(), base=HERE):
    return picture(described(media, base, contents))


def test_a_picture_takes_the_words_that_come_with_it():
    found = one(Media("photo.jpg", "image/jpeg", "La remise du prix, à Strasbourg"))
    assert found == Media(f"{HERE}photo.jpg", "image/jpeg", "La remise du prix, à Strasbourg")


@pytest.mark.parametrize(
    "shown",
    [
        "/photo.jpg",
        "https://journal.example/photo.jpg?w=640",
        "/photo-1024x683.jpg",
        "/photo-scaled.jpg",
    ],
)
def test_or_those_that_the_text_gives_the_same_picture(shown):
    text = f'<p>Bravo</p><img class="a" src="{shown}" alt="Le maire &amp; le trophée &lt;or&gt;">'
    assert one(PHOTO, contents=[None, text]).alt == "Le maire & le trophée <or>"


def test_another_picture_s_words_are_not_its_own():
    text = '<img src="/autre.jpg" alt="Un chat"><img src="/photo.jpg">'
    assert one(PHOTO, contents=[text]).alt == ""


@pytest.mark.parametrize(
    "alt",
    ["", "  ", "IMG_2024.JPG", "DSC-00123", "photo 3", "image", "Remise du prix.png", "42", "Logo"],
)
def test_what_software_writes_is_no_description(alt):
    assert one(Media("/photo.jpg", "image/jpeg", alt)).alt == ""


def test_the_described_picture_stands_for_the_entry():
    two = Media("/deux.png", "image/png", "La salle pleine")
    assert one(PHOTO, two).alt == "La salle pleine"
    assert one(PHOTO).url.endswith("/photo.jpg")


def test_sounds_films_and_drawings_in_code_are_none():
    for media in (
        Media("/a.mp3", "audio/mpeg", "Un son"),
        Media("/a.mp4", "", "Un film"),
        Media("/a.svg", "image/svg+xml", "Un dessin"),
    ):
        assert one(media) is None
    assert is_picture(Media("/a.webp"))


def test_r12_what_is_no_web_address_is_no_picture():
    assert one(Media("javascript:alert(1)", "image/png", "Une image")) is None
    assert one(Media("data:image/png;base64,AAAA", "image/png", "Une image")) is None


def test_s4_the_words_hide_nothing():
    found = one(Media("/p.png", "image/png", "La <b>salle</b>\u202e du\nconseil"))
    assert found.alt == "La salle du conseil"


@given(st.text(max_size=300), st.text(max_size=60))
def test_r1_any_text_is_read(content, alt):
    found = one(Media("/p.png", "image/png", alt), contents=[f"<img src='/p.png' alt={content}>"])
    assert "\n" not in found.alt

"""What a typed line asks for, in every way in which people type it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import kinds
from bot.commands import _parse
from bot.commands._parse import Call, Line, Unknown, Vocabulary, addressed, read
from bot.errors import CommandError

COMMANDS = kinds.every("command")
CHAT = {kind: one for kind, one in COMMANDS.items() if "chat" in one.faces}
WORDS = Vocabulary.of(COMMANDS)
ME = ("@alposs:alpes.test", "alposs", "Le bot d’AlpOSS")
NAMES = [
    (kind, language, name)
    for kind, one in CHAT.items()
    for language, names in one.names.items()
    for name in names
]


def asked(text, *, alone=False):
    line = addressed(text, ME, alone=alone)
    return None if line is None else read(line, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "!prochain",
        "! Prochain",
        "!PROCHAIN ?",
        "  !\u202fprochain\u202f?",
        "！prochain",
        "alposs: prochain ?",
        "AlpOSS, prochain",
        "@alposs:alpes.test prochain",
        "Le bot d'AlpOSS : !prochain",
    ],
)
def test_the_next_alposs_is_asked_for_in_many_ways(text):
    assert asked(text) == Call("next", "", "fr")


@pytest.mark.parametrize(
    ("text", "kind", "rest", "language"),
    [
        ("!délais", "deadlines", "", "fr"),
        ("!Deadlines!", "deadlines", "", "en"),
        ("!prix Échirolles 2024 ?", "awards", "Échirolles 2024", "fr"),
        ("!cherche logiciel\nlibre", "search", "logiciel libre", "fr"),
        ("!nouveautés depuis lundi", "news", "depuis lundi", "fr"),
        ("!why https://a.example/b?c=1", "why", "https://a.example/b?c=1", "en"),
        ("!source 12", "origin", "12", None),
        ("!étât", "status", "", "fr"),
    ],
)
def test_names_are_read_without_accents_and_tell_the_language(text, kind, rest, language):
    assert asked(text) == Call(kind, rest, language)


@pytest.mark.parametrize(
    "text", ["prochain", "bonjour alposs", "!", "!!!", "! ?", "alpossible: prochain", "", "¡hola"]
)
def test_what_is_not_for_the_bot_is_left_alone(text):
    assert addressed(text, ME, alone=False) is None


def test_alone_with_the_bot_no_prefix_is_needed():
    assert asked("Prochain ?", alone=True) == Call("next", "", "fr")


@pytest.mark.parametrize(
    ("typed", "near"),
    [("!agnda", "agenda"), ("!prochian", "prochain"), ("!hlep", "help"), ("!delai", None)],
)
def test_a_mistyped_command_has_its_nearest(typed, near):
    found = asked(f"{typed} lieu")
    if near is None:
        assert isinstance(found, Call)
        return
    assert isinstance(found, Unknown)
    assert found.near == near
    assert found.call == Call(
        read(Line(near, "", "prefix"), WORDS).kind, "lieu", found.call.language
    )


@pytest.mark.parametrize("typed", ["!meteo", "!x", "!vote oui", "!kick"])
def test_other_bots_commands_are_no_mistyped_ones(typed):
    assert asked(typed) == Unknown(typed[1:].split()[0])


def test_a_bare_word_in_reply_to_an_announcement():
    assert _parse.bare_reply("Source ?", WORDS) == Call("origin", "", None)
    assert _parse.bare_reply("pourquoi ?", WORDS) == Call("why", "", "fr")
    assert _parse.bare_reply("D’où vient cette info ?", WORDS) == Call("origin", "", "fr")
    assert _parse.bare_reply("Erreur !", WORDS) == Call("mistake", "", "fr")
    assert _parse.bare_reply("mistake: wrong day", WORDS) == Call("mistake", "wrong day", "en")
    assert _parse.bare_reply("agenda", WORDS) is None
    assert _parse.bare_reply("quelle source ?", WORDS) is None


def test_yes():
    assert all(map(_parse.is_yes, ("oui", "Oui !", "YES", " ok. ")))
    assert not any(map(_parse.is_yes, ("non", "oui mais", "")))


def test_arguments_are_shared_out_as_declared():
    assert _parse.arguments(CHAT["search"](), "logiciel libre", "fr") == {
        "words": ("logiciel", "libre")
    }
    assert _parse.arguments(CHAT["next"](), "", "fr") == {"event": None}
    assert _parse.arguments(CHAT["why"](), "Le titre", "fr") == {"what": "Le titre"}
    with pytest.raises(CommandError) as caught:
        _parse.arguments(CHAT["search"](), "", "fr")
    assert caught.value.say("fr") == "Il manque quelque chose. Écrivez\u00a0: !cherche mots"


@given(st.text(max_size=700), st.booleans())
def test_any_text_is_read_without_an_error(text, alone):
    line = addressed(text, ME, alone=alone)
    if line is not None:
        found = read(line, WORDS)
        assert _parse.key(line.word)
        if isinstance(found, Call):
            assert found.kind in CHAT
        _parse.is_yes(text)
        _parse.bare_reply(text, WORDS)


@given(
    st.sampled_from(NAMES),
    st.text("abcé '0:/", max_size=30),
    st.sampled_from(["", " ", "\u202f", "\u00a0"]),
    st.sampled_from(["", " ?", "\u202f!", "…"]),
    st.booleans(),
)
def test_every_name_is_found_however_it_is_written(name, rest, gap, closing, capital):
    kind, language, word = name
    text = f"!{gap}{word.capitalize() if capital else word} {rest}{closing}"
    found = asked(text)
    assert isinstance(found, Call)
    # “!source 12” asks where announcement 12 comes from, “!source” with anything else is its own
    others = [one for name, fits, one in WORDS.also if name == word and fits.fullmatch(found.rest)]
    assert found.kind == (others or [kind])[0]
    assert found.language in (language, None)
    assert found.rest == rest.strip() or not rest.isalnum()


@given(st.text(max_size=80))
def test_in_a_room_of_several_only_a_prefix_or_a_name_calls_the_bot(text):
    line = addressed(text, ME, alone=False)
    if line is not None:
        start = _parse.plain(text)
        assert start.startswith(("!", "\uff01")) or line.how == "name"


@pytest.mark.parametrize(
    ("text", "kind", "rest", "language"),
    [
        ("C’est quand, le prochain AlpOSS ?", "next", "", "fr"),
        ("Où a lieu AlpOSS cette année ?", "next", "", "fr"),
        ("When is the next AlpOSS?", "next", "", "en"),
        ("L’appel à conférences est encore ouvert ?", "deadlines", "", "fr"),
        ("Is the call for papers still open?", "deadlines", "", "en"),
        (
            "Qu’est-ce qu’il y a ce week-end autour de Grenoble ?",
            "agenda",
            "week-end autour de Grenoble",
            "fr",
        ),
        ("What’s on this week around Vif?", "agenda", "week around Vif", "en"),
        (
            "Quels prix Échirolles a-t-elle reçus depuis 2022 ?",
            "awards",
            "Échirolles depuis 2022",
            "fr",
        ),
        ("Quels prix a reçus Échirolles depuis 2022 ?", "awards", "Échirolles depuis 2022", "fr"),
        (
            "Which awards has Échirolles received since 2022?",
            "awards",
            "Échirolles since 2022",
            "en",
        ),
        (
            "Qui a eu le label TNL cette année en Isère ?",
            "awards",
            "label TNL cette année en Isère",
            "fr",
        ),
        (
            "Who got the TNL label this year in Isère?",
            "awards",
            "TNL label this year in Isère",
            "en",
        ),
        ("Is there an ICS calendar?", "ics", "", "en"),
        ("Il y a un calendrier ICS ?", "ics", "", "fr"),
        ("D’où vient cette info ?", "origin", "", "fr"),
        ("Where does this news come from?", "origin", "", "en"),
        ("Qu’est-ce que j’ai raté cette semaine ?", "news", "semaine", "fr"),
        ("Can you add this feed? https://a.example/f", "suggest", "https://a.example/f", "en"),
        ("Tu peux ajouter ce flux : https://a.example/f", "suggest", "https://a.example/f", "fr"),
        ("Quels labels a obtenus Saint-Martin-d’Hères", "awards", "Saint-Martin-d’Hères", "fr"),
        ("Which awards has Échirolles won?", "awards", "Échirolles", "en"),
        ("Quoi de neuf ?", "news", "", "fr"),
        ("What did I miss this week?", "news", "week", "en"),
    ],
)
def test_short_questions_are_understood_where_the_bot_is_spoken_to(text, kind, rest, language):
    assert asked(text, alone=True) == Call(kind, rest, language)
    assert asked(f"AlpOSS: {text}") == Call(kind, rest, language)
    assert asked(text) is None


@pytest.mark.parametrize("text", ["merci pour AlpOSS", "quand je pense à demain", "tu as raté ça"])
def test_talk_is_no_question(text):
    assert isinstance(asked(text, alone=True), Unknown)


def test_a_command_s_name_comes_before_a_question():
    text = "cherche appel à conférences"
    assert asked(text, alone=True) == Call("search", "appel à conférences", "fr")


@given(st.text("qu'est ce il ya prixlabels awhtdonié-", max_size=500))
def test_no_text_makes_the_questions_slow(text):
    begun = time.perf_counter()
    _parse.asked(text, WORDS)
    assert time.perf_counter() - begun < 0.2

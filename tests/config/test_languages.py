"""Languages: overlay by file, fallback to English, words for errors, and what is wrong in them."""

import re
from pathlib import Path
from typing import ClassVar

import pytest

from bot import languages
from bot.errors import BotError, ConfigError, Gone, Problem
from bot.languages import Language, read_all, say

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "languages"
FIELD = re.compile(r"\{(\w+)\}")


@pytest.fixture
def folder(tmp_path):
    def write(name, **files):
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        for code, text in files.items():
            (place / f"{code}.toml").write_text(text, encoding="utf-8")
        return place

    return write


def test_a_later_folders_file_replaces_the_whole_file_of_its_name(folder):
    shipped = folder("shipped", en='[sentences]\na = "A"\nb = "B"\n', fr='[sentences]\na = "Â"\n')
    own = folder("own", fr='[sentences]\nb = "Bé"\n', oc="")
    found = read_all([shipped, own])
    assert set(found) == {"en", "fr", "oc"}
    assert found["fr"].own("sentences", "a") is None
    assert found["fr"].text("sentences", "a") == "A"
    assert found["fr"].text("sentences", "b") == "Bé"
    assert found["fr"].path == own / "fr.toml"


def test_what_a_language_lacks_is_said_in_english_and_dots_go_into_tables(folder):
    found = read_all([folder("x", en='[sentences.award]\nnew = "New"\n[reasons]\na = 3\n', oc="")])
    assert found["oc"].text("sentences", "award.new") == "New"
    assert found["oc"].text("sentences", "award") is None
    assert found["oc"].text("sentences", "award.new.deeper") is None
    assert found["oc"].text("reasons", "a") is None
    assert found["en"].text("nothing", "a") is None
    assert found["oc"].table("sentences") == {}


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"[dates]\nx = \n", 2, "TOML"),
        (b"x = " + b"[" * 5000, 1, "TOML"),
        (b"x = " + b"9" * 5000, 1, "TOML"),
        (b"x = '\xff'", None, "UTF-8"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, raw, line, words):
    (tmp_path / "en.toml").write_bytes(b"")
    (tmp_path / "oc.toml").write_bytes(raw)
    (tmp_path / "zz.toml").write_bytes(b"= 1\n")
    with pytest.raises(ConfigError) as caught:
        read_all([tmp_path])
    first, second = caught.value.problems
    assert (first.file, first.line) == (str(tmp_path / "oc.toml"), line)
    assert second.file == str(tmp_path / "zz.toml")
    for language in ("fr", "en"):
        assert words in first.say(language)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "oc.toml").mkdir()
    with pytest.raises(ConfigError) as caught:
        read_all([tmp_path])
    assert "oc.toml" in caught.value.say("fr")


FULL = "".join(f"[{name}]\nkey = 'x'\n" for name in languages.REQUIRED)


def test_tables_that_are_missing_or_empty_are_told(folder):
    found = read_all([folder("x", en=FULL, oc="[dates]\na = 1\n[cues]\n")])
    assert list(languages.problems(found["en"])) == []
    told = [problem.key for problem in languages.problems(found["oc"])]
    assert told == ["[cues]", "[sentences]", "[reasons]", "[typography]"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nom : {name", "braces"),
        ("Nom : name}", "braces"),
        ("{}", "braces"),
        ("{0}", "braces"),
        ("{name.__class__}", "braces"),
        ("{name[0]}", "braces"),
        ("{nom}", "strange-brace"),
    ],
)
def test_a_sentence_with_broken_or_strange_braces_is_told_with_its_line(folder, text, code):
    english = FULL.replace("[sentences]\n", "[sentences]\naward.new = 'It is {name}, {place}'\n")
    other = f"# one\n{FULL}\n[messages]\n".replace(
        "[sentences]\n", f"[sentences]\naward.new = '{text}'\n"
    )
    found = read_all([folder("x", en=english, oc=other)])
    (problem,) = languages.problems(found["oc"], [found["en"]])
    assert (problem.code, problem.key) == (code, "sentences.award.new")
    assert problem.line == other.splitlines().index(f"award.new = '{text}'") + 1
    assert "{" in problem.say("fr")


def test_a_sentence_may_name_fewer_fields_than_the_english_one(folder):
    english = FULL.replace("[sentences]\n", "[sentences]\naward.new = 'It is {name}, {place}'\n")
    other = FULL.replace("[sentences]\n", "[sentences]\naward.new = '{{C’est}} {name:>3}'\n")
    found = read_all([folder("x", en=english, oc=other)])
    assert list(languages.problems(found["oc"], [found["en"]])) == []


def test_a_sentence_may_name_what_any_shipped_language_names(folder):
    texts = {
        code: FULL.replace("[sentences]\n", f"[sentences]\nnew = '{text}'\n")
        for code, text in {"en": "{name}", "fr": "{article} {name}", "oc": "{article}"}.items()
    }
    found = read_all([folder("x", **texts)])
    assert list(languages.problems(found["oc"], [found["en"], found["fr"]])) == []
    assert len(list(languages.problems(found["oc"], [found["en"]]))) == 1


# -- errors in the words of a language -------------------------------------------------------


class Odd(BotError):
    texts: ClassVar = {"fr": "français {what}", "en": "English {what}"}


def language(code, messages, fallback=None):
    return Language(code, {"messages": messages}, fallback)


def test_an_errors_own_words_are_used_where_the_file_has_none():
    english = language("en", {"Odd": "reworded {what}"})
    assert say(Odd(what="x"), language("fr", {}, english)) == "français x"
    assert say(Odd(what="x"), english) == "reworded x"


def test_a_language_file_may_reword_an_error():
    assert say(Odd(what="x"), language("fr", {"Odd": "autrement {what}"})) == "autrement x"


def test_a_language_that_the_code_does_not_know_falls_back_to_english():
    english = language("en", {"Gone": "gone, in the file’s words"})
    assert say(Odd(what="x"), language("oc", {}, english)) == "English x"
    assert say(Gone(), language("oc", {}, english)) == "gone, in the file’s words"
    assert say(Odd(what="x"), language("oc", {"Odd": "occitan {what}"}, english)) == "occitan x"


def test_a_missing_field_never_raises_another_error():
    assert say(Odd(), language("fr", {"Odd": "{what} et {more}"})) == "? et ?"


def test_the_problems_inside_a_configuration_error_are_translated_too():
    words = ({"fr": "trouvé {x}", "en": "found {x}"}, {"fr": "attendu", "en": "expected"})
    error = ConfigError([Problem("a.toml", 3, "key", "odd", *words, {"x": 1}, "kei")])
    own = language("oc", {"odd": {"found": "trobat {x}"}, "ConfigError": "{count} : {list}"})
    assert say(error, own) == (
        "1 :   a.toml, line 3, key: trobat 1; expected: expected. Did you mean “kei”?"
    )
    french = say(error, language("fr", {}))
    assert "a.toml, ligne 3, key\u00a0: trouvé 1\u202f; attendu\u00a0: attendu." in french
    assert "Vouliez-vous dire «\u00a0kei\u00a0»\u202f?" in french


#: fields that one of the two shipped languages rightly does without
ONE_SIDED = {
    "award.category_of": {"of", "category"},  # “de la cohérence” against “category “cohérence””
    "award.level_medal": {"award", "rest", "of"},  # the label's own word order
}


def test_the_shipped_languages_say_the_same_things_with_the_same_fields():
    found = read_all([SHIPPED])
    french, english = (dict(_flat(found[code].table("sentences"))) for code in ("fr", "en"))
    assert french.keys() == english.keys()
    for key, said in french.items():
        apart = set(FIELD.findall(said)) ^ set(FIELD.findall(english[key]))
        assert apart <= ONE_SIDED.get(key, set()), f"{key}: {apart}"


def _flat(table, before=""):
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{before}{key}", value
        else:
            yield from _flat(value, f"{before}{key}.")

"""Every mistake is told with its file, line, key, what was expected and the nearest spelling."""

import os
from typing import NamedTuple

import pytest
from pydantic import ValidationError

from bot.config import sheet
from bot.config.model import Settings
from bot.config.problems import TEXTS
from bot.config.refusals import refusals
from bot.languages import TEXTS as LANGUAGE_TEXTS


class Case(NamedTuple):
    file: str
    text: str
    line: int | None
    key: str
    code: str
    nearest: str | None = None
    expected: str = ""  # words of the French sentence


SOURCE = 'kind = "memory"\nname = "Place"\n'
FEED = 'kind = "feed"\nurl = "https://paper.example/feed"\n'
CHANNEL = 'kind = "memory"\n'
AWARD = 'name.fr = "Prix"\n'

CASES = [
    # keys
    Case("bot.toml", 'langage = "fr"\n', 1, "langage", "unknown-key", "language"),
    Case("bot.toml", "[fetch]\ntime_out = 3\n", 2, "fetch.time_out", "unknown-key", "timeout"),
    Case("bot.toml", "[news]\nmax_age = 3\n", 2, "news.max_age", "unknown-key", "max_age_days"),
    Case("bot.toml", "flood_cap = 3\n", 1, "flood_cap", "unknown-key", "news.flood_cap"),
    Case("bot.toml", "[stroe]\nurl = ''\n", 1, "stroe", "unknown-key", "store"),
    Case("sources/a.toml", f"{SOURCE}intervall = 60\n", 3, "intervall", "unknown-key", "interval"),
    Case("sources/a.toml", f"{SOURCE}zzz = 60\n", 3, "zzz", "unknown-key"),
    Case("sources/a.toml", 'kind = "memory"\n', 1, "name", "missing", None, "name = …"),
    Case("sources/a.toml", 'kind = "feed"\nname = "A"\n', 1, "url", "missing"),
    Case("awards/a.toml", f"{AWARD}[[scales]]\nfrom = 2000\n", 2, "scales[1].levels", "missing"),
    # values
    Case("bot.toml", "[log]\nlevel = 'infos'\n", 2, "log.level", "choice", "info", "warning"),
    Case("bot.toml", "timezone = 'Europe/Pari'\n", 1, "timezone", "refused", "Europe/Paris"),
    Case("bot.toml", "timezone = 3\n", 1, "timezone", "text", None, "entre guillemets"),
    Case("bot.toml", "[fetch]\ntimeout = 'vite'\n", 2, "fetch.timeout", "number"),
    Case("bot.toml", "[fetch]\nmax_bytes = 'x'\n", 2, "fetch.max_bytes", "whole"),
    Case("bot.toml", "[fetch]\nmax_bytes = 2000.5\n", 2, "fetch.max_bytes", "whole"),
    Case("bot.toml", "[fetch]\nallow = '10.0.0.0/8'\n", 2, "fetch.allow", "list", None, "crochets"),
    Case("bot.toml", "[fetch]\nallow = ['10.0.0.1/8']\n", 2, "fetch.allow[1]", "refused"),
    Case("bot.toml", "[fetch]\nallow = [\n'::1',\n'::1:99999',\n]\n", 4, "fetch.allow[2]", "refused"),
    Case("bot.toml", "fetch = 3\n", 1, "fetch", "table"),
    Case("bot.toml", "[news]\nflood_cap = -1\n", 2, "news.flood_cap", "range", None, "d’au plus 100"),
    Case("bot.toml", "[store]\nurl = 'mysql://x/y'\n", 2, "store.url", "refused", None, "postgresql"),
    Case("sources/a.toml", f"{SOURCE}enabled = 'oui-non'\n", 3, "enabled", "boolean"),
    Case("sources/a.toml", f"{SOURCE}interval = 5\n", 3, "interval", "range", None, "au moins 15"),
    Case("sources/a.toml", f"{SOURCE}role = 'pres'\n", 3, "role", "choice", "press"),
    Case("sources/a.toml", f"{SOURCE}home = 'alposs.fr'\n", 3, "home", "refused", None, "https://"),
    Case("sources/a.toml", f"{SOURCE}language = 'français'\n", 3, "language", "refused"),
    Case("channels/a.toml", f"{CHANNEL}quiet = '8h à 9h'\n", 2, "quiet", "refused", None, "20:00-08"),
    Case("channels/a.toml", f"{CHANNEL}quiet = '25:00-08:00'\n", 2, "quiet", "refused"),
    Case("channels/a.toml", f"{CHANNEL}kinds = ['label', 'evnt']\n", 2, "kinds[2]", "choice", "event"),
    Case("channels/a.toml", f"{CHANNEL}language = 'frr'\n", 2, "language", "no-such-language", "fr"),
    Case("accounts/a.toml", 'kind = "matrix"\nserver = "http://m.example"\n', 2, "server", "refused"),
    # kinds and ids
    Case("sources/a.toml", 'kind = "fed"\nname = "A"\n', 1, "kind", "choice", "feed", "jsonfeed"),
    Case("sources/a.toml", 'kind = "../feed"\nname = "A"\n', 1, "kind", "choice", "feed"),
    Case("sources/a.toml", 'name = "A"\nkind = 3\n', 2, "kind", "text"),
    Case("channels/a.toml", 'kind = "memori"\n', 1, "kind", "choice", "memory"),
    Case("bot.toml", "[news]\nreserve = '2026-02-14..2026-03-22'\n", 2, "news.reserve", "no-room-to-ask"),
    Case("channels/a.toml", f"{CHANNEL}account = 'fedy'\n", 2, "account", "no-such-account", "fedi"),
    Case("sources/a.toml", f"{SOURCE}channels = [\n'rom']\n", 4, "channels[1]", "no-such-channel", "room"),
    Case("sources/Été à Vif.toml", SOURCE, None, "", "bad-id", "ete-a-vif.toml"),
    Case("channels/z.toml", 'kind = "memory"\nname = "la  Salle"\n', 2, "name", "same-name"),
    Case("sources/z.toml", f"{FEED}name = 'Z'\n", 2, "url", "same-feed"),
    Case("awards/z.toml", 'name.fr = "prix du Test"\n', 1, "name", "same-name"),
    Case("source/a.toml", SOURCE, None, "", "stray", "sources"),
    Case("bots.toml", "", None, "", "stray", "bot.toml"),
    # knowledge
    Case("awards/a.toml", 'name.fr = ""\n', 1, "name", "refused", None, "fr ="),
    Case("awards/a.toml", f"{AWARD}months = [1, 13]\n", 2, "months[2]", "range", None, "au plus 12"),
    Case(
        "awards/a.toml",
        f"{AWARD}[[scales]]\nuntil = 2020\nlevels = ['1']\n[[scales]]\nfrom = 2020\nlevels = ['2']\n",
        6, "scales[2].from", "refused", None, "sans année commune",
    ),
    Case(
        "awards/a.toml",
        f"{AWARD}[[scales]]\nlevels = ['1']\n[[scales]]\nlevels = ['2']\n",
        4, "scales[2].from", "refused",
    ),
    Case(
        "awards/a.toml",
        f"{AWARD}[[scales]]\nfrom = 2020\nuntil = 2019\nlevels = ['1']\n",
        4, "scales[1].until", "refused",
    ),
    Case("awards/a.toml", f"{AWARD}[[scales]]\nlevels = ['1', '1']\n", 3, "scales[1].levels", "refused"),
    Case("awards/a.toml", f"{AWARD}[[scales]]\nlevels = []\n", 3, "scales[1].levels", "refused"),
    Case(
        "awards/a.toml", f"{AWARD}[[examples]]\ntitle = 'x'\npublished = '2025-02-30'\n",
        4, "examples[1].published", "refused", None, "ISO 8601",
    ),
    Case("places/a.toml", f"{AWARD}[[spots]]\nname = 'Vif'\nlat = 45.0\n", 2, "spots[1]", "refused"),
    Case("places/a.toml", f"{AWARD}[[spots]]\nname = 'V'\nlat = 95\nlon = 5\n", 4, "spots[1].lat", "range"),
    # TOML itself
    Case("bot.toml", "a = 1\nb = [1\n", 2, "", "syntax", None, "]"),
    Case("bot.toml", "\n\nlanguage fr\n", 3, "", "syntax", None, "clé = valeur"),
    Case("bot.toml", "language = fr\n", 1, "", "syntax", None, "guillemets"),
    Case("bot.toml", 'language = "fr\n', 1, "", "syntax", None, "guillemet"),
    Case("bot.toml", 'language = "fr"\nlanguage = "en"\n', 2, "", "syntax", None, "une seule fois"),
    Case("bot.toml", "[web]\n[web]\n", 2, "", "syntax", None, "une seule fois"),
    Case("bot.toml", f"x = {'9' * 5000}\n", 1, "", "syntax"),
    Case("bot.toml", f"x = {'[' * 5000}\n", 1, "", "syntax"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.text[-30:]!r}")
def test_one_mistake_is_one_problem(case, problems, right):
    (problem,) = problems({**right, case.file: case.text})
    assert problem.file.endswith(
        f"config/{case.file.split('/')[0]}" if case.code == "stray" else case.file
    )
    assert (problem.line, problem.key) == (case.line, case.key)
    assert (problem.code, problem.nearest) == (case.code, case.nearest)
    for language in ("fr", "en"):
        said = problem.say(language)
        assert problem.file in said
        assert "{" not in said.replace("{…}", "")
        assert "?" not in said.removesuffix("?"), "an empty field"
        assert "\n" not in said
        assert not case.nearest or case.nearest in said
    assert case.expected in problem.say("fr")


def test_the_case_without_mistakes_has_no_problem(problems, right):
    assert problems(right) == []


def test_o7_every_problem_of_every_file_comes_at_once_in_order(problems, right):
    texts = {
        **right,
        "bot.toml": 'langage = "fr"\n[fetch]\ntimeout = 0\n[log]\nlevel = "x"\n',
        "accounts/broken.toml": "kind = \n",
        "channels/room.toml": 'kind = "memory"\naccount = "nobody"\nquiet = "x"\nnmae = 1\n',
        "sources/town.toml": 'kind = "memry"\nchannels = ["roum"]\nnmae = "Ville"\n',
        "awards/prize.toml": '[[scales]]\nlevels = []\n[[scales]]\nlevels = ["a"]\n',
    }
    told = [
        (problem.file.split("config/")[1], problem.line, problem.key) for problem in problems(texts)
    ]
    assert told == [
        ("accounts/broken.toml", 1, ""),
        ("awards/prize.toml", 1, "name"),
        ("awards/prize.toml", 2, "scales[1].levels"),
        ("bot.toml", 1, "langage"),
        ("bot.toml", 3, "fetch.timeout"),
        ("bot.toml", 5, "log.level"),
        ("channels/room.toml", 2, "account"),
        ("channels/room.toml", 3, "quiet"),
        ("channels/room.toml", 4, "nmae"),
        ("sources/town.toml", 1, "kind"),
        ("sources/town.toml", 1, "name"),
        ("sources/town.toml", 2, "channels[1]"),
        ("sources/town.toml", 3, "nmae"),
    ]


def test_a_broken_file_is_still_a_name_others_may_use(problems, right):
    (problem,) = problems({**right, "channels/room.toml": "kind = \n"})
    assert problem.code == "syntax"


def test_a_channel_needs_an_account_of_its_own_kind(problems, right):
    wrong = 'kind = "matrix"\nroom = "!a:b.example"\naccount = "fedi"\nenabled = false\n'
    (problem,) = problems({**right, "channels/mx.toml": wrong})
    assert (problem.line, problem.key, problem.code) == (3, "account", "other-account")
    assert "mastodon" in problem.say("fr")
    none = 'kind = "matrix"\nroom = "!a:b.example"\n'
    (problem,) = problems({**right, "channels/mx.toml": none})
    assert problem.key == "account"


def test_a_union_is_refused_once_and_not_once_for_each_member(tmp_path):
    class Either(Settings):
        size: int | list[int] | bool

    path = tmp_path / "a.toml"
    path.write_text("\nsize = 'x'\n")
    read = sheet.read(path)
    with pytest.raises(ValidationError) as caught:
        Either.model_validate(read.data)
    (problem,) = refusals(read, Either, caught.value)
    assert (problem.line, problem.key) == (2, "size")


def test_bytes_that_are_no_utf8_are_named_with_their_line(write, problems, right):
    folder = write(right)
    (folder / "bot.toml").write_bytes(b'language = "fr"\ncontact = "caf\xe9"\n')
    (problem,) = problems({})
    assert (problem.line, problem.code) == (2, "not-utf8")


def test_windows_files_with_bom_and_crlf_are_read(write, problems, right):
    folder = write(right)
    (folder / "bot.toml").write_bytes(b'\xef\xbb\xbflanguage = "fr"\r\n[log]\r\nlevel = "x"\r\n')
    (problem,) = problems({})
    assert (problem.line, problem.key) == (3, "log.level")


def test_a_folder_or_a_pipe_in_a_files_place_and_a_huge_file_are_problems(write, problems, right):
    folder = write(right)
    (folder / "sources" / "dir.toml").mkdir()
    os.mkfifo(folder / "sources" / "fifo.toml")
    (folder / "sources" / "huge.toml").write_bytes(b"#" * (6 * 1024 * 1024))
    assert [problem.code for problem in problems({})] == ["unread-file", "unread-file", "too-large"]


def test_a_file_in_a_folders_place_is_a_problem(problems, right):
    del right["sources/town.toml"], right["sources/paper.toml"]
    (problem,) = problems({**right, "sources": "a file"})
    assert (problem.line, problem.code) == (None, "unread-folder")


@pytest.mark.parametrize("texts", [TEXTS, LANGUAGE_TEXTS], ids=["config", "languages"])
def test_every_sentence_exists_in_french_and_english_with_the_same_fields(texts):
    from bot.languages import fields

    for code, pair in texts.items():
        for words in pair:
            assert set(words) == {"fr", "en"}, code
            assert all(words.values()), code
            assert fields(words["fr"]) == fields(words["en"]) is not None, code


def test_every_code_of_the_table_is_raised_by_some_case(problems, right):
    """A sentence that no mistake can cause is a sentence nobody needs."""
    import inspect

    from bot.commands import check  # tries the examples of awards and gatherings
    from bot.config import checks, read
    from bot.config import refusals as refused

    source = "".join(inspect.getsource(module) for module in (checks, read, refused, sheet, check))
    assert [code for code in TEXTS if f'"{code}"' not in source] == []

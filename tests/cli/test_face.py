"""The terminal face: every mistake is answered in the reader's words, with the next step."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot import kinds
from bot.cli import face, shown


@pytest.fixture
def typed(monkeypatch, capsys, tmp_path):
    """Type a command line; its exit status, output and complaints."""
    monkeypatch.setenv("ALPOSS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("ALPOSS_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)

    def leave(status):
        raise SystemExit(status)

    monkeypatch.setattr("bot.cli.ending.leave", leave)

    def run(*words, language="fr"):
        monkeypatch.setenv("ALPOSS_LANG", language)
        with pytest.raises(SystemExit) as ended:
            face.run(words)
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (["status", "--json"], ["--json", "status"]),
        (
            ["sources", "add", "--data", "d", "x", "-v"],
            ["--data", "d", "-v", "sources", "add", "x"],
        ),
        (["why", "--lang=en", "u"], ["--lang=en", "why", "u"]),
        (["search", "--", "--json"], ["search", "--", "--json"]),
        (["status", "--data"], ["--data", "status"]),
    ],
)
def test_shared_options_count_wherever_they_stand(words, same):
    assert face._shared_first(words) == same


def test_json_may_be_asked_behind_the_command(typed):
    status, out, _ = typed("deadlines", "--json")
    assert status == 0
    json.loads(out)


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("fr", ["statsu"], "« statsu »"),
        ("fr", ["statsu"], "status"),
        ("en", ["statsu"], "status"),
        ("fr", ["status", "--jsno"], "--jsno"),
        ("en", ["why"], "Give the article"),
        ("fr", ["retry", "un"], "Numéro"),
    ],
)
def test_a_mistake_is_told_with_the_next_step_and_no_traceback(typed, language, words, told):
    status, out, complaint = typed(*words, language=language)
    assert status != 0
    said = (out + complaint).replace("\u00a0", " ").replace("\u202f", " ")
    assert told.casefold() in said.casefold()
    assert "Traceback" not in said


def test_the_reader_s_language_is_the_last_word_on_help(typed):
    assert "Usage :" in typed("--help")[1].replace("\u00a0", " ")
    assert "Commands" in typed("--help", "--lang", "en")[1]


def test_the_terminal_is_told_what_to_type_here(typed):
    status, out, complaint = typed("setting", "console")
    assert status == 0, complaint
    assert "alposs-bot reglage console" in out
    assert "!reglage" not in out
    assert (
        shown.typed_here("!alerte mots, Bravo !, !!retry, 5!")
        == "!alerte mots, Bravo !, !!retry, 5!"
    )


@pytest.mark.parametrize(
    "words", [("bot", "réserve", "2099-02-14..2099-03-22"), ("console", "relecture", "toujours")]
)
def test_without_a_room_to_ask_in_nothing_is_said_to_be_looked_at(typed, words):
    status, _, told = typed("reglage", *words)
    assert status != 0
    assert "pas de salon où demander" in told
    assert "alposs-bot setup" in told


def _commands():
    return list(kinds.every("command").values())


def test_no_option_of_a_command_is_one_of_the_whole_command_line():
    """Those count wherever they stand, so a command would never get to see its own."""
    shared = {option for one in face.build("en").params for option in one.opts}
    for command in _commands():
        own = {f"--{one.name}" for one in command.arguments if one.option or one.flag}
        assert not own & shared, command.kind


@pytest.mark.parametrize(
    "command",
    [
        one
        for one in _commands()
        if "terminal" in one.faces and any(argument.required for argument in one.arguments)
    ],
    ids=lambda one: one.kind,
)
def test_what_a_command_needs_is_asked_for(typed, command):
    status, _, told = typed(command.kind)
    first = next(one for one in command.arguments if one.required)
    assert status == 2
    assert first.name in told
    assert "--help" in told


@pytest.mark.parametrize(
    ("words", "french", "english"),
    [
        (["status", "extra"], "un mot de trop\u00a0: extra", "One word too many: extra"),
        (["--lang", "de", "status"], "--lang accepte\u00a0: fr, en", "--lang takes: fr, en"),
        (["status", "--data"], "Il manque", "The command is missing"),
        (["status", "--data", "x", "--config"], "Il manque", "missing"),
        (["search"], "words (les mots", "words (the words"),
    ],
    ids=["extra", "choice", "no-value", "no-command", "argument"],
)
def test_a_slip_of_the_keyboard_is_told_in_the_reader_s_words(typed, words, french, english):
    for language, wanted in (("fr", french), ("en", english)):
        status, out, told = typed(*words, language=language)
        assert (status, out) == (2, "")
        assert wanted in told
        assert "Got unexpected" not in told


def test_an_answer_that_cannot_be_written_is_said_so(tmp_path):
    """In a process of its own, for it is about its standard output."""
    words = [sys.executable, "-m", "bot", "--data", str(tmp_path), "--lang", "en", "news"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert "cannot be written (the disk is full)" in ended.stderr
    assert "Traceback" not in ended.stderr
    closed = f"{shlex.join(words)} >&-"
    ended = subprocess.run(closed, shell=True, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_the_system_refuses_is_no_bug(typed, monkeypatch):
    async def refuse(*_, **__):
        raise OSError(30, "Read-only file system", "/srv/data/x")

    monkeypatch.setattr("bot.app.App.perform", refuse)
    status, _, told = typed("status", language="fr")
    assert status == 1
    assert "le disque est en lecture seule, /srv/data/x" in told

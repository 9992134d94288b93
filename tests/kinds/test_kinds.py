"""Kinds are found by their file alone, and a broken file is named."""

import sys

import pytest

from bot import kinds
from bot.errors import KindError

GOOD = '''"""A kind for the test."""
from bot.sources.source import Source


class {name}(Source):
    kind = "{kind}"

    async def read(self, state, now):
        raise NotImplementedError
'''


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Put a Python file into bot/sources/, as far as discovery can tell."""
    import bot.sources

    monkeypatch.setattr(bot.sources, "__path__", [*bot.sources.__path__, str(tmp_path)])
    before = set(sys.modules)

    def file(module, text):
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")

    yield file
    for module in set(sys.modules) - before:
        if module.startswith("bot.sources."):
            del sys.modules[module]
            vars(bot.sources).pop(module.rpartition(".")[2], None)


def test_a_new_kind_is_one_new_file(add):
    assert "pigeon-post" not in kinds.names("source")
    add("pigeon_post", GOOD.format(name="Pigeon", kind="pigeon-post"))
    assert "pigeon-post" in kinds.names("source")
    assert "pigeon-post" in kinds.likely("source")
    assert kinds.load("source", "pigeon-post").__name__ == "Pigeon"


@pytest.mark.parametrize("family", sorted(kinds.FAMILIES))
def test_every_kind_can_be_loaded_alone_and_bears_its_modules_name(family):
    every = kinds.every(family)
    assert every
    assert list(every) == sorted(every) == list(kinds.names(family))
    for kind, found in every.items():
        assert kinds.load(family, kind) is found
        assert found.__module__.rpartition(".")[2] == kind.replace("-", "_")


@pytest.mark.parametrize(
    "kind", ["none", "source", "../feed", "fetch.py", "", "__init__", "os", "FEED"]
)
def test_what_is_no_kind_is_none(kind):
    assert kinds.load("source", kind) is None


@pytest.mark.parametrize(
    "text",
    ["import nothing_of_that_name\n", "def (:\n", "1 / 0\n", "raise SystemError('no')\n", "\x00"],
)
def test_a_broken_file_is_named(add, text):
    add("broken", text)
    for ask in (lambda: kinds.load("source", "broken"), lambda: kinds.every("source")):
        with pytest.raises(KindError) as caught:
            ask()
        for language in ("fr", "en"):
            assert "bot/sources/broken.py" in caught.value.say(language)


def test_a_broken_file_does_not_harm_the_other_kinds(add):
    add("broken", "1 / 0\n")
    assert kinds.load("source", "memory") is not None


def test_two_files_with_one_kind_are_told_apart(add):
    add("other", GOOD.format(name="Other", kind="memory"))
    with pytest.raises(KindError) as caught:
        kinds.every("source")
    assert "bot/sources/other.py" in str(caught.value)
    assert "bot/sources/memory.py" in str(caught.value)


def test_a_base_without_a_kind_is_no_kind(add):
    add("base", "from bot.sources.source import Source\nclass Base(Source):\n    pass\n")
    assert "base" not in kinds.names("source")
    assert kinds.load("source", "base") is None


def test_a_broken_kind_is_a_problem_of_the_file_that_asks_for_it(add, tmp_path):
    from bot.config.read import load
    from bot.errors import ConfigError

    add("broken", "1 / 0\n")
    folder = tmp_path / "config"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "a.toml").write_text('name = "A"\nkind = "broken"\nrole = "x"\n')
    (folder / "sources" / "b.toml").write_text('name = "B"\nkind = "fed"\n')
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    told = [(problem.line, problem.key, problem.code) for problem in caught.value.problems]
    assert told == [(2, "kind", "broken-kind"), (3, "role", "choice"), (2, "kind", "choice")]
    assert "bot/sources/broken.py" in caught.value.say("fr")


def test_help_read_off_the_files_says_what_the_commands_say():
    from bot.cli import face

    said = {name: command.help for name, command in kinds.every("command").items()}
    assert face._listed() == said


def test_help_imports_neither_pydantic_nor_any_client():
    import subprocess
    import sys

    script = (
        "import sys; from bot.cli.face import build\n"
        "try: build('fr').main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'aiohttp', 'sqlalchemy', 'nio', 'feedparser', 'asyncio'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

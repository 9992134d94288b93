"""The walls of the house: who may import whom, what is documented, what every text has.

Nothing is listed here by hand: settings, kinds, commands, texts and files are discovered.
"""

import ast
import importlib.util
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import causes, errors, kinds, languages
from bot.config.model import Settings
from bot.config.settings import BotSettings
from bot.config.wiring import AccountSettings, ChannelSettings, SourceSettings
from bot.errors import BotError

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted((ROOT / "bot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


# -- layers ----------------------------------------------------------------------------------


def test_downstream_looks_upstream_never_back():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


#: third-party client -> where alone it may be imported
DOORS = {
    "feedparser": r"bot/sources/feed\w*\.py",
    "mastodon": r"bot/channels/mastodon\w*\.py",
    "nio": r"bot/channels/matrix\w*\.py",
    "apscheduler": r"bot/scheduler\.py",
    "sqlalchemy": r"bot/store/.*\.py",
    "alembic": r"bot/store/.*\.py",
    "icalendar": r"bot/sources/ical\.py|bot/commands/_calendar\.py",  # reads · writes
    "protego": r"bot/sources/robots\.py",
    "re2": r"bot/config/filters\.py",
    "recurring_ical_events": r"bot/sources/ical\.py",
    "tree_sitter": r"bot/config/lines\.py",
    "tree_sitter_toml": r"bot/config/lines\.py",
}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_each_client_has_one_door():
    through = {(short(path), name) for path in PYTHON for name in imported(parsed(path))}
    assert [
        f"{path} imports {name}"
        for path, name in sorted(through)
        if name in DOORS and not re.fullmatch(DOORS[name], path)
    ] == []
    assert {name for _, name in through} >= set(DOORS), "a door that nobody uses"


def test_every_package_travels_in_the_wheel():
    listed = set(PROJECT["tool"]["setuptools"]["packages"]) - {"bot_config"}
    found = {short(path.parent).replace("/", ".") for path in PYTHON if path.name == "__init__.py"}
    assert listed == found


def test_no_file_is_too_long_to_be_read():
    long = {
        short(path): lines
        for path in PYTHON
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_nothing_is_named_models_or_utils():
    assert [short(path) for path in PYTHON if path.stem in ("models", "utils", "helpers")] == []


# -- reference -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(generator):
    return generator.pages()


def test_the_reference_is_up_to_date(pages):
    folder = ROOT / "docs" / "reference"
    old = [
        name
        for name, text in pages.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]
    assert old == [], "next: make docs"


def models(model: type[Settings]) -> Iterator[type[Settings]]:
    """A model and all those inside it."""
    yield model
    for field in model.model_fields.values():
        for inner in inside(field.annotation):
            yield from models(inner)


def inside(annotation) -> Iterator[type[Settings]]:
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from inside(each)


def subclasses(of: type) -> Iterator[type]:
    for child in of.__subclasses__():
        if child.__module__.startswith("bot."):
            yield child
            yield from subclasses(child)


def test_every_setting_is_documented_with_its_description(pages):
    for root in (BotSettings, AccountSettings, SourceSettings, ChannelSettings):
        for model in models(root):
            for name, field in model.model_fields.items():
                row = f"| `{field.alias or name}` |"
                assert field.description, f"{model.__name__}.{name}"
                assert row in pages["settings.md"], f"{model.__name__}.{name}"
                assert field.description in pages["settings.md"], f"{model.__name__}.{name}"


@pytest.mark.parametrize("family", ["source", "channel", "matcher"])
def test_every_kind_is_documented_with_its_own_settings(family, pages):
    for kind, found in kinds.every(family).items():
        title = f"### {family} `{kind}`\n"
        assert title in pages["kinds.md"]
        section = pages["kinds.md"].split(title)[1].split("\n### ")[0]
        assert (
            sys.modules[found.__module__].__doc__.strip().splitlines()[0][:40]
            in section.replace("`", "``")
            or sys.modules[found.__module__].__doc__.strip()[:20] in section
        )
        if family == "matcher":
            continue
        shared = SourceSettings if family == "source" else ChannelSettings
        for name, field in found.Options.model_fields.items():
            assert field.description, f"{kind}: {name}"
            assert name in shared.model_fields or f"| `{name}` |" in section, f"{kind}: {name}"


def test_every_command_and_argument_is_documented(pages):
    for kind, command in kinds.every("command").items():
        assert f"## {kind}\n" in pages["commands.md"]
        section = pages["commands.md"].split(f"## {kind}\n")[1].split("\n## ")[0]
        for argument in command.arguments:
            assert (
                f"`{'--' if argument.option else ''}{argument.name.replace('_', '-')}`" in section
            )


def test_every_error_is_documented(pages):
    for error in subclasses(BotError):
        assert f"## {error.__name__}\n" in pages["errors.md"]


@pytest.mark.parametrize("name", ["settings.md", "kinds.md", "commands.md", "errors.md"])
def test_every_page_of_the_reference_says_what_to_do_next(name, pages):
    assert "\nNext: " in pages[name]


LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
PAPERS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").glob("*.md"),
     *(ROOT / "requirements").glob("*.md"), *(ROOT / "tests").rglob("*.md")]
)  # fmt: skip


@pytest.mark.parametrize("paper", PAPERS, ids=short)
def test_every_link_between_papers_leads_somewhere(paper):
    targets = LINK.findall(paper.read_text(encoding="utf-8"))
    assert [target for target in targets if not (paper.parent / target).exists()] == []


def test_every_dependency_is_explained():
    said = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8").lower()
    names = [re.split(r"[\[<>=~! ]", each)[0] for each in PROJECT["project"]["dependencies"]]
    assert [name for name in names if name.lower() not in said] == []


# -- settings with an effect -----------------------------------------------------------------


def read_names() -> set[str]:
    """Every attribute that code outside of config/ reads, and every name given to getattr."""
    names: set[str] = set()
    for path in PYTHON:
        if path.parent.name == "config" and path.name not in ("checks.py", "read.py"):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                names.add(node.attr)
    return names


def test_every_setting_has_an_effect():
    names = read_names()
    roots = [BotSettings, AccountSettings, SourceSettings, ChannelSettings]
    roots += [
        found.Options for family in ("source", "channel") for found in kinds.every(family).values()
    ]
    unread = {
        f"{model.__name__}.{name}"
        for root in roots
        for model in models(root)
        for name in model.model_fields
        if name not in names
    }
    assert unread == set()


# -- contracts -------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["source", "channel"])
def test_one_contract_suite_runs_over_every_kind_of_a_family(family):
    suite = ROOT / "tests" / "contracts" / f"test_{family}s.py"
    assert suite.exists()
    calls = [
        node
        for node in ast.walk(parsed(suite))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("every", "names")
        and [getattr(argument, "value", None) for argument in node.args] == [family]
    ]
    assert calls, f"{short(suite)} must be parametrised by kinds.every({family!r})"


# -- texts -----------------------------------------------------------------------------------


def spoken() -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """Every dictionary in the code that has words by language: where, and the words."""
    for path in PYTHON:
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Dict):
                continue
            keys = [getattr(key, "value", None) for key in node.keys]
            if "fr" in keys or "en" in keys:
                pairs = {key: value for key, value in zip(keys, node.values, strict=True) if key}
                yield f"{short(path)}:{node.lineno}", pairs


SPOKEN = list(spoken())


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_there_are_texts():
    assert len(SPOKEN) > 50


def test_every_text_is_in_french_and_in_english():
    assert [where for where, words in SPOKEN if not {"fr", "en"} <= set(words)] == []


def test_every_text_has_the_same_braces_in_both_languages():
    wrong = []
    for where, words in SPOKEN:
        french, english = literal(words["fr"]), literal(words["en"])
        if french is None or english is None:
            continue
        if not languages.fields(french) == languages.fields(english) is not None:
            wrong.append(f"{where}: {french!r} {english!r}")
    assert wrong == []


def french_texts() -> Iterator[tuple[str, str]]:
    for where, words in SPOKEN:
        for node in ast.walk(words["fr"]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield where, node.value


def test_french_keeps_its_typography():
    """U+202F before ; ! ?, U+00A0 before : and inside « », ’ and not '."""
    # " !prochain" is a command as people type it
    slip = re.compile(r" [;?:»]| !(?![a-z{])|« |[a-zà-ÿ]'[a-zà-ÿ]", re.IGNORECASE)
    assert [f"{where}: {text}" for where, text in french_texts() if slip.search(text)] == []


def test_every_command_speaks_both_languages():
    for kind, command in kinds.every("command").items():
        for words in (command.names, command.help, *(each.help for each in command.arguments)):
            assert {"fr", "en"} <= set(words), kind
            assert all(words.values()), kind
        for key, words in command.texts.items():
            assert {"fr", "en"} <= set(words), f"{kind}: {key}"


def test_no_two_commands_share_a_name():
    seen: dict[tuple[str, str], str] = {}
    for kind, command in kinds.every("command").items():
        for language, names in command.names.items():
            for name in names:
                assert seen.setdefault((language, name), kind) == kind


def test_every_reason_of_understanding_can_be_said():
    """The keys are the first argument of ``Reason(…)``; an f-string must fit at least one."""
    folder = ROOT / "config" / "languages"
    spoken = languages.read_all([folder])
    unsaid = set()
    for path in sorted((ROOT / "bot" / "understanding").glob("*.py")):
        for node in ast.walk(parsed(path)):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason"):
                continue
            keys = [literal(each) for each in ast.walk(node.args[0])]
            whole = isinstance(node.args[0], ast.Constant | ast.IfExp)
            for key in keys:
                for code in ("fr", "en"):
                    if whole and key and not spoken[code].own("reasons", key):
                        unsaid.add(f"{short(path)}: {key} ({code})")
    assert unsaid == set()


# -- habits ----------------------------------------------------------------------------------

FORBIDDEN = {
    "to" + "do": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "bare noqa": re.compile(r"#\s*no" + r"qa(?!:)"),
    "bare ignore": re.compile(r"#\s*type:\s*ig" + r"nore(?!\[)"),
    "skipped test": re.compile(r"pytest\.(mark\.)?(sk" + r"ip|xf" + r"ail)|importor" + r"skip"),
    "machine path": re.compile(r"[\"'(= ]/(wo" + r"rk|ro" + r"ot)/"),
}


@pytest.mark.parametrize("habit", sorted(FORBIDDEN))
def test_nobody_falls_into_bad_habits(habit):
    pattern = FORBIDDEN[habit]
    found = [
        f"{short(path)}:{number}: {line.strip()}"
        for path in [*PYTHON, *TESTS, *PAPERS, *(ROOT / "docs").glob("*.py")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_exception_is_swallowed():
    silent = [
        f"{short(path)}:{node.lineno}"
        for path in PYTHON
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("error", "french", "english"),
    [
        (FileNotFoundError(2, "No such file or directory"), "il n’existe pas", "it does not exist"),
        (OSError(28, "No space left on device"), "le disque est plein", "the disk is full"),
        (TimeoutError(), "pas de réponse à temps", "no answer in time"),
        (
            socket.gaierror(-2, "Name or service not known"),
            "nom de machine introuvable",
            "machine name not found",
        ),
        (OSError(9999, "Odd trouble"), "Odd trouble", "Odd trouble"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "?"), "UnicodeDecodeError", "UnicodeDecodeError"),
    ],
    ids=["missing", "full", "slow", "name", "odd", "no-text"],
)
def test_what_the_system_refuses_is_said_in_the_reader_s_language(error, french, english):
    assert causes.cause_of(error) == {"fr": french, "en": english}
    assert causes.cause_in(error, "fr") == french
    assert causes.cause_in(error, "de") == english
    assert french in errors.Unreachable(cause=causes.cause_of(error)).say("fr")

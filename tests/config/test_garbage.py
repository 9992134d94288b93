"""Whatever stands in the files: problems with a file and a line, never a traceback."""

import random
import re
import tempfile
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import kinds
from bot.config.lines import lines
from bot.config.read import load
from bot.errors import ConfigError

#: the fixture `right` only hands over a constant: it need not be fresh for each example
FREELY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def told(texts):
    """What load() says against these files (text or bytes); [] where all is right."""
    with tempfile.TemporaryDirectory() as place:
        for name, text in texts.items():
            path = Path(place, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        try:
            load(Path(place), {})
        except ConfigError as error:
            error.say("fr")  # neither may raise
            error.say("en")
            return error.problems
        return ()


# -- anything at all -------------------------------------------------------------------------

KEYS = st.sampled_from(
    [
        "kind",
        "name",
        "url",
        "channels",
        "account",
        "language",
        "enabled",
        "interval",
        "scales",
        "from",
        "until",
        "levels",
        "lat",
        "lon",
        "spots",
        "months",
        "fetch",
        "news",
        "allow",
        "timeout",
        "token",
        "token_file",
        "server",
        "examples",
        "title",
        "path",
    ]
) | st.text(min_size=1, max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["memory", "feed", "mastodon", "matrix", "fr", "../x", "https://[", "9e999"])
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def written(value):
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        pairs = ", ".join(f"{quoted(key)} = {written(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return quoted(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return "''" if value is None else str(value)


def quoted(text):
    escaped = "".join(
        character
        if character.isprintable() and character not in '"\\'
        else f"\\U{ord(character):08X}"
        for character in text
    )
    return f'"{escaped}"'


ROOM = st.sampled_from(
    ["bot.toml", *(f"{room}/x.toml" for room in (
        "accounts", "sources", "channels", "awards", "events", "places"))]
)  # fmt: skip
SCALARS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@FREELY
@given(file=ROOM, table=st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_toml_gives_problems_or_a_configuration(file, table, right):
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in table.items())
    tomllib.loads(text)  # the generator writes real TOML
    for problem in told({**right, file: text}):
        assert problem.line is None or 1 <= problem.line <= max(1, len(table))


@FREELY
@given(file=ROOM, text=SCALARS | st.binary(max_size=200))
def test_any_text_and_any_bytes_give_problems_or_a_configuration(file, text, right):
    for problem in told({**right, file: text}):
        assert problem.file.endswith((file, ".toml"))
        assert problem.line is None or problem.line >= 1


@FREELY
@given(data=st.data())
def test_a_right_file_spoiled_anywhere_is_named_with_its_line(data, right):
    file = data.draw(st.sampled_from(sorted(right)))
    text = right[file]
    rows = text.splitlines()
    row = data.draw(
        st.sampled_from([n for n, each in enumerate(rows) if re.match(r"[\w.]+ =", each)])
    )
    key, _, value = rows[row].partition(" = ")
    spoiled = data.draw(
        st.sampled_from(
            [
                f"{key}x = {value}",  # a slip in the key
                f"{key} = {{ zzz = 1 }}",  # another sort of value
                f"{key} {value}",  # no TOML
                f"{key} = {value}\nzzz = 1",  # one key too many
            ]
        )
    )
    rows[row] = spoiled
    problems = told({**right, file: "\n".join(rows) + "\n"})
    first, last = row + 1, row + 1 + spoiled.count("\n")
    here = [problem for problem in problems if problem.file.endswith(file)]
    assert here, spoiled
    assert any(problem.line in range(first, last + 1) for problem in here), (spoiled, here)


OPTIONS = [
    (family, kind, name)
    for family in ("source", "channel")
    for kind, found in kinds.every(family).items()
    for name in found.Options.model_fields
    if name != "kind"
]


@FREELY
@given(
    option=st.sampled_from(OPTIONS),
    value=VALUES | st.sampled_from(["https://a.example/", "x" * 5000, "(", "!a:b", "#a:b.example"]),
)
def test_any_value_of_any_setting_of_any_kind_gives_problems_or_a_configuration(option, value):
    family, kind, name = option
    rows = [f'kind = "{kind}"', f"{quoted(name)} = {written(value)}"]
    for problem in told({f"{family}s/x.toml": "\n".join(rows)}):
        assert problem.file.endswith(f"{family}s/x.toml")
        assert problem.line in (1, 2)


# -- lines -----------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_every_value_is_found_in_the_line_in_which_it_was_written(seed):
    """Documents are written value by value, each with its own line as the value."""
    text, count = _document(random.Random(seed))
    data = tomllib.loads(text)
    found = lines(text)
    seen = 0
    waiting = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), each) for index, each in enumerate(value)]
        else:
            seen += 1
            assert found.at(path) == value, (path, text)
    assert seen == count


def _document(chance):
    """TOML in which every number says its own line, in every form that TOML has."""
    rows, count = [], 0

    def value():
        nonlocal count
        count += 1
        return len(rows) + 1

    def pairs():
        for number in range(chance.randrange(1, 4)):
            form = chance.randrange(6)
            if chance.random() < 0.2:
                rows.append("# a comment")
            if form == 0:
                rows.append(f"k{number} = {value()}")
            elif form == 1:
                rows.append(f'd{number}."é {number}".x = {value()}')
            elif form == 2:
                rows.append(f"'i{number}' = {{ a = {value()}, b.c = [{value()}] }}")
            elif form == 3:
                rows.append(f"l{number} = [")
                for _ in range(chance.randrange(3)):
                    rows.append(f"  {value()},  # one")
                rows.append("]")
            elif form == 4:
                rows.append(f"n{number} = [")
                rows.append(f"  {{ z = {value()} }},")
                rows.append(f"  {{ z = {value()} }} ]")
            else:
                rows.append("")

    pairs()
    for number in range(chance.randrange(4)):
        form = chance.randrange(3)
        if form == 0:
            rows.append(f"[t{number}.under]")
            pairs()
        elif form == 1:
            for _ in range(chance.randrange(1, 3)):
                rows.append(f"[[a{number}]]")
                pairs()
                if chance.random() < 0.5:
                    rows.append(f"[a{number}.sub]")
                    pairs()
                if chance.random() < 0.5:
                    rows.append(f"[[a{number}.many]]")
                    pairs()
                    rows.append(f"[[a{number}.many]]")
                    pairs()
        else:
            rows.append(f'["q{number}"]')
            pairs()
    return "\n".join(rows) + "\n", count


def test_a_value_that_is_not_there_has_the_line_of_its_table():
    text = "a = 1\n\n[b]\nc = 2\n\n[[d]]\ne = 1\n[[d]]\n"
    found = lines(text)
    assert found.at(("b", "zzz")) == 3
    assert found.at(("d", 1, "zzz")) == 8
    assert found.at(("zzz",)) == 1
    assert found.at(()) == 1

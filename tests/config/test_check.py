"""``check``: everything wrong at once, or one line that says how many of each there are."""

import json
import shutil

import pytest

from bot.commands.check import Check
from bot.config.read import defaults_folder, load


class Context:
    """What `check` uses of the real one."""

    def __init__(self, folder, language):
        self.config_dir = folder
        self.language = language

    def config(self):
        return load(self.config_dir, {})


@pytest.fixture(params=["fr", "en"])
def check(request):
    async def run(folder):
        return await Check().run(Context(folder, request.param), {})

    run.language = request.param
    return run


async def test_the_shipped_configuration_passes_its_own_check(check):
    answer = await check(defaults_folder())
    assert answer.ok, answer.text
    counts = answer.data["counts"]
    assert counts["awards"] >= 10
    assert counts["languages"] >= 2
    assert str(counts["awards"]) in answer.text
    assert "\n" not in answer.text


async def test_one_line_says_how_many_of_each(check, write, right):
    right["sources/town.toml"] += "enabled = false\n"
    answer = await check(write(right))
    assert answer.ok, answer.text
    counts = answer.data["counts"]
    assert (counts["sources"], counts["resting"]) == (2, 1)
    assert (counts["channels"], counts["accounts"]) == (1, 1)
    assert "\n" not in answer.text


async def test_problems_of_settings_and_of_languages_come_together(check, write, right):
    right["bot.toml"] = 'langage = "fr"\n'
    right["sources/town.toml"] = 'kind = "memory"\n'
    right["languages/oc.toml"] = "[sentences]\nx = '{'\n"
    answer = await check(write(right))
    assert not answer.ok
    files = [problem["file"].rpartition("config/")[2] for problem in answer.data["problems"]]
    assert files == sorted(files)
    assert {"bot.toml", "languages/oc.toml", "sources/town.toml"} == set(files)
    for problem in answer.data["problems"]:
        assert problem["file"] in answer.text
        assert problem["found"] in answer.text
        assert problem["expected"] in answer.text
    assert "language" in [problem["nearest"] for problem in answer.data["problems"]]
    assert "alposs-bot check" in answer.text
    json.dumps(answer.data)


async def test_a_broken_language_file_is_named_beside_broken_settings(check, write, right):
    right["bot.toml"] = "x\n"
    right["languages/oc.toml"] = "x\n"
    answer = await check(write(right))
    assert [problem["line"] for problem in answer.data["problems"]] == [1, 1]


async def test_a_language_file_may_reword_the_problems(check, write, right):
    code = check.language
    shipped = (defaults_folder() / "languages" / f"{code}.toml").read_text(encoding="utf-8")
    extra = "\n[messages.unknown-key]\nfound = 'Zut'\n"
    assert "[messages.unknown-key]" not in shipped
    right[f"languages/{code}.toml"] = shipped + extra
    right["bot.toml"] = 'langage = "fr"\n'
    answer = await check(write(right))
    assert "Zut" in answer.text
    assert answer.data["problems"][0]["found"] == "Zut"


async def test_a_missing_folder_is_one_problem(check, tmp_path):
    answer = await check(tmp_path / "nowhere")
    assert not answer.ok
    assert [problem["file"] for problem in answer.data["problems"]] == [str(tmp_path / "nowhere")]


async def test_a_copy_of_the_shipped_folder_is_right_too(check, tmp_path):
    copy = tmp_path / "config"
    shutil.copytree(defaults_folder(), copy)
    answer = await check(copy)
    assert answer.ok, answer.text


AWARD = """name.fr = "Prix de la Ville libre"
name.en = "Free Town Award"
free_software = true
[[examples]]
title = "Claix remporte le prix de la Ville libre 2025"
laureates = ["{laureate}"]
year = 2025
[[counterexamples]]
title = "{counter}"
"""
CALL = "Les candidatures au prix de la Ville libre sont ouvertes"
SERIES = """name.fr = "Fête du Code"
[[examples]]
title = "La Fête du Code aura lieu le 14 mars 2026 à Voiron"
published = "2026-02-01"
start = "2026-03-{day}"
city = "Voiron"
"""


async def test_one_s_own_examples_are_tried(check, write, right):
    right["awards/ville-libre.toml"] = AWARD.format(laureate="Claix", counter=CALL)
    right["events/fete-du-code.toml"] = SERIES.format(day=14)
    answer = await check(write(right))
    assert answer.ok, answer.text


async def test_an_example_that_is_understood_otherwise_is_named_with_its_line(check, write, right):
    right["awards/ville-libre.toml"] = AWARD.format(
        laureate="Voiron", counter="Claix reçoit le prix de la Ville libre"
    )
    right["events/fete-du-code.toml"] = SERIES.format(day=15)
    answer = await check(write(right))
    assert not answer.ok
    found = {
        (problem["file"].rpartition("/")[2], problem["line"], problem["key"], problem["code"])
        for problem in answer.data["problems"]
    }
    assert found == {
        ("ville-libre.toml", 6, "examples[1].laureates", "example"),
        ("ville-libre.toml", 8, "counterexamples[1]", "counterexample"),
        ("fete-du-code.toml", 5, "examples[1].start", "example"),
    }
    assert "Claix" in answer.text
    assert "2026-03-14" in answer.text

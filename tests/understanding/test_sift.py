"""A source's filters: what they stop, why, and that no pattern can stall."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config.filters import Filters, folded, matches
from bot.entries.entry import Entry, Publisher
from bot.understanding.fact import Understanding
from bot.understanding.sift import stopped

ROOT = Path(__file__).resolve().parents[2]


def entry(title="Une école libre à Échirolles", **fields):
    return Entry(
        id="a/1", publisher=Publisher("a", "A"), url=None, title=title, summary="", content="",
        language="fr", published=datetime(2026, 2, 1, tzinfo=UTC), fingerprint="x", **fields,
    )  # fmt: skip


def key(title="Une école libre à Échirolles", kind="award", **filters):
    meant = Understanding(kind=kind, relevant=True)
    found = stopped(entry(title, tags=("AlpOSS",)), meant, Filters(**filters))
    return found and found["key"]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({}, None),
        ({"include": ("ecole",)}, None),
        ({"include": ("lycée", "alposs")}, None),  # a tag
        ({"include": ("lycée",)}, "filter-include"),
        ({"exclude": ("ECHIROLLES$",)}, "filter-exclude"),
        ({"exclude": ("grenoble",)}, None),
        ({"kinds": ("award", "label")}, None),
        ({"kinds": ("event",)}, "filter-kind"),
        ({"languages": ("fr",)}, None),
        ({"languages": ("en",)}, "filter-language"),
    ],
)
def test_what_each_filter_stops(filters, said):
    assert key(**filters) == said


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\bcole\b", "école", False),  # é is a letter: no word begins after it
        (r"\bécole\b", "une ÉCOLE,", True),
        (r"\bt\b", "été", False),
        (r"^\w+$", "Échirolles", True),
        ("l'œuvre", "L’Oeuvre", True),
        ("[éè]tre", "etre", True),
    ],
)
def test_s9_accents_count_as_letters(pattern, text, found):
    assert matches(pattern, folded(text)) is found


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(.*a){20}$", r"(\w+\s?)*$x"])
def test_s9_no_pattern_stalls(pattern):
    began = time.perf_counter()
    matches(pattern, "a" * 50_000 + "!")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "", "a" * 501, "(a{1000}){1000}"])
def test_s9_what_cannot_be_linear_is_refused_at_load(pattern):
    with pytest.raises(ValueError):
        Filters(include=(pattern,))


def test_a_filter_stops_the_news_check_knows_it_and_why_says_so(tmp_path):
    shipped, config = ROOT / "config", tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    (config / "channels").mkdir()
    shutil.copytree(shipped / "sources" / "samples", config / "sources" / "samples")
    shutil.copy(shipped / "channels" / "console.toml", config / "channels")
    source = config / "sources" / "exemple-fondateur.toml"
    text = (shipped / "sources" / "exemple-fondateur.toml").read_text(encoding="utf-8")

    def bot(*words):
        order = [
            sys.executable,
            "-m",
            "bot",
            "--config",
            str(config),
            "--data",
            str(tmp_path / "data"),
        ]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [*order, "--lang", "fr", *words], cwd=tmp_path, capture_output=True, text=True,
            encoding="utf-8", env=env, check=False,
        )  # fmt: skip

    source.write_text(text + '\n[filters]\nexclude = ["("]\n', encoding="utf-8")
    refused = bot("check")
    assert refused.returncode == 1
    assert "exemple-fondateur.toml, ligne" in refused.stdout + refused.stderr
    source.write_text(text + '\n[filters]\nexclude = ["\\\\bnec d.or"]\n', encoding="utf-8")
    assert "Serait publié" not in bot("once").stdout
    link = "https://travailleur-alpin.fr/2025/10/30/"
    link += "echirolles-recoit-le-prix-national-nec-dor-pour-sa-strategie-numerique"
    assert "filtre de cette source écarte ce qui contient \\bnec d.or" in bot("why", link).stdout

"""``understand`` and ``evaluate``: one prediction a line, figures as they are defined."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands import _score
from bot.commands.evaluate import Evaluate
from bot.commands.understand import Understand
from bot.config.read import load
from bot.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]
NEWS = ROOT / "tests" / "news"


class Asked:
    """A context over the shipped configuration."""

    language = "fr"
    config_dir = ROOT / "config"

    def __init__(self) -> None:
        self._config = load(self.config_dir, {})

    def now(self) -> datetime:
        return datetime(2026, 6, 1, tzinfo=UTC)

    def config(self):
        return self._config


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked()


def _items(tmp_path: Path, *items: dict) -> str:
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return str(path)


def _item(id: str, title: str, published: str = "2025-11-20T10:00:00+01:00", **more) -> dict:
    return {
        "id": id,
        "language": "fr",
        "source": {
            "name": "Ville de Vif",
            "kind": "municipal",
            "home": "https://vif.example",
            "format": "rss2",
        },
        "url": f"https://vif.example/{id}",
        "published": published,
        "title": title,
        "summary": "",
        "content": None,
        "tags": [],
        **more,
    }


async def test_understand_prints_one_prediction_a_line(asked, tmp_path) -> None:
    file = _items(
        tmp_path,
        _item("a", "Vif obtient le badge Territoire Numérique Libre 2025"),
        _item("b", "Territoire Numérique Libre 2025 : le badge pour Vif"),
        _item("c", "La piscine ferme"),
    )
    answer = await Understand().run(asked, {"file": file})
    first, second, third = (json.loads(line) for line in answer.text.splitlines())
    assert set(first) == {"id", "kind", "relevant", "story", "facts", "why"}
    assert set(first["facts"]) == {"awards", "events", "cfps", "releases"}
    assert (first["kind"], first["relevant"]) == ("label", True)
    award = first["facts"]["awards"][0]
    assert (award["award_id"], award["laureates"], award["level"], award["year"]) == (
        "territoire-numerique-libre",
        ["Vif"],
        "Badge",
        2025,
    )
    assert first["story"] == second["story"] is not None
    assert (third["kind"], third["relevant"], third["story"]) == ("other", False, None)
    assert first["why"]
    assert third["why"]
    assert all(isinstance(sentence, str) and "{" not in sentence for sentence in first["why"])


async def test_labels_change_nothing(asked, tmp_path) -> None:
    plain = _items(tmp_path, _item("a", "Vif obtient le badge Territoire Numérique Libre 2025"))
    before = (await Understand().run(asked, {"file": plain})).text
    told = _items(
        tmp_path,
        _item(
            "a", "Vif obtient le badge Territoire Numérique Libre 2025", labels={"kind": "release"}
        ),
    )
    assert (await Understand().run(asked, {"file": told})).text == before


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "a"}', '{"id": "a", "published": "hier", "source": {"name": "x"}}']
)
async def test_a_line_that_is_no_item_is_named(asked, tmp_path, line) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(_item("a", "Titre")) + "\n" + line, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        await Understand().run(asked, {"file": str(path)})
    assert "bad.jsonl" in caught.value.say("fr")
    assert "2" in caught.value.say("fr")


@pytest.mark.parametrize(
    ("field", "change", "said"),
    [
        ("source", {"source": "Ville de Vif"}, "n’est pas un objet"),
        ("source", {"source": None}, "manque"),
        ("source.name", {"source": {"kind": "press"}}, "manque"),
        ("id", {"id": None}, "manque"),
        ("title", {"title": ["Titre"]}, "n’est pas un texte"),
        ("tags", {"tags": "prix"}, "n’est pas une liste"),
        ("published", {"published": "2025-11-20"}, "n’est pas une date"),  # no zone
    ],
)
async def test_a_bad_item_is_told_by_line_and_field(asked, tmp_path, field, change, said) -> None:
    path = _items(tmp_path, _item("a", "Titre"), {**_item("b", "Titre"), **change})
    with pytest.raises(CommandError) as caught:
        await Understand().run(asked, {"file": path})
    told = caught.value.say("fr")
    assert f"ligne 2\u00a0: {field} {said}" in told
    assert "Error" not in told


async def test_a_file_that_cannot_be_read_is_said_without_python_names(asked, tmp_path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes("été".encode("latin-1"))
    for path in (latin, tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(CommandError) as caught:
            await Understand().run(asked, {"file": str(path)})
        assert path.name in caught.value.say("fr")
        assert "Error" not in caught.value.say("fr")


async def test_a_missing_file_is_said(asked, tmp_path) -> None:
    with pytest.raises(CommandError) as caught:
        await Evaluate().run(asked, {"file": str(tmp_path / "none.jsonl")})
    assert "none.jsonl" in caught.value.say("fr")


async def test_evaluate_needs_labels(asked, tmp_path) -> None:
    with pytest.raises(CommandError) as caught:
        await Evaluate().run(asked, {"file": _items(tmp_path, _item("a", "Titre"))})
    assert "understand" in caught.value.say("fr")


def _labels(**more) -> dict:
    return {
        "kind": "label",
        "relevant": True,
        "story_id": "s",
        "hard_negative": False,
        "borderline": False,
        "lookalike_of": [],
        "may_merge_with": [],
        "facts": {"awards": [], "events": [], "cfps": [], "releases": []},
        **more,
    }


AWARD = {
    "award_id": "tnl",
    "year": 2025,
    "laureates": ["Ville de Vif"],
    "level": "Or",
    "place": "Congrès, Paris",
}


def test_the_figures_by_hand() -> None:
    """Two relevant items of one story, a borderline one, and a hard negative announced."""
    rows = [
        {"id": "a", "labels": _labels(facts={"awards": [AWARD]})},
        {"id": "b", "labels": _labels(facts={"awards": [AWARD]})},
        {"id": "c", "labels": _labels(borderline=True, relevant=False, kind="other")},
        {
            "id": "d",
            "labels": _labels(relevant=False, hard_negative=True, kind="other", story_id="n"),
        },
    ]
    told = {
        "awards": [
            {
                "award_id": "tnl",
                "year": 2025,
                "laureates": ["Vif"],
                "level": "Argent",
                "place": "Paris",
            }
        ]
    }
    guesses = [
        {"id": "a", "kind": "label", "relevant": True, "story": "1", "facts": told},
        {"id": "b", "kind": "award", "relevant": False, "story": "1", "facts": {}},
        {"id": "c", "kind": "other", "relevant": True, "story": None, "facts": {}},
        {"id": "d", "kind": "other", "relevant": True, "story": None, "facts": {}},
    ]
    score = _score.score(rows, guesses)
    assert score.kind_accuracy == 3 / 4
    assert dict(score.relevance) == {"tp": 1, "fn": 1, "fp": 1}
    assert (score.precision, score.recall, score.relevance_f1) == (0.5, 0.5, 0.5)
    assert (score.strict_announced, score.strict) == (1, 1)
    assert score.of_field("awards", "laureates") == (2 / 3, 2)  # "Ville de Vif" is Vif
    assert score.of_field("awards", "level") == (0.0, 2)
    assert score.of_field("awards", "place") == (2 / 3, 2)  # one of the two names is enough
    assert score.of_group("awards") == 2 / 3
    assert score.field_f1 == pytest.approx(2 * 4 / (10 + 5))
    assert score.pair_f1 == 1.0
    assert (score.missed, score.alarms) == (["b"], ["d"])
    assert score.worst[0][1] == "b"


def test_lookalikes_and_pairs() -> None:
    rows = [
        {"id": "a", "labels": _labels(story_id="x", lookalike_of=["y"])},
        {"id": "b", "labels": _labels(story_id="y")},
        {"id": "c", "labels": _labels(story_id="x")},
        {"id": "d", "labels": _labels(story_id="z", may_merge_with=["x"])},
    ]
    guesses = [
        {"id": id, "kind": "label", "relevant": True, "story": "1", "facts": {}} for id in "abcd"
    ]
    score = _score.score(rows, guesses)
    assert score.wrong_pairs == 1
    assert score.pairs[True, True] == 1  # a and c
    assert score.pairs[False, True] == 3  # a and b, b and c, b and d; a and d may merge
    assert score.pair_f1 == 2 * 1 / (1 + 4)


#: What the labelled news must reach: relevance, kind, fact fields, story pairs, and how many
#: strict negatives may be announced. For the sets that were read: the goals, less what one item
#: weighs. For the closed ones, which nobody tuned on: what was reached, less as much; they are no
#: goals, they only show a fall.
FLOORS = {
    "train.jsonl": (0.97, 0.95, 0.95, 0.95, 0),
    "examples.jsonl": (0.95, 0.95, 0.92, 0.95, 0),
    "heldout-open.jsonl": (0.97, 0.95, 0.95, 0.95, 0),
    "heldout-closed.jsonl": (0.97, 0.95, 0.94, 0.94, 0),
    "heldout2-open.jsonl": (0.96, 0.93, 0.95, 0.85, 0),
    "heldout2-read.jsonl": (0.96, 0.94, 0.95, 0.91, 0),
    "heldout3-closed.jsonl": (0.96, 0.92, 0.82, 0.92, 0),
    "heldout4-read.jsonl": (0.95, 0.83, 0.88, 0.92, 0),
    "heldout5-closed.jsonl": (0.97, 0.96, 0.87, 0.86, 0),
    "varied.jsonl": (0.97, 0.97, 0.94, 0.0, 0),  # sentences: no story is told twice
}


def test_every_labelled_set_has_its_floor() -> None:
    assert {path.name for path in NEWS.glob("*.jsonl")} == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
async def test_the_labelled_news_is_understood(name, asked) -> None:
    relevance, kinds, fields, pairs, strict = FLOORS[name]
    answer = await Evaluate().run(asked, {"file": str(NEWS / name)})
    data = answer.data
    assert data["relevance_f1"] >= relevance, answer.text
    assert data["kind_accuracy"] >= kinds, answer.text
    assert data["field_f1"] >= fields, answer.text
    assert data["pair_f1"] >= pairs, answer.text
    assert data["strict_hard_negatives_announced"] <= strict, answer.text
    assert data["lookalikes_merged"] == 0, answer.text
    assert "time per entry" in answer.text
    assert len(data["worst"]) <= 10


async def test_an_empty_file_and_one_that_is_not_there_are_told_apart(asked, tmp_path):
    with pytest.raises(CommandError, match="est vide"):
        await Understand().run(asked, {"file": _items(tmp_path)})
    with pytest.raises(CommandError, match="il n’existe pas"):
        await Understand().run(asked, {"file": str(tmp_path / "rien.jsonl")})


async def test_r1_of_an_endless_article_the_beginning_is_read_as_by_the_bot(asked, tmp_path):
    words = (
        "Vif obtient le niveau 3 du label Territoire Numérique Libre 2025. "
        + "Et encore. " * 90_000
    )
    answer = await Understand().run(
        asked, {"file": _items(tmp_path, _item("a", "", content=words))}
    )
    assert answer.data[0]["kind"] == "label"

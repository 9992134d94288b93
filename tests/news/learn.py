"""Learns ``learned.txt`` and ``ranked.txt`` of bot/understanding from the labelled news beside
this file: `make learn`. The second is made by ``rank.py``.

Runs in an environment of its own (requirements/learn.txt: scikit-learn). Two logistic
regressions over the traits of each item; traits that only one item has are left out. What it learns
of pairs of items stands in ``learn_pairs.py``.

``--check``: each hand's news is judged by the rules and by what the *other* hands taught; nothing
is written. ``--articles FILE``: takes up the labelled articles of a file that stays outside this
repository, as other people's words must: ``articles.json`` keeps their addresses, labels and
traits (stems and marks, in no order), no sentence of theirs.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import learn_pairs
import numpy as np
import rank
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from bot import languages
from bot.commands import _news
from bot.config.read import language_folders, load
from bot.config.settings import RelevanceSettings
from bot.stories import alike
from bot.understanding import gist, learned, ranked, traits, weigh
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import prepare
from bot.understanding.learned import KINDS
from bot.understanding.traits import BOTH
from bot.understanding.understand import understand

HERE = Path(__file__).parent
UNDERSTANDING = HERE.parents[1] / "bot" / "understanding"
MODEL, RANKED = UNDERSTANDING / learned.FILE, UNDERSTANDING / ranked.FILE
#: never learnt from, so that two measures stay honest
CLOSED = ("heldout3-closed.jsonl", "heldout5-closed.jsonl")
ARTICLES = HERE / "articles.json"
SENTENCES = HERE / "sentences.json"
STRENGTH = 40.0  # C of scikit-learn: the inverse of the regularisation
FEWEST = 2  # items that have a trait
#: How much an item counts: news by hands that did not know the rules is most like what will come.
#: A whole page has much around its news; a sentence of our own is told as the rules expect it.
COUNTS = {"articles": 0.5, "sentences": 0.7, "hands": 1.5}
SMALLEST = 0.08  # idf x weight below which a trait is left out


class Lesson(NamedTuple):
    """One item: whose hand, what it has, what a person said of it."""

    hand: str
    traits: Mapping[str, int]
    kind: str
    relevant: bool | None  # None: people may disagree
    counts: float = 1.0


def knowledge() -> Knowledge:
    config = load(None, {})
    return Knowledge.build(
        config.awards,
        config.events,
        config.places,
        languages.read_all(language_folders(None)),
        config.bot.timezone,
        config.bot.relevance,
    )


def sets() -> list[Path]:
    return [path for path in sorted(HERE.rglob("*.jsonl")) if path.name not in CLOSED]


def hand_of(path: Path) -> str:
    """Whose news a file holds: ``hand-a-open`` and ``hand-a-closed`` are one hand's."""
    return path.stem.removesuffix("-open").removesuffix("-closed").removesuffix("-read")


def digest() -> str:
    """Of all that is learnt from."""
    made = sha256()
    for path in (*sets(), ARTICLES, SENTENCES):
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def counts(found: traits.Traits) -> Counter[str]:
    pairs = (f"{one}{BOTH}{other}" for one, other in found.pairs())
    return Counter(chain(found.single.elements(), pairs))


def lessons(known: Knowledge, path: Path) -> Iterator[Lesson]:
    for row in _news.read(str(path)):
        entry = _news.entry_of(row)
        labels: Mapping[str, Any] = row["labels"]
        if entry is not None:
            relevant = None if labels.get("borderline") else bool(labels["relevant"])
            found = counts(traits.of(prepare(entry, known)))
            much = COUNTS.get(path.parent.name, 1.0)
            yield Lesson(hand_of(path), found, labels["kind"], relevant, much)


def articles() -> Iterator[Lesson]:
    """Real articles: their traits and labels alone, never their sentences."""
    for one in json.loads(ARTICLES.read_text(encoding="utf-8")):
        much = COUNTS["articles"]
        yield Lesson("articles", one["traits"], one["kind"], one["relevant"], much)


def sentences(known: Knowledge) -> Iterator[Lesson]:
    """Sentences of our own, as the tests of the rules ask them: kind and relevance alone."""
    for number, row in enumerate(json.loads(SENTENCES.read_text(encoding="utf-8"))):
        entry = _news.entry_of({"id": f"sentence-{number}", **row})
        if entry is not None:
            found = counts(traits.of(prepare(entry, known)))
            much = COUNTS["sentences"]
            yield Lesson("sentences", found, row["kind"], row["relevant"], much)


class Learnt:
    """What a list of lessons teaches."""

    def __init__(self, given: list[Lesson]) -> None:
        held = Counter(trait for one in given for trait in one.traits)
        self.names = DictVectorizer()
        table = self.names.fit_transform(
            [_values({k: n for k, n in one.traits.items() if held[k] >= FEWEST}) for one in given]
        )
        self.weighing = TfidfTransformer()
        table = self.weighing.fit_transform(table)
        self.kinds = LogisticRegression(C=STRENGTH, max_iter=1000)
        much = np.array([one.counts for one in given])
        self.kinds.fit(table, [one.kind for one in given], much)
        sure = [at for at, one in enumerate(given) if one.relevant is not None]
        self.worth = LogisticRegression(C=STRENGTH, max_iter=1000)
        self.worth.fit(table[sure], [given[at].relevant for at in sure], much[sure])

    def lines(self) -> Iterator[str]:
        order = [list(self.kinds.classes_).index(kind) for kind in KINDS]
        weights = np.vstack([self.kinds.coef_[order], self.worth.coef_])
        bias = [*self.kinds.intercept_[order], *self.worth.intercept_]
        yield "\t".join(["=bias", *(f"{number:.3f}" for number in bias)])
        spread = np.abs(weights - weights.mean(axis=0, where=_KIND_ROWS)).max(axis=0)
        for at, name in sorted(enumerate(self.names.feature_names_), key=lambda one: one[1]):
            if self.weighing.idf_[at] * spread[at] >= SMALLEST:
                numbers = (self.weighing.idf_[at], *weights[:, at])
                yield "\t".join([name, *(f"{number:.2f}" for number in numbers)])


_KIND_ROWS = np.array([[True]] * len(KINDS) + [[False]])


def _values(found: Mapping[str, int]) -> dict[str, float]:
    return {trait: 1.0 + float(np.log(count)) for trait, count in found.items()}


def take_up(known: Knowledge, path: Path) -> None:
    """Add the labelled articles of ``path`` to ``articles.json``; an address is kept once."""
    kept = json.loads(ARTICLES.read_text(encoding="utf-8")) if ARTICLES.exists() else []
    by_address = {one["url"]: one for one in kept}
    for row, lesson in zip(_news.read(str(path)), lessons(known, path), strict=True):
        by_address[row["url"]] = {
            "url": row["url"],
            "kind": lesson.kind,
            "relevant": lesson.relevant,
            "traits": dict(sorted(lesson.traits.items())),
        }
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in by_address.values())
    ARTICLES.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def check(known: Knowledge, given: list[Lesson], choices: list[rank.Choice]) -> None:
    """For each hand, by what the other hands taught: how often kind, relevance and fact fields are
    right (by the rules, by both); stories (by the rules; with facts, then pairs, learnt too)."""
    print(
        "hand          items  kind: rules both   relevance F1: rules both   strict negatives: rules both"
        "   fact fields: rules both   stories: rules facts pairs   look-alikes merged: rules facts pairs"
    )
    pairs = [one for path in sets() for one in learn_pairs.pairs(known, hand_of(path), path)]
    for path in [*sets(), *(HERE / name for name in CLOSED)]:
        hand = hand_of(path)
        words = "\n".join(Learnt([one for one in given if one.hand != hand]).lines())
        others = "\n".join(rank.lines(one for one in choices if one.hand != hand))
        model, rankers = learned.read(words), dict(ranked.read(others))
        weights = learn_pairs.weights([one for one in pairs if one.hand != hand])
        rows = [row for row in _news.read(str(path)) if _news.entry_of(row)]
        seen = [_judged(known, model, row) for row in rows]
        facts = []
        for each, joining in (({}, _NEVER), (rankers, _NEVER), (rankers, weights)):
            with patch.object(alike, "learned", return_value=joining):
                made = {learned.build: model, ranked.build: each}
                facts.append(rank.figures(known, made, rows))
        print(
            f"{path.stem:20} {len(rows):4}",
            *_figures(rows, seen),
            *(f"{one[0]:.3f}" for one in facts[:2]),
            *(f"{one[1]:.3f}" for one in facts),
            *(one[2] for one in facts),
            flush=True,
        )


#: weights by which nothing is ever joined
_NEVER = {alike.BIAS: -99.0}


def _judged(known: Knowledge, model: learned.Model, row: Any) -> tuple[Any, Any]:
    entry = _news.entry_of(row)
    assert entry is not None
    rules = understand(entry, replace(known, relevance=_RULES, _made=_PLAIN.setdefault(0, {})))
    vote = model.vote(prepare(entry, known))
    keys = {reason.key for reason in rules.reasons}
    both = weigh.decide(
        rules.kind,
        rules.relevant,
        vote,
        not keys.isdisjoint(weigh.AGAINST),
        of_worth=rules.relevant or weigh.DISTANT not in keys,
    )
    return (rules.kind, rules.relevant), (both.kind, both.relevant)


_RULES = RelevanceSettings(learned=False)
_PLAIN: dict[int, dict[Any, Any]] = {}


def _figures(rows: list[Any], seen: list[tuple[Any, Any]]) -> Iterator[str]:
    labels = [row["labels"] for row in rows]
    for at in (0, 1):
        right = sum(one[at][0] == label["kind"] for one, label in zip(seen, labels, strict=True))
        yield f"{right / len(rows):.3f}"
    pairs = [(one, lab) for one, lab in zip(seen, labels, strict=True) if not lab.get("borderline")]
    for at in (0, 1):
        hit = sum(one[at][1] and label["relevant"] for one, label in pairs)
        said = sum(one[at][1] for one, _ in pairs)
        true = sum(bool(label["relevant"]) for _, label in pairs)
        yield f"{2 * hit / max(1, said + true):.3f}"
    for at in (0, 1):
        yield str(
            sum(
                one[at][1] and not label["relevant"] and bool(label.get("hard_negative"))
                for one, label in pairs
            )
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--articles", type=Path)
    wanted = parser.parse_args()
    known = knowledge()
    if wanted.articles:
        take_up(known, wanted.articles)
    given = [one for path in sets() for one in lessons(known, path)]
    given += [*articles(), *sentences(known)]
    choices = [one for path in sets() for one in rank.choices(known, path, hand_of(path))]
    if wanted.check:
        check(known, given, choices)
        return
    lines = list(Learnt(given).lines())
    head = (
        f"# Learnt by `make learn` of {len(given)} labelled items ({digest()}); do not edit.\n"
        f"# trait, idf, then weights for {', '.join(KINDS)}, announcing\n"
    )
    MODEL.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{MODEL.name}: {len(given)} items, {len(lines) - 1} traits")
    weights = list(rank.lines(choices))
    head = (
        f"# Learnt by `make learn` of {len(choices)} candidates ({digest()}); do not edit.\n"
        "# field, trait of a candidate, weight\n"
    )
    RANKED.write_text(head + "\n".join(weights) + "\n", encoding="utf-8")
    print(f"{RANKED.name}: {len(choices)} candidates, {len(weights)} weights")
    _learn_pairs(knowledge())  # entries are read as they will be


def _learn_pairs(known: Knowledge) -> None:
    """How rare things are first: the pairs are compared by it."""
    lines = list(learn_pairs.rarities(known, sets()))
    head = f"# Learnt by `make learn` of labelled items ({digest()}); do not edit.\n"
    about = "# a beginning of a word, a place or an award; its idf\n"
    learn_pairs.RARITY.write_text(head + about + "\n".join(lines) + "\n", encoding="utf-8")
    gist.rarity.cache_clear()
    given = [one for path in sets() for one in learn_pairs.pairs(known, hand_of(path), path)]
    found = learn_pairs.weights(given)
    about = "# in what two accounts agree; its weight, for their being of one story\n"
    text = "".join(f"{trait}\t{weight:.2f}\n" for trait, weight in found.items())
    learn_pairs.PAIRS.write_text(head + about + text, encoding="utf-8")
    print(f"{learn_pairs.RARITY.name}: {len(lines)} things")
    print(f"{learn_pairs.PAIRS.name}: {len(given)} pairs, {len(found) - 1} traits")


if __name__ == "__main__":
    main()

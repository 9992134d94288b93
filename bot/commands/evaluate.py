"""``evaluate FILE.jsonl``: how well labelled news is understood, in figures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from bot.commands import _news, _score
from bot.commands.command import Answer, Argument, Command, Context
from bot.commands.understand import Understand, knowledge_of
from bot.errors import CommandError
from bot.understanding.understand import understand

_WORST = 10


class Evaluate(Command):
    """Understand labelled items and compare with their labels."""

    kind = "evaluate"
    names = {"fr": ("evaluer",), "en": ("evaluate",)}
    help = {
        "fr": "Mesure sur des nouvelles étiquetées\u00a0: type, pertinence, faits, récits, temps.",
        "en": "Measure on labelled news: kind, relevance, facts, stories, time.",
    }
    arguments = (
        Argument(
            "file",
            {"fr": "Fichier JSON Lines étiqueté.", "en": "Labelled JSON Lines file."},
            required=True,
        ),
    )
    texts = {
        "unlabelled": {
            "fr": "{file}\u00a0: les nouvelles ne sont pas étiquetées ({id}).",
            "en": "{file}: the items bear no labels ({id}).",
        },
        "unlabelled-next": {
            "fr": "Pour les lire sans les mesurer\u00a0: alposs-bot understand {file}",
            "en": "To read them without measuring: alposs-bot understand {file}",
        },
        "worst": {"fr": "Les moins bien comprises\u00a0:", "en": "The worst understood:"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """The figures of the labelled news' own definition, the worst items, the time."""
        file = str(arguments["file"])
        await asyncio.to_thread(Understand().check, file, context.language)
        rows = _news.read(file)
        for row in rows:
            if "labels" not in row:
                raise CommandError(
                    what=self.tell("unlabelled", context.language, file=file, id=row["id"]),
                    next=self.tell("unlabelled-next", context.language, file=file),
                )
        knowledge = knowledge_of(context)
        result = _score.score(rows, _news.predictions(rows, knowledge))
        entries = [entry for row in rows if (entry := _news.entry_of(row))]
        started = perf_counter()
        for entry in entries:
            understand(entry, knowledge)
        seconds = perf_counter() - started
        size = sum(len(entry.text.encode()) for entry in entries)
        each = 1000 * seconds / max(1, len(entries))
        lines = [
            *_figures(result),
            f"time per entry {each:.2f} ms (mean of {size // max(1, len(entries))} bytes)",
            "missed " + (" ".join(result.missed) or "-"),
            "false alarms " + (" ".join(result.alarms) or "-"),
            self.tell("worst", context.language),
            *(f"  {id}: {faults}" for _, id, faults in result.worst[:_WORST]),
        ]
        return Answer(text="\n".join(lines), data=_data(result, each))


def _figures(result: _score.Score) -> list[str]:
    kept = result.relevance
    counts = " ".join(f"{name} {kept[name]}" for name in ("tp", "fp", "fn", "tn"))
    strict = f"strict hard negatives announced {result.strict_announced}/{result.strict}"
    rates = f"P {result.precision:.3f} R {result.recall:.3f} F1 {result.relevance_f1:.3f}"
    lines = [
        f"items {result.items}, missing {result.missing}; kind accuracy {result.kind_accuracy:.3f}",
        f"relevance {rates} ({counts}); {strict}",
    ]
    for group, fields in _score.FIELDS.items():
        row = " ".join(
            f"{name} {value:.2f}({count})"
            for name in fields
            for value, count in [result.of_field(group, name)]
        )
        lines.append(f"{group:9} found F1 {result.of_group(group):.3f} | {row}")
    merged = f"lookalike pairs wrongly merged {result.wrong_pairs}"
    twice = any(result.pairs[True, got] for got in (True, False))
    pairs = f"{result.pair_f1:.3f}" if twice else "- (no story is told twice)"
    return [
        *lines,
        f"all fact fields micro F1 {result.field_f1:.3f}",
        f"stories pair F1 {pairs}; {merged}",
    ]


def _data(result: _score.Score, milliseconds: float) -> dict[str, Any]:
    return {
        "items": result.items,
        "kind_accuracy": result.kind_accuracy,
        "relevance_precision": result.precision,
        "relevance_recall": result.recall,
        "relevance_f1": result.relevance_f1,
        "strict_hard_negatives": result.strict,
        "strict_hard_negatives_announced": result.strict_announced,
        "field_f1": result.field_f1,
        "fields": {
            f"{group}.{name}": result.of_field(group, name)[0]
            for group, fields in _score.FIELDS.items()
            for name in fields
        },
        "pair_f1": result.pair_f1,
        "lookalikes_merged": result.wrong_pairs,
        "milliseconds": milliseconds,
        "missed": result.missed,
        "false_alarms": result.alarms,
        "worst": [{"id": id, "faults": faults} for _, id, faults in result.worst[:_WORST]],
    }

"""What ``backtest`` says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "both": {
        "fr": "--knowledge et --instead ne vont pas ensemble.",
        "en": "--knowledge and --instead do not go together.",
    },
    "both-next": {
        "fr": "--knowledge pose des fichiers par-dessus ceux d’aujourd’hui, --instead remplace tout\u00a0: "
        "gardez l’un des deux.",
        "en": "--knowledge lays files over today’s, --instead replaces everything: keep one.",
    },
    "no-knowledge": {
        "fr": "{folder} n’a ni awards/, ni events/, ni places/, ni languages/.",
        "en": "{folder} has no awards/, events/, places/ or languages/.",
    },
    "no-knowledge-next": {
        "fr": "Mettez-y par exemple awards/mon-prix.toml (modèle\u00a0: docs/how-to/extend.md).",
        "en": "Put awards/my-award.toml there, for instance (model: docs/how-to/extend.md).",
    },
    "no-source": {
        "fr": "Rien n’a été lu de «\u00a0{source}\u00a0» depuis le {day}.",
        "en": "Nothing was read of “{source}” since {day}.",
    },
    "no-source-next": {
        "fr": "Liste des sources\u00a0: alposs-bot sources. Plus loin en arrière\u00a0: --since",
        "en": "List of the sources: alposs-bot sources. Further back: --since",
    },
    "when": {
        "fr": "Je ne comprends pas «\u00a0{since}\u00a0» comme un jour.",
        "en": "I do not understand “{since}” as a day.",
    },
    "when-next": {
        "fr": 'Par exemple\u00a0: --since 2026-02-12, --since "3 semaines"',
        "en": 'For example: --since 2026-02-12, --since "3 weeks"',
    },
    "nothing": {
        "fr": "Rien à rejouer\u00a0: le bot n’a encore rien lu depuis le {day}.",
        "en": "Nothing to replay: the bot has read nothing since {day}.",
    },
    "replaying": {"fr": "Je rejoue", "en": "Replaying"},
    "replayed": {
        "fr": "Nouvelles rejouées, lues depuis le {day}\u00a0: {n}. Rien n’a été changé ni publié.",
        "en": "Entries replayed, read since {day}: {n}. Nothing was changed or posted.",
    },
    "same": {
        "fr": "Aucune différence\u00a0: tout serait compris et annoncé de même.",
        "en": "No difference: all would be understood and announced alike.",
    },
    "counts": {
        "fr": "Annoncées en plus\u00a0: {announced}\u202f; plus annoncées\u00a0: {dropped}\u202f; "
        "annoncées ailleurs\u00a0: {elsewhere}\u202f; comprises autrement\u00a0: {understood}\u202f; "
        "réunies\u00a0: {merged}\u202f; séparées\u00a0: {separated}.",
        "en": "Announced anew: {announced}; no longer announced: {dropped}; announced "
        "elsewhere: {elsewhere}; understood differently: {understood}; merged: {merged}; "
        "separated: {separated}.",
    },
    "announced": {"fr": "serait annoncée", "en": "would be announced"},
    "dropped": {"fr": "ne serait plus annoncée", "en": "would no longer be announced"},
    "elsewhere": {"fr": "serait annoncée ailleurs", "en": "would be announced elsewhere"},
    "understood": {"fr": "comprise autrement", "en": "understood differently"},
    "merged": {"fr": "réunie à une autre", "en": "merged with another"},
    "separated": {"fr": "séparée d’une autre", "en": "separated from another"},
    "entry": {
        "fr": "- {title} ({source}, {at})\u00a0: {changes}",
        "en": "- {title} ({source}, {at}): {changes}",
    },
    "before": {"fr": "  avant\u00a0: {what}, {told}", "en": "  before: {what}, {told}"},
    "after": {"fr": "  après\u00a0: {what}, {told}", "en": "  after: {what}, {told}"},
    "with": {
        "fr": "  une seule histoire avec\u00a0: {titles}",
        "en": "  one story with: {titles}",
    },
    "without": {
        "fr": "  n’est plus la même histoire que\u00a0: {titles}",
        "en": "  no longer the same story as: {titles}",
    },
    "told": {"fr": "annoncée dans {channels}", "en": "announced in {channels}"},
    "untold": {"fr": "pas annoncée", "en": "not announced"},
    "stopped": {
        "fr": "arrêtée par les filtres de sa source",
        "en": "stopped by its source’s filters",
    },
    "more": {
        "fr": "Et {n} de plus\u00a0: alposs-bot --json backtest donne tout.",
        "en": "And {n} more: alposs-bot --json backtest gives all of them.",
    },
}

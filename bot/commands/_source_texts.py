"""The words of ``source``."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "heading": {
        "fr": "Sources\u00a0: {count}\u202f; celles que je lis\u00a0: {read}.",
        "en": "Sources: {count}; those that I read: {read}.",
    },
    "line": {"fr": "- {name} ({id})\u00a0: {state}", "en": "- {name} ({id}): {state}"},
    "line-added": {
        "fr": "- {name} ({id}, ajoutée par commande)\u00a0: {state}",
        "en": "- {name} ({id}, added by command): {state}",
    },
    "more": {
        "fr": "Et {count} de plus, sans problème\u00a0: alposs-bot sources",
        "en": "And {count} more, which are well: alposs-bot sources",
    },
    "muted": {"fr": "muette", "en": "muted"},
    "off": {"fr": "éteinte dans son fichier", "en": "switched off in its file"},
    "unread": {"fr": "pas encore lue", "en": "not read yet"},
    "well": {"fr": "va bien, lue {at}", "en": "well, read {at}"},
    "none": {"fr": "Je ne lis aucune source.", "en": "I read no source."},
    "none-next": {
        "fr": "Pour en ajouter une\u00a0: !source ajouter https://…",
        "en": "To add one: !source add https://…",
    },
    "target": {"fr": "Il manque l’adresse ou le nom.", "en": "The address or the name is missing."},
    "target-next": {
        "fr": "Par exemple\u00a0: !source ajouter https://www.echirolles.fr, !source muet NOM",
        "en": "For example: !source add https://www.echirolles.fr, !source mute NAME",
    },
    "unknown": {
        "fr": "Je ne connais pas la source «\u00a0{id}\u00a0».{near}",
        "en": "I do not know the source “{id}”.{near}",
    },
    "unknown-next": {"fr": "Toutes\u00a0: !source liste", "en": "All: !source list"},
    "near": {
        "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
        "en": " Did you mean “{near}”?",
    },
    "nothing": {
        "fr": "{url} n’offre aucun flux que je sache lire.",
        "en": "{url} offers no feed that I can read.",
    },
    "nothing-next": {
        "fr": "Cherchez «\u00a0RSS\u00a0» sur le site et donnez cette adresse-là.",
        "en": "Look for “RSS” on the site and give that address.",
    },
    "same": {"fr": "Je lis déjà ce flux\u00a0: {name}.", "en": "I read this feed already: {name}."},
    "same-next": {
        "fr": "Ce qu’elle dit\u00a0: !source tester {id}",
        "en": "What it says: !source test {id}",
    },
    "same-muted": {
        "fr": "Je connais ce flux, mais il est muet\u00a0: {name}.",
        "en": "I know this feed, but it is muted: {name}.",
    },
    "same-muted-next": {
        "fr": "Le lire de nouveau\u00a0: !source parler {id}",
        "en": "To read it again: !source unmute {id}",
    },
    "found": {
        "fr": "{name}\u00a0: {url}\nSes dernières nouvelles, et ce que j’en annoncerais\u00a0:",
        "en": "{name}: {url}\nIts latest news, and what I would announce of them:",
    },
    "tested": {
        "fr": "{name}, ses dernières nouvelles et ce que j’en annoncerais\u00a0:",
        "en": "{name}, its latest news and what I would announce of them:",
    },
    "told": {"fr": "- {words}\u00a0:", "en": "- {words}:"},
    "untold": {
        "fr": "- {words}\u00a0: je n’en dirais rien.",
        "en": "- {words}: I would say nothing.",
    },
    "empty": {"fr": "Aucune nouvelle pour l’instant.", "en": "No news at the moment."},
    "add-it": {
        "fr": "Lire cette source\u202f? ✅ oui, ❌ non, ou répondez. Rien d’ancien ne sera publié.",
        "en": "Read this source? ✅ yes, ❌ no, or reply. Nothing old will be posted.",
    },
    "add-ask": {"fr": "Lire cette source\u202f?", "en": "Read this source?"},
    "added": {
        "fr": "Je lis désormais {name} ({id}). Rien d’ancien ne sera publié. Revenir en "
        "arrière\u00a0: !annuler",
        "en": "I read {name} ({id}) from now on. Nothing old will be posted. To go back: !undo",
    },
    "left": {"fr": "Rien n’est changé.", "en": "Nothing is changed."},
    "muted-already": {"fr": "{name} est déjà muette.", "en": "{name} is muted already."},
    "speaks-already": {"fr": "{name} n’est pas muette.", "en": "{name} is not muted."},
    "mute-done": {
        "fr": "Je ne lis plus {name}, et n’en annonce rien. De nouveau\u00a0: !source parler {id}",
        "en": "I no longer read {name}, and announce nothing of it. Again: !source unmute {id}",
    },
    "unmute-done": {
        "fr": "Je lis de nouveau {name}. Ce qui a paru entre-temps n’est pas annoncé.",
        "en": "I read {name} again. What appeared meanwhile is not announced.",
    },
    "from-file": {
        "fr": "{name} vient d’un fichier, que je n’efface pas\u00a0: je ne la lis plus. De "
        "nouveau\u00a0: !source parler {id}. L’effacer\u00a0: alposs-bot sources remove {id}",
        "en": "{name} comes from a file, which I do not delete: I no longer read it. Again: "
        "!source unmute {id}. To delete it: alposs-bot sources remove {id}",
    },
    "removed": {
        "fr": "{name} est retirée. Ce que j’en ai lu reste en mémoire\u00a0: rien n’est annoncé deux "
        "fois si elle revient. Revenir en arrière\u00a0: !annuler",
        "en": "{name} is removed. What I read there stays remembered: nothing is told twice should "
        "it come back. To go back: !undo",
    },
    "nothing-added": {
        "fr": "Aucune source n’a été ajoutée par commande.",
        "en": "No source was added by command.",
    },
    "exported": {
        "fr": "Écrites dans {folder}\u00a0: {ids}. Ce sont des fichiers comme les autres, désormais.",
        "en": "Written to {folder}: {ids}. They are files like the others from now on.",
    },
    "unwritable": {"fr": "Je ne peux pas écrire dans {path}.", "en": "I cannot write to {path}."},
    "unwritable-next": {
        "fr": "Donnez votre propre dossier\u00a0: alposs-bot --config DOSSIER source export",
        "en": "Give a folder of your own: alposs-bot --config FOLDER source export",
    },
}

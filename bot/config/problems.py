"""The sentences for what can be wrong in a file: what was found, what was expected.

``TEXTS`` is one table so that a language file can translate each (``[messages]``, under
``CODE.found`` and ``CODE.expected``) and a test can compare the languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.config.secrecy import shown
from bot.errors import Problem

Pair = Mapping[str, str]

#: code -> (found, expected), each by language
TEXTS: Mapping[str, tuple[Pair, Pair]] = {
    # -- files -------------------------------------------------------------------------------
    "no-folder": (
        {"fr": "ce dossier n’existe pas", "en": "there is no such folder"},
        {
            "fr": "un dossier de configuration (voir config/README.md)",
            "en": "a configuration folder (see config/README.md)",
        },
    ),
    "unread-file": (
        {"fr": "ce fichier ne peut pas être lu ({cause})", "en": "it cannot be read ({cause})"},
        {"fr": "un fichier texte lisible", "en": "a text file that can be read"},
    ),
    "unread-folder": (
        {
            "fr": "ce dossier ne peut pas être lu ({cause})",
            "en": "this folder cannot be read ({cause})",
        },
        {"fr": "un dossier que le bot peut lire", "en": "a folder that the bot can read"},
    ),
    "too-large": (
        {"fr": "ce fichier est trop grand", "en": "this file is too large"},
        {"fr": "au plus {limit} octets", "en": "at most {limit} bytes"},
    ),
    "not-utf8": (
        {"fr": "ce texte n’est pas en UTF-8", "en": "this text is not UTF-8"},
        {"fr": "un fichier enregistré en UTF-8", "en": "a file saved as UTF-8"},
    ),
    "stray": (
        {"fr": "rien ne lit ce fichier ou ce dossier", "en": "nothing reads this file or folder"},
        {"fr": "{choices}", "en": "{choices}"},
    ),
    "bad-id": (
        {
            "fr": "ce nom de fichier ne peut pas servir d’identifiant",
            "en": "this file name cannot be an id",
        },
        {
            "fr": "des minuscules sans accent, des chiffres et des tirets",
            "en": "lower-case letters without accents, digits and hyphens",
        },
    ),
    "broken-kind": (
        {
            "fr": "le fichier {module} ne se charge pas ({cause})",
            "en": "the file {module} cannot be loaded ({cause})",
        },
        {"fr": "un fichier Python sans erreur", "en": "a Python file without errors"},
    ),
    # -- keys and values ---------------------------------------------------------------------
    "missing": (
        {"fr": "cette clé manque", "en": "this key is missing"},
        {"fr": "une ligne {leaf} = …", "en": "a line {leaf} = …"},
    ),
    "unknown-key": (
        {"fr": "cette clé est inconnue", "en": "this key is unknown"},
        {"fr": "l’une de\u00a0: {choices}", "en": "one of: {choices}"},
    ),
    "secret": (
        {"fr": "un secret est écrit ici en clair", "en": "a secret is written here in the open"},
        {
            "fr": "le secret dans un fichier à part (chmod 600), et ici seulement {key_file} = "
            '"…"\u202f; s’il a été publié, changez-le',
            "en": "the secret in a file of its own (chmod 600), and here only {key_file} = "
            '"…"; if it was published, change it',
        },
    ),
    "text": (
        {"fr": "{value} n’est pas un texte", "en": "{value} is not a text"},
        {"fr": "un texte entre guillemets", "en": "a text in quotes"},
    ),
    "whole": (
        {"fr": "{value} n’est pas un nombre entier", "en": "{value} is not a whole number"},
        {"fr": "un nombre entier", "en": "a whole number"},
    ),
    "number": (
        {"fr": "{value} n’est pas un nombre", "en": "{value} is not a number"},
        {"fr": "un nombre", "en": "a number"},
    ),
    "range": (
        {"fr": "{value} est hors des limites", "en": "{value} is out of range"},
        {"fr": "un nombre {range}", "en": "a number {range}"},
    ),
    "boolean": (
        {"fr": "{value} n’est ni vrai ni faux", "en": "{value} is neither true nor false"},
        {"fr": "true ou false, sans guillemets", "en": "true or false, without quotes"},
    ),
    "choice": (
        {"fr": "{value} n’existe pas ici", "en": "{value} is none of the choices"},
        {"fr": "l’un de\u00a0: {choices}", "en": "one of: {choices}"},
    ),
    "list": (
        {"fr": "{value} n’est pas une liste", "en": "{value} is not a list"},
        {"fr": 'une liste entre crochets\u00a0: ["…", "…"]', "en": 'a list: ["…", "…"]'},
    ),
    "table": (
        {"fr": "{value} n’est pas une table", "en": "{value} is not a table"},
        {
            "fr": "une table [{leaf}], ou {leaf}.clé = …",
            "en": "a table [{leaf}], or {leaf}.key = …",
        },
    ),
    "length": (
        {"fr": "{value} n’a pas la bonne longueur", "en": "{value} has the wrong length"},
        {"fr": "{range} éléments ou caractères", "en": "{range} items or characters"},
    ),
    "pattern": (
        {"fr": "{value} n’a pas la bonne forme", "en": "{value} has not the right form"},
        {"fr": "{about}", "en": "{about}"},
    ),
    "date": (
        {"fr": "{value} n’est pas une date ou une heure", "en": "{value} is no date or time"},
        {"fr": "la forme ISO 8601, par exemple 2025-10-29", "en": "ISO 8601, as in 2025-10-29"},
    ),
    "refused": (
        {"fr": "{found}", "en": "{found}"},
        {"fr": "{expected}", "en": "{expected}"},
    ),
    # -- between files -----------------------------------------------------------------------
    "no-such-account": (
        {"fr": "il n’y a pas de compte {value}", "en": "there is no account {value}"},
        {"fr": "le nom d’un fichier de accounts/", "en": "the name of a file in accounts/"},
    ),
    "no-room-to-ask": (
        {
            "fr": "il n’y a pas de salon où demander, si bien que rien ne serait relu",
            "en": "there is no room in which people can be asked, so that nothing would be held",
        },
        {
            "fr": "un compte Matrix avec admin_room ou moderators_room, et [chat] enabled",
            "en": "a Matrix account with admin_room or moderators_room, and [chat] enabled",
        },
    ),
    "no-such-channel": (
        {"fr": "il n’y a pas de canal {value}", "en": "there is no channel {value}"},
        {"fr": "le nom d’un fichier de channels/", "en": "the name of a file in channels/"},
    ),
    "no-such-language": (
        {"fr": "il n’y a pas de langue {value}", "en": "there is no language {value}"},
        {"fr": "l’une de\u00a0: {choices}", "en": "one of: {choices}"},
    ),
    "no-account": (
        {"fr": "ce canal ne nomme aucun compte", "en": "this channel names no account"},
        {
            "fr": 'account = "…", le nom d’un fichier de accounts/',
            "en": 'account = "…", the name of a file in accounts/',
        },
    ),
    "other-account": (
        {
            "fr": "le compte {value} est de la sorte {other}, ce canal de la sorte {kind}",
            "en": "the account {value} is of the kind {other}, this channel of the kind {kind}",
        },
        {"fr": "un compte de la sorte {kind}", "en": "an account of the kind {kind}"},
    ),
    "same-name": (
        {"fr": "{value} est déjà le nom de {other}", "en": "{value} is already {other}’s name"},
        {"fr": "un nom différent", "en": "another name"},
    ),
    "same-feed": (
        {
            "fr": "la source {other} lit déjà {value}",
            "en": "the source {other} already reads {value}",
        },
        {
            "fr": "une seule source par flux, avec tous ses canaux (channels)",
            "en": "one source a feed, with all its channels",
        },
    ),
    "both-secrets": (
        {"fr": "{first} et {second} sont donnés", "en": "{first} and {second} are both given"},
        {"fr": "un seul des deux", "en": "only one of the two"},
    ),
    "no-secret": (
        {
            "fr": "aucun accès, et {user} en a besoin",
            "en": "no access is given, and {user} needs it",
        },
        {
            "fr": "token_file ou token_env\u202f; la commande alposs-bot setup s’en charge",
            "en": "token_file or token_env; the command alposs-bot setup does it",
        },
    ),
    "no-secret-file": (
        {"fr": "ce fichier n’existe pas", "en": "there is no such file"},
        {
            "fr": "le chemin d’un fichier qui contient le secret, depuis le dossier de "
            "configuration",
            "en": "the path of a file that holds the secret, seen from the configuration folder",
        },
    ),
    "not-a-path": (
        {"fr": "cela ressemble au secret lui-même", "en": "this looks like the secret itself"},
        {
            "fr": "le chemin d’un fichier (chmod 600) qui le contient\u202f; s’il a été publié, "
            "changez-le",
            "en": "the path of a file (chmod 600) that holds it; if it was published, change it",
        },
    ),
    "open-secret-file": (
        {
            "fr": "d’autres que vous peuvent lire ce fichier (droits {mode})",
            "en": "others than you can read that file (mode {mode})",
        },
        {"fr": "chmod 600 sur ce fichier", "en": "chmod 600 on that file"},
    ),
    "empty-secret": (
        {"fr": "le secret est vide", "en": "the secret is empty"},
        {"fr": "un fichier d’une ligne\u00a0: le secret", "en": "a file of one line: the secret"},
    ),
    "example": (
        {
            "fr": "cet exemple n’est pas compris comme il le dit (compris\u00a0: {understood})",
            "en": "this example is not understood as it says (understood: {understood})",
        },
        {
            "fr": "{wanted}\u202f; changez les noms, l’exemple, ou voyez alposs-bot understand",
            "en": "{wanted}; change the names or the example, or see alposs-bot understand",
        },
    ),
    "counterexample": (
        {
            "fr": "ce contre-exemple est pris pour vrai ({understood})",
            "en": "this counterexample is taken for real ({understood})",
        },
        {
            "fr": "rien\u202f; des noms plus précis, ou shared pour un nom que d’autres portent aussi",
            "en": "nothing; more precise names, or shared for a name that others bear too",
        },
    ),
    "no-variable": (
        {
            "fr": "cette variable d’environnement n’est pas définie, et {user} en a besoin",
            "en": "this environment variable is not set, and {user} needs it",
        },
        {
            "fr": "la variable définie là où le bot démarre, ou token_file",
            "en": "the variable set where the bot starts, or token_file",
        },
    ),
}


def problem(
    file: str,
    line: int | None,
    key: str,
    code: str,
    nearest: str | None = None,
    **fields: Any,
) -> Problem:
    """A problem of ``code``, with its sentences. A field ``value`` is shown without secrets."""
    found, expected = TEXTS[code]
    if "value" in fields:
        fields["value"] = shown(key, fields["value"])
    return Problem(file, line, key, code, found, expected, fields, nearest)


def dotted(path: tuple[str | int, ...]) -> str:
    """``("scales", 1, "levels")`` -> ``scales[2].levels``: items count from 1, as lines do."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if said else ''}{part}"
    return said

"""What the terminal face itself says, by key and language."""

from __future__ import annotations

from collections.abc import Mapping

#: what the face itself says, by key and language
TEXTS: Mapping[str, Mapping[str, str]] = {
    "about": {
        "fr": "Le bot d’AlpOSS\u00a0: il lit les nouvelles du logiciel libre autour de Grenoble et "
        "annonce chacune une seule fois.",
        "en": "The AlpOSS bot: it reads the news of free software around Grenoble and tells each "
        "story once.",
    },
    "usage": {"fr": "Usage\u00a0:", "en": "Usage:"},
    "options": {"fr": "Options", "en": "Options"},
    "arguments": {"fr": "Arguments", "en": "Arguments"},
    "commands": {"fr": "Commandes", "en": "Commands"},
    "help": {"fr": "Affiche cette aide.", "en": "Show this help."},
    "version": {"fr": "Affiche la version.", "en": "Show the version."},
    "config": {
        "fr": "Dossier de configuration (défaut\u00a0: ./config, sinon la configuration livrée).",
        "en": "Configuration folder (default: ./config, else the one shipped).",
    },
    "data": {
        "fr": "Dossier des données (défaut\u00a0: ./data).",
        "en": "Data folder (default: ./data).",
    },
    "lang": {
        "fr": "Langue des réponses\u00a0: fr ou en.",
        "en": "Language of the answers: fr or en.",
    },
    "json": {"fr": "Répond en JSON, pour les scripts.", "en": "Answer in JSON, for scripts."},
    "verbose": {"fr": "Montre aussi le détail du travail.", "en": "Show the details of the work."},
    "more": {
        "fr": "Aide d’une commande\u00a0: alposs-bot COMMANDE --help",
        "en": "Help on a command: alposs-bot COMMAND --help",
    },
    "unknown-command": {
        "fr": "Je ne connais pas la commande «\u00a0{name}\u00a0».{near} Liste\u00a0: alposs-bot --help",
        "en": "I do not know the command “{name}”.{near} List: alposs-bot --help",
    },
    "near": {
        "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
        "en": " Did you mean “{near}”?",
    },
    "unknown-option": {
        "fr": "Je ne connais pas l’option {name}.{near} Aide\u00a0: {command} --help",
        "en": "I do not know the option {name}.{near} Help: {command} --help",
    },
    "missing": {
        "fr": "Il manque\u00a0: {name}. Aide\u00a0: {command} --help",
        "en": "Missing: {name}. Help: {command} --help",
    },
    "bad": {
        "fr": "La valeur «\u00a0{value}\u00a0» ne convient pas pour {name}. Aide\u00a0: {command} --help",
        "en": "The value “{value}” does not suit {name}. Help: {command} --help",
    },
    "choice": {
        "fr": "{name} accepte\u00a0: {choices}. Aide\u00a0: {command} --help",
        "en": "{name} takes: {choices}. Help: {command} --help",
    },
    "no-value": {
        "fr": "Il manque la valeur de {name}. Aide\u00a0: {command} --help",
        "en": "{name} has no value. Help: {command} --help",
    },
    "extra": {
        "fr": "Il y a un mot de trop\u00a0: {words}. Aide\u00a0: {command} --help",
        "en": "One word too many: {words}. Help: {command} --help",
    },
    "no-command": {
        "fr": "Il manque la commande. Liste\u00a0: alposs-bot --help",
        "en": "The command is missing. List: alposs-bot --help",
    },
    "unwritten": {
        "fr": "La réponse ne peut pas être écrite ({cause}). Ce que la commande a fait est fait\u202f; "
        "relancez-la vers un autre fichier, ou à l’écran.",
        "en": "The answer cannot be written ({cause}). What the command did is done; run it again "
        "into another file, or on the screen.",
    },
    "system": {
        "fr": "Le système a refusé ({cause}{file}). Vérifiez le disque, les droits du dossier et le "
        "réseau, puis relancez\u202f; avec --verbose pour le détail.",
        "en": "The system refused ({cause}{file}). Check the disk, the folder’s permissions and the "
        "network, then run it again; with --verbose for the details.",
    },
    "usage-error": {
        "fr": "Je n’ai pas compris cette ligne ({detail}). Aide\u00a0: {command} --help",
        "en": "I did not understand this line ({detail}). Help: {command} --help",
    },
    "interrupted": {"fr": "Arrêté à votre demande.", "en": "Stopped as you asked."},
    "bug": {
        "fr": "Une erreur imprévue ({name}) a arrêté cette commande\u202f; rien n’est perdu. Relancez "
        "avec --verbose pour le détail, et signalez-le.",
        "en": "An unforeseen error ({name}) stopped this command; nothing is lost. Run it again "
        "with --verbose for the details, and report it.",
    },
}


def locale_language(environment: Mapping[str, str]) -> str:
    """``fr`` or ``en`` from ALPOSS_LANG, else the POSIX locale variables; French where unsaid."""
    for name in ("ALPOSS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value and value.partition(".")[0] not in ("C", "POSIX"):
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


def say(key: str, language: str, **fields: str) -> str:
    """One of the face's own texts."""
    return TEXTS[key][language].format(**fields)

"""What ``setup`` says."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "yes": {"fr": "oui", "en": "yes"},
    "no": {"fr": "non", "en": "no"},
    "yes-or-no": {"fr": "Répondez oui ou non.", "en": "Answer yes or no."},
    "unanswered": {
        "fr": "Personne ne peut répondre ici à «\u00a0{question}\u00a0».",
        "en": "Nobody can answer “{question}” here.",
    },
    "unanswered-next": {
        "fr": "Donnez la réponse par {option}, ou par la variable {variable}, et relancez.",
        "en": "Give the answer by {option}, or by the variable {variable}, and start again.",
    },
    "no-file": {
        "fr": "Le fichier {path} est illisible ({cause}).",
        "en": "The file {path} cannot be read ({cause}).",
    },
    "no-file-next": {
        "fr": "Vérifiez son chemin et ses droits, et relancez.",
        "en": "Check its path and mode, and start again.",
    },
    "begun": {
        "fr": "J’ai commencé un dossier de configuration\u00a0: {folder}",
        "en": "I have begun a configuration folder: {folder}",
    },
    "overwrite": {
        "fr": "{path} existe déjà et dit autre chose. Le remplacer\u202f?",
        "en": "{path} exists already and says something else. Replace it?",
    },
    "kept": {
        "fr": "{path} reste comme il était.",
        "en": "{path} stays as it was.",
    },
    "unchanged": {
        "fr": "{path} est déjà là, rien à y changer.",
        "en": "{path} is there already, nothing to change.",
    },
    "wrote": {"fr": "Écrit\u00a0: {path}\n{text}", "en": "Written: {path}\n{text}"},
    "unwritable": {
        "fr": "Je ne peux pas écrire {path} ({cause}).",
        "en": "I cannot write {path} ({cause}).",
    },
    "unwritable-next": {
        "fr": "Donnez un dossier où j’ai le droit d’écrire, avec --config ou --data.",
        "en": "Give a folder that I may write to, with --config or --data.",
    },
    "secret": {
        "fr": "Le secret est dans {path}, que vous seul pouvez lire.",
        "en": "The secret is in {path}, which only you can read.",
    },
    "account-comment": {
        "fr": "{name}. Écrit par `alposs-bot setup`\u202f; le relancer renouvelle le secret, qui "
        "est à part.",
        "en": "{name}. Written by `alposs-bot setup`; run it again to renew the secret, which "
        "stands apart.",
    },
    "channel-comment": {
        "fr": "Les annonces vont ici\u00a0: {name}.",
        "en": "Announcements go here: {name}.",
    },
    # -- what to connect
    "welcome": {
        "fr": "Je vais relier le bot à un compte du Fédivers, puis à un salon Matrix. Chaque "
        "réponse est vérifiée tout de suite\u202f; Ctrl-C arrête tout, et rien n’est publié sans "
        "votre accord.",
        "en": "I will connect the bot to a Fediverse account, then to a Matrix room. Each answer "
        "is checked at once; Ctrl-C stops everything, and nothing is posted without your consent.",
    },
    "ask-mastodon": {
        "fr": "Relier un compte du Fédivers (Mastodon, GoToSocial, Pleroma)\u202f?",
        "en": "Connect a Fediverse account (Mastodon, GoToSocial, Pleroma)?",
    },
    "ask-matrix": {"fr": "Relier un salon Matrix\u202f?", "en": "Connect a Matrix room?"},
    "nothing": {
        "fr": "Rien n’a été relié\u202f: personne n’a répondu.",
        "en": "Nothing was connected: nobody answered.",
    },
    "nothing-next": {
        "fr": "Sans terminal, donnez au moins ALPOSS_MASTODON_SERVER ou ALPOSS_MATRIX_SERVER\u202f; "
        "toutes les réponses\u00a0: alposs-bot setup --help",
        "en": "Without a terminal, give at least ALPOSS_MASTODON_SERVER or ALPOSS_MATRIX_SERVER; "
        "all answers: alposs-bot setup --help",
    },
    "declined": {
        "fr": "Rien n’est relié. L’aperçu marche sans compte\u00a0: alposs-bot run",
        "en": "Nothing is connected. The preview works without an account: alposs-bot run",
    },
    # -- Fediverse
    "ask-instance": {
        "fr": "Sur quel serveur est le compte (par exemple mamot.fr)\u202f?",
        "en": "Which server is the account on (for example mastodon.social)?",
    },
    "instance": {
        "fr": "{title} ({server}), version {version}\u00a0: {characters} caractères par message.",
        "en": "{title} ({server}), version {version}: {characters} characters a post.",
    },
    "rule": {"fr": "  Règle du serveur\u00a0: {rule}", "en": "  Rule of the server: {rule}"},
    "authorise": {
        "fr": "Ouvrez cette adresse dans un navigateur où le compte du bot est connecté, acceptez, "
        "et copiez le code\u00a0:\n  {address}",
        "en": "Open this address in a browser where the bot’s account is logged in, agree, and "
        "copy the code:\n  {address}",
    },
    "ask-code": {"fr": "Le code\u00a0:", "en": "The code:"},
    "no-code": {"fr": "Le code est vide.", "en": "The code is empty."},
    "no-code-next": {
        "fr": "Copiez-le de la page du serveur, en entier.",
        "en": "Copy it from the server’s page, the whole of it.",
    },
    "logged-in": {"fr": "Connecté\u00a0: {name}.", "en": "Logged in: {name}."},
    "ask-bot": {
        "fr": "Marquer ce compte comme automatisé\u202f? Les lecteurs y tiennent, et beaucoup de "
        "serveurs l’exigent.",
        "en": "Mark this account as automated? Readers care, and many servers demand it.",
    },
    "ask-replies": {
        "fr": "Répondre aux abonnés qui posent une question au compte ?",
        "en": "Answer followers who ask the account something?",
    },
    "ask-contact": {
        "fr": "À qui écrire à propos du bot (adresse ou compte, montré sur son profil\u202f; - pour "
        "rien)\u202f?",
        "en": "Whom to write to about the bot (address or account, shown on its profile; - for "
        "none)?",
    },
    "marked": {
        "fr": "Le profil dit maintenant que le compte est automatisé.",
        "en": "The profile now says that the account is automated.",
    },
    "unmarked": {
        "fr": "Le profil n’a pas pu être marqué\u00a0: {cause}. Cochez «\u00a0compte "
        "automatisé\u00a0» dans ses préférences, ou relancez ensuite alposs-bot setup.",
        "en": "The profile could not be marked: {cause}. Tick “automated account” in its "
        "preferences, or start alposs-bot setup again later.",
    },
    "marked-already": {
        "fr": "Le profil dit déjà que le compte est automatisé.",
        "en": "The profile says already that the account is automated.",
    },
    # -- Matrix
    "ask-homeserver": {
        "fr": "Sur quel serveur Matrix est le compte du bot (par exemple matrix.org)\u202f?",
        "en": "Which Matrix server is the bot’s account on (for example matrix.org)?",
    },
    "homeserver": {"fr": "Serveur Matrix\u00a0: {server}", "en": "Matrix server: {server}"},
    "ask-user": {
        "fr": "L’identifiant du compte (@nom:serveur)\u00a0:",
        "en": "The account’s user id (@name:server):",
    },
    "ask-password": {
        "fr": "Son mot de passe (il n’est pas gardé)\u00a0:",
        "en": "Its password (it is not kept):",
    },
    "no-password": {"fr": "Le mot de passe est vide.", "en": "The password is empty."},
    "no-password-next": {
        "fr": "Donnez-le, ou un jeton d’accès avec --matrix-token-file.",
        "en": "Give it, or an access token with --matrix-token-file.",
    },
    "logged-in-device": {
        "fr": "Connecté\u00a0: {name}, appareil {device}, gardé pour toujours.",
        "en": "Logged in: {name}, device {device}, kept for life.",
    },
    "still-works": {
        "fr": "{name} est déjà connecté et son accès marche\u202f: je garde son appareil {device}.",
        "en": "{name} is logged in already and its access works: I keep its device {device}.",
    },
    "recovery-key": {
        "fr": "Clé de récupération du compte, montrée cette seule fois\u00a0:\n\n    {words}\n\nNotez-la "
        "hors de cette machine\u00a0: elle seule rend digne de confiance un nouvel appareil, si "
        "celui-ci est perdu.",
        "en": "Recovery key of the account, shown this once:\n\n    {words}\n\nNote it away from this "
        "machine: it alone makes a new device trusted, should this one be lost.",
    },
    "device-signed": {
        "fr": "L’appareil est signé par l’identité du compte\u00a0: les clients récents lui font "
        "confiance.",
        "en": "The device is signed by the account’s identity: recent clients trust it.",
    },
    "device-signed-later": {
        "fr": "L’appareil sera signé par l’identité du compte au prochain démarrage du bot.",
        "en": "The device will be signed by the account’s identity when the bot starts next.",
    },
    "ask-recovery": {
        "fr": "Ce compte a déjà une identité, dont les clés ne sont pas ici. Sa clé de récupération "
        "(EsT…\u202f; - si vous ne l’avez pas)\u00a0:",
        "en": "This account has an identity already, whose keys are not here. Its recovery key "
        "(EsT…; - if you do not have it):",
    },
    "ask-new-identity": {
        "fr": "Faire une nouvelle identité à sa place\u202f? Qui avait vérifié l’ancienne devra "
        "vérifier de nouveau.",
        "en": "Make a new identity in its place? Whoever verified the old one has to verify again.",
    },
    "identity-foreign": {
        "fr": "L’appareil reste non signé\u00a0: les clients récents l’afficheront comme non vérifié. "
        "Pour y remédier, relancez\u00a0: alposs-bot setup, avec la clé de récupération.",
        "en": "The device stays unsigned: recent clients will show it as unverified. To mend it, "
        "start alposs-bot setup again, with the recovery key.",
    },
    "identity-later": {
        "fr": "Le bot marche sans cela\u202f; relancer alposs-bot setup essaie de nouveau.",
        "en": "The bot works without it; alposs-bot setup, started again, tries again.",
    },
    "room": {"fr": "  {number}. {name} ({id})", "en": "  {number}. {name} ({id})"},
    "room-invited": {
        "fr": "  {number}. {name} ({id}), où il est invité",
        "en": "  {number}. {name} ({id}), invited",
    },
    "ask-room": {
        "fr": "Dans quel salon annoncer (un numéro ci-dessus, ou son adresse, comme "
        "#libre:exemple.org)\u202f?",
        "en": "In which room to announce (a number above, or its address, like #libre:example.org)?",
    },
    "no-room": {"fr": "Ce n’est pas un salon.", "en": "This is no room."},
    "no-room-next": {
        "fr": "Un alias s’écrit #nom:serveur\u202f; invitez le bot si le salon est privé.",
        "en": "An alias is written #name:server; invite the bot if the room is private.",
    },
    "joined": {"fr": "Le bot est dans {room}.", "en": "The bot is in {room}."},
    "ask-admin": {
        "fr": "Qui prévenir quand quelque chose ne va pas (@vous:serveur, plusieurs possibles, - "
        "pour personne)\u202f?",
        "en": "Who is to be told when something is wrong (@you:server, several are fine, - for "
        "nobody)?",
    },
    "no-user": {
        "fr": "«\u00a0{name}\u00a0» n’est pas un identifiant Matrix.",
        "en": "“{name}” is no Matrix user id.",
    },
    "no-user-next": {
        "fr": "Il s’écrit @nom:serveur.",
        "en": "It is written @name:server.",
    },
    "admin-room": {
        "fr": "Un salon privé est ouvert pour les alertes\u00a0: {room}. Invités\u00a0: {admins}.",
        "en": "A private room is open for alerts: {room}. Invited: {admins}.",
    },
    # -- the end
    "ask-test": {
        "fr": "Envoyer un message d’essai, marqué comme tel (sur le Fédivers, visible du bot "
        "seul)\u202f?",
        "en": "Send a test message, marked as one (on the Fediverse, seen by the bot alone)?",
    },
    "tested": {"fr": "Essai reçu\u00a0: {channel}, {url}", "en": "Test received: {channel}, {url}"},
    "test-failed": {
        "fr": "L’essai attend encore\u00a0: {channel} ({error})",
        "en": "The test still waits: {channel} ({error})",
    },
    "test-running": {
        "fr": "Un bot tourne déjà avec ces données\u202f: relancez-le, il enverra l’essai.",
        "en": "A bot already runs with these data: restart it, and it will send the test.",
    },
    "first-days": {
        "fr": "Les {days} premiers jours, je vous montre d’abord chaque annonce dans le salon "
        "d’administration\u00a0: rien ne part sans votre ✅.",
        "en": "For the first {days} days I show you each announcement in the admin room first: "
        "nothing goes out without your ✅.",
    },
    "done": {
        "fr": "C’est prêt\u00a0: {channels}. Pour commencer\u00a0: alposs-bot run",
        "en": "It is ready: {channels}. To begin: alposs-bot run",
    },
}

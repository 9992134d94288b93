"""Releases, from forges and in prose; pre-releases and security notices are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.entries.entry import Entry
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

#: title, text, day of publication, publisher, kind, relevant, what is understood
TOLD: list[tuple[str | None, str, str, dict[str, str], str, bool, dict[str, Any]]] = [
    (  # only described, and named a little later
        "Le SITPI publie la v2 de son logiciel d’état civil",
        "Baptisé Civitas, il passe sous licence AGPL. La version 2.0 peut être téléchargée sur la forge.",
        "2026-03-04",
        {"role": "institution", "name": "SITPI"},
        "release",
        True,
        {"project": "Civitas", "version": "2.0"},
    ),
    (  # between quotes, after the version
        "Grenoble-Alpes Métropole shares its tree map",
        "Version 1.1 of “Arbres ouverts” was released on Tuesday under the EUPL.",
        "2026-03-05",
        {"role": "municipal", "name": "Grenoble-Alpes Métropole", "language": "en"},
        "release",
        True,
        {"project": "Arbres ouverts", "version": "1.1", "date": "2026-03-03"},
    ),
    (  # the number in parentheses
        "Bonjour Parcelle 2 !",
        "La deuxième version majeure de Parcelle, l’outil d’urbanisme libre du Grésivaudan, est disponible (2.0.0).",
        "2026-03-05",
        {"role": "institution", "name": "Le Grésivaudan"},
        "release",
        True,
        {"project": "Parcelle", "version": "2.0.0"},
    ),
    (  # the title says what happened, the text of what
        "Mise à jour effectuée",
        "Nos dix communes disposent depuis hier de Facturo-Cantine 2.4, sous licence libre.",
        "2026-03-20",
        {"role": "institution", "name": "SITPI"},
        "release",
        True,
        {"project": "Facturo-Cantine", "version": "2.4", "publisher": "SITPI"},
    ),
    (  # one number, and the project beside what it is
        "L’appli des sentiers change de cap",
        "Balises, refuges, météo : refuges-ouverts, l’outil libre du Département, évolue. La version 3 est disponible depuis le 15 janvier.",
        "2026-01-19",
        {"role": "municipal", "name": "Isère le Département"},
        "release",
        True,
        {"project": "refuges-ouverts", "version": "3"},
    ),
    (
        "La Ville d’Échirolles ouvre le code de son appli de marche",
        "« Flânons » sort en version 1.0 : chaque commune peut la modifier.",
        "2026-03-18",
        {"role": "press", "name": "Le Journal"},
        "release",
        True,
        {"project": "Flânons", "version": "1.0"},
    ),
    (  # an account of a forge among other words
        "presto-salles v1.8.0",
        "- réservation récurrente",
        "2025-09-02",
        {"role": "forge", "name": "sig-echirolles sur GitHub"},
        "release",
        True,
        {"project": "presto-salles", "version": "1.8.0"},
    ),
    (
        None,
        "Fini le fax : la mairie d’Échirolles a livré hier la 1.8.0 de presto-salles, son outil libre de réservation.",
        "2025-09-03",
        {"role": "fediverse"},
        "release",
        True,
        {"project": "presto-salles", "version": "1.8.0", "date": "2025-09-02"},
    ),
    (
        "Contabox : la 1.4 est là",
        "Images plus nettes. Mise à disposition par le réseau.",
        "2025-04-09",
        {"role": "institution", "name": "Médiathèques du Grésivaudan"},
        "release",
        True,
        {"project": "Contabox", "version": "1.4"},
    ),
    (  # a name of which only the first word has a capital
        "Collecte : notre outil passe en open source",
        "Grenoble-Alpes Métropole a mis en ligne hier Bacs malins 1.0, le logiciel de ses camions.",
        "2025-12-03",
        {"role": "municipal", "name": "Grenoble-Alpes Métropole"},
        "release",
        True,
        {"project": "Bacs malins", "version": "1.0", "date": "2025-12-02"},
    ),
    (  # its own name, where the title only says what it is
        "Agenda mutualisé : version 3.0",
        "Le SITPI publie aujourd’hui la version 3.0 de Calend’Alpes, son agenda libre.",
        "2025-09-16",
        {"role": "institution", "name": "SITPI"},
        "release",
        True,
        {"project": "Calend’Alpes", "version": "3.0"},
    ),
    (  # a version that nobody publishes near here
        "Le tableur change",
        "« Calculo » sort en version 4.2, disent ses développeurs de Berlin.",
        "2026-03-18",
        {"role": "press", "name": "Le Journal"},
        "release",
        False,
        {"project": "Calculo", "version": "4.2"},
    ),
    (
        "v1.2.0",
        "- corrections",
        "2026-03-20",
        {
            "role": "forge",
            "name": "GitHub sig-echirolles",
            "url": "https://github.com/sig-echirolles/portail-agents/releases/tag/v1.2.0",
        },
        "release",
        True,
        {"project": "portail-agents", "version": "1.2.0"},
    ),
    (
        "sitpi/sauvegarde-simple 0.9.4",
        "Corrections.",
        "2026-03-20",
        {"role": "forge", "name": "Codeberg"},
        "release",
        True,
        {"project": "sauvegarde-simple", "version": "0.9.4"},
    ),
    (
        "La Métropole publie la version 2.1 de son outil libre de comptage",
        "Publié sous licence AGPL, l’outil est disponible depuis mardi.",
        "2026-03-20",
        {"role": "municipal", "name": "Grenoble-Alpes Métropole"},
        "release",
        True,
        {"version": "2.1"},
    ),
    (
        "LibreOffice 26.2 est sorti",
        "La suite bureautique libre apporte de nombreuses nouveautés.",
        "2026-02-05",
        {"role": "community", "name": "LinuxFr.org"},
        "release",
        False,
        {},
    ),
    (
        "Flexisip 2.5.1 released",
        "Belledonne Communications has released Flexisip 2.5.1, its SIP server.",
        "2026-02-05",
        {"role": "vendor", "name": "Belledonne Communications", "language": "en"},
        "release",
        True,
        {"project": "Flexisip", "version": "2.5.1"},
    ),
    (
        "XWiki 18.1 is available",
        "The XWiki team announces version 18.1.",
        "2026-02-05",
        {"role": "vendor", "name": "XWiki", "language": "en"},
        "release",
        False,
        {},
    ),
    (
        "Security notice for Flexisip",
        "A vulnerability fixed in Flexisip 2.5.2 allowed a crash.",
        "2026-02-05",
        {"role": "vendor", "name": "Belledonne Communications", "language": "en"},
        "other",
        False,
        {},
    ),
    (
        "smh/guichet-citoyen : v3.0.0-beta2",
        "À tester.",
        "2026-02-05",
        {"role": "forge", "name": "GitLab"},
        "release",
        False,
        {},
    ),
    (
        "Le portail agents d’Échirolles passe en version 4.2",
        "La direction du numérique a publié hier cette mise à jour, sous licence AGPL.",
        "2026-04-02",
        {"role": "municipal", "name": "Ville d’Échirolles"},
        "release",
        True,
        {"version": "4.2", "date": "2026-04-01"},
    ),
    (
        "Grenoble libère son outil de budget participatif",
        "La version 1.0 est téléchargeable sur la forge de la ville, sous licence libre, depuis le 3 mars.",
        "2026-03-05",
        {},
        "release",
        True,
        {"version": "1.0", "date": "2026-03-03"},
    ),
    (
        "liblinphone 5.6.0",
        "Bug fixes.",
        "2026-03-05",
        {"role": "forge", "name": "GitHub releases", "language": "en"},
        "release",
        True,
        {"project": "liblinphone", "version": "5.6.0"},
    ),
    (
        "Release v2.3.1",
        "See notes",
        "2026-03-05",
        {
            "role": "forge",
            "name": "GitHub – someone/somelib",
            "language": "en",
            "url": "https://github.com/someone/somelib/releases/tag/v2.3.1",
        },
        "release",
        False,
        {},
    ),
    (
        "nightly-2026-03-05",
        "Automated build",
        "2026-03-05",
        {"role": "forge", "name": "GitHub", "language": "en"},
        "other",
        False,
        {},
    ),
]


@pytest.mark.parametrize(("title", "text", "published", "who", "kind", "relevant", "wanted"), TOLD)
def test_a_release_is_understood(
    title: str | None,
    text: str,
    published: str,
    who: dict[str, str],
    kind: str,
    relevant: bool,
    wanted: dict[str, Any],
    knowledge: Knowledge,
    make_entry: Callable[..., Entry],
) -> None:
    found = understand(make_entry(title, text, published, **who), knowledge)
    assert (found.kind, found.relevant) == (kind, relevant)
    if wanted:
        (fact,) = found.facts
        said = {field: getattr(fact, field) for field in wanted}
        assert said == wanted
        assert fact.evidence

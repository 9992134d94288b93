"""One happening told in very different words by its own town, the press, a post, in English: one
story; the next month, the next town, the next version: another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.commands import _news

#: which story, who tells it, as what, when, in which language, title, text
TOLD: list[tuple[str, str, str, str, str, str | None, str]] = [
    (
        "a1",
        "Commune de Claix",
        "municipal",
        "2026-11-26",
        "fr",
        "Une première !",
        "Claix a reçu mercredi le label Territoire Numérique Libre, niveau Bronze, au congrès des maires.",
    ),
    (
        "a1",
        "Le Dauphiné libéré",
        "press",
        "2026-11-28",
        "fr",
        "CLAIX. Le libre récompensé",
        "La Ville vient d’obtenir le premier niveau du label national « Territoire numérique libre ».",
    ),
    (
        "a1",
        "Mastodon",
        "fediverse",
        "2026-11-26",
        "fr",
        None,
        "<p>Bravo à la commune de Claix, médaille de bronze au label #TerritoireNumériqueLibre 2026 👏</p>",
    ),
    (
        "a1",
        "Penguins & Peaks",
        "press",
        "2026-12-01",
        "en",
        "Claix, a town of 8,000, earns a free-software label",
        "The Bronze level of Territoire Numérique Libre was handed over last Wednesday in Paris.",
    ),
    (
        "a2",
        "Ville de Meylan",
        "municipal",
        "2026-11-26",
        "fr",
        "Bronze pour Meylan",
        "Meylan a reçu mercredi le label Territoire Numérique Libre, niveau Bronze.",
    ),
    (
        "b1",
        "Département de l’Isère",
        "institution",
        "2026-06-04",
        "fr",
        "Solidacte distingué",
        "Mardi, le Département a reçu un Cas d’OR du service public numérique, catégorie solidarité, pour son logiciel libre Solidacte.",
    ),
    (
        "b1",
        "Place Gre’net",
        "press",
        "2026-06-05",
        "fr",
        "Le logiciel social de l’Isère primé au Sénat",
        "Solidacte, développé par le Département de l’Isère, a été récompensé mardi aux Cas d’OR.",
    ),
    (
        "b1",
        "LinuxFr.org",
        "community",
        "2026-06-08",
        "fr",
        "Cas d’OR 2026 : un logiciel libre à l’honneur",
        "Le Département de l’Isère remporte le prix solidarité des Cas d’OR avec Solidacte, publié sous licence AGPL.",
    ),
    (
        "c1",
        "Guilde",
        "association",
        "2026-09-20",
        "fr",
        "Conférence du 8 octobre : Guix, le système qui se décrit",
        "Jeudi 8 octobre à 20 h à La Turbine, Grenoble.",
    ),
    (
        "c1",
        "Mastodon",
        "fediverse",
        "2026-10-07",
        "fr",
        None,
        "<p>Demain soir, 20 h, La Turbine (Grenoble) : venez découvrir Guix avec la Guilde ! #logiciellibre</p>",
    ),
    (
        "c1",
        "Agenda du Libre",
        "agenda",
        "2026-09-22",
        "fr",
        "Grenoble : Conférence Guix, Le jeudi 8 octobre 2026 de 20h00 à 22h00.",
        "<p>La Turbine, 5 esplanade Andry-Farcy, Grenoble, Auvergne-Rhône-Alpes</p>",
    ),
    (
        "c1",
        "Place Gre’net",
        "press",
        "2026-10-06",
        "fr",
        "Un système d’exploitation qui se reconstruit tout seul",
        "La Guilde consacre sa soirée de jeudi au système libre Guix, à la Turbine de Grenoble.",
    ),
    (
        "c2",
        "Guilde",
        "association",
        "2026-10-20",
        "fr",
        "Conférence du 12 novembre : NixOS",
        "Jeudi 12 novembre à 20 h à La Turbine, Grenoble.",
    ),
    (
        "d1",
        "Ville de Fontaine",
        "municipal",
        "2026-10-01",
        "fr",
        "Donnez une seconde vie à votre PC",
        "Les bénévoles de Fontaine Libre installent Linux sur vos machines, samedi 17 octobre de 14 h à 18 h à La Source.",
    ),
    (
        "d1",
        "Mobilizon",
        "agenda",
        "2026-10-03",
        "fr",
        "Install party à Fontaine",
        "<p>📍 La Source, Fontaine<br>🗓 samedi 17 octobre 2026, 14:00 – 18:00</p>",
    ),
    (
        "e1",
        "AlpOSS",
        "event",
        "2026-10-05",
        "fr",
        "AlpOSS 2027 : appel à conférences",
        "Vous avez jusqu’au 15 novembre pour proposer un sujet.",
    ),
    (
        "e1",
        "LinuxFr.org",
        "community",
        "2026-10-08",
        "fr",
        "Parlez à AlpOSS",
        "L’appel à communications de la quatrième édition (Échirolles, 16 février 2027) court jusqu’à la mi-novembre.",
    ),
    (
        "e1",
        "OW2",
        "association",
        "2026-10-09",
        "en",
        "Speak at AlpOSS",
        "The call for talks closes on 15 November 2026.",
    ),
    (
        "e1",
        "Mastodon",
        "fediverse",
        "2026-11-12",
        "fr",
        None,
        "<p>Plus que trois jours pour envoyer vos propositions de conférences à #AlpOSS !</p>",
    ),
    (
        "f1",
        "sig-echirolles (GitHub)",
        "forge",
        "2026-04-13",
        "fr",
        "carnet v2.0.0",
        "Nouvelle API.",
    ),
    (
        "f1",
        "Ville d’Échirolles",
        "municipal",
        "2026-04-15",
        "fr",
        "Carnet 2.0 : réserver une salle en trois clics",
        "Le logiciel libre de réservation de la Ville passe en version 2.",
    ),
    (
        "f1",
        "LinuxFr.org",
        "community",
        "2026-04-20",
        "fr",
        "Carnet 2.0, par la ville d’Échirolles",
        "La ville d’Échirolles a publié Carnet 2.0, son gestionnaire de salles sous AGPL.",
    ),
    ("f2", "sig-echirolles (GitHub)", "forge", "2026-05-13", "fr", "carnet v2.0.1", "Correctifs."),
    (
        "g1",
        "Ville de Voiron",
        "municipal",
        "2026-02-05",
        "fr",
        "Villes Internet : et de trois",
        "Voiron a décroché hier sa troisième arobase.",
    ),
    (
        "g1",
        "Le Dauphiné libéré",
        "press",
        "2026-02-07",
        "fr",
        "VOIRON. @@@ à l’entrée de ville",
        "La commune accède à trois arobases au label Villes Internet.",
    ),
    (
        "h1",
        "AlpOSS",
        "event",
        "2026-09-15",
        "fr",
        "AlpOSS 2027 le 16 février",
        "Rendez-vous à La Rampe, à Échirolles, mardi 16 février 2027.",
    ),
    (
        "h1",
        "Place Gre’net",
        "press",
        "2026-09-18",
        "fr",
        "Le grand rendez-vous alpin du logiciel libre revient en février",
        "AlpOSS se tiendra le 16 février 2027 à Échirolles.",
    ),
    (
        "h1",
        "Penguins & Peaks",
        "press",
        "2026-09-21",
        "en",
        "AlpOSS is back in February",
        "The fourth edition of the Alpine open source conference will be held in Échirolles on 16 February 2027.",
    ),
    (
        "i1",
        "SITPI",
        "institution",
        "2026-12-10",
        "fr",
        "Le SITPI récompensé",
        "Hier à Paris, notre syndicat a reçu le prix du service public engagé des Acteurs du Libre.",
    ),
    (
        "i1",
        "Le Dauphiné libéré",
        "press",
        "2026-12-12",
        "fr",
        "Informatique : le syndicat des dix communes à l’honneur",
        "Le SITPI, basé à Échirolles, a remporté mercredi un prix national, celui du « service public engagé » des Acteurs du Libre.",
    ),
    (
        "i1",
        "Penguins & Peaks",
        "press",
        "2026-12-14",
        "en",
        "Small French IT union wins big",
        "SITPI, which runs IT for ten towns near Grenoble, won the public service prize at the Acteurs du Libre awards last week.",
    ),
    (
        "j1",
        "Ville d’Échirolles",
        "municipal",
        "2026-05-06",
        "fr",
        "Un trophée pour nos données ouvertes",
        "La Ville a reçu mardi le trophée de la donnée ouverte, remis par le réseau Données en commun.",
    ),
    (
        "j1",
        "Place Gre’net",
        "press",
        "2026-05-07",
        "fr",
        "Open data : Échirolles décroche un trophée national",
        "Le trophée de la donnée ouverte a été décerné mardi à la ville d’Échirolles pour ses données ouvertes.",
    ),
    (
        "k1",
        "Mobilizon",
        "agenda",
        "2026-05-20",
        "fr",
        "Cartopartie au parc Mistral",
        "<p>📍 Parc Paul-Mistral, Grenoble<br>🗓 dimanche 7 juin 2026, 10:00</p><p>OpenStreetMap</p>",
    ),
    (
        "k1",
        "Ville de Grenoble",
        "municipal",
        "2026-06-01",
        "fr",
        "Cartographiez les arbres du parc",
        "Dimanche 7 juin à 10 h, des bénévoles d’OpenStreetMap vous attendent au parc Paul-Mistral pour recenser les arbres.",
    ),
    (
        "m1",
        "Le Dauphiné libéré",
        "press",
        "2027-12-10",
        "fr",
        "Linphone primé",
        "Linphone a reçu mercredi un prix aux Acteurs du Libre 2027.",
    ),
    (
        "m1",
        "Place Gre’net",
        "press",
        "2027-12-11",
        "fr",
        "Une PME distinguée",
        "L’éditeur de Linphone, Belledonne Communications, a été distingué aux Acteurs du Libre 2027.",
    ),
    (
        "m2",
        "Les Affiches",
        "press",
        "2027-12-11",
        "fr",
        "Probesys primée",
        (
            "Probesys reçoit le prix du développement commercial aux Acteurs du Libre 2027, le soir où "
            "l’on a fêté Linphone."
        ),
    ),
]


def _rows() -> Iterator[dict[str, Any]]:
    for number, (story, name, kind, day, language, title, text) in enumerate(TOLD):
        yield {
            "id": f"{story}-{number}",
            "language": language,
            "source": {"name": name, "kind": kind, "home": f"https://{kind}-{number}.example"},
            "url": f"https://{kind}-{number}.example/{number}",
            "published": f"{day}T10:00:00+01:00",
            "title": title,
            "summary": text,
            "content": None,
            "tags": [],
        }


@pytest.fixture(scope="module")
def stories(knowledge) -> dict[str, str | None]:
    """Item to story, all read in order, as they would come in."""
    return {row["id"]: row["story"] for row in _news.predictions(list(_rows()), knowledge)}


@pytest.mark.parametrize("story", sorted({one[0] for one in TOLD}))
def test_one_happening_told_by_many_is_one_story(story: str, stories) -> None:
    told = {id: found for id, found in stories.items() if id.partition("-")[0] == story}
    assert len(set(told.values())) == 1, told
    assert None not in told.values()
    others = {found for id, found in stories.items() if id not in told}
    assert not others & set(told.values())

"""The forms in which gatherings are told: announced, moved, cancelled, full, over, off topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.entries.entry import Entry
from bot.understanding.fact import EventFact
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

#: title, text, day of publication, publisher, kind, relevant, what is understood
TOLD: list[tuple[str | None, str, str, dict[str, str], str, bool, dict[str, Any]]] = [
    (
        "L’atelier Linux de Meylan change de date",
        "Prévu jeudi 5 mars, il est repoussé au jeudi 12 mars, 18 h, à la bibliothèque des Aiguinards.",
        "2026-02-20",
        {"role": "municipal", "name": "Ville de Meylan"},
        "event_update",
        True,
        {
            "start": "2026-03-12",
            "previous_start": "2026-03-05",
            "city": "Meylan",
            "status": "moved",
            "place": "Bibliothèque des Aiguinards",
        },
    ),
    (
        "Linux workshop postponed",
        "The Linux workshop planned for 12 March in Meylan has been moved to 19 March.",
        "2026-02-20",
        {"language": "en"},
        "event_update",
        True,
        {
            "start": "2026-03-19",
            "previous_start": "2026-03-12",
            "city": "Meylan",
            "status": "moved",
        },
    ),
    (
        "Café Linux avancé",
        "Le café Linux de Crolles aura lieu le 3 avril au lieu du 10 avril, à l’espace Paul-Jargot.",
        "2026-03-20",
        {},
        "event_update",
        True,
        {
            "start": "2026-04-03",
            "previous_start": "2026-04-10",
            "city": "Crolles",
            "status": "moved",
        },
    ),
    (
        "Install party : changement de salle",
        "Celle du samedi 9 mai se tiendra à la Bobine et non à la Turbine, à Grenoble. Même jour, même heure.",
        "2026-04-28",
        {},
        "event_update",
        True,
        {
            "start": "2026-05-09",
            "previous_start": None,
            "city": "Grenoble",
            "status": "moved",
            "place": "La Bobine",
        },
    ),
    (
        None,
        "L’apéro du libre de vendredi à Voiron est reporté. Nouvelle date : vendredi 20 mars à 19 h.",
        "2026-03-10",
        {"role": "fediverse", "name": "Mastodon"},
        "event_update",
        True,
        {
            "start": "2026-03-20",
            "previous_start": "2026-03-13",
            "city": "Voiron",
            "status": "moved",
        },
    ),
    (
        "Campus du Libre : nouvelle date",
        "La journée change de date : ce sera le samedi 5 décembre 2026, et non plus le 28 novembre, toujours à Villeurbanne.",
        "2026-10-01",
        {},
        "event_update",
        True,
        {"start": "2026-12-05", "previous_start": "2026-11-28", "status": "moved"},
    ),
    (
        "Pas d’AlpOSS à l’hôtel de ville",
        "La rencontre du 11 février 2027 se tiendra finalement à La Rampe, plus grande.",
        "2027-01-15",
        {},
        "event_update",
        True,
        {"start": "2027-02-11", "status": "moved", "place": "La Rampe"},
    ),
    (
        "AlpOSS moves to La Rampe",
        "The 11 February 2027 gathering in Échirolles will now be held at La Rampe instead of the town hall.",
        "2027-01-15",
        {"language": "en"},
        "event_update",
        True,
        {"start": "2027-02-11", "status": "moved", "place": "La Rampe", "previous_start": None},
    ),
    (
        "Atelier Debian annulé à Fontaine",
        "L’atelier Debian prévu samedi 14 mars à la MJC Nelson-Mandela de Fontaine est annulé, faute d’animateur.",
        "2026-03-09",
        {},
        "event_update",
        True,
        {"start": "2026-03-14", "status": "cancelled", "city": "Fontaine"},
    ),
    (
        "Repair café et Linux : c’est complet",
        "Toutes les places de l’atelier du samedi 21 mars à Vizille sont prises. L’atelier est complet.",
        "2026-03-16",
        {},
        "event_update",
        True,
        {"start": "2026-03-21", "status": "full", "city": "Vizille"},
    ),
    (
        "Retour sur l’install party de Gières",
        "Samedi 7 mars, trente ordinateurs sont passés sous Linux à la salle des fêtes. Merci à tous.",
        "2026-03-10",
        {"role": "association", "name": "Gières Libre"},
        "event_update",
        True,
        {"start": "2026-03-07", "status": "past", "city": "Gières"},
    ),
    (
        "AlpOSS a réuni 520 personnes",
        "La troisième édition s’est tenue mardi à La Rampe, à Échirolles.",
        "2026-02-19",
        {},
        "event_update",
        True,
        {"start": "2026-02-17", "status": "past", "city": "Échirolles", "place": "La Rampe"},
    ),
    (
        "Une soirée pour quitter Windows 10",
        "La MJC Pont-du-Sonnant de Saint-Martin-d’Hères accueille une soirée d’information sur Linux, jeudi 9 avril à 20 h.",
        "2026-03-30",
        {},
        "event",
        True,
        {"start": "2026-04-09", "city": "Saint-Martin-d’Hères"},
    ),
    (
        "Chambéry : Permanence libriste",
        "Jeudi 5 mars 2026 de 19h00 à 22h00 – Maison des associations, Chambéry, Auvergne-Rhône-Alpes",
        "2026-02-20",
        {"role": "agenda", "name": "L’Agenda du Libre"},
        "event",
        True,
        {
            "start": "2026-03-05",
            "city": "Chambéry",
            "place": "Maison des associations",
            "name": "Permanence libriste",
        },
    ),
    (
        "Nantes : Install party",
        "Samedi 7 mars 2026 de 14h00 à 18h00 – Bibliothèque, Nantes, Pays de la Loire",
        "2026-02-20",
        {"role": "agenda", "name": "L’Agenda du Libre"},
        "event",
        False,
        {},
    ),
    (
        "Atelier Wikipédia à Annecy",
        "Début : 10 avril 2026 18:30 — Fin : 10 avril 2026 20:30 — Lieu : Bonlieu, 74000 Annecy",
        "2026-03-20",
        {"role": "agenda", "name": "Mobilizon"},
        "event",
        True,
        {"start": "2026-04-10", "city": "Annecy", "place": "Bonlieu"},
    ),
    (
        "Concert de jazz à Meylan",
        "Vendredi 13 mars à 20 h 30, à la Maison de la musique. Entrée à prix libre.",
        "2026-03-02",
        {},
        "event",
        False,
        {},
    ),
    (
        "FOSDEM 2027: save the date",
        "FOSDEM 2027 will take place on 30 and 31 January 2027 in Brussels, Belgium.",
        "2026-10-02",
        {"role": "event", "name": "FOSDEM", "language": "en", "home": "https://fosdem.org"},
        "event",
        True,
        {"start": "2027-01-30", "end": "2027-01-31", "city": "Brussels"},
    ),
    (
        "OW2con’26 en juin",
        "La conférence annuelle d’OW2 se tiendra les 2 et 3 juin 2026 à l’Orange Gardens, à Châtillon.",
        "2026-02-11",
        {"role": "association", "name": "OW2"},
        "event",
        True,
        {
            "start": "2026-06-02",
            "end": "2026-06-03",
            "city": "Châtillon",
            "place": "Orange Gardens",
        },
    ),
    (
        "Rendez-vous à l’Open Source Experience",
        "L’Adullact tiendra un stand au Palais des Congrès de Paris les 9 et 10 décembre.",
        "2026-11-12",
        {"role": "association", "name": "ADULLACT"},
        "event",
        True,
        {"start": "2026-12-09", "end": "2026-12-10", "city": "Paris"},
    ),
    (
        "Le programme d’AlpOSS est en ligne",
        "Quarante interventions le 11 février 2027 à La Rampe.",
        "2027-01-06",
        {},
        "event_update",
        True,
        {"start": "2027-02-11", "place": "La Rampe", "status": "scheduled"},
    ),
    (
        "J’ai croisé Tux à AlpOSS",
        "Et vous, ça va ?",
        "2026-02-20",
        {"role": "fediverse", "name": "Mastodon"},
        "other",
        False,
        {},
    ),
    (
        "Carto-partie à Seyssins ce samedi",
        "Rendez-vous à 14 h devant la mairie pour cartographier les fontaines sur OpenStreetMap.",
        "2026-06-04",
        {},
        "event",
        True,
        {"start": "2026-06-06", "city": "Seyssins"},
    ),
    (
        "Demain soir : Linux à la bibliothèque",
        "À Claix, initiation gratuite à Linux à 18 h 30.",
        "2026-06-04",
        {"role": "municipal", "name": "Ville de Claix"},
        "event",
        True,
        {"start": "2026-06-05", "city": "Claix"},
    ),
    (
        "Neige : pas d’apéro du libre ce soir",
        "Le bar de Voiron est fermé. On se retrouve mercredi prochain.",
        "2026-01-14",
        {"role": "association", "name": "Voiron Libre"},
        "event_update",
        True,
        {"city": "Voiron"},
    ),
    (
        "Le bal des manchots aura bien lieu",
        "Déplacée du 12 au 19 septembre pour cause de canicule, la fête du libre de Gières se tiendra au parc Michal.",
        "2026-09-01",
        {},
        "event_update",
        True,
        {
            "start": "2026-09-19",
            "previous_start": "2026-09-12",
            "status": "moved",
            "city": "Gières",
        },
    ),
    (
        "JdLL : tout déménage à Villeurbanne",
        "Les 30 et 31 mai, les Journées du Logiciel Libre quittent l’ENS pour la Doua.",
        "2026-04-02",
        {},
        "event_update",
        True,
        {"start": "2026-05-30", "end": "2026-05-31", "status": "moved"},
    ),
    (
        "“Degoogle your town”: fully booked",
        "Tuesday’s talk at the Meylan arts centre (24 March, 7 pm) is full. A recording will be posted on PeerTube.",
        "2026-03-20",
        {"language": "en"},
        "event_update",
        True,
        {"start": "2026-03-24", "status": "full", "city": "Meylan", "name": "Degoogle your town"},
    ),
    (
        "Ils étaient 300 au Campus du Libre",
        "Samedi, l’INSA de Villeurbanne a accueilli ateliers et conférences sur le logiciel libre.",
        "2026-11-30",
        {},
        "event_update",
        True,
        {"start": "2026-11-28", "status": "past", "city": "Villeurbanne"},
    ),
    (
        "Échirolles accueillera France Numérique Libre",
        "La rencontre des agents publics du libre posera ses valises à l’hôtel de ville les 29 et 30 septembre prochains.",
        "2026-06-08",
        {},
        "event",
        True,
        {"start": "2026-09-29", "end": "2026-09-30", "city": "Échirolles"},
    ),
    (
        "Capitole du Libre : deux jours à l’N7",
        "Rendez-vous à Toulouse, 14-15 novembre 2026, à l’INP-ENSEEIHT. Entrée libre.",
        "2026-10-20",
        {"role": "event", "name": "Capitole du Libre"},
        "event",
        True,
        {"start": "2026-11-14", "end": "2026-11-15", "city": "Toulouse", "place": "INP-ENSEEIHT"},
    ),
    (
        None,
        "C’est demain ! #AlpOSS ouvre ses portes à 9 h à La Rampe (Échirolles).",
        "2026-02-16",
        {"role": "fediverse", "name": "Mastodon"},
        "event",
        True,
        {"start": "2026-02-17", "city": "Échirolles", "place": "La Rampe"},
    ),
    (
        None,
        "Save the date: #OW2con27 – 8 & 9 June 2027, Paris-Châtillon.",
        "2026-12-01",
        {"role": "fediverse", "name": "Mastodon", "language": "en"},
        "event",
        True,
        {"start": "2027-06-08", "end": "2027-06-09"},
    ),
    (
        "Une nouvelle salle pour le café Linux",
        "Jeudi 15 janvier, Alpinux vous attend au Scarabée, à Chambéry, et non à la MJC, en travaux.",
        "2026-01-08",
        {"role": "association", "name": "Alpinux"},
        "event_update",
        True,
        {"start": "2026-01-15", "city": "Chambéry", "status": "moved", "place": "Scarabée"},
    ),
    (
        "Voreppe se met au libre",
        "Trois ateliers en avril à la médiathèque : installer Linux (le 4), retoucher ses photos avec GIMP (le 11), cartographier son quartier (le 18).",
        "2026-03-25",
        {"role": "municipal", "name": "Ville de Voreppe"},
        "event",
        True,
        {"city": "Voreppe"},
    ),
    (
        "Conférence « Le logiciel libre à l’école » le 12 mai",
        "Rendez-vous à 18 h, amphithéâtre de la Maison du tourisme, Grenoble.",
        "2026-04-25",
        {},
        "event",
        True,
        {"start": "2026-05-12", "city": "Grenoble", "name": "Le logiciel libre à l’école"},
    ),
    (
        "Salon des maires de l’Isère à Alpexpo",
        "Les 8 et 9 octobre, élus et entreprises se retrouvent à Grenoble.",
        "2026-09-20",
        {},
        "event",
        False,
        {},
    ),
    (
        "Un hackathon sur les données ouvertes de la métropole",
        "Du 5 au 7 juin 2026, à La Turbine.coop (Grenoble), équipes et développeurs travailleront en open source sur les données de mobilité.",
        "2026-05-12",
        {},
        "event",
        True,
        {"start": "2026-06-05", "end": "2026-06-07", "city": "Grenoble"},
    ),
    (
        "Install-party samedi 14 mars à 14 h à la MJC de Rives",
        "Venez avec votre ordinateur.",
        "2026-03-02",
        {"role": "association", "name": "Rives Numérique"},
        "event",
        True,
        {"start": "2026-03-14", "city": "Rives", "place": "MJC"},
    ),
    (
        "Rendez-vous reporté",
        "Notre rencontre OpenStreetMap du 3 juin à Domène est reportée à une date ultérieure.",
        "2026-06-01",
        {"role": "association", "name": "OSM 38"},
        "event_update",
        True,
        {"status": "moved", "city": "Domène"},
    ),
    (
        "FOSDEM 2027: new dates",
        "FOSDEM, first announced for 30 and 31 January, is pushed back one week to 6 and 7 February 2027 in Brussels.",
        "2026-09-14",
        {"language": "en"},
        "event_update",
        True,
        {
            "start": "2027-02-06",
            "end": "2027-02-07",
            "previous_start": "2027-01-30",
            "status": "moved",
        },
    ),
    (
        "Ouverture des inscriptions à AlpOSS",
        "La billetterie gratuite est ouverte. Rendez-vous le 11 février 2027 à Échirolles.",
        "2026-12-20",
        {},
        "event_update",
        True,
        {"start": "2027-02-11", "city": "Échirolles"},
    ),
    (
        "Inscriptions à AlpOSS ouvertes jusqu’au 5 février",
        "Interventions, stands et ateliers le 11 février 2027 à La Rampe.",
        "2027-01-10",
        {},
        "event",
        True,
        {"start": "2027-02-11"},
    ),
    (
        "Vizille : la carto des bancs attendra",
        "À cause de la pluie, la balade de samedi est remise au 20 juin, même heure, même endroit.",
        "2026-06-05",
        {"role": "community", "name": "OSM Grenoble"},
        "event_update",
        True,
        {
            "start": "2026-06-20",
            "previous_start": "2026-06-06",
            "status": "moved",
            "city": "Vizille",
        },
    ),
    (
        None,
        "Café Linux de ce soir annulé à Chambéry : la MJC est fermée. #Alpinux",
        "2026-02-19",
        {"role": "fediverse", "name": "Mastodon"},
        "event_update",
        True,
        {"start": "2026-02-19", "status": "cancelled", "city": "Chambéry", "place": "MJC"},
    ),
    (
        "Install party de mai : rendez-vous à La Bobine",
        "Travaux à La Turbine obligent, l’install party du samedi 9 mai change d’adresse : ce sera à La Bobine, parc Paul-Mistral, à Grenoble.",
        "2026-04-29",
        {},
        "event_update",
        True,
        {"start": "2026-05-09", "status": "moved", "place": "La Bobine", "city": "Grenoble"},
    ),
    (
        "AlpOSS, troisième : le bilan",
        "Plus de 500 personnes ont poussé la porte de La Rampe, à Échirolles, le 17 février.",
        "2026-02-20",
        {},
        "event_update",
        True,
        {
            "start": "2026-02-17",
            "status": "past",
            "place": "La Rampe",
            "city": "Échirolles",
            "edition": None,
        },
    ),
    (
        "What we learnt at AlpOSS",
        "On 17 February more than 500 people came to La Rampe in Échirolles for the third edition.",
        "2026-02-24",
        {"role": "association", "name": "OW2", "language": "en"},
        "event_update",
        True,
        {"start": "2026-02-17", "status": "past", "city": "Échirolles", "edition": 3},
    ),
    (
        "Un après-midi pour dire adieu à Windows 10",
        "Samedi 18 avril, de 14 h à 18 h, des bénévoles installent Linux sur vos ordinateurs au Fab Lab La Casemate, à Grenoble.",
        "2026-04-02",
        {},
        "event",
        True,
        {"start": "2026-04-18", "city": "Grenoble"},
    ),
    (
        "La médiathèque de Crolles fête le libre",
        "Du 10 au 21 mars : expo, ateliers GIMP, projection de « LoL, logiciel libre, une affaire sérieuse » vendredi 20 mars à 19 h.",
        "2026-03-01",
        {"role": "municipal", "name": "Ville de Crolles"},
        "event",
        True,
        {"city": "Crolles"},
    ),
    (
        "Le Repair Café recrute des bénévoles",
        "Rendez-vous samedi 14 mars à Gières pour réparer grille-pain et vélos.",
        "2026-03-01",
        {},
        "event",
        False,
        {},
    ),
    (
        "Conseil métropolitain : ce qu’il faut retenir",
        "Réunis vendredi 13 mars à Grenoble, les élus ont voté le budget. Un plan logiciels libres sera présenté en juin.",
        "2026-03-16",
        {},
        "other",
        False,
        {},
    ),
    (
        "Numérique libre : la Ville signe une charte",
        "La maire a signé mardi la charte du numérique libre à l’hôtel de ville.",
        "2026-03-19",
        {"role": "municipal", "name": "Ville de Grenoble"},
        "other",
        False,
        {},
    ),
    (
        "Capitole du Libre dévoile son programme",
        "Cent conférences les 14 et 15 novembre à l’INP-ENSEEIHT de Toulouse.",
        "2026-10-12",
        {},
        "event_update",
        True,
        {
            "start": "2026-11-14",
            "end": "2026-11-15",
            "city": "Toulouse",
            "place": "INP-ENSEEIHT de Toulouse",
        },
    ),
    (
        None,
        "Changement de date : l’install party n’aura pas lieu samedi 10 mais samedi 17 octobre, toujours à la MJC de Voiron.",
        "2026-10-01",
        {},
        "event_update",
        True,
        {"start": "2026-10-17", "previous_start": "2026-10-10", "status": "moved"},
    ),
    (
        "Install party in Voiron",
        "The Linux install party in Voiron will not be held on 10 October but on 17 October, at the MJC.",
        "2026-10-01",
        {"language": "en"},
        "event_update",
        True,
        {"start": "2026-10-17", "previous_start": "2026-10-10", "status": "moved"},
    ),
    (
        "Jeudi Nextcloud",
        "Jeudi 4 juin à 18 h 30, on monte ensemble un serveur Nextcloud à la Dynamo, Chambéry.",
        "2026-05-28",
        {"role": "association", "name": "Alpinux"},
        "event",
        True,
        {"name": "Jeudi Nextcloud", "start": "2026-06-04", "city": "Chambéry", "place": "Dynamo"},
    ),
    (
        "Un samedi pour libérer son PC",
        "Atelier « Linux tranquille » le samedi 14 mars de 10 h à 16 h, espace Paul-Jargot, à Crolles.",
        "2026-03-02",
        {"role": "municipal", "name": "Ville de Crolles"},
        "event",
        True,
        {"name": "Linux tranquille", "place": "Espace Paul-Jargot", "city": "Crolles"},
    ),
    (
        "Quitter Windows 10 : une après-midi pour s’y mettre",
        "Mercredi 20 mai, de 14 h à 18 h, la médiathèque de Meylan accueille les bénévoles pour installer Linux.",
        "2026-05-05",
        {"role": "municipal", "name": "Ville de Meylan"},
        "event",
        True,
        {"name": "Quitter Windows 10", "start": "2026-05-20", "city": "Meylan"},
    ),
    (  # its own name, in the text; the venue in the title
        "Logiciels libres : une fête à La Source",
        "Le samedi 21 mars, la ville invite les habitants à la Semaine du numérique libre : jeux et conférences.",
        "2026-02-10",
        {"role": "municipal", "name": "Ville de Fontaine"},
        "event",
        True,
        {"name": "Semaine du numérique libre", "place": "La Source", "city": "Fontaine"},
    ),
    (
        "Business : les éditeurs libres se retrouvent à Meylan",
        "Le premier Open Source Makers Day réunira les entreprises de l’open source le 2 juillet au Tarmac, à Meylan.",
        "2026-06-15",
        {},
        "event",
        True,
        {"name": "Open Source Makers Day", "start": "2026-07-02", "place": "Tarmac"},
    ),
    (  # who holds a series is of the free software world, whatever its talk is about
        "Conférence : héberger ses photos chez soi",
        "Jeudi 19 novembre à 20 h, salle 212 de la Maison des associations de Grenoble.",
        "2026-11-04",
        {"role": "association", "name": "Guilde"},
        "event",
        True,
        {
            "start": "2026-11-19",
            "city": "Grenoble",
            "place": "Salle 212 de la Maison des associations de Grenoble",
            "name": "Héberger ses photos chez soi",
        },
    ),
    (  # thanks go to those who filled it, too
        None,
        "Complet ! Plus une place pour la projection de « La bataille du libre » jeudi à la Cinémathèque de Grenoble. Merci à vous.",
        "2026-09-21",
        {"role": "fediverse", "name": "Mastodon"},
        "event_update",
        True,
        {"name": "La bataille du libre", "start": "2026-09-24", "status": "full"},
    ),
    (
        "New venue for the Grenoble Debian birthday",
        "The Debian birthday party on 26 September moves from La Bobine to the Maison des associations in Grenoble.",
        "2026-09-21",
        {"language": "en"},
        "event_update",
        True,
        {"place": "Maison des associations", "status": "moved", "city": "Grenoble"},
    ),
    (
        "Dire adieu à Windows 10 sans changer d’ordinateur",
        "Une association grenobloise propose, samedi 11 avril 2026 à la Maison des habitants du Pré, un atelier pour installer Linux.",
        "2026-04-02",
        {},
        "event",
        True,
        {"city": "Grenoble", "place": "Maison des habitants du Pré"},
    ),
    (
        "Savoie et Dauphiné : deux jours pour le libre",
        "Le Manège de Chambéry accueille les 25 et 26 avril Dauphiné Libre, salon gratuit.",
        "2026-04-02",
        {},
        "event",
        True,
        {"name": "Dauphiné Libre", "start": "2026-04-25", "end": "2026-04-26"},
    ),
    (  # a show is none, even in an agenda of free software
        "Concert de soutien, Le vendredi 15 mai 2026 à 20h30.",
        "Fanfare balkanique, l’Ampérage, Grenoble.",
        "2026-05-10",
        {"role": "agenda", "name": "Agenda du Libre"},
        "event",
        False,
        {},
    ),
    (
        "Conseil municipal le 12 mars",
        "Ordre du jour : budget, passage à LibreOffice. Séance publique à 18h30, en mairie.",
        "2026-03-02",
        {"role": "municipal", "name": "Ville de Voiron"},
        "other",
        False,
        {},
    ),
    (
        "La Rampe : reports de spectacles",
        "Le concert du 3 mars est reporté au 14 avril.",
        "2026-02-20",
        {"role": "municipal", "name": "Ville d’Échirolles"},
        "event_update",
        False,
        {},
    ),
]


#: title, text, publisher: several gatherings, each (name, day, place)
SEVERAL: list[tuple[str, str, dict[str, str], list[tuple[str, str, str | None]]]] = [
    (
        "Programme de l’automne",
        (
            "Install party le 10 octobre, conférence sur le Fediverse le 7 novembre, atelier Blender le "
            "5 décembre : tout se passe à la Maison de quartier, à Chambéry."
        ),
        {"role": "association", "name": "Alpinux"},
        [
            ("Install party", "2026-10-10", "Maison de quartier"),
            ("Conférence sur le Fediverse", "2026-11-07", "Maison de quartier"),
            ("Atelier Blender", "2026-12-05", "Maison de quartier"),
        ],
    ),
    (
        "Le libre à la médiathèque",
        (
            "Le 14 octobre à 14 h, initiation à GIMP ; le 21 à 10 h, café des logiciels libres, à la "
            "médiathèque de Voiron."
        ),
        {"role": "municipal", "name": "Ville de Voiron"},
        [
            ("Initiation à GIMP", "2026-10-14", "Médiathèque"),
            ("Café des logiciels libres", "2026-10-21", "Médiathèque"),
        ],
    ),
    (
        "La commune change de messagerie",
        (
            "Deux cents agents écrivent désormais avec un logiciel libre. Prochain rendez-vous : la "
            "Semaine du libre, samedi 24 octobre 2026, à la salle Edmond-Vigne de Fontaine."
        ),
        {},
        [("Semaine du libre", "2026-10-24", "Salle Edmond-Vigne")],
    ),
]


@pytest.mark.parametrize(("title", "text", "who", "wanted"), SEVERAL)
def test_each_gathering_of_a_sentence_has_its_day(
    title: str,
    text: str,
    who: dict[str, str],
    wanted: list[tuple[str, str, str | None]],
    knowledge: Knowledge,
    make_entry: Callable[..., Entry],
) -> None:
    found = understand(make_entry(title, text, "2026-10-02", **who), knowledge)
    told = {(fact.name, fact.start) for fact in found.facts}
    assert told == {(name, day) for name, day, _ in wanted}
    assert found.relevant
    for fact in found.facts:
        (place,) = [place for name, _, place in wanted if name == fact.name]
        assert place in fact.place


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Forum des associations",
            (
                "Samedi 12 septembre, 120 associations vous attendent au gymnase de Meylan. Le club "
                "informatique y montrera Linux."
            ),
        ),
        (
            "Le jury nous a vus",
            (
                "Notre commune repart du forum des Interconnectés, le 31 mars à Rennes, avec un label "
                "Territoires innovants."
            ),
        ),
    ],
)
def test_no_gathering_of_ours(
    title: str, text: str, knowledge: Knowledge, make_entry: Callable[..., Entry]
) -> None:
    entry = make_entry(title, text, "2026-04-02", role="municipal", name="Ville de Meylan")
    found = understand(entry, knowledge)
    assert [fact for fact in found.facts if isinstance(fact, EventFact)] == []


@pytest.mark.parametrize(("title", "text", "published", "who", "kind", "relevant", "wanted"), TOLD)
def test_a_gathering_is_understood(
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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La médiathèque passe sous Linux : fermeture mardi 10 mars de 9 h à 12 h.", "fr"),
        ("Le serveur Mastodon sera coupé jeudi 12 mars à 22 h, au campus de Grenoble.", "fr"),
        ("Développeur Debian : entretiens le vendredi 20 mars à 14 h, à la mairie de Claix.", "fr"),
        ("Ana defends her thesis on open source compilers on 20 March at 2pm in Grenoble.", "en"),
    ],
)
def test_an_hour_and_a_venue_alone_make_no_gathering(
    text: str, language: str, make_entry: Callable[..., Entry], knowledge: Knowledge
) -> None:
    entry = make_entry(None, text, "2026-03-02", language=language)
    assert not understand(entry, knowledge).relevant

"""Gatherings told in other ways: their days, what became of them, whose town it is; and what is
none of these."""

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.fact import CallFact, EventFact
from bot.understanding.understand import understand

#: title, text, day of publication, publisher, what is understood of the gathering
TOLD: list[tuple[str | None, str, str, dict[str, str], dict[str, Any]]] = [
    (  # an agenda whose lines begin with short dates
        "Nos rendez-vous de mars",
        "7/3 : poterie. 21/3 : install party, 14 h – 18 h, salle Émile-Zola à Voreppe. 28/3 : loto.",
        "2026-02-25",
        {"role": "association", "name": "MJC du Val"},
        {"name": "Install party", "start": "2026-03-21", "city": "Voreppe"},
    ),
    (  # a newspaper's dateline is not the day
        "Save the date: AlpOSS is back",
        "Lyon, 9 October 2026 – The fourth AlpOSS will be held on 16 February 2027 at La Rampe in Échirolles. Last winter the event drew 500 people.",
        "2026-10-09",
        {"role": "association", "name": "OW2", "language": "en"},
        {"name": "AlpOSS", "start": "2027-02-16", "status": "scheduled"},
    ),
    (  # what happened that very day is not what takes place
        "L’install party change de toit",
        "Un tuyau a cédé ce matin : rendez-vous demain, à la salle polyvalente de Voiron. Merci à la mairie !",
        "2025-10-10",
        {"role": "association", "name": "Rézo du Lac"},
        {"start": "2025-10-11", "status": "moved", "city": "Voiron"},
    ),
    (  # its own site gives its days far below
        "Le programme se dévoile",
        "Quarante conférences et dix ateliers : la grille est en ligne.",
        "2026-04-20",
        {
            "role": "event",
            "name": "Journées du Logiciel Libre",
            "url": "https://www.jdll.org/programme",
            "content": "Un parcours pour débuter.\nUn autre pour les associations.\nUn concert.\nDes stands.\nDes jeux.\n"
            "Une exposition.\nUne buvette.\nUn garage.\nNous vous attendons à l’ENS de Lyon, le samedi 30 et le dimanche 31 mai.",
        },
        {"start": "2026-05-30", "end": "2026-05-31", "city": "Lyon"},
    ),
    (  # how it went, told without its day
        "Capitole du Libre 2014, c’est fini",
        "Merci aux bénévoles de Toulouse et à ceux qui sont venus de loin !",
        "2014-11-20",
        {"role": "association", "name": "Toulibre"},
        {"name": "Capitole du Libre", "start": None, "status": "past", "city": "Toulouse"},
    ),
    (  # "ce week-end" of what is over is the one gone by
        "De retour des JdLL",
        "Ce week-end, c’était les JdLL à Lyon, et quel week-end !",
        "2025-05-26",
        {"role": "press", "name": "Mon carnet"},
        {"start": "2025-05-24", "end": "2025-05-25", "status": "past"},
    ),
    (
        "Cinq cents badges",
        "La troisième édition d’AlpOSS est derrière nous. Mardi, La Rampe, à Échirolles, n’a pas désempli.",
        "2026-02-20",
        {"role": "vendor", "name": "Belledonne Communications"},
        {"name": "AlpOSS", "start": "2026-02-17", "status": "past"},
    ),
    (  # both days of a move
        None,
        "Heads-up: #AlpOSS slips from 9 to 16 February 2027. Still a Tuesday, still at La Rampe in Échirolles.",
        "2026-11-06",
        {"role": "fediverse", "language": "en"},
        {"start": "2027-02-16", "previous_start": "2027-02-09", "status": "moved"},
    ),
    (
        "Changement de date",
        "AlpOSS n’aura finalement pas lieu le 9 février, mais une semaine plus tard, le mardi 16 février 2027, à La Rampe.",
        "2026-11-05",
        {"role": "event", "name": "AlpOSS", "home": "https://alposs.fr"},
        {"start": "2027-02-16", "previous_start": "2027-02-09", "status": "moved"},
    ),
    (
        "Change of address",
        "AlpOSS outgrew city hall: on 17 February 2026 we meet at La Rampe in Échirolles.",
        "2026-01-21",
        {"role": "municipal", "name": "Échirolles", "language": "en"},
        {"start": "2026-02-17", "status": "moved"},
    ),
    (  # what became of an edition before is not what becomes of this one
        "AlpOSS donne rendez-vous à ses fidèles",
        "Après avoir poussé les murs en 2026, les organisateurs retrouvent La Rampe, à Échirolles, le mardi 16 février 2027.",
        "2026-10-19",
        {"role": "press", "name": "Le Journal"},
        {"start": "2027-02-16", "status": "scheduled"},
    ),
    (  # a town hall speaks of its own town, whatever other town it names
        "[Complet] Atelier « Passez à Linux »",
        "L’atelier de samedi à la médiathèque affiche complet. Les autres peuvent s’adresser à la Guilde, qui tient permanence à Grenoble.",
        "2025-10-14",
        {"role": "municipal", "name": "Ville de Crolles"},
        {"status": "full", "city": "Crolles"},
    ),
    (  # a venue that is only described, and called by its name in the title
        "Retour sur AlpOSS : La Rampe pleine à craquer",
        "Ils étaient plus de cinq cents, hier, dans la salle de spectacle échirolloise, pour la troisième édition.",
        "2026-02-18",
        {"role": "press", "name": "Le Journal"},
        {"place": "La Rampe", "status": "past"},
    ),
    (  # the day beside the same word below
        "Cette semaine au village",
        "Réunion de quartier, vide-grenier, cartopartie…",
        "2026-04-20",
        {
            "role": "municipal",
            "name": "Ville de Saint-Égrève",
            "content": "• Mercredi, 18 h 30 : réunion du quartier du Lac.\n• Samedi, dès 14 h : cartopartie OpenStreetMap à la bibliothèque.",
        },
        {"name": "Cartopartie", "start": "2026-04-25"},
    ),
    (
        "Contribuer à Wikipédia : changement de salle",
        "L’initiation du samedi 11 avril quitte la médiathèque. Elle se tiendra à la MJC de Voiron.",
        "2026-04-02",
        {"role": "municipal", "name": "Ville de Voiron"},
        {"name": "Contribuer à Wikipédia", "start": "2026-04-11", "place": "MJC"},
    ),
    (
        "Ciné-débat : nos téléphones nous écoutent-ils ?",
        "Vendredi 12 juin à 20 h, au foyer de Vizille, avec des libristes et des logiciels libres.",
        "2026-06-01",
        {"role": "association", "name": "Les Amis du livre"},
        {"name": "Nos téléphones nous écoutent-ils", "start": "2026-06-12", "city": "Vizille"},
    ),
    (
        None,
        "Snow up here, so tonight’s Linux café in Autrans is cancelled.",
        "2025-01-10",
        {"role": "fediverse", "language": "en"},
        {"name": "Linux café", "start": "2025-01-10", "status": "cancelled"},
    ),
    (
        "Soirée auto-hébergement",
        "Jeudi 21 mai, 19 h 30, à la Dynamo, Chambéry-le-Haut. Apportez votre serveur !",
        "2026-05-11",
        {"role": "agenda", "name": "Mobilizon.fr"},
        {"start": "2026-05-21", "city": "Chambéry"},
    ),
    (  # a word that is a town too begins a longer name
        "Registration opens",
        "OW2con takes place on 2 and 3 June 2026 at Orange Gardens, Châtillon.",
        "2026-04-14",
        {"role": "association", "name": "OW2", "language": "en"},
        {
            "start": "2026-06-02",
            "end": "2026-06-03",
            "city": "Châtillon",
            "place": "Orange Gardens",
        },
    ),
    (
        "Linux Presentation Day – Thursday 2 October, room B12",
        "Come and see what your laptop can do: Thursday 2 October 2025, 5–8 pm, Saint-Martin-d’Hères campus.",
        "2025-09-18",
        {"role": "association", "name": "Les Manchots", "language": "en"},
        {"start": "2025-10-02", "place": "Room B12"},
    ),
]


#: Told without a word for a gathering, or in the words of the moment.
TOLD += [
    (
        None,
        "On se voit mercredi soir 19 h au Troquet (Voiron) pour causer fédivers autour d’un verre ?",
        "2026-03-02",
        {"role": "fediverse"},
        {"start": "2026-03-04", "city": "Voiron"},
    ),
    (
        "Windows 10, et après ?",
        "Le 8 novembre de 9 h à 13 h, à la salle des fêtes, des bénévoles passeront vos machines sous Linux.",
        "2025-10-20",
        {"role": "municipal", "name": "Mairie de Vizille"},
        {"start": "2025-11-08", "city": "Vizille", "place": "Salle des fêtes"},
    ),
    (  # "conseil" only names the room
        "Le logiciel libre en mairie",
        "Mercredi 25 novembre, 18 heures : la commune raconte deux ans avec LibreOffice, salle du conseil, à Crolles.",
        "2026-11-09",
        {"role": "municipal", "name": "Ville de Crolles"},
        {"start": "2026-11-25", "city": "Crolles"},
    ),
    (  # the hour stands at the end of the sentence
        "On troque",
        "Samedi 24 janvier, nous passons de vieux PC sous Linux place Saint-Bruno à Grenoble, de 10 h à 16 h.",
        "2026-01-15",
        {"role": "association", "name": "Repair"},
        {"start": "2026-01-24", "place": "Place Saint-Bruno", "city": "Grenoble"},
    ),
    (
        "Linux pour tous",
        "Trois séances, les mardis 3, 10 et 17 novembre, 10 h – 12 h, au CCAS de Claix.",
        "2026-10-02",
        {"role": "municipal", "name": "Claix"},
        {"start": "2026-11-03", "city": "Claix"},
    ),
    (
        None,
        "📅 24/11 18h30 @ Turbine.coop Grenoble : soirée Framasoft. Venez avec vos questions",
        "2026-11-12",
        {"role": "fediverse"},
        {"start": "2026-11-24", "city": "Grenoble"},
    ),
    (
        "A walk with OpenStreetMap",
        "We will be walking around Saint-Martin-d’Hères with OpenStreetMap on Sunday 12 April, 2 pm.",
        "2026-04-02",
        {"role": "association", "name": "OSM", "language": "en"},
        {"start": "2026-04-12", "city": "Saint-Martin-d’Hères"},
    ),
    (  # what a weekly page lists under its days
        "Que faire ce week-end ?",
        "Vide-greniers à Cognin, concert à Barby…",
        "2026-05-21",
        {
            "role": "press",
            "name": "Le Journal",
            "content": "Samedi\nInstall party, de 14 h à 18 h, à la Maison des associations de Chambéry.\nDimanche\nVide-greniers de Cognin.",
        },
        {"name": "Install party", "start": "2026-05-23", "city": "Chambéry"},
    ),
    (  # both places of a move
        "Déménagement",
        "Notre permanence Linux du mercredi 18 mars n’aura pas lieu à la Maison des associations mais à la médiathèque Jean-Prévost, à Bron.",
        "2026-03-10",
        {"role": "association", "name": "Libre Est"},
        {"status": "moved", "place": "Médiathèque Jean-Prévost", "city": "Bron"},
    ),
    (
        None,
        "Capitole du Libre, 14–15 Nov 2026: you are NOT going to the school this year. Still in Toulouse, but at Université Toulouse Capitole.",
        "2026-10-03",
        {"role": "fediverse", "language": "en"},
        {"status": "moved", "place": "Université Toulouse Capitole", "city": "Toulouse"},
    ),
    (
        "Important: new venue for OW2con",
        "Because of building works at Orange Gardens, OW2con will move to the Cité internationale in Paris. The dates, June 2 and 3, are unchanged.",
        "2026-05-07",
        {"role": "association", "name": "OW2", "language": "en"},
        {"status": "moved", "place": "Cité internationale", "city": "Paris"},
    ),
    (
        "OW2con moves online",
        "The conference planned for 2 and 3 June in Châtillon will be held on the same days.",
        "2026-05-20",
        {"role": "association", "name": "OW2", "language": "en"},
        {"status": "moved", "start": "2026-06-02"},
    ),
    (
        None,
        "Plus une seule chaise pour la conf’ de samedi sur le logiciel libre à la bibliothèque du Centre-Ville de Grenoble !",
        "2026-03-11",
        {"role": "fediverse"},
        {"status": "full", "start": "2026-03-14", "city": "Grenoble"},
    ),
    (  # an address where no venue is named
        "Open house, with a Linux corner",
        "Sunday 24 September 2023, 14:00–19:00, 8 rue Dupleix, Grenoble.",
        "2023-09-12",
        {"role": "association", "name": "LOG", "language": "en"},
        {"start": "2023-09-24", "place": "8 rue Dupleix", "city": "Grenoble"},
    ),
]


#: What they are called, where their kind alone says little.
TOLD += [
    (
        "La tête dans les nuages libres",
        "Une après-midi avec Nextcloud. Rendez-vous le samedi 6 juin, 14 h 30, médiathèque Paul-Éluard, Fontaine.",
        "2026-05-21",
        {"role": "municipal", "name": "Ville de Fontaine"},
        {"name": "La tête dans les nuages libres", "start": "2026-06-06"},
    ),
    (
        "Un dimanche à bidouiller",
        "L’atelier ouvre ses portes aux curieux dimanche 7 juin, de 14 h à 19 h, 8 rue Dupleix à Grenoble : Linux et électronique.",
        "2026-05-22",
        {"role": "association", "name": "LOG"},
        {"start": "2026-06-07", "city": "Grenoble"},
    ),
    (
        "Fediverse meet-up in Lyon",
        "Just people who toot. 27 March, from 7 pm, Les Écailles, Lyon.",
        "2026-03-10",
        {"role": "community", "name": "Mobilizon", "language": "en"},
        {"name": "Fediverse meet-up", "start": "2026-03-27", "city": "Lyon"},
    ),
]


def _events(found) -> list[EventFact]:
    return [fact for fact in found.facts if isinstance(fact, EventFact)]


@pytest.mark.parametrize(("title", "text", "day", "publisher", "wanted"), TOLD)
def test_what_is_told(title, text, day, publisher, wanted, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, day, **publisher), knowledge)
    fact = _events(found)[0]
    assert {name: getattr(fact, name) for name in wanted} == wanted
    assert found.kind == "event_update" or fact.status == "scheduled"


#: title, text, day of publication, publisher
NO_GATHERING: list[tuple[str | None, str, str, dict[str, str]]] = [
    (  # since when something is there, and a weekly hour
        "LibreOffice arrive à l’école",
        "Depuis lundi, la salle informatique dispose de LibreOffice. Une permanence est assurée le mardi midi.",
        "2024-06-06",
        {"role": "municipal", "name": "Ville de Vif"},
    ),
    (  # how to apply for a label
        "Label Territoire Numérique Libre : lancez-vous",
        "Les inscriptions sont ouvertes : dossier à déposer avant le 2 octobre. Webinaire : jeudi 18 juin à 11 h.",
        "2026-06-09",
        {"role": "association", "name": "ADULLACT"},
    ),
    (  # the nominations' month is not the gathering's
        "Waarp honoured by its peers",
        "The OW2 Community Award was handed over at OW2con, in Châtillon. Nominations for the next edition open in March.",
        "2026-06-05",
        {"role": "association", "name": "OW2", "language": "en"},
    ),
    (  # it was held
        "Un prix pour LemonLDAP::NG",
        "La conférence annuelle d’OW2, qui se tenait mardi et mercredi à Châtillon, a couronné un logiciel libre.",
        "2026-06-06",
        {"role": "community", "name": "LinuxFr.org"},
    ),
    (  # sport is free, its software is not
        "Grimpe libre au rocher",
        "Dimanche 17 mai 2026 à 9 h, parking du fort, Seyssinet-Pariset.",
        "2026-05-06",
        {"role": "association", "name": "Club alpin"},
    ),
    (  # English names have capitals
        "Share your story",
        "Share your open source experience with us until 20 March 2026.",
        "2026-01-22",
        {"role": "press", "name": "The Paper", "language": "en"},
    ),
]


NO_GATHERING += [
    (  # an hour and a place, but a council
        "Séance du conseil municipal",
        "Lundi 9 novembre à 18 h, à l’hôtel de ville de Vizille. À l’ordre du jour : l’achat de logiciels libres.",
        "2026-11-02",
        {"role": "municipal", "name": "Ville de Vizille"},
    ),
    (  # someone's day, not a gathering
        None,
        "Je lirai mon livre sur Linux demain à 9 h dans le train pour Lyon.",
        "2026-11-02",
        {"role": "fediverse"},
    ),
]


@pytest.mark.parametrize(("title", "text", "day", "publisher"), NO_GATHERING)
def test_what_is_no_gathering(title, text, day, publisher, knowledge, make_entry) -> None:
    found = understand(make_entry(title, text, day, **publisher), knowledge)
    assert not _events(found)


def test_a_recap_needs_words_for_it(knowledge, make_entry) -> None:
    """A series that is only named, without a day, is no gathering over."""
    text = "Au Capitole du Libre, à Toulouse, on parle de tout. Les inscriptions ouvriront bientôt."
    found = understand(make_entry("Le Capitole du Libre", text, "2026-05-20"), knowledge)
    assert not _events(found)


def test_no_slides_call_nothing_off(knowledge, make_entry) -> None:
    text = "No talk, no slides, just people who toot. 27 March, from 7 pm, Les Écailles, Lyon."
    found = understand(
        make_entry("Fediverse meet-up", text, "2026-03-10", role="community", language="en"),
        knowledge,
    )
    (fact,) = _events(found)
    assert (fact.status, fact.start, fact.city) == ("scheduled", "2026-03-27", "Lyon")


def test_a_call_for_what_is_held_inside_a_gathering(knowledge, make_entry) -> None:
    title = "Appel à interventions pour la journée #Chapeaux du 8 novembre 2027 au salon Open Source Experience"
    text = "Envoyez vos propositions d’ici le 17 octobre."
    entry = make_entry(title, text, "2027-10-04", role="institution", name="La Direction")
    (call,) = [fact for fact in understand(entry, knowledge).facts if isinstance(fact, CallFact)]
    assert (call.event, call.series) == ("Journée Chapeaux", None)
    assert (call.deadline, call.event_start) == ("2027-10-17", "2027-11-08")


#: text, day of publication, publisher, deadline or None where it is no call
CALLS: list[tuple[str, str, dict[str, str], str | None]] = [
    (
        "J-7 pour soumettre une conférence à #AlpOSS 2027 ! On manque de sujets.",
        "2026-10-24",
        {},
        "2026-10-31",
    ),
    (
        "On cherche des stands et des voix. Le Campus du Libre 2025 a une table pour vous. Remplissez le questionnaire avant le 15 septembre.",
        "2025-07-01",
        {"role": "event", "name": "Campus du Libre"},
        "2025-09-15",
    ),
    (
        "AlpOSS, co-organised by OW2, is back on Tuesday 16 February 2027 in Échirolles. Talks will be in French or English.",
        "2026-11-17",
        {"language": "en"},
        None,
    ),
    (
        "AlpOSS se tiendra le 16 février 2027 à La Rampe. L’appel à interventions suivra à l’automne.",
        "2026-09-08",
        {},
        None,
    ),
    (
        "Merci aux oratrices qui ont répondu à l’appel à conférences du Capitole du Libre, les 14 et 15 novembre 2026.",
        "2026-11-20",
        {},
        None,
    ),
]


@pytest.mark.parametrize(("text", "day", "publisher", "deadline"), CALLS)
def test_calls_and_what_is_none(text, day, publisher, deadline, knowledge, make_entry) -> None:
    entry = make_entry(None, text, day, **{"role": "fediverse", **publisher})
    calls = [fact for fact in understand(entry, knowledge).facts if isinstance(fact, CallFact)]
    assert [call.deadline for call in calls] == ([deadline] if deadline else [])

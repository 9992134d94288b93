"""Calls for talks and stands, their deadlines; and what is no such call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.entries.entry import Entry
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import understand

#: title, text, day of publication, publisher, kind, relevant, what is understood
TOLD: list[tuple[str | None, str, str, dict[str, str], str, bool, dict[str, Any]]] = [
    (
        "Vous avez quelque chose à raconter ?",
        "AlpOSS 2027 se prépare. Envoyez-nous votre idée de conférence avant le 30 novembre.",
        "2026-10-12",
        {"role": "event", "name": "AlpOSS"},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2026-11-30"},
    ),
    (  # "through" is a last day
        "Got a talk in you?",
        "OW2con’27 is accepting proposals through 15 March. The conference takes place on 8–9 June in Paris.",
        "2027-01-20",
        {"role": "association", "name": "OW2", "language": "en"},
        "call_for_papers",
        True,
        {"event": "OW2con", "deadline": "2027-03-15", "event_start": "2027-06-08"},
    ),
    (  # stands are applied for, which is no job
        "Proposez un stand",
        "AlpOSS réserve quinze tables. Candidatures par courriel d’ici au 15 décembre ; l’événement aura lieu le 16 février 2027 à Échirolles.",
        "2026-11-12",
        {"role": "municipal", "name": "Ville d’Échirolles"},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2026-12-15", "city": "Échirolles"},
    ),
    (  # the day stands before "last day"
        None,
        "Today is the last day to submit a talk to AlpOSS. Yes, in English too.",
        "2026-11-30",
        {"role": "fediverse", "language": "en"},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2026-11-30"},
    ),
    (
        "AlpOSS extends its call",
        "Good news for procrastinators: you now have until 7 December.",
        "2026-11-30",
        {"role": "vendor", "name": "Belledonne Communications", "language": "en"},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2026-12-07", "extended": True},
    ),
    (  # a joke on recruiting, a gathering we know, a deadline
        None,
        "On recrute des bavards ! L’appel d’AlpOSS est ouvert jusqu’au 7 décembre.",
        "2025-10-14",
        {"role": "fediverse"},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2025-12-07"},
    ),
    (  # the gathering stands after the call, as a hashtag
        None,
        "Alpinux lance l’appel à contributions de #DauphinéLibre (Chambéry, 25-26 avril). Vous avez jusqu’au 15/02.",
        "2026-01-15",
        {"role": "fediverse"},
        "call_for_papers",
        True,
        {"event": "Dauphiné Libre", "deadline": "2026-02-15", "city": "Chambéry"},
    ),
    (  # a call to come is none yet
        "Rendez-vous le 16 février 2027",
        "AlpOSS revient à La Rampe, à Échirolles. L’appel à conférences ouvrira début novembre.",
        "2026-10-19",
        {"role": "event", "name": "AlpOSS", "home": "https://alposs.fr"},
        "event",
        True,
        {"start": "2027-02-16", "city": "Échirolles"},
    ),
    (
        "FOSDEM 2027: call for stands",
        "Submit your proposal by 20 October 2026. FOSDEM takes place on 30 and 31 January 2027 in Brussels.",
        "2026-09-20",
        {"language": "en"},
        "call_for_papers",
        True,
        {
            "event": "FOSDEM",
            "deadline": "2026-10-20",
            "event_start": "2027-01-30",
            "event_end": "2027-01-31",
            "city": "Brussels",
        },
    ),
    (
        "OW2con: call for presentations extended",
        "You now have until 15 March to submit a talk.",
        "2026-03-01",
        {"language": "en"},
        "call_for_papers",
        True,
        {"event": "OW2con", "deadline": "2026-03-15", "extended": True},
    ),
    (
        "Dernière semaine pour proposer un atelier aux JdLL",
        "L’appel ferme dimanche 8 mars à minuit. Rendez-vous les 30 et 31 mai à Lyon.",
        "2026-03-02",
        {},
        "call_for_papers",
        True,
        {
            "deadline": "2026-03-08",
            "event_start": "2026-05-30",
            "event_end": "2026-05-31",
            "city": "Lyon",
        },
    ),
    (
        "Campus du Libre : appel à conférences prolongé",
        "Initialement fixée au 30 septembre, la date limite est reportée au 11 octobre.",
        "2026-09-28",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-10-11", "extended": True},
    ),
    (
        "Appel à conférences : AlpOSS 2027",
        "Date limite : 6 décembre 2026. La rencontre aura lieu à Échirolles le 11 février 2027.",
        "2026-10-20",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-12-06", "event_start": "2027-02-11", "city": "Échirolles"},
    ),
    (
        "Call for papers: RustFest Oslo",
        "Submit by 1 May. The conference takes place in Oslo on 10 June 2026.",
        "2026-03-20",
        {"language": "en"},
        "call_for_papers",
        False,
        {},
    ),
    (
        "Prix BlueHats : appel à candidatures",
        "Proposez un logiciel libre avant le 30 avril.",
        "2026-03-20",
        {},
        "other",
        False,
        {},
    ),
    (
        "La Ville lance un appel à projets numériques",
        "Les associations ont jusqu’au 15 mai pour déposer leur dossier.",
        "2026-03-20",
        {"role": "municipal", "name": "Ville de Fontaine"},
        "other",
        False,
        {},
    ),
    (
        "AlpOSS : encore dix jours pour candidater comme orateur",
        "L’appel à conférences court jusqu’au 6 décembre.",
        "2026-11-26",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-12-06"},
    ),
    (
        "Vous avez une histoire libre à raconter ?",
        "Le Campus du Libre cherche des conférences et des stands. Dépôt des propositions avant le 30 septembre, minuit, pour une journée le 28 novembre 2026 à l’INSA Lyon.",
        "2026-09-02",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-09-30", "event_start": "2026-11-28"},
    ),
    (
        None,
        "📣 #CFP #JdLL2027 : vous avez jusqu’au 17/01 pour nous envoyer vos propositions ! 22-23 mai, Lyon.",
        "2026-12-10",
        {"role": "fediverse", "name": "Mastodon"},
        "call_for_papers",
        True,
        {
            "deadline": "2027-01-17",
            "event_start": "2027-05-22",
            "event_end": "2027-05-23",
            "city": "Lyon",
        },
    ),
    (
        "Deux semaines de plus pour Capitole du Libre",
        "Les propositions de conférences sont acceptées jusqu’au lundi 21 septembre au lieu du 7.",
        "2026-09-05",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-09-21", "extended": True},
    ),
    (
        "FOSDEM opens its call for devrooms",
        "Proposals are due by 15 September; the event itself is on 30 & 31 January 2027 at ULB in Brussels.",
        "2026-08-20",
        {"language": "en"},
        "call_for_papers",
        True,
        {"deadline": "2026-09-15", "event_start": "2027-01-30", "city": "Brussels"},
    ),
    (
        "Appel à communications en sociologie du travail",
        "Colloque à Grenoble le 12 juin 2027. Résumés attendus avant le 15 janvier.",
        "2026-11-20",
        {"role": "institution", "name": "UGA"},
        "call_for_papers",
        False,
        {},
    ),
    (
        "Les Journées du Logiciel Libre cherchent encore des ateliers",
        "Dernier délai : le 15 février. Les JdLL auront lieu les 30 et 31 mai à l’ENS de Lyon.",
        "2026-01-25",
        {},
        "call_for_papers",
        True,
        {
            "deadline": "2026-02-15",
            "event_start": "2026-05-30",
            "event_end": "2026-05-31",
            "city": "Lyon",
        },
    ),
    (
        "JdLL 2026 : on ferme les propositions le 15 février",
        "Conférence, atelier, stand : tout est possible les 30 et 31 mai à Lyon.",
        "2026-01-25",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-02-15", "event_start": "2026-05-30"},
    ),
    (
        None,
        "Vous voulez parler aux JdLL ? Formulaire ouvert jusqu’au 15 février.",
        "2026-01-25",
        {"role": "fediverse", "name": "Mastodon"},
        "call_for_papers",
        True,
        {"deadline": "2026-02-15"},
    ),
    (
        "Une semaine de rab pour les JdLL",
        "Appel à participation prolongé au 22 février (au lieu du 15).",
        "2026-02-12",
        {"role": "event", "name": "Journées du Logiciel Libre", "home": "https://www.jdll.org"},
        "call_for_papers",
        True,
        {"deadline": "2026-02-22", "extended": True},
    ),
    (
        "AlpOSS is looking for speakers",
        "Talks in French or English, by 6 December 2026, for the 11 February 2027 edition in Échirolles.",
        "2026-10-20",
        {"language": "en"},
        "call_for_papers",
        True,
        {"deadline": "2026-12-06", "event_start": "2027-02-11", "city": "Échirolles"},
    ),
    (
        "Plus que cinq jours pour AlpOSS",
        "L’appel à sujets se referme vendredi 4 décembre à midi.",
        "2026-11-29",
        {},
        "call_for_papers",
        True,
        {"deadline": "2026-12-04"},
    ),
    # no word for a call: who reads is to speak there, and something is to be sent by a day
    (
        None,
        "Envie de raconter votre migration à Capitole du Libre ? Envoyez deux lignes avant le 21 septembre.",
        "2026-09-01",
        {"role": "fediverse", "name": "Mastodon"},
        "call_for_papers",
        True,
        {"event": "Capitole du Libre", "deadline": "2026-09-21"},
    ),
    (
        "Montez sur la scène d’AlpOSS",
        "Il suffit de nous envoyer un titre et trois phrases d’ici au 6 décembre. Rendez-vous le 11 février 2027 à Échirolles.",
        "2026-11-02",
        {},
        "call_for_papers",
        True,
        {"event": "AlpOSS", "deadline": "2026-12-06", "event_start": "2027-02-11"},
    ),
    (
        "Come and speak at FOSDEM",
        "Failed, and learnt from it? Mail us a paragraph by 1 December. FOSDEM is held on 30 and 31 January 2027 in Brussels.",
        "2026-10-20",
        {"language": "en"},
        "call_for_papers",
        True,
        {"event": "FOSDEM", "deadline": "2026-12-01", "event_start": "2027-01-30"},
    ),
]


@pytest.mark.parametrize(("title", "text", "published", "who", "kind", "relevant", "wanted"), TOLD)
def test_a_call_is_understood(
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
        (
            "Venez raconter AlpOSS à vos collègues, et envoyez-nous vos photos avant le 20 février 2027.",
            "fr",
        ),
        ("Envoyez votre bulletin d’adhésion avant le 21 septembre à Capitole du Libre.", "fr"),
        ("We liked your talks at FOSDEM. Send us your slides by 1 December.", "en"),
    ],
)
def test_what_is_to_be_sent_is_not_always_a_proposal(
    text: str, language: str, knowledge: Knowledge, make_entry: Callable[..., Entry]
) -> None:
    found = understand(
        make_entry(None, text, "2026-09-02", role="fediverse", language=language), knowledge
    )
    assert found.kind != "call_for_papers"

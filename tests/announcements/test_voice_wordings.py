"""The wordings that people asked for, character by character."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.understanding.fact import AwardFact, CallFact, EventFact, ReleaseFact

N, H = "\u00a0", "\u202f"  # full and narrow non-breaking spaces

NEC = AwardFact(
    award_id="nec-dor",
    award="NEC d’or",
    year=2025,
    laureates=("Échirolles",),
    category="cohérence",
    date="2025-10-29",
    place="Strasbourg",
)
TNL = AwardFact(
    award_id="territoire-numerique-libre",
    award="Territoire Numérique Libre",
    label=True,
    year=2024,
    laureates=("Échirolles",),
    level="5",
    date="2024-12",
    streak=3,
)
ALPOSS = EventFact(
    series="alposs", name="AlpOSS", start="2026-02-17", end="2026-02-17", city="Échirolles"
)
MOVED = EventFact(
    series="alposs",
    name="AlpOSS",
    start="2026-02-17",
    end="2026-02-17",
    place="La Rampe",
    city="Échirolles",
    status="moved",
    previous_place="hôtel de ville",
)
CALL = CallFact(
    series="alposs",
    event="AlpOSS",
    deadline="2025-12-14",
    deadline_time="23:59",
    event_start="2026-02-17",
    event_end="2026-02-17",
    city="Échirolles",
    url="https://pretalx.com/alposs-2026/cfp",
)


def test_award_status_whole(tell):
    assert tell.text(tell.story(NEC), hashtags=("LogicielLibre",)) == (
        "Échirolles reçoit le NEC d’or 2025 de la cohérence.\n\n"
        "Prix remis par l’ANCT, l’Agence nationale de la cohésion des territoires, "
        "mercredi 29 octobre 2025 à Strasbourg.\n\n"
        f"Source{N}: Le Travailleur alpin, 30 octobre 2025\n"
        "https://travailleur-alpin.fr/nec\n\n"
        "#LogicielLibre #NECdor"
    )


def test_label_status(tell):
    assert tell.sentences(tell.story(TNL, kind="label")) == (
        "Échirolles obtient le niveau 5 sur 5 du label Territoire Numérique Libre, "
        "pour la troisième année consécutive.\n\n"
        "Label décerné par l’association ADULLACT en décembre 2024."
    )


def test_event_status(tell):
    assert tell.sentences(tell.story(ALPOSS, kind="event")) == (
        "AlpOSS 2026, la rencontre du logiciel libre dans les Alpes, a lieu "
        "mardi 17 février 2026 à Échirolles.\n\n"
        "Organisée par Belledonne Communications, OW2 et la Ville d’Échirolles. "
        f"Lieu exact et inscription{N}: pas encore annoncés."
    )


def test_moved_status(tell):
    assert tell.sentences(tell.story(MOVED, kind="event_update"), purpose="update") == (
        f"Changement de lieu{N}: AlpOSS 2026 se tient à La Rampe, à Échirolles, "
        "et non plus à l’hôtel de ville.\n\n"
        f"La date ne change pas{N}: mardi 17 février 2026."
    )


def test_deadline_status(tell):
    assert tell.sentences(tell.story(CALL, kind="call_for_papers")) == (
        "L’appel à conférences d’AlpOSS 2026 ferme dimanche 14 décembre 2025 à 23 h 59.\n\n"
        "La rencontre a lieu mardi 17 février 2026 à Échirolles.\n\n"
        f"Proposer une conférence{N}: https://pretalx.com/alposs-2026/cfp"
    )


LINK = '<a href="https://travailleur-alpin.fr/nec">Le Travailleur alpin</a>'


@pytest.mark.parametrize(
    ("fact", "kind", "html"),
    [
        (
            NEC,
            "award",
            (
                f"<strong>Prix{N}:</strong> Échirolles reçoit le NEC d’or 2025 de la cohérence (ANCT), "
                f"le 29 octobre 2025 à Strasbourg. {LINK}"
            ),
        ),
        (
            TNL,
            "label",
            (
                f"<strong>Label{N}:</strong> Échirolles, Territoire Numérique Libre, niveau 5 sur 5, "
                f"troisième année consécutive (ADULLACT, décembre 2024). {LINK}"
            ),
        ),
        (
            ALPOSS,
            "event",
            (
                f"<strong>Événement{N}:</strong> AlpOSS 2026, mardi 17 février 2026, Échirolles. "
                f"Lieu exact{N}: pas encore annoncé. ⏰ pour un rappel privé la veille. {LINK}"
            ),
        ),
        (
            MOVED,
            "event_update",
            (
                f"<strong>Changement de lieu{N}:</strong> AlpOSS 2026 se tient à La Rampe, à "
                "Échirolles, et non plus à l’hôtel de ville. "
                f"Toujours mardi 17 février 2026. {LINK}"
            ),
        ),
        (
            CALL,
            "call_for_papers",
            (
                f"<strong>Date limite{N}:</strong> appel à conférences d’AlpOSS 2026, "
                "dimanche 14 décembre 2025 à 23 h 59. "
                f'<a href="https://pretalx.com/alposs-2026/cfp">Proposer</a> {LINK}'
            ),
        ),
    ],
    ids=["award", "label", "event", "moved", "deadline"],
)
def test_room(tell, fact, kind, html):
    message = tell.message(tell.story(fact, kind=kind), tell.room, alarm=True)
    assert message.html == html
    assert "<" not in message.text
    assert "https://travailleur-alpin.fr/nec" in message.text


def test_alarm_is_only_offered_where_somebody_listens(tell):
    assert "⏰" not in tell.text(tell.story(ALPOSS, kind="event"), tell.room)


def award(**fields):
    values = {"award_id": "nec-dor", "award": "NEC d’or", "year": 2025, **fields}
    return AwardFact(**values)


def label(**fields):
    values = {
        "award_id": "territoire-numerique-libre",
        "award": "TNL",
        "label": True,
        "year": 2025,
        **fields,
    }
    return AwardFact(**values)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            [award(laureates=("Échirolles", "Claix"), category="inclusion")],
            "Échirolles et Claix reçoivent le NEC d’or 2025 de l’inclusion.",
        ),
        ([award(laureates=("SITPI",))], "Le SITPI reçoit le NEC d’or 2025."),
        (
            [award(laureates=("Vif",), category="coup de cœur du jury")],
            f"Vif reçoit le NEC d’or 2025, catégorie «{N}coup de cœur du jury{N}».",
        ),
        (
            [award(award_id="osor-awards", laureates=("SITPI",), category="prix du public")],
            "Le SITPI reçoit le prix du public des OSOR Awards 2025.",
        ),
        (
            [award(award_id="acteurs-du-libre", laureates=("Vates",), category="européen")],
            f"Vates reçoit le prix «{N}européen{N}» des Acteurs du Libre 2025.",
        ),
        (
            [label(laureates=("Échirolles",), level="Or", date="2025-11-19")],
            "Échirolles obtient le label Or Territoire Numérique Libre.",
        ),
        (
            [label(laureates=("Vif",), level="Badge")],
            "Vif obtient le niveau Badge du label Territoire Numérique Libre 2025.",
        ),
        (
            [label(award_id="villes-internet", laureates=("Le Pont-de-Claix",), level="3@")],
            (
                "Le Pont-de-Claix obtient 3 arobases sur 5 au label Territoires, Villes et Villages "
                "Internet 2025."
            ),
        ),
        (
            [
                label(laureates=("Échirolles",), level="Or", date="2025-11-19"),
                label(laureates=("Échirolles",), category="sobriété"),
            ],
            (
                f"Échirolles obtient le label Or Territoire Numérique Libre, avec la mention "
                f"«{N}sobriété{N}»."
            ),
        ),
        (
            [
                label(laureates=("Échirolles", "Boé"), level="Or"),
                label(laureates=("Claix", "Lettret"), level="Bronze"),
            ],
            (
                f"Label Territoire Numérique Libre 2025{N}: Or pour Échirolles et Boé{H}; "
                "Bronze pour Claix et Lettret."
            ),
        ),
    ],
)
def test_awards_and_labels_in_french(tell, facts, said):
    text = tell.sentences(tell.story(*facts))
    assert text.partition("\n\n")[0] == said


def test_a_long_palmares_names_those_from_here_first(tell):
    many = tuple(f"Ville {n}" for n in range(20))
    facts = [
        label(laureates=(*many, "Pont-de-Claix"), level="Or"),
        label(laureates=("Vif",), level="Badge"),
    ]
    assert tell.sentences(tell.story(*facts)).partition("\n\n")[0] == (
        f"Label Territoire Numérique Libre 2025{N}: Or pour Pont-de-Claix, la Ville 0, la Ville 1, "
        "la Ville 2, la Ville 3, la Ville 4, la Ville 5, la Ville 6 et 13 autres"
        f"{H}; Badge pour Vif."
    )


def test_a_body_has_its_article_and_a_town_its_own(tell):
    fact = label(laureates=("SITPI",), level="Or", date="2025-11-19", place="Le Pont-de-Claix")
    said = tell.sentences(tell.story(fact))
    assert said.startswith("Le SITPI obtient")
    assert said.endswith("mercredi 19 novembre 2025 au Pont-de-Claix.")
    assert tell.sentences(tell.story(fact), "en").startswith("SITPI obtains")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Strasbourg", "à Strasbourg"),
        ("Congrès des maires", "au Congrès des maires"),
        ("Palais des Congrès, Paris", "à Paris"),
        ("Le Pont-de-Claix", "au Pont-de-Claix"),
        ("La Tronche", "à La Tronche"),
        ("Les Adrets", "aux Adrets"),
        ("Sénat", "au Sénat"),
        ("Hôtel de ville", "à l’hôtel de ville"),
        ("Hauteville", "à Hauteville"),
    ],
)
def test_places_take_their_preposition(tell, place, said):
    fact = award(laureates=("Vif",), date="2025-10-01", place=place)
    assert tell.sentences(tell.story(fact)).endswith(f", mercredi 1er octobre 2025 {said}.")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("Claix", "de Claix"),
        ("Échirolles", "d’Échirolles"),
        ("Herbeys", "d’Herbeys"),
        ("Hauteville", "de Hauteville"),
        ("Yenne", "de Yenne"),
        ("Journées du Logiciel Libre", "des Journées du Logiciel Libre"),
        ("Capitole du Libre", "du Capitole du Libre"),
        ("OW2con", "d’OW2con"),
    ],
)
def test_elision_and_contraction(tell, event, said):
    text = tell.sentences(tell.story(CallFact(series=None, event=event), kind="call_for_papers"))
    assert text == f"L’appel à conférences {said} est ouvert."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"start": "2026-05-30", "end": "2026-05-31"},
            "Fête{N}: samedi 30 et dimanche 31 mai 2026 à Lyon.",
        ),
        (
            {"start": "2026-01-31", "end": "2026-02-01"},
            "Fête{N}: samedi 31 janvier et dimanche 1er février 2026 à Lyon.",
        ),
        ({"start": "2026-03-03", "end": "2026-03-05"}, "Fête{N}: du 3 au 5 mars 2026 à Lyon."),
        (
            {"start": "2025-12-30", "end": "2026-01-02"},
            "Fête{N}: du 30 décembre 2025 au 2 janvier 2026 à Lyon.",
        ),
        ({"start": "2026-03"}, "Fête{N}: en mars 2026 à Lyon."),
        (
            {"start": "2026-03-14", "time": "14:00", "end_time": "18:30", "place": "La Turbine"},
            "Fête{N}: samedi 14 mars 2026 de 14 h à 18 h 30, à La Turbine, à Lyon.",
        ),
        (
            {"start": "2026-03-14", "place": "École normale supérieure de Lyon"},
            "Fête{N}: samedi 14 mars 2026, à l’école normale supérieure de Lyon.",
        ),
        (
            {"start": "2026-03-14", "place": "Maison des associations, Lyon"},
            "Fête{N}: samedi 14 mars 2026, à la maison des associations, à Lyon.",
        ),
    ],
)
def test_days_and_spans(tell, fields, said):
    fact = EventFact(series=None, name="Fête", city="Lyon", **fields)
    text = tell.sentences(tell.story(fact, kind="event"))
    assert text == said.replace("{N}", N)


def test_cancelled_and_moved_dates(tell):
    off = EventFact(
        series=None, name="Café Linux", start="2026-02-19", city="Chambéry", status="cancelled"
    )
    assert tell.sentences(tell.story(off), purpose="cancellation") == (
        f"ANNULÉ{N}: «{N}Café Linux{N}» n’a pas lieu jeudi 19 février 2026 à Chambéry."
    )
    later = EventFact(
        series="alposs",
        name="AlpOSS",
        start="2026-03-01",
        end="2026-03-01",
        city="Échirolles",
        status="moved",
        previous_start="2026-02-17",
    )
    assert tell.sentences(tell.story(later), purpose="update") == (
        f"Changement de date{N}: AlpOSS 2026 a lieu dimanche 1er mars 2026 à Échirolles, "
        "et non plus mardi 17 février 2026."
    )


def test_first_post_of_a_moved_event_just_says_where_it_is_now(tell):
    told = tell.story(
        MOVED,
        kind="event_update",
        witnesses=(tell.witness(facts=(ALPOSS,)), tell.witness("OW2", facts=(MOVED,))),
    )
    text = tell.sentences(told)
    assert text.startswith("AlpOSS 2026, la rencontre")
    assert "mardi 17 février 2026, à La Rampe, à Échirolles." in text
    assert "Changement" not in text
    assert "pas encore" not in text


def test_past_events_say_so(tell):
    message = tell.message(tell.story(ALPOSS), now=datetime(2026, 3, 1, tzinfo=UTC))
    assert message.past
    assert message.text.startswith(
        "AlpOSS 2026, la rencontre du logiciel libre dans les Alpes, a eu lieu "
        "mardi 17 février 2026 à Échirolles."
    )
    assert "pas encore" not in message.text


def test_past_events_without_a_day_name_none(tell):
    over = replace(ALPOSS, start=None, end=None, status="past")
    text = tell.sentences(tell.story(over, kind="event_update"))
    assert text.startswith("AlpOSS à Échirolles.")
    assert "pas encore" not in text


def test_reminders(tell):
    told = tell.story(ALPOSS, kind="event")
    assert tell.sentences(told, purpose="reminder", occasion="7d 2026-02-17") == (
        f"Rappel{N}: AlpOSS 2026 a lieu mardi 17 février 2026 à Échirolles."
    )
    assert tell.sentences(told, purpose="reminder", occasion="1d 2026-02-17") == (
        f"C’est demain{N}: AlpOSS 2026 a lieu mardi 17 février 2026 à Échirolles."
    )
    assert tell.sentences(tell.story(CALL), purpose="reminder", occasion="7d x").startswith(
        f"Rappel{N}: l’appel à conférences d’AlpOSS 2026 ferme dimanche 14 décembre 2025"
    )


def test_release_and_plain(tell):
    fact = ReleaseFact(
        project="guichet-citoyen", version="2.4.0", publisher="SITPI", date="2026-06-02"
    )
    assert tell.sentences(tell.story(fact, kind="release")) == (
        f"Nouvelle version{N}: guichet-citoyen 2.4.0.\n\nPubliée par le SITPI, mardi 2 juin 2026."
    )
    plain = tell.text(tell.story(title="C'est parti !", kind="other"))
    assert plain == (
        f"C’est parti{H}!\n\nSource{N}: Le Travailleur alpin, 30 octobre 2025\n"
        "https://travailleur-alpin.fr/nec"
    )


def test_unsure_facts_take_the_plain_form(tell):
    told = tell.story(award(laureates=("Vif",), confidence=0.3), title="Vif primée")
    assert tell.sentences(told) == "Vif primée"


def test_english(tell):
    assert tell.text(tell.story(TNL, kind="label"), language="en") == (
        "Échirolles obtains level 5 out of 5 of the Territoire Numérique Libre label, "
        "for the third year running.\n\n"
        "Label awarded by the association ADULLACT in December 2024.\n\n"
        "Source: Le Travailleur alpin, 30 October 2025\n"
        "https://travailleur-alpin.fr/nec\n\n#TerritoireNumeriqueLibre"
    )
    assert tell.sentences(tell.story(CALL), language="en") == (
        "The call for talks of AlpOSS 2026 closes on Sunday 14 December 2025 at 23:59.\n\n"
        "The event takes place on Tuesday 17 February 2026 in Échirolles.\n\n"
        "Propose a talk: https://pretalx.com/alposs-2026/cfp"
    )


def test_other_witnesses_are_named(tell):
    told = tell.story(
        NEC,
        witnesses=(
            tell.witness(facts=(NEC,)),
            tell.witness("Place Gre’net", "https://placegrenet.fr/nec", facts=(NEC,)),
        ),
    )
    assert f"\nAussi{N}: Place Gre’net\n" in tell.text(told) + "\n"
    room = tell.message(told, tell.room)
    assert room.html.endswith(
        f'{LINK} Aussi{N}: <a href="https://placegrenet.fr/nec">Place Gre’net</a>'
    )


def test_json_carries_the_facts(tell):
    data = tell.message(tell.story(NEC), tell.json).data
    assert data["facts"][0]["is"] == "award"
    assert data["facts"][0]["laureates"] == ["Échirolles"]
    assert data["sources"] == [
        {
            "name": "Le Travailleur alpin",
            "url": "https://travailleur-alpin.fr/nec",
            "published": "2025-10-30T09:00:00+00:00",
        }
    ]

"""The answers, in the wordings of the voice: what members ask most."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from told_stories import NOW, story

from bot.announcements.announcement import Message
from bot.announcements.voice import Voice
from bot.commands import _test_message
from bot.commands._face import CHARACTERS, LINES, one_screen
from bot.commands._since import since
from bot.commands.agenda import Agenda
from bot.commands.awards import Awards
from bot.commands.deadlines import Deadlines
from bot.commands.help import Help
from bot.commands.news import News
from bot.commands.next import Next
from bot.commands.origin import Origin
from bot.commands.search import Search
from bot.commands.why import Why
from bot.errors import CommandError
from bot.outbox import decide
from bot.stories.story import Witness
from bot.understanding.fact import AwardFact, CallFact, EventFact

ALPOSS = EventFact(
    series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles", place="La Rampe"
)
CALL = CallFact(series="alposs", event="AlpOSS 2026", deadline="2025-12-14")
NEC = AwardFact(
    award_id="nec-dor",
    award="NEC d’or",
    year=2025,
    laureates=("Échirolles",),
    category="cohérence",
    date="2025-10-29",
    place="Strasbourg",
)
LABEL = AwardFact(
    award_id="territoire-numerique-libre",
    award="Territoire Numérique Libre",
    label=True,
    laureates=("Échirolles",),
    level="5",
    date="2022-12",
)


async def test_help_names_only_what_works(asking):
    text = await asking.ask(Help)
    assert text.startswith(
        "Je réponds à\u00a0: !prochain, !agenda, !prix Échirolles, !delais, !cherche mots"
    )
    assert "Répondez «\u00a0source\u202f?\u00a0» à une annonce pour savoir d’où elle vient." in text
    assert "!alerte mots" in text
    assert (await asking.ask(Help, "en")).startswith("I answer to: !next, !events")


async def test_help_is_not_for_admins_where_a_member_asks(asking, question):
    assert "!statut" not in await asking.ask(Help, question=question())
    assert "!statut" in await asking.ask(Help, question=question(role="admin"))


async def test_help_on_one_command(asking):
    assert (await asking.ask(Help, command="!Chercher")).startswith("!cherche mots\u00a0: Cherche")
    with pytest.raises(CommandError, match="quiche"):
        await asking.ask(Help, command="quiche")


async def test_the_next_alposs(asking, happened):
    await happened(story("a", ALPOSS), story("c", CALL))
    assert await asking.ask(Next) == (
        "AlpOSS 2026\u00a0: mardi 17 février 2026, La Rampe, Échirolles, dans 6 jours. "
        "Appel à conférences\u00a0: fermé. Programme\u00a0: https://alposs.fr"
    )
    assert await asking.ask(Next, "en") == (
        "AlpOSS 2026: Tuesday 17 February 2026, La Rampe, Échirolles, in 6 days. "
        "Call for talks: closed. Programme: https://alposs.fr"
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [(16, ", demain."), (17, ", c’est aujourd’hui."), (18, "Je ne connais pas encore la date")],
)
async def test_the_days_to_go(asking, happened, day, said):
    await happened(story("a", ALPOSS))
    asking.at = NOW.replace(day=day)
    assert said in await asking.ask(Next)


async def test_an_open_call_is_told_with_its_last_day(asking, happened):
    await happened(story("a", ALPOSS), story("c", CALL))
    asking.at = NOW.replace(year=2025, month=12, day=14)
    assert "ouvert jusqu’au dimanche 14 décembre 2025." in await asking.ask(Next)
    asking.at += timedelta(days=1)
    assert "Appel à conférences\u00a0: fermé." in await asking.ask(Next)


async def test_an_unknown_next_one_names_the_last_and_the_site(asking, happened):
    old = EventFact(series="alposs", name="AlpOSS", start="2025-02-20", city="Échirolles")
    await happened(story("o", old))
    assert await asking.ask(Next) == (
        "Je ne connais pas encore la date de la prochaine rencontre AlpOSS. "
        "La dernière que je connaisse\u00a0: jeudi 20 février 2025. "
        "Le site\u00a0: https://alposs.fr"
    )


async def test_another_gathering_by_its_name(asking):
    assert "Journées du Logiciel Libre" in await asking.ask(Next, event="JDLL")
    with pytest.raises(CommandError, match="Foire aux quiches"):
        await asking.ask(Next, event="Foire aux quiches")


async def test_a_cancelled_one_is_told_as_cancelled(asking, happened):
    off = EventFact(series="alposs", name="AlpOSS", start="2026-02-17", status="cancelled")
    await happened(story("a", ALPOSS, updated=NOW - timedelta(days=3)), story("b", off))
    assert (await asking.ask(Next)).startswith(
        "AlpOSS 2026 est annulé (prévu mardi 17 février 2026"
    )


INSTALL = EventFact(
    series=None, name="Install party", start="2026-02-14", time="14:00", city="Grenoble"
)
FAR = EventFact(series=None, name="Rencontre à Lyon", start="2026-02-15", city="Lyon")
LATER = EventFact(series=None, name="Atelier carte", start="2026-03-03", time="18:30", city="Vif")


async def test_this_weekend_around_grenoble(asking, happened):
    await happened(story("i", INSTALL), story("f", FAR), story("l", LATER))
    assert await asking.ask(Agenda) == (
        "Ce week-end, à moins de 20\u00a0km de Grenoble\u00a0: 1 rendez-vous.\n"
        "- samedi 14 h, Install party, Grenoble https://ta.example/i"
    ).replace("20\u00a0km", "20 km")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("semaine",), {"Install"}),
        (("mois",), {"Install", "Atelier"}),
        (("mois", "150", "km"), {"Install", "Rencontre", "Atelier"}),
        (("month", "around", "Vif", "10km"), {"Atelier"}),
        (("ce", "week-end", "à", "Lyon"), {"Rencontre"}),
        (("demain",), set()),
    ],
)
async def test_another_time_another_place(asking, happened, words, names):
    await happened(story("i", INSTALL), story("f", FAR), story("l", LATER))
    lines = (await asking.ask(Agenda, what=words)).splitlines()[1:]
    assert {name for name in ("Install", "Rencontre", "Atelier") if name in str(lines)} == names


async def test_nothing_on_names_the_next_thing(asking, happened):
    await happened(story("l", LATER))
    text = await asking.ask(Agenda)
    assert "aucun rendez-vous que je connaisse. Le prochain\u00a0: mardi 3 mars 18 h 30" in text
    with pytest.raises(CommandError, match="Quichebourg"):
        await asking.ask(Agenda, what=("Quichebourg",))


async def test_the_awards_of_a_town_in_any_spelling(asking, happened):
    other = AwardFact(award_id=None, award="Prix", laureates=("Lyon",), date="2025-01-01")
    await happened(story("n", NEC), story("t", LABEL), story("x", other, summary="vu à Échirolles"))
    text = await asking.ask(Awards, what=("echirolles",))
    assert text == (
        "Échirolles, prix et labels que je connais depuis 2022\u00a0:\n"
        "- Échirolles reçoit le NEC d’or 2025 de la cohérence (ANCT), le 29 octobre 2025 à "
        "Strasbourg. https://ta.example/n\n"
        "- Échirolles, Territoire Numérique Libre, niveau 5 sur 5 (ADULLACT, décembre 2022). "
        "https://ta.example/t\n"
        "Liste peut-être incomplète."
    )
    assert "niveau 5" not in await asking.ask(Awards, what=("Échirolles", "2025"))
    assert "Aucun prix ni label que je connaisse pour «\u00a0Vif\u00a0»" in await asking.ask(
        Awards, what=("vif",)
    )


async def test_a_year_is_found_behind_many_newer_awards(asking, happened):
    newer = [
        story(f"n{n}", replace(NEC, year=2026, date=f"2026-01-{n % 28 + 1:02}")) for n in range(320)
    ]
    await happened(*newer, story("old", replace(LABEL), updated=NOW - timedelta(days=900)))
    assert "https://ta.example/old" in await asking.ask(Awards, what=("2022",))


async def test_deadlines(asking, happened):
    assert await asking.ask(Deadlines) == "Aucun appel ouvert que je connaisse."
    await happened(story("c", CALL))
    assert await asking.ask(Deadlines) == (
        "Aucun appel ouvert que je connaisse. Le dernier, AlpOSS 2026, a fermé le 14 décembre 2025."
    )
    asking.at = NOW.replace(year=2025, month=11)
    assert await asking.ask(Deadlines) == (
        "Un appel ouvert que je connaisse\u00a0:\n"
        "- AlpOSS 2026\u00a0: jusqu’au dimanche 14 décembre 2025 https://ta.example/c"
    )


@pytest.mark.parametrize(
    "words",
    [("echirolles",), ("ÉCHIROLLES", "nec"), ("logiciels", "libres"), ("cœur",), ("coeur",)],
)
async def test_search_minds_no_accent_case_or_plural(asking, happened, words):
    one = story("n", NEC, title="Échirolles", summary="Au cœur du logiciel libre")
    await happened(one, story("x", INSTALL))
    text = await asking.ask(Search, words=words)
    assert "https://ta.example/n" in text
    assert "https://ta.example/x" not in text


@pytest.mark.parametrize("words", [("quiche",), ("!!!",), ("%",), ("olle",)])
async def test_search_without_a_hit_says_so(asking, happened, words):
    await happened(story("n", NEC, title="Échirolles"))
    assert "Rien que je connaisse" in await asking.ask(Search, words=words)


async def test_a_story_that_is_not_relevant_is_never_told(asking, happened):
    await happened(story("n", NEC, relevant=False), story("a", ALPOSS, relevant=False))
    assert "Rien que" in await asking.ask(Search, words=("nec",))
    assert "Aucun prix" in await asking.ask(Awards, what=("Échirolles",))
    assert "Je ne connais pas encore" in await asking.ask(Next)


async def tested(store):
    """A test message was sent in the room: no announcement, as it says itself."""

    def work(tx):
        tx.deliveries.add([_test_message._delivery("salon", Message("Essai"), NOW)])
        [claimed] = tx.deliveries.claim("salon", NOW, lease=decide.LEASE)
        assert tx.deliveries.settle(claimed, decide.done("$essai", None), NOW)

    await store.write(work)


async def test_news_are_numbered_and_a_number_has_its_origin(asking, announced, question, store):
    first = Witness("e", "nec", "ANCT", "https://anct.example/nec", NOW, official=True)
    number = await announced(story("n", NEC, witnesses=(first,)))
    await announced(story("o", LABEL), at=NOW - timedelta(days=20), remote="$old")
    await announced(story("p", INSTALL), channel="autre", remote="$other")
    await tested(store)
    text = await asking.ask(News, question=question())
    assert text == (
        "Annoncé depuis mercredi 4 février\u00a0:\n"
        f"- n°\u00a0{number}, aujourd’hui à 10 h 00\u00a0: Prix\u00a0: un prix https://ta.example/n\n"
        f"D’où cela vient\u00a0: !origine {number}"
    )
    assert "https://ta.example/o" in await asking.ask(News, question=question(), since=("mois",))
    origin = (
        "Cette annonce vient de\u00a0:\n"
        "- ANCT (de première main), 11 février 2026\u00a0: https://anct.example/nec\n"
        "- Le Travailleur alpin, 11 février 2026\u00a0: https://ta.example/n"
    )
    assert await asking.ask(Origin, number=f"n° {number}") == origin
    assert await asking.ask(Origin, question=question(reply_to="$event")) == origin
    assert "none of my announcements" in await asking.ask(
        Origin, "en", question=question(reply_to="$nothing")
    )
    assert "n°\u00a0999" in await asking.ask(Origin, number="999")
    with pytest.raises(CommandError, match="Quelle annonce"):
        await asking.ask(Origin)
    with pytest.raises(CommandError, match="De quelle nouvelle"):
        await asking.ask(Why)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("hier", (2026, 2, 10)),
        ("depuis lundi", (2026, 2, 9)),
        ("mercredi", (2026, 2, 11)),
        ("since Thursday", (2026, 2, 5)),
        ("3 jours", (2026, 2, 8)),
        ("2 weeks", (2026, 1, 28)),
        ("12 février", (2025, 2, 12)),
        ("1er février", (2026, 2, 1)),
        ("3 March 2024", (2024, 3, 3)),
        ("01/02", (2026, 2, 1)),
        ("2026-01-31", (2026, 1, 31)),
        ("semaine", (2026, 2, 4)),
    ],
)
def test_since_when(shipped, said, day):
    voice = Voice(shipped[1].languages["fr"], shipped[1])
    assert since(said, date(2026, 2, 11), voice) == date(*day)


@pytest.mark.parametrize("said", ["toujours", "31 février", "2026-13-01", "", "99/99"])
def test_no_day_is_guessed(shipped, said):
    voice = Voice(shipped[1].languages["fr"], shipped[1])
    assert since(said, date(2026, 2, 11), voice) is None


def test_answers_fit_one_screen():
    long = one_screen("\n".join("mot " * 40 for _ in range(90)))
    assert len(long.splitlines()) <= LINES
    assert len(long) <= CHARACTERS + 2
    assert one_screen(" a\nb ") == "a\nb"


async def test_who_got_a_label_this_year_in_a_department(asking, happened):
    """“Qui a eu le label TNL cette année en Isère ?”"""
    got = {"Claix": "2026-01", "Voiron": "2026-01", "Chambéry": "2026-01", "Vif": "2025-12"}
    label = {town: replace(LABEL, laureates=(town,), date=day) for town, day in got.items()}
    await happened(
        story("n", replace(NEC, date="2026-02-01")), *(story(t, f) for t, f in label.items())
    )
    text = await asking.ask(Awards, what=["label", "TNL", "cette", "année", "en", "Isère"])
    assert text.startswith("Isère, Label Territoire Numérique Libre, 2026, prix et labels que je")
    assert {town for town in got if f"https://ta.example/{town}" in text} == {"Claix", "Voiron"}
    assert "https://ta.example/n" not in text
    savoie = await asking.ask(Awards, "en", what=["TNL", "label", "this", "year", "in", "Savoie"])
    assert {town for town in got if f"https://ta.example/{town}" in savoie} == {"Chambéry"}


async def test_the_awards_of_a_town_since_a_year(asking, happened):
    await happened(story("n", NEC), story("t", LABEL))
    for words in ("Échirolles depuis 2023", "Échirolles since 2023"):
        text = await asking.ask(Awards, what=words.split())
        assert "depuis 2023" in text
        assert "https://ta.example/n" in text
        assert "https://ta.example/t" not in text


async def test_an_award_by_its_name_alone(asking, happened):
    await happened(story("n", NEC), story("t", LABEL))
    text = await asking.ask(Awards, what=("NEC", "d’or"))
    assert "https://ta.example/n" in text
    assert "https://ta.example/t" not in text


async def test_why_by_number_and_where_to_turn(asking, announced, question):
    number = await announced(story("n", NEC))
    asked = question()
    text = await asking.ask(Why, question=asked, what=f"n° {number}")
    assert text == await asking.ask(Why, question=asked, what=str(number))

"""Every town, every award, every verb of receiving: found; the same denied or hoped: not. And a
gathering stays what it is under other quotes, spaces, accents and noise."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.fact import AwardFact, EventFact
from bot.understanding.understand import understand

TOWNS = ["Claix", "Meylan", "Seyssins", "Voiron", "Crolles", "Échirolles", "Saint-Égrève"]
AWARDS = {
    "le label Territoire Numérique Libre 2026": "territoire-numerique-libre",
    "le NEC d’or 2026": "nec-dor",
    "le label Numérique Responsable": "numerique-responsable",
    "le label Villes Internet 2026": "villes-internet",
}
RECEIVED = [
    "{town} a reçu {award}.",
    "{town} vient d’obtenir {award}.",
    "{town} décroche {award}.",
    "{town} remporte {award}.",
    "{town} s’est vu décerner {award}.",
    "Hier, {town} s’est vu remettre {award}.",
    "{Award} a été décerné à {town}.",
    "{Award} revient à {town}.",
    "{Award} a été remis hier à {town}.",
]
NOT_RECEIVED = [
    "{town} n’a pas reçu {award}.",
    "{town} n’obtient pas {award}.",
    "{town} n’a finalement pas décroché {award}.",
    "{town} pourrait obtenir {award}.",
    "{town} espère décrocher {award}.",
    "{town} ne remporte pas {award}.",
    "{Award} n’a pas été décerné à {town}.",
    "{town} est candidate et vise {award}.",
]
NOISE = [
    "La médiathèque ouvre une heure plus tôt.",
    "Le marché se tient place de la République.",
    "La piscine ferme pour travaux.",
]
GATHERINGS = [
    "Install party samedi 10 octobre 2026 à 14 h, à la MJC de Voiron.",
    "Un atelier Linux aura lieu le mardi 13 octobre 2026 à 18 h, à la médiathèque de Meylan.",
    "La cartopartie OpenStreetMap du 17 octobre 2026 à Crolles est annulée.",
    "AlpOSS se tiendra le 16 février 2027 à La Rampe, à Échirolles.",
]
SPELLINGS = {
    "typewriter quotes": lambda text: text.replace("’", "'"),
    "odd spaces": lambda text: text.replace(" ", "\u00a0"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "non-breaking hyphens": lambda text: text.replace("-", "\u2011"),
}


def _awards(text: str, knowledge, make_entry) -> set[tuple[str, tuple[str, ...]]]:
    found = understand(make_entry("Vie locale", text, "2026-11-20"), knowledge).facts
    return {
        (fact.award_id, fact.laureates)
        for fact in found
        if isinstance(fact, AwardFact) and fact.award_id
    }


def _said(form: str, town: str, award: str) -> str:
    return form.format(town=town, award=award, Award=award[0].upper() + award[1:])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whoever_receives_whatever_is_its_laureate(data, knowledge, make_entry) -> None:
    town, award = data.draw(st.sampled_from(TOWNS)), data.draw(st.sampled_from(sorted(AWARDS)))
    said = _said(data.draw(st.sampled_from(RECEIVED)), town, award)
    noise = data.draw(st.lists(st.sampled_from(NOISE), max_size=2, unique=True))
    told = _awards(" ".join([*noise, said]), knowledge, make_entry)
    assert told == {(AWARDS[award], (town,))}, said


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whoever_does_not_has_nothing(data, knowledge, make_entry) -> None:
    town, award = data.draw(st.sampled_from(TOWNS)), data.draw(st.sampled_from(sorted(AWARDS)))
    said = _said(data.draw(st.sampled_from(NOT_RECEIVED)), town, award)
    assert _awards(said, knowledge, make_entry) == set(), said


def _gatherings(text: str, knowledge, make_entry) -> set[tuple[str | None, ...]]:
    found = understand(make_entry(None, text, "2026-09-20", role="fediverse"), knowledge).facts
    return {
        (fact.start, fact.time, fact.status, unicodedata.normalize("NFC", fact.city or ""))
        for fact in found
        if isinstance(fact, EventFact)
    }


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_gathering_keeps_its_day_and_town(data, knowledge, make_entry) -> None:
    said = data.draw(st.sampled_from(GATHERINGS))
    change = SPELLINGS[data.draw(st.sampled_from(sorted(SPELLINGS)))]
    noise = data.draw(st.lists(st.sampled_from(NOISE), max_size=2, unique=True))
    alone = _gatherings(said, knowledge, make_entry)
    assert len(alone) == 1
    assert _gatherings(" ".join([change(said), *noise]), knowledge, make_entry) == alone

"""What must not change a fact, and what must undo it."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.awards import Awards
from bot.understanding.fact import AwardFact
from bot.understanding.language import fold, prepare
from bot.understanding.understand import understand

#: A fact in one sentence, and the same denied, hoped, lost and remembered.
FACTS = [
    (
        "Échirolles a reçu le label Or Territoire Numérique Libre 2026.",
        [
            "Échirolles n’a pas reçu le label Or Territoire Numérique Libre 2026.",
            "Échirolles n’a jamais reçu le label Or Territoire Numérique Libre.",
            "Échirolles pourrait recevoir le label Or Territoire Numérique Libre 2026.",
            "Échirolles est candidate au label Or Territoire Numérique Libre 2026.",
            "Échirolles a perdu le label Or Territoire Numérique Libre.",
            "Il y a dix ans, Échirolles recevait le label Territoire Numérique Libre.",
        ],
    ),
    (
        "Claix remporte le NEC d’or 2026 de la cohérence.",
        [
            "Claix ne remporte pas le NEC d’or 2026 de la cohérence.",
            "Claix espère remporter le NEC d’or 2026 de la cohérence.",
            "Claix, finaliste, vise le NEC d’or 2026 de la cohérence.",
        ],
    ),
    (
        "Meylan conserve ses quatre arobases au palmarès Villes Internet 2026.",
        [
            "Meylan ne conserve pas ses quatre arobases au palmarès Villes Internet 2026.",
            "Meylan souhaite conserver ses quatre arobases au palmarès Villes Internet 2026.",
        ],
    ),
    (
        "Le label Numérique Responsable a été décerné à la ville de Seyssins, au niveau 1.",
        [
            "Le label Numérique Responsable n’a pas été décerné à la ville de Seyssins.",
            "Le label Numérique Responsable sera décerné à une ville en juin.",
        ],
    ),
]
NOISE = [
    "Le marché se tient désormais place de la République.",
    "La médiathèque ouvre une heure plus tôt pendant l’hiver.",
    "Les inscriptions à la chorale se prennent à l’accueil, sur rendez-vous.",
    "On annonce un peu de pluie pour la fin de la semaine.",
    "La piscine ferme pour travaux jusqu’au printemps.",
    "Une réunion de quartier est prévue à la salle des fêtes.",
]
SPELLINGS = {
    "typewriter quotes": lambda text: text.replace("’", "'"),
    "odd spaces": lambda text: text.replace(" ", "\u00a0"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "non-breaking hyphens": lambda text: text.replace("-", "\u2011"),
    "small letters of the award": lambda text: text.replace(
        "Territoire Numérique Libre", "territoire numérique libre"
    ),
    "no accents": lambda text: "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)
    ),
}


def _told(text: str, knowledge, make_entry, title: str | None = "Vie municipale") -> set[tuple]:
    entry = make_entry(title, text, "2026-11-20")
    found = Awards(knowledge).match(prepare(entry, knowledge)).facts
    return {
        (fact.award_id, tuple(fold(name) for name in fact.laureates), fact.level, fact.year)
        for fact in found
        if isinstance(fact, AwardFact) and fact.award_id
    }


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_noise_around_a_fact_keeps_it(data, knowledge, make_entry) -> None:
    said, _ = data.draw(st.sampled_from(FACTS))
    before = data.draw(st.lists(st.sampled_from(NOISE), max_size=4, unique=True))
    after = data.draw(st.lists(st.sampled_from(NOISE), max_size=4, unique=True))
    joint = data.draw(st.sampled_from([" ", "\n"]))
    alone = _told(said, knowledge, make_entry)
    assert len(alone) == 1
    assert _told(joint.join([*before, said, *after]), knowledge, make_entry) == alone


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_spelling_changes_nothing(data, knowledge, make_entry) -> None:
    said, _ = data.draw(st.sampled_from(FACTS))
    name = data.draw(st.sampled_from(sorted(SPELLINGS)))
    changed = SPELLINGS[name](said)
    assert _told(changed, knowledge, make_entry) == _told(said, knowledge, make_entry), name


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_denying_or_hoping_removes_it(data, knowledge, make_entry) -> None:
    said, opposites = data.draw(st.sampled_from(FACTS))
    opposite = data.draw(st.sampled_from(opposites))
    noise = data.draw(st.lists(st.sampled_from(NOISE), max_size=3, unique=True))
    assert _told(said, knowledge, make_entry)
    assert _told(" ".join([opposite, *noise]), knowledge, make_entry) == set(), opposite


@given(text=st.text(max_size=300), title=st.one_of(st.none(), st.text(max_size=80)))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_a_crash(text, title, knowledge, make_entry) -> None:
    entry = make_entry(title, text, "2026-11-20")
    prepared = prepare(entry, knowledge)
    assert len(prepared.text) == len(prepared.folded)
    understand(entry, knowledge)


WORDS = [
    "label", "prix", "NEC d’or", "Territoire Numérique Libre", "reçoit", "décerné", "à", "Claix", "lauréat",
    "niveau 5", "@@@@", "(", ")", ",", ":", "\n", "l’Adullact", "récompense", "dont", "mention spéciale", "pas",
    "quatre arobases", "« Or »", "2026", "mardi dernier", "primée", "notre commune", "Palmarès", "; ", "Vif",
]  # fmt: skip


@given(words=st.lists(st.sampled_from(WORDS), max_size=40))
@settings(max_examples=150, deadline=None)
def test_words_of_awards_in_any_order(words, knowledge, make_entry) -> None:
    """Never a crash, never evidence that the text does not hold, and always the same answer."""
    text = " ".join(words)
    entry = make_entry(None, text, "2026-11-20", role="municipal", name="Ville de Claix")
    understanding = understand(entry, knowledge)
    assert understanding == understand(entry, knowledge)
    whole = re.sub(r"\s+", " ", prepare(entry, knowledge).text)
    for fact in understanding.facts:
        for item in fact.evidence:
            if item.where in ("title", "summary", "content"):
                assert re.sub(r"\s+", " ", item.words) in whole


def test_understanding_is_deterministic_across_knowledge(knowledge, make_entry) -> None:
    """A second Knowledge of the same files says the same."""
    again = type(knowledge).build(
        dict(reversed(knowledge.awards.items())),
        knowledge.events,
        knowledge.places,
        knowledge.languages,
        "Europe/Paris",
    )
    for said, _ in FACTS:
        entry = make_entry("Vie municipale", said, "2026-11-20")
        assert understand(entry, knowledge) == understand(entry, again)

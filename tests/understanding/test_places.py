"""Places in a text: longest first, strict about common words, with distances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.knowledge import Knowledge
from bot.understanding.places import Places, near_by_post_code, spelled

SITPI = [
    "Claix",
    "Échirolles",
    "Fontaine",
    "Pont-de-Claix",
    "Seyssins",
    "Seyssinet-Pariset",
    "Saint-Égrève",
    "Saint-Martin-d’Uriage",
    "Varces-Allières-et-Risset",
    "Vif",
]


@pytest.fixture(scope="module")
def places(knowledge: Knowledge) -> Places:
    return knowledge.made(Places.build)


FOUND = [
    ("à Échirolles, sur le territoire échirollois", ["Échirolles", "Échirolles"]),
    ("Pont-de-Claix et Claix", ["Pont-de-Claix", "Claix"]),
    ("Le Pont-de-Claix", ["Pont-de-Claix"]),
    ("la commune de Vif", ["Vif"]),
    ("à Vif, un vif débat", ["Vif"]),
    ("la fontaine de la place", []),
    ("Fontaine sans eau", []),
    ("Vif succès pour la fête", []),
    ("Jean de La Fontaine", []),
    ("Fontaine : concert à La Source", ["Fontaine", "La Source"]),
    ("(Claix, Fontaine et Vif)", ["Claix", "Fontaine", "Vif"]),
    ("rue de Grenoble", []),
    ("gare de Lyon", []),
    ("St-Martin d’Hères", ["Saint-Martin-d’Hères"]),
    ("SAINT-EGREVE", ["Saint-Égrève"]),
    ("une équipe lyonnaise", ["Lyon"]),
    ("des élues échirolloises", ["Échirolles"]),
    ("#Chambéry", ["Chambéry"]),
    ("depot de fontaine38", ["Fontaine"]),
    ("smh en minuscules", []),
    ("Pas de vif débat à Orange", ["Orange"]),
    ("a nice day for orange juice", []),
    ("in Brussels", ["Bruxelles"]),
    ("Saint-Martin-le-Vinoux", ["Saint-Martin-le-Vinoux"]),
    ("Bourg-de-Claix", []),
]


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_places_of_a_text(text: str, names: list[str], places: Places) -> None:
    assert [hit.spot.name for hit in places.find(text)] == names


def test_the_ten_communes_are_one_list(places: Places) -> None:
    text = f"Le syndicat regroupe dix communes ({', '.join(SITPI[:-1])} et {SITPI[-1]})."
    assert [hit.spot.name for hit in places.find(text)] == [
        places.named(name).name  # type: ignore[union-attr]  # all ten are in the gazetteer
        for name in SITPI
    ]
    assert all("SITPI" in hit.spot.member_of for hit in places.find(text))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("Échirolles", 2, 8), ("Chambéry", 40, 55), ("Lyon", 88, 100), ("Valence", 65, 80)],
)
def test_distances_are_as_the_crow_flies(name: str, low: int, high: int, places: Places) -> None:
    far = places.distance(name)
    assert far is not None
    assert low <= far <= high


@pytest.mark.parametrize("name", ["Lille", "Rennes", "Paris", "Oslo", "Clermont-Ferrand"])
def test_far_towns_are_known_to_be_far(name: str, places: Places) -> None:
    assert places.is_far(name)
    assert not places.is_local(name)


def test_how_far_local_reaches_is_an_argument(places: Places) -> None:
    assert places.is_local("Chambéry", 60)
    assert not places.is_local("Chambéry", 30)
    assert places.is_local("Lille", 20, centre="Roubaix")


def test_an_unknown_place_is_neither_near_nor_far(places: Places) -> None:
    assert not places.is_local("Trifouilly")
    assert not places.is_far("Trifouilly")


@pytest.mark.parametrize(
    ("name", "town"),
    [
        ("Ville d’Échirolles", "Échirolles"),
        ("Ville de Vif", "Vif"),
        ("Mairie de Fontaine", "Fontaine"),
        ("SITPI", "Échirolles"),
        ("La Gazette", None),
    ],
)
def test_the_town_a_publisher_speaks_for(name: str, town: str | None, places: Places) -> None:
    assert places.of_publisher(name, None) == town


def test_a_configured_place_wins(places: Places) -> None:
    assert places.of_publisher("Ville de Vif", "échirolles") == "Échirolles"


def test_post_codes_tell_the_region() -> None:
    assert near_by_post_code("38640 ", 6) is True
    assert near_by_post_code("59000 ", 6) is False
    assert near_by_post_code("ville ", 6) is None


def test_a_town_is_spelled_as_the_text_does(places: Places) -> None:
    text = "in Brussels, puis à ST-EGREVE"
    brussels, egreve = places.find(text)
    assert spelled(brussels, text) == "Brussels"
    assert spelled(egreve, text) == "Saint-Égrève"


@given(st.text(max_size=120))
def test_no_text_breaks_it(places: Places, text: str) -> None:
    for hit in places.find(text):
        assert 0 <= hit.start < hit.end


@given(
    before=st.sampled_from(["", "Hier, ", "The news: ", "L’élue l’a dit : "]),
    name=st.sampled_from(SITPI),
    mark=st.sampled_from(["'", "’", "ʼ"]),
    dash=st.sampled_from(["-", "\u2011", "\u2010"]),
)
def test_quotes_and_hyphens_change_nothing(
    places: Places, before: str, name: str, mark: str, dash: str
) -> None:
    written = name.replace("’", mark).replace("-", dash)
    found = places.find(f"{before}rendez-vous à {written}.")
    assert [hit.spot for hit in found] == [places.named(name)]

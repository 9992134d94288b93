"""Categories of prizes: do two tellings name the same, in French or English?"""

from __future__ import annotations

from bot.stories.names import parts
from bot.understanding.language import fold

#: What categories are called, each in one word whatever the language.
_CATEGORIES = {
    "pooling": "mutualisation",
    "sharing": "mutualisation",
    "shared": "mutualisation",
    "mutualization": "mutualisation",
    "business": "commercial",
    "entreprise": "commercial",
    "advocacy": "plaidoyer",
    "promotion": "plaidoyer",
    "skills": "competences",
    "digital": "numerique",
    "environment": "environnement",
    "environmental": "environnement",
    "ecological": "ecologique",
    "sustainability": "durable",
    "sustainable": "durable",
    "durabilite": "durable",
    "youth": "jeunesse",
    "health": "sante",
    "training": "formation",
    "education": "education",
    "hope": "espoir",
    "newcomer": "espoir",
    "favourite": "coeur",
    "favorite": "coeur",
    "commitment": "engage",
    "committed": "engage",
    "ethical": "ethique",
    "data": "donnees",
    "openness": "ouvert",
    "open": "ouvert",
    "ouverture": "ouvert",
    "science": "scientifique",
    "scientific": "scientifique",
    "technology": "technique",
    "technologie": "technique",
    "technical": "technique",
    "market": "marche",
    "citizen": "citoyen",
    "citoyennete": "citoyen",
    "sobriety": "sobriete",
    "frugality": "sobriete",
    "frugalite": "sobriete",
    "accessibility": "accessibilite",
}
#: Words of a category that say only that it is one.
_COMMON_CATEGORY = frozenset(
    [
        "prix",
        "prize",
        "award",
        "awards",
        "trophee",
        "trophy",
        "mention",
        "special",
        "speciale",
        "categorie",
        "category",
        "jury",
        "grand",
        "numerique",
        "libre",
    ]
)


def akin_categories(a: str, b: str) -> bool:
    """Do two categories say the same, in French or English? Half of the telling words of the
    shorter have to be the other's."""
    first, second = telling(a), telling(b)
    if not first or not second:
        return fold(a).strip() == fold(b).strip()
    shared = sum(any(_like(one, other) for other in second) for one in first)
    return 2 * shared >= min(len(first), len(second)) and shared > 0


def telling(name: str) -> frozenset[str]:
    """The telling words of a category, or of a text that may name one, in one language."""
    said = frozenset(_CATEGORIES.get(word, word) for word in parts(name))
    return (said - _COMMON_CATEGORY) or said


def _like(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= 5 and one[:5] == other[:5])

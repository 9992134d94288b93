"""Categories of awards: those an award's file knows, and those a text names by its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.config.knowledge import Award
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.mentions import Mention, flexible


class Category(NamedTuple):
    """``text[start:end]`` names a category; ``sure`` where its form says so."""

    start: int
    end: int
    text: str
    known: bool
    mention: bool = False  # a special mention: an award of its own, without level


#: By the word with which a category begins: its pattern, and whether it is a special mention.
_Index = Mapping[str, tuple[tuple[re.Pattern[str], bool], ...]]


def _indexes(knowledge: Knowledge) -> Mapping[str, _Index]:
    return {id: _index(award) for id, award in knowledge.awards.items()}


def _index(award: Award) -> _Index:
    patterns: dict[tuple[str, bool], set[str]] = {}
    for special, names in ((False, award.categories), (True, award.mentions)):
        for name in [form for one in names for form in _ordinals(one)]:
            first = re.findall(r"[a-z0-9œæ]+", fold(name))[0]
            for form in {first, f"{first}s"}:
                patterns.setdefault((form, special), set()).add(flexible(name))
    found: dict[str, list[tuple[re.Pattern[str], bool]]] = {}
    for (first, special), found_names in patterns.items():
        ordered = sorted(found_names, key=lambda pattern: (-len(pattern), pattern))
        pattern = re.compile(rf"(?:{'|'.join(ordered)})(?![a-z0-9])")
        found.setdefault(first, []).append((pattern, special))
    return {first: tuple(pairs) for first, pairs in found.items()}


def _ordinals(name: str) -> list[str]:
    """As in "première candidature", "1re candidature", "1ère candidature"."""
    return [
        name,
        *(name.replace("première", said) for said in ("1re", "1ère") if "première" in name),
    ]


_QUOTED = r"\"\s?(?P<quoted{n}>[^\"\n]{{3,60}}?)\s?\""
#: Forms that name a category, by the word at which they are tried.
_NAMED = re.compile(
    r"(?:categorie|category|rubrique|section)s?\s(?::\s)?(?:"
    + _QUOTED.format(n=1)
    + r"|(?:de la |de l'|du |des |d'|of )?(?P<plain>(?!the |our |was |is |goes |went |le jury |l'academie |il |elle )[a-z&][a-z' &-]{2,40}))"
)
_PRIZE = re.compile(
    r"(?:prix|trophee|award|prize|statuette)\s(?:de la |de l'|du |des |d')(?P<of>(?!jury\b)[a-z][a-z' -]{2,45})"
    r"|(?:prix|trophee|award|prize)\s"
    + _QUOTED.format(n=2)
    + r"|prix (?P<special>special(?: du jury)?|coup de c(?:oe|œ)ur(?: du jury)?|du public)\b"
)
#: "distinguée pour la coopération".
_FOR = re.compile(
    r"pour (?:la |le |l')(?P<for>(?!premiere|deuxieme|troisieme|quatrieme|cinquieme|seconde|qualite|fois|annee|projet|travail)[a-z'-]{5,24}(?: [a-z-]{4,20})?)(?=[.,;!)\n]|$)"
)
_HONOURED = re.compile(r"(?:distingu|recompens|prim|salu|honor)\w*\s$")
#: "prix culture pour le kiosque".
_BARE = re.compile(
    r"prix (?P<bare>(?!national|europeen|special|unique|libre|citoyen|nobel|moyen|decern|attribu|remis|recu)[a-z-]{5,20})(?=\s(?:pour|a|au|aux)\s|\s?:)"
)
_TITLE = re.compile(r"titre (?:de la |de l'|des |du |d')(?P<title>[a-z][a-z' -]{3,50})")
_QUOTED_BEFORE = re.compile(_QUOTED.format(n=3) + r"\s$")
#: "in the digital transition category", "côté relation usager".
_WITHIN = re.compile(
    r"in the (?P<plain>(?!same |which )[a-z][a-z' &-]{3,40}?) (?:category|section)\b"
)
_SIDE = re.compile(r"cote (?P<plain>[a-z][a-z' -]{4,40}?)(?=[,.;:!?)\n]|$)")
_SPECIAL = re.compile(r"(?P<special>(?:special(?: jury)?|audience) (?:prize|award))\b")
_FORMS = {
    **dict.fromkeys(("categorie", "categories", "category", "rubrique", "section"), _NAMED),
    **dict.fromkeys(("prix", "trophee", "award", "prize", "statuette"), _PRIZE),
    "titre": _TITLE,
    "special": _SPECIAL,
    "in": _WITHIN,
    "jury": re.compile(r"(?P<special>jury)'s (?:award|prize|vote|choice)\b"),
    "audience": _SPECIAL,
    "pour": _FOR,
}
_STOP = re.compile(
    r"\s(?:a|au|aux|pour|par|lors|et|est|du|des|de|d'|qui|que|dont|en|avec|sur|dans|the|at|in|for|from|by|of|to|with|and|was|has|hier|ce|cette|la|le|leur|lui|nous|vient|revient|concours|palmares|label)\b.*$|\s(?:a|au|pour)$"
)
_NO_CATEGORY = re.compile(
    r"^(?:pain|repas|energie|essence|memoire|gaz|foncier|public|annee|ministere|edition|concours|palmares|forum|dernier|mois)\b"
)


def find(prepared: Prepared, mentions: list[Mention], awards: set[str]) -> list[Category]:
    """Categories in the entry, of ``awards`` and by form, in order, without overlaps."""
    known = prepared.knowledge.made(_indexes)
    indexes = [known[id] for id in sorted(awards)]
    found: list[Category] = []
    starts, vocabulary = prepared.word_starts, prepared.vocabulary
    spoken = {word for index in (*indexes, _FORMS) for word in index.keys() & vocabulary}
    for at, word in enumerate(prepared.words):
        if word not in spoken:
            continue
        for index in indexes:
            for pattern, special in index.get(word, ()):
                found += _known(prepared, pattern, starts[at], mentions, special=special)
        if word in _FORMS:
            found += _said(prepared, word, starts[at])
    for mention in mentions:
        if mention.what == "award":
            found += _after_name(prepared, mention)
    blocked = [(m.start, m.end) for m in mentions if m.what == "award"]
    blocked = [
        (first, last)
        for first, last in blocked
        if not any(one.known and first < one.start and one.end <= last for one in found)
    ]
    chosen: list[Category] = []
    for one in sorted(found, key=lambda one: (one.start, -(one.end - one.start))):
        if any(first < one.end and one.start < last for first, last in blocked):
            continue
        if chosen and one.start < chosen[-1].end:
            if one.known and not chosen[-1].known:
                chosen[-1] = one
            continue
        chosen.append(one)
    return chosen


_BEFORE = re.compile(
    r"(?:prix|trophee|categorie|mention|award|prize|category|statuette|medaille|celui|celle|laureate?|best|meilleure?|nec d.or(?: \d{4})?|20\d\d|distinction)s?\s?(?:special[e]?\s|europe[a-z]*\s)?(?:de la |de l'|de |du |des |d'|pour l'|pour la |pour |in |for |of |the )?[\"(]?\s?$"
    r"|\b(?:obtien\w+|obtenu|recoi\w+|recu|decroch\w+|remport\w+|decern\w+|attribu\w+|remis|valu)(?: [a-z]+){0,3} (?:le |la |l'|son |sa )\"?\s?$|[(\"\n|–—-]\s?$|\bin (?:the )?$|, in $|: (?:the )?$|\bas $|its (?:20\d\d )?$"
)
_AFTER = re.compile(
    r"^\s?[\")]?\s?(?:award|prize|prix|du prix|des prix|de l'edition|category|laureate|trophy|:|–|—|-\s|$|\n|\))"
)


def _set_apart(folded: str, start: int, end: int, special: bool) -> bool:
    """A category's words are ordinary words ("communauté"): they count where a prize is near."""
    if folded.count(" ", start, end) >= 2 and not special:
        return True  # three words or more are no accident
    if re.search(r"\b(?:award|prize|prix|arobase|territoire)\b", folded[start:end]):
        return True
    before = folded[max(0, start - 44) : start]
    if _BEFORE.search(before):
        return True
    return bool(_AFTER.search(folded[end : end + 14])) and not special


#: "L’inclusion à la Drôme".
_TO_WHOM = re.compile(r"\s(?:a|au|aux|to) (?:la |le |l')?")


#: "le Cas d’OR mutualisation", "the Golden NEC for inclusion".
_NEXT = re.compile(
    r"[\s\",:(]{1,3}(?:de la |de l'|du |des |de |d'|pour l'|pour la |pour le |pour |for |of |in )?\"?\s?"
)


def _follows(prepared: Prepared, mentions: list[Mention], start: int) -> bool:
    return any(
        one.what == "award"
        and 0 < start - one.end < 24
        and _NEXT.fullmatch(prepared.folded, max(one.end, one.year_end), start)
        for one in mentions
    )


def _known(
    prepared: Prepared,
    pattern: re.Pattern[str],
    start: int,
    mentions: list[Mention],
    *,
    special: bool,
) -> list[Category]:
    hit = pattern.match(prepared.folded, start)
    if hit is None:
        return []
    if not _set_apart(prepared.folded, start, hit.end(), special) and not _follows(
        prepared, mentions, start
    ):
        to = _TO_WHOM.match(prepared.folded, hit.end())
        if to is None or not prepared.text[to.end() : to.end() + 1].isupper():
            return []
    return [Category(start, hit.end(), prepared.text[start : hit.end()], True, special)]


def _said(prepared: Prepared, word: str, start: int) -> list[Category]:
    hit = _FORMS[word].match(prepared.folded, start)
    if word == "pour" and not (
        hit and _HONOURED.search(prepared.folded, max(0, start - 16), start)
    ):
        return []
    if hit is None and word == "prix":
        hit = _BARE.match(prepared.folded, start)
    if word == "titre" and not prepared.folded.endswith("au ", 0, start):
        hit = None
    if hit is None and word in ("award", "prize"):
        hit = _QUOTED_BEFORE.search(prepared.folded, max(0, start - 70), start)
    if hit is None:
        return []
    group = next(name for name, said in hit.groupdict().items() if said)
    return _by_form(prepared, hit, group)


def _by_form(prepared: Prepared, hit: re.Match[str], group: str) -> list[Category]:
    start, end = hit.span(group)
    words = prepared.folded[start:end]
    if group == "title":
        words = re.split(r"[,;.]|\s(?:pour|au|en|dans)\s", words)[0]
    elif group != "special" and not group.startswith("quoted"):
        words = _STOP.sub("", words)
        if group == "of" and (_NO_CATEGORY.search(words) or not words.strip()):
            return []
    words = words.rstrip(" ,'-")
    if len(words) < 3:
        return []
    said = group in ("quoted1", "quoted2", "quoted3", "plain", "special", "title")
    return [Category(start, start + len(words), prepared.text[start : start + len(words)], said)]


_OF = re.compile(r"\s?(?:\d{4}\s)?(?:de la |de l'|du |des |d')(?P<of>[a-z][a-z' -]{2,40})")


#: "le Territoria d’argent « relation citoyenne »".
_QUOTED_AFTER = re.compile(r"\s\"\s?(?P<what>[a-z][^\"\n]{3,50}?)\s?\"")


def _after_name(prepared: Prepared, mention: Mention) -> list[Category]:
    """As in "le NEC d’or 2025 de la cohérence": what follows the name and its year."""
    quoted = _QUOTED_AFTER.match(prepared.folded, mention.year_end or mention.end)
    if quoted and not prepared.knowledge.awards[mention.award].label:
        first, last = quoted.span("what")
        return [Category(first, last, prepared.text[first:last], True)]
    hit = _OF.match(prepared.folded, mention.year_end or mention.end)
    if not hit:
        return []
    start = hit.start("of")
    words = _STOP.sub("", hit["of"]).rstrip(" ,'-")
    award = prepared.knowledge.awards[mention.award]
    if not award.categories or len(words) < 4 or _NO_CATEGORY.search(words):
        return []
    if any(word in words.split() for word in ("logiciel", "service", "recherche", "ville")):
        return []
    return [Category(start, start + len(words), prepared.text[start : start + len(words)], False)]

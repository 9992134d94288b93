"""Whom a laureate's words mean: a name, "notre commune" (the source), "la commune" (the town
that the title or the sentences before it name)."""

from __future__ import annotations

import re

from bot.config.knowledge import Spot
from bot.understanding import names
from bot.understanding.awardtext import AwardText, names_host
from bot.understanding.claims import Laureate
from bot.understanding.language import Sentence, fold
from bot.understanding.mentions import squeezed
from bot.understanding.namewords import COMMON

#: "Cybersécurité : …": what a headline is about, nobody's name.
_TOPIC = re.compile(r"\s?:")
#: "Le réseau d’entraide a remporté…": a thing, which the title may name.
_THING = re.compile(
    r"\W*(?:le |la |l'|ce |cette |cet |the |this )(?:reseau|projet|outil|logiciel|plateforme|collectif|dispositif|demarche|application"
    r"|network|project|tool|software|platform)\b"
)
#: "@ville_echirolles".
_HANDLE = re.compile(r"@(?:ville|mairie|commune|metropole)(?:_?(?:de|d))?_?(?P<town>[a-z]{3,})")
_QUOTED = re.compile(r"[«“\"]\s?(?P<name>[A-ZÀ-Ý][\w’'.-]*(?: [A-ZÀ-Ý0-9][\w’'.-]*){0,3})\s?[»”\"]")
_FIRST_WORD = re.compile(
    r"(?P<name>[A-ZÀ-Ý][\w-]{2,})\s(?=[a-zà-ÿ]{4,}\b)(?!qui\b|que\b|dans\b|pour\b|avec\b)"
)


#: Which kinds of places a head stands for: "le syndicat" is no town, "la commune" no authority.
_AUTHORITIES = re.compile(
    r"(?:syndicat|metropole|agglo|agglomeration|intercommunalite|departement|region|authority|county)\b"
)
_TOWNS = re.compile(
    r"(?:ville|communes?|mairie|municipalite|bourg|village|cite|bourgade|localite|capitale|station|capital|town|city)\b"
)
_FIRMS = re.compile(
    r"(?:entreprise|editeur|cooperative|scop|scic|societe|association|company|firm|co-op|cooperative|publisher|vendor|startup)\b"
)
_PRONOUN = re.compile(r"(?:il|elle|ils|elles|lui|leur|celui-ci|celle-ci|it|they|them)\b")
_TO_HIM = re.compile(r"\b(?:lui|leur) (?:(?:a|ont|est|avait|avaient|ete|etait) ){0,2}$")
#: "L’entreprise, c’est X", "X, une société coopérative": the one that is meant.
_IS = r"(?:l'entreprise|la cooperative|la societe|l'editeur|l'association|la scop|le syndicat),? (?:c'est|s'appelle|se nomme|a pour nom) "
_IS_ONE = r"(?:, | \(| est | is )(?:une?|la|le|l'|an?|the) ?(?:petite |jeune |local )?(?:societe|entreprise|cooperative|scop|scic|editeur|association|syndicat|company|firm|co-op|publisher)"


def who(text: AwardText, one: Laureate, award: str | None = None) -> tuple[str, str]:
    """(name, "text" or "source"): "notre commune" is the source, "la commune" the town that
    the title or the sentences before it name."""
    if one.basis == "name":
        return one.text, "text"
    handle = _HANDLE.match(text.entry.folded, max(0, one.start - 1))
    spot = text.places.named(handle["town"]) if handle else None
    if spot:
        return spot.name, "text"
    own = names.own_name(text.entry.entry.publisher)
    role = text.entry.entry.publisher.role
    if one.basis == "source" and role == "fediverse" and text.places.named(own):
        return own, "source"  # the town's own account
    if one.basis == "source" and role not in ("press", "agenda", "fediverse"):
        return ("", "source") if _gives(text, award) else (own, "source")
    sentence = text.entry.sentence_at(one.start)
    if meant := _of_its_kind(text, one, sentence):
        return meant, "text"
    if _THING.match(text.entry.folded, sentence.start) and (project := _heads_title(text)):
        return project, "text"
    other = next(
        (m for m in text.named if text.entry.where(m.start) == "title" and m.award != award),
        None,
    )
    titled = [
        name
        for name in (text.names[0] if text.sentences[0].where == "title" else ())
        if name.place
        and name.place.kind in ("commune", "body")
        and not (name.located and text.places.is_far(name.place.name))
    ]
    if len({name.text for name in titled}) == 1:
        name = titled[0]
        plain = name.place.name if name.text.isupper() and name.place else name.text
        return names.short(plain), "text"
    before = [
        name
        for sentence in text.sentences
        if sentence.start < one.start or sentence.where == "title"
        for name in text.names[sentence.index]
        if name.place
        and name.place.kind in ("commune", "body")
        and not name.located
        and (name.start < one.start or sentence.where == "title")
    ]
    if before:
        titled = [name for name in before if text.entry.where(name.start) == "title"]
        name = titled[0] if titled else before[-1]
        return names.short(
            name.place.name if name.text.isupper() and name.place else name.text
        ), "text"
    if other:  # a community that bears an award's name receives another award
        return text.entry.slice(other.start, other.end), "text"
    if role == "municipal" or text.entry.entry.publisher.place:
        return own, "source"
    head = text.entry.folded[one.start : one.end]  # "la Métropole", said by the Métropole
    body = any(cue.name == "town" and cue.start == one.start for cue in text.cues)
    speaks = fold(text.entry.entry.publisher.name)
    if body and role in ("institution", "association", "vendor") and head in speaks:
        return own, "source"
    town = _TOWNS.match(text.entry.folded, one.start) or text.entry.folded.startswith(
        ("collectivite", "maire"), one.start
    )
    if town and (found := _only_town(text) or _of_inhabitants(text)):
        return found, "text"
    titled = (
        [
            name
            for name in text.names[0]
            if not name.located
            and not name.inside
            and not (name.place and name.place.kind in ("department", "region"))
            and not _TOPIC.match(text.entry.folded, name.end)
            and not any(a < name.end and name.start < b for a, b in text.givers)
        ]
        if text.sentences and text.sentences[0].where == "title"
        else []
    )
    if titled:
        return names.short(titled[0].text), "text"
    found = _subject_of_title(text) or _quoted_before(text, one) or _only_town(text)
    if not found and _is_pronoun(text, one):
        found = _of_inhabitants(text)
    return found, "text"


def _gives(text: AwardText, award: str | None) -> bool:
    """Whether the source gives this award itself: "nous avons le plaisir de remettre…"."""
    known = text.knowledge.awards.get(award or "")
    if known is None or known.organiser is None:
        return False
    host = names_host(text.entry)
    hosts = known.organiser.hosts
    named = squeezed(fold(text.entry.entry.publisher.name))
    return any(host == one or (host or "").endswith("." + one) for one in hosts) or any(
        squeezed(fold(one)) == named for one in (known.organiser.name, *known.organiser.names)
    )


def _of_its_kind(text: AwardText, one: Laureate, sentence: Sentence) -> str:
    """Whom the head itself points at: the only authority that is named, for "le syndicat"; who is
    said to be one, for "la coopérative"; who the sentence before speaks of, for "il"."""
    head = text.entry.folded
    if _AUTHORITIES.match(head, one.start):
        found = {
            name.place.name: names.short(name.text)
            for each in text.sentences
            for name in text.names[each.index]
            if name.place
            and not name.inside
            and (name.place.kind == "body" or not name.located)
            and _can_be(name.place, head[one.start : one.start + 16])
        }
        return next(iter(found.values())) if len(found) == 1 else ""
    if _FIRMS.match(head, one.start):
        if text.entry.entry.publisher.role == "vendor":
            return names.own_name(text.entry.entry.publisher)
        for each in text.sentences:
            for name in text.names[each.index]:
                if name.place is None and (
                    re.search(_IS + "$", head[max(0, name.start - 40) : name.start])
                    or re.match(_IS_ONE, head[name.end : name.end + 60])
                ):
                    return names.short(name.text)
        title = text.sentences[0]
        firms = {
            names.short(name.text)
            for name in (text.names[0] if title.where == "title" else ())
            if name.place is None
            and not any(a < name.end and name.start < b for a, b in text.givers)
        }
        return next(iter(firms)) if len(firms) == 1 else ""
    if _is_pronoun(text, one):
        same = [
            name
            for name in text.names[sentence.index]
            if name.place and name.end <= one.start and not name.located
        ]
        above = text.sentences[sentence.index - 1] if sentence.index else None
        if same or above is None or above.where == "title":
            return ""
        spoken = {
            name.place.name
            for name in text.names[above.index]
            if name.place
            and name.place.kind in ("commune", "body")
            and not name.located
            and not name.origin
            and not name.inside
        }
        return next(iter(spoken)) if len(spoken) == 1 else ""
    return ""


def _can_be(spot: Spot, head: str) -> bool:
    """Whether a place is what the head says: "la Métropole" is no syndicate."""
    if spot.kind in ("department", "region"):
        return head.startswith(("departement", "county") if spot.kind[0] == "d" else "region")
    if spot.kind != "body":
        return False
    called = fold(" ".join((spot.name, *spot.names)))
    if head.startswith(("syndicat", "authority")):
        return "syndicat" in called
    if head.startswith(("metropole", "agglo")):
        return "metropole" in called or "agglo" in called
    return head.startswith("intercommunalite")


def _heads_title(text: AwardText) -> str:
    """As in "France Numérique Libre, prix du public": the project that a title opens with."""
    first = text.sentences[0]
    if first.where != "title":
        return ""
    for name in text.names[0]:
        opens = not re.search(r"\w", text.entry.text[first.start : name.start])
        if opens and name.place is None and re.match(r"\s?[,:]", text.entry.text[name.end :]):
            return names.short(name.text)
    return ""


def _quoted_before(text: AwardText, one: Laureate) -> str:
    """As in "« SeisFlow » modélise les ondes. Ses auteurs ont reçu…": the project named before."""
    for hit in _QUOTED.finditer(text.entry.text, 0, one.start):
        return hit["name"].strip()
    return ""


def _only_town(text: AwardText) -> str:
    """The only town near that the entry names at all: a post signed by its services."""
    towns = {
        name.place.name
        for sentence in text.sentences
        for name in text.names[sentence.index]
        if name.place and name.place.kind == "commune" and not text.places.is_far(name.place.name)
    }
    return next(iter(towns)) if len(towns) == 1 else ""


def _is_pronoun(text: AwardText, one: Laureate) -> bool:
    """Whether it is "il", "elle", or a verb after "lui"."""
    folded = text.entry.folded
    return bool(
        _PRONOUN.match(folded, one.start)
        or _TO_HIM.search(folded, max(0, one.start - 24), one.start)
    )


def _of_inhabitants(text: AwardText) -> str:
    """As in "Le numérique échirollois à l’honneur": the one town whose adjective is said."""
    towns = {hit.town for hit in text.places.of(text.entry) if hit.how == "adjective" and hit.town}
    return next(iter(towns)) if len(towns) == 1 else ""


def _subject_of_title(text: AwardText) -> str:
    """As in "Vates récidive à Bruxelles", where the text says "l’éditeur grenoblois": the
    headline's first word, though only its place gives it a capital."""
    first = text.sentences[0]
    if first.where != "title":
        return ""
    hit = _FIRST_WORD.match(first.text)
    if hit is None or fold(hit["name"]) in COMMON:
        return ""
    common = any(cue.start == hit.start("name") for cue in text.cues_in(first))
    common |= any(place.start == hit.start("name") for place in text.places.of(text.entry))
    return "" if common or fold(hit["name"]).endswith(("ment", "ant")) else hit["name"]

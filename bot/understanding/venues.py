"""Where a gathering is held: its venue and its town."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.language import Prepared, fold
from bot.understanding.places import PlaceHit, Places, near_by_post_code, spelled

_HEADS = (
    "m[ée]diath[èe]que|biblioth[èe]que|archives|hackerspace|hacklab|ludoth[èe]que|maison|salle|salles|espace|centre|caf[ée]|bar|h[ôo]tel de ville|mairie"
    "|auditorium|amphith[ée][âa]tre|amphi|campus|[ée]cole|universit[ée]|lyc[ée]e|coll[èe]ge|th[ée][âa]tre|cin[ée]ma|mus[ée]e"
    "|palais|parc|place(?= [A-ZÀ-Ý])|gymnase|foyer|local|locaux|tiers[- ]lieu|fab[- ]?lab|hackerspace|halle|cit[ée]|facult[ée]|b[âa]timent"
    "|complexe|ch[âa]teau|chapelle|brasserie|restaurant|librairie|h[ôo]tel|pavillon|domaine|institut|grange|ferme|p[ôo]le|iut"
    "|mjc|mpt|ens|insa|inp|ulb|cci|cnam|enssib|esisar|ensimag|polytech|town hall|city hall|library|community centre"
    r"|community center|room(?= [A-Z]?\d)|ufr|conference centre|convention centre|arts centre|cultural centre|hall|university|museum|school|theatre|venue|bobine|turbine|rampe|casemate"
)
_PREP = (
    r"(?:(?:(?<=\s)|^)(?:(?:[àÀaA]u?x?|[Dd]ans|[Cc]hez|[Aa]t|[Ii]n|[Aa]t the|[Ii]n the|[Tt]o the|[Ee]n(?= (?:mairie|m[ée]diath|biblioth))|[Pp]our|[Vv]ers|portes? de|devant)\s+|[@–—:]\s*)"
    r"|(?<=\S)[,@–—:]\s+|(?<=\dh)\s+|(?<=\d\sh)\s+|(?<=\d)\s+(?=salle|amphi)|(?<=\w)\s+(?=place [A-ZÀ-Ý]|rue [A-ZÀ-Ý])|(?<=[.!?])\s+(?=[A-ZÉ]))"
)
_ARTICLE = r"(?:(?:[Ll][’']|[Ll]a |[Ll]e |[Ll]es |the |notre |nos |une? |son |sa |leur )\s*)?"
_WORD = r"[\w’'°.&/-]+"
#: "à la MJC de Chambéry", "au centre culturel Montrigaud": a noun of venues.
_NOUN = re.compile(rf"{_PREP}{_ARTICLE}(?P<venue>(?i:{_HEADS})\b[^\n,.;:!?()«»–—]*)")
#: "MJC Les Roseaux, Saint-Égrève.": a line that is an address.
_START = re.compile(
    rf"\W{{0,3}}(?:[Ll][’']|[Ll]a |[Ll]e )?(?P<venue>(?i:{_HEADS})\b[^\n,.;:!?()«»–—]{{0,50}})(?=,|\.|$)"
)
#: "at the Meylan library": in English the noun stands last.
_NAMED_NOUN = re.compile(
    r"\b(?:at|in|to) (?:the )?(?P<venue>(?:[A-ZÀ-Ý][\w’'-]+ ){1,4}(?:[a-z]+ )?(?:library|hall|centre|center|theatre|museum|school|university|campus|arena|house|café|cafe))\b"
)
#: "l’École normale supérieure de Lyon accueille…": the venue is the subject.
_HOST = re.compile(
    rf"(?P<venue>(?:(?i:{_HEADS})|[Ll][ae] [A-ZÉ][\w’-]+)\b[^\n,.;:!?()«»–—]{{0,60}}?)\s+"
    r"(?:accueill\w+|reçoi\w+|h[ée]berge\w*|ouvre\w*|redevient|hosts?|welcomes?|will host)\b"
)
_HOSTS = re.compile(r"\b(?:accueil|recoi|heberge|ouvre|redevient|host|welcome)")
#: "à La Rampe", "à l’IMAG", "at Alpexpo": a proper name after a preposition of place.
_PROPER = re.compile(
    r"(?:(?<=\s)|^)(?:[àÀ]|[Aa]u|[Dd]ans|[Cc]hez|[Aa]t|[Aa]t the|@)\s+(?P<article>l[’']\s?|L[’']|[Ll]a |[Ll]e |[Ll]es |the )?"
    r"(?P<venue>(?-i:[A-ZÀÉÈÎÔ])[\w’'&-]+(?:[ -](?:(?:de|du|des|d’|of|la|le|et)\s?)?(?-i:[A-ZÀÉÈÎÔ0-9])[\w’'&-]+)*)"
)
#: "la MJC est fermée": a body of this name is a venue, whatever stands before it.
_ACRONYM = re.compile(
    r"(?:\b[Ll]a |\b[Ll]['’]|\b[Ll]e )(?P<venue>MJC|MPT|ENS|INSA|ULB|IMAG|CCI)\b(?: [A-ZÉ][\w’-]+)*"
)
#: Where a venue's words end.
_END = re.compile(
    r"\s+(?:(?:[àaÀ]|en|in)\s+(?=[A-ZÀÉÈ])|(?:le|les|ce|dès|de|à|at|from|on|du)\s+(?=\d|lundi|mardi|mercredi|jeudi|vendredi"
    r"|samedi|dimanche|partir|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:pour|où|qui|que|est|a|sera|seront|sont"
    r"|accueille\w*|ouvre\w*|reçoi\w*|vient|viennent|fermée?s?|afin|avec|dans|sur|puis|plutôt|et non|au lieu|instead|while|where|which|for|with|has|is|was|will|on the|affiche\w*"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday|this|next"
    r"|propose\w*|organise\w*|présente\w*|aura|auront|va|vont|vous|nous|lance|invite\w*|that|when|offers?"
    r"|takes?|moves?|runs?|between|entre|ne|hosts?|après|before|after|because|and|ont|avait|soit|car|mais|but|not|rather|non|demain|hier)\b|n[’']\w)",
)
#: "hôtel de ville d’Échirolles": the town is said apart.
_PUBLIC = re.compile(
    r"(?P<venue>(?i:h[ôo]tel de ville|mairie|m[ée]diath[èe]que|biblioth[èe]que|mjc|town hall|city hall|library)[^,]*?)\s+"
    r"(?:de |d[’']\s?|du |of |in |à )(?P<town>[^,]+)$"
)
_LABEL = re.compile(
    r"(?:(?:^|\n|[–—|·•.;,]\s?)(?:lieu|location|venue|adresse|where|ou)\s*[:?]|📍)\s*(?P<tail>[^\n]+?)"
    r"(?=\s[–—|·•]\s|\n|$)"
)
#: What is left of "l’ENS de Lyon du 29 au 31 mai" where the days are cut off.
_LEFT_OVER = re.compile(r"\s+(?:du|de|des|le|les|ce|dès|à|on|from|this|of|the|et|and)$")
_LINE = 90  # characters of a line that may be an address
#: Nouns that name no venue by themselves.
_BARE = frozenset(
    {"salle", "salles", "espace", "centre", "local", "locaux", "maison", "cite", "hall"}
)
_NUMBERED = re.compile(r"^\d+\s?(?:bis|ter)?\s+\D")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_POSTED = re.compile(r"^(?P<code>\d{5})\s+(?P<town>.+)$")
_NOT_VENUE = re.compile(
    r"(?i:caf[ée]s? (?:des? |du )?(?:logiciels?|libres?|linux|num[ée]rique|r[ée]par)|(?:salon|forum) (?:du|des|de la)|ville|mairie de|commune|m[ée]tropole|d[ée]partement|r[ée]gion|universit[ée] d’été|conseil|france|europe|état|savoie|is[èe]re|alpes|alps|vercors|chartreuse|gr[ée]sivaudan|dauphin[ée]|rh[ôo]ne|dr[ôo]me|linux|windows|logiciel|gimp|inkscape|blender|krita|libreoffice|nextcloud|firefox|thunderbird|debian|ubuntu|fedora|mastodon|peertube|framasoft|openstreetmap|wikip[ée]dia|qgis|freecad|godot|python|nixos)\b"
)


@dataclass(frozen=True, slots=True)
class Where:
    """What was found, and the words that say so. ``near`` None: unknown."""

    place: str | None = None
    city: str | None = None
    place_words: str = ""
    city_words: str = ""
    near: bool | None = None


#: "à l’accueil de la MJC", "un dégât des eaux à…": only a part of it, or a thing of it.
_PART_OF = re.compile(
    r"\b(?:accueil|site|standard|adherents|membres|amis|president\w*|equipe|benevoles) de $"
)


#: "8 rue Dupleix": where no venue is named.
_STREET = re.compile(
    r"\b\d{1,3}(?: ?(?:bis|ter))?,? (?:rue|avenue|place|boulevard|cours|quai|chemin|route|all[ée]e|impasse|square)(?: (?:de la |de l[’']|du |des |de |d[’'])?[A-ZÀ-Ý0-9][\w’'-]*)+"
)


def listed(prepared: Prepared, places: Places, start: int, end: int) -> Where | None:
    """The agenda form: "… – La Turbine, Grenoble, Auvergne-Rhône-Alpes", "Lieu : …"."""
    label = _LABEL.search(prepared.folded, start, end)
    if label:
        return _parted(prepared.text[label.start("tail") : label.end("tail")], places)
    tail = re.match(r"\s*[–—-]\s+(?P<tail>[^\n–—]+)", prepared.text[start:end])
    if tail and "," in tail["tail"]:
        found = _parted(tail["tail"], places)
        return found if found.city or found.near is not None else None
    return None


def addressed(prepared: Prepared, places: Places, spans: Sequence[tuple[int, int]]) -> Where | None:
    """An agenda's line that is an address: "La Centrale, 3 rue Neuve, Gap, Hautes-Alpes"."""
    for start, end in spans:
        if prepared.where(start) == "title":
            continue
        line = prepared.text[start:end].split("\n")[0].rstrip(" .")
        parts = [part.strip() for part in line.split(",")]
        last = places.named(parts[-1]) if len(parts) > 2 and len(parts[0]) < 60 else None
        if last and last.kind in ("region", "department"):
            kept = [part for part in parts if not _NUMBERED.match(part) or _POSTED.match(part)]
            return _parted(", ".join(kept), places)
    return None


def _parted(tail: str, places: Places) -> Where:
    parts = [part.strip(" .") for part in tail.split(",")]
    parts = [part for part in parts if part and fold(part) not in ("france", "en ligne", "online")]
    city: str | None = None
    near: bool | None = None
    kept: list[str] = []
    for part in reversed(parts):
        spot = places.named(_BRACKETS.sub("", part))
        posted = _POSTED.match(re.split(r"\s+[–—]\s+", part)[0])
        if spot and spot.kind in ("region", "department") and city is None:
            near = places.is_local(spot.name) if near is None else near
        elif posted and city is None:
            city = _BRACKETS.sub("", posted["town"])
            near = near_by_post_code(posted["code"], 5) if near is None else near
            named = places.named(city)
            city = named.name if named else city
        elif spot and spot.kind == "commune" and city is None:
            city = spot.name
        else:
            kept.append(part)
    if city is None and near is not None and kept and len(kept) > 1:
        city = kept.pop(0)  # unknown to the gazetteer, but it stands where towns stand
    kept.reverse()
    if city and places.named(city):
        near = places.is_local(city)
    place = ", ".join(kept) or None
    return Where(place, city, place or "", city or "", near)


def venue(
    prepared: Prepared,
    spans: Sequence[tuple[int, int]],
    places: Places,
    hits: Sequence[PlaceHit],
    avoid: Sequence[tuple[int, int]],
) -> tuple[str, int, int] | None:
    """(venue, start, end): the first in ``spans`` that is a venue by its noun or its name.

    :param avoid: stretches that are no venue (names of series, dates).
    """
    for start, end in spans:
        found = [*_NOUN.finditer(prepared.text, start, end)]
        found += _PROPER.finditer(prepared.text, start, end)
        if prepared.code == "en":
            found += _NAMED_NOUN.finditer(prepared.text, start, end)
        found.sort(key=lambda hit: hit.start("venue"))
        if _HOSTS.search(prepared.folded, start, end):
            found += _HOST.finditer(prepared.text, start, end)
        line = _START.match(prepared.text, start, end) if end - start < _LINE else None
        for one in [line, *found] if line else found:
            at = one.start("venue")
            if _NOT_THERE.search(prepared.folded, max(0, at - 30), at):
                continue
            made = _trimmed(one, places, hits, avoid)
            if made and (known := _known(made, hits, spans)):
                return known
            if made:
                return made
        closed = _ACRONYM.search(prepared.text, start, end)
        if closed and not _PART_OF.search(
            prepared.folded, max(0, closed.start() - 20), closed.start()
        ):
            return closed["venue"], closed.start("venue"), closed.end("venue")
        for hit in hits:
            if hit.spot.kind == "venue" and start <= hit.start < end and hit.how == "name":
                return prepared.text[hit.start : hit.end], hit.start, hit.end
    for start, end in spans[:1]:
        street = _STREET.search(prepared.text, start, end)
        if street:
            return street.group(), street.start(), street.end()
    return None


#: "merci à Korben", "face à la Covid": nobody goes there.
_NOT_THERE = re.compile(
    r"\b(?:merci|grace|face|quant|suite|appel|remis\w*|donne\w*|decerne\w*|attribue\w*|confie\w*|parler?|demande\w*|thanks|due|according|similar|relat\w+)\s+(?:a|au|aux|to)\s+(?:la |le |les |l'|the )?$"
)


_DESCRIBED = re.compile(r"(?:Salle|Lieu|Auditorium|Th[ée]âtre|Hall|Theatre|Venue)\b(?!.*\d)")


def _known(
    made: tuple[str, int, int], hits: Sequence[PlaceHit], spans: Sequence[tuple[int, int]]
) -> tuple[str, int, int] | None:
    """The venue of the gazetteer that the entry names, where it is only described here: "la
    salle de spectacle échirolloise" is La Rampe."""
    if not _DESCRIBED.match(made[0]) or not made[0][1:].islower():
        return None
    for hit in hits:
        named = hit.spot.kind == "venue" and hit.how == "name"
        if named and any(a <= hit.start < b for a, b in spans):
            return hit.spot.name, hit.start, hit.end
    return None


def _trimmed(
    one: re.Match[str], places: Places, hits: Sequence[PlaceHit], avoid: Sequence[tuple[int, int]]
) -> tuple[str, int, int] | None:
    start, words = one.start("venue"), one["venue"]
    if any(a <= start < b for a, b in avoid):
        return None
    first_avoided = min((a for a, b in avoid if start < a), default=None)
    if first_avoided is not None:
        words = words[: max(0, first_avoided - start)]
    cut = _END.search(words)
    if cut:
        words = words[: cut.start()]
    words = _LEFT_OVER.sub("", words.strip(" ,-–—’'"))
    article = one.groupdict().get("article")
    named = next((hit for hit in hits if hit.start == start and hit.how == "name"), None)
    if named and named.end >= start + len(words) and named.spot.kind != "venue":
        return None
    if fold(words) in _BARE:
        return None
    if not words or len(words) > 80 or _NOT_VENUE.match(words):
        return None
    if article and article[:1].isupper():
        words = article + words
        start -= len(article)
    known = places.named("la " + words) or places.named("le " + words)
    if known and known.kind == "venue":
        return known.name, start, start + len(words)
    public = _PUBLIC.match(words)
    if public and places.named(public["town"]):
        words = public["venue"]
    shown = words[0].upper() + words[1:]
    return shown, start, start + len(words)


#: "Tourné à Berlin par…", "a tool written in Vienna": where a thing or a person is from.
_MADE_THERE = re.compile(
    r"\b(?:tourne|filme|ecrit|fonde|concu|developpe|fabrique|imprime|edite|cree|nee?|base|filmed|shot|written|founded|developed|designed|made|born|based)e?s? (?:a|en|in|at) $"
)


def town(
    prepared: Prepared,
    hits: Sequence[PlaceHit],
    spans: Sequence[tuple[int, int]],
    usual: str | None,
    publisher: str | None,
) -> tuple[str | None, str, bool]:
    """(town, words, certain) of a gathering told in ``spans``.

    :param usual: the town of its series: taken where the entry names it at all.
    :param publisher: the commune that speaks.
    """
    elsewhere: tuple[str, str] | None = None
    nearby: tuple[str, str] | None = None  # "walking around Voreppe"
    for start, end in spans if publisher is None or usual else spans[:1]:
        for hit in hits:
            if not (start <= hit.start < end) or hit.town is None or hit.how == "adjective":
                continue
            if hit.spot.kind == "body":
                continue
            words = prepared.text[hit.start : hit.end]
            before = prepared.folded[max(0, hit.start - 18) : hit.start]
            if re.search(
                r"\b(?:depuis|from|pres de|near|autour de|around|de l'agglomeration)\s+$", before
            ):
                if nearby is None and re.search(r"\b(?:in|autour de|around)\s+$", before):
                    nearby = (_as_said(prepared, hits, hit), words)
                continue
            if _MADE_THERE.search(prepared.folded, start, hit.start):
                continue
            if usual and hit.town == usual:
                return _as_said(prepared, hits, hit), words, True
            if re.search(r"(?:\b(?:a|in|at)\s+|\()$", before) or hit.spot.kind == "venue":
                if elsewhere is None or not elsewhere[1].startswith("!"):
                    elsewhere = (_as_said(prepared, hits, hit), "!" + words)
            elif elsewhere is None and not re.search(
                r"\b(?<!hotel de )(?<!-)(?<!a la )(?<!devant la )(?<!en )(?:ville|mairie|commune|universite|metropole) (?:de |d')$",
                before,
            ):
                elsewhere = (_as_said(prepared, hits, hit), words)
    if usual:
        for hit in hits:
            if hit.town == usual and (hit.how != "adjective" or hit.spot.kind == "commune"):
                named = _as_said(prepared, hits, hit)
                if elsewhere and elsewhere[1].startswith("!"):
                    break
                return named, prepared.text[hit.start : hit.end], True
    if elsewhere:
        return elsewhere[0], elsewhere[1].lstrip("!"), True
    if publisher:
        return publisher, publisher, False
    if nearby and usual is None:
        return nearby[0], nearby[1], False
    for start, end in spans if usual is None else ():  # "une association grenobloise propose…"
        for hit in hits:
            if start <= hit.start < end and hit.how == "adjective" and hit.town:
                return hit.town, prepared.text[hit.start : hit.end], False
    return None, "", False


def _as_said(prepared: Prepared, hits: Sequence[PlaceHit], hit: PlaceHit) -> str:
    """The town of ``hit`` as the entry calls it: "Brussels", though "ULB" comes first."""
    for other in hits:
        if other.how == "name" and other.spot.kind == "commune" and other.town == hit.town:
            return spelled(other, prepared.text)
    return spelled(hit, prepared.text)

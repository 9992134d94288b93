"""How versions of software are said: titles of forges, "la version 2.1 de…", "« Miam » sort en
version 1.0"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding.language import fold

VERSION = r"\d{1,4}(?:\.\d{1,4}){1,3}"
SUFFIX = r"(?:[-_.+~ ]?(?:rc|alpha|beta|b|a|dev|pre|preview|test|snapshot|nightly)[-_.]?\d*)"
#: "smh/guichet-citoyen : version 2.3.0", "v0.7.1", "liblinphone 5.5.0", "Release 3.1 of XYZ"
TITLE = re.compile(
    rf"^(?:(?:new )?(?:release|version)\s*(?:of)?\s*:?\s*)?(?:(?P<owner>[\w.-]+)/)?(?P<project>(?!v?\d)[^\W\d][\w.+-]*(?: [\w.+-]+){{0,4}}?)?"
    rf"\s*(?:[:,–—@-]\s*(?:la\s+|the\s+)?)?(?:\b(?:version|release|v)\s*)?v?(?P<version>{VERSION})(?P<suffix>{SUFFIX})?\s*(?:$|[:(,–—]|\b(?:is|est|a|released|disponible)\b)",
    re.IGNORECASE,
)
#: "la version 6.2 de Linphone", "version 2.0 of its MRL toolkit"
OF = re.compile(
    rf"\b(?:version|release|mouture)\s+v?(?P<version>{VERSION})(?P<suffix>{SUFFIX})?"
    r"(?:\s+(?:de|du|des|of)\s*(?:l['’]|la |le |les |son |sa |ses |its |the |our |notre |leur )?\s*(?P<project>[^,.;:!?\n()]{2,60}))?",
    re.IGNORECASE,
)
#: "annuaire-agents 3.0", "Linphone Desktop 6.2"
NAMED = re.compile(
    rf"(?<![\w./-])(?P<project>(?:[A-ZÀÉÈ][\w+-]*|[a-z][\w]*-[\w-]+|[a-z]+[A-Z]\w*|lib\w+)(?: [A-ZÀÉÈ][\w+-]*){{0,3}})\s+v?(?P<version>{VERSION})(?P<suffix>{SUFFIX})?(?![\w%€]|\s?(?:%|€|millions?|milliards?|euros|heures|km|Mo|Go))"
)
ALONE = re.compile(rf"\b(?:version|v)\s*(?P<version>{VERSION})(?P<suffix>{SUFFIX})?", re.IGNORECASE)
#: "Mobicarte version 4", "Sortie de Firefox 150": one number, where software is spoken of.
WHOLE = re.compile(
    r"(?<![\w-])(?P<project>[A-ZÀ-Ý][\w+-]*(?: [A-ZÀ-Ý][\w+-]*){0,2}),?\s+(?:passe (?:en|à la) |en )?[Vv]ersion\s+(?P<version>\d{1,4})\b(?!\.\d)"
    r"|\b(?:[Ss]ortie de|publi\w+|lance|livre|annonce|[Vv]oici|releas\w+|ships?)\s+(?:(?:mardi|lundi|mercredi|jeudi|vendredi|hier|la|le)\s)?"
    r"(?P<named>[A-Z][\w+-]*(?: [A-Z][\w+-]*)?)\s+(?P<number>\d{1,4})\b(?!\s?(?:ans?|euros|%|h\b|[a-zé]+s? 20\d\d)|[.:]\d)"
)
SOFTWARE = re.compile(
    r"\b(?:logiciels?|applications?|applis?|outils? libres?|code|forge|licence|plugin|navigateur|distribution|noyau|mise a jour|open source"
    r"|calculateur|software|browser|kernel|app|bugs?|bogues?)\b"
)
#: "la nouvelle version de notre agenda partagé, la 1.2", "a sorti la 1.3.0 d’agenda-partage"
APPOSED = re.compile(
    r"\bversion (?:de |d['’])(?:notre |nos |son |la |le |l['’])?(?P<project>[^,.;:!?\n()]{3,40}), (?:la |v)?(?P<version>"
    + VERSION
    + r")(?P<suffix>)(?![\w%€])"
)
THE = re.compile(
    rf"\bla (?P<version>{VERSION})(?P<suffix>{SUFFIX})? (?:de |d['’])(?:la |le |l['’])?(?P<project>[A-ZÀ-Ý][\w+-]*|[a-z]\w*-[\w-]+|lib\w+)"
)
#: "« Miam » sort en version 1.0", "la 2.1 est là"
QUOTED = re.compile(
    rf"[«“\"]\s*(?P<project>[^»”\"\n]{{2,40}}?)\s*[»”\"],?\s+(?:\w+[\s,]+){{0,5}}?(?:en |la |à la )?version (?P<version>{VERSION})(?P<suffix>{SUFFIX})?"
)
#: "a mis en ligne hier Bennes ouvertes 1.0": named after the verb, by more than capitals.
GIVEN = re.compile(
    rf"\b(?:mis en ligne|publi\w+|livr\w+|lanc\w+|sorti|diffus\w+|lib[ée]r\w+|annonc\w+|released?|releases|shipped|ships|launch\w*|publish\w*)"
    rf"(?: (?:hier|aujourd[’']hui|ce \w+|lundi|mardi|mercredi|jeudi|vendredi|yesterday|today))?,? (?P<project>[A-ZÀ-Ý][\w’'+-]*(?: [a-zà-ÿ][\w’'-]+){{0,2}}) v?(?P<version>{VERSION})(?P<suffix>{SUFFIX})?(?![\w%€])"
)
#: "la deuxième version de Parcelle est disponible (2.0.0)": the number in parentheses.
PAREN = re.compile(
    rf"(?P<project>[A-ZÀ-Ý][\w’+-]*)(?:,[^,.;()\n]{{3,80}},)?[^.;()\n]{{1,60}}\((?:version |v ?)?(?P<version>{VERSION})(?P<suffix>{SUFFIX})?\)"
)
#: "Baptisé Civitas, il…": a name for what was only described.
CALLED = re.compile(
    r"\b(?:[Bb]aptis[ée]e?|[Nn]omm[ée]e?|[Aa]ppel[ée]e?|[Dd]ubbed|[Cc]alled|[Nn]amed|nom est)\s+[«“\"]?\s?(?P<name>[A-ZÀ-Ý][\w’'+-]*(?: [A-ZÀ-Ý0-9][\w’'+-]*)*)"
)
#: "la version 4 est disponible depuis hier": its project is told before.
ITS = re.compile(
    r"\b[Ll]a version (?P<version>\d{1,3}) (?:est (?:disponible|sortie|là|en ligne|publiée)|sort|arrive|paraît|vient de)\b|\b[Vv]ersion (?P<number>\d{1,3}) is (?:out|available|here)\b"
)
#: "itinisère-cols, l’outil libre du Département": what it is stands beside its name.
TOOL = re.compile(
    r"(?<![\w-])(?P<name>[A-ZÀ-Ý][\w+-]*|[a-zà-ÿ]\w*-[\w-]+), (?:l[’']|le |la |notre |son |un |une |the |its |our |an? )(?:free |open[- ]source )?"
    r"(?:outil|logiciel|appli(?:cation)?|plateforme|extension|bibliothèque|module|service|tool|software|app|platform|library)\b"
)
NOT_PROJECT = re.compile(
    r"^(?:version|la|le|les|l|licence|license|cc|by|gplv?\d?|agpl|lgpl|eupl|python|windows|android|ios|macos|article|chapitre|point|niveau|depuis|samedi|nouvelle"
    r"|in|on|the|since|with|for|avec|pour)\b",
    re.IGNORECASE,
)
OF_END = re.compile(
    r"\s+(?:est|a|is|has|was|sort|arrive|avec|with|which|qui|que|pour|for|sous|under|en|dans|vient|sur|and|et|helps|on|le|la|toolkit)\b"
)
BY = re.compile(
    r"\b(?:par|by|signe|edite par|developpe par|de|d')\s+(?:la ville (?:de |d')|la commune (?:de |d')|l'|la |le )?$"
)
BODY = re.compile(
    r"(?:^|[:;,(–—-] ?)(?:la |le |l'|the )?(?:ville|commune|mairie|metropole|town|city|departement|syndicat)\s+(?:de (?:la |l')?|du |d'|of )$"
)
OFFERS = re.compile(
    r"\s+(?:propose|offre|met a|livre|publie|ouvre|libere|diffuse|partage|lance|sort|vient de|a (?:publie|livre|mis|ouvert|libere|partage|diffuse|sorti|lance)"
    r"|offers|has|is|publishes|opens|releases|shares|ships|launches)\b"
)
ACCOUNT = re.compile(r"[a-z\d]+(?:[-_.][a-z\d]+)+")
HOSTED = re.compile(
    r"^/(?P<owner>[\w.-]+(?:/[\w.-]+)*?)/(?P<project>[\w.-]+)/(?:-/)?(?:releases|tags|src|-)\b"
)


HEAD = 4  # sentences


@dataclass(frozen=True, slots=True)
class Found:
    """A version found in a text."""

    project: str | None
    version: str
    owner: str | None
    suffix: str
    start: int
    end: int
    title: bool


def made(hit: re.Match[str], offset: int, *, title: bool) -> Found:
    """What a form says, its project without what follows the name."""
    groups = hit.groupdict()
    project = groups.get("project")
    if project:
        cut = OF_END.search(project)
        project = (project[: cut.start()] if cut else project).strip(' :-–—«»“”"')
        if fold(project) in ("version", "release", "v", ""):
            project = None
    owner = groups.get("owner")
    return Found(
        project,
        hit["version"],
        owner,
        hit["suffix"] or "",
        offset + hit.start(),
        offset + hit.end(),
        title,
    )


VERSIONED = re.compile(VERSION)

"""Patterns by which roles are read: clauses, futures, nouns, offices, descriptions."""

from __future__ import annotations

import re

from bot.understanding.hint import Hint

PREDICATES = ("receive", "give", "honour", "goto", "laureate")
FUTURE = re.compile(
    r"(?:era|eront|erait|eraient|vra|vront|vrait|dra|dront|drait|tiendra|tiendront|ettra|ettront|ettrait)$"
)
_SAYING = r"soulign|rappel|indiqu|precis|annonc|expliqu|affirm|estim|assur|declar|not|confirm|repond|remarqu|ajout"
_SAID = r"dit|dire|says?|said|told|announced|explained"
#: What parts them by itself; a pattern is quick where every choice of it begins with one character.
_PARTED = (
    r"[;:,. \n\r](?:(?<=;)|(?<=[ \n\r])(?:mais|but|–|—)\s|(?<=:)\s|(?<=\.) \""
    r"|(?<=,) (?:(?:mais|but|puis|tandis que|while|alors que|et) |(?=(?:elles?|ils?) )))"
)
CLAUSE = re.compile(
    rf"\b(?:{_SAYING})\w+ (?:[a-z]+ ){{0,2}}?(?:que |qu')"
    r"|\b(?:dit|dire|says?|said|told us|announced|explained) (?:que |qu'|that )"
    rf"|{_PARTED}"
)
#: The same, for sentences in which nothing is said by anybody.
PLAIN_CLAUSE = re.compile(_PARTED)
SAYS = Hint(rf"^(?:(?:{_SAYING})\w|(?:{_SAID})$)")
#: A subject in small letters, with the beginning of its verb, at the start of a clause.
PLAIN = re.compile(
    r"\s*(?:l'outil |le logiciel |le projet |the project )?([a-z][\w.+]{2,}(?:-[\w.+]+)*)\s"
    r"(?P<verb>est|a|is|has|vient|s'est|se voit|$)(?![a-z])"
)
#: In English, nouns that make a description of a name: "the XCP-ng maintainer".
DESCRIBED = re.compile(
    r"\s(?:maintainer|developer|publisher|maker|vendor|editor|team|author|creator|founder|based)"
)
#: Words that are nouns after an article, verbs elsewhere.
NOUN_FORM = re.compile(
    r"(?:recompenses?|distinctions?|honou?rs?|rewards?|sacres?|primes?|medailles?)\b"
)
NOUN = re.compile(
    r"\b(?:la|une|les|des|cette|ces|nos|leurs|ses|sa|notre|aux|the|an|de|as|en)\s$|\b[ld]'$"
)
#: Before the name of what somebody makes, or of who made something.
COMPLEMENT = re.compile(
    r"\b(?:(?P<maker>ingenieure?|chercheu\w+|developpeu\w+|enseignante?|doctorante?|fondat\w+|societe|entreprise|pme|start-up|startup|cooperative|agence|firme|editeur|editrice|developpeur|mainteneu\w+|mere|pere|createur|creatrice|conceptrice|concepteur|auteur|autrice|fondat\w+|maintainer|publisher|maker|creator)s?"
    r"|(?:le |un |son |notre )guichet(?: unique)?|(?:la |une |notre )(?:plateforme|carte|application|appli)|(?:le |un |notre )(?:portail|site|service)(?: [a-z]+)?|un logiciel|le logiciel|un projet|un outil|un service|les communes|communes|les villes|villes|les collectivites|membres)(?: [a-z-]+)? (?:de la |de l'|de |d'|du |of )(?:inria |cnrs |universite |ecole |logiciel |projet |outil |reseau |systeme |software |project )?$"
)
AMONG = re.compile(
    r",? (?:dont|parmi lesquel\w+|parmi eux|parmi elles|including|among them)\b(?! \d)(?! (?:le|la|l'|les) (?:niveau|label))"
)
#: Where something is given never receives it; who holds an office receives it for the town.
NEVER = re.compile(
    r"(?:salon|palais|congres|forum|assises|ceremonie|porte|hotel|festival|journees|rencontres|conseil municipal|senat"
    r"|assemblee|elysee|bercy|bibliotheque|musee|theatre|unesco|ministere|concours|open source experience)\b"
)
OFFICE = re.compile(
    r", (?:l'|le |la )?(?:adjointe?|maire|premier adjoint|premiere adjointe|conseillere?|elue?|vice-president|presidente?"
    r"|directeur|directrice|dsi|deputy|mayor|councillor|responsable|chef)\b"
)
#: "firm Probesys", "l’éditeur Vates": the name after such a noun is the one meant.
KIND_NOUN = re.compile(
    r"\b(?:firm|company|project|tool|software|network|startup|cooperative|co-op|association|publisher|editeur"
    r"|entreprise|societe|cooperative|logiciel|projet|outil|reseau|collectif|integrateur|syndicat)\s$"
)
#: "c’est Probesys, à Grenoble, qui reçoit…"
CLEFT = re.compile(
    r"\b(?:c'est|ce sont|c'etait|it is|it's|it was) (?=[^;:.]{2,70}\b(?:qui|who|that|which)\s(?:(?:a|ont|has|have|vient|de|est|was|se|s'est|ete|is)\s){0,3}$)"
)
COLON = re.compile(r"\s?:\s")
AND_OF = re.compile(r"(?: et|,| ou| and) (?:de la |de l'|du |des |de |of )")
GAP_TO = re.compile(r"\b(?:a|au|aux|to|pour)\b")
#: Never a project's name at the head of a clause.
FUNCTION = frozenset(
    [
        "les",
        "des",
        "une",
        "pour",
        "par",
        "avec",
        "sans",
        "dans",
        "sur",
        "qui",
        "que",
        "quoi",
        "dont",
        "mais",
        "car",
        "ces",
        "cette",
        "cet",
        "son",
        "ses",
        "leur",
        "leurs",
        "notre",
        "votre",
        "elle",
        "elles",
        "ils",
        "nous",
        "vous",
        "tout",
        "tous",
        "toute",
        "toutes",
        "plus",
        "moins",
        "tres",
        "apres",
        "avant",
        "pendant",
        "depuis",
        "hier",
        "demain",
        "voici",
        "voila",
        "ainsi",
        "enfin",
        "alors",
        "encore",
        "aussi",
        "deja",
        "jamais",
        "toujours",
        "projet",
        "outil",
        "logiciel",
        "equipe",
        "jury",
        "maire",
        "ville",
        "commune",
        "prix",
        "label",
        "the",
        "and",
        "this",
        "that",
        "these",
        "those",
        "our",
        "their",
        "its",
        "his",
        "her",
        "for",
        "with",
        "from",
        "who",
        "which",
        "what",
        "when",
        "where",
        "while",
        "after",
        "before",
        "since",
        "there",
        "here",
        "they",
        "she",
        "then",
        "also",
        "now",
        "prize",
        "award",
        "project",
        "tool",
        "team",
        "town",
        "city",
        "council",
        "laureat",
        "lauréat",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "seul",
        "seule",
        "premier",
        "premiere",
        "dernier",
    ]
)
#: Between a name and the place it is in.
WITHIN = re.compile(r"\s?,?\s?\(?(?:dans|en|au|aux|in|pres de|a)\s?(?:le |la |l'|les )?")
#: Between "préfecture" and the department it is of.
OF = re.compile(r"(?: [a-z]+)? (?:de la |de l'|des |du |de |d'|of )")

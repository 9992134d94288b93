"""For which gathering a call is, where it belongs to no known series; its link, its town."""

from __future__ import annotations

import re

from bot.understanding.language import Prepared, Sentence

#: Calls for talks, papers, stands; not for donations, projects or votes.
CALLED = re.compile(
    r"\bappels? (?:a|aux) (?!candidature|projets|manifestation|dons?\b|volontaire|benevole|temoin|idees|la concurrence|financement|vot)\w+"
    r"|\bcall for (?!nominations?|applications?|entries|tenders?|bids|funding|volunteers|action|evidence|projects)\w+|\bcfps?\b"
)
#: "l’appel à contributions de #SavoieLibre", "call for papers for the Alpine Data Day".
_OF_NAME = re.compile(
    r"\s(?:de la |de l[’']|des |du |de |d[’']|pour (?:la |le |les )?|for (?:the )?|of (?:the )?|to (?:the )?)"
    r"(?P<name>#\w+|[A-ZÀ-Ý][\w’'-]*(?: (?:d[eu]s?|de la|en|&|et|of|the|[A-ZÀ-Ý0-9][\w’'-]*|libres?|num[ée]riques?))*)"
)
#: "pour envoyer trois lignes", "Send it to us": something is to be sent…
_SEND = re.compile(
    r"\b(?:envo(?:yer|yez|ie)|adresse[rz]|(?:faire|faites)(?:-nous)? parvenir|transmett(?:re|ez)|send|mail|e-?mail|drop|pitch)\b"
)
#: …which is no proposal.
_SENT = re.compile(
    r"\b(?:photos?|images?|videos?|questionnaires?|inscri\w+|reserv\w+|dons?|cheques?|cv|votes?|adhesions?|cotisations?|factures?|corrections?|temoignages?"
    r"|pictures?|registrations?|donations?|votes?|feedback|survey|bugs?|invoices?|recordings?|slides?)\b"
)
#: "Venez en parler au…", "your turn on stage": the reader is to speak there.
_SPEAK = re.compile(
    r"\b(?:venez|viens|venir|vient|envie de?|montez|monter|prenez|prendre)(?: [a-z]+){0,2} ?(?:d'en |en |y |nous |le |la |les |l')?"
    r"(?:parler|raconter|presenter|exposer|temoigner|montrer|(?:sur|en) (?:la )?scene|parole|micro)\b"
    r"|\b(?:vos|votre|ton|tes|des) (?:exposes?|conferences?|interventions?|presentations?)\b"
    r"|\b(?:turn |come |get |be )?(?:on stage|speak at)\b|\b(?:give|favour|favor|welcome|want|like|need|expect)\w* (?:a |your |short |first )*talks?\b|\byour talks?\b"
)
#: One of these is in every such form.
_SPEAKING = frozenset(
    [
        *("parler", "raconter", "presenter", "exposer", "temoigner", "montrer", "scene", "parole"),
        *("micro", "expose", "exposes", "conference", "conferences", "intervention"),
        *("interventions", "presentation", "presentations", "stage", "speak", "talk", "talks"),
    ]
)


def asked(entry: Prepared) -> tuple[tuple[int, int], ...]:
    """Where an entry that asks its readers to speak says that something is to be sent: a call
    without the word."""
    if not entry.says(_SPEAKING) or not _SPEAK.search(entry.folded):
        return ()
    found = []
    for sentence in entry.sentences:
        sent = _SEND.search(entry.folded, sentence.start, sentence.end)
        if sent and not sends_else(entry, sentence):
            found.append(sent.span())
    return tuple(found)


def sends_else(entry: Prepared, sentence: Sentence) -> bool:
    """Whether what a sentence wants sent is no proposal: "Send us your slides by…"."""
    sent = _SEND.search(entry.folded, sentence.start, sentence.end)
    return bool(sent and _SENT.search(entry.folded, sentence.start, sentence.end))


def named(entry: Prepared, span: tuple[int, int], end: int) -> str:
    """The gathering of an unknown series: a quoted title, what stands before the colon."""
    title = entry.entry.title or entry.slice(*span)
    quoted = re.search(r"[«“\"]\s*([^»”\"]{3,80}?)\s*[»”\"]", title)
    if quoted:
        return quoted[1]
    of = _OF_NAME.match(entry.text, end) or _OF_NAME.search(title)
    if of:
        return _hashtag(of["name"])
    head = re.match(r"(.{3,60}?)\s*(?::|[-–—]\s|opens|ouvre|lance|prolonge|extends)", title)
    if head and not CALLED.search(head[1].lower()):
        return head[1].strip()
    after = re.search(
        r"(?:pour|de|du|des|for|of|d’|d')\s*(?:la |le |les |l’|the )?([A-ZÉ][^,.:;!?]{2,60})", title
    )
    return (after[1] if after else title).strip()[:80]


def _hashtag(name: str) -> str:
    """A hashtag with its words apart: "#SavoieLibre" is "Savoie Libre"."""
    if " " in name or not name.startswith("#"):
        return name.strip()
    return re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý0-9])", " ", name.lstrip("#"))


#: "la journée #BlueHats du 8 novembre au salon Open Source Experience": the series is where.
_AT_SERIES = re.compile(
    r"\b(?:au|aux|lors du|lors de|lors des|pendant|dans le cadre du|dans le cadre de|en marge du|en marge de|at|during|alongside)"
    r" (?:la |le |les |l'|the )?(?:salon |congres |festival |forum )?$"
)
_INNER = re.compile(
    r"\s(?:pour |for )(?:la |le |les |l[’']|the )?(?P<name>(?:journ[ée]es?|apr[èe]s-midi|matin[ée]e|soir[ée]e|rencontres?|track|devroom|session|day|workshop)\s#?\w[\w’'-]*)"
)


def inner(entry: Prepared, end: int, series: int) -> str | None:
    """The gathering a call is for, where the series at ``series`` is only where it is held."""
    if not _AT_SERIES.search(entry.folded, max(0, series - 40), series):
        return None
    hit = _INNER.match(entry.text, end)
    return hit["name"][:1].upper() + hit["name"][1:].replace("#", "") if hit else None


def is_held_there(entry: Prepared, words: str) -> bool:
    """Whether a town's words stand after "à", "in"."""
    at = entry.text.find(words)
    return at >= 0 and bool(re.search(r"\b(?:a|in|at)\s+$", entry.folded[max(0, at - 6) : at]))


def link(entry: Prepared) -> str | None:
    """A link of the text that is the call's own, if any."""
    links = entry.entry.links or tuple(re.findall(r"https?://[^\s<>\")»]+", entry.text))
    for link in links:
        if re.search(r"cfp|call|appel|submit|soumettre|pretalx|propos", link, re.IGNORECASE):
            return link.rstrip(".,;")
    return None

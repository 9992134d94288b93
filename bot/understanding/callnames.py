"""For which gathering a call is, where it belongs to no known series; its link, its town."""

from __future__ import annotations

import re

from bot.understanding.language import Prepared

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

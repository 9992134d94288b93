"""What a page carries beside its news: "À lire aussi", the latest headlines, the other prizes.

Such lines are headlines of other articles. They are left out before anything is read, for
whatever they tell is not told by this entry. A list under "Les autres lauréats" stays: its lines
have no verb of their own.
"""

from __future__ import annotations

import re

#: A line with other articles: their headlines follow below it, or after its colon.
_HEADING = re.compile(
    r"(?im)^[^\w\n]{0,4}(?:"
    r"(?:(?:à|a) )?(?:re)?(?:lire|voir|découvrir|consulter) (?:aussi|également)"
    r"|(?:sur|dans|de) (?:le|la) même (?:sujet|thème|thématique|rubrique|catégorie)"
    r"|articles? (?:liés?|associés?|similaires?|connexes?|récents?|précédents?)"
    r"|(?:les )?derni(?:ers articles|ères (?:infos|actualités|actus|nouvelles|publications))"
    r"|(?:les )?(?:articles )?(?:les )?plus (?:lus|vus|commentés|partagés|récents)"
    r"|(?:les|d’|d')? ?autres (?P<other>[a-zà-ÿ’' -]{3,40})"
    r"|related (?:articles?|posts?|news|stories|content)|read (?:also|more|next)|see also"
    r"|(?:more|latest|recent|other|previous) (?P<more>news|stories|posts|articles|prizes|awards|winners|editions)"
    r"|you (?:may|might) also like"
    r")[^\n:]{0,40}(?P<colon>:[^\n]*)?$"
)
#: A headline tells by its verb.
_VERB = re.compile(
    r"(?i)\b(?:remporte|reçoit|obtient|décroche|rafle|récompens\w+|primé\w*|distingu\w+|lauréate?s?|annul\w+|report\w+|ouvr\w+|lance\w*|revient|publie\w*"
    r"|wins|won|receives|awarded|takes|goes to|released|cancelled|opens)\b"
)
#: A longer line is a paragraph of the article itself.
_LONGEST = 160


def without(content: str) -> str:
    """``content`` without the headlines of other articles."""
    hit = _HEADING.search(content)
    while hit:
        start, end = hit.span()
        rest = (hit["colon"] or "").strip(" :")
        if not rest:
            end = _after(content, end, telling=bool(hit["other"] or hit["more"]))
        elif hit["other"] or hit["more"]:
            end = start  # "Les autres prix : …" is a sentence of the article
        if end > hit.end() or (rest and end > start):
            content = content[:start] + content[end:].lstrip("\n")
            hit = _HEADING.search(content, start)
        else:
            hit = _HEADING.search(content, hit.end())
    return content


def _after(content: str, end: int, *, telling: bool) -> int:
    """Where the headlines below a heading end; ``end`` where there are none."""
    at = end
    while at < len(content):
        following = content.find("\n", at + 1)
        following = len(content) if following < 0 else following
        line = content[at:following].strip()
        if len(line) > _LONGEST or (line and telling and not _VERB.search(line)):
            break
        at = following
    return at

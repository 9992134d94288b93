"""The feeds that are served: RSS as WordPress writes it, of mixed sizes, 46 KB on average."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

#: bytes of a document; feeds take them in turn. Their mean is 46 KB.
SIZES = (4_000, 17_000, 30_000, 45_000, 54_000, 126_000)
ENTRIES = 25
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_SENTENCES = (
    "Le conseil municipal s’est réuni lundi soir en présence des habitants du quartier.",
    "Les travaux de la rue des Alpes reprennent <strong>mardi</strong> et dureront trois semaines.",
    'La bibliothèque propose <a href="/agenda/lecture">une lecture</a> pour les enfants.',
    "La piscine ferme ses portes pour l’entretien annuel&nbsp;; elle rouvre au printemps.",
    "Le marché se tient chaque samedi matin sur la place, avec les producteurs de la vallée.",
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" \
xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Nouvelles de la commune {number}</title>
<link>http://commune-{number}.example/</link>
<description>Vie locale</description>
<language>fr-FR</language>
<lastBuildDate>{built}</lastBuildDate>
<generator>https://wordpress.org/?v=6.7</generator>
"""
_ITEM = """<item>
<title>{title}</title>
<link>http://commune-{number}.example/{slug}/</link>
<dc:creator><![CDATA[Mairie]]></dc:creator>
<pubDate>{date}</pubDate>
<category><![CDATA[Actualités]]></category>
<guid isPermaLink="false">http://commune-{number}.example/?p={post}</guid>
<description><![CDATA[<p>{summary}</p>]]></description>
<content:encoded><![CDATA[{content}]]></content:encoded>
<slash:comments>{comments}</slash:comments>
</item>
"""


def town(number: int) -> str:
    """A town of its own for each number, in letters: numbers in names are no names."""
    parts = ("Bel", "Mont", "Val", "Rive", "Clair", "Haut", "Pier", "Font", "Gran", "Sauve")
    name = ""
    for digit in str(number):
        name += parts[int(digit)].lower()
    return f"{name.capitalize()}ville"


def document(number: int, generation: int = 0, *, built: int = 0, comments: int = 0) -> bytes:
    """The feed ``number`` after ``generation`` pieces of news; ``built`` changes its header only."""
    body = max(SIZES[number % len(SIZES)] // ENTRIES - 620, 10)
    posts = range(ENTRIES + generation - 1, generation - 1, -1)
    items = "".join(_item(number, post, body, comments) for post in posts)
    moment = format_datetime(START + timedelta(minutes=built))
    return (_HEAD.format(number=number, built=moment) + items + "</channel>\n</rss>\n").encode()


def _item(number: int, post: int, size: int, comments: int) -> str:
    first = post % len(_SENTENCES)
    text = " ".join(_SENTENCES[(first + n) % 5] for n in range(max(size // 88, 1)))
    title = f"Vie locale, lettre {post}"
    summary = _SENTENCES[first]
    if post >= ENTRIES:  # news that came later: each is worth a post
        title = f"{town(number * 1000 + post)} obtient le label Territoire Numérique Libre"
        summary = (
            f"La commune de {town(number * 1000 + post)} a reçu le label Territoire Numérique "
            "Libre, niveau Or, pour ses logiciels libres."
        )
    return _ITEM.format(
        title=title,
        number=number,
        slug=f"lettre-{post}",
        post=post,
        date=format_datetime(START - timedelta(days=10) + timedelta(hours=2 * post)),
        summary=summary,
        content=f"<p>{text}</p>",
        comments=comments,
    )

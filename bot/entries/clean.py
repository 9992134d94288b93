"""An Item becomes an Entry: plain text, canonical link, sane date, one identity for life."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.entries import speech, text
from bot.entries.entry import Entry, Publisher
from bot.entries.links import canonical
from bot.entries.pictures import described
from bot.sources.source import Item

#: before it, a date is a machine's way of saying "none" (1970, 1900, year 1)
_OLDEST = datetime(1991, 1, 1, tzinfo=UTC)
#: clocks differ; a date further ahead than this is no date of publication (R9)
_AHEAD = timedelta(minutes=5)
_LANGUAGE = re.compile(r"[a-z]{2,3}")

#: what publishing software adds below a text, not the author
_ADDED = re.compile(
    r"^(?:L[’']article .{0,300} est apparu en premier sur .{1,200}|"
    r"Cet article est apparu en premier sur .{1,200}|"
    r"The post .{0,300} (?:first appeared|appeared first) on .{1,200}|"
    r"(?:Lire (?:la suite|plus|l[’']article)|En savoir plus|Read more|Continue reading)\b.{0,200})$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[\s\u00a0]*(?:\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\)|…|\.\.\.)"
    r"(?:[\s\u00a0]*(?:Lire la suite|Read more|Continue reading|En savoir plus).{0,200})?$",
    re.IGNORECASE,
)
# What changes although nothing has happened: clocks with seconds, counters, "generated at". For
# case-folded words; in two parts whose first characters are few, which makes the search fast.
_VOLATILE_NUMBERS = re.compile(
    r"[0-9](?:[0-9]?[:h][0-9]{2}[:m][0-9]{2}s?\b|"
    r"[0-9]* (?:second|minute|hour|day|week|month)s? ago\b|"
    r"[0-9 \u00a0\u202f.,]*k?[ \u00a0\u202f]?(?:vue|lecture|commentaire|réaction|partage|j[’']aime|"
    r"favori|visite|view|read|comment|share|like|boost|replie)s?\b)"
)
_VOLATILE_WORDS = re.compile(
    r"(?:il y a [0-9]+ (?:seconde|minute|heure|jour|semaine)s?|"
    r"(?:mise? à jour|généré[es]{0,2}|actualisé[es]{0,2}|updated|generated|last modified|"
    r"last update|refreshed)[ \u00a0]?(?::|le|à|on|at) ?[0-9][0-9 /.:h-]{3,40})"
)
_DIGIT = re.compile(r"[0-9]")
_NOT_WORDS = re.compile(r"[\W_]+")


def clean(
    item: Item, publisher: Publisher, *, now: datetime, language: str, base: str | None
) -> Entry | None:
    """One item in clean words; None where nothing can be read in it.

    :param now: UTC, aware: the date of what has none, and of what claims to come (R9).
    :param language: what the source as a whole says, where the item says none.
    :param base: what relative links start from where the item does not say (R12).
    """
    title = text.title(item.title)
    summary, summary_links = text.plain(item.summary)
    content, content_links = text.plain(item.content)
    summary, content = _apart(_without_additions(summary), _without_additions(content))
    from_ = item.base or base
    url = canonical(item.url, from_) or canonical(_address(item.guid), from_)
    if not (title or summary or content):
        return None
    words = f"{title or ''}\n{summary}\n{content}"
    stated = _date(item.published, now) or _date(item.updated, now)
    identity = (item.guid or "").strip() or url or words
    links = (canonical(link, from_ or url) for link in (*summary_links, *content_links))
    return Entry(
        id=entry_id(publisher.source, identity),
        publisher=publisher,
        url=url,
        title=title,
        summary=summary,
        content=content,
        language=_language(item.language, language, words),
        published=stated or now,
        fingerprint=_fingerprint(words),
        tags=_tags(item.tags),
        links=tuple(dict.fromkeys(link for link in links if link)),
        media=described(item.media, from_ or url, (item.content, item.summary)),
        alternates=tuple(_alternates(title, url, stated)),
    )


def once(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    """Each entry of a read once, the first of those with one identity (R6)."""
    found: dict[str, Entry] = {}
    seen: set[str] = set()
    for entry in entries:
        # a second guid for the same page with the same title is the same entry (key "p:")
        same = entry is not None and any(k in seen for k in entry.alternates if k[0] == "p")
        if entry is not None and entry.id not in found and not same:
            found[entry.id] = entry
            seen.update(entry.alternates)
    return tuple(found.values())


def entry_id(source: str, identity: str) -> str:
    """The id for life of what a source calls ``identity``: its guid, else its link, else its words."""
    return f"{source}/{_hash(identity)}"


def _without_additions(plain: str) -> str:
    """Without the lines that publishing software adds at the end."""
    kept = plain.split("\n")
    while kept and _ADDED.match(kept[-1]):
        kept.pop()
    return "\n".join(kept)


def _apart(summary: str, content: str) -> tuple[str, str]:
    """Summary and content without a repetition: where the content begins with the summary (cut
    short or not), the summary is its first paragraphs, and the content what follows them."""
    if not summary or not content:
        return summary, content
    beginning = " ".join(_MORE.sub("", summary).split())
    lines = content.split("\n")
    if not beginning:
        return "", content
    read = ""
    for count, line in enumerate(lines, 1):
        read = f"{read} {line}".strip()
        if len(read) >= len(beginning):
            if read.startswith(beginning):
                return "\n".join(lines[:count]), "\n".join(lines[count:])
            break
    if " ".join(lines).strip() in beginning:
        return summary, ""
    return summary, content


def _address(guid: str | None) -> str | None:
    """A guid that is an address can stand for a missing link."""
    return guid if guid and guid.strip().lower().startswith(("http://", "https://")) else None


def _date(found: datetime | None, now: datetime) -> datetime | None:
    if found is None:
        return None
    moment = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return moment if _OLDEST <= moment <= now + _AHEAD else None


def _language(own: str | None, whole: str, words: str) -> str:
    for said in (own, whole):
        primary = (said or "").strip().lower().replace("_", "-").partition("-")[0]
        if _LANGUAGE.fullmatch(primary):
            break
    else:
        primary = "fr"
    # feeds that mix languages rarely say so entry by entry
    seen = speech.guess(words) if primary in ("fr", "en") else None
    return seen or primary


def _hash(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=10).hexdigest()


def _folded(words: str) -> str:
    """Letters and digits alone, without case and accents: what a correction of commas leaves."""
    bare = "".join(
        [
            letter
            for letter in unicodedata.normalize("NFKD", words.casefold())
            if letter < "\u0300" or not unicodedata.combining(letter)  # none before it combines
        ]
    )
    return _NOT_WORDS.sub(" ", bare).strip()


def _fingerprint(words: str) -> str:
    """Of the words that matter: neither counters nor clocks nor spacing (R10)."""
    lines = [
        _VOLATILE_WORDS.sub(" ", _VOLATILE_NUMBERS.sub(" ", line)) if _DIGIT.search(line) else line
        for line in words.casefold().split("\n")
    ]
    return _hash(" ".join(" ".join(lines).split()))


def _alternates(title: str | None, url: str | None, stated: datetime | None) -> Iterable[str]:
    """Other names of an entry, by which it is known again when its guid changes (R7).

    ``p:`` the page and its title; ``s:`` the last part of its address and the day it was
    published; ``t:`` its title and that day (weak: two entries of one day may share a title).
    """
    folded = _folded(title or "")
    day = stated.date().isoformat() if stated else ""
    page = re.sub(r"^https?://(?:www\.)?", "", url or "").rstrip("/")
    slug = page.partition("?")[0].rpartition("/")[2]
    if page and folded:
        yield "p:" + _hash(f"{page}\n{folded}")
    if slug and day and "-" in slug and "/" in page:
        yield "s:" + _hash(f"{slug}\n{day}")
    if folded and day:
        yield "t:" + _hash(f"{folded}\n{day}")


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    found = (text.title(tag) for tag in tags)
    return tuple(dict.fromkeys(tag[:100] for tag in found if tag))[:50]

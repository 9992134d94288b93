"""The day of a gathering: which of an entry's dates is meant, and whether that is believable."""

from __future__ import annotations

import re
from datetime import date

from bot.understanding import dates, signs
from bot.understanding.dates import DateSpan
from bot.understanding.eventanchors import Anchor, Reading, Span, is_venue, kinds, proper
from bot.understanding.fact import EventFact
from bot.understanding.language import Prepared, Sentence

_Ranked = tuple[int, int, int, DateSpan]  # gone by, how precise, how far, the day

#: Below this a date beside a name is a passing mention ("lost my scarf at AlpOSS yesterday").
ENOUGH = 3
_SHOWN = re.compile(
    r"\b(?:publi|en ligne|sorti|devoil|disponible|decouvr|connu|annonc|est la|ouvert|ouvre|complet|is out|online|released"
    r"|unveil|announced|available|open|find out)"
)
#: So many days after its first a gathering ends at the latest, where another sentence says so.
_LONGEST = 4
#: Before the day of publication.
_DATELINE = re.compile(
    r"\W*(?:(?:publie|mis en ligne|modifie|mis a jour|poste|ecrit|published|posted|updated)e?s? (?:on |le )?:? ?|[a-z][a-z' -]{1,30}, (?:le )?|le )?"
)
#: Gatherings of many things.
_MANY_THINGS = re.compile(r"forum|salon|foire|fete|marche|festival|assemblee|vide|fair\b")
_YEARLY = re.compile(r"\b(?:chaque annee|tous les ans|(?:each|every) year|yearly|annually)\b")
#: What did not come to pass: "un festival qui devait se tenir en juin".
_WAS_TO_BE = re.compile(
    r"\b(?:devai(?:t|ent) (?:se (?:tenir|derouler)|avoir lieu)|(?:was|were) (?:due|supposed) to)\b[^,;:]{0,40}$"
)
_STILL_NEWS = 60  # days
#: So many characters of the content still count as its head.
_HEAD = 600


def around(entry: Prepared, near: list[Sentence], title: bool) -> list[Span]:
    """Where a gathering's day is looked for: its own sentences, those after them, and where the
    title is about it the head of the entry."""
    wanted = dict.fromkeys(one.index for one in near)
    last = len(entry.sentences) - 1
    for one in near:
        after = min(one.index + 1, last)
        if one.where != "content" or entry.sentences[after].where == one.where:
            wanted.setdefault(after)
    if title:
        for sentence in entry.sentences:
            if sentence.where != "content" or sentence.index < 8:
                wanted.setdefault(sentence.index)
    return [(entry.sentences[index].start, entry.sentences[index].end) for index in wanted]


def best(
    reading: Reading, spans: list[Span], anchors: list[Anchor], *, main: bool, months: bool = False
) -> DateSpan | None:
    """The day that most likely is the gathering's: to come, precise, in the nearest sentence.

    :param main: the entry is about it: "samedi" is the coming one. Else it is the nearest.
    :param months: a month may do ("AlpOSS en février").
    """
    recap = reading.recap
    ranked: list[_Ranked] = []
    for order, (start, end) in enumerate(spans):
        for one in reading.dates:
            if (
                not start <= one.start < end
                or one.iso is None
                or (one.start, one.end) in reading.taken
            ):
                continue
            if one.kind == "year" or (one.kind == "month" and not months) or one.role == "until":
                continue
            if one.kind == "month" and (
                _of_else(reading, one, anchors) or _is_yearly(reading, one)
            ):
                continue
            if one.relative and (one.role == "since" or _is_nowadays(reading, one)):
                continue  # "depuis lundi"
            if recap:
                if _WAS_TO_BE.search(reading.prepared.folded, start, one.start):
                    continue
                said = dates.behind(one, reading.today) if one.relative else one
            elif one.free == "week" and _WAS_HELD.search(
                reading.prepared.folded, max(0, one.start - 30), one.start
            ):
                said = dates.behind(one, reading.today)
            else:
                said = one if one.relative and not main else dates.ahead(one, reading.today)
            precise = 2 if said.kind != "day" else 1 if said.relative else 0
            stale = _over(said.last, reading) or _is_dateline(reading, one)
            gone = 0 if recap or not (stale or _happened(said, reading)) else 1
            distance = min(abs(one.start - anchor.start) for anchor in anchors)
            ranked.append((gone, precise, min(order, 3) * 1000 + distance, said))
    if not ranked:
        return None
    chosen = min(ranked, key=lambda one: one[:3])
    if chosen[1] or not main:
        return chosen[3]
    # "pas de café libre mercredi. On remet ça le 8 avril": its own sentence's day holds
    here = reading.prepared.sentence_at(anchors[0].start)
    mine = [
        one
        for one in ranked
        if one[1] == 1
        and one[0] == chosen[0]
        and here.where != "title"
        and here.start <= one[3].start < here.end
        and one[3].start > anchors[0].start
    ]
    if mine and not here.start <= chosen[3].start < here.end and not _same_weekday(mine, chosen):
        return min(mine, key=lambda one: one[2])[3]
    return chosen[3]


def widened(reading: Reading, day: DateSpan) -> DateSpan:
    """The days of a gathering of which one day is told beside its name: "les 14 et 15 juin" said
    elsewhere; headings "Samedi 24 novembre", "Dimanche 25 novembre"."""
    if day.end_iso or day.kind != "day" or day.relative or len(day.iso or "") != 10:
        return day
    first = date.fromisoformat(day.iso or "")
    entry = reading.prepared
    headed = [day]
    for one in reading.dates:
        if one.kind != "day" or one.relative or one.role or not one.iso:
            continue
        said = one if reading.recap else dates.ahead(one, reading.today)
        if said.end_iso and said.iso and said.iso <= (day.iso or "") <= said.end_iso:
            length = (date.fromisoformat(said.end_iso) - date.fromisoformat(said.iso)).days
            return said if length <= _LONGEST else day
        line = entry.sentence_at(one.start)
        if not said.end_iso and entry.text[line.start : line.end].strip() == entry.slice(
            one.start, one.end
        ):
            headed.append(said)
    days = sorted({one.iso or "" for one in headed[1:]})
    if len(days) > 1 and days[0] == day.iso:
        last = date.fromisoformat(days[-1])
        if (last - first).days == len(days) - 1 <= _LONGEST:
            return day._replace(end_iso=days[-1])
    return day


def _is_yearly(reading: Reading, one: DateSpan) -> bool:
    """As in "a lieu chaque année en novembre": a habit, no day."""
    sentence = reading.prepared.sentence_at(one.start)
    near = max(sentence.start, one.start - 40), min(sentence.end, one.end + 40)
    return one.free == "year" and _YEARLY.search(reading.prepared.folded, *near) is not None


def _is_nowadays(reading: Reading, one: DateSpan) -> bool:
    """As in "« Aujourd’hui, le sujet intéresse », dit-elle": her own day, and no day at all."""
    before = reading.prepared.text[max(0, one.start - 2) : one.start].rstrip()
    return one.iso == reading.now and before[-1:] in ("«", "“", '"')


def _is_dateline(reading: Reading, one: DateSpan) -> bool:
    """As in "Publié le 5 juin 2026", "Paris, 5 June 2026 - …": the day of publication, in full."""
    today = one.iso == reading.now and not one.relative and not one.time and not one.end_iso
    if not today or one.free:
        return False
    entry = reading.prepared
    sentence = entry.sentence_at(one.start)
    if sentence.where == "title":
        return False
    before = entry.folded[sentence.start : one.start]
    return bool(_DATELINE.fullmatch(before))


def _same_weekday(mine: list[_Ranked], chosen: _Ranked) -> bool:
    day = date.fromisoformat(chosen[3].iso or "").weekday()
    return any(date.fromisoformat(one[3].iso or "").weekday() == day for one in mine)


def _days(reading: Reading, sentence: Sentence) -> list[DateSpan]:
    """The days in full of a sentence that are nobody else's."""
    return [
        one
        for one in dates.between(reading.dates, sentence.start, sentence.end)
        if one.kind == "day"
        and one.iso
        and not one.relative
        and one.role != "until"
        and (one.start, one.end) not in reading.taken
    ]


def bracketed(reading: Reading, sentence: Sentence) -> list[tuple[Anchor, DateSpan, Span]]:
    """As in "…: découverte de GIMP (mardi 13 octobre), Mastodon pas à pas (mardi 20 octobre)"."""
    entry, days = reading.prepared, _days(reading, sentence)
    inside = [
        one
        for one in days
        if one.free != "month"
        and re.search(r"\(\s?$", entry.text[max(0, one.start - 2) : one.start])
    ]
    if len(inside) < 2 or len(inside) != len(days):
        return []
    found = []
    for day in inside:
        opened = entry.text.rfind("(", 0, day.start)
        named = re.search(
            r"(?:^|[:,;)\n]\s*(?:et |puis )?)(?P<name>[^:,;()\n]{4,60})\s$", entry.text[:opened]
        )
        if named is None:
            return []
        start, end = named.span("name")
        found.append((Anchor(start, end, None, proper=True), day, (start, day.end)))
    return found


def own(reading: Reading, anchor: Anchor) -> DateSpan | None:
    """The day of an anchor in a sentence that gives several gatherings one each."""
    entry = reading.prepared
    if len(reading.dates) < 2 or not entry.sentences:
        return None
    told = pairs(reading, entry.sentence_at(anchor.start))
    day = next((day for one, day, _ in told if one == anchor), None) if len(told) > 1 else None
    if day is None:
        return None
    said = dates.behind(day, reading.today) if reading.recap else dates.ahead(day, reading.today)
    return said if reading.recap or not _over(said.last, reading) else None


def beside(reading: Reading, anchor: Anchor) -> DateSpan | None:
    """The day in another sentence that says the same: "Au menu : cartopartie…" and then
    "Samedi, dès 14 h : cartopartie à la bibliothèque"."""
    entry = reading.prepared
    here = entry.sentence_at(anchor.start)
    if not anchor.free or any(here.start <= one.start < here.end for one in reading.dates):
        return None
    words = entry.folded[anchor.start : anchor.end]
    for other in kinds(reading):
        sentence = entry.sentence_at(other.start)
        if sentence is here or not other.free or entry.folded[other.start : other.end] != words:
            continue
        for one in reading.dates:
            inside = sentence.start <= one.start < sentence.end
            if inside and one.kind == "day" and one.iso and one.role == "":
                said = dates.ahead(one, reading.today)
                if not reading.recap and (said.iso or "") > reading.now:
                    return said
    return None


def first(reading: Reading, span: Span) -> DateSpan | None:
    """The first day to come in one line of a newsletter."""
    for one in dates.between(reading.dates, *span):
        if (
            one.kind == "day"
            and one.iso
            and one.role != "until"
            and (one.start, one.end) not in reading.taken
        ):
            day = dates.ahead(one, reading.today)
            return day if (day.iso or "") >= reading.now else None
    return None


def is_free(reading: Reading) -> bool:
    """Whether the head of the entry has to do with free software; a fair of many things is not
    free software's because one of its stands shows Linux."""
    entry = reading.prepared
    head = next((first for where, first, _ in entry.parts if where == "content"), None)
    end = len(entry.text) if head is None else head + _HEAD

    def free(start: int, last: int) -> bool:
        return signs.is_free_within(reading.signs, start, last) or signs.named_libre(
            entry.text, start, last
        )

    if not free(0, end):
        return False
    if "free_gathering" in reading.signs or not entry.sentences:
        return True
    first = next(iter(kinds(reading)), None)
    if first is None or not _MANY_THINGS.match(entry.folded, first.start):
        return True
    here, title = entry.sentence_at(first.start), entry.sentences[0]
    return free(here.start, here.end) or free(title.start, title.end)


def pairs(reading: Reading, sentence: Sentence) -> list[tuple[Anchor, DateSpan, Span]]:
    """Each gathering that a sentence names with a day of its own, and where it is told: "Install
    party le 10 octobre, atelier Blender le 5 décembre"."""
    days = _days(reading, sentence)
    if not days:
        return []
    anchors = [
        one
        for one in sorted(
            [*kinds(reading), *proper(reading)], key=lambda one: (one.start, -one.end)
        )
        if sentence.start <= one.start < sentence.end and not is_venue(reading.prepared, one)
    ]
    found = bracketed(reading, sentence)
    if found or not anchors:
        return found
    first = days[0].start < anchors[0].start  # "le 10 octobre, install party ; le 7 novembre, …"
    for at, day in enumerate(days):
        start = day.start if first else (found[-1][2][1] if found else anchors[0].start)
        following = days[at + 1].start if at + 1 < len(days) else sentence.end
        end = following if first else day.end
        near = [one for one in anchors if start <= one.start < end]
        if not near:
            continue
        anchor = min(near, key=lambda one: (not one.free, not one.proper, one.start))
        if not first and at + 1 == len(days):
            end = sentence.end  # its place may follow
        found.append((anchor, day, (min(anchor.start, day.start), end)))
    return found


def believable(reading: Reading, fact: EventFact, day: DateSpan, *, main: bool) -> bool:
    """Whether enough says that the entry tells of this gathering, and not past it."""
    told = fact.status != "scheduled"
    start = fact.start or ""
    if not told and not day.time and len(start) == 10 and start <= reading.now:
        return False  # gone by, or that very day, and nothing says how it went
    since = (reading.today - date.fromisoformat(start)).days if len(start) == 10 else 0
    if fact.status == "past" and since > _STILL_NEWS:
        return False  # a memory
    points = 2 if day.kind == "day" and not day.relative else 1
    points += bool(main or fact.series) + bool(day.time) + bool(fact.place) + 2 * told
    points += any(one.field == "city" and one.where != "publisher" for one in fact.evidence)
    points += programme(reading)
    if _over(fact.end or fact.start, reading) and not told:
        points -= 3
    return points >= ENOUGH


def programme(reading: Reading) -> bool:
    """Whether title or summary tell of its programme or its tickets ("au programme" does not)."""
    entry = reading.prepared
    for cue in reading.signs.get("programme", ()):
        where = entry.where(cue.start)
        if where != "title" and entry.folded.startswith(("benevoles", "volunteers"), cue.start):
            continue
        if where == "content" or entry.folded[max(0, cue.start - 3) : cue.start] == "au ":
            continue
        around = entry.folded[max(0, cue.start - 30) : cue.end + 50]
        if where == "title" or _SHOWN.search(around):
            return True
    return False


def of_old(said: tuple[DateSpan, ...], today: date) -> bool:
    """Whether a day or a year before this one is named: a memory."""
    return any(
        one.iso
        and one.kind in ("day", "year")
        and one.role != "since"
        and one.iso[:4] < str(today.year)
        for one in said
    )


def gone_by(said: tuple[DateSpan, ...], today: date) -> bool:
    """Whether all days that are said in full are past, and one of them lately."""
    days = [
        date.fromisoformat(one.last or "") for one in said if one.kind == "day" and not one.relative
    ]
    return bool(days) and 0 < (today - max(days)).days < _STILL_NEWS


def _of_else(reading: Reading, month: DateSpan, anchors: list[Anchor]) -> bool:
    """Whether a month is that of nominations or registration, in a sentence of its own."""
    here = reading.prepared.sentence_at(month.start)
    if any(here.start <= one.start < here.end for one in anchors):
        return False
    return any(
        signs.within(reading.signs, name, here.start, here.end)
        for name in ("not_call", "call", "call_weak", "registration")
    )


#: "La conférence, qui se tenait mardi": the one gone by.
_WAS_HELD = re.compile(
    r"\b(?:se tenai(?:t|ent)|se deroulai(?:t|ent)|avai(?:t|ent) lieu|s'est tenue?|s'est deroulee?|a eu lieu|ont eu lieu|took place|(?:was|were) held)"
    r" (?:le |on |ce )?$"
)
#: "Une canalisation a lâché cet après-midi": what happened that day is not what takes place.
_HAPPENED = re.compile(r"\b(?:a|ont|est|sont|avons|s'est|has|have|was|were)\s+\w+\s+$")


def _happened(said: DateSpan, reading: Reading) -> bool:
    """Whether "ce matin", "today" only tells when something happened."""
    if said.iso != reading.now or said.time or not said.relative:
        return False
    return bool(_HAPPENED.search(reading.prepared.folded, max(0, said.start - 24), said.start))


def _over(last: str | None, reading: Reading) -> bool:
    return bool(last) and (last or "") < reading.now[: len(last or "")]

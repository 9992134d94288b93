"""What became of a gathering: still on, moved, cancelled, full or over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.understanding import dates, moves, signs
from bot.understanding.cues import Cue
from bot.understanding.dates import DateSpan
from bot.understanding.fact import Status
from bot.understanding.language import Prepared
from bot.understanding.signs import Signs

_TO_BEFORE = re.compile(
    r"\b(?:au|aux|a|to|until|pour|finalement|le|for|on|now)\s*(?:le\s+|the\s+)?$"
)
_FROM_BEFORE = re.compile(
    r"\b(?:du|from|au lieu du|a la place du|instead of|et non(?: plus)?(?: le)?|not|rather than)\s*(?:le\s+|on\s+|the\s+)?$"
)
#: "n'aura pas lieu le 16 février mais le 9 mars"
_NOT_BEFORE = re.compile(r"\b(?:pas|plus|not|n't|longer)\b[^.!?\n]*$")
_BUT_BETWEEN = re.compile(r"[^.!?\n]{0,25}?,?\s*\b(?:mais|but|instead)\b[^.!?\n]{0,40}$")
#: "pas d'atelier jeudi"
_NO = re.compile(r"(?:^|[\s:])(?:pas d[e']|no)\s*$")
_IS_FULL = re.compile(
    r"(?:\b(?:affich(?:e|ent|ait)|est|sont|c'est|deja|desormais|etait|sera|seront|d'ores et deja)|[:,(–—-])\s*(?:deja |desormais |quasi |presque )?$"
)
_INSTEAD = re.compile(
    r"\b(?:au lieu d[eu]|a la place d[eu]|instead of|rather than|et non(?: plus| pas)?|not on)\s*(?:le\s+|on\s+|the\s+)*$"
)
_FIRST = re.compile(r"initial|devai|d'abord|original|was due|was set|first |had been|previous")
_LATELY = re.compile(
    r"\bhier\b(?! (?:encore|comme))|\bavant-hier\b|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|week-end) dernier\b"
    r"|\byesterday\b|\blast (?:night|week|weekend|[a-z]+day)\b"
)
#: "Après avoir poussé les murs en 2026": that was another time.
_AFTER = re.compile(
    r"\b(?:apres (?:avoir|etre|s'etre|un|une)|after (?:having |being )?)(?: \w+)? ?$"
)
#: "L’an dernier", "la précédente édition", "in 2024": it was another time.
_BEFORE = re.compile(
    r"\bl'an (?:dernier|passe)\b|\bl'annee (?:derniere|passee|precedente)\b|\b(?:precedente|derniere|premiere|seconde|deuxieme) edition\b|\bedition precedente\b"
    r"|\bpar le passe\b|\blast (?:year|winter|spring|summer|autumn|time)\b|\b(?:previous|last|first|second) edition\b|\ba year ago\b|\bil y a (?:un|deux|trois) ans?\b"
)
_IN_YEAR = re.compile(r"\b(?:en|in|edition|de) (20\d\d)\b")
#: So many sentences at most has an entry that only says that something is off.
_SHORT = 6
#: "s’inscrire à l’avance": nothing is put off.
_BEFOREHAND = re.compile(r"\b[ld]'$")
#: A title that looks back.
_OVER = re.compile(
    r"\bc'est (?:deja )?(?:fini|termine)|\bde retour d|^\W*merci\b|\b(?:revoir|revivez|retrouvez) (?:les |le |la |l'|toutes les )?(?:videos|conferences|captations|rediffusions?|photos)\b"
    r"|\bce qu'il faut retenir\b|\bthat's a wrap\b|\blooking back\b|\bwhat happened at\b"
)
_OUR_OWN = re.compile(r"\b(?:on|nous|notre|nos|we|our)\b")
_RIDE = re.compile(
    r"\b(?:trains?|tgv|ter|metro|trams?|bus|cars?|vols?|avions?|flights?|correspondance|matchs?|cours)\b"
)


@dataclass(frozen=True, slots=True)
class Became:
    """The status and what changed; ``start`` only where the day itself is the new one."""

    status: Status = "scheduled"
    start: str | None = None
    end: str | None = None
    time: str | None = None
    previous_start: str | None = None
    previous_place: str | None = None
    words: str = ""
    new_place_from: int | None = None  # the new place is said from here on


def read(
    found: Signs,
    entry: Prepared,
    spans: list[tuple[int, int]],
    all_dates: tuple[DateSpan, ...],
    day: DateSpan,
    today: date,
) -> Became:
    """Read the status from the sentences that tell of the gathering."""

    def sign(name: str) -> Cue | None:
        for start, end in spans:
            for hit in found.get(name, ()):
                if start <= hit.start < end and not _AFTER.search(
                    entry.folded, max(start, hit.start - 24), hit.start
                ):
                    return hit
        return None

    def words(cue: Cue) -> str:
        return entry.slice(cue.start, cue.end)

    if corrected := _not_then_but(entry, spans, all_dates, today):
        return corrected
    if swapped := moves.swapped(entry, spans):
        left_, words_, goes = swapped
        return Became("moved", previous_place=left_, words=words_, new_place_from=goes)
    looks_back = titled_recap(entry, found)  # then what is off was something else
    if (cue := sign("cancelled")) and (entry.where(cue.start) == "title" or not looks_back):
        return Became("cancelled", words=words(cue))
    for name in ("free_gathering", "gathering"):
        cue = sign(name)
        if (
            cue
            and _NO.search(entry.folded[max(0, cue.start - 12) : cue.start])
            and _beside(entry, cue, all_dates)
        ):
            return Became("cancelled", words=words(cue))
    near = [
        one
        for one in all_dates
        if one.kind == "day" and one.iso and any(a <= one.start < b for a, b in spans)
    ]
    precise = [one for one in near if not one.relative]
    if not _one_day(precise):  # "jeudi, pas mercredi", and then both in full
        near = precise
    unchanged = sign("unchanged")
    put_off = next(
        (
            cue
            for start, end in spans
            for cue in found.get("put_off", ())
            if start <= cue.start < end and not _BEFOREHAND.search(entry.folded, 0, cue.start)
        ),
        None,
    )
    if put_off and not (unchanged and _one_day(near)):
        moved = _new_day(entry, near, put_off, found, today)
        if moved:
            return moved
    instead = next(
        (one for one in near if _INSTEAD.search(entry.folded, max(0, one.start - 30), one.start)),
        None,
    )
    if instead and not _one_day(near):
        new = next((one for one in near if one.iso != instead.iso), None)
        if new:
            words_ = entry.slice(min(new.start, instead.start), max(new.end, instead.end))
            said = dates.ahead(new, today)
            return Became("moved", said.iso, said.last, said.time, instead.iso, words=words_)
    former = next((one for one in near if _first(entry.folded, one, found)), None)
    if former and not _one_day(near):
        new = next((one for one in reversed(near) if one.iso != former.iso), None)
        if new:
            said = dates.ahead(new, today)
            told = entry.slice(former.start, former.end)
            return Became("moved", said.iso, said.last, said.time, former.iso, words=told)
    moved_sure = moves.from_to(entry, found, spans) or sign("moved_sure")
    if moved_sure:
        left = moves.left_place(entry, spans)
        gone = words(moved_sure)
        at: int | None = moved_sure.end
        if moves.is_away(gone):
            at = moves.after(entry, moved_sure)
        return Became("moved", previous_place=left, words=gone, new_place_from=at)
    last = day.last or ""
    over = last < today.isoformat()[: len(last)]
    if over and (cue := sign("recap") or sign("recap_weak") or sign("thanks")):
        return Became("past", words=words(cue))
    for cue in found.get("full", ()) if not over else ():
        if any(a <= cue.start < b for a, b in spans) and _about_seats(entry, cue):
            return Became("full", words=words(cue))
    return Became()


def _beside(entry: Prepared, cue: Cue, all_dates: tuple[DateSpan, ...]) -> bool:
    """Whether a day stands in the sentence: "no talk, no slides" calls nothing off."""
    here = entry.sentence_at(cue.start)
    return any(here.start <= one.start < here.end for one in all_dates)


def calls_off(entry: Prepared, found: Signs) -> bool:
    """Whether a short entry says of something of its own that it is off: "on ne pourra pas…
    samedi, c’est annulé". No train, no flight."""
    if len(entry.sentences) > _SHORT or found.keys() & {"not_gathering", "not_call", "security"}:
        return False
    return not _RIDE.search(entry.folded) and any(
        _OUR_OWN.search(entry.folded, one.start, one.end)
        for cue in found.get("cancelled", ())
        for one in (entry.sentence_at(cue.start),)
    )


def is_recap(entry: Prepared, found: Signs) -> bool:
    """Whether an entry tells how it went; thanks alone may also go to those who filled it."""
    if titled_recap(entry, found) or any(
        not _of_before(entry, cue) for cue in found.get("recap", ())
    ):
        return True
    now = entry.entry.published.astimezone(entry.knowledge.timezone).date().isoformat()
    if ("recap_weak" in found or "thanks" in found) and _LATELY.search(entry.folded):
        return True
    if any(one.relative and (one.iso or "") > now for one in dates.of(entry)):
        return False  # "rendez-vous demain… Merci à la mairie"
    return "thanks" in found and not any(_about_seats(entry, cue) for cue in found.get("full", ()))


def titled_recap(entry: Prepared, found: Signs) -> bool:
    """Whether the title says that it is over: "Retour sur…", "…, c’est fini"."""
    first = entry.sentences[0] if entry.sentences else None
    if first is None or first.where != "title":
        return False
    return signs.within(found, "recap", first.start, first.end) is not None or bool(
        _OVER.search(first.folded)
    )


def told_over(entry: Prepared, found: Signs) -> str | None:
    """The words by which title, summary or first sentences tell how it went."""
    for cue in found.get("recap", ()):
        if entry.sentence_at(cue.start).index < _SHORT and not _of_before(entry, cue):
            return entry.slice(cue.start, cue.end)
    return None


def _of_before(entry: Prepared, cue: Cue) -> bool:
    """Whether a sign of how it went is of an edition before: "l’an dernier, 500 personnes ont
    participé"."""
    sentence = entry.sentence_at(cue.start)
    if _BEFORE.search(entry.folded, sentence.start, sentence.end):
        return True
    now = entry.entry.published.year
    said = [int(one) for one in _IN_YEAR.findall(entry.folded, sentence.start, sentence.end)]
    return bool(said) and max(said) < now


def _not_then_but(
    entry: Prepared, spans: list[tuple[int, int]], all_dates: tuple[DateSpan, ...], today: date
) -> Became | None:
    """“n’aura pas lieu le 16 février mais le 9 mars”: another day, not cancelled."""
    known = [
        dates.ahead(one, today)
        for one in all_dates
        if one.kind == "day" and one.iso and any(a <= one.start < b for a, b in spans)
    ]
    for old, new in pairwise(known):
        before = entry.folded[max(0, old.start - 60) : old.start]
        between = entry.folded[old.end : new.start]
        if old.iso != new.iso and _NOT_BEFORE.search(before) and _BUT_BETWEEN.match(between):
            words = entry.slice(old.start, new.end)
            return Became("moved", new.iso, new.last, new.time, old.iso, words=words)
    return None


def _one_day(near: list[DateSpan]) -> bool:
    return len({one.iso for one in near}) < 2


def _new_day(
    entry: Prepared, near: list[DateSpan], cue: Cue, found: Signs, today: date
) -> Became | None:
    """The day it was put off to, and the day it had been set for."""
    if not near:
        return None
    folded = entry.folded
    known = [dates.ahead(one, today) for one in near]
    distinct = {one.iso: one for one in reversed(known)}
    words = entry.slice(cue.start, cue.end)
    for one in known:  # "slips from 9 to 16 February", whatever else is said of days
        if (
            one.end_iso
            and 0 <= one.start - cue.end < 12
            and _FROM_BEFORE.search(_left(folded, one))
        ):
            return Became("moved", one.end_iso, one.end_iso, one.time, one.iso, words=words)
    if len(distinct) == 1:
        only = known[0]
        told = re.search(r"\b(?:du|from)\s+$", folded[max(0, only.start - 8) : only.start])
        close = any(0 <= only.start - one.end < 40 for one in found.get("put_off", ()))
        if told and only.end_iso and close:
            # "déplacée du 12 au 19 septembre"
            return Became("moved", only.end_iso, only.end_iso, only.time, only.iso, words=words)
        left = folded[max(0, only.start - 16) : only.start + 3]
        before = folded[max(0, only.start - 40) : only.start]
        if only.start > cue.start or _TO_BEFORE.search(left[:16]):
            if any(
                c.name == "formerly" and 0 <= only.start - c.end < 30
                for c in found.get("formerly", ())
            ) and not _TO_BEFORE.search(before):
                return Became("moved", previous_start=only.iso, words=words)
            return Became("moved", only.iso, only.last, only.time, words=words)
        return Became("moved", words=words)
    ordered = sorted(distinct.values(), key=lambda one: one.iso or "")
    old = next((one for one in known if _was(folded, one, found)), None)
    others = [one for one in ordered if old is None or one.iso != old.iso]
    new = next(
        (one for one in others if one.start > cue.start and _TO_BEFORE.search(_left(folded, one))),
        others[-1] if others else None,
    )
    if new is None:
        return None
    if old is None:
        old = next((one for one in ordered if one.iso != new.iso), None)
    # the same new day said twice: the more precise one carries the time
    timed = next((one for one in known if one.iso == new.iso and one.time), new)
    return Became("moved", new.iso, new.last, timed.time, old.iso if old else None, words=words)


def _left(folded: str, one: DateSpan) -> str:
    """What stands before a day, its article left out."""
    start = one.start
    if folded[start : start + 3] in ("le ", "on "):
        start += 3
    return folded[max(0, start - 24) : start]


def _was(folded: str, one: DateSpan, found: Signs) -> bool:
    """Whether a day is said to be the former one."""
    if _FROM_BEFORE.search(_left(folded, one)):
        return True
    return any(
        0 <= one.start - cue.end < 30 and not re.search(r"[.!?\n]", folded[cue.end : one.start])
        for cue in found.get("formerly", ())
    )


def _first(folded: str, one: DateSpan, found: Signs) -> bool:
    """Whether a day is said to be the one first set: "initialement", "devait", "originally"."""
    return any(
        0 <= one.start - cue.end < 45
        and _FIRST.match(folded, cue.start)
        and not re.search(r"[.!?\n]", folded[cue.end : one.start])
        for cue in found.get("formerly", ())
    )


def _about_seats(entry: Prepared, cue: Cue) -> bool:
    """“complet” of a gathering: “affiche complet”, “c’est complet”, not “un guide complet”."""
    words = entry.folded[cue.start : cue.end]
    before = entry.folded[max(0, cue.start - 28) : cue.start]
    if words.startswith("complet"):
        if entry.where(cue.start) == "title" and not re.match(r"\s*[a-z]", entry.folded[cue.end :]):
            return not re.search(r"\b(?:programme|dossier|guide|texte|agenda)\s+$", before)
        return bool(_IS_FULL.search(before))
    if words.startswith("plus d"):
        return bool(re.search(r"\b(?:y a|n'y a|avons|reste|a)\s+$", before))
    return True

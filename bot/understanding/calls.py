"""The call an entry tells of: the words for it, its gathering, its deadline and other days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.understanding import callnames, dates, mentions, signs, status
from bot.understanding.callnames import CALLED
from bot.understanding.cues import Cue
from bot.understanding.dates import DateSpan
from bot.understanding.language import Prepared
from bot.understanding.series import SeriesIndex
from bot.understanding.signs import Signs

#: How far before a date the words of a deadline may stand, in characters.
_NEAR = 60
_AT_ONCE = 4  # after "by", which says many things
#: So many sentences of a call are its head.
_HEAD = 12
_LONG = 16  # characters of a sign of calls that says enough by itself
_EVENT = re.compile(
    r"(?:edition|journee|journees|rendez-vous|evenement|rencontre|conference|salon|festival|event|held|takes place|a lieu|aura lieu"
    r"|auront lieu|se tiendra|se deroulera|aura lieu)\b[^.;!?\n]{0,30}$"
)


#: "L’appel ouvrira début novembre" is none yet.
_TO_COME = re.compile(
    r"\b(?:suivra|suivront|viendra|viendront|will follow|to follow|ouvrira|ouvriront|debutera|demarrera|sera (?:bientot )?(?:lance|ouvert|publie)e?s?|sera bientot|paraitra"
    r"|will (?:soon )?(?:open|be (?:published|announced|launched|opened))|opens (?:soon|in|next))\b"
)
#: "les orateurs qui ont répondu à l’appel": it is over.
_ANSWERED = re.compile(
    r"\b(?:repondu|reponse|reponses|inscrit\w*|retenu\w*|selectionne\w*|lors|issu\w*|suite|succes|cloture|fini\w*|answered|selected|responded|during|after|from)"
    r" (?:a |au |de |du |par |to |in |through )?(?:l'|la |le |notre |cet |our |the )?$"
)
_NO_CALL = re.compile(
    r"appel (?:a|aux) (?:la |l')?(?:dons?\b|benevol|volontair|candidatur|projets|temoi|manifestation|vot|financ|idees|vigilance|solidarite)"
)
_APPLICATION = re.compile(
    r"\baward|\btrophee|\bprix\b|\blabel\b|\bcv\b|\bstagiaire|\bposte\b|\bemploi|\btender|\bvacanc|\bsubvention|\bbourse|\bnominat|\bcandidat"
)


_SURELY = re.compile(_APPLICATION.pattern.removesuffix(r"|\bcandidat"))


@dataclass(frozen=True, slots=True)
class Called:
    """A call found, before its fact is made: shared with the events, who leave its dates alone."""

    cue: Cue
    series: tuple[str, ...]
    deadline: DateSpan | None
    held: DateSpan | None
    dates: frozenset[tuple[int, int]]
    spans: tuple[tuple[int, int], ...]
    extended: bool
    title: bool
    inside: bool  # one item of a newsletter


def called(entry: Prepared, index: SeriesIndex) -> Called | None:
    """The call an entry tells of, found once."""
    kept = vars(entry)
    if "called" not in kept:
        kept["called"] = _called(entry, index)
    found: Called | None = kept["called"]
    return found


def _called(entry: Prepared, index: SeriesIndex) -> Called | None:
    found = signs.of(entry)
    cues = found.get("call", ())
    if not cues and "call_weak" not in found and not callnames.asked(entry):
        return None
    named = index.of(entry)
    own = index.own(entry)
    digest = len(entry.sentences) > 8
    best: Cue | None = None
    for cue in cues:
        sentence = entry.sentence_at(cue.start)
        strong = bool(CALLED.search(entry.folded, cue.start, cue.end + 14))
        if (
            cue.end - cue.start < 12
            and not strong
            and not _deadline_near(entry, found, sentence.index)
        ):
            continue
        if digest and entry.where(cue.start) == "content" and not strong:
            continue
        if _ANSWERED.search(entry.folded, max(0, cue.start - 40), cue.start):
            continue
        best = cue
        break
    if best is None:
        best = _weak(entry, found, bool(named or own), digest)
    if best is None:
        return None
    where = entry.sentence_at(best.start)
    inside = digest and where.where == "content"
    spans = _spans(entry, where.index, inside)
    if len({hit.id for hit in named}) > 1 and not inside:
        spans = _narrow(entry, where.index, {hit.id: hit.start for hit in named})
    until = any(
        one.role == "until" and any(a <= one.start < b for a, b in spans) for one in dates.of(entry)
    )
    if _other(entry, found, spans, sure=until and bool(named)):
        return None
    if not (named or own) and any(
        one.what == "award" and any(a <= one.start < b for a, b in spans)
        for one in mentions.find(entry)
    ):
        return None  # how to apply for an award
    last = where.end
    if not until and _TO_COME.search(entry.folded, best.end, last):
        return None
    near = sorted(named, key=lambda hit: abs(hit.start - best.start))
    series = [hit.id for hit in near if any(a <= hit.start < b for a, b in spans)]
    if not series and not inside:
        series = [hit.id for hit in near] or ([own] if own else [])
    series = series[:1]
    today = entry.entry.published.astimezone(entry.knowledge.timezone).date()
    deadline, held = _dated(entry, found, spans, today)
    if deadline is None and not inside and len(series) < 2 and (later := _later(entry, found)):
        spans = (*spans, *later)
        deadline, held = _dated(entry, found, spans, today)
    if deadline is None and status.titled_recap(entry, found):
        return None  # "je m’étais inscrit lors de l’appel à conférences"
    if (
        deadline is None
        and not series
        and not CALLED.search(entry.folded, best.start, best.end + 14)
    ):
        return None
    if deadline is None and not re.search(
        r"\bappel|\bcall|\bcfp", entry.folded[best.start : best.end]
    ):
        closing = series and signs.within(found, "deadline", where.start, where.end)
        if not closing or best.end - best.start < _LONG:
            return None  # "plus que trois jours pour vos propositions de conférences"
    used = {(one.start, one.end) for one in (deadline, held) if one}
    title = where.where == "title" or (
        bool(entry.sentences) and entry.sentences[0].where == "title" and where.where == "summary"
    )
    return Called(
        cue=best,
        series=tuple(dict.fromkeys(series)),
        deadline=deadline,
        held=held,
        dates=frozenset(used),
        spans=spans,
        extended=any(signs.within(found, "extended", a, b) for a, b in spans),
        title=title,
        inside=inside,
    )


def _spans(entry: Prepared, index: int, inside: bool) -> tuple[tuple[int, int], ...]:
    """What is read of the call: the whole of a short entry, in a newsletter its paragraph."""
    if not inside:
        return tuple(
            (one.start, one.end)
            for one in entry.sentences
            if one.where != "content" or one.index < _HEAD
        )
    text, start, end = entry.text, entry.sentences[index].start, entry.sentences[index].end
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    above = text.rfind("\n", 0, max(0, line_start - 1)) + 1
    if 0 < line_start - above < 90:
        line_start = above  # its heading
    return ((line_start, line_end),)


def _later(entry: Prepared, found: Signs) -> tuple[tuple[int, int], ...]:
    """Further down in a long call: the sentences that say until when to propose something."""
    return tuple(
        (one.start, one.end)
        for one in entry.sentences
        if one.where == "content"
        and one.index >= _HEAD
        and any(signs.within(found, name, one.start, one.end) for name in ("call", "call_weak"))
        and any(
            date_.role == "until" for date_ in dates.between(dates.of(entry), one.start, one.end)
        )
    )


def _weak(entry: Prepared, found: Signs, known: bool, digest: bool) -> Cue | None:
    """A word of calls beside a deadline, where a series is named: no registration."""
    if not known or digest:
        return None
    said = [one for one in dates.of(entry) if one.iso and one.kind == "day"]
    until = [one for one in said if one.role == "until"]
    for one in until or [one for one in said if _is_deadline(entry, found, one)]:
        same = entry.sentence_at(one.start)
        if signs.within(found, "registration", same.start, same.end):
            continue
        if callnames.sends_else(entry, same):
            continue
        for cue in found.get("call_weak", ()):
            if _NO_CALL.match(entry.folded, cue.start):
                continue
            if abs(same.index - entry.sentence_at(cue.start).index) <= 2:
                return cue
        for start, end in callnames.asked(entry):
            if same.start <= start < same.end:
                return Cue("call_weak", 0, 0, start, end)
    return None


def _narrow(entry: Prepared, index: int, named: dict[str, int]) -> tuple[tuple[int, int], ...]:
    """Where several gatherings are named: the call's sentence and those after it, up to the
    next one's."""
    first = entry.sentences[index]
    own = min(named, key=lambda one: abs(named[one] - first.start))
    others = {entry.sentence_at(start).index for id, start in named.items() if id != own}
    spans = [(first.start, first.end)]
    for sentence in entry.sentences[index + 1 : index + 4]:
        if sentence.index in others:
            break
        spans.append((sentence.start, sentence.end))
    return tuple(spans)


def _deadline_near(entry: Prepared, found: Signs, index: int) -> bool:
    first = entry.sentences[max(0, index - 1)].start
    last = entry.sentences[min(len(entry.sentences) - 1, index + 2)].end
    return any(
        first <= one.start < last
        and (one.role == "until" or _is_deadline(entry, found, one))
        and not callnames.sends_else(entry, entry.sentence_at(one.start))
        for one in dates.of(entry)
    )


def _is_deadline(entry: Prepared, found: Signs, one: DateSpan) -> bool:
    if one.role == "until":
        return True
    if entry.folded.startswith("j-", one.start):  # "J-7 pour soumettre une conférence"
        here = entry.sentence_at(one.start)
        return signs.within(found, "call", here.start, here.end) is not None
    if any(0 <= one.start - cue.end < 22 for cue in found.get("extended", ())):
        return not re.search(
            r"\b(?:lieu|instead)\b", entry.folded[max(0, one.start - 10) : one.start]
        )
    return any(
        (-30 if one.relative else -12)
        <= one.start - cue.end
        <= (_AT_ONCE if cue.end - cue.start == 2 else _NEAR)
        and not re.search(r"[.!?]\s", entry.folded[cue.end : max(cue.end, one.start)])
        for cue in found.get("deadline", ())
    )


def _dated(
    entry: Prepared, found: Signs, spans: tuple[tuple[int, int], ...], today: date
) -> tuple[DateSpan | None, DateSpan | None]:
    """(deadline, days of the gathering)."""
    known = [
        one
        for one in dates.of(entry)
        if one.iso
        and one.kind in ("day", "month")
        and one.role != "since"
        and any(a <= one.start < b for a, b in spans)
    ]
    by: list[tuple[int, int, DateSpan]] = []
    others: list[DateSpan] = []
    for one in known:
        left = entry.folded[max(0, one.start - 70) : one.start]
        if one.end_iso or one.kind == "month" or (_EVENT.search(left) and one.role != "until"):
            others.append(one)
        elif _is_deadline(entry, found, one):
            by.append((0 if one.role == "until" else 1, one.start, one))
        else:
            others.append(one)
    deadline: DateSpan | None = None
    if by:
        by.sort(key=lambda one: one[:2])
        deadline = by[0][2]
        moved = any(signs.within(found, "extended", a, b) for a, b in spans)
        sure = [one for rank, _, one in by if rank == by[0][0]]
        if moved and len(sure) > 1:  # "jusqu'au 9 mars au lieu du 23 février": the later one
            deadline = max(sure, key=lambda one: one.iso or "")
        others += [one for _, _, one in by if one is not deadline and one.role != "until"]
    if deadline is None and len(others) > 1:
        days = sorted(
            (one for one in others if one.kind == "day" and not one.end_iso),
            key=lambda one: one.iso or "",
        )
        if len(days) > 1 or (days and any(one.end_iso for one in others)):
            deadline = days[0]
    if deadline:
        deadline = dates.ahead(deadline, today)
    rest = [
        dates.ahead(
            one,
            date.fromisoformat(deadline.iso)
            if deadline and deadline.iso and len(deadline.iso) == 10
            else today,
        )
        for one in others
        if deadline is None or (one.start, one.end) != (deadline.start, deadline.end)
    ]
    after = [
        one
        for one in rest
        if not one.relative
        and (deadline is None or (one.iso or "") > (deadline.iso or "")[: len(one.iso or "")])
        and (one.iso or "") >= today.isoformat()[: len(one.iso or "")]
    ]
    held = min(
        after, key=lambda one: (one.kind != "day", one.end_iso is None, one.start), default=None
    )
    return deadline, held


def _other(
    entry: Prepared, found: Signs, spans: tuple[tuple[int, int], ...], *, sure: bool
) -> bool:
    """A call for applications, a job, a tender. ``sure``: a gathering we know and a deadline are
    named; then a joke on recruiting is no job."""
    if not any(signs.within(found, "not_call", a, b) for a, b in spans):
        return False
    said = any(a <= cue.start < b for cue in found.get("call", ()) for a, b in spans)
    applied = _SURELY if said else _APPLICATION  # "Proposez un stand. Candidatures par courriel…"
    if sure and not any(applied.search(entry.folded, a, b) for a, b in spans):
        return False
    return not any(
        CALLED.search(entry.folded, cue.start, cue.end + 14)
        for cue in found.get("call", ())
        if any(a <= cue.start < b for a, b in spans)
    ) or bool(
        re.search(
            r"\baward|\btrophee|\bprix\b|\brecrut|\blabel\b",
            entry.folded[spans[0][0] : spans[0][1]],
        )
    )

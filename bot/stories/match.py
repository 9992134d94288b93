"""Is this the same happening? Facts decide first, then near-equal words.

Three questions, in the order in which the pipeline asks them: :func:`happenings` (what does this
entry tell of?), :func:`keys` (which stories could it belong to?), :func:`choose` (to which does
it?). Two tellings are one story when no fact contradicts and enough agree; another year, town,
edition or version always contradicts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.entries.entry import Entry
from bot.stories import alike, names, recognise
from bot.stories.account import Account
from bot.stories.agree import agree, agreement, akin
from bot.stories.doubt import believed
from bot.stories.likeness import bands, likeness, signature
from bot.stories.story import Happening, Story, Witness
from bot.understanding.fact import (
    AnyFact,
    AwardFact,
    CallFact,
    EventFact,
    Kind,
    ReleaseFact,
    Understanding,
)
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.places import Places

#: Plain tellings further apart than this are not compared by their words.
_TEXT_WINDOW = timedelta(days=14)
#: What was hoped for or refused is no award, whoever else has it.
_DENIED = frozenset({"award.hoped", "award.refused"})
#: An entry that tells of so many more is a list, and what it names is of no one of them.
_SEVERAL = 2
#: What is joined without an agreement of facts counts so much of it.
_UNSAID = 0.25
#: Share of equal MinHash numbers from which two plain tellings are one.
_ALIKE = 0.5


def happenings(
    entry: Entry,
    understanding: Understanding,
    knowledge: Knowledge | None = None,
    *,
    trust: int = 0,
) -> tuple[Happening, ...]:
    """What the entry tells of, the main happening first; () where nothing is relevant.

    ``trust`` is the source's. With ``knowledge`` laureates get one spelling, and a palmarès whose only local laureate is X
    is the story of X.
    """
    if not understanding.relevant:
        return ()
    if not understanding.facts:
        return (
            Happening(
                entry,
                understanding.kind,
                (),
                relevant=True,
                alposs=understanding.alposs,
                trust=trust,
                named=() if _is_denied(understanding) else understanding.named,
                gist=_gist(understanding),
            ),
        )
    return _told(entry, understanding, understanding.facts, knowledge, trust)


def overheard(
    entry: Entry, understanding: Understanding, knowledge: Knowledge, *, trust: int = 0
) -> tuple[Happening, ...]:
    """What an entry tells of that is no news here by itself. Another may tell the same better: then
    it is a witness too. What is known to be far away or of others stays out."""
    if understanding.relevant:
        return ()
    if not understanding.facts:
        if not understanding.named or _is_denied(understanding):
            return ()
        kind, named = understanding.kind, understanding.named
        plain = Happening(entry, kind, (), relevant=False, trust=trust, named=named)
        return (replace(plain, gist=_gist(understanding)),)
    near = [fact for fact in understanding.facts if not _far(fact, knowledge)]
    return _told(entry, understanding, near, knowledge, trust)


def _is_denied(understanding: Understanding) -> bool:
    return any(one.key in _DENIED for one in understanding.reasons)


def _far(fact: AnyFact, knowledge: Knowledge) -> bool:
    """In a town, or given to one, that is known and not here: nobody else makes it news."""
    if isinstance(fact, AwardFact):
        known = knowledge.awards.get(fact.award_id or "")
        return known is None or all(_elsewhere(name, knowledge) for name in fact.laureates)
    if isinstance(fact, EventFact | CallFact):
        return bool(fact.city and _elsewhere(fact.city, knowledge))
    return False


def _elsewhere(name: str, knowledge: Knowledge) -> bool:
    places = knowledge.made(Places.build)
    return places.named(name) is not None and not places.is_local(name)


def _told(
    entry: Entry,
    understanding: Understanding,
    told: Iterable[AnyFact],
    knowledge: Knowledge | None,
    trust: int,
) -> tuple[Happening, ...]:
    groups: dict[str, list[AnyFact]] = {}
    for fact in told:
        groups.setdefault(_group(fact), []).append(fact)
    found: list[Happening] = []
    for facts in groups.values():
        one = Happening(
            entry,
            _kind(facts[0], understanding.kind),
            tuple(facts),
            relevant=understanding.relevant,
            named=understanding.named,
            towns=_towns(facts, knowledge),
            alposs=understanding.alposs and not isinstance(facts[0], AwardFact),
            focus=_focus(facts, knowledge),
            trust=trust,
            yearly=_yearly(facts[0], knowledge),
        )
        # One entry may name the same event twice, once with its day and once without.
        twin = next((at for at, other in enumerate(found) if agree(one, other)), None)
        if twin is None:
            found.append(one)
        else:
            both = (*found[twin].facts, *one.facts)
            found[twin] = replace(found[twin], facts=both, focus=_focus(list(both), knowledge))
    if not found:
        return ()
    # Stable: within the entry's kind the order of the text stays.
    main, *others = sorted(found, key=lambda happening: happening.kind != understanding.kind)
    if len(others) < _SEVERAL:
        main = replace(main, gist=_gist(understanding))
    return (main, *others)


def _gist(understanding: Understanding) -> tuple[str, ...]:
    return () if _is_denied(understanding) else understanding.gist


def _group(fact: AnyFact) -> str:
    """Facts with the same name here are one happening."""
    if isinstance(fact, AwardFact):
        return f"award|{fact.award_id or fold(fact.award)}|{fact.year}"
    if isinstance(fact, EventFact):
        return f"event|{fact.series or fold(fact.name)}|{fact.start}"
    if isinstance(fact, CallFact):
        return f"call|{fact.series or fold(fact.event)}|{(fact.event_start or '')[:4]}"
    return f"release|{fold(fact.project)}|{fact.version}"


def _kind(fact: AnyFact, entry: Kind) -> Kind:
    if isinstance(fact, AwardFact):
        return "label" if fact.label else "award"
    if isinstance(fact, EventFact):
        if entry in ("event", "event_update"):
            return entry
        return "event" if fact.status == "scheduled" else "event_update"
    return "call_for_papers" if isinstance(fact, CallFact) else "release"


def _focus(facts: list[AnyFact], knowledge: Knowledge | None) -> tuple[str, ...]:
    everyone: dict[str, bool] = {}
    awards = [fact for fact in facts if isinstance(fact, AwardFact)]
    # Beside "Vizille, 3@", the "fourteen towns of the Isère" are no laureate of this news.
    sure = [fact for fact in awards if fact.level or fact.category]
    for fact in awards:
        if not fact.label or fact in sure or not sure:
            everyone.update(names.one_spelling(name, knowledge) for name in fact.laureates)
    local = tuple(name for name, known in everyone.items() if known)
    return local or tuple(everyone)


def _towns(facts: list[AnyFact], knowledge: Knowledge | None) -> tuple[str, ...]:
    if knowledge is None:
        return ()
    places = knowledge.made(Places.build)
    everyone = [name for fact in facts if isinstance(fact, AwardFact) for name in fact.laureates]
    spots = ((name, places.named(name)) for name in dict.fromkeys(everyone))
    return tuple(name for name, spot in spots if spot and spot.kind == "commune")


def _yearly(fact: AnyFact, knowledge: Knowledge | None) -> bool:
    if not isinstance(fact, EventFact) or not knowledge or not fact.series:
        return False
    series = knowledge.events.get(fact.series)
    return bool(series and not series.recurring)


def keys(happening: Happening) -> tuple[str, ...]:
    """Blocking keys: stories that share none with it are not looked at. Coarse on purpose, so
    that a telling without a date or level still meets its story."""
    found: dict[str, None] = {}
    for fact in happening.facts:
        if isinstance(fact, AwardFact):
            for name in (*fact.laureates, *happening.focus):
                found.update((f"award|{word}", None) for word in names.parts(name))
            if fact.award_id and not fact.label:  # its project may be named, or whose it is
                found[f"prize|{fact.award_id}|{fact.year}"] = None
        elif isinstance(fact, EventFact):
            if fact.series:
                found[f"event|{fact.series}"] = None
            stems = {word[:5] for word in names.parts(fact.name)}
            towns = names.parts(fact.city or "") or names.parts(fact.place or "")
            when = [day for day in (fact.start, fact.previous_start) if day]
            # Any two of name, day and town: a telling may lack the third.
            found.update((f"event|{a}|{b[:7]}", None) for a in sorted(stems) for b in when)
            found.update((f"event|{a}|{b}", None) for a in sorted(stems) for b in sorted(towns))
            found.update((f"event|{a}|{b}", None) for a in sorted(towns) for b in when)
        elif isinstance(fact, CallFact):
            for word in names.parts(fact.series or fact.event):
                found[f"call|{word}"] = None
        else:
            found.update((f"release|{word}", None) for word in names.parts(fact.project))
            if fact.version and fact.date:  # one may say what it is, another its name
                found[f"release|{fact.version.casefold()}|{fact.date}"] = None
    if happening.relevant and not happening.facts:
        found.update((band, None) for band in bands(signature(happening.entry.text)))
    if not happening.facts:  # for those that will be told better
        found.update((key, None) for key in recognise.kept(recognise.Heard.of(happening)))
    if happening.facts and happening.named:
        found.update((key, None) for key in recognise.kept(recognise.Heard.of(happening)))
    for fact in happening.facts:
        if isinstance(fact, AwardFact) and fact.award_id:
            found[f"told|{fact.award_id}|{happening.entry.published:%Y-%m}"] = None
    found.update((key, None) for key in alike.keys(happening.gist))
    return tuple(found)


def sought(happening: Happening) -> tuple[str, ...]:
    """The keys of the stories that a happening may belong to, or that may belong to it."""
    if not happening.facts:
        found = keys(happening) if happening.relevant else alike.keys(happening.gist)
        return (*found, *recognise.keys(recognise.Heard.of(happening)))
    found = tuple(key for key in keys(happening) if not key.startswith("told|"))
    first = happening.facts[0]
    if isinstance(first, AwardFact):
        more = recognise.keys(recognise.Heard.of(happening)) if happening.named else ()
        return (*found, *more, f"heard|award/{first.award_id}")
    named = first.series if isinstance(first, EventFact | CallFact) else None
    heard = [f"heard|series/{named}"] if named else []
    if isinstance(first, ReleaseFact):
        heard += [f"heard|release/{word}" for word in sorted(names.parts(first.project))]
    if isinstance(first, EventFact) and first.start:
        heard += [f"heard|{word}/{first.start}" for word in sorted(names.parts(first.city or ""))]
    return (*found, *heard)


def choose(happening: Happening, candidates: Iterable[Story]) -> Story | None:
    """The story it belongs to, or None for a new one.

    A story that already holds the entry is only left if its facts now contradict.
    """
    best: tuple[float, Story] | None = None
    for story in candidates:
        if happening.entry.id in story.apart:
            continue  # a person has said that it tells of something else
        score = _likelihood(happening, story)
        if score > 0 and (best is None or _rank(score, story) > _rank(*best)):
            best = (score, story)
    return best[1] if best else None


def _rank(score: float, story: Story) -> tuple[bool, float, datetime, str]:
    """One that is told comes before one that is only remembered."""
    return story.relevant, score, story.created, story.id


def same(story: Story, candidates: Iterable[Story]) -> list[Story]:
    """Those that were only remembered, and tell the same as a relevant story: nobody heard of them,
    so that they can become one with it without being told again."""
    if not story.relevant:
        return []
    return [
        one
        for one in candidates
        if not one.relevant
        and one.id != story.id
        and all(w.entry not in story.apart and _tells(w, story) for w in one.witnesses)
    ]


def _tells(witness: Witness, story: Story) -> bool:
    heard = recognise.Heard.by(witness)
    if witness.facts:
        told = akin(witness, story) > 0 or _unread(heard, witness.facts, story) > 0
    else:
        told = recognise.recognised(heard, story) > 0
    return told or _alike(Account.of(witness), story.witnesses, relevant=False) > 0


def _alike(mine: Account, told: Iterable[Witness], *, relevant: bool) -> float:
    """How likely they tell the same by what they name; less than any agreement of facts."""
    if not mine.gist:
        return 0.0
    everyone = tuple(told)
    sure = believed(everyone)
    doubted = [Account.of(w) for w in everyone if w not in sure]
    chance = alike.likely(mine, [Account.of(w) for w in sure], doubted, both_news=relevant)
    return _UNSAID * chance


def grounds(happening: Happening, story: Story) -> tuple[str, ...]:
    """What joins them where no fact does: the things that both name; () where a fact does."""
    others = [w for w in story.witnesses if w.entry != happening.entry.id and w.gist]
    if not others or _by_rule(happening, story) > 0:
        return ()
    nearest = max(others, key=lambda w: len(set(w.gist) & set(happening.gist)))
    return alike.grounds(happening.gist, nearest.gist)


def _unread(heard: recognise.Heard, facts: tuple[AnyFact, ...], story: Story) -> float:
    """An award was read of which nobody known is the laureate: the right one may be named."""
    if not heard.named or not isinstance(facts[0], AwardFact):
        return 0.0
    return recognise.recognised(heard, story)


def _likelihood(happening: Happening, story: Story) -> float:
    score = _by_rule(happening, story)
    if score > 0:
        return score
    others = [w for w in story.witnesses if w.entry != happening.entry.id]
    score = _alike(Account.of(happening), others, relevant=happening.relevant and story.relevant)
    return score + 1.0 if score and len(others) < len(story.witnesses) else score


def _by_rule(happening: Happening, story: Story) -> float:
    own = any(witness.entry == happening.entry.id for witness in story.witnesses)
    others = tuple(w for w in story.witnesses if w.entry != happening.entry.id)
    if happening.facts and story.facts:
        if own and not others:  # its own story: what it says now is what it says
            same = type(happening.facts[0]) is type(story.facts[0])
            agreed = agreement(happening, story) if same else 0.0
            return 1.0 + agreed if agreed or (same and _subject(happening, story)) else 0.0
        agreed = agreement(happening, replace(story, witnesses=others) if own else story)
        if not agreed and not own:
            agreed = _unread(recognise.Heard.of(happening), happening.facts, story)
        return agreed + 1.0 if own and agreed else agreed
    if story.facts and others:
        return (
            recognise.recognised(recognise.Heard.of(happening), story) if happening.named else 0.0
        )
    if happening.facts and others:  # so far nobody has told it whole
        heard = [recognise.Heard.by(witness) for witness in others if witness.named]
        return max((recognise.told_by(happening, one) for one in heard), default=0.0)
    if happening.facts or story.facts:
        return 1.0 if own and not others else 0.0
    if own or (happening.entry.url and happening.entry.url in {w.url for w in others}):
        return 2.0
    near = min(abs(happening.entry.published - w.published) for w in others) <= _TEXT_WINDOW
    mine = signature(happening.entry.text)
    alike = max(likeness(mine, witness.signature) for witness in others)
    return alike if near and alike >= _ALIKE else 0.0


def _subject(happening: Happening, story: Story) -> bool:
    """Do both name the same award, event or project, whatever the date or level?"""
    return _group(happening.facts[0]).split("|")[:2] == _group(story.facts[0]).split("|")[:2]

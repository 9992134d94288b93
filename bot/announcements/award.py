"""How an award or a label is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.announcements.voice import Voice
from bot.announcements.wording import Wording, where
from bot.config.knowledge import Award
from bot.understanding.fact import AwardFact
from bot.understanding.places import Places

#: More laureates than this are told as a palmarès.
_FEW = 3
#: So many laureates of one level are named, those from here first; the others are counted.
_NAMED = 8
#: Levels that are metals: “le label Or”.
_METALS = frozenset({"Or", "Argent", "Bronze", "Platine"})


def award(facts: Sequence[AwardFact], voice: Voice) -> Wording:
    """Échirolles reçoit le NEC d’or 2025 de la cohérence. ¶ Prix remis par l’ANCT…"""
    facts = [_as_known(fact, voice) for fact in facts]
    main = max(facts, key=lambda fact: (fact.level is not None, len(fact.laureates)))
    known = voice.knowledge.awards.get(main.award_id or "")
    everyone = {name for fact in facts for name in fact.laureates}
    mentions = [f for f in facts if f is not main and f.laureates == main.laureates]
    if len(everyone) > _FEW or len(facts) > 1 + len(mentions) or not everyone:
        label = voice.say("labels.palmares")
        first = _palmares(facts, main, known, voice)
        line = first
    else:
        label = voice.say("labels.label" if main.label else "labels.award")
        first = _obtained(main, mentions, known, voice)
        line = _line(main, mentions, known, voice)
    given = _given(main, known, voice)
    return Wording(label, (first, given) if given else (first,), line)


def _as_known(fact: AwardFact, voice: Voice) -> AwardFact:
    """A prize or a label, as knowledge has it where it knows it."""
    known = voice.knowledge.awards.get(fact.award_id or "")
    return replace(fact, label=known.label) if known and known.label != fact.label else fact


def _name(fact: AwardFact, known: Award | None, voice: Voice) -> tuple[str, str]:
    """The article and the bare name: ("le", "NEC d’or")."""
    name = (voice.name(known.name) if known else None) or voice.set(fact.award)
    article = voice.name(known.article) if known else None
    if article is None:
        article = voice.article(name) or ("the" if voice.language.code == "en" else "")
    return article, voice.inside(name)


def _who(fact: AwardFact, voice: Voice) -> str:
    names = [voice.set(name) for name in fact.laureates]
    said = voice.listed(voice.the(name) for name in names)
    # “Le SITPI”, but a project keeps its own small letter: “dnsmasq”
    return said if said.startswith(names[0]) else voice.capital(said)


def _obtained(
    fact: AwardFact, mentions: Sequence[AwardFact], known: Award | None, voice: Voice
) -> str:
    what = _what(fact, known, voice)
    for mention in mentions:
        if mention.category:
            quoted = voice.quoted(_calm(mention.category, voice))
            what = voice.say("award.and_mention", what=what, mention=quoted)
    number = "one" if len(fact.laureates) < 2 else "many"
    verb = voice.say(f"award.verb_{'label' if fact.label else 'award'}_{number}")
    return voice.say(
        "award.receives", who=_who(fact, voice), verb=verb, what=what, streak=_streak(fact, voice)
    )


def _streak(fact: AwardFact, voice: Voice) -> str:
    if not fact.streak or fact.streak < 2:
        return ""
    return voice.say("award.streak", nth=voice.ordinal(fact.streak))


def _what(fact: AwardFact, known: Award | None, voice: Voice) -> str:
    article, name = _name(fact, known, voice)
    if fact.label:
        return _label(fact, known, article, name, voice)
    several = known is not None and known.article is not None and known.article.fr == "les"
    if several or " Awards" in name:
        return _among(fact, article, name, voice)
    key = "award.prize" if fact.year else "award.prize_undated"
    category = _category(fact, voice, short=name.count(" ") < 2)
    prize = voice.say(key, award=voice.the(name, article), year=fact.year, category=category)
    if fact.level:
        return voice.say("award.prize_level", prize=prize, level=voice.set(fact.level))
    return prize


def _among(fact: AwardFact, article: str, name: str, voice: Voice) -> str:
    """One prize of many: “le prix du public des OSOR Awards 2023”."""
    year = fact.year or ""
    of = voice.of(name, article)
    if not fact.category:
        return voice.say("award.one_among", of=of, year=year).strip()
    category = _calm(fact.category, voice)
    if category.casefold().startswith("prix ") or category.casefold().endswith(("prize", "award")):
        named = voice.inside(category)
        return voice.say("award.among_named", category=named, of=of, year=year).strip()
    return voice.say("award.among", category=voice.quoted(category), of=of, year=year).strip()


def _calm(category: str, voice: Voice) -> str:
    """A category from a title in capitals, without shouting."""
    shouted = category.isupper() and len(category) > 5
    return voice.set(category.lower() if shouted else category)


def _category(fact: AwardFact, voice: Voice, *, short: bool) -> str:
    """“de la cohérence” after a short name, else “, catégorie « documentation »”."""
    if not fact.category:
        return ""
    category = _calm(fact.category, voice)
    endings = tuple(voice.language.table("typography").get("feminine", ()))
    if short and " " not in category and endings and category.endswith(endings):
        of = voice.of(category, "la")
        return voice.say("award.category_of", of=of, category=category)
    return voice.say("award.category", category=voice.quoted(category))


def _label(fact: AwardFact, known: Award | None, article: str, name: str, voice: Voice) -> str:
    of = voice.of(name, article)
    if not fact.level:
        if fact.category:
            quoted = voice.quoted(_calm(fact.category, voice))
            what = voice.say("award.mention", mention=quoted, of=of)
        else:
            what = voice.the(name, article)
    elif ats := _ats(fact, known, voice):
        level, unit, top = ats
        at = voice.at(name, article) if voice.language.code == "fr" else voice.the(name, article)
        what = voice.say("award.level_ats", level=level, unit=unit, top=top, at=at)
    elif fact.level.isdigit():
        what = voice.say("award.level_number", level=fact.level, top=_top(fact, known), of=of)
    elif fact.level in _METALS:
        first, _, rest = name.partition(" ")
        level = voice.set(fact.level)
        what = voice.say("award.level_medal", award=first, rest=rest, level=level, of=of)
    else:
        what = voice.say("award.level_other", level=voice.set(fact.level), of=of)
    told = fact.date and fact.year and fact.date.startswith(str(fact.year))
    if fact.year and not told:
        what = voice.say("award.label_year", what=what, year=fact.year)
    return what


def _scale(fact: AwardFact, known: Award | None) -> tuple[str, ...]:
    """The levels that held in the year of the edition, lowest first."""
    year = fact.year or (int(fact.date[:4]) if fact.date else None)
    for scale in known.scales if known else ():
        if fact.level in scale.levels and (
            year is None or (scale.from_ or 0) <= year <= (scale.until or 9999)
        ):
            return scale.levels
    return ()


def _top(fact: AwardFact, known: Award | None) -> str:
    scale = _scale(fact, known)
    return scale[-1] if scale else "5"


def _ats(fact: AwardFact, known: Award | None, voice: Voice) -> tuple[str, str, str] | None:
    """“4@” on its scale: ("4", "arobases", "5")."""
    if not fact.level or not fact.level.endswith("@"):
        return None
    level = fact.level.rstrip("@")
    scale = _scale(fact, known)
    top = scale[-1].rstrip("@") if scale else "5"
    unit = (voice.name(known.unit) if known else None) or "@"
    plural = "s" if unit.isalpha() and level not in ("0", "1") else ""
    return level, unit + plural, top


def _palmares(
    facts: Sequence[AwardFact], main: AwardFact, known: Award | None, voice: Voice
) -> str:
    """Label Territoire Numérique Libre 2026 : Or pour Échirolles et Boé ; Argent pour…"""
    _, name = _name(main, known, voice)
    levels = dict.fromkeys(fact.level for fact in facts)
    told = [
        _group(level, [fact for fact in facts if fact.level == level], known, voice)
        for level in levels
    ]
    groups = voice.say("award.between_groups").join(told)
    key = "award.list" if main.year else "award.list_undated"
    return voice.say(key, award=voice.capital(name), year=main.year, groups=groups)


def _group(level: str | None, facts: Sequence[AwardFact], known: Award | None, voice: Voice) -> str:
    """One level and its laureates; without levels, each with what it is for."""
    each: list[str] = []
    places = voice.knowledge.made(Places.build)
    for fact in facts:
        near = sorted(fact.laureates, key=lambda name: not places.is_local(name))
        names = [voice.set(name) for name in near]
        who = [voice.the(name) for name in names] if level else names  # “Or pour le SITPI”
        if len(who) > _NAMED:
            more = voice.say("more", count=len(who) - _NAMED)
            who = [f"{', '.join(who[:_NAMED])} {more}"]
        if fact.category and who:
            category = _calm(fact.category, voice)
            who = [voice.say("award.group_category", who=voice.listed(who), category=category)]
        each += who
    if level is None:
        return voice.say("award.between_groups").join(each)
    key = "award.group_number" if level.isdigit() else "award.group_level"
    ats = _ats(facts[0], known, voice)
    said = f"{ats[0]} {ats[1]}" if ats else voice.set(level)
    return voice.say(key, level=said, who=voice.listed(each))


def _organiser(fact: AwardFact, known: Award | None, voice: Voice) -> tuple[str, str]:
    """In short and in full: ("ANCT", "l’ANCT, l’Agence…"); ("", "") where unknown."""
    if known and known.organiser:
        short = known.organiser.name
        return short, voice.name(known.organiser.long) or voice.the(short)
    if fact.organiser:
        short = voice.set(fact.organiser)
        return short, voice.the(short)
    return "", ""


def _given(fact: AwardFact, known: Award | None, voice: Voice) -> str:
    """Prix remis par l’ANCT, mercredi 29 octobre 2025 à Strasbourg."""
    _, full = _organiser(fact, known, voice)
    by = voice.say("award.by", organiser=full) if full else ""
    place = where(fact.place, None, voice, town_only=True)
    if not (by or fact.date) or not (fact.date or full):
        return ""
    when = ""
    if fact.date:
        exact = len(fact.date) == 10
        comma = "," if by and (exact or "," in full) else ""
        key = "award.when_day" if exact else "award.when_month"
        when = voice.say(key, comma=comma, day=voice.day(fact.date))
    at = voice.say("award.where", place=place) if place else ""
    kind = "label" if fact.label else "award"
    return voice.say(f"award.given_{kind}", by=by, when=when, where=at)


def _line(fact: AwardFact, mentions: Sequence[AwardFact], known: Award | None, voice: Voice) -> str:
    """For a room, in one line."""
    short, _ = _organiser(fact, known, voice)
    if fact.label and fact.level and not mentions:
        _, name = _name(fact, known, voice)
        bare = name.partition(" ")[2] if name.startswith("label ") else name
        bare = bare.removesuffix(" label")
        details = [short] if short else []
        if fact.date:
            details.append(voice.day(fact.date, weekday=False))
        elif fact.year:
            details.append(str(fact.year))
        streak = (
            voice.say("award.room_streak", nth=voice.ordinal(fact.streak)) if fact.streak else ""
        )
        return voice.say(
            "award.room_label",
            who=_who(fact, voice),
            name=bare,
            level=_room_level(fact, known, voice),
            streak=streak,
            details=voice.say("award.room_details", details=", ".join(details)) if details else "",
        )
    when = ""
    if fact.date:
        key = "award.room_day" if len(fact.date) == 10 else "award.room_month"
        when = voice.say(key, day=voice.day(fact.date, weekday=False))
    place = where(fact.place, None, voice, town_only=True)
    said = _obtained(fact, mentions, known, voice).rstrip(".")
    by = voice.say("award.room_by", organiser=short) if short else ""
    at = voice.say("award.where", place=place) if place else ""
    return f"{said}{by}{when}{at}."


def _room_level(fact: AwardFact, known: Award | None, voice: Voice) -> str:
    if ats := _ats(fact, known, voice):
        level, unit, top = ats
        return voice.say("award.room_level_ats", level=level, unit=unit, top=top)
    level = fact.level or ""
    if level.isdigit():
        return voice.say("award.room_level_number", level=level, top=_top(fact, known))
    return voice.say("award.room_level", level=voice.set(level))

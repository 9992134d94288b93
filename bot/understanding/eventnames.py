"""The name of a gathering of no known series."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding import signs
from bot.understanding.dates import DateSpan
from bot.understanding.eventanchors import Anchor
from bot.understanding.language import Prepared, Sentence, fold
from bot.understanding.newsletter import Block
from bot.understanding.places import PlaceHit

_QUOTED = re.compile(r"[«“\"]\s*(?P<name>[^»”\"\n]{3,90}?)\s*[»”\"]")
#: "Grenoble : Install party…": an agenda's title.
_TOWN_FIRST = re.compile(r"^[^:\n–—]{2,40}?\s*[:–—]\s+(?P<name>.+)$")
_TOWN_BEFORE = re.compile(r"^[^:.\n–—]{2,40}?\s*[:.–—]\s+")
#: Words that name no gathering by themselves: the title does better.
_SAYS_LITTLE = re.compile(
    r"rendez-vous|apres-midi|matinee|soirees?|seance|sortie|nuits?|journees?|ouvre(?:nt)? (?:ses|leurs) portes|opens its doors"
    r"|se retrouvent|retrouvons[- ]nous|saturday|sunday|evening|morning|afternoon|night|session|events?|days?|users meet|meets?"
)
_FILLS = re.compile(
    _SAYS_LITTLE.pattern
    + r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|[a-z]+day|\d+h?|an?|les?|la|une?|des?|du|d|l|notre|nos|votre|cette?|au|aux|en"
    r"|the|our|your|this|next|first|new|free|premiere?s?|grande?s?|belle|bonne|annule\w*|reporte\w*|complete?|cancelled|postponed|sold|out|full|moved"
    r"|programme|c'est|retour|agenda|prochaine?s?|nouvelle?s?|on"
)
#: What became of it, said in front of a title.
_STATUS = re.compile(
    r"^\W*(?:annul\w+|report\w+|complet|d[ée]plac\w+|cancell?ed|postponed|sold out|full|moved|rappel|reminder)\b\W*",
    re.IGNORECASE,
)
#: "Savoie Libre, salon gratuit…": the name stands before its kind.
_APPOSED = re.compile(
    r"(?P<name>[A-ZÀ-Ý][\w’'-]+(?: (?:d[eu]s?|de la|en|&|et|[A-ZÀ-Ý0-9][\w’'-]*))*(?: [A-ZÀ-Ý0-9][\w’'-]*)+), (?:(?:une? |the |le |la |l[’'])(?:\w+ )?)?$"
)
_IS_VERB = re.compile(r"(?:fete|visite|projette) (?:le|la|les|ses|son|sa) ")
_NOTHING = re.compile(
    r"(?:nouveau|nouvelle|prochaine?|next|new|agenda|bient[oô]t|a venir|coming up|save the date)(?: .*)?"
)
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_NO_QUALIFIER = re.compile(
    r"an?|the|this|that|its|our|your|their|his|her|next|first|second|third|last|annual|small|new|of|in|at|on|for|to|and|or|by|with|from|is|are|be|was"
    r"|so|tonight(?:'s)?|today|tomorrow|s|still|because|as|only|has|have|will|hosts?|holds?|runs?|opens?|launch(?:es)?|gets?|welcomes?|join|come|us|you|we|it|\d+|[a-z]+day(?:'s)?|cancelled|postponed|free"
)
#: What ends a name that is not between quotes.
_END = re.compile(
    r"\s+(?:[–—|-]\s|(?:à|au|aux|chez|en|le|les|ce|cette|dès|du|des|de|d’|d')\s?(?=\d|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche|ce\b)|(?:à|aux?|chez(?! (?:soi|vous|toi|nous|eux|elles))|dans|le|les|a|est|sont|aura|auront|sera|seront|se|s’|n’|n'|ce|cette|et non|qui|que|où|pour|reporté\w*|annulé\w*|avancé\w*|prévue?s?"
    r"|complet\w*|décalé\w*|repoussé\w*|déplacé\w*|change|déménage|glisse|affiche|revient|reviennent|propos\w+|organis\w+|animé\w*|samedi|dimanche"
    r"|lundi|mardi|mercredi|jeudi|vendredi|demain|hier|ce soir|at|on|in|is|are|was|has|will|with|for|to|from|of the|postponed|cancelled|called|moved|this|by|avec|takes?|moves?|runs?|opens?|open|meet(?!-)|meets)\b)"
    r"|\s*[,;:!?.()\[\]…]|\s*$",
)
#: A title that names a gathering says it to its end: "La tête dans les nuages".
_TITLE_END = re.compile(
    r"\s+(?:[–—|-]\s|(?:est|sont|sera|aura lieu|se tiendra|reporté\w*|annulé\w*|complet\w*|décalé\w*|repoussé\w*|déplacé\w*|change|déménage|affiche|is|are|was|postponed|cancelled|called|moved|moves)\b)"
    r"|\s*[,;:!?.()\[\]…]|\s*$"
)
#: These take "à": "initiation à Linux", "journée consacrée aux logiciels libres".
_GOVERNS = re.compile(
    r"\b(?:initiations?|introductions?|formations?|consacr[ée]+s?|d[ée]di[ée]+s?|passage|passer|aide|contribuer|parler|pour installer|dire adieu|sur|autour|introduction|workshop|talk|evening)$",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    r"\s+(?:à|aux?|a|on|for|to|le|les)\s+(?!\d|partir|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\w+day)"
)
_DANGLING = re.compile(r"\s+(?:de|du|des|d|le|la|les|ce|à|a|au|en|of|on|in|the|at|et|and)$")
_LABEL = re.compile(
    r"(?:^|\n|[–—|·•.;,]\s?)(?:lieu|location|venue|adresse|where)\s*:|(?:^|\n)ou\s*\?|📍"
)
#: "on cause Nextcloud", "venez découvrir Guix": what it is about names it, where nothing else does.
_TALKED = re.compile(
    r"\b(?:on (?:cause|parle(?:ra)?|discute(?:ra)?|d[ée]couvre|apprend|bidouille) |venez (?:d[ée]couvrir|apprendre|essayer|tester) |pour (?:parler|d[ée]couvrir|discuter) "
    r"|autour (?=d)|sur le th[èe]me |learn (?:about |how to )?|talk about )(?:de la |de l[’']|du |des |de |d[’']|[àa] |la |le |les |l[’'])?(?P<name>[^\s,.;:!?][^,.;:!?\n]{2,60})",
    re.IGNORECASE,
)
#: "2. Conférence : à qui appartient ma voiture ?"
_TITLED = re.compile(
    r"^(?:\W*\d+[.)]\s*)?(?:prochaine? |premi[èe]re? |notre )?(?:r[ée]union|rendez-vous|soir[ée]e|s[ée]minaire|caf[ée] libre|conf[ée]rence|cin[ée]|atelier|rencontre|d[ée]bat|talk|workshop|projection|film|table ronde)"
    r"(?:[- ](?:d[ée]bat|rencontre|d[ée]couverte|d[ée]monstration|publique|gratuite))?(?:\s*:|\s*[–—]|\.)\s+(?P<name>.{4,})$",
    re.IGNORECASE,
)


def labelled(entry: Prepared, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where "Lieu : …" stands, to the end of its line."""
    for start, end in spans:
        hit = _LABEL.search(entry.folded, max(0, start - 1), end)  # the line break before it too
        if hit:
            return hit.start(), end
    return None


def name(
    entry: Prepared,
    anchor: Anchor,
    all_dates: Sequence[DateSpan],
    places: Sequence[PlaceHit],
    block: Block | None = None,
) -> str:
    """The name of the gathering called at ``anchor``: its own, a quoted title, an agenda's
    title, or the words that go with its kind."""
    start, end = anchor.start, anchor.end
    sentence = entry.sentence_at(start)
    text = entry.text
    if block is not None and block.heading and start < block.heading_end:
        titled = _TITLED.match(text[block.start : block.heading_end].strip())
        if titled:
            shown = titled["name"].strip()
            return shown[0].upper() + shown[1:]
    quoted = _quoted(entry, start, sentence)
    if quoted:
        return quoted
    agenda = entry.entry.publisher.role == "agenda"
    if agenda and block is None and entry.sentences[0].where == "title":
        sentence = entry.sentences[0]  # an agenda's title is the name
        start = sentence.start
    if sentence.where == "title" and agenda:
        start = sentence.start + (status.end() if (status := _STATUS.match(sentence.text)) else 0)
        first = _TOWN_FIRST.match(sentence.text)
        if first and any(hit.start < sentence.start + first.start("name") for hit in places):
            start = sentence.start + first.start("name")
            return _before_day(text[start : sentence.end], start, all_dates)
        return _cut(text, start, sentence.end, all_dates, places)
    if sentence.where == "title" and (titled := _TITLED.match(sentence.text)):
        words = _cut(text, sentence.start + titled.start("name"), sentence.end, all_dates, places)
        if len(words) > 6:
            return words
    if anchor.proper:
        return _cut(text, start, end, all_dates, places)
    if (before := _APPOSED.search(text, sentence.start, start)) and not any(
        place.start < before.end("name") and before.start("name") < place.end for place in places
    ):
        return before["name"]
    if start == end and block is not None:
        day = next((one for one in all_dates if sentence.start <= one.start < sentence.end), None)
        last = day.start if day else sentence.end
        words = text[sentence.start : last].strip(" ,:–—-")
        return words[:80] or sentence.text[:80]
    if start == end:
        titled_so = _by_title(entry, all_dates, places)
        if titled_so and _tells(titled_so, True):
            return titled_so
        talked = _TALKED.search(text, 0, entry.sentences[-1].end)
        if talked:
            start = talked.start("name")
            return _cut(text, start, entry.sentence_at(start).end, all_dates, places)
        return titled_so or _cut(text, sentence.start, sentence.end, all_dates, places)
    parts = sentence.where != "title" and entry.folded[start:end].endswith("s")
    whole = start
    if entry.code == "en":
        whole = _qualified(entry, sentence.start, start, places)
    words = _cut(text, whole, sentence.end, all_dates, places)
    small = _SAYS_LITTLE.fullmatch(entry.folded, start, end)
    bare = sentence.where != "title" and _WORD.fullmatch(fold(words)) and _changed(entry)
    if bare or (
        (parts or small)
        and (not _tells(words, small is not None) or fold(words) == entry.folded[start:end])
    ):  # "ateliers, conférences, jeux"
        titled_so = _by_title(entry, all_dates, places)
        if titled_so and _tells(titled_so, True):
            return titled_so
    return words


def _changed(entry: Prepared) -> bool:
    """Whether the title tells what becomes of a gathering: then it names it first."""
    first, found = entry.sentences[0], signs.of(entry)
    return first.where == "title" and any(
        signs.within(found, sign, first.start, first.end)
        for sign in ("cancelled", "put_off", "moved_sure", "full")
    )


def _tells(words: str, small: bool) -> bool:
    """Whether a name says more than "soirée", "samedi": of what it is."""
    said = [word for word in _WORD.findall(fold(words)) if not _FILLS.fullmatch(word)]
    return len(said) > (0 if small else 1)


def _qualified(entry: Prepared, first: int, start: int, places: Sequence[PlaceHit]) -> int:
    """Where an English name begins: its qualifiers stand before it ("open source evening")."""
    for hit in reversed(list(_WORD.finditer(entry.folded, first, start))[-3:]):
        between = entry.folded[hit.end() : start]
        named = any(one.start < hit.end() and hit.start() < one.end for one in places)
        if between.strip(" -") or named or _NO_QUALIFIER.fullmatch(hit.group()):
            break
        start = hit.start()
    return start


def little(entry: Prepared, anchor: Anchor) -> int:
    """0: the words of an anchor name a gathering; 1: not by themselves; 2: they are a verb
    ("la ville fête les logiciels libres")."""
    if _IS_VERB.match(entry.folded, anchor.start):
        return 2
    return 1 if _SAYS_LITTLE.fullmatch(entry.folded, anchor.start, anchor.end) else 0


def _before_day(words: str, start: int, all_dates: Sequence[DateSpan]) -> str:
    """An agenda's title without its day: "Install party, Le samedi 18 avril 2026 de 14h00…"."""
    day = next(
        (one.start - start for one in all_dates if one.kind == "day" and one.start > start + 3),
        None,
    )
    if day is None or day >= len(words):
        return words.strip()
    return re.sub(r"[\s,–—(-]+(?:[Ll]e|[Ll]es|[Dd]u|[Oo]n)?\s*$", "", words[:day]) or words.strip()


def _by_title(
    entry: Prepared, all_dates: Sequence[DateSpan], places: Sequence[PlaceHit]
) -> str | None:
    """The name in the entry's title, where its text only says "rendez-vous" or "soirée": what
    stands before a colon, a town in front left out. None without a title."""
    first = entry.sentences[0]
    if entry.entry.title is None or first.where != "title":
        return None
    start, end = first.start, first.start + len(entry.entry.title)
    status = _STATUS.match(entry.text[start:end])
    start += status.end() if status else 0
    town = _TOWN_BEFORE.match(entry.text[start:end])
    if town and any(start <= hit.start < start + town.end() for hit in places):
        start += town.end()
    last = max(start, min(end, len(entry.text)))
    words = _cut(entry.text, start, last, all_dates, places, ends=_TITLE_END)
    return words if len(words) > 4 and not _NOTHING.fullmatch(fold(words)) else None


def _quoted(entry: Prepared, start: int, sentence: Sentence) -> str | None:
    """A title between quotes beside the kind of gathering, or in the entry's own title."""
    for one in (sentence, *entry.sentences[:3]):
        hit = _QUOTED.search(entry.text, one.start, one.end)
        if hit is None:
            continue
        kinds = signs.of(entry)
        beside = any(
            -30 < hit.start() - cue.end < 25 or -30 < cue.start - hit.end() < 25
            for name in ("gathering", "free_gathering")
            for cue in kinds.get(name, ())
        )
        if beside or (one.where == "title" and abs(hit.start() - start) < 60):
            return hit["name"].strip()
    return None


def _cut(
    text: str,
    start: int,
    end: int,
    all_dates: Sequence[DateSpan],
    places: Sequence[PlaceHit],
    *,
    ends: re.Pattern[str] = _END,
) -> str:
    for one in all_dates:
        if start < one.start < end:
            end = one.start
            break
    words = text[start:end]
    for hit in ends.finditer(words):
        if hit.start() > 2 and not (
            _GOVERNS.search(words, 0, hit.start()) and _GOVERNED.match(words, hit.start())
        ):
            words = words[: hit.start()]
            break
    for place in places:
        if (
            start < place.start < start + len(words)
            and place.how == "name"
            and place.start - start > 3
        ):
            words = text[start : place.start]
            words = re.sub(r"\s+(?:de|d[’']|du|of|in|at|à|en)\s*$", "", words)
            break
    words = _DANGLING.sub("", words.strip(" ,:–—-'’\n"))
    return words[:1].upper() + words[1:100]

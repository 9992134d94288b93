"""Whether a claim is history: dated long before publication, or told as a memory."""

from __future__ import annotations

import re

from bot.understanding import dates
from bot.understanding.awardtext import AwardText
from bot.understanding.claims import Claim
from bot.understanding.language import Sentence

#: Until this month an award of last year's edition may still be news.
_SEASON = 3
_LONG_AGO = re.compile(
    r"\bil y a (?:tout juste |exactement |pile )?(?:un an|une annee)\b|\bil y a (?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|vingt|plusieurs|quelques|\d+) (?:ans|annees)\b"
    r"|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|several|\d+) years? ago\b"
)
_AGO = frozenset({"an", "ans", "annee", "annees", "ago"})  # one of them is in each such form
_LAST_YEAR = re.compile(
    r"(?<!que )(?<!qu')(?<!comme )(?<!depuis )(?<!than )\b(?:l'an (?:passe|dernier)|l'annee (?:passee|derniere)|last year)\b"
)
#: "l’argent, contre le bronze en 2025".
_COMPARED = re.compile(r"\b(?:contre|au lieu d[eu]|apres|face a|against|up from|after)\b[^,.;]*$")
_ASKS = re.compile(
    r"\?|\bcomment\b|\bhow to\b|\bcandidat|\bpostul|\binscri|\bappl(?:y|ication)|\bappel a\b"
    r"|\bvot(?:e|es|ez|er|ing)\b|\bcalls? for\b|\bsubmissions?\b|\bnominations?\b"
)
_APART = re.compile(
    r"[^,.;:]{4,80}, (?:elle |il )?(?:[a-z]+(?:era|eront|dra|dront|vra|vront|tira|tiront|will)\b|will )"
)
_HAD = re.compile(r"\b(?:qui|who|which|that) (?:avait|avaient|a|ont|had|has|have) (?:[a-z]+ )?$")
#: "lauréat 2024 des Acteurs du Libre", "récompensé en 2004".
_OF_YEAR = re.compile(
    r"[a-z]+\s(?:(?P<year>20\d\d) (?:du|des|de la|de l'|of)\b|(?:en|in) (?P<then>(?:19|20)\d\d)\b)"
)
#: An award that somebody is said to have had longer ago than this is history, not news.
OLD_DAYS = 400


def is_old(text: AwardText, claim: Claim) -> bool:
    """History: dated long before publication, or told as a memory."""
    sentence = claim.sentence
    long_ago = text.entry.says(_AGO) and _LONG_AGO.search(sentence.folded)
    if long_ago or any(
        cue.name == "past" and sentence.start <= cue.start < sentence.end
        for cue in text.cues_in(sentence)
    ):
        return True
    if _HAD.search(text.entry.folded, sentence.start, claim.start) and any(
        sentence.start <= one.start < sentence.end
        and (one.year or text.today.year) < text.today.year
        for one in text.named
    ):
        return text.today.month > _SEASON  # "Échirolles, qui avait obtenu le NEC d’or en 2025"
    if claim.form in ("laureate", "honour") and _APART.match(
        text.entry.folded, claim.start, sentence.end
    ):
        apart = text.entry.folded.endswith(", ", sentence.start, claim.start)
        if apart or text.entry.folded.endswith(", la ", sentence.start, claim.start):
            return True  # "Échirolles, lauréate du NEC d’or, viendra témoigner"
    of_year = _OF_YEAR.match(text.entry.folded, claim.start)
    if of_year and int(of_year["year"] or of_year["then"]) < text.today.year - (
        text.today.month <= _SEASON
    ):
        return True
    clause = re.split(r"[,;:.]", text.entry.folded[claim.end : sentence.end], maxsplit=1)[0]
    if _LAST_YEAR.search(clause):
        return True  # "après l’obtention du label l’an passé, la commune…"
    near = [
        one
        for one in dates.between(text.dates, sentence.start, sentence.end)
        if one.iso
        and not text.is_edition(one.start)
        and not _is_bracketed(text, one.start, claim, sentence)
        and _dates(text, one.start, claim, sentence)
    ]
    near = [
        one
        for one in near
        if not _COMPARED.search(text.entry.folded, max(0, one.start - 40), one.start)
    ]
    years = [one for one in near if one.kind == "year" and not one.role]
    if years and _is_aside(text, claim):
        return all(int(str(one.iso)[:4]) < text.today.year for one in years)
    if years and len(years) == len(near) and text.today.month > _SEASON:
        return all(int(str(one.iso)[:4]) < text.today.year for one in years)
    if near and all(text.age(one.iso) > OLD_DAYS for one in near):
        again = re.search(
            r"recondui|renouvel|conserv|gard|maintien|maintient|confirm", sentence.folded
        )
        return not (again and any(one.role == "since" for one in near))
    return False


def _is_bracketed(text: AwardText, offset: int, claim: Claim, sentence: Sentence) -> bool:
    """As in "Claix (candidate depuis 2021) obtient…": a date of a parenthesis, the verb outside."""
    folded = text.entry.folded
    opened = folded.rfind("(", sentence.start, offset)
    closed = folded.find(")", offset, sentence.end)
    if opened < 0 or closed < 0 or ")" in folded[opened:offset]:
        return False
    outside = not opened < claim.start < closed
    return outside and bool(re.search(r"[a-z]{3}", folded[opened + 1 : offset]))


def _is_aside(text: AwardText, claim: Claim) -> bool:
    """As in "Échirolles, labellisée en 2025, partage son expérience", or under a title that
    asks or tells how to apply: the prize is only remembered."""
    folded, sentence = text.entry.folded, claim.sentence
    first = text.sentences[0]
    if first.where == "title" and sentence is not first and _ASKS.search(first.folded):
        return True
    if claim.form != "honour" or not folded.endswith(", ", sentence.start, claim.start):
        return False
    closed = re.compile(r"[^,.;]{0,60}\b(?:en|in) (?:19|20)\d\d, (?!et |and )[a-z]").match(
        folded, claim.end, sentence.end
    )
    return closed is not None


def _dates(text: AwardText, offset: int, claim: Claim, sentence: Sentence) -> bool:
    """Whether a date belongs to this claim: no other verb of the sentence is nearer."""
    verbs = [
        cue.start
        for cue in text.cues_in(sentence)
        if cue.name in ("receive", "give", "honour", "goto", "laureate")
        and sentence.start <= cue.start < sentence.end
    ]
    if claim.start not in verbs:
        return True
    return min(verbs, key=lambda start: abs(start - offset)) == claim.start

"""Headlines without a verb: "Label NR : Seyssins au niveau 1", "Un badge pour la mairie"."""

from __future__ import annotations

import re

from bot.understanding import lists, rolewords
from bot.understanding.awardtext import AwardText
from bot.understanding.claims import Basis, Claim, Laureate
from bot.understanding.language import Sentence
from bot.understanding.roles import Reader

#: Before whoever a headline's award goes to.
_GOES_TO = re.compile(
    r"\b(?:pour|for|a|au|aux|to)\s(?:la |le |les |l'|the )?(?:ville |commune |mairie )?(?:de la |de l'|de |d'|du |of )?$"
)
_POUR = re.compile(
    r"\b(?:pour|for|a) (notre|nos|our|la|le|l'|the)\s?(?:ville|commune|mairie|municipalite|metropole|departement"
    r"|direction|service|mediatheque|equipe|collectivite|agglo\w*|syndicat|communaute|city|town|council|region)\b(?! (?:de|d'|of))"
)


#: Who sits in the jury, or speaks of the award, has not got it.
_SITS = re.compile(
    r"\b(?:(?:au|du|le|un|dans le|of the|on the|the) (?:jury|comite)|jures?|jurors?|presente|presentent|explique\w*|organise\w*|accueille\w*|soutien\w*|parraine\w*)\b"
    r"|\b(?:stand|conference|atelier|reunion|webinaire|presentation|rencontre|guide|dossier|debat|table ronde|formation|questionnaire|criteres|reglement|site|histoire|bilan|enquete|faux)s? "
    r"(?:sur |autour |de presentation |d'information )?(?:du |de la |de l'|des |de |d'|le |la |les |l'|label )"
)
#: "Label X : Vif se renseigne": the headline has a verb, and it is not one of receiving.
_ACTS = re.compile(
    r"\s(?:se|s'|ne|n'|y|va|veut|doit|peut|vont|veulent|doivent|peuvent|wants|needs|plans|asks|looks)\b"
)
#: In a sentence of the text such words belong to a verb of its own.
_VERBAL = re.compile(r"\b(?:se|ne|qui|que|est|sont|which|that|is|are)\b|\b[sn]'")
#: "Prix BlueHats de mars : Weblate": nothing but a name after the colon.
_OPENED = re.compile(r"[^:.!?]{0,24}\s?:\s(?:la |le |les |l'|the )?")
_CLOSED = re.compile(r"\s*(?:$|\n|,|\(|;|!|\.|et |and |recompens|laureat|distingu|prim|wins|won)")
#: "Trois arobases pour la cité des fontaines": a town by what it is known for.
_CAPITAL = re.compile(
    r"\b(?:pour|a|for|to) (?:la |le |the )(?P<head>cite|capitale|station|capital) (?:de la |de l'|des |du |d'|of (?:the )?)"
)
#: "Après le bronze, l’argent": one level, then the next, and nothing else.
_NEXT = re.compile(
    r"(?:apres|after|du|de l'|from) ?(?:le |la |l'|the )?[a-z]+(?: en 20\d\d| in 20\d\d)?,? (?:a )?(?:au |le |la |l'|the |to )?[a-z]+ ?[.!]*"
)


class Headlines:
    """Reads the headlines of one entry, and short lines like them."""

    def __init__(self, text: AwardText, reader: Reader) -> None:
        self.text = text
        self.reader = reader

    def nominal(self, sentence: Sentence, anchors: list[tuple[int, int]]) -> list[Claim]:
        """As in "Label NR : Seyssins au niveau 1", "Un badge pour la mairie", "@@@@@ pour Grenoble"."""
        if not anchors:
            return []
        end = self.text.doubt_begins(sentence)
        if end - sentence.start < 10 or (sentence.where != "title" and end - sentence.start > 110):
            return []
        if _SITS.search(self.text.entry.folded, sentence.start, sentence.end):
            return []
        if any(
            sentence.start <= one.start < end
            and len(one.iso or "") == 10
            and self.text.age(one.iso) < 0
            for one in self.text.dates
        ):
            return []  # "Verdict le 27 mars pour…": it is to come
        if sentence.where != "title" and any(
            len(word) > 6 and rolewords.FUTURE.search(word)
            for word in self.text.entry.words[sentence.words.start : sentence.words.stop]
        ):
            return []
        known = [one for one in self.text.named if sentence.start <= one.start < end]
        stepped = [
            one
            for one in self.text.levels
            if sentence.start <= one.start < end and self.text.level_counts(one)
        ]
        if not stepped and sentence.where != "title":
            words = self.text.entry.folded[sentence.start : end]
            if _VERBAL.search(words):
                return []
        prized = [one for one in self.text.categories if sentence.start <= one.start < end]
        if not (known or stepped):
            return self._unknown_headline(sentence, anchors, end)
        anchor = min([one.start for one in known] + [one.start for one in stepped])
        if capital := _CAPITAL.search(self.text.entry.folded, anchor, end):
            whom = Laureate("", "focus", capital.start("head"), capital.end("head"))
            return [Claim(sentence, True, [whom], sentence.start, sentence.end, "nominal")]
        people = [
            one
            for one in self.text.names[sentence.index]
            if not one.inside and not self.reader.is_giver(one)
        ]
        people = [one for one in people if one.start < end]
        if any(_ACTS.match(self.text.entry.folded, one.end) for one in people):
            return []
        given = [
            one
            for one in people
            if one.start > anchor
            and not (one.located and one.place and self.text.places.is_far(one.place.name))
            and _GOES_TO.search(self.text.entry.folded[max(0, one.start - 22) : one.start])
        ]
        people = given or [one for one in people if not one.located]
        pour = _POUR.search(self.text.entry.folded, anchor, end)
        if pour and not given:
            basis: Basis = "source" if pour[1] in ("notre", "nos", "our") else "focus"
            return [
                Claim(
                    sentence,
                    True,
                    [Laureate("", basis, pour.start(), pour.end())],
                    sentence.start,
                    sentence.end,
                    "nominal",
                )
            ]
        if len(stepped) > 1 and len(people) > 1:
            marks = [
                mark for mark in self.text.marks(sentence.start, end) if mark.level is not None
            ]
            paired = lists.pair(people, marks, self.text.entry.folded)
            if len(paired) > 1:
                return [Claim(sentence, True, paired, sentence.start, sentence.end, "list")]
        heads = [
            cue
            for cue in self.text.cues_in(sentence)
            if cue.name in ("own", "town") and anchor < cue.start < end
        ]
        if (
            known and stepped and heads and not people
        ):  # "Territoires innovants : la Métropole en or"
            basis = "source" if heads[0].name == "own" else "focus"
            whom = Laureate("", basis, heads[0].start, heads[0].end)
            return [Claim(sentence, True, [whom], sentence.start, sentence.end, "nominal")]
        if len(stepped) == 2 and not people and _NEXT.fullmatch(sentence.folded.strip()):
            basis = "source" if self.text.entry.entry.publisher.role == "municipal" else "focus"
            whom = Laureate("", basis, stepped[1].start, stepped[1].end)
            return [Claim(sentence, True, [whom], sentence.start, sentence.end, "nominal")]
        if not people and (near := self.text.inhabitants(sentence, anchor, end)):
            return [Claim(sentence, True, [near], sentence.start, sentence.end, "nominal")]
        opened = bool(known) and any(
            _OPENED.fullmatch(
                self.text.entry.folded, max(known[-1].end, known[-1].year_end), one.start
            )
            and _CLOSED.match(self.text.entry.folded, one.end)
            for one in people
        )
        if people and (stepped or prized or opened or any(one.place for one in people)):
            return [
                Claim(
                    sentence,
                    True,
                    [self.reader.laureate(one) for one in self.reader.string(people)],
                    sentence.start,
                    sentence.end,
                    "nominal",
                )
            ]
        return []

    def _unknown_headline(
        self, sentence: Sentence, anchors: list[tuple[int, int]], end: int
    ) -> list[Claim]:
        """As in "Un prix national pour la direction informatique", "Troisième sacre pour le libre
        échirollois": a headline that names no award the bot knows."""
        first = anchors[0][0]
        if self.text.context or first - sentence.start > 24 or first >= end:
            return []
        pour = _POUR.search(self.text.entry.folded, first, end)
        given = self.text.inhabitants(sentence, first, end)
        if given is None and pour and self.text.entry.entry.publisher.role != "press":
            given = Laureate("", "focus", pour.start(), pour.end())
        if given is None or not re.search(r"\b(?:pour|for)\b", self.text.entry.folded[first:end]):
            return []
        return [Claim(sentence, True, [given], sentence.start, sentence.end, "nominal")]

"""Who receives and who gives: claims made by the sentences of an entry.

A claim is one sentence's word that somebody obtained something, or that they did not. Reading
goes clause by clause: a predicate ("reçoit", "décerné à", "lauréate") tells by its kind on which
side of it the laureate stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding import rolewords
from bot.understanding.claims import Claim, Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Sentence
from bot.understanding.recipients import Recipients

#: "Rejoignez l’équipe primée", "Try the tool that won": whom it invites to, no news.
_INVITES = re.compile(
    r"\W*(?:re)?(?:joign|ven|particip|inscriv|postul|rencontr|essay|test|adopt|install|utilis|contact|visit)ez\b"
    r"|\W*(?:join|meet|come|try|work|apply|visit|contact|use|install)\b(?! (?:out|of))"
)
_OF_WHOM = re.compile(
    r"\b(?:qui|that|which|who)\s(?:(?:a|ont|vient|has|have|just|de|d'|ete|been|is|was)\s){0,3}$"
)
_HITHERTO = re.compile(
    r"\W*(?:jamais|longtemps|recale\w*|absente?s?|finalistes?|nomme\w*|candidate?s?|never|shortlisted|long|once)\b[^,;.]{0,60}$"
    r"|\W*(?:pour|des|a|lors de|avec|for|at|on|with) (?:sa|son|leur|notre|une|cette|la|its|their|our|a) (?:toute )?(?:premiere|deuxieme|seconde|troisieme|1re|2e|nouvelle|first|second|third|very first)? ?(?:candidature|participation|tentative|dossier|application|bid|attempt|entry|try)\b[^,;.]{0,30}$"
)
_AMONG = re.compile(r"figur|compt|fait|font|entr")
_CHOSEN_YET = re.compile(r"dossier|candidat|finalist|nomm|nomin|preselection|shortlist|nominee")
_JOINS = re.compile(
    r" (?:au |le |la |l'|un |une |the |a )?(?:jury|comite|commission|conseil|organisation|partenaires?|committee|board|panel)\b"
)
#: "classée argent", "graded 2 out of 5": of many things, but with a level.
_GRADED = re.compile(r"(?:class|not|grad|rat|rank)ee?s?d?\b|(?:graded|rated|ranked)\b")
#: "décidé par un vote en ligne": how it was chosen.
_BY_VOTE = re.compile(
    r"\b(?:by|par|public|online|popular|du|le|au|un|an?|the|issue d'un) (?:[a-z]+ )?$"
)
#: "remporté par X", "won by X": whose it is stands after.
_BY = re.compile(r"(?: [a-z]+)?\s(?:par|by)\s")
#: Many things are chosen.
_CHOSEN = ("retenu", "choisi", "designe", "design", "elu", "chosen", "picked", "selected")
#: "récupérés auprès d’une commune labellisée…", "laptops from a certified town": whose they are.
_SOME = re.compile(
    r"\b(?:d'une|d'autres|des|par une|dans une|avec une|chez une|pour une|(?:from|by|in|with|of) (?:a|an|some|other)) (?:[a-z-]+ )?$"
)
#: "a son badge", "has its label": what follows at once is what one has.
_HAS = re.compile(r"(?:a|ont|has|have|avons|tient) ")
_IT = re.compile(r" (?:them|those|these|everything|all of (?:it|them)) (?:from|for|at|in)\b")
#: "we were called on stage to collect".
_CALLED_UP = re.compile(
    r"\b(?:called|invited|climbed|came|went|walked|flew|stepped)\b[^.;!?]{0,80}$"
)
#: "Ce label récompense les usages…", "il distingue ainsi les…": what it is for, not whom it went to.
_THE_AWARD = re.compile(
    r"\b(?:ils?|elles?|(?:le|ce|la|cette|les|ces|the|this|these) (?:label|prix|distinction|concours|trophees?|awards?|prizes?)(?: \"[^\"]*\")?)\s$"
)
_GIVES = re.compile(r"recompense|distingue|couronne|prime|honou?r|reward|recogni[sz]e|celebrate")
_IN_GENERAL = re.compile(
    r" (?:ainsi |donc |aussi |egalement |notamment |each year |chaque annee )*(?:les|des|l'|la|le|the|une?|celles|ceux|those) ?[a-z]"
)
#: "Toute commune participante reçoit…": a rule, no news.
_EVERYONE = re.compile(
    r"(?:^|[.;:,] ?|\n)(?:toute?s? (?:les )?|chaque |every |each |any |all )(?!nos |notre |vos |deux |trois |juste |recemment |nouvelle)(?:[a-z]+ ){1,4}$"
)
#: Candidates that obtain: between their noun and the verb stands no other.
_CANDIDATES = re.compile(
    r"candidate?s? (?:(?:ont|a|have|has|viennent de|vient de|se sont vu) )?(?:reussi a )?"
)
_EARNS = re.compile(r"(?:valu|vaut|valent)\b")


class Reader(Recipients):
    """Reads the claims of one prepared entry."""

    def claims(self, sentence: Sentence, anchors: list[tuple[int, int]]) -> list[Claim]:
        """The claims of one sentence; ``anchors`` are the spans that name what is obtained."""
        cues = self.cues_in(sentence)
        found: list[Claim] = []
        taken: set[int] = set()
        for cue in cues:
            if cue.name not in rolewords.PREDICATES or cue.first in taken:
                continue
            claim = self._claim(sentence, cue, cues, anchors)
            if claim is not None:
                taken.update(range(cue.first, cue.last + 1))
                found.append(claim)
        return found

    # ------------------------------------------------------------------ one predicate

    def _claim(
        self, sentence: Sentence, cue: Cue, cues: Sequence[Cue], anchors: list[tuple[int, int]]
    ) -> Claim | None:
        if cue.name == "honour" and self._is_noun(cue):
            return None
        if self.prepared.words[cue.first].startswith(("certifiant", "achievement")):
            return None  # a course that certifies; what an award is called after
        if (
            cue.name == "honour"
            and _GRADED.fullmatch(self.prepared.words[cue.last])
            and not any(start > cue.start for start, _ in anchors)
        ):
            return None
        if self.prepared.words[cue.first].startswith(("rejoi", "entr", "join")) and _JOINS.match(
            self.prepared.folded, cue.end
        ):
            return None  # "a rejoint le jury du label"
        if self.prepared.folded.startswith(" lieu", cue.end):
            return None  # "a eu lieu"
        sure, refused = self._certain(sentence, cue, cues)
        sure = sure and not self._only_describes(sentence, cue)
        sure = sure and not _EVERYONE.search(self.prepared.folded, sentence.start, cue.start)
        sure = sure and not self._is_aim(cue)
        people: list[Laureate] = []
        form = cue.name
        if cue.name in ("receive", "give", "goto") and not anchors:
            return None
        if (
            cue.name == "receive"
            and _HAS.match(self.prepared.folded, cue.start)
            and self.prepared.folded[cue.end - 4 : cue.end].endswith(
                (" son", " sa", "leur", "its", "notre")
            )
            and not any(0 < start - cue.end < 16 for start, _ in anchors)
        ):
            return None  # "a son festival"
        if cue.name == "receive" and _IT.match(self.prepared.folded, cue.end):
            return None  # "we got them from…"
        if self.prepared.folded.startswith("to collect", cue.start) and not _CALLED_UP.search(
            self.prepared.folded, sentence.start, cue.start
        ):
            return None
        if not anchors and self.prepared.words[cue.first].startswith(("felicit", "picked")):
            return None
        if any(
            one.rstrip("es") in _CHOSEN for one in self.prepared.words[cue.first : cue.last + 1]
        ) and not (anchors and any(one.name == "giver" for one in cues)):
            return None  # many things are chosen: "ce qui a retenu notre attention"
        if cue.name == "receive" and _EARNS.match(self.prepared.folded, cue.start):
            # "leur travail a valu à la Métropole le NEC d’or"
            people = self._given(sentence, cue, cues, anchors)[0] or self._before(
                sentence, cue, cues
            )
        elif cue.name == "receive" and _BY.match(self.prepared.folded, cue.end):
            people = self._after(sentence, cue.end, cues) or self._before(sentence, cue, cues)
        elif cue.name == "receive":
            people = self._before(sentence, cue, cues)
        elif cue.name == "goto" and self.prepared.words[cue.first] in ("lui", "leur"):
            people = [Laureate("", "focus", cue.start, cue.end)]
        elif cue.name == "goto":
            people = (
                self._after(sentence, cue.end, cues)
                or [
                    self.laureate(one)  # "C’est à Vif que revient…"
                    for one in self._people(sentence, sentence.start, cue.start)[-1:]
                ]
            )
        elif cue.name == "give":
            people, form = self._given(sentence, cue, cues, anchors)
        elif cue.name == "honour":
            people, form = self._honoured(sentence, cue, cues)
        elif cue.name == "laureate":
            people = self._laureates(sentence, cue, cues)
        if sure and form in ("receive", "honour") and all(one.basis == "focus" for one in people):
            people = self._counted(sentence, cue) or people
        if sure and (listed := self._among(sentence, cue)):
            people = listed
        return Claim(sentence, sure, people, cue.start, cue.end, form, refused)

    def _only_describes(self, sentence: Sentence, cue: Cue) -> bool:
        """As in "Rejoignez l’équipe primée aux…": the sentence invites, and the prize only says
        whom it means."""
        text = self.prepared.folded
        if cue.name == "honour" and sentence.where != "title":
            head = next(
                (
                    one
                    for one in self.cues_in(sentence)
                    if one.name == "town" and one.last + 1 == cue.first
                ),
                None,
            )
            if head and _SOME.search(text, sentence.start, head.start):
                return True
        if (
            cue.name == "honour"
            and _GIVES.match(text, cue.start)
            and _THE_AWARD.search(text, sentence.start, cue.start)
            and (general := _IN_GENERAL.match(text, cue.end))
            and self.prepared.text[general.end() - 1].islower()
        ):
            return True
        if cue.name not in ("honour", "receive") or not _INVITES.match(
            text, sentence.start, sentence.end
        ):
            return False
        participle = self.prepared.text[cue.start : cue.end].endswith(("é", "ée", "és", "ées"))
        return participle or bool(_OF_WHOM.search(text, sentence.start, cue.start))

    def _bracketed(self, offset: int, start: int, end: int) -> bool:
        """Whether ``offset`` stands in a parenthesis that is closed before ``end``."""
        folded = self.prepared.folded
        opened = folded.rfind("(", start, offset)
        return opened >= 0 and ")" not in folded[opened:offset] and ")" in folded[offset:end]

    def _is_aim(self, cue: Cue) -> bool:
        """As in "quatre projets à récompenser", "pour distinguer": what is to be done."""
        words, first = self.prepared.words, cue.first
        if cue.name not in ("honour", "give") or not words[first].endswith("er") or first < 2:
            return False
        if words[first - 2] in ("vient", "viennent", "venons", "viens", "venait"):
            return False
        at = self.prepared.word_starts[first - 1]
        return words[first - 1] in ("pour", "afin", "de", "d") or self.prepared.text[at] in "àÀ"

    def _is_noun(self, cue: Cue) -> bool:
        """As in "les récompenses", "une distinction", "the award": no verb."""
        if not rolewords.NOUN_FORM.match(self.prepared.folded, cue.start):
            return False
        before = self.prepared.folded[max(0, cue.start - 12) : cue.start]
        said = self.prepared.text[cue.start : cue.end].lower()
        return bool(rolewords.NOUN.search(before)) or said.endswith(("nses", "aille", "ailles"))

    def _certain(self, sentence: Sentence, cue: Cue, cues: Sequence[Cue]) -> tuple[bool, bool]:
        """(it is said to be so, it is said not to be so)."""
        words = self.prepared.words
        clause_start, clause_end = self._clause(sentence, cue.start)
        word = words[cue.first]
        if rolewords.FUTURE.search(word):
            return False, False
        for other in sorted(cues, key=lambda one: one.name not in ("not", "lose")):
            if other.first == cue.first or self._opens(sentence, other, cue):
                continue
            near = other.first - cue.first
            if other.name == "not" and -5 <= near <= 3 and clause_start <= other.start < clause_end:
                if words[other.first] == "pas" and not self._ne_before(other.first):
                    continue
                if words[other.first] in ("sans", "without", "non", "no") and near > 0:
                    continue
                return False, True
            if (
                other.name == "lose"
                and clause_start <= other.start < clause_end
                and -8 <= near <= 8
            ):
                return False, True
            if (
                other.name == "hope"
                and clause_start <= other.start < clause_end
                and not (
                    words[other.first].startswith("vot")
                    and _BY_VOTE.search(self.prepared.folded, sentence.start, other.start)
                )
            ):
                if _CANDIDATES.fullmatch(self.prepared.folded, other.start, cue.start):
                    continue  # "trois candidats ont obtenu"
                if self._bracketed(other.start, sentence.start, cue.start):
                    continue  # "Claix (deux fois candidate) a obtenu"
                if near < 0 and near >= -9:
                    return False, False
                if cue.name in ("laureate", "honour", "give") and 0 < near <= 4:
                    return False, False
                if (
                    cue.name == "receive"
                    and 0 < near <= 8
                    and _AMONG.match(words[cue.first])
                    and _CHOSEN_YET.match(words[other.first])
                ):
                    return False, False  # "figure parmi les douze dossiers retenus"
                if (
                    cue.name == "receive"
                    and 0 < near <= 3
                    and words[other.first].startswith("candidat")
                ):
                    return False, False  # "le renouvellement de la candidature"
                if 0 < near <= 2 and self.prepared.code == "en":
                    continue
        return True, False

    def _opens(self, sentence: Sentence, other: Cue, cue: Cue) -> bool:
        """As in "Jamais candidate jusque-là, la commune obtient…": how it was before."""
        text = self.prepared.folded
        comma = text.find(", ", other.end, cue.start)
        return (
            comma > 0
            and bool(_HITHERTO.match(text, sentence.start, comma))
            and (other.start - sentence.start < 30)
        )

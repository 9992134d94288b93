"""Who receives and who gives: claims made by the sentences of an entry.

A claim is one sentence's word that somebody obtained something, or that they did not. Reading
goes clause by clause: a predicate ("reçoit", "décerné à", "lauréate") tells by its kind on which
side of it the laureate stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding import rolewords
from bot.understanding.claims import Basis, Claim, Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Sentence
from bot.understanding.sides import Sides

_ACTIVE = re.compile(
    r"(?:recompense|distingue|couronne|prime|sacre|honore|salue|crown|honou?r|reward|celebrate)(?:s|nt)?\b"
)
#: "Rejoignez l’équipe primée", "Try the tool that won": whom it invites to, no news.
_INVITES = re.compile(
    r"\W*(?:re)?(?:joign|ven|particip|inscriv|postul|rencontr|essay|test|adopt|install|utilis|contact|visit)ez\b"
    r"|\W*(?:join|meet|come|try|work|apply|visit|contact|use|install)\b(?! (?:out|of))"
)
_OF_WHOM = re.compile(
    r"\b(?:qui|that|which|who)\s(?:(?:a|ont|vient|has|have|just|de|d'|ete|been|is|was)\s){0,3}$"
)
#: "leur a été remis, ainsi qu’à notre communauté".
_TO_US_TOO = re.compile(r"(?:ainsi qu'|et |as well as |and )(?:a |aux |to )(?:notre|nos|our)\b")
_HITHERTO = re.compile(
    r"\W*(?:jamais|longtemps|recale\w*|absente?s?|finalistes?|nomme\w*|candidate?s?|never|shortlisted|long|once)\b[^,;.]{0,60}$"
)
#: Many things are chosen.
_CHOSEN = ("retenu", "choisi", "designe", "elu", "chosen", "picked", "selected")
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
_EARNS = re.compile(r"(?:valu|vaut|valent)\b")


class Reader(Sides):
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
        if self.prepared.words[cue.first].startswith("certifiant"):
            return None  # a course that certifies
        if self.prepared.folded.startswith(" lieu", cue.end):
            return None  # "a eu lieu"
        sure, refused = self._certain(sentence, cue, cues)
        sure = sure and not self._only_describes(sentence, cue)
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
        if any(one in _CHOSEN for one in self.prepared.words[cue.first : cue.last + 1]) and not (
            anchors and any(one.name == "giver" for one in cues)
        ):
            return None  # many things are chosen: "ce qui a retenu notre attention"
        if cue.name == "receive" and _EARNS.match(self.prepared.folded, cue.start):
            # "leur travail a valu à la Métropole le NEC d’or"
            people = self._given(sentence, cue, cues, anchors)[0] or self._before(
                sentence, cue, cues
            )
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
        if cue.name not in ("honour", "receive") or not _INVITES.match(
            text, sentence.start, sentence.end
        ):
            return False
        participle = self.prepared.text[cue.start : cue.end].endswith(("é", "ée", "és", "ées"))
        return participle or bool(_OF_WHOM.search(text, sentence.start, cue.start))

    def _counted(self, sentence: Sentence, cue: Cue) -> list[Laureate]:
        """As in "Cinq d’entre elles atteignent l’Or : Échirolles, Arcueil et Claix": who they
        are stands after the colon."""
        colon = rolewords.COLON.search(self.prepared.folded, cue.end, sentence.end)
        if colon is None:
            return []
        listed = [
            one
            for one in self._people(sentence, colon.end(), sentence.end)
            if not one.located and not self.is_giver(one)
        ]
        close = listed and listed[0].start - colon.end() < 24
        return [self.laureate(one) for one in self.string(listed)] if close else []

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
            if other.name == "hope" and clause_start <= other.start < clause_end:
                if near < 0 and near >= -9:
                    return False, False
                if cue.name in ("laureate", "honour", "give") and 0 < near <= 4:
                    return False, False
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

    def _given(
        self, sentence: Sentence, cue: Cue, cues: Sequence[Cue], anchors: list[tuple[int, int]]
    ) -> tuple[list[Laureate], str]:
        text = self.prepared.folded
        words = self.prepared.words
        before = words[max(0, cue.first - 3) : cue.first]
        if any(word in ("nous", "us") for word in before):
            return [Laureate("", "source", cue.start, cue.end)], "give"
        if _TO_US_TOO.search(text, cue.end, sentence.end):
            return [Laureate("", "source", cue.start, cue.end)], "give"
        if any(word in ("lui", "leur", "them") for word in before):
            return [Laureate("", "focus", cue.start, cue.end)], "give"
        passive = bool(before) and any(
            word in ("ete", "est", "sont", "fut", "was", "were", "is", "been", "being", "are")
            for word in before
        )
        # "à X", "to X" anywhere after the verb, nearest first
        for one in self._people(sentence, cue.end, sentence.end):
            if self.is_giver(one):
                continue
            lead = text[max(cue.end, one.start - 30) : one.start]
            if re.search(
                r"(?:\ba|\bau|\baux|\bto|\bpour)(?: la| le| l'| the)?(?: [a-z]+){0,2}(?: de| du| d'| of| l')?\s?(?:la |l')?\"?$",
                lead,
            ) or re.search(r"\ba l'$|\bal'$", lead):
                if self._is_ceremony(one, cue):
                    continue
                return [
                    self.laureate(each)
                    for each in self.string(
                        [
                            one,
                            *(
                                o
                                for o in self.names[sentence.index]
                                if o.start > one.end and not o.inside
                            ),
                        ]
                    )
                ], "give"
        for head in cues:
            if head.name in ("town", "own") and head.start > cue.end:
                lead = text[cue.end : head.start]
                if re.search(
                    r"(?:\ba|\bau|\baux|\bto)(?: la| le| l'| the| notre| nos| our)*\s?$|\ba l'$",
                    lead,
                ):
                    own = head.name == "own" or bool(re.search(r"\b(?:notre|nos|our)\s?$", lead))
                    return [
                        Laureate("", "source" if own else "focus", head.start, head.end)
                    ], "give"
        if self.prepared.code == "en" and not passive:
            for head in cues:
                between = text[cue.end : head.start]
                if head.name in ("town", "own") and re.fullmatch(
                    r"(?: also)?(?: the| our)?\s", between
                ):
                    own = head.name == "own" or "our" in between
                    return [
                        Laureate("", "source" if own else "focus", head.start, head.end)
                    ], "give"
        if (
            self.prepared.code == "en"
            and passive
            and any(first > cue.start for first, _ in anchors)
        ):
            return self._before(sentence, cue, cues), "give"
        return [], "give"

    def _honoured(
        self, sentence: Sentence, cue: Cue, cues: Sequence[Cue]
    ) -> tuple[list[Laureate], str]:
        text = self.prepared.folded
        original = self.prepared.text
        words = self.prepared.words
        start, _ = self._clause(sentence, cue.start)
        before = words[max(0, cue.first - 3) : cue.first]
        has = any(
            word in ("a", "ont", "avait", "has", "have", "had", "vient", "viennent")
            for word in before
        ) and not any(word in ("ete", "been") for word in before)
        passive = any(
            word
            in (
                "ete",
                "est",
                "sont",
                "etre",
                "fut",
                "was",
                "were",
                "is",
                "been",
                "are",
                "etait",
                "parmi",
            )
            for word in before
        )
        leading = not text[sentence.start : cue.start].strip(' "«') or bool(
            re.search(r"[,;:.!?] $", text[max(0, cue.start - 2) : cue.start])
        )
        accented = bool(re.search(r"(?:é|ée|és|ées|ed)$", original[cue.start : cue.end]))
        if leading and accented:
            names = [
                one
                for one in self._people(sentence, cue.end, sentence.end)
                if not self.is_giver(one) and not one.located
            ]
            comma = text.find(",", cue.end, sentence.end)
            after = [one for one in names if comma >= 0 and one.start > comma]
            if after:
                return [self.laureate(after[0])], "honour"
            earlier = [
                one
                for one in self._people(sentence, sentence.start, cue.start)
                if not one.located and not self.is_giver(one)
            ]
            if earlier:
                return [self.laureate(earlier[-1])], "honour"
            heads = [one for one in cues if one.name in ("town", "own") and one.start > cue.end]
            if heads:
                kind: Basis = "source" if heads[0].name == "own" else "focus"
                return [Laureate("", kind, heads[0].start, heads[0].end)], "honour"
        subject_is_giver = any(start <= first < cue.start for first, _ in self.givers) or any(
            one.name == "giver" and start <= one.start < cue.start for one in cues
        )
        if not passive and (has or subject_is_giver or not accented):
            located = {one.start for one in self.names[sentence.index] if one.located}
            people = [
                one
                for one in self._after(sentence, cue.end, cues)
                if one.start not in located and (one.basis != "focus" or subject_is_giver)
            ]
            if people and not self._located_only(sentence, people):
                dont = re.search(
                    r"\b(?:dont|including|parmi lesquel\w+|among them)\b",
                    text[cue.end : sentence.end],
                )
                if dont:
                    listed = self._people(sentence, cue.end + dont.end(), sentence.end)
                    if listed:
                        return [self.laureate(one) for one in self.string(listed)], "honour"
                return people, "honour"
            if not accented and _ACTIVE.match(text, cue.start):
                return [], "honour"  # "Brussels crowns an engineer": whoever crowns has nothing
        return self._before(sentence, cue, cues), "honour"

    def _laureates(self, sentence: Sentence, cue: Cue, cues: Sequence[Cue]) -> list[Laureate]:
        text = self.prepared.folded
        colon = rolewords.COLON.search(text, cue.end, sentence.end)
        if colon and not re.search(r"[.;]", text[cue.end : colon.start()]):
            names = self._people(sentence, colon.end(), sentence.end)
            names = [one for one in names if not self.is_giver(one)]
            if names:
                return [self.laureate(one) for one in self.string(names)]
        if text.startswith("palmares", cue.start):
            return []  # "l’association a livré son palmarès": who is in it has a verb of its own
        people = self._before(sentence, cue, cues)
        if people:
            return people
        located = {one.start for one in self.names[sentence.index] if one.located}
        return [one for one in self._after(sentence, cue.end, cues) if one.start not in located]

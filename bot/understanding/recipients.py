"""Who stands on the receiving side of a predicate: "décerné à", "prime", "lauréate :"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding import rolewords
from bot.understanding.claims import Basis, Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Sentence
from bot.understanding.sides import Sides

_ACTIVE = re.compile(
    r"(?:recompense|distingue|couronne|prime|sacre|honore|salue|crown|honou?r|reward|celebrate)(?:s|nt)?\b"
)
#: "handed Vates the award".
_TWO_OBJECTS = re.compile(r"(?: also| both)?\s(?:the |our )?(?:town of |city of )?\"?")
#: "leur a été remis, ainsi qu’à notre communauté".
_TO_US_TOO = re.compile(r"(?:ainsi qu'|et |as well as |and )(?:a |aux |to )(?:notre|nos|our)\b")
#: "le gagnant du prix de juin est Ana Dobre", "the winner is X".
_IS = re.compile(r"[^.;:,!?]{0,60}?\s(?:est|sont|is|are)\s")
#: Between two laureates of which something is said.
_NEXT = re.compile(
    r"\s?(?:(?: ?pour| depuis| avec| apres) [a-z0-9' ]{3,40})?(?:,| et|, et| and|, and) (?:la |le |l'|les |the )?"
    r"(?:ville |commune |metropole |departement |region |syndicat )?(?:de la |de l'|de |d'|du |of )?"
)
#: "Le palmarès 2017 compte notamment la ville de Rennes".
_COUNTS = re.compile(
    r"(?:palmares|laureate?s?)(?: \d{4})? (?:compte(?:nt)?|comprend|comprennent|reunit|consacre|couronne|inclut|met(?:tent)? a l'honneur)"
    r"(?: notamment| entre autres| aussi| egalement| cette annee)*"
)
#: "Ana Dobre, mainteneuse du projet X".
_MAKES = re.compile(
    r", (?:le |la |l'|the )?(?:principale? )?(?:mainteneu\w+|createur|creatrice|auteur|autrice|developpeu\w+|fondat\w+|maintainer|creator|author|developer|founder)\b"
)


class Recipients(Sides):
    """Finds who receives, by the kind of the predicate."""

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
        if self.prepared.code == "en" and not passive:
            first = next((n for n in self._people(sentence, cue.end, sentence.end)), None)
            if (
                first
                and not self.is_giver(first)
                and _TWO_OBJECTS.fullmatch(text, cue.end, first.start)
                and any(start >= first.end for start, _ in anchors)
            ):  # "gave Névé, our snow model, its prize"
                return [self.laureate(one) for one in self.string([first])], "give"
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
        named = _IS.match(text, cue.end, sentence.end)
        names = [
            one
            for one in (self._people(sentence, named.end(), sentence.end) if named else ())
            if not self.is_giver(one)
        ]
        if named and names and names[0].start - named.end() < 12:
            if _MAKES.match(text, names[0].end):  # the project is meant, which is told elsewhere
                return [Laureate("", "focus", names[0].start, names[0].end)]
            return [self.laureate(one) for one in self.string(names)]
        counts = _COUNTS.match(text, cue.start, sentence.end)
        names = [
            one
            for one in (self._people(sentence, counts.end(), sentence.end) if counts else ())
            if not one.located and not self.is_giver(one)
        ]
        if counts and names and names[0].start - counts.end() < 24:
            return [self.laureate(one) for one in self.string(names)]
        if text.startswith("palmares", cue.start):
            return []  # "l’association a livré son palmarès": who is in it has a verb of its own
        people = self._before(sentence, cue, cues)
        if people:
            return people
        located = {one.start for one in self.names[sentence.index] if one.located}
        return [one for one in self._after(sentence, cue.end, cues) if one.start not in located]

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
        if not listed or listed[0].start - colon.end() >= 24:
            return []
        chosen = self.string(listed)
        for one in listed:  # "Claix pour la deuxième fois, la ville de Vif et le Sitpi"
            gap = re.sub(r"\([^)]*\)", "", self.prepared.folded[chosen[-1].end : one.start])
            if one.start > chosen[-1].end and _NEXT.fullmatch(gap):
                chosen.append(one)
        return [self.laureate(one) for one in chosen]

"""Who receives and who gives: claims made by the sentences of an entry.

A claim is one sentence's word that somebody obtained something, or that they did not. Reading
goes clause by clause: a predicate ("reçoit", "décerné à", "lauréate") tells by its kind on which
side of it the laureate stands.
"""

from __future__ import annotations

import re

from bot.understanding import lists, rolewords
from bot.understanding.claims import Basis, Claim, Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Prepared, Sentence
from bot.understanding.names import Name, short
from bot.understanding.places import Places


class Reader:
    """Reads the claims of one prepared entry."""

    def __init__(
        self,
        prepared: Prepared,
        cues: list[Cue],
        names: dict[int, list[Name]],
        givers: list[tuple[int, int]],
    ) -> None:
        self.prepared = prepared
        self.cues = cues
        self.names = names  # by sentence index
        self.givers = givers  # spans of organisers

    def claims(self, sentence: Sentence, anchors: list[tuple[int, int]]) -> list[Claim]:
        """The claims of one sentence; ``anchors`` are the spans that name what is obtained."""
        cues = [cue for cue in self.cues if sentence.start <= cue.start < sentence.end]
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
        self, sentence: Sentence, cue: Cue, cues: list[Cue], anchors: list[tuple[int, int]]
    ) -> Claim | None:
        if cue.name == "honour" and self._is_noun(cue):
            return None
        sure, refused = self._certain(sentence, cue, cues)
        people: list[Laureate] = []
        form = cue.name
        if cue.name in ("receive", "give", "goto") and not anchors:
            return None
        if cue.name == "receive":
            people = self._before(sentence, cue, cues)
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
        if sure and (listed := self._among(sentence, cue)):
            people = listed
        return Claim(sentence, sure, people, cue.start, cue.end, form, refused)

    def _among(self, sentence: Sentence, cue: Cue) -> list[Laureate]:
        """As in "36 collectivités, dont Échirolles": those that are named of many."""
        hit = rolewords.AMONG.search(self.prepared.folded, cue.end, sentence.end)
        if hit is None:
            return []
        listed = self._people(sentence, hit.end(), sentence.end)
        return [self.laureate(one) for one in self.string(listed)] if listed else []

    def _is_noun(self, cue: Cue) -> bool:
        """As in "les récompenses", "une distinction", "the award": no verb."""
        if not rolewords.NOUN_FORM.match(self.prepared.folded, cue.start):
            return False
        before = self.prepared.folded[max(0, cue.start - 12) : cue.start]
        return bool(rolewords.NOUN.search(before)) or self.prepared.folded[
            cue.start : cue.end
        ].endswith("nses")

    def _certain(self, sentence: Sentence, cue: Cue, cues: list[Cue]) -> tuple[bool, bool]:
        """(it is said to be so, it is said not to be so)."""
        words = self.prepared.words
        clause_start, clause_end = self._clause(sentence, cue.start)
        word = words[cue.first]
        if rolewords.FUTURE.search(word):
            return False, False
        for other in sorted(cues, key=lambda one: one.name not in ("not", "lose")):
            if other.first == cue.first:
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
                if 0 < near <= 2 and self.prepared.code == "en":
                    continue
        return True, False

    def _ne_before(self, index: int) -> bool:
        return any(word in ("ne", "n") for word in self.prepared.words[max(0, index - 5) : index])

    def _clause(self, sentence: Sentence, offset: int) -> tuple[int, int]:
        start, end = sentence.start, sentence.end
        for hit in rolewords.CLAUSE.finditer(self.prepared.folded, sentence.start, sentence.end):
            if hit.end() <= offset:
                start = hit.end()
            elif hit.start() > offset:
                end = hit.start()
                break
        return start, end

    # ------------------------------------------------------------------ sides of a predicate

    def _people(self, sentence: Sentence, start: int, end: int) -> list[Name]:
        return [
            name
            for name in self.names[sentence.index]
            if start <= name.start
            and name.end <= end
            and not name.inside
            and not name.origin
            and not rolewords.NEVER.match(self.prepared.folded, name.start)
            and not rolewords.OFFICE.match(self.prepared.folded, name.end)
        ]

    def _before(self, sentence: Sentence, cue: Cue, cues: list[Cue]) -> list[Laureate]:
        """The subject: before the verb, else after it ("qu'a reçu Échirolles")."""
        start, _ = self._clause(sentence, cue.start)
        for first in (start, sentence.start):
            if first == sentence.start and start > first:
                plain = self._plain_subject(start, cue.start)
                if plain:
                    return [plain]
            names = [one for one in self._people(sentence, first, cue.start) if not one.located]
            names = [one for one in names if not self.is_giver(one)]
            heads = [
                one
                for one in cues
                if one.name in ("own", "town", "pronoun") and first <= one.start < cue.start
            ]
            whole = [one for one in names if not self._is_complement(one)]
            if names and not whole:
                return (
                    []
                    if self._is_complement(names[0]) == "thing"
                    else [Laureate("", "focus", names[0].start, names[0].end)]
                )
            names = whole
            if names:
                subject = self._subject(names, cue)
                return [self.laureate(one) for one in self.string(names[names.index(subject) :])]
            own = next((one for one in heads if one.name == "own"), None)
            if own:
                return [Laureate("", "source", own.start, own.end)]
            if heads:
                return [Laureate("", "focus", heads[-1].start, heads[-1].end)]
            if first == sentence.start:
                break
        plain = self._plain_subject(start, cue.start)
        if plain:
            return [plain]
        return []

    def _is_complement(self, name: Name) -> str:
        """As in "l’éditeur de Linphone", "un logiciel de l’Inria": not the one that is named."""
        hit = rolewords.COMPLEMENT.search(
            self.prepared.folded[max(0, name.start - 44) : name.start]
        )
        if hit is None:
            return ""
        return "maker" if hit["maker"] else "thing"

    def _subject(self, names: list[Name], cue: Cue) -> Name:
        """The first name, unless an apposition stands before the true subject."""
        last = names[-1]
        text = self.prepared.folded
        for one in names:
            if rolewords.KIND_NOUN.search(text[max(0, one.start - 24) : one.start]):
                return one
        if len(names) > 1 and re.search(
            r", (?:l[ea'] ?)?$", text[max(0, last.start - 5) : last.start]
        ):
            between = text[last.end : cue.start]
            if not re.search(r"[,;:]", between) and len(between) < 30:
                return last
        return names[0]

    def _plain_subject(self, start: int, end: int) -> Laureate | None:
        """A project's name without capitals: "dnsmasq est le premier lauréat"."""
        text = self.prepared.folded
        hit = rolewords.PLAIN.match(text[start:end] + " ")
        if (
            hit
            and self._rare(hit[1])
            and "à" not in self.prepared.text[start + hit.start("verb") : start + hit.end("verb")]
        ):
            first = start + hit.start(1)
            return Laureate(
                self.prepared.text[first : first + len(hit[1])], "name", first, first + len(hit[1])
            )
        return None

    def _rare(self, word: str) -> bool:
        return ("-" in word or word not in rolewords.FUNCTION) and not word.endswith(
            ("ment", "ant")
        )

    def _after(self, sentence: Sentence, offset: int, cues: list[Cue]) -> list[Laureate]:
        """Names after a predicate; a list of them where they are strung together."""
        _, end = self._clause(sentence, offset)
        names = [
            one
            for one in self._people(sentence, offset, max(end, offset))
            if not self.is_giver(one)
        ]
        if not names and end < sentence.end:
            names = [
                one
                for one in self._people(sentence, offset, sentence.end)
                if not self.is_giver(one)
            ]
        heads = [
            one
            for one in cues
            if one.name in ("own", "town") and offset <= one.start < sentence.end
        ]
        if names and (not heads or names[0].start < heads[0].start + 40):
            return [self.laureate(one) for one in self.string(names)]
        own = next((one for one in heads if one.name == "own"), None)
        if own:
            return [Laureate("", "source", own.start, own.end)]
        if heads:
            return [Laureate("", "focus", heads[0].start, heads[0].end)]
        text = self.prepared.folded[offset : offset + 40]
        hit = re.match(
            r"\s*(?:a |to |est |is )?(?:l'outil |le projet |the )?([a-z][\w.+]*-[\w.+-]+)", text
        )
        if hit:
            first = offset + hit.start(1)
            return [
                Laureate(
                    self.prepared.text[first : first + len(hit[1])],
                    "name",
                    first,
                    first + len(hit[1]),
                )
            ]
        return []

    def string(self, names: list[Name]) -> list[Name]:
        """The first name, and those strung to it by commas, parentheses and "et"."""
        chosen = [names[0]]
        for one in names[1:]:
            if not lists.strung(self.prepared.folded[chosen[-1].end : one.start]):
                break
            chosen.append(one)
        return chosen

    def _given(
        self, sentence: Sentence, cue: Cue, cues: list[Cue], anchors: list[tuple[int, int]]
    ) -> tuple[list[Laureate], str]:
        text = self.prepared.folded
        words = self.prepared.words
        before = words[max(0, cue.first - 3) : cue.first]
        if any(word in ("nous", "us") for word in before):
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
                    own = head.name == "own" or re.search(r"\b(?:notre|nos|our)\s?$", lead)
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

    def _is_ceremony(self, name: Name, cue: Cue) -> bool:
        """As in "remis à Paris", "la remise s’est tenue à Lyon": a far town, or another verb between."""
        between = self.prepared.folded[cue.end : name.start]
        if re.search(r"\b(?:tenue?s?|lieu|deroule\w*|organise\w*|held|took place)\b", between):
            return True
        places = self.prepared.knowledge.made(Places.build)
        return name.place is not None and name.located and places.is_far(name.place.name)

    def _honoured(
        self, sentence: Sentence, cue: Cue, cues: list[Cue]
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
                    listed = [
                        one for one in self._people(sentence, cue.end + dont.end(), sentence.end)
                    ]
                    if listed:
                        return [self.laureate(one) for one in self.string(listed)], "honour"
                return people, "honour"
        return self._before(sentence, cue, cues), "honour"

    def _located_only(self, sentence: Sentence, people: list[Laureate]) -> bool:
        located = {one.start for one in self.names[sentence.index] if one.located}
        return all(one.start in located for one in people)

    def _laureates(self, sentence: Sentence, cue: Cue, cues: list[Cue]) -> list[Laureate]:
        text = self.prepared.folded
        colon = re.compile(r"\s?:\s").search(text, cue.end, sentence.end)
        if colon and not re.search(r"[.;]", text[cue.end : colon.start()]):
            names = [one for one in self._people(sentence, colon.end(), sentence.end)]
            if names:
                return [self.laureate(one) for one in self.string(names)]
        people = self._before(sentence, cue, cues)
        if people:
            return people
        return self._after(sentence, cue.end, cues)

    # ------------------------------------------------------------------ small things

    def is_giver(self, name: Name) -> bool:
        return any(first < name.end and name.start < last for first, last in self.givers)

    def laureate(self, name: Name) -> Laureate:
        text = self.prepared.folded
        if (
            self.prepared.code == "en"
            and text[max(0, name.start - 4) : name.start] == "the "
            and rolewords.DESCRIBED.match(text, name.end)
        ):
            return Laureate("", "focus", name.start, name.end)  # "the XCP-ng maintainer"
        text = short(name.place.name if name.text.isupper() and name.place else name.text)
        return Laureate(text or name.text, "name", name.start, name.end)

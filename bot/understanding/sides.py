"""The sides of a predicate: who stands before it, who after it, who is only described."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.understanding import lists, rolewords
from bot.understanding.claims import Laureate
from bot.understanding.cues import Cue
from bot.understanding.language import Prepared, Sentence
from bot.understanding.names import Name, Names, is_shouted, short
from bot.understanding.places import Places

#: "Inès Varley, de Grenoble", "Bastien, de l’association Rézine": where somebody is from.
_FROM = re.compile(r", (?:de la |de l'|de |d'|du )(?:[a-z]+ ){0,2}")


_DOES = re.compile(r"\s(?:a|ont|est|sont|avait|avaient|has|have|is|are|was|were)\s")
#: "la cité de la Révolution", "la capitale du Trièves": a town by what it is known for.
_PERIPHRASIS = re.compile(
    r"\b(?:cite|capitale|station|village|bourg|berceau|patrie|town|capital|home) (?:de la |de l'|des |du |de |d'|of (?:the )?)$"
)
#: "devant la mairie", "dans la commune": where, not who.
_BESIDE = re.compile(
    r"\b(?:devant|derriere|dans|pres de|a cote de|face a|chez|sur|sous|hors de|outside|inside|near|in front of)\s(?:la |le |les |l'|notre |nos |une? |the |our )?$"
)
_RELATIVE = re.compile(r"(?: [a-z]+){0,2} (?:qui|that|which|who) [^,;:.]*$")


class Sides:
    """Finds subjects and objects in the sentences of one entry."""

    def __init__(
        self,
        prepared: Prepared,
        cues_in: Callable[[Sentence], Sequence[Cue]],
        names: Names,
        givers: list[tuple[int, int]],
    ) -> None:
        self.prepared = prepared
        self.cues_in = cues_in
        self.names = names  # by sentence index
        self.givers = givers  # spans of organisers

    def _ne_before(self, index: int) -> bool:
        return any(word in ("ne", "n") for word in self.prepared.words[max(0, index - 5) : index])

    def _clause(self, sentence: Sentence, offset: int) -> tuple[int, int]:
        start, end = sentence.start, sentence.end
        said = rolewords.SAYS.in_sentence(sentence)
        clause = rolewords.CLAUSE if said else rolewords.PLAIN_CLAUSE
        for hit in clause.finditer(self.prepared.folded, sentence.start, sentence.end):
            if hit.end() <= offset:
                start = hit.end()
            elif hit.start() > offset:
                end = hit.start()
                break
        return start, end

    def _people(self, sentence: Sentence, start: int, end: int) -> list[Name]:
        return [
            name
            for name in self.names[sentence.index]
            if start <= name.start
            and name.end <= end
            and not name.inside
            and not name.origin
            and not self._is_never(name)
            and not rolewords.OFFICE.match(self.prepared.folded, name.end)
        ]

    def _is_never(self, name: Name) -> bool:
        """Where something is given; "la bibliothèque OpenCAD" is no building."""
        if re.match(r"bibliothèque \w*[a-z\d][A-Z]", name.text):
            return False
        return bool(rolewords.NEVER.match(self.prepared.folded, name.start))

    def _before(self, sentence: Sentence, cue: Cue, cues: Sequence[Cue]) -> list[Laureate]:
        """The subject: before the verb, else after it ("qu'a reçu Échirolles")."""
        start, _ = self._clause(sentence, cue.start)
        cleft = rolewords.CLEFT.search(self.prepared.folded, start, cue.start)
        if cleft:
            start = cleft.end()
        for first in (start, sentence.start):
            if first == sentence.start and start > first:
                plain = self._plain_subject(start, cue.start)
                if plain:
                    return [plain]
            everyone = self._people(sentence, first, cue.start)
            names = [one for one in everyone if not one.located and not self.is_giver(one)]
            heads = [
                one
                for one in cues
                if one.name in ("own", "town", "pronoun")
                and first <= one.start < cue.start
                and not _BESIDE.search(self.prepared.folded, first, one.start)
            ]
            if names and (head := self._with_clause(heads, names[0])):
                return [Laureate("", "focus", head.start, head.end)]
            if heads:  # "la préfecture du Pas-de-Calais" is no department
                names = [one for one in names if not self._is_area_of(one, heads)]
            if (
                names
                and heads
                and _PERIPHRASIS.search(
                    self.prepared.folded, max(0, names[0].start - 30), names[0].start
                )
                and not (names[0].place and names[0].place.kind == "commune")
            ):
                return [Laureate("", "focus", heads[-1].start, heads[-1].end)]
            whole = [one for one in names if not self._is_complement(one)]
            if names and not whole:
                return (
                    []
                    if self._is_complement(names[0]) == "thing"
                    else [Laureate(short(names[0].text), "focus", names[0].start, names[0].end)]
                )
            names = whole
            if names:
                subject = self._subject(names, cue)
                rest = everyone[everyone.index(subject) :]
                return [self.laureate(one) for one in self.string(rest)]
            own = next((one for one in heads if one.name == "own"), None)
            if own:
                return [Laureate("", "source", own.start, own.end)]
            if heads:
                head = self._whole_of(heads)
                return [Laureate("", "focus", head.start, head.end)]
            if first == sentence.start:
                break
        plain = self._plain_subject(start, cue.start)
        if plain:
            return [plain]
        return []

    def _whole_of(self, heads: list[Cue]) -> Cue:
        """The last head, or the one it only describes: "le syndicat des communes"."""
        head = heads[-1]
        for one in reversed(heads[:-1]):
            if one.name == "town" and rolewords.OF.fullmatch(
                self.prepared.folded, one.end, head.start
            ):
                head = one
        return head

    def _with_clause(self, heads: list[Cue], first: Name) -> Cue | None:
        """As in "le syndicat qui équipe Claix et Vif a été primé": the head is the subject."""
        for head in heads:
            gap = self.prepared.folded[head.end : first.start]
            if head.name == "town" and head.end < first.start and _RELATIVE.match(gap):
                return head
        return None

    def _is_area_of(self, name: Name, heads: list[Cue]) -> bool:
        area = name.place is not None and name.place.kind in ("department", "region")
        return area and any(
            head.name == "town"
            and rolewords.OF.fullmatch(self.prepared.folded[head.end : name.start])
            for head in heads
        )

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
        hit = rolewords.PLAIN.match(text[start:end].rstrip() + " ")
        if (
            hit
            and self._rare(hit[1])
            and (hit["verb"] or re.search(r"[-.\d]", hit[1]))
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

    def _after(self, sentence: Sentence, offset: int, cues: Sequence[Cue]) -> list[Laureate]:
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
        """The first name, and those strung to it by commas, parentheses and "et"; "Val-de-Reuil
        dans l’Eure" strings on past where it is."""
        chosen = [names[0]]
        edge = names[0].end
        area = False
        for one in names[1:]:
            gap = self.prepared.folded[edge : one.start]
            if (
                one.place
                and one.place.kind in ("department", "region")
                and one.text == one.place.name
            ) or (area and rolewords.AND_OF.fullmatch(gap)):
                edge, area = one.end, True  # "Arras (Pas-de-Calais)", "du Rhône et de la Loire"
                continue
            if one.place and _FROM.fullmatch(gap):
                edge = one.end  # "Ana Dobre, de Meylan"
            elif one.located and rolewords.WITHIN.fullmatch(gap):
                edge = one.end
            elif lists.strung(gap) and not (_FROM.match(gap) and not self._listed_of(names[0])):
                chosen.append(one)
                edge = one.end
            else:
                break
        return chosen

    def _listed_of(self, first: Name) -> bool:
        """As in "les communes de Claix, de Vif et d’Eybens"."""
        return bool(
            re.search(
                r"\b(?:de|d')\s?$", self.prepared.folded[max(0, first.start - 4) : first.start]
            )
        )

    def _among(self, sentence: Sentence, cue: Cue) -> list[Laureate]:
        """As in "36 collectivités, dont Échirolles": those that are named of many."""
        hit = rolewords.AMONG.search(self.prepared.folded, cue.end, sentence.end)
        if hit is None:
            return []
        listed = [one for one in self._people(sentence, hit.end(), sentence.end) if not one.located]
        if listed and _DOES.match(self.prepared.folded, listed[0].end):
            return []  # "le Département, dont les Archives ont mis en ligne…": whose they are
        return [self.laureate(one) for one in self.string(listed)] if listed else []

    def is_giver(self, name: Name) -> bool:
        """Whether a name is an organiser's or a gathering's."""
        return any(first < name.end and name.start < last for first, last in self.givers)

    def laureate(self, name: Name) -> Laureate:
        """A name as a laureate; "the XCP-ng maintainer" only points at one."""
        text = self.prepared.folded
        if (
            self.prepared.code == "en"
            and text[max(0, name.start - 4) : name.start] == "the "
            and rolewords.DESCRIBED.match(text, name.end)
        ):
            return Laureate("", "focus", name.start, name.end)  # "the XCP-ng maintainer"
        text = short(name.place.name if name.place and is_shouted(name) else name.text)
        text = re.sub(r"^(?:bibliothèque )?(?:[a-zà-ÿ]{4,} )?(?=[A-ZÀ-Ý])", "", text)
        return Laureate(text or name.text, "name", name.start, name.end)

    def _located_only(self, sentence: Sentence, people: list[Laureate]) -> bool:
        located = {one.start for one in self.names[sentence.index] if one.located}
        return all(one.start in located for one in people)

    def _is_ceremony(self, name: Name, cue: Cue) -> bool:
        """As in "remis à Paris", "la remise s’est tenue à Lyon": a far town, or another verb between."""
        between = self.prepared.folded[cue.end : name.start]
        if re.search(r"\b(?:tenue?s?|lieu|deroule\w*|organise\w*|held|took place)\b", between):
            return True
        places = self.prepared.knowledge.made(Places.build)
        return name.place is not None and name.located and places.is_far(name.place.name)

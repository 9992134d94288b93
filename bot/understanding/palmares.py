"""A palmarès in an entry: lines, tables and strings of laureates, with levels or categories."""

from __future__ import annotations

import re

from bot.understanding import lists, names, rolewords
from bot.understanding.awardtext import AwardText
from bot.understanding.claims import Claim, Laureate
from bot.understanding.language import Sentence, fold
from bot.understanding.names import Name
from bot.understanding.namewords import COMMON

#: The beginning of such a line; emoji and bullets before it do not count.
_OPENING = re.compile(
    r"[^\w\n]*(?:prix |label |categorie |trophee |award |mention )?(?:du |de la |de l'|des |de |d'|the )?"
    r"(?P<what>[a-z][a-z0-9œ' ()&/-]{1,60}?)[\s\"»]*(?::|—|–|\s-\s)\s*(?=[\w\"«#])"
)

#: A colon after such words opens a list of other people.
_NO_HEADER = re.compile(
    r"\b(?:etiquettes?|tags|jury|compose\w*|membres?|partenaires?|presence|programme|contacts?|criteres?|agenda|liens?|voir aussi)\b"
)
#: "Author: Ana Dobre".
_BYLINE = re.compile(r"(?:auteur|autrice|author|photo|credit|contact|source|par|by)s?")
#: What the line above a list of laureates speaks of.
_TELLING = frozenset({"receive", "give", "honour", "goto", "laureate"})
#: Members of a jury, mayors: laureates of labels are bodies.
_PERSON = re.compile(r"\W*(?:M\.|MM\.|Mme|Mmes|Mlle|Mr\.?|Mrs\.?|Ms\.?)\s")

#: "Claix et Vif ont obtenu respectivement…"
_EACH_ITS = re.compile(r"\b(?:respectivement|respectively|dans cet ordre|in that order)\b")
_HANDED_TO = re.compile(
    r"(?: [a-z]+){0,2}\s(?:a|au|aux|pour|to|for) (?:la |le |les |l'|the )?(?:ville |commune |mairie |association )?(?:de la |de l'|de |d'|du )?"
)
#: "Dans la catégorie X, le jury a choisi Y", "in the X category the academy chose Y".
_CHOSEN = re.compile(
    r"[\" ]*(?:category|section)?,? (?:(?:le|la|l'|the|our|notre|its)\s?[a-z]+ )?(?:du jury |des lecteurs )?(?:s'est porte\w* sur |a |ont |have |has )?"
    r"(?:choisi|retenu|elu|prefere|designe|distingue|couronne|recompense|chose|picked|selected|named|honou?red|rewarded|crowned|went for|voted for)\w* "
    r"(?:la |le |les |l'|the )?(?:projet |project |equipe )?(?:de |of )?"
)
_ALSO_CHOSEN = re.compile(
    r"[\" ]*,? (?:(?:c'est|c'etaient|it is|it was|ce fut) )?(?:la |le |les |l'|the )?"
)

#: "the European award, in collaboration with X".
_HELPS = re.compile(
    r"\b(?:collaborat\w+|partner\w*|partenariats?|cooperation|soutien|support\w*|help) (?:with|avec|from|of|de|d') ?(?:la |le |l'|les |the )?$"
)
_TO = re.compile(r"\b(?:a|au|aux|to) (?:la |l')?$")


class Palmares:
    """Reads the lists of one entry."""

    def __init__(self, text: AwardText) -> None:
        self.text = text

    def pair_in(self, sentence: Sentence, claims: list[Claim]) -> None:
        """As in "Nextcloud (prix européen), CS Group (stratégie)…": several in one sentence."""
        sure = [one for one in claims if one.sure]
        marks = self.text.marks(sentence.start, sentence.end) if sure else []
        several = [one for one in marks if one.category]
        marks = several if len(several) > 1 else [one for one in marks if one.level is not None]
        if len(marks) < 2:
            self._pair_brackets(sentence, sure)
            return
        receiving = any(one.form in ("goto", "give") for one in sure)  # "revient à X, … à Y"
        people = [
            one
            for one in self.text.names[sentence.index]
            if (not one.located or (receiving and self._receives(one)))
            and not _HELPS.search(self.text.entry.folded, sentence.start, one.start)
            and not any(a < one.end and one.start < b for a, b in self.text.givers)
        ]
        colon = rolewords.COLON.search(self.text.entry.folded, sure[0].end, sentence.end)
        told = [one for one in people if colon and one.start >= colon.end()]
        if colon and len(told) > 1 and marks[0].start > colon.end():
            people = told  # "trois communes de l’Isère : Vif au bronze, Claix au badge"
        if len(people) < 2:
            return
        if len([one for one in people if not one.inside]) < 2:
            people = self._in_parentheses(people, marks)
        elif lists.FOLLOWING.search(sentence.folded):
            return
        if _EACH_ITS.search(sentence.folded) and len(people) == len(marks):
            paired = lists.in_turn(people, marks)
        else:
            paired = lists.pair(people, marks, self.text.entry.folded)
        if len(paired) > 1 and len({one.text for one in paired}) > 1:
            sure[0].laureates = paired
            sure[0].form = "list"
            for other in sure[1:]:
                other.laureates = []

    def _pair_brackets(self, sentence: Sentence, sure: list[Claim]) -> None:
        """Prizes whose categories no file knows, in parentheses after whom they go to."""
        if not sure or any(
            self.text.knowledge.awards[id].label for id in self.text.awards_in(sentence)
        ):
            return
        paired = lists.bracketed(
            [one for one in self.text.names[sentence.index] if not one.located],
            self.text.entry,
            sentence.end,
        )
        if len(paired) > 1 and len(paired) >= max(len(one.laureates) for one in sure):
            sure[0].laureates = paired
            sure[0].form = "list"
            for other in sure[1:]:
                other.laureates = []

    def _receives(self, one: Name) -> bool:
        far = one.place is not None and self.text.places.is_far(one.place.name)
        return not far and bool(
            _TO.search(self.text.entry.folded, max(0, one.start - 8), one.start)
        )

    def _in_parentheses(self, people: list[Name], marks: list[lists.Mark]) -> list[Name]:
        """As in "Best Open Source Strategy (CS Group); …": the laureate is in parentheses."""
        return [
            one._replace(inside=False)
            for one in people
            if one.inside
            and any(
                re.fullmatch(r"[\w\s\"']{0,12}\(", self.text.entry.folded[mark.end : one.start])
                for mark in marks
            )
        ]

    def listed(self, sentence: Sentence) -> list[Claim]:
        """An item of a palmarès, or a row of a table."""
        if not self.text.context or sentence.where == "title":
            return []
        if not (self.text.is_line(sentence) or self._opens_with_mark(sentence)):
            return []
        if any(
            cue.name in ("hope", "lose", "not") and sentence.start <= cue.start < sentence.end
            for cue in self.text.cues_in(sentence)
        ):
            return []
        marks = self.text.marks(sentence.start, sentence.end)
        found: list[Laureate] = []
        short = lists.looks_like_item(sentence.text)
        if self.text.only_marks(sentence):
            found = self._row(sentence, marks)
        elif self._opens(sentence) is not None:
            found = self._labelled(sentence, marks, self._people(sentence))
        elif marks and short and (people := self._people(sentence)):
            found = lists.pair(
                [one for one in people if not one.located], marks, self.text.entry.folded
            )
        elif marks and short:
            first = lists.first_of_line(self.text.entry, sentence.start, sentence.end)
            if first and first.end <= marks[0].start:
                first.level, first.category = marks[0].level, marks[0].category
                found = [first]
        elif short or lists.has_departments(sentence.text):
            header = self._under(sentence)
            if header is not None:
                found = self._item(sentence, self._people(sentence), header)
        found = [one for one in found if self._may_be(one)]
        if not found:
            return []
        return [Claim(sentence, True, found, sentence.start, sentence.end, "list")]

    def _may_be(self, one: Laureate) -> bool:
        """Whether a line's words are anybody's name."""
        return self._is_place(one) or (lists.is_name(one.text) and fold(one.text) not in COMMON)

    def handed(self, sentence: Sentence) -> list[Claim]:
        """As in "L’inclusion à la Drôme, la sobriété à Meylan : le jury a rendu son verdict":
        several categories, each with whom it goes to."""
        marks = [one for one in self.text.marks(sentence.start, sentence.end) if one.category]
        if not self.text.context or not marks or self.text.doubtful(sentence):
            return []
        found: list[Laureate] = []
        chosen = False
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            last = following.start if following else sentence.end
            name = next(
                (
                    one
                    for one in self.text.names[sentence.index]
                    if mark.end <= one.start < last
                    and _HANDED_TO.fullmatch(self.text.entry.folded, mark.end, one.start)
                ),
                None,
            )
            if name is None:
                name = self._chosen(sentence, mark.end, last, chosen=chosen)
                chosen = name is not None
            if name:
                found.append(
                    Laureate(
                        names.short(name.text),
                        "name",
                        name.start,
                        name.end,
                        category=mark.category,
                        category_span=(mark.start, mark.end),
                    )
                )
        if len(found) < 2 and not chosen:
            return []
        return [Claim(sentence, True, found, sentence.start, sentence.end, "list")]

    def _chosen(self, sentence: Sentence, start: int, end: int, *, chosen: bool) -> Name | None:
        """Who is chosen in a category: "in Community the jury picked Kiwix; in Skills, Ana"."""
        for one in self.text.names[sentence.index]:
            if not start <= one.start < end:
                continue
            form = _ALSO_CHOSEN if chosen else _CHOSEN
            if form.fullmatch(self.text.entry.folded, start, one.start):
                return one
        return None

    def _people(self, sentence: Sentence) -> list[Name]:
        return [one for one in self.text.names[sentence.index] if not one.inside]

    def _opens(self, sentence: Sentence) -> re.Match[str] | None:
        """As in "Prix européen : …", "techno : …": a line that opens with what is won.

        Its words are a known category or level; or the entry speaks of laureates and several of
        its lines open so.
        """
        hit = _OPENING.match(self.text.entry.folded, sentence.start, sentence.end)
        if hit is None or _BYLINE.fullmatch(hit["what"]) or lists.FOLLOWING.search(hit["what"]):
            return None
        marks = self.text.marks(sentence.start, sentence.end)
        if any(mark.start < hit.end("what") for mark in marks):
            return hit
        if marks or len(sentence.text) > 120 or len(hit["what"].split()) > 4:
            return None
        if lists.is_dated(hit["what"]) or not self._ends_line(sentence):
            return None  # "Samedi 14 – Club manga", "Jo : Bonjour. D’abord…"
        if not any(cue.name in ("laureate", "give", "awardnoun") for cue in self.text.cues):
            return None
        alike = sum(
            bool(_OPENING.match(self.text.entry.folded, one.start, one.end))
            for one in self.text.sentences
            if one.where == sentence.where and self.text.is_line(one) and len(one.text) <= 120
        )
        return hit if alike > 1 and self.text.entry.text[hit.end()].isupper() else None

    def _ends_line(self, sentence: Sentence) -> bool:
        rest = self.text.entry.text[sentence.end : sentence.end + 40].split("\n")[0]
        return not re.search(r"\w", rest)

    def _opens_with_mark(self, sentence: Sentence) -> bool:
        """As in "Community Award: GLPI. Market Award: XWiki.": a list in one paragraph."""
        if len(sentence.text) > 90:
            return False
        hit = _OPENING.match(self.text.entry.folded, sentence.start, sentence.end)
        return hit is not None and any(
            mark.start < hit.end("what") for mark in self.text.marks(sentence.start, sentence.end)
        )

    def _labelled(
        self, sentence: Sentence, marks: list[lists.Mark], people: list[Name]
    ) -> list[Laureate]:
        """Who stands after the colon."""
        hit = self._opens(sentence)
        assert hit is not None
        first = lists.first_of_line(self.text.entry, hit.end(), sentence.end)
        if first is None:
            return []
        opening = [mark for mark in marks if mark.start < hit.end("what")]
        chosen = [first]
        for one in people:
            gap = self.text.entry.folded[chosen[-1].end : one.start]
            if gap.strip() == "," and one.place and not self._is_place(chosen[-1]):
                break  # "Ana Dobre, Bucarest": where she is from
            if one.start > chosen[-1].end and lists.strung(gap):
                chosen.append(Laureate(names.short(one.text), "name", one.start, one.end))
        start, end = hit.span("what")
        for each in chosen:
            each.level = next((mark.level for mark in opening if mark.level is not None), None)
            if each.level is None:
                each.category = next(
                    (mark.category for mark in opening if mark.category),
                    self.text.entry.slice(start, end),
                )
                each.category_span = (start, end)
        return chosen

    def _is_place(self, one: Laureate) -> bool:
        return self.text.places.named(one.text) is not None

    def _row(self, sentence: Sentence, marks: list[lists.Mark]) -> list[Laureate]:
        """As in "Meylan" in one cell, "@@@@@" in the next: the name stands in the line before.

        It is a table where names and marks take turns and a name comes first; else the mark is
        a header.
        """
        if not self._in_table(sentence):
            return []
        above = self.text.sentences[sentence.index - 1]
        name = lists.first_of_line(self.text.entry, above.start, above.end)
        if name is None:
            return []
        name.level, name.category = marks[0].level, marks[0].category
        return [name]

    def _in_table(self, sentence: Sentence) -> bool:
        index = sentence.index
        turns = 0
        while index > 0 and self.text.sentences[index - 1].where == sentence.where:
            above = self.text.sentences[index - 1]
            wanted = turns % 2 == 0  # a name first, then a mark, and so on
            if lists.is_column_head(above.folded):
                break
            if (
                wanted
                and lists.is_bare(above.text)
                and not self.text.only_marks(above)
                and self.text.is_line(above)
            ) or (not wanted and self.text.only_marks(above)):
                turns += 1
            else:
                break
            index -= 1
        if index > 0 and self.text.sentences[index - 1].where == self.text.sentences[index].where:
            above = self.text.sentences[index - 1]
            if lists.is_column_head(above.folded):
                return turns % 2 == 1
            if lists.is_bare(above.text) or self.text.only_marks(above):
                return False  # a list under headers
        return turns % 2 == 1

    def _item(self, sentence: Sentence, people: list[Name], header: lists.Mark) -> list[Laureate]:
        if _PERSON.match(sentence.text):
            return []
        first = lists.first_of_line(self.text.entry, sentence.start, sentence.end)
        strung = [
            one
            for one in people
            if re.match(
                r"\s?\((?:\d\d|2[ab]|[a-z-]+)\)", self.text.entry.folded[one.end : one.end + 22]
            )
        ]
        chosen: list[Laureate] = []
        if len(strung) > 1:
            chosen = [Laureate(names.short(one.text), "name", one.start, one.end) for one in strung]
        elif first:
            chosen = [first]
            rest = self.text.entry.text[first.end : sentence.end]
            detail = re.match(r"\s*(?:\([^)]*\))?\s*[,–—:-]\s+(?P<what>[^.;\n]{4,70})$", rest)
            if detail and header.category is None and self._of_projects():
                start = first.end + detail.start("what")
                first.category, first.category_span = (
                    detail["what"].strip(),
                    (start, start + len(detail["what"])),
                )
        for one in chosen:
            one.level = header.level
            one.category = header.category or one.category
        return chosen

    def _tells(self, header: Sentence) -> bool:
        """Whether a colon opens a list of laureates: its line, or the one before, tells of a prize
        given, or names it and calls them so. Many colons open lists of other things."""
        return (
            self._says(header)
            or self._says(self.text.sentences[header.index - 1])
            or bool(self.text.awards_in(header))
        )

    def _says(self, sentence: Sentence) -> bool:
        return any(
            cue.name in _TELLING
            and not self.text.entry.folded.endswith(("ion", "ions"), cue.start, cue.end)
            for cue in self.text.cues_in(sentence)
        )

    def _of_projects(self) -> bool:
        """Whether an award of the entry has its project where others have a category."""
        awards = self.text.knowledge.awards
        return any(awards[id].projects or not awards[id].label for id in self.text.context)

    def _under(self, sentence: Sentence) -> lists.Mark | None:
        """The header above an item: the last short line or colon that bore a level or category."""
        for index in range(sentence.index - 1, max(-1, sentence.index - 16), -1):
            above = self.text.sentences[index]
            if above.where == "title":
                return None
            marks = self.text.marks(above.start, above.end)
            opens = above.text.rstrip().endswith(":")
            if marks and self.text.only_marks(above) and self._in_table(above):
                return None
            if opens and not marks and _NO_HEADER.search(above.folded) and not self._says(above):
                return None
            if opens or (marks and lists.looks_like_item(above.text) and not self._people(above)):
                if not marks and not self._tells(above):
                    return None
                return marks[-1] if marks else lists.Mark(above.start, above.end)
            if not lists.looks_like_item(above.text) and not lists.has_departments(above.text):
                return None
        return None

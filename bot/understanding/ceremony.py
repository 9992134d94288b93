"""Where an award was given, and by whom, as far as the text says."""

from __future__ import annotations

import re

from bot.config.knowledge import Award, Organiser
from bot.understanding import mentions, names
from bot.understanding.awardtext import AwardText
from bot.understanding.hint import Hint
from bot.understanding.language import Sentence, fold
from bot.understanding.mentions import Mention
from bot.understanding.names import Name
from bot.understanding.obtained import Obtained

#: "organisée par l’ANCT, la ville et l’eurométropole de Strasbourg": the town that is the host.
_HOST = re.compile(
    r"\borganis[^.;]{2,140}?\b(?:[Vv]ille|[Mm]étropole|eurométropole|[Mm]airie|city)(?: et [^,.]{0,24}?)? (?:de |d[’']|du |of )"
    r"(?P<town>[A-ZÀ-Ý][\w’'-]+(?:-[\w’'-]+)*)"
)
_GIVES = re.compile(
    r"label|prix|audit|jury|devoil|recogni|laureat|livr|publi|revel|announc|reveal|unveil|remi[st]|remett|decern|attribu|recompens|distingu|organis|porte|pilot|anime|creat|cree|prize|award|troph"
    r"|\brun\b|funded|handed|given|associati|honou?r|select|winner|celebrat|concours|contest|certif|couronn|sacr|\bprim|confer|decision|verdict|avis|palmar|question|palmares|federat"
)
_CEREMONY_WORDS = r"remi[st]|couronn|collect|\bscene|\bstage|remett|ceremoni|devoil|soiree|handed|presented|ceremony"
_CEREMONY = re.compile(
    rf"{_CEREMONY_WORDS}|\bse (?:ten|reuni|deroul)|picked up|\brecue?s? |direct de"
)
_CEREMONIAL = Hint(rf"{_CEREMONY_WORDS}|^se$|picked$|^recue?s?$|direct$")
#: "south of Grenoble", "près de Voiron": where a town is, not where it was given.
_NEAR = re.compile(
    r"\b(?:(?:north|south|east|west|outside|near) (?:of )?|pres de |(?:au )?(?:nord|sud|est|ouest) de |aux portes de |a cote de )(?:la |l')?$"
)
#: A ceremony that is still to be held.
TO_COME = re.compile(
    r"\b(?:aura|auront) lieu\b|\bse (?:tiendra|deroulera)\b|\b(?:sera|seront) (?:officiellement )?(?:remis|decern)|\bwill (?:be|take place|receive)\b"
)
#: "excellence in Open Source": no place.
_NOWHERE = re.compile(
    r"open (?:source|data|science)|free software|logiciels? libres?|linux|internet"
)
#: "rapporté de Paris", "retour de Strasbourg": from where it was brought.
_BROUGHT = re.compile(r"\b(?:rapport\w+|ramen\w+|retour|back|revenu\w*|home) (?:de |d'|from )$")
_VENUE = re.compile(
    r"\b(?:(?:repart|repartent|reparti|repartie|revient|reviennent|rentre|rentrent) (?:du|de la|des)|au|aux|à la|à l[’']|at the|at|in the|pendant (?:le|les|la)|lors (?:du|des|de la|de l[’']|de)|pendant|during(?: the)?|de la(?= [Pp]orte))\s?"
    r"(?P<venue>(?:[Ss]alon|[Pp]alais|[Cc]ongrès|[Ff]orum|[Aa]ssises|[Ss]énat|[Aa]ssemblée|[Bb]ibliothèque|[Mm]usée|[Tt]héâtre|[Uu]niversité|[Mm]aison|[Hh]ôtel|[Cc]entre|[Pp]orte |[A-Z]\w+con\b|Open Source Experience|Numérique en [Cc]ommun\S*|OW2con)[^,.;:!?()\n]{0,45}?)(?=[,.;:!?()\n]|\s(?:une?|à|a|avec|with|dans|in|on|le|pour|par|où|et|conference|show|ce|hier|qui|au)\b|$)"
)


_WHO = r"(?P<who>[A-ZÀ-Ý][\w’'-]*(?: (?:(?:d[eu]s?|de la|en|pour) [a-zà-ÿ]+|d[eu]s?|de la|en|&|et|pour|of|for|[A-ZÀ-Ý][\w’'-]*|[a-zà-ÿ]+(?= [A-ZÀ-Ý])))*)"
_GIVEN_BY = re.compile(
    r"\b(?:décern|remis|attribu|délivr|récompens|distingu|awarded|given|presented|handed out)\w*(?: \w+){0,3}? (?:par|by) "
    rf"(?:(?:l[’']|la |le |les |the )?(?:association |fondation |réseau |fédération |collectif |foundation |network )?){_WHO}"
)
_GIVER = re.compile(
    r"\b(?:[Ll][’']|[Ll]a |[Ll]e |[Tt]he )(?:association|fondation|réseau|fédération|collectif|foundation|network) "
    rf"{_WHO} (?:a |ont |has )?(?:\w+ )?(?:remis|remet|décern|attribu|récompens|distingu|award|honou?r|gave|present)"
)
#: A name that is an award's and its organiser's too is the organiser's beside such words.
_AGENT = re.compile(
    r"\b(?:association|reseau|network|observatoire|par|by|selon|jury de|l'association)\s(?:l'association |l'|la |le |les |the )?\"?$"
)
_AGENT_AFTER = re.compile(r"\s(?:association|network|said)\b")


class Ceremony:
    """Reads the ceremony of one entry's awards."""

    def __init__(self, text: AwardText) -> None:
        self.text = text

    def place(
        self, one: Obtained, day_span: tuple[int, int] | None, everyone: list[Obtained]
    ) -> tuple[str | None, tuple[int, int] | None]:
        """Where it was given: in the sentence that dates it, else in a claim's own."""
        sentences = near(self.text, one)
        if day_span:
            sentences.sort(key=lambda sentence: not sentence.start <= day_span[0] < sentence.end)
        for sentence in sentences:
            own = any(claim.sentence is sentence for claim in one.claims)
            dated = day_span and sentence.start <= day_span[0] < sentence.end
            headline = sentence.where == "title" and (
                one.award in self.text.awards_in(sentence) or self._prized(sentence)
            )
            if not (own or dated or headline or _tells_of_handing(sentence)):
                continue
            parts = self._places_in(sentence, everyone)
            if parts:
                words = ", ".join(
                    self._spelled(_venue(self.text.entry.text[first:last])) for first, last in parts
                )
                return words, (parts[0][0], parts[-1][1])
        award = self.text.knowledge.awards.get(one.award or "")
        if award and award.place:
            usual = names.spot_of(award.place, self.text.knowledge)
            for hit in self.text.places.of(self.text.entry):
                if usual and hit.spot is usual and hit.how == "name":
                    return self.text.entry.slice(hit.start, hit.end), (hit.start, hit.end)
        return None, None

    def _prized(self, title: Sentence) -> bool:
        """As in "Un logiciel récompensé à Paris", "Silver in Paris": a headline of the prize, though
        it does not name it."""
        return any(
            cue.name in ("honour", "receive", "laureate", "give", "awardnoun")
            for cue in self.text.cues_in(title)
        ) or any(title.start <= one.start < title.end for one in self.text.levels)

    def _places_in(self, sentence: Sentence, everyone: list[Obtained]) -> list[tuple[int, int]]:
        parts = [
            hit.span("venue")
            for hit in _VENUE.finditer(self.text.entry.text, sentence.start, sentence.end)
        ]
        receivers = {each.laureate.start for each in everyone}
        here = self.text.names[sentence.index]
        given_to = any(name.located and name.start in receivers for name in here)
        for name in () if given_to else here:  # "l’inclusion à la Drôme, la donnée à Angers"
            if (
                (
                    name.located
                    or _BROUGHT.search(self.text.entry.folded, max(0, name.start - 24), name.start)
                )
                and not name.inside
                and not name.origin
                and not _NEAR.search(self.text.entry.folded, max(0, name.start - 22), name.start)
                and not (name.place and name.place.kind in ("department", "region"))
                and not _NOWHERE.fullmatch(self.text.entry.folded, name.start, name.end)
                and not any(
                    first < name.end and name.start < last for first, last in self.text.organisers
                )
                and not any(self._is_laureate(name, one) for one in everyone)
                and not any(first <= name.start < last for first, last in parts)
            ):
                parts.append((name.start, name.end))
        if not parts:
            host = _HOST.search(self.text.entry.text, sentence.start, sentence.end)
            if host and not any(fold(host["town"]) == fold(one.name) for one in everyone):
                parts = [host.span("town")]
        if not parts:
            parts = [
                (one.start, one.end)
                for one in self.text.mentions
                if one.what == "gathering" and sentence.start <= one.start < sentence.end
            ]
        parts = [part for part in parts if part[1] - part[0] > 2 and not self._is_award_span(part)]
        return sorted(parts)[:2]

    def _spelled(self, venue: str) -> str:
        """A gathering in full: "OSXP" is Open Source Experience."""
        for series in self.text.knowledge.events.values():
            if venue.isupper() and venue in (*series.acronyms, *series.names):
                return series.name.fr or series.name.en or venue
        return venue

    def _is_award_span(self, part: tuple[int, int]) -> bool:
        return any(one.start < part[1] and part[0] < one.end for one in self.text.named)

    def _is_laureate(self, name: Name, one: Obtained) -> bool:
        if name.place and names.spot_of(one.name, self.text.knowledge) is name.place:
            return True
        return mentions.squeezed(fold(name.text)) == mentions.squeezed(fold(one.name))

    def organiser(
        self, one: Obtained, award: Award | None
    ) -> tuple[str | None, tuple[int, int] | None]:
        """Only where the text names it."""
        if award is None:
            return self._by_form(one)
        if award.organiser is None:
            return None, None
        for mention in self.text.mentions:
            if mention.award == one.award and self._is_organiser(mention, award.organiser):
                inside = any(
                    other.start <= mention.start and mention.end <= other.end
                    for other in self.text.named
                    if (other.end - other.start) >= (mention.end - mention.start)
                )
                sentence = self.text.entry.sentence_at(mention.start)
                own = any(claim.sentence is sentence for claim in one.claims)
                agent = _AGENT.search(
                    self.text.entry.folded[max(0, mention.start - 20) : mention.start]
                ) or _AGENT_AFTER.match(self.text.entry.folded, mention.end)
                inside = inside and not agent
                if not inside and (own or _GIVES.search(sentence.folded)):
                    said = self.text.entry.slice(mention.start, mention.end)
                    return self._called(said, award.organiser.name), (mention.start, mention.end)
        return None, None

    def _by_form(self, one: Obtained) -> tuple[str | None, tuple[int, int] | None]:
        """Of an award no file knows: "décerné par la fondation X", "le réseau X a remis"."""
        for claim in one.claims:
            hit = _GIVEN_BY.search(
                self.text.entry.text, claim.sentence.start, claim.sentence.end
            ) or _GIVER.search(self.text.entry.text, claim.sentence.start, claim.sentence.end)
            if hit:
                return hit["who"].strip(), hit.span("who")
        for sentence in near(self.text, one)[:4]:
            hit = _GIVER.search(self.text.entry.text, sentence.start, sentence.end)
            if hit:
                return hit["who"].strip(), hit.span("who")
        return None, None

    def _is_organiser(self, mention: Mention, organiser: Organiser) -> bool:
        """By its name, or within its gathering's: "le forum des Interconnectés"."""
        if mention.what == "organiser":
            return True
        said = fold(self.text.entry.slice(mention.start, mention.end)).split()
        return mention.what == "gathering" and fold(organiser.name).split()[-1] in said

    def _called(self, said: str, name: str) -> str:
        """The organiser by its usual name; where the text says it in full, so: "Agence nationale
        de la cohésion des territoires (ANCT)"."""
        if set(fold(said).split()) & set(fold(name).split()):
            return name
        full = said[0].upper() + said[1:]
        short = any(
            fold(name) == fold(self.text.entry.slice(one.start, one.end))
            for one in self.text.mentions
            if one.what == "organiser"
        )
        return f"{full} ({name})" if short or name.isupper() else full


def near(text: AwardText, one: Obtained) -> list[Sentence]:
    """The claims' own sentences first, then the others by nearness; looked for once."""
    kept = text.near.get(id(one))
    if kept is None:
        kept = text.near[id(one)] = _near(text, one)
    return list(kept)


def _near(text: AwardText, one: Obtained) -> list[Sentence]:
    """The claim's own sentences first, then the rest of the entry."""
    own = [claim.sentence for claim in one.claims]
    seen = {sentence.index for sentence in own}
    at = own[0].index if own else 0
    others = [
        sentence
        for sentence in text.sentences
        if sentence.index not in seen and not _of_another(text, sentence, one)
    ]
    others.sort(key=lambda sentence: abs(sentence.index - at) + (sentence.index > at) * 0.5)
    return own + others


def _of_another(text: AwardText, sentence: Sentence, one: Obtained) -> bool:
    """The sentence speaks of other awards, by their names or by who gives them and where, and not
    of this one."""
    here = text.awards_in(sentence)
    return bool(here) and one.award not in here


def _tells_of_handing(sentence: Sentence) -> bool:
    """Whether a sentence of the text tells how a prize was handed over, not will be."""
    return (
        sentence.where != "title"
        and _CEREMONIAL.in_sentence(sentence)
        and _CEREMONY.search(sentence.folded) is not None
        and TO_COME.search(sentence.folded) is None
    )


def _venue(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,’'")

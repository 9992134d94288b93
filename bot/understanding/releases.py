"""Releases: a version of a piece of software, from a forge's title or from prose.

A release matters when a local public body or an organiser of AlpOSS publishes it. A
pre-release, a test tag or a security notice is told to nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.understanding import dates, signs
from bot.understanding import releaseforms as forms
from bot.understanding.fact import Evidence, Reason, ReleaseFact
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.places import Places
from bot.understanding.signs import Signs


class Releases(Matcher):
    """Finds releases."""

    kind = "releases"

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self.places = knowledge.made(Places.build)
        self.publishers = knowledge.made(_publishers)

    def match(self, entry: Prepared) -> Finding:
        """Read one prepared entry."""
        forge = entry.entry.publisher.role == "forge"
        found_signs = signs.of(entry)
        if (
            not forge
            and "release" not in found_signs
            and not forms.VERSIONED.search(entry.entry.title or "")
        ):
            return Finding()
        found = self._find(entry, found_signs, forge)
        if not found:
            return Finding()
        if "security" in found_signs and self._is_security(entry):
            return Finding(reasons=(Reason("security-notice"),))
        near = entry.sentence_at(found.start)
        early = bool(found.suffix) or any(
            signs.within(found_signs, "prerelease", one.start, one.end)
            for one in entry.sentences
            if one is near or (forge and one.where != "content")
        )
        project = self._ours(entry, found) or found.project or self._project(entry)
        if project and not forge and re.match(r"v\d|[a-zà-ÿ]+ ", project):
            called = forms.CALLED.search(entry.text)
            project = called["name"] if called else project
        publisher, mine = self._publisher(entry, found, project)
        if project is None:
            return Finding()
        day = self._date(entry, found, forge)
        evidence = [
            Evidence("version", entry.slice(found.start, found.end), entry.where(found.start))
        ]
        if publisher:
            evidence.append(Evidence("publisher", publisher, "publisher"))
        fact = ReleaseFact(
            project=project,
            version=found.version,
            publisher=publisher,
            date=day,
            confidence=0.95 if forge else 0.8,
            evidence=tuple(evidence),
        )
        reason = Reason(
            "prerelease" if early else "release", {"name": project, "version": found.version}
        )
        return Finding(
            facts=() if early else (fact,),
            reasons=(reason,),
            weight=1.0
            if found.title or forge
            else 0.8
            if entry.where(found.start) == "summary"
            else 0.65 - 0.2 * found.start / max(1, len(entry.text)),
            kind="release",
            relevant=mine and not early,
        )

    def _find(self, entry: Prepared, found: Signs, forge: bool) -> forms.Found | None:
        title = entry.entry.title or ""
        if title:
            hit = forms.TITLE.match(title.strip())
            if hit and (forge or (hit["project"] and not forms.NOT_PROJECT.match(hit["project"]))):
                return self._better(entry, forms.made(hit, 0, title=True))
        said = signs.within(found, "release", 0, len(title)) if title else None
        for sentence in entry.sentences:
            told = said and sentence.index < forms.HEAD  # "Mise à jour terminée": its title says so
            if not (forge or told or signs.within(found, "release", sentence.start, sentence.end)):
                continue
            for pattern in (
                forms.QUOTED,
                forms.OF,
                forms.APPOSED,
                forms.THE,
                forms.NAMED,
                forms.GIVEN,
                forms.PAREN,
                forms.ALONE,
            ):
                for hit in pattern.finditer(sentence.text):
                    project = hit.groupdict().get("project")
                    if pattern in (forms.NAMED, forms.GIVEN, forms.PAREN) and (
                        not project or forms.NOT_PROJECT.match(project)
                    ):
                        continue
                    return forms.made(hit, sentence.start, title=sentence.where == "title")
        if "free" in found or forms.SOFTWARE.search(entry.folded):
            for sentence in entry.sentences[:4]:
                if (its := forms.ITS.search(sentence.text)) and (
                    tool := forms.TOOL.search(entry.text)
                ):
                    start, end = sentence.start + its.start(), sentence.start + its.end()
                    number = its["version"] or its["number"]
                    return forms.Found(tool["name"], number, None, "", start, end, False)
                hit = forms.WHOLE.search(sentence.text)
                if hit and not forms.NOT_PROJECT.match(hit["project"] or hit["named"]):
                    return forms.Found(
                        hit["project"] or hit["named"],
                        hit["version"] or hit["number"],
                        None,
                        "",
                        sentence.start + hit.start(),
                        sentence.start + hit.end(),
                        sentence.where == "title",
                    )
        return None

    def _better(self, entry: Prepared, found: forms.Found) -> forms.Found:
        """The project's own name, where the text says it of the same version: "Parapheur
        mutualisé : version 3.0" and then "la version 3.0 de Parafl’Alpes"."""
        for sentence in entry.sentences[1 : forms.HEAD]:
            for hit in forms.OF.finditer(sentence.text):
                said = (hit["project"] or "").split(",")[0]
                name = re.match(r"[A-ZÀ-Ý][\w’'+-]*(?: [A-ZÀ-Ý0-9][\w’'+-]*)*", said)
                if hit["version"] == found.version and name and not forms.NOT_PROJECT.match(said):
                    return replace(found, project=name.group())
        return found

    def _is_security(self, entry: Prepared) -> bool:
        first = entry.sentences[0]
        return signs.within(signs.of(entry), "security", first.start, first.end) is not None

    def _ours(self, entry: Prepared, found: forms.Found) -> str | None:
        """A project of an organiser that the title names, where the version says none of them."""
        said = fold(found.project or "")
        if said in self.publishers.projects or said.split(" ")[0] in self.publishers.projects:
            return None
        title = fold(entry.entry.title or "")
        named = [
            project
            for spelling, (project, _) in self.publishers.projects.items()
            if spelling in title and re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", title)
        ]
        return max(named, key=len, default=None)

    def _project(self, entry: Prepared) -> str | None:
        """Where the version stands alone: the forge's address, a project of ours the text
        names, else what the title is about."""
        hosted = forms.HOSTED.match(urlsplit(entry.entry.url or "").path)
        if hosted:
            return hosted["project"]
        for spelling in self.publishers.projects:
            if re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", entry.folded):
                return self.publishers.projects[spelling][0]
        if entry.entry.publisher.role == "forge":
            return entry.entry.publisher.name
        title = entry.entry.title or ""
        gives = re.search(
            r"\b(?:lib[èe]re|publie|lance|ouvre|diffuse|partage|met [àa] jour|releases|publishes|opens)\s+"
            r"(?:son |sa |ses |le |la |les |l['’]|un |une |its |the |their |a )\s*(?P<what>[^,.;:!?«»\n]{3,60})",
            title,
            re.IGNORECASE,
        )
        if gives:
            return gives["what"].strip()
        about = re.match(
            r"(?:l['’]|la |le |les |un |une |the |our |notre |a )?(?P<what>[^,.;:!?«»\n]{3,60}?)(?:, [^,:;.\n]{3,60},)?\s+(?:s[’']am[ée]liore|est|sort|arrive|passe|a |is|gets|fait|évolue|se |now|s[’']\w+|en version|disponible)",
            title,
            re.IGNORECASE,
        )
        return about["what"].strip() if about else None

    def _publisher(
        self, entry: Prepared, found: forms.Found, named: str | None
    ) -> tuple[str | None, bool]:
        """(who publishes it, whether it is one of ours)."""
        publisher = entry.entry.publisher
        owner = found.owner
        if owner is None:
            hosted = forms.HOSTED.match(urlsplit(entry.entry.url or "").path)
            owner = hosted["owner"].split("/")[-1] if hosted else None
        if owner and (self._local(owner) or fold(owner) in self.publishers.names):
            return owner, True
        project = fold(named or "")
        if project in self.publishers.projects:
            return self.publishers.projects[project][1], True
        first = project.split(" ")[0]
        if first in self.publishers.projects:
            return self.publishers.projects[first][1], True
        for spelling, name in self.publishers.names.items():
            if fold(publisher.name) == spelling or self._acts(entry, found, spelling):
                return name, True
        if publisher.role in ("municipal", "forge", "institution") and self._local(
            publisher.place or publisher.name
        ):
            return publisher.name.removeprefix("Forge "), True
        if publisher.role != "vendor" and not owner:
            for hit in self.places.of(entry):
                body = hit.how == "name" and (hit.town or hit.spot.kind == "body")
                near = body and self.places.is_local(hit.spot.name)
                if near and self._is_actor(entry, found, hit.start, hit.end):
                    return hit.spot.name, True
        return owner or (publisher.name if publisher.role == "vendor" else None), False

    def _acts(self, entry: Prepared, found: forms.Found, spelling: str) -> bool:
        """Whether this organiser is named as the one who publishes."""
        if spelling not in entry.folded:
            return False
        return any(
            self._is_actor(entry, found, hit.start(), hit.end())
            for hit in re.finditer(rf"(?<!\w){re.escape(spelling)}(?!\w)", entry.folded)
        )

    def _is_actor(self, entry: Prepared, found: forms.Found, start: int, end: int) -> bool:
        """A name that begins its sentence near the version, or "par …", "la ville de …"."""
        here, there = entry.sentence_at(found.start), entry.sentence_at(start)
        if abs(here.index - there.index) > 1 and there.where != "title":
            return False
        before = entry.folded[there.start : start]
        if forms.BY.search(before):
            return True
        subject = len(before) < 4 or forms.BODY.search(before)
        verb = signs.within(signs.of(entry), "release", end, min(end + 60, there.end))
        offers = forms.OFFERS.match(entry.folded, end)
        return bool(subject and (verb or offers)) or bool(len(before) < 4 and offers)

    def _local(self, name: str) -> bool:
        name = re.sub(r"\s*\([^)]*\)$", "", name)  # "sig-echirolles (GitHub)"
        spot = self.places.named(name)
        for account in name.split() if spot is None else ():
            if forms.ACCOUNT.fullmatch(account):
                # of a forge: "metro-grenoble sur GitHub"; a word like "vif" says too little
                spots = (self.places.named(part) for part in re.split(r"[-_.]", account))
                spot = spot or next((one for one in spots if one and not one.common_word), None)
        if spot is None:
            hit = next(iter(self.places.find(name)), None)
            spot = hit.spot if hit else None
        return spot is not None and self.places.is_local(spot.name)

    def _date(self, entry: Prepared, found: forms.Found, forge: bool) -> str | None:
        today = entry.entry.published.astimezone(self.knowledge.timezone).date()
        sentence = entry.sentence_at(found.start)
        for one in dates.of(entry):
            near = entry.sentence_at(one.start).index - sentence.index
            if one.kind == "day" and one.iso and 0 <= near <= (3 if found.title else 1):
                said = dates.behind(one, today)
                if said.iso and said.iso <= today.isoformat():
                    return said.iso
        return today.isoformat() if forge else None


@dataclass(frozen=True)
class _Publishers:
    names: dict[str, str]  # folded spelling -> name
    projects: dict[str, tuple[str, str]]  # folded project -> (project, publisher)


def _publishers(knowledge: Knowledge) -> _Publishers:
    """Those who hold a gathering and publish software: their releases matter."""
    names: dict[str, str] = {}
    projects: dict[str, tuple[str, str]] = {}
    for series in knowledge.events.values():
        for organiser in series.organisers:
            if not organiser.projects:
                continue
            for spelling in (organiser.name, *organiser.names):
                names.setdefault(fold(spelling), organiser.name)
            for project in organiser.projects:
                projects.setdefault(fold(project), (project, organiser.name))
    return _Publishers(names, projects)

"""What the bot knows of the world: awards, event series, places. One file each in config/."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from bot.config.model import Settings, Wrong
from bot.config.syntax import IsoDate, Url


class Names(Settings):
    """A name in the languages that have one."""

    fr: str | None = Field(None, description="In French.")
    en: str | None = Field(None, description="In English.")

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not (self.fr or self.en):
            found = {"fr": "aucun nom n’est donné", "en": "no name is given"}
            raise Wrong('fr = "…" (et en)', 'en = "…" (and fr)', found=found)
        return self


class Organiser(Settings):
    """Who gives the award or holds the event."""

    name: str = Field(description="As written in announcements: “ADULLACT”.")
    names: tuple[str, ...] = Field((), description="Other spellings.")
    long: Names | None = Field(None, description="Said in full: “l’association ADULLACT”.")
    hosts: tuple[str, ...] = Field((), description="Its own sites; there it is official.")
    projects: tuple[str, ...] = Field(
        (), description="Software it publishes, and its names on forges: their releases matter."
    )


class Scale(Settings):
    """Levels of a label, lowest first, in the years in which they held."""

    from_: int | None = Field(None, alias="from", description="First year.")
    until: int | None = Field(None, description="Last year.")
    levels: tuple[str, ...] = Field(description="Lowest first.")

    @field_validator("levels")
    @classmethod
    def _distinct(cls, levels: tuple[str, ...]) -> tuple[str, ...]:
        stripped = [level.strip() for level in levels]
        if not stripped or not all(stripped) or len(set(stripped)) < len(stripped):
            raise Wrong(
                "des niveaux distincts, du plus bas au plus haut",
                "distinct levels, lowest first",
                found={
                    "fr": "un niveau manque, est vide ou se répète",
                    "en": "a level is missing, empty or repeated",
                },
            )
        return levels

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_ is not None and self.until is not None and self.from_ > self.until:
            found = {
                "fr": "cette échelle finit avant de commencer",
                "en": "this scale ends before it begins",
            }
            raise Wrong("from ≤ until", "from ≤ until", found=found, at=("until",))
        return self


class AwardExample(Settings):
    """A title (and text) that must be understood so."""

    title: str = Field(description="The title.")
    text: str = Field("", description="The text.")
    published: IsoDate | None = Field(None, description="ISO date of publication.")
    source: str | None = Field(None, description="The commune that speaks, for “our town”.")
    language: str = Field("fr", description="ISO 639-1 code of its language.")
    laureates: tuple[str, ...] = Field((), description="Expected.")
    level: str | None = Field(None, description="Expected.")
    category: str | None = Field(None, description="Expected.")
    year: int | None = Field(None, description="Expected.")


class Award(Settings):
    """A prize or a label. Its id is its file's stem."""

    name: Names = Field(description="Its name; the sentence form is `article` + name.")
    article: Names | None = Field(None, description="“le”, “la”, “les”, “l’”; “the”.")
    label: bool = Field(False, description="true: a graded, renewable certification.")
    names: tuple[str, ...] = Field((), description="Other names and spellings.")
    acronyms: tuple[str, ...] = Field((), description="Matched in capitals only: “TNL”.")
    shared: tuple[str, ...] = Field(
        (),
        description="Names that others bear too, a community or a gathering: the award is meant "
        "only beside a word for a prize.",
    )
    organiser: Organiser | None = Field(None, description="Who gives it.")
    gathering: str | None = Field(None, description="Where it is given: “Numérique en commun[s]”.")
    place: str | None = Field(None, description="The usual place, never a fact by itself.")
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        (), description="Months in which it is given: 1 to 12."
    )
    scope: str = Field(
        "local", description="“everywhere”: any laureate matters; “local”: only local ones."
    )
    free_software: bool = Field(False, description="It is about free software by itself.")
    scales: tuple[Scale, ...] = Field((), description="Ordered levels.")
    unit: Names | None = Field(None, description="What a level is called: “copylefts”, “@”.")
    categories: tuple[str, ...] = Field((), description="Known categories.")
    mentions: tuple[str, ...] = Field((), description="Known special mentions.")
    projects: bool = Field(
        False, description="A project is rewarded: its words stand where a category would."
    )
    hashtag: str | None = Field(None, description="CamelCase, without #.")
    examples: tuple[AwardExample, ...] = Field((), description="Must be understood.")
    counterexamples: tuple[AwardExample, ...] = Field((), description="Must not be an award.")

    @field_validator("scales")
    @classmethod
    def _in_order(cls, scales: tuple[Scale, ...]) -> tuple[Scale, ...]:
        """Oldest first, and no year in two scales."""
        for place, (before, scale) in enumerate(pairwise(scales), 1):
            if before.until is None or scale.from_ is None or scale.from_ <= before.until:
                raise Wrong(
                    "des échelles dans l’ordre des années, sans année commune",
                    "scales in the order of years, with no year in common",
                    found={
                        "fr": "cette échelle commence avant la fin de la précédente",
                        "en": "this scale begins before the one above it ends",
                    },
                    at=(place, "from"),
                )
        return scales


class EventExample(Settings):
    """A title (and text) that must be understood so."""

    title: str = Field(description="The title.")
    text: str = Field("", description="The text.")
    published: IsoDate | None = Field(None, description="ISO date of publication.")
    start: IsoDate | None = Field(None, description="Expected first day.")
    end: IsoDate | None = Field(None, description="Expected last day.")
    city: str | None = Field(None, description="Expected.")
    status: str | None = Field(None, description="Expected.")
    deadline: IsoDate | None = Field(None, description="Expected deadline of its call.")


class EventSeries(Settings):
    """A gathering that comes back. Its id is its file's stem."""

    name: Names = Field(description="Its name: “AlpOSS”.")
    article: Names | None = Field(
        None, description="“le”, “les”; empty where the name has none: “AlpOSS”."
    )
    about: Names | None = Field(None, description="In a few words: “la rencontre du…”.")
    names: tuple[str, ...] = Field((), description="Other names and spellings.")
    acronyms: tuple[str, ...] = Field((), description="Matched in capitals only.")
    organisers: tuple[Organiser, ...] = Field((), description="Who holds it.")
    credit: Names | None = Field(None, description="The sentence that names them.")
    city: str | None = Field(None, description="The usual town, never a fact by itself.")
    site: Url | None = Field(None, description="Its site.")
    hosts: tuple[str, ...] = Field((), description="Its own sites; there it is official.")
    flagship: bool = Field(False, description="Matters wherever it is held.")
    recurring: bool = Field(False, description="A small monthly meeting: digest and agenda only.")
    first_edition: int | None = Field(None, description="Year of the first edition.")
    hashtag: str | None = Field(None, description="CamelCase, without #.")
    examples: tuple[EventExample, ...] = Field((), description="Must be understood.")
    counterexamples: tuple[EventExample, ...] = Field((), description="Must not be found.")


class Spot(Settings):
    """One place of the gazetteer."""

    name: str = Field(description="As written in announcements.")
    article: Names | None = Field(None, description="“le”, “la”: “le SITPI”; mostly empty.")
    names: tuple[str, ...] = Field((), description="Other spellings and inhabitants' names.")
    lat: float | None = Field(None, ge=-90, le=90, description="Degrees north, WGS 84.")
    lon: float | None = Field(None, ge=-180, le=180, description="Degrees east, WGS 84.")
    kind: str = Field("commune", description="commune | department | region | body | venue")
    common_word: bool = Field(False, description="Also a common word (Vif, Fontaine): be strict.")
    member_of: tuple[str, ...] = Field((), description="Bodies it belongs to: “SITPI”.")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            leaf = "lat" if self.lat is None else "lon"
            found = {"fr": f"{leaf} manque", "en": f"{leaf} is missing"}
            raise Wrong("lat et lon, ou aucun des deux", "lat and lon, or neither", found=found)
        return self


class Gazetteer(Settings):
    """A file of config/places/: places that matter, and how far “local” reaches."""

    name: Names = Field(description="What this list is.")
    spots: tuple[Spot, ...] = Field((), description="The places.")

"""The base of every settings model: unknown keys are errors, values never change."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A table of a configuration file. Every field has a description: the reference is made
    of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=False)


class Wrong(ValueError):
    """Raised by a validator of a settings model: says what was expected, in both languages.

    :param fr: what was expected: “une adresse https://…”.
    :param en: the same in English.
    :param found: what stands there, by language, where “« value » does not fit” says too little.
        Never put a secret there.
    :param at: where exactly, from the validated value on: ``(2, "from")`` in a list of tables.
    :param nearest: the spelling that was probably meant.
    """

    def __init__(
        self,
        fr: str,
        en: str,
        *,
        found: dict[str, str] | None = None,
        nearest: str | None = None,
        at: tuple[str | int, ...] = (),
    ) -> None:
        self.expected = {"fr": fr, "en": en}
        self.found = found
        self.nearest = nearest
        self.at = at
        super().__init__(en)

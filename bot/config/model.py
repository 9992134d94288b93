"""The base of every settings model: unknown keys are errors, values never change."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A table of a configuration file. Every field has a description: the reference is made
    of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=False)

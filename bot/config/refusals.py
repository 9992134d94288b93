"""What pydantic refuses, said in plain French and English, with the file's line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config.lines import Path as Loc
from bot.config.model import Wrong
from bot.config.problems import dotted
from bot.config.secrecy import secretive, shown
from bot.config.sheet import Sheet
from bot.config.spelling import nearest
from bot.errors import Problem

#: pydantic's error type, by its beginning -> our code. The first that fits counts.
_CODES: tuple[tuple[str, str], ...] = (
    ("missing", "missing"),
    ("extra_forbidden", "unknown-key"),
    ("literal_error", "choice"),
    ("enum", "choice"),
    ("string_too", "length"),
    ("too_", "length"),
    ("string_type", "text"),
    ("string_sub_type", "text"),
    ("string_pattern", "pattern"),
    ("int_", "whole"),
    ("float_", "number"),
    ("finite_number", "number"),
    ("decimal_", "number"),
    ("greater_than", "range"),
    ("less_than", "range"),
    ("multiple_of", "range"),
    ("bool_", "boolean"),
    ("tuple_type", "list"),
    ("list_type", "list"),
    ("set_type", "list"),
    ("frozen_set_type", "list"),
    ("iterable_type", "list"),
    ("dict_type", "table"),
    ("mapping_type", "table"),
    ("model_", "table"),
    ("date", "date"),
    ("time", "date"),
)


def refusals(sheet: Sheet, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """One Problem for each place that pydantic refused in ``sheet``, read as ``model``."""
    told: set[Loc] = set()
    for detail in error.errors(include_url=False):
        kind = detail["type"]
        loc = _in_data(detail["loc"], sheet.data, missing=kind == "missing")
        if loc in told:  # a union refuses once for each of its members
            continue
        told.add(loc)
        yield _refusal(sheet, model, loc, detail)


def _refusal(sheet: Sheet, model: type[BaseModel], loc: Loc, detail: Mapping[str, Any]) -> Problem:
    kind, context = detail["type"], detail.get("ctx") or {}
    leaf = str(loc[-1]) if loc else ""
    value = detail["input"]
    cause = context.get("error")
    if isinstance(cause, Wrong):
        found = cause.found or _does_not_fit(loc, value)
        loc = (*loc, *cause.at)
        return sheet.problem(loc, "refused", cause.nearest, found=found, expected=cause.expected)
    code = next((ours for start, ours in _CODES if kind.startswith(start)), "refused")
    if code == "unknown-key":
        return _unknown_key(sheet, model, loc)
    if code == "choice":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        near = nearest(value, choices) if isinstance(value, str) else None
        return sheet.problem(loc, code, near, value=value, choices=", ".join(choices))
    if code == "pattern":
        described = _described(model, loc)
        about = described.description if described and described.description else detail["msg"]
        return sheet.problem(loc, code, value=value, about=about)
    if code in ("range", "length"):
        limits = _range(model, loc, context)
        return sheet.problem(loc, code, value=value, range=limits)
    if code == "refused":
        said = str(cause) if cause is not None else detail["msg"]
        return sheet.problem(loc, code, found=_does_not_fit(loc, value), expected=said)
    return sheet.problem(loc, code, value=value, leaf=leaf)


def _does_not_fit(loc: Loc, value: Any) -> dict[str, str]:
    said = shown(dotted(loc), value)
    return {"fr": f"{said['fr']} ne convient pas", "en": f"{said['en']} does not fit"}


def unknown_key(sheet: Sheet, loc: Loc, fields: Mapping[str, FieldInfo]) -> Problem:
    """A key that is none of ``fields``, or a secret in the open."""
    leaf = str(loc[-1])
    names = [field.alias or name for name, field in fields.items()]
    if secretive(leaf) and not leaf.endswith(("_file", "_env")):
        own = f"{leaf}_file"
        return sheet.problem(loc, "secret", key_file=own if own in names else "token_file")
    around: Any = sheet.data
    for part in loc[:-1]:
        around = around[part]
    free = [name for name in names if name not in around]
    near = nearest(leaf, free) or nearest(leaf, names)
    return sheet.problem(loc, "unknown-key", near, choices=", ".join(names))


def _unknown_key(sheet: Sheet, model: type[BaseModel], loc: Loc) -> Problem:
    inside = _model_at(model, loc[:-1]) or model
    made = unknown_key(sheet, loc, inside.model_fields)
    if made.nearest is None and made.code == "unknown-key":
        elsewhere = [path for path in _tables(model) if path.split(".")[-1] == loc[-1]]
        if elsewhere:
            return replace(made, nearest=elsewhere[0])
    return made


def _tables(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The dotted names of all keys below ``model``: a key in the wrong table is found by them."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        yield path
        inner = _inner_model(field.annotation)
        if inner is not None and above.count(".") < 3:  # deeper nesting is nobody's file
            yield from _tables(inner, f"{path}.")


def _in_data(loc: tuple[str | int, ...], data: Any, *, missing: bool) -> Loc:
    """``loc`` without pydantic's own steps (union members, ``[key]``): what the file holds."""
    found: Loc = ()
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if missing and last:
            return (*found, part)
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
            found = (*found, part)
    return found


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The model that describes the table at ``loc``."""
    here: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int):
            continue
        field = _field(here, part) if here else None
        here = _inner_model(field.annotation) if field else None
    return here


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field
    return None


def _described(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """The declaration of the value at ``loc``."""
    inside = _model_at(model, loc[:-1])
    return _field(inside, loc[-1]) if inside and loc and isinstance(loc[-1], str) else None


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``X | None``, ``tuple[X, ...]``, ``dict[str, X]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _inner_model(inner)
        if found is not None:
            return found
    return None


def _range(model: type[BaseModel], loc: Loc, context: Mapping[str, Any]) -> dict[str, str]:
    """The whole range of a field where its declaration is found, else the limit it broke."""
    limits = {name: value for name, value in context.items() if name in _WORDS}
    field = _described(model, loc)
    for bound in field.metadata if field else ():
        for name in _WORDS:
            if (value := getattr(bound, name, None)) is not None:
                limits.setdefault(name, value)
    said = [(name, _number(limits[name])) for name in _WORDS if limits.get(name) is not None]
    return {
        "fr": " et ".join(f"{_WORDS[name][0]} {value}" for name, value in said),
        "en": " and ".join(f"{_WORDS[name][1]} {value}" for name, value in said),
    }


def _number(value: Any) -> str:
    """90.0 as people write it: 90."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


_WORDS: Mapping[str, tuple[str, str]] = {
    "ge": ("d’au moins", "of at least"),
    "gt": ("de plus de", "of more than"),
    "le": ("d’au plus", "of at most"),
    "lt": ("de moins de", "of less than"),
    "min_length": ("au moins", "at least"),
    "max_length": ("au plus", "at most"),
    "multiple_of": ("multiple de", "a multiple of"),
}

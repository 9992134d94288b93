"""The settings that may be changed from a room: which there are, how people call them, and what
they type as a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from bot.config.model import Settings
from bot.config.settings import BotSettings
from bot.understanding.language import fold

#: what only a file says: what the thing is, and what needs a restart
CHANNEL_FIXED = frozenset({"kind", "account", "name", "enabled", "public"})
BOT_FIXED = frozenset(
    # the second way too: whoever names another mail server is sent its password
    {"fetch", "store", "web", "chat", "log", "contact", "timezone", "second_way"}
)
#: key -> how people call it
NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "per_hour": {"fr": ("par-heure",), "en": ("per-hour",)},
    "per_day": {"fr": ("par-jour",), "en": ("per-day",)},
    "quiet": {"fr": ("silence",), "en": ("silence", "quiet")},
    "digest": {"fr": ("resume", "résumé"), "en": ("digest",)},
    "gather": {"fr": ("attente",), "en": ("wait", "gather")},
    "confidence": {"fr": ("certitude",), "en": ("certainty", "confidence")},
    "language": {"fr": ("langue",), "en": ("language",)},
    "kinds": {"fr": ("genres",), "en": ("kinds",)},
    "hashtags": {"fr": ("mots-dièse", "hashtags"), "en": ("hashtags",)},
    "images": {"fr": ("images",), "en": ("images",)},
    "approval.when": {"fr": ("relecture",), "en": ("approval",)},
    "approval.below": {"fr": ("doute",), "en": ("doubt",)},
    "approval.days": {"fr": ("délai-relecture",), "en": ("approval-days",)},
    "news.flood_cap": {"fr": ("flot",), "en": ("flood",)},
    "news.max_age_days": {"fr": ("âge",), "en": ("age",)},
    "news.edit_limit": {"fr": ("corrections",), "en": ("edits",)},
    "news.reserve": {"fr": ("réserve",), "en": ("reserve",)},
    "relevance.event_km": {"fr": ("rayon",), "en": ("radius",)},
}
#: typed for an empty value, for yes, for no, and for what the file says
EMPTY = frozenset({"aucun", "aucune", "jamais", "rien", "none", "never", "nothing", '""'})
YES = frozenset({"oui", "yes", "true", "vrai", "on"})
NO = frozenset({"non", "no", "false", "faux", "off"})
#: when people look at messages first
WHEN: Mapping[str, str] = {"toujours": "always", "jamais": "never", "doute": "doubt"}
FILE = frozenset({"defaut", "default", "fichier", "file"})
_DAYS = dict(
    zip(
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        strict=True,
    )
)
#: 2026-02-14, or as people write it: 14/2/2026, 14.02.2026
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_CLOCK = re.compile(r"\b(\d{1,2}) ?(?:h|:) ?(\d{2})?(?![\d])")


@dataclass(frozen=True)
class Key:
    """One setting: its dotted key, the type that it takes, and what it is for."""

    key: str
    annotation: Any
    description: str

    def called(self, language: str) -> str:
        """How people call it."""
        names = NAMES.get(self.key, {})
        return (names.get(language) or names.get("en") or (self.key,))[0]

    def is_called(self, word: str) -> bool:
        """Is it meant by this word?"""
        said = [self.key, self.key.replace("_", "-")]
        said += [name for names in NAMES.get(self.key, {}).values() for name in names]
        return fold(word).replace("_", "-") in {fold(one).replace("_", "-") for one in said}


def keys(model: type[Settings], above: str = "") -> Iterator[Key]:
    """Every setting of a model that a room may change."""
    fixed = (BOT_FIXED if model is BotSettings else CHANNEL_FIXED) if not above else frozenset()
    for name, field in model.model_fields.items():
        if name in fixed or _secret(name):
            continue
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            yield from keys(inner, f"{above}{name}.")
        else:
            yield Key(f"{above}{name}", inner, field.description or "")


def _secret(name: str) -> bool:
    """Where it connects to, and by which secret: a file's matter."""
    return name in ("room", "url", "server", "allow") or name.endswith(("_file", "_env"))


def value_of(thing: Settings, key: str) -> Any:
    """What stands there now."""
    found: Any = thing
    for part in key.split("."):
        found = getattr(found, part)
    return list(found) if isinstance(found, tuple) else found


def parse(key: Key, typed: str) -> Any:
    """What was typed, as the setting's type wants it; whether it fits, the configuration says."""
    text = typed.strip().strip('«»"“” \u00a0\u202f')
    bare = fold(text)
    if get_origin(key.annotation) is tuple:
        return [] if bare in EMPTY else [one for one in re.split(r"[\s,;]+", text) if one]
    if key.annotation is bool:
        return True if bare in YES else False if bare in NO else text
    if key.annotation is int and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    if key.annotation is float and re.fullmatch(r"-?\d{1,9}(?:[.,]\d{1,6})?", text):
        return float(text.replace(",", "."))
    if bare in EMPTY and (key.annotation is str or type(None) in get_args(key.annotation)):
        return "" if key.annotation is str else None
    if key.key == "approval.when":
        return WHEN.get(bare, text)
    if key.key in ("quiet", "digest"):
        return _clock(bare)
    if key.key == "news.reserve":
        return _periods(text)
    return text


def _clock(text: str) -> str:
    """“21 h - 8 h” is 21:00-08:00, “jeudi 17h30” is thursday 17:30."""
    for french, english in _DAYS.items():
        text = re.sub(rf"\b{french}\b", english, text)
    text = _CLOCK.sub(lambda hit: f"{int(hit[1]):02}:{hit[2] or '00'}", text)
    text = re.sub(r"(?<=\d) ?(?:-|a|to|–) ?(?=\d)", "-", text)
    return text.strip()


def _periods(text: str) -> str:
    """“du 14/2/2026 au 22/3/2026” is 2026-02-14..2026-03-22; what has no pairs of days stays."""
    days = [
        f"{hit[1] or hit[6]}-{int(hit[2] or hit[5]):02}-{int(hit[3] or hit[4]):02}"
        for hit in _DAY.finditer(text)
    ]
    if not days or len(days) % 2:
        return text
    pairs = zip(days[::2], days[1::2], strict=True)
    return ", ".join(f"{first}..{last}" for first, last in pairs)


def show(value: Any, language: str) -> str:
    """A value, as people are told it."""
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}.get(language, ("no", "yes"))[value]
    if value in ("", None) or value == []:
        return {"fr": "aucun", "en": "none"}.get(language, "none")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)

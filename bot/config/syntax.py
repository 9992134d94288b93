"""Small languages inside settings: addresses, networks, quiet hours, time zones, dates.

Each is a ``str`` for whoever reads the setting; a value that is not well-formed is refused at
load. A kind's ``Options`` may use them too: ``url: Url = Field(description=…)``.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from bot.config.model import Wrong
from bot.config.spelling import nearest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _url(value: str) -> str:
    """RFC 3986, http or https, with a host and without credentials."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not host or port == 0:
        raise Wrong("une adresse complète, https://…", "a full address, https://…")
    if parts.username is not None or parts.password is not None:
        raise Wrong(
            "une adresse sans nom ni mot de passe",
            "an address without user name and password",
            found={
                "fr": "cette adresse contient un nom ou un mot de passe",
                "en": "this address holds a user name or a password",
            },
        )
    if any(character.isspace() or not character.isprintable() for character in value):
        raise Wrong("une adresse sans espace", "an address without spaces")
    return value


def _server(value: str) -> str:
    """https; http only to this machine or to a neighbour without a dot (a container)."""
    parts = urlsplit(_url(value))
    host = parts.hostname or ""
    near = "." not in host and ":" not in host
    try:
        near = near or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = near or host.endswith(".localhost")
    if parts.scheme.lower() == "http" and not near:
        raise Wrong(
            "une adresse https://… (http n’est permis que vers cette machine)",
            "an https://… address (http is allowed to this machine only)",
        )
    return value.rstrip("/")


def network(text: str) -> tuple[Network, int | None]:
    """``10.0.0.0/8``, ``10.1.2.3:8080``, ``[fd00::/8]:8080`` -> the network (RFC 4632, RFC 4291)
    and the port (None: every port). Raises ValueError."""
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:./]+)\](?::([0-9]{1,5}))?", text)
    plain = re.fullmatch(r"([0-9./]+)(?::([0-9]{1,5}))?", text)
    found = bracketed or plain
    address, port = (found[1], found[2]) if found else (text, None)
    if port is not None and not 0 < int(port) < 65536:
        raise ValueError(port)
    return ipaddress.ip_network(address), int(port) if port else None


def _network(value: str) -> str:
    try:
        network(value)
    except ValueError as error:
        raise Wrong(
            "un réseau, par exemple 10.0.0.0/8, 192.168.1.5:8080 ou [fd00::/8]:443",
            "a network, for example 10.0.0.0/8, 192.168.1.5:8080 or [fd00::/8]:443",
        ) from error
    return value


def hours(text: str) -> tuple[time, time]:
    """``20:00-08:00`` -> its two ends. Raises ValueError."""
    found = re.fullmatch(
        r"([0-2]?[0-9]):([0-5][0-9])\s*[-\u2013]\s*([0-2]?[0-9]):([0-5][0-9])", text
    )
    if not found:
        raise ValueError(text)
    first, second, third, fourth = (int(part) for part in found.groups())
    return time(first, second), time(third, fourth)


def quiet_hours(value: str) -> str:
    """Quiet hours, normalised to ``HH:MM-HH:MM``; empty: none. Raises Wrong."""
    if not value:
        return value
    try:
        start, end = hours(value)
    except ValueError as error:
        raise Wrong(
            "des heures comme 20:00-08:00, ou rien",
            "hours like 20:00-08:00, or nothing",
        ) from error
    return f"{start:%H:%M}-{end:%H:%M}"


def periods(value: str) -> tuple[tuple[date, date], ...]:
    """First and last day of each period of ``2026-02-14..2026-03-22, 2026-06-01..2026-06-14``;
    none for "". Raises Wrong."""
    found = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        first, _, last = (end.strip() for end in part.partition(".."))
        try:
            found.append((date.fromisoformat(first), date.fromisoformat(last)))
        except ValueError as error:
            raise _wrong_period() from error
        if found[-1][0] > found[-1][1]:
            raise _wrong_period()
    return tuple(found)


def _wrong_period() -> Wrong:
    return Wrong(
        "des jours comme 2026-02-14..2026-03-22, le premier avant le dernier, ou rien",
        "days like 2026-02-14..2026-03-22, the first before the last, or nothing",
    )


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekly(value: str) -> tuple[int, time] | None:
    """A weekday (0: Monday) and a time of day of ``monday 08:30``; None for "". Raises Wrong."""
    if not value:
        return None
    day, _, moment = value.strip().lower().partition(" ")
    try:
        return _DAYS.index(day), time.fromisoformat(moment.strip())
    except ValueError as error:
        raise Wrong(
            "un jour anglais et une heure comme monday 08:30, ou rien",
            "a day and a time like monday 08:30, or nothing",
            nearest=nearest(day, _DAYS),
        ) from error


def last_time(value: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When the moment of ``monday 08:30`` came last, local; None for ""."""
    found = weekly(value)
    if found is None:
        return None
    day, at = found
    local = now.astimezone(zone)
    last = datetime.combine(local.date(), at, local.tzinfo)
    last -= timedelta(days=(local.weekday() - day) % 7)
    return last if last <= local else last - timedelta(days=7)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise Wrong(
            "un fuseau horaire, par exemple Europe/Paris",
            "a time zone, for example Europe/Paris",
            nearest=nearest(value, _zones()),
        )
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise Wrong("un code de langue, par exemple fr", "a language code, for example en")
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise Wrong(
            "le nom d’une variable d’environnement (pas le secret lui-même)",
            "the name of an environment variable (not the secret itself)",
        )
    return value


def _database(value: str) -> str:
    """An SQLAlchemy address of one of the two databases, without a password."""
    if not value:
        return value
    if not re.match(r"(postgresql(\+psycopg)?|sqlite)://", value):
        raise Wrong(
            "une adresse postgresql://…, ou rien pour SQLite",
            "an address postgresql://…, or nothing for SQLite",
        )
    if re.match(r"[a-z+]+://[^/@]*:[^/@]*@", value):
        raise Wrong(
            "l’adresse sans mot de passe\u202f; donnez-le par la variable PGPASSWORD ou le "
            "fichier ~/.pgpass",
            "the address without a password; give it by the variable PGPASSWORD or the file "
            "~/.pgpass",
            found={"fr": "cette adresse contient un mot de passe", "en": "it holds a password"},
        )
    return value


def _unquoted_date(value: Any) -> Any:
    """TOML knows dates: 2025-10-29 without quotes means the same as with them."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def _date(value: str) -> str:
    try:
        if re.fullmatch(r"\d{4}", value):
            date(int(value), 1, 1)
        elif re.fullmatch(r"\d{4}-\d{2}", value):
            date(int(value[:4]), int(value[5:]), 1)
        else:
            datetime.fromisoformat(value)
    except ValueError as error:
        raise Wrong(
            "une date ISO 8601, par exemple 2025-10-29", "an ISO 8601 date, for example 2025-10-29"
        ) from error
    return value


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise Wrong("une adresse comme vous@exemple.org", "an address like you@example.org")
    return value


def _mail_server(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.\-]+(:\d{1,5})?", value):
        raise Wrong(
            "un nom de serveur comme smtp.exemple.org, ou avec son port\u00a0: smtp.exemple.org:587",
            "a server’s name like smtp.example.org, or with its port: smtp.example.org:587",
        )
    return value


def _person(value: str) -> str:
    if not re.fullmatch(r"@[A-Za-z0-9_.\-]+@[A-Za-z0-9.\-]+(:\d{1,5})?", value):
        raise Wrong(
            "une adresse du Fédivers comme @vous@mamot.fr",
            "a Fediverse address like @you@mastodon.social",
        )
    return value


#: An e-mail address.
Email = Annotated[str, AfterValidator(_email)]
#: A mail server: its name, and its port where that is unusual.
MailServer = Annotated[str, AfterValidator(_mail_server)]
#: Somebody on the Fediverse: ``@user@instance``.
Person = Annotated[str, AfterValidator(_person)]
#: An http or https address.
Url = Annotated[str, AfterValidator(_url)]
#: The address of a server that gets our secrets: https, or this very machine. No last slash.
Server = Annotated[str, AfterValidator(_server)]
#: A network that may be reached although it is not public: see :func:`network`.
Allowed = Annotated[str, AfterValidator(_network)]
#: A name of the IANA time zone database.
Zone = Annotated[str, AfterValidator(_zone)]
#: ISO 639-1, or longer as BCP 47 says.
LanguageCode = Annotated[str, AfterValidator(_language)]
#: The name of an environment variable.
Variable = Annotated[str, AfterValidator(_variable)]
#: The address of the database: PostgreSQL, SQLite, or empty.
Database = Annotated[str, AfterValidator(_database)]
#: A date or a moment, in the precision the text has: 2025, 2024-12, 2025-10-29.
IsoDate = Annotated[str, BeforeValidator(_unquoted_date), AfterValidator(_date)]

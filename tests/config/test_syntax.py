"""Addresses, networks, hours, dates: what is taken and what is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.config.syntax import (
    Allowed,
    Database,
    IsoDate,
    LanguageCode,
    Server,
    Url,
    Variable,
    Zone,
    hours,
    network,
    quiet_hours,
)

RIGHT = [
    (Url, "https://alposs.fr"),
    (Url, "http://[2001:db8::1]:8080/feed?x=1#y"),
    (Url, "HTTPS://xn--chirolles-93a.example/"),
    (Server, "https://social.example"),
    (Server, "http://127.0.0.1:8008"),
    (Server, "http://[::1]:8008"),
    (Server, "http://localhost:3000"),
    (Server, "http://synapse:8008"),
    (Server, "http://mastodon.localhost"),
    (Allowed, "10.0.0.0/8"),
    (Allowed, "192.168.1.5"),
    (Allowed, "192.168.1.5:8080"),
    (Allowed, "fd00::/8"),
    (Allowed, "[fd00::/8]:443"),
    (Zone, "Europe/Paris"),
    (Zone, "UTC"),
    (LanguageCode, "fr"),
    (LanguageCode, "oc"),
    (LanguageCode, "pt-BR"),
    (Variable, "ALPOSS_TOKEN"),
    (Database, ""),
    (Database, "postgresql://bot@db.example/alposs"),
    (Database, "postgresql+psycopg:///alposs?host=/run/postgresql"),
    (Database, "sqlite:////var/lib/alposs/bot.db"),
    (IsoDate, "2025"),
    (IsoDate, "2024-12"),
    (IsoDate, "2024-02-29"),
    (IsoDate, "2025-10-30T09:00:00+01:00"),
]
WRONG = [
    (Url, "alposs.fr"),
    (Url, "https://"),
    (Url, "https:///path"),
    (Url, "ftp://alposs.fr"),
    (Url, "javascript:alert(1)"),
    (Url, "https://a.example:99999"),
    (Url, "https://a.example:0"),
    (Url, "https://[::1"),
    (Url, "https://user@a.example"),
    (Url, "https://a.example/a b"),
    (Url, "https://a.example/\n"),
    (Server, "http://social.example"),
    (Server, "http://192.168.1.5"),
    (Server, "http://[2001:db8::1]"),
    (Server, "http://127.0.0.1.example"),
    (Allowed, "10.0.0.1/8"),
    (Allowed, "10.0.0.0/33"),
    (Allowed, "10.0.0.1:0"),
    (Allowed, "10.0.0.1:65536"),
    (Allowed, "intranet.example"),
    (Allowed, "[10.0.0.0/8"),
    (Zone, "Paris"),
    (Zone, "../../etc/passwd"),
    (LanguageCode, "FR"),
    (LanguageCode, "../fr"),
    (Variable, "MY TOKEN"),
    (Variable, "1TOKEN"),
    (Database, "mysql://db.example/x"),
    (Database, "postgresql://bot:hidden@db.example/x"),
    (IsoDate, "2025-13"),
    (IsoDate, "2025-02-29"),
    (IsoDate, "30/10/2025"),
    (IsoDate, "hier"),
]


@pytest.mark.parametrize(("sort", "value"), RIGHT, ids=lambda each: str(each)[:40])
def test_what_is_well_formed_is_taken_as_it_is(sort, value):
    assert TypeAdapter(sort).validate_python(value) == value


@pytest.mark.parametrize(("sort", "value"), WRONG, ids=lambda each: str(each)[:40])
def test_what_is_malformed_is_refused(sort, value):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(sort).validate_python(value)
    (detail,) = caught.value.errors()
    assert set(detail["ctx"]["error"].expected) == {"fr", "en"}


def test_a_servers_last_slash_does_not_count():
    assert TypeAdapter(Server).validate_python("https://a.example/") == "https://a.example"


def test_a_network_with_a_port_keeps_both():
    found, port = network("[fd00::/8]:8080")
    assert (str(found), port) == ("fd00::/8", 8080)
    assert network("10.0.0.0/8")[1] is None


def test_quiet_hours_are_normalised():
    assert quiet_hours("8:00 – 9:30") == "08:00-09:30"
    assert quiet_hours("") == ""
    assert [str(end) for end in hours("20:00-08:00")] == ["20:00:00", "08:00:00"]

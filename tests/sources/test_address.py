import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.address import Guard

INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "no address",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_s1_inside(address):
    assert not Guard().permits(address, 443)


@pytest.mark.parametrize("address", ["9.9.9.9", "172.32.0.1", "192.169.0.1", "2a01:e0a::1"])
def test_s1_outside(address):
    assert Guard().permits(address, 443)


def test_s1_allow_list():
    guard = Guard(("10.0.0.0/8", "192.168.1.5:8080", "[fd00::/8]:443"))
    assert guard.permits("10.9.9.9", 80)
    assert guard.permits("192.168.1.5", 8080)
    assert guard.permits("fd00::5", 443)
    assert guard.permits("::ffff:10.0.0.1", 80)
    assert not guard.permits("192.168.1.5", 80)
    assert not guard.permits("fd00::5", 80)
    assert not guard.permits("192.168.1.6", 8080)


@given(st.ip_addresses())
def test_s1_nothing_that_python_calls_inside_is_permitted(address):
    embedded = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if not address.is_global or address.is_multicast or embedded:
        assert not Guard().permits(str(address), 80)


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address))
def test_s1_no_ipv4_in_ipv6_clothes(address):
    for prefix in ("::ffff:", "::", "64:ff9b::"):
        assert not Guard().permits(f"{prefix}{address}", 80)

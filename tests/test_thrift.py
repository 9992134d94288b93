"""Hints to the interpreter and the C library: they change what they say, and never fail."""

import sys
from pathlib import Path

import pytest

from bot import thrift


@pytest.fixture
def own_interval():
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("own_interval")
def test_threads_give_the_interpreter_up_sooner():
    thrift.begin()
    assert sys.getswitchinterval() == pytest.approx(thrift.SWITCH)


def used():
    """Bytes in memory; 0 where the system does not say."""
    said = Path("/proc/self/statm")
    return int(said.read_text(encoding="ascii").split()[1]) * 4096 if said.exists() else 0


def test_what_a_burst_has_left_goes_back_to_the_system():
    burst = [bytearray(60_000) for _ in range(1000)]
    last = bytearray(60_000)  # on top of the heap: what lies below it stays without asking
    whole = used()
    del burst
    thrift.give_back()
    assert used() < whole - 20_000_000 or not whole
    assert last is not None


def test_a_system_without_glibc_is_asked_for_nothing(monkeypatch):
    def missing(_name):
        raise OSError

    monkeypatch.setattr(thrift.ctypes, "CDLL", missing)
    thrift.give_back()
    assert thrift._of_glibc("malloc_trim") is None

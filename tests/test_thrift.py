"""Hints to the interpreter and the C library: they change what they say, and never fail."""

import asyncio
import gc
import sys
import threading
import time
from pathlib import Path

import pytest

from bot import thrift


@pytest.fixture
def own_interval():
    before, objects = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(before)
    gc.set_threshold(*objects)
    gc.unfreeze()


@pytest.mark.usefixtures("own_interval")
def test_threads_give_the_interpreter_up_sooner():
    thrift.begin()
    assert sys.getswitchinterval() == pytest.approx(thrift.SWITCH)


@pytest.mark.usefixtures("own_interval")
def test_what_is_there_at_the_start_is_not_looked_through_again():
    before = gc.get_freeze_count()
    thrift.begin()
    assert gc.get_freeze_count() > before + 10_000
    assert len(gc.get_objects()) < 1_000
    assert gc.get_threshold()[0] == thrift.OBJECTS


async def test_one_thought_at_a_time_beside_the_loop():
    together, most = 0, 0

    def think(number):
        nonlocal together, most
        together += 1
        most = max(most, together)
        time.sleep(0.001)
        together -= 1
        return number, threading.current_thread() is threading.main_thread()

    found = await asyncio.gather(*(thrift.aside(think, number) for number in range(10)))
    assert found == [(number, False) for number in range(10)]
    assert most == 1


async def test_o1_a_thought_that_does_not_end_holds_up_nobody_who_leaves():
    begun, ends = threading.Event(), threading.Event()
    hanging = asyncio.ensure_future(thrift.aside(lambda: [begun.set(), ends.wait(60)]))
    await asyncio.to_thread(begun.wait, 60)
    waiting = asyncio.ensure_future(thrift.aside(lambda: None))
    await asyncio.sleep(0)
    thrift.rest()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await thrift.aside(lambda: 7) == 7
    ends.set()
    await hanging


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

"""Rows of numbers that are added up as if each row were one number.

To add eight weights of each of three hundred traits one by one takes Python longer than it takes
to find the traits. Here a row is one long integer: each of its numbers, in ten-thousandths, has a
lane of 96 bits to itself, with so much room above it that no sum ever runs into the next lane.
Adding two such integers adds all their numbers at once, and exactly: the weights are learnt with
two decimals, and the product of two of them has four.
"""

from __future__ import annotations

from collections.abc import Iterable

_BITS = 96
_FIRST = (1 << _BITS) - 1
_HALF = 1 << (_BITS - 1)
_WHOLE = 10_000
#: A row is multiplied in steps of this size: nothing of a number is lost.
_STEPS = 40


def pack(numbers: Iterable[float]) -> int:
    """A row as one integer; the first of its numbers is never negative."""
    packed = 0
    for lane, number in enumerate(numbers):
        packed += round(number * _WHOLE) << (_BITS * lane)
    return packed


def first(row: int) -> float:
    """The first number of a row, or of a sum of rows."""
    return (row & _FIRST) / _WHOLE


def times(row: int, factor: float) -> int:
    """A row multiplied, to be added to others that were, and read by :func:`unpack`."""
    return row * round(factor * (1 << _STEPS))


def unpack(row: int, count: int) -> list[float]:
    """The ``count`` numbers of a sum of what :func:`times` gave."""
    numbers: list[float] = []
    for _ in range(count):
        lane = row & _FIRST
        lane -= (lane & _HALF) << 1  # a negative number has borrowed from the lane above
        numbers.append(lane / (_WHOLE << _STEPS))
        row = (row - lane) >> _BITS
    return numbers

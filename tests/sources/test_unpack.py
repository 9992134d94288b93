"""Bodies as their servers packed them (bot/sources/unpack.py)."""

import gzip
import os
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.unpack import STEP, Damaged, Unpacker, needed


def raw(body):
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(body) + squeeze.flush()


PACK = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw}
NAMES = {"gzip": "gzip", "deflate": "deflate", "raw": "deflate"}


def read(name, *chunks):
    unpacker = Unpacker(NAMES.get(name, name))
    pieces = [piece for chunk in chunks for piece in unpacker.feed(chunk)]
    unpacker.end()
    assert all(len(piece) <= STEP for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("name", PACK)
@given(
    body=st.binary(max_size=2000) | st.integers(0, 3 * STEP).map(lambda n: b"ab" * (n // 2)),
    cuts=st.lists(st.integers(0, 3000), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_what_was_packed_comes_out_whatever_its_pieces(name, body, cuts):
    packed = PACK[name](body)
    places = sorted({0, len(packed), *(cut for cut in cuts if cut < len(packed))})
    chunks = [packed[a:b] for a, b in pairwise(places)]
    assert read(name, *chunks) == body


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("size", [STEP - 1, STEP, STEP + 1, 2 * STEP])
@pytest.mark.parametrize("body", [b"a" * 3 * STEP, os.urandom(3 * STEP)], ids=["dense", "odd"])
def test_a_body_that_ends_with_a_step_is_whole(name, size, body):
    assert read(name, PACK[name](body[:size])) == body[:size]


@pytest.mark.parametrize("name", PACK)
def test_p4_r2_one_that_ends_anywhere_too_early_is_damaged(name):
    packed = PACK[name](b"<p>" + os.urandom(40) + b"Vie locale " * 20)
    for end in range(1, len(packed)):
        with pytest.raises(Damaged):
            read(name, packed[:end])


def test_several_gzip_members_are_one_body_and_filling_is_passed_over():
    one, two = gzip.compress(b"one"), gzip.compress(b"two")
    assert read("gzip", one, two) == read("gzip", one + two) == b"onetwo"
    assert read("X-GZIP", one + bytes(512), bytes(9)) == b"one"
    assert read("deflate", zlib.compress(b"one") + b"\r\n") == b"one"
    with pytest.raises(Damaged):
        read("gzip", one + two[:-1])


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, gzip", "x"])
def test_what_was_not_asked_for_is_damaged(name):
    assert needed(name)
    with pytest.raises(Damaged):
        read(name, b"abc")


def test_plain_text_that_is_said_to_be_packed_is_damaged():
    with pytest.raises(Damaged):
        read("gzip", b"User-agent: *")
    assert not needed("")
    assert not needed("Identity")
    assert read("gzip") == b""


def test_p16_members_are_found_wherever_the_network_cuts_them():
    whole = gzip.compress(b"first ") + gzip.compress(b"second")
    for cut in range(1, len(whole)):
        unpacker = Unpacker("gzip")
        pieces = [*unpacker.feed(whole[:cut]), *unpacker.feed(whole[cut:])]
        unpacker.end()
        assert b"".join(pieces) == b"first second", cut


def test_a_lone_byte_at_the_end_is_filling():
    unpacker = Unpacker("gzip")
    assert b"".join(unpacker.feed(gzip.compress(b"all") + b"\x1f")) == b"all"
    unpacker.end()

"""Keys and locks without a server, checked against independent implementations."""

from __future__ import annotations

import contextlib

import pytest
import signedjson.key
import signedjson.sign
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import matrix_vault as vault
from bot.channels.matrix_signing import Identity, published, vouched


def test_the_recovery_key_is_written_as_other_clients_write_it():
    """The public example key of RFC 7748, and its known base58 form."""
    key = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    words = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
    assert vault.recovery_words(key) == words
    assert vault.read_recovery(words) == key
    assert vault.read_recovery(f" {words.replace(' ', '')}\n") == key


@given(st.binary(min_size=32, max_size=32), st.integers(0, 47), st.sampled_from(vault.ALPHABET))
def test_one_wrong_letter_is_noticed(key, at, letter):
    words = vault.recovery_words(key).replace(" ", "")
    assert vault.read_recovery(words) == key
    wrong = words[:at] + letter + words[at + 1 :]
    if wrong != words:
        with contextlib.suppress(vault.WrongKey):
            assert vault.read_recovery(wrong) != key  # the check is one byte long


@pytest.mark.parametrize("words", ["", "EsTc", "0OIl", "é", "1" * 48, "z" * 5000])
def test_what_is_no_recovery_key(words):
    with pytest.raises(vault.WrongKey):
        vault.read_recovery(words)


def test_a_secret_opens_with_its_key_and_its_name_alone():
    key, other = vault.new_key(), vault.new_key()
    locked = vault.lock(key, "m.cross_signing.master", b"seed")
    assert vault.unlock(key, "m.cross_signing.master", locked) == b"seed"
    tampered = {**locked, "ciphertext": locked["iv"]}
    for wrong_key, name, what in (
        (other, "m.cross_signing.master", locked),
        (key, "m.cross_signing.self_signing", locked),
        (key, "m.cross_signing.master", tampered),
        (key, "m.cross_signing.master", {}),
        (key, "m.cross_signing.master", {**locked, "mac": "é"}),
        (key, "m.cross_signing.master", {**locked, "iv": "AAAA"}),
    ):
        with pytest.raises(vault.WrongKey):
            vault.unlock(wrong_key, name, what)
    described = vault.description(key, "AlpOSS")
    assert vault.fits(key, described)
    assert not vault.fits(other, described)
    assert not vault.fits(key, {**described, "algorithm": "org.other"})


def test_signatures_are_those_of_another_implementation():
    identity = Identity.new("@alposs:alpes.test")
    signing = identity.published("self_signing")
    master = identity.public("master")
    verify = signedjson.key.decode_verify_key_bytes(f"ed25519:{master}", vault.unbase64(master))
    signedjson.sign.verify_signed_json(signing, "@alposs:alpes.test", verify)
    assert vouched(signing, "@alposs:alpes.test", master)
    changed = {**signing, "usage": ["master"]}
    assert not vouched(changed, "@alposs:alpes.test", master)
    assert not vouched(signing, "@autre:alpes.test", master)
    assert not vouched(signing, "@alposs:alpes.test", identity.public("user_signing"))
    for broken in (
        {},
        {"signatures": None},
        {"signatures": {"@alposs:alpes.test": {f"ed25519:{master}": 1}}},
    ):
        assert not vouched(broken, "@alposs:alpes.test", master)
    assert published(signing) == identity.public("self_signing")
    assert published({"keys": {"a": "b", "c": "d"}}) == published(None) == ""
    again = identity.signed("master", {**signing, "unsigned": {"x": 1}})
    assert vouched(again, "@alposs:alpes.test", master)


def test_s11_the_seeds_are_in_no_repr():
    identity = Identity.new("@alposs:alpes.test")
    assert repr(identity) == "Identity('@alposs:alpes.test')"

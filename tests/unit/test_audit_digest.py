"""A digest says where every stream ends, follows the digest before, and only the key's owner can sign it."""

from dataclasses import fields, replace

import pytest
import second_verifier
from made_up_trail import (
    CONSENTS,
    DECISIONS,
    DIGESTS,
    ENTRIES,
    OTHER_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
    forged,
    records,
)

from zhike.adapters.audit_files import verify_trail_file, write_trail
from zhike.core.errors import UsageError
from zhike.govern.audit import verify_trail
from zhike.govern.audit_chain import LATEST, Head, first_head
from zhike.govern.audit_digest import (
    FIRST_PREVIOUS,
    Digest,
    fell,
    key_fingerprint,
    next_digest,
    public_key_of,
    signature_holds,
)


def sign(heads, *, before=None, at=1, private_key=PRIVATE_KEY):
    return next_digest(before, heads, at=at, private_key=private_key)


def test_the_hashes_are_those_that_were_first_given():
    """Trails are kept for decades: another encoding would make every one of them invalid."""
    digest = sign([], at=7)
    assert digest.previous == "a0dea117a37e0d40143a94bb9201f2c9c1f62d92be1bc29b6b4d7d83afb0d8fe"
    assert digest.key == "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c"
    assert digest.hash == "64252ca1a8f144f7d3f4af5a1c1554b85229261f19e8c246b5a66886aabdf644"


def test_digests_are_numbered_and_follow_one_another():
    first, second = DIGESTS
    assert (first.number, first.previous) == (1, FIRST_PREVIOUS)
    assert (second.number, second.previous) == (2, first.hash)
    assert second.hash == second.computed_hash()
    assert second.heads == (CONSENTS[1].head, DECISIONS[1].head)


def test_the_order_of_heads_makes_no_difference():
    heads = [CONSENTS[0].head, DECISIONS[0].head]
    assert sign(heads) == sign(reversed(heads))


def test_only_the_owner_of_the_key_can_sign():
    digest = DIGESTS[1]
    assert digest.key == key_fingerprint(PUBLIC_KEY)
    assert signature_holds(digest, PUBLIC_KEY)
    assert not signature_holds(digest, public_key_of(OTHER_KEY))
    assert not signature_holds(forged(digest), PUBLIC_KEY)
    assert signature_holds(forged(digest), public_key_of(OTHER_KEY))


@pytest.mark.parametrize(
    "name", [field.name for field in fields(Digest) if field.name not in ("hash", "signature")]
)
def test_every_field_is_hashed_and_signed(name):
    value = getattr(DIGESTS[1], name)
    other = {int: lambda: value + 1, str: lambda: value[::-1] or "ab" * 32, tuple: lambda: value[:1]}[
        type(value)
    ]()
    changed = replace(DIGESTS[1], **{name: other})
    assert changed.computed_hash() != DIGESTS[1].hash
    assert not signature_holds(changed, PUBLIC_KEY)


@pytest.mark.parametrize(
    "signature", ["", "00" * 64, "no", "0" * 127, DIGESTS[0].signature.upper(), f"{DIGESTS[0].signature} "]
)
def test_what_is_no_signature_does_not_hold(signature):
    assert not signature_holds(replace(DIGESTS[0], signature=signature), PUBLIC_KEY)


@pytest.mark.parametrize(
    "heads",
    [
        [CONSENTS[1].head, CONSENTS[2].head, DECISIONS[1].head],
        [CONSENTS[1].head],
        [CONSENTS[0].head, DECISIONS[1].head],
        [Head("consents", 2, "0" * 64), DECISIONS[1].head],
        [CONSENTS[1].head, DECISIONS[1].head, first_head("new")],
    ],
    ids=["twice", "missing", "gone back", "changed", "empty"],
)
def test_a_digest_that_no_trail_could_fit_is_not_signed(heads):
    with pytest.raises(UsageError, match="heads to sign"):
        sign(heads, before=DIGESTS[1])


@pytest.mark.parametrize("at", [-1, LATEST + 1])
def test_a_time_outside_the_calendar_is_not_signed(at):
    with pytest.raises(UsageError, match="heads to sign"):
        sign([], at=at)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_has_32_bytes(length):
    for use in (public_key_of, key_fingerprint, lambda key: sign([], private_key=key)):
        with pytest.raises(UsageError, match=f"key of {length} bytes"):
            use(bytes(length))


def test_what_fell_is_missing_lower_or_otherwise():
    old = [Head("a", 2, "x"), Head("b", 2, "x"), Head("c", 2, "x"), Head("d", 2, "x")]
    new = [Head("a", 3, "y"), Head("b", 1, "x"), Head("c", 2, "y")]
    assert fell(old, new) == [(old[1], new[1]), (old[2], new[2]), (old[3], None)]
    assert fell(old, old) == []


def named(successor=OTHER_KEY, **options):
    """Return the two digests, the second naming the key that follows."""
    heads = [CONSENTS[1].head, DECISIONS[1].head]
    at = DIGESTS[1].at
    return next_digest(
        DIGESTS[0], heads, at=at, private_key=PRIVATE_KEY, successor=public_key_of(successor), **options
    )


def after(before, private_key):
    return next_digest(before, before.heads, at=before.at + 1, private_key=private_key)


def test_only_the_named_key_signs_the_next():
    before = named()
    assert signature_holds(before, PUBLIC_KEY)
    assert signature_holds(after(before, OTHER_KEY), public_key_of(OTHER_KEY))
    with pytest.raises(UsageError, match="does not name"):
        after(before, PRIVATE_KEY)
    for wrong in (PUBLIC_KEY, b"", b"k" * 31):
        with pytest.raises(UsageError, match="a key to follow that is none"):
            next_digest(DIGESTS[0], DIGESTS[1].heads, at=2, private_key=PRIVATE_KEY, successor=wrong)


def found(digests, keys):
    return [failure.code for failure in verify_trail(ENTRIES, digests, keys).failures]


def test_a_key_that_is_named_by_a_trusted_one_is_trusted_and_the_old_one_no_more():
    first, second = DIGESTS[0], named()
    assert found([first, second, after(second, OTHER_KEY)], [PUBLIC_KEY]) == []
    assert found([first, second, after(second, OTHER_KEY)], [PUBLIC_KEY, public_key_of(OTHER_KEY)]) == []
    old = after(replace(second, successor=""), PRIVATE_KEY)
    for keys in ([PUBLIC_KEY], [PUBLIC_KEY, public_key_of(OTHER_KEY)]):
        assert found([first, second, old], keys) == ["digest_old_key"]
    assert "digest_unknown_key" in found([first, DIGESTS[1], after(second, OTHER_KEY)], [PUBLIC_KEY])
    third = bytes(range(2, 34))
    assert "digest_unknown_key" in found(
        [first, second, after(replace(second, successor=""), third)], [PUBLIC_KEY]
    )


def test_a_key_named_by_one_that_is_not_trusted_is_not_either():
    forged_one = replace(forged(DIGESTS[1]), successor=public_key_of(OTHER_KEY).hex())
    codes = found([DIGESTS[0], forged_one, after(forged_one, OTHER_KEY)], [PUBLIC_KEY])
    assert codes.count("digest_unknown_key") == 2


def test_a_key_cannot_hand_back_to_one_that_was_replaced():
    second = named()
    back = next_digest(second, second.heads, at=second.at + 1, private_key=OTHER_KEY, successor=PUBLIC_KEY)
    assert found([DIGESTS[0], second, back], [PUBLIC_KEY]) == ["digest_old_key"]


def test_a_successor_is_written_and_read_by_both_verifiers(tmp_path):
    second = named()
    digests = [DIGESTS[0], second, after(second, OTHER_KEY)]
    path = tmp_path / "trail.jsonl"
    write_trail(path, records(openings=[]), digests, [PUBLIC_KEY, public_key_of(OTHER_KEY)])
    assert verify_trail_file(path, [PUBLIC_KEY]).verified
    assert second_verifier.sound(path, PUBLIC_KEY)
    path.write_text(path.read_text("ascii").replace(second.successor, "00" * 32), "ascii")
    assert not verify_trail_file(path, [PUBLIC_KEY]).verified
    assert not second_verifier.sound(path, PUBLIC_KEY)

"""Entries follow one another by hash, commit to their content without holding it, and cannot be taken one for another."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from made_up_trail import CONSENTS, NOON, stream

from zhike.core.errors import UsageError
from zhike.govern.audit_chain import (
    LATEST,
    AuditEntry,
    Head,
    commitment,
    encoding,
    first_head,
    hash_of,
    next_entry,
)
from zhike.govern.audit_events import AuditEvent

BODY = commitment(bytes(16), b"")
USUAL = {"at": NOON, "event": AuditEvent.CONSENT_GIVEN, "actor": "S017", "body": BODY}


def test_the_hashes_are_those_that_were_first_given():
    """Trails are kept for decades: another encoding would make every one of them invalid."""
    assert first_head("consents").hash == "3609aaccf49d18b3822c84a6b2b506e3c95030b507cb82be83adf32c484b72fb"
    assert BODY == "e49621c1895fe0362525a5bc77e73e6d3d12fc0e343b18f1bab242a8ebbf7c24"
    entry = next_entry(first_head("consents"), **USUAL)
    assert entry.hash == "9a980f2956dff0b81ec8f7b63128e5f1ceb504d98997a0c318368ac7b5709b43"


def test_an_entry_follows_its_head():
    first = next_entry(first_head("consents"), **USUAL)
    second = next_entry(first.head, **USUAL, subject=BODY)
    assert (first.number, second.number) == (1, 2)
    assert (first.previous, second.previous) == (first_head("consents").hash, first.hash)
    assert second.head == Head("consents", 2, second.hash)
    assert second == AuditEntry("consents", 2, NOON, 401, "S017", BODY, BODY, first.hash, second.hash)
    assert type(second.event) is int


def test_an_entry_is_frozen_and_has_no_room_for_more():
    with pytest.raises(FrozenInstanceError):
        CONSENTS[0].actor = "S018"
    assert not hasattr(CONSENTS[0], "__dict__")


@pytest.mark.parametrize("name", [field.name for field in fields(AuditEntry) if field.name != "hash"])
def test_every_field_is_hashed(name):
    entry = CONSENTS[1]
    value = getattr(entry, name)
    changed = replace(entry, **{name: value + 1 if isinstance(value, int) else value + "0"})
    assert entry.computed_hash() == entry.hash
    assert changed.computed_hash() != entry.hash


def test_text_cannot_move_from_one_field_to_the_next():
    entry = replace(CONSENTS[0], actor="ab", subject="c")
    assert entry.computed_hash() != replace(entry, actor="a", subject="bc").computed_hash()
    assert replace(entry, number=1, at=23).computed_hash() != replace(entry, number=12, at=3).computed_hash()
    assert encoding(b"a", b"") != encoding(b"", b"a") != encoding(b"a")


def test_what_is_hashed_says_of_which_kind_it_is():
    assert commitment(bytes(16), b"x") != hash_of(bytes(16), b"x")
    assert first_head("digests").hash != hash_of(b"digests")


def test_streams_begin_apart():
    assert first_head("a").hash != first_head("b").hash
    assert stream("a", 1)[0].hash != stream("b", 1)[0].hash


def test_a_commitment_depends_on_salt_and_content_and_on_where_one_ends():
    found = commitment(bytes(16), b"no")
    assert found == commitment(bytes(16), b"no")
    assert (
        len(
            {
                found,
                commitment(bytes(17), b"no"),
                commitment(bytes(16), b"\0no"),
                commitment(bytes(16), b"yes"),
            }
        )
        == 4
    )
    assert len(found) == 64


def test_a_salt_that_could_be_guessed_is_refused():
    with pytest.raises(UsageError, match="15 bytes"):
        commitment(bytes(15), b"no")


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a\\b", "客户", "a\n", "x" * 201])
def test_a_stream_has_a_name_with_one_form_only(name):
    with pytest.raises(UsageError, match="stream"):
        first_head(name)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": 0}, {"event": 999}, {"at": -1}, {"at": LATEST + 1}, {"actor": ""}, {"actor": "Li Na"}, {"actor": "李娜"}, {"body": ""},
        {"body": BODY.upper()}, {"body": BODY[1:]}, {"subject": "C000001"}, {"subject": BODY + "\n"},
    ],
)  # fmt: skip
def test_what_would_stay_in_the_trail_for_good_is_refused(wrong):
    with pytest.raises(UsageError, match="audit entry"):
        next_entry(first_head("consents"), **USUAL | wrong)

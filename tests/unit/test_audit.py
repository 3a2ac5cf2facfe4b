"""A trail is verified when nothing was done to it, and every way of doing something to it has its code."""

import re
from dataclasses import replace

import pytest
from made_up_trail import (
    CONSENTS,
    DECISIONS,
    DIGESTS,
    ENTRIES,
    NOON,
    OPENINGS,
    OTHER_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
    digests_at,
    forged,
    opening,
    rehashed,
    stream,
)

from zhike.core.errors import UsageError
from zhike.core.language import LANGUAGES
from zhike.govern.audit import MOST_FAILURES, TrailCheck, verify_trail
from zhike.govern.audit_chain import Head, commitment, next_entry
from zhike.govern.audit_digest import Digest, public_key_of
from zhike.govern.audit_failures import TRAIL_SENTENCES, TrailFailure

ZERO = "0" * 64


def verified(entries=ENTRIES, digests=DIGESTS, keys=(PUBLIC_KEY,), **others):
    return verify_trail(entries, digests, keys, **others)


def codes(found):
    return [failure.code for failure in found.failures]


def changed(records, place, **changes):
    return [replace(one, **changes) if number == place else one for number, one in enumerate(records)]


def without(records, *places):
    return [one for number, one in enumerate(records) if number not in places]


def signed(heads, *, before=DIGESTS[1], key=PRIVATE_KEY):
    """Return a digest that `next_digest` would refuse to sign, signed."""
    bare = Digest(before.number + 1, NOON, tuple(heads), "", before.hash, "", "")
    return forged(bare, key)


def test_a_trail_that_nobody_touched_is_verified():
    found = verified(opened=OPENINGS)
    assert found.verified
    assert found.failures == ()
    assert (found.entries, found.streams, found.digests) == (5, 2, 2)
    assert (found.opened, found.erased, found.unopened) == (3, 1, 4)
    assert found.unsealed == {"consents": 1}
    assert found.last_digest == DIGESTS[1]
    assert (found.vouched, found.unnamed) == (True, 0)


def test_streams_may_be_mixed_in_any_way():
    assert verified([*DECISIONS, *CONSENTS]).verified
    assert verified([*CONSENTS, *DECISIONS]).verified


def test_a_trail_of_many_streams_and_no_entry_after_the_last_digest_has_nothing_unsealed():
    streams = [stream(f"s/{number}", 3) for number in range(20)]
    digests = digests_at([[one[0] for one in streams[:7]], [one[2] for one in streams]])
    found = verified([entry for one in streams for entry in one], digests)
    assert (found.verified, found.streams, dict(found.unsealed)) == (True, 20, {})


@pytest.mark.parametrize("part", ["at", "event", "actor", "subject", "body"])
def test_a_changed_field_is_found_where_it_is(part):
    other = {"at": NOON, "event": 402, "actor": "S018", "subject": "", "body": ZERO}[part]
    found = verified(changed(CONSENTS, 2, **{part: other}) + DECISIONS)
    assert [(failure.code, failure.stream, failure.number) for failure in found.failures] == [
        ("hash_wrong", "consents", 3)
    ]
    assert found.failures[0].found == CONSENTS[2].hash


def test_a_changed_entry_that_is_sealed_contradicts_the_digest_too():
    assert codes(verified(changed(ENTRIES, 2, actor="S018"))) == ["hash_wrong", "seal_broken"]


def test_hashes_computed_anew_contradict_the_digests():
    found = verified(rehashed(ENTRIES, 0, actor="S018"))
    assert [(failure.code, failure.number) for failure in found.failures] == [
        ("seal_broken", 1),
        ("seal_broken", 2),
    ]


def test_a_change_after_the_last_digest_is_found_unless_all_hashes_are_computed_anew():
    assert codes(verified(changed(ENTRIES, 4, actor="S018"))) == ["hash_wrong"]
    assert codes(verified(changed(ENTRIES, 4, hash=ZERO))) == ["hash_wrong"]
    anew = verified(rehashed(ENTRIES, 4, actor="S018"))
    assert anew.verified
    assert anew.unsealed == {"consents": 1}


def test_a_removed_entry_leaves_a_gap():
    assert codes(verified(without(ENTRIES, 0))) == ["number_wrong", "link_broken", "entry_missing"]
    gap = verified(without([*CONSENTS, *DECISIONS], 1))
    assert codes(gap) == ["number_wrong", "link_broken", "entry_missing"]
    assert [(failure.found, failure.needed) for failure in gap.failures[:2]] == [
        ("3", "2"),
        (CONSENTS[1].hash, CONSENTS[0].hash),
    ]


def test_removed_last_entries_are_missed_up_to_the_last_digest():
    found = verified(without(ENTRIES, 2, 4))
    assert found.failures == (
        TrailFailure("entry_missing", "consents", 2, found="1", needed=CONSENTS[1].hash),
    )


def test_what_is_removed_after_the_last_digest_is_not_missed_but_was_counted():
    found = verified(without(ENTRIES, 4))
    assert found.verified
    assert found.unsealed == {}


def test_a_removed_stream_is_missed():
    found = verified(CONSENTS)
    assert found.failures == (
        TrailFailure("stream_missing", "decisions/1", 2, found="0", needed=DECISIONS[1].hash),
    )


def test_entries_in_another_order_are_found():
    swapped = [CONSENTS[1], CONSENTS[0], CONSENTS[2], *DECISIONS]
    assert codes(verified(swapped)).count("number_wrong") == 3


def test_an_inserted_entry_is_found():
    extra = next_entry(CONSENTS[0].head, at=NOON, event=403, actor="S017", body=commitment(bytes(16), b""))
    found = verified([CONSENTS[0], extra, *CONSENTS[1:], *DECISIONS])
    assert codes(found) == ["seal_broken", "number_wrong", "link_broken"]
    assert codes(verified([*CONSENTS, CONSENTS[2], *DECISIONS])) == ["number_wrong", "link_broken"]


def test_a_number_that_is_left_out_is_found_though_all_hashes_fit():
    skipped = rehashed([*CONSENTS[:2], replace(CONSENTS[2], number=4), *DECISIONS], 2)
    assert codes(verified(skipped)) == ["number_wrong"]
    again = rehashed([*CONSENTS, replace(CONSENTS[2], actor="S018"), *DECISIONS], 3)
    assert codes(verified(again)) == ["number_wrong"]


def test_a_stream_under_another_name_is_another_stream():
    renamed = [replace(entry, stream="consent") for entry in CONSENTS]
    assert {"link_broken", "hash_wrong", "stream_missing"} == set(codes(verified([*renamed, *DECISIONS])))


def test_a_new_stream_after_the_last_digest_is_unsealed():
    found = verified([*ENTRIES, *stream("new", 2)])
    assert found.verified
    assert found.unsealed == {"consents": 1, "new": 2}


def test_without_a_digest_nothing_is_proved():
    found = verified(digests=[])
    assert codes(found) == ["no_digest"]
    assert found.unsealed == {"consents": 3, "decisions/1": 2}
    assert codes(verified([], [])) == ["no_digest"]


@pytest.mark.parametrize(
    ("part", "other", "code"),
    [
        ("at", NOON, "digest_signature_wrong"),
        ("heads", (CONSENTS[2].head, DECISIONS[1].head), "digest_signature_wrong"),
        ("signature", "00" * 64, "digest_signature_wrong"),
        ("hash", ZERO, "digest_hash_wrong"),
        ("previous", ZERO, "digest_link_broken"),
        ("number", 3, "digest_number_wrong"),
        ("key", ZERO, "digest_unknown_key"),
    ],
)
def test_a_changed_digest_is_found(part, other, code):
    found = verified(digests=changed(DIGESTS, 1, **{part: other}))
    assert code in codes(found)
    # What it says seals nothing: the digest before is the last that holds.
    assert found.last_digest == DIGESTS[0]
    assert found.unsealed == {"consents": 2, "decisions/1": 2}


def test_a_removed_digest_is_found_where_another_follows():
    assert codes(verified(digests=[DIGESTS[1]])) == ["digest_number_wrong", "digest_link_broken"]


def test_digests_in_another_order_are_found():
    assert codes(verified(digests=DIGESTS[::-1])).count("digest_number_wrong") == 2


def test_a_removed_last_digest_is_missed_by_whoever_knows_it():
    cut = verified(ENTRIES[:1], DIGESTS[:1])
    assert cut.verified
    known = verified(ENTRIES[:1], DIGESTS[:1], anchor=(2, DIGESTS[1].hash))
    assert known.failures == (TrailFailure("digest_missing", "", 2, found="-", needed=DIGESTS[1].hash),)
    assert verified(anchor=(1, DIGESTS[0].hash)).verified
    assert codes(verified(anchor=(1, ZERO))) == ["digest_missing"]


def test_a_digest_of_another_key_is_found_and_seals_nothing():
    found = verified(digests=[*DIGESTS[:1], forged(DIGESTS[1])])
    assert codes(found) == ["digest_unknown_key"]
    assert found.last_digest == DIGESTS[0]
    assert codes(verified(keys=[public_key_of(OTHER_KEY)])) == ["digest_unknown_key"] * 2 + ["no_digest"]
    assert codes(verified(keys=[])) == ["digest_unknown_key"] * 2 + ["no_digest"]


def test_a_key_that_pretends_to_be_the_banks_is_found():
    pretended = replace(forged(DIGESTS[1]), key=DIGESTS[1].key)
    assert "digest_signature_wrong" in codes(verified(digests=[DIGESTS[0], pretended]))


def test_a_later_key_takes_over_and_the_earlier_one_never_comes_back():
    keys = [PUBLIC_KEY, public_key_of(OTHER_KEY)]
    later = digests_at([[CONSENTS[1], DECISIONS[1]]], private_key=OTHER_KEY, before=DIGESTS[0])
    assert verified(digests=[DIGESTS[0], *later], keys=keys).verified
    back = digests_at([[CONSENTS[2], DECISIONS[1]]], before=later[0])
    assert codes(verified(digests=[DIGESTS[0], *later, *back], keys=keys)) == ["digest_old_key"]
    assert codes(verified(digests=[DIGESTS[0], *later], keys=keys[::-1])) == ["digest_old_key"]


def test_heads_that_the_key_should_never_have_signed_are_found():
    assert codes(verified(digests=[*DIGESTS, signed([CONSENTS[2].head])])) == ["digest_went_back"]
    unordered = signed([DECISIONS[1].head, CONSENTS[2].head])
    assert codes(verified(digests=[*DIGESTS, unordered])) == ["digest_unordered"]
    lower = signed([CONSENTS[0].head, DECISIONS[1].head])
    back = verified(digests=[*DIGESTS, lower])
    assert codes(back) == ["digest_went_back"]
    assert back.unsealed == {"consents": 1}
    twice = signed([CONSENTS[2].head, Head("consents", 2, ZERO), DECISIONS[1].head])
    assert "digest_unordered" in codes(verified(digests=[*DIGESTS, twice]))


def test_a_wrong_opening_is_found_and_an_erased_one_is_not():
    wrong = replace(opening("consents", 1), content=b"something else")
    found = verified(opened=[wrong, opening("consents", 1, "subject")])
    assert [(failure.code, failure.part) for failure in found.failures] == [("opening_wrong", "body")]
    assert codes(verified(opened=[replace(opening("consents", 1), salt=bytes(32))])) == ["opening_wrong"]
    every = [opening(e.stream, e.number, part, erased=True) for e in CONSENTS for part in ("subject", "body")]
    erased = verified(opened=every)
    assert erased.verified
    assert (erased.opened, erased.erased, erased.unopened) == (0, 6, 2)


@pytest.mark.parametrize(
    "stray",
    [
        opening("consents", 9),
        opening("elsewhere", 1),
        opening("decisions/1", 1, "subject"),
        opening("decisions/1", 2, "subject", erased=True),
    ],
)
def test_an_opening_of_nothing_is_found(stray):
    found = verified(opened=[stray])
    assert codes(found) == ["opening_stray"]
    assert (found.opened, found.erased) == (0, 0)


def test_a_commitment_is_opened_once():
    assert codes(verified(opened=[opening("consents", 1), opening("consents", 1)])) == ["opening_stray"]
    assert codes(verified(opened=[opening("consents", 1, erased=True), opening("consents", 1)])) == [
        "opening_stray"
    ]


def test_an_event_of_a_later_version_is_counted_not_refused():
    follows = replace(CONSENTS[2], number=4, event=499, previous=CONSENTS[2].hash)
    later = replace(follows, hash=follows.computed_hash())
    found = verified([*ENTRIES, later])
    assert found.verified
    assert found.unnamed == 1


def test_a_trail_that_is_wrong_everywhere_is_told_of_in_part_and_counted_in_full():
    entries = [replace(entry, actor="S018") for entry in stream("long", MOST_FAILURES + 5)]
    found = verified(entries, digests_at([[]]))
    assert len(found.failures) == MOST_FAILURES
    assert found.failed == MOST_FAILURES + 5
    assert not found.verified


def test_strange_text_is_hashed_and_not_choked_on():
    assert "hash_wrong" in codes(verified(changed(ENTRIES, 0, actor="\ud800")))
    assert "digest_signature_wrong" in codes(
        verified(digests=changed(DIGESTS, 1, heads=(Head("\ud800", 1, "客"),)))
    )


def test_a_key_of_the_wrong_length_is_a_mistake_of_the_caller():
    with pytest.raises(UsageError, match="31 bytes"):
        TrailCheck([bytes(31)])


def test_the_report_goes_into_json():
    found = verified(without(ENTRIES, 4, 2)).to_dict("zh-Hans")
    assert found["verified"] is False
    assert found["last_digest"] == {
        "number": 2,
        "hash": DIGESTS[1].hash,
        "at": DIGESTS[1].at,
        "key": DIGESTS[1].key,
    }
    (failure,) = found["failures"]
    assert set(failure) == {"code", "stream", "number", "found", "needed", "part", "line", "message"}
    assert "consents" in failure["message"]
    assert verified([], []).to_dict()["last_digest"] is None


@pytest.mark.parametrize("code", TRAIL_SENTENCES)
def test_every_failure_is_said_in_three_languages_from_the_same_parts(code):
    texts = [TRAIL_SENTENCES[code].in_language(language) for language in LANGUAGES]
    assert len(set(texts)) == 3
    named = [set(re.findall(r"{(\w+)}", text)) for text in texts]
    assert named[0] == named[1] == named[2]
    assert TrailFailure(code).render("zh-Hant")

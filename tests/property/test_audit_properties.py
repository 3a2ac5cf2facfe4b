"""Whatever is done to a trail is found, by whoever holds no private key, wherever it is done and however hashes are mended after it."""

from dataclasses import fields, replace

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_trail import (
    NOON,
    OTHER_KEY,
    PUBLIC_KEY,
    content_of,
    digests_at,
    forged,
    opening,
    rehashed,
    salt_of,
    stream,
)

from zhike.adapters.audit_lines import line_of, record_of
from zhike.govern.audit import verify_trail
from zhike.govern.audit_chain import AuditEntry, Head, commitment, next_entry
from zhike.govern.audit_digest import Digest
from zhike.govern.audit_events import AuditEvent

LAWS = settings(max_examples=examples(75))
HEXADECIMAL = st.text("0123456789abcdef", min_size=64, max_size=64)
TEXTS = st.one_of(HEXADECIMAL, st.text(max_size=8), st.just(""))


@st.composite
def trails(draw, *, unsealed=False):
    """Draw up to three streams mixed in any way, with up to three digests; the last seals everything unless some is left."""
    streams = [stream(f"s{number}", draw(st.integers(1, 4))) for number in range(draw(st.integers(1, 3)))]
    waiting, entries = [list(one) for one in streams], []
    while any(waiting):
        entries.append(draw(st.sampled_from([one for one in waiting if one])).pop(0))
    cuts = sorted(draw(st.lists(st.integers(1, len(entries)), max_size=2)))
    last = draw(st.integers(0, len(entries))) if unsealed else len(entries)
    return entries, digests_at(
        [lasts(entries[:cut]) for cut in [*(cut for cut in cuts if cut <= last), last]]
    )


def lasts(entries):
    """Return the last entry of every stream."""
    return list({entry.stream: entry for entry in entries}.values())


def verified(entries, digests, **others):
    return verify_trail(entries, digests, [PUBLIC_KEY], **others)


@LAWS
@given(trails(unsealed=True))
def test_what_nobody_touched_is_verified_and_what_is_not_sealed_is_counted(trail):
    entries, digests = trail
    found = verified(entries, digests)
    assert found.failures == ()
    sealed = sum(head.number for head in digests[-1].heads)
    assert sum(found.unsealed.values()) == len(entries) - sealed
    assert found.entries == len(entries)


def other(draw, value):
    """Draw another value of a field's kind."""
    if isinstance(value, int):
        return draw(st.integers(-1, 2**63).filter(lambda drawn: drawn != value))
    return draw(TEXTS.filter(lambda drawn: drawn != value))


@LAWS
@given(trails(unsealed=True), st.data())
def test_a_changed_field_of_any_entry_is_found(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(AuditEntry)]))
    changed = replace(entries[place], **{name: other(data.draw, getattr(entries[place], name))})
    assert not verified([*entries[:place], changed, *entries[place + 1 :]], digests).verified


@LAWS
@given(trails(), st.data())
def test_a_change_is_found_though_all_hashes_after_it_are_mended(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(["at", "event", "actor", "subject", "body"]))
    mended = rehashed(entries, place, **{name: other(data.draw, getattr(entries[place], name))})
    assert not verified(mended, digests).verified
    # It is the digest that finds it: the chain alone is whole again.
    assert {failure.code for failure in verified(mended, digests).failures} == {"seal_broken"}


@LAWS
@given(trails(), st.data())
def test_a_removed_entry_is_found(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(entries) - 1))
    rest = [*entries[:place], *entries[place + 1 :]]
    assert not verified(rest, digests).verified
    renumbered = [
        replace(entry, number=entry.number - 1)
        if entry.stream == entries[place].stream and entry.number > entries[place].number
        else entry
        for entry in rest
    ]
    mended = rehashed(renumbered, 0) if rest else rest
    assert not verified(mended, digests).verified


@LAWS
@given(trails(), st.data())
def test_a_stream_that_ends_too_early_or_is_gone_is_found(trail, data):
    entries, digests = trail
    gone = data.draw(st.sampled_from(entries))
    kept = [entry for entry in entries if entry.stream != gone.stream or entry.number < gone.number]
    assert {failure.code for failure in verified(kept, digests).failures} <= {
        "entry_missing",
        "stream_missing",
    }
    assert not verified(kept, digests).verified


@LAWS
@given(trails(unsealed=True), st.data())
def test_two_entries_of_a_stream_cannot_change_places(trail, data):
    entries, digests = trail
    one, two = (data.draw(st.integers(0, len(entries) - 1)) for _ in range(2))
    swapped = list(entries)
    swapped[one], swapped[two] = entries[two], entries[one]
    by_stream = [
        [e for e in order if e.stream == name] for name in ("s0", "s1", "s2") for order in (entries, swapped)
    ]
    same = by_stream[::2] == by_stream[1::2]
    # Streams may be mixed in any way: only the order within one says anything.
    assert verified(swapped, digests).verified == same


@LAWS
@given(trails(), st.data())
def test_an_inserted_entry_is_found(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(entries) - 1))
    after = entries[place]
    extra = data.draw(
        st.sampled_from(
            [
                after,
                next_entry(after.head, at=NOON, event=AuditEvent.OFFER_MADE, actor="x", body=after.body),
                next_entry(
                    Head(after.stream, after.number - 1, after.previous),
                    at=NOON,
                    event=AuditEvent.OFFER_MADE,
                    actor="x",
                    body=after.body,
                ),
            ]
        )
    )
    if extra.number > after.number and after in lasts(entries):
        # A further entry at the end is no forgery: it is unsealed until the next digest.
        assert verified([*entries, extra], digests).unsealed == {extra.stream: 1}
    else:
        assert not verified([*entries[: place + 1], extra, *entries[place + 1 :]], digests).verified


@LAWS
@given(trails(unsealed=True), st.data())
def test_a_changed_field_of_any_digest_is_found(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(digests) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Digest)]))
    value = getattr(digests[place], name)
    if name == "heads":
        heads = st.lists(
            st.builds(Head, st.sampled_from(["s0", "s1", "s9"]), st.integers(0, 5), HEXADECIMAL), max_size=3
        )
        changed = data.draw(heads.map(tuple).filter(lambda drawn: drawn != value))
    else:
        changed = other(data.draw, value)
    touched = [*digests[:place], replace(digests[place], **{name: changed}), *digests[place + 1 :]]
    assert not verified(entries, touched).verified


@LAWS
@given(trails(unsealed=True), st.data())
def test_a_digest_signed_by_another_key_is_found(trail, data):
    entries, digests = trail
    place = data.draw(st.integers(0, len(digests) - 1))
    touched = [*digests[:place], forged(digests[place], OTHER_KEY), *digests[place + 1 :]]
    assert not verified(entries, touched).verified


@LAWS
@given(trails(unsealed=True), st.data())
def test_digests_cannot_go_or_change_places(trail, data):
    entries, digests = trail
    order = data.draw(st.permutations(digests))
    assert verified(entries, order).verified == (order == digests)
    place = data.draw(st.integers(0, len(digests) - 1))
    rest = [*digests[:place], *digests[place + 1 :]]
    known = (digests[-1].number, digests[-1].hash)
    assert not verified(entries, rest, anchor=known).verified
    assert verified(entries, rest).verified == (place == len(digests) - 1 and bool(rest))


@LAWS
@given(trails(), st.data())
def test_erasing_leaves_every_proof_valid_and_a_false_opening_is_found(trail, data):
    entries, digests = trail
    parts = [(entry.stream, entry.number, part) for entry in entries for part in ("subject", "body")]
    erased = data.draw(st.sets(st.sampled_from(parts)))
    openings = [opening(*which, erased=which in erased) for which in parts]
    found = verified(entries, digests, opened=openings)
    assert found.verified
    assert (found.opened, found.erased, found.unopened) == (len(parts) - len(erased), len(erased), 0)
    which = data.draw(st.sampled_from(parts))
    salt, content = data.draw(st.binary(min_size=16, max_size=40)), data.draw(st.binary(max_size=40))
    wrong = [replace(opening(*which), salt=salt, content=content)]
    assert verified(entries, digests, opened=wrong).verified == (
        (salt, content) == (salt_of(*which), content_of(*which))
    )


@LAWS
@given(
    st.binary(min_size=16, max_size=64),
    st.binary(max_size=64),
    st.binary(min_size=16, max_size=64),
    st.binary(max_size=64),
)
def test_different_salts_and_contents_have_different_commitments(salt, content, other_salt, other_content):
    same = (salt, content) == (other_salt, other_content)
    assert (commitment(salt, content) == commitment(other_salt, other_content)) == same
    moved = (salt + content[:1], content[1:])
    assert commitment(*moved) != commitment(salt, content) or not content


@LAWS
@given(trails(), st.data())
def test_a_line_is_read_only_in_the_form_in_which_it_is_written(trail, data):
    entries, digests = trail
    openings = [opening(entries[0].stream, entries[0].number, erased=data.draw(st.booleans()))]
    record = data.draw(st.sampled_from([*entries, *digests, *openings]))
    line = line_of(record).encode("ascii")
    assert record_of(line) == record
    place, byte = data.draw(st.integers(0, len(line) - 1)), data.draw(st.integers(0, 255))
    changed = line[:place] + bytes([byte]) + line[place + 1 :]
    read = record_of(changed)
    # Either it is no line any more, or it says something else.
    assert read is None or (read == record) == (changed == line)
    assert record_of(data.draw(st.binary(max_size=50))) is None

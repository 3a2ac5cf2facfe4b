"""An export is whole or absent, is read line by line, and no byte of it can be another without being noticed."""

import json
import os
from pathlib import Path

import made_up_trail
import pytest
import second_verifier
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from made_up_trail import (
    CONSENTS,
    DIGESTS,
    ENTRIES,
    OPENINGS,
    OTHER_KEY,
    PUBLIC_KEY,
    digests_at,
    forged,
    opening,
    records,
    rehashed,
)

from zhike.adapters import audit_files
from zhike.adapters.audit_files import read_public_key, verify_trail_file, write_trail
from zhike.adapters.audit_lines import End, header_keys, header_line, line_of, record_of
from zhike.core.errors import InputNotFoundError, InputUnreadableError, TruthSealedError, UsageError
from zhike.govern.audit import Opening
from zhike.govern.audit_digest import key_fingerprint, public_key_of

KEYS = ([], [PUBLIC_KEY])


@pytest.fixture
def export(tmp_path):
    return made_up_trail.write(tmp_path / "trail.jsonl")


def codes(path, keys=(PUBLIC_KEY,), **others):
    return [failure.code for failure in verify_trail_file(path, keys, **others).failures]


def noticed(path, content, keys):
    """Tell whether a check of some content finds anything, or refuses it; it may not break."""
    path.write_bytes(content)
    try:
        return not verify_trail_file(path, keys).verified
    except InputUnreadableError:
        return True


def edited(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    return path


def test_what_was_written_is_verified(export):
    found = verify_trail_file(export, [PUBLIC_KEY])
    assert found.verified
    assert (found.entries, found.streams, found.digests) == (5, 2, 2)
    assert (found.opened, found.erased, found.unopened) == (3, 1, 4)
    assert found.unsealed == {"consents": 1}
    assert found.vouched


def test_a_key_that_only_the_file_names_is_used_and_not_vouched_for(export):
    found = verify_trail_file(export)
    assert found.verified
    assert not found.vouched
    assert found.last_digest.key == key_fingerprint(PUBLIC_KEY)


def test_whoever_forges_the_whole_trail_is_found_by_the_banks_key_only(tmp_path):
    entries = rehashed(ENTRIES, 0, actor="S018")
    digests = digests_at([[entries[2], entries[3]]], private_key=OTHER_KEY)
    forgery = made_up_trail.write(
        tmp_path / "t", entries=entries, digests=digests, keys=[public_key_of(OTHER_KEY)]
    )
    assert verify_trail_file(forgery).verified
    assert codes(forgery) == ["digest_unknown_key", "no_digest"]


def test_the_same_trail_gives_the_same_bytes(export, tmp_path):
    assert made_up_trail.write(tmp_path / "again").read_bytes() == export.read_bytes()


def test_every_line_is_json_in_ascii(export):
    content = export.read_bytes()
    lines = [json.loads(line) for line in content.decode("ascii").splitlines()]
    assert [next(iter(line)) for line in lines] == [
        "format", "digest", "digest", "entry", "opening", "opening", "entry", "opening", "entry", "erased", "entry",
        "entry", "end",
    ]  # fmt: skip
    assert content.endswith(b"\n")
    assert lines[3]["entry"]["stream"] == "consents"


@pytest.mark.parametrize(
    "record", [*ENTRIES, *DIGESTS, *OPENINGS, End(0, 12, 3)], ids=lambda one: type(one).__name__
)
def test_every_record_comes_back_from_its_line(record):
    assert record_of(line_of(record).encode("ascii")) == record


@pytest.mark.parametrize(
    "keys", [KEYS[0], pytest.param(KEYS[1], marks=pytest.mark.campaign)], ids=["own key", "bank's key"]
)
@pytest.mark.parametrize("change", [
    lambda byte: byte ^ 1, lambda byte: byte ^ 0x20, pytest.param(lambda byte: 255 - byte, marks=pytest.mark.campaign),
], ids=["bit", "case", "all"])  # fmt: skip
def test_no_byte_can_be_another(export, tmp_path, keys, change):
    content = export.read_bytes()
    unseen = [
        place
        for place, byte in enumerate(content)
        if not noticed(
            tmp_path / "changed", content[:place] + bytes([change(byte)]) + content[place + 1 :], keys
        )
    ]
    assert unseen == []


@pytest.mark.parametrize("added", [
    b"", b" ", pytest.param(b"\n", marks=pytest.mark.campaign), pytest.param(b"0", marks=pytest.mark.campaign),
], ids=["removed", "space", "line", "nought"])  # fmt: skip
def test_no_byte_can_go_and_none_can_come(export, tmp_path, added):
    content = export.read_bytes()
    after = 0 if added else 1
    unseen = [
        place
        for place in range(len(content) + (not after))
        if not noticed(tmp_path / "changed", content[:place] + added + content[place + after :], [PUBLIC_KEY])
    ]
    assert unseen == []


def test_the_file_cannot_be_cut_off_anywhere(export, tmp_path):
    content = export.read_bytes()
    unseen = [
        end for end in range(len(content)) if not noticed(tmp_path / "cut", content[:end], [PUBLIC_KEY])
    ]
    assert unseen == []


def test_no_line_can_go_come_twice_or_come_later(export, tmp_path):
    lines = export.read_bytes().splitlines(keepends=True)
    for place, line in enumerate(lines):
        rest = lines[:place] + lines[place + 1 :]
        assert noticed(tmp_path / "t", b"".join(rest), [PUBLIC_KEY]), place
        assert noticed(tmp_path / "t", b"".join([*lines[: place + 1], *lines[place:]]), [PUBLIC_KEY]), place
        assert noticed(tmp_path / "t", b"".join([*rest, line]), [PUBLIC_KEY]) == (place != len(rest)), place


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"entry":{"stream":"consents","number":1,', b'{"entry":{"number":1,"stream":"consents",'),
        (b'"number":1,', b'"number": 1,'),
        (b'"number":1,', b'"number":01,'),
        (b'"number":1,', b'"number":1.0,'),
        (b'"number":1,', b'"number":1,"number":1,'),
        (b'"actor":"S017"', b'"actor":"S017","note":"x"'),
        (b'"actor":"S017"', b'"actor":"S01\\u0037"'),
        (b'"actor":"S017"', '"actor":"李娜"'.encode()),
        (b'"number":2,"at"', b'"number":99999999999999999999,"at"'),
        (b"\n", b"\r\n"),
        (b"\n", b"\n\n"),
        (b'{"end"', b'{"entry":{}}\n{"end"'),
        (b'{"end"', b"[" * 100_000 + b'\n{"end"'),
        (b'{"end"', b"\x00\xff\n" + b'{"end"'),
    ],
)
def test_the_same_said_otherwise_is_not_the_same(export, old, new):
    content = export.read_bytes()
    head, rest = content.split(b"\n", 1)
    export.write_bytes(head + b"\n" + rest.replace(old, new, 1))
    found = verify_trail_file(export, [PUBLIC_KEY])
    (unknown,) = [failure for failure in found.failures if failure.code == "line_unknown"]
    assert unknown.line > 1
    assert unknown.found.isprintable()
    assert len(unknown.found) < 400


def test_hexadecimal_digits_are_small(export):
    digit = next(one for one in CONSENTS[0].body if one.isalpha())
    upper = CONSENTS[0].body.replace(digit, digit.upper(), 1)
    assert "line_unknown" in codes(edited(export, CONSENTS[0].body.encode(), upper.encode()))


def test_base64_has_one_form():
    line = line_of(opening("consents", 1)).encode()
    assert b'="' in line
    spare = line.replace(b'="', b'"', 1)
    last = line.index(b'="') - 1
    other_bits = line[:last] + bytes([line[last] + 1]) + line[last + 1 :]
    assert record_of(line) is not None
    assert record_of(spare) is None
    assert record_of(other_bits) is None


def test_a_short_salt_is_no_salt():
    line = line_of(Opening("consents", 1, "body", bytes(16), b"")).encode()
    assert record_of(line) is not None
    assert record_of(line_of(Opening("consents", 1, "body", bytes(15), b"")).encode()) is None


def test_failures_name_their_line(export):
    found = verify_trail_file(edited(export, b'"actor":"api"', b'"actor":"apj"'), [PUBLIC_KEY])
    lines = export.read_bytes().splitlines()
    assert [(failure.code, failure.line) for failure in found.failures] == [("hash_wrong", 7)]
    assert b'"actor":"apj"' in lines[found.failures[0].line - 1]


def test_openings_belong_directly_after_their_entry(tmp_path):
    path = tmp_path / "t"
    write_trail(path, [*CONSENTS[:2], opening("consents", 1)], DIGESTS[:1], [PUBLIC_KEY])
    assert codes(path) == ["opening_stray"]
    write_trail(path, [opening("consents", 1), *CONSENTS[:2]], DIGESTS[:1], [PUBLIC_KEY])
    assert codes(path) == ["line_misplaced", "count_wrong"]


def test_digests_come_first_and_nothing_comes_after_the_end(export):
    lines = export.read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join([lines[0], lines[1], lines[3], lines[2], *lines[4:]]))
    assert "line_misplaced" in codes(export)
    export.write_bytes(b"".join([*lines, lines[-1]]))
    assert codes(export) == ["line_misplaced"]


def test_the_last_line_counts_the_others(export):
    counts = b'{"end":{"digests":2,"entries":5,"openings":4}}'
    assert codes(edited(export, counts, counts.replace(b"5", b"6"))) == ["count_wrong"]


def test_a_file_that_is_cut_off_at_a_line_is_found_without_any_seal(export):
    lines = export.read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join(lines[:-2]))
    (failure,) = verify_trail_file(export, [PUBLIC_KEY]).failures
    assert (failure.code, failure.line) == ("end_missing", len(lines) - 2)


def test_a_key_in_the_file_that_no_digest_is_of_is_found(export):
    other = public_key_of(OTHER_KEY).hex()
    both = edited(export, f'["{PUBLIC_KEY.hex()}"]'.encode(), f'["{PUBLIC_KEY.hex()}","{other}"]'.encode())
    assert codes(both) == ["key_unused"]


def test_only_keys_in_use_are_written_in_their_order(tmp_path):
    keys = [PUBLIC_KEY, public_key_of(OTHER_KEY), public_key_of(bytes(32))]
    later = digests_at([[CONSENTS[1], ENTRIES[3]]], private_key=OTHER_KEY, before=DIGESTS[0])
    export = made_up_trail.write(tmp_path / "t", digests=[DIGESTS[0], *later], keys=keys)
    assert header_keys(export.read_bytes().splitlines(keepends=True)[0]) == keys[:2]
    assert verify_trail_file(export).verified
    assert verify_trail_file(export, keys).verified
    assert codes(export) == ["digest_unknown_key"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"PK\x03\x04", b"\xff\xfe\x00", b'{"format":"zhike-audit/2","keys":[]}\n',
        header_line([PUBLIC_KEY]).encode().rstrip(b"\n"), b"\xef\xbb\xbf" + header_line([PUBLIC_KEY]).encode(),
        header_line([PUBLIC_KEY]).encode().replace(b"[", b"[,"), header_line([b"short"]).encode(),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(tmp_path, content):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(InputUnreadableError, match="zhike-audit/1"):
        verify_trail_file(tmp_path / "t", [PUBLIC_KEY])


def test_what_is_not_there_or_sealed_is_refused(tmp_path):
    for use in (verify_trail_file, read_public_key):
        with pytest.raises(InputNotFoundError):
            use(tmp_path / "none")
        with pytest.raises(InputNotFoundError):
            use(tmp_path)
    (tmp_path / "SEALED.json").touch()
    for use in (verify_trail_file, read_public_key, made_up_trail.write):
        with pytest.raises(TruthSealedError):
            use(tmp_path / "t")


def test_a_line_that_is_too_long_is_skipped_without_being_held(export, monkeypatch):
    monkeypatch.setattr(audit_files, "LONGEST_LINE", 1_000)
    assert verify_trail_file(export, [PUBLIC_KEY]).verified
    long = edited(export, b'{"end"', b"x" * 5_000 + b'\n{"end"')
    found = verify_trail_file(long, [PUBLIC_KEY])
    assert [(failure.code, failure.line) for failure in found.failures] == [("line_unknown", 13)]


def test_a_line_that_no_check_would_read_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(audit_files, "LONGEST_LINE", 1_000)
    long = Opening("consents", 1, "body", bytes(32), bytes(1_000))
    with pytest.raises(UsageError, match="1,0"):
        write_trail(tmp_path / "t", [CONSENTS[0], long], DIGESTS[:1], [PUBLIC_KEY])
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_former_one(export):
    before = export.read_bytes()

    def breaks():
        yield ENTRIES[0]
        raise OSError(28, os.strerror(28))

    with pytest.raises(OSError, match="space"):
        write_trail(export, breaks(), DIGESTS, [PUBLIC_KEY])
    assert export.read_bytes() == before
    assert list(export.parent.iterdir()) == [export]


def test_a_digest_known_from_elsewhere_must_be_there(export):
    assert codes(export, anchor=(2, DIGESTS[1].hash)) == []
    assert codes(export, anchor=(3, DIGESTS[1].hash)) == ["digest_missing"]


@pytest.mark.parametrize("form", ["pem", "hexadecimal", "hexadecimal, upper case"])
def test_a_public_key_is_read(tmp_path, form):
    pem = ed25519.Ed25519PublicKey.from_public_bytes(PUBLIC_KEY).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    content = {"pem": pem, "hexadecimal": f"{PUBLIC_KEY.hex()}\n".encode()}.get(
        form, PUBLIC_KEY.hex().upper().encode()
    )
    (tmp_path / "key").write_bytes(content)
    assert read_public_key(tmp_path / "key") == PUBLIC_KEY


@pytest.mark.parametrize("content", [
    b"", b"key", b"00" * 31, b"\xff", b"-----BEGIN PUBLIC KEY-----\n", PUBLIC_KEY,
    x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
])  # fmt: skip
def test_what_is_no_public_key_is_refused(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputUnreadableError, match="Ed25519"):
        read_public_key(tmp_path / "key")


TAMPERED = {
    "nothing": {},
    "hashes anew": {"entries": rehashed(ENTRIES, 0, actor="S018")},
    "hashes anew after the last digest": {"entries": rehashed(ENTRIES, 4, actor="S018")},
    "stream gone": {"entries": CONSENTS},
    "entry gone": {"entries": ENTRIES[1:]},
    "last sealed gone": {"entries": ENTRIES[:3]},
    "unsealed gone": {"entries": ENTRIES[:4]},
    "digest gone": {"digests": DIGESTS[1:]},
    "last digest gone": {"digests": DIGESTS[:1]},
    "digests swapped": {"digests": DIGESTS[::-1]},
    "digest of another key": {"digests": [DIGESTS[0], forged(DIGESTS[1])]},
    "opening of something else": {"openings": [Opening("consents", 1, "body", bytes(32), b"")]},
    "erased": {"openings": [opening("consents", 1, erased=True)]},
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_verifier_written_from_the_documentation_agrees(tmp_path, change):
    export = made_up_trail.write(tmp_path / "t", **TAMPERED[change])
    sound = second_verifier.sound(export, PUBLIC_KEY)
    assert sound == verify_trail_file(export, [PUBLIC_KEY]).verified
    assert sound == (
        change
        in {"nothing", "hashes anew after the last digest", "unsealed gone", "last digest gone", "erased"}
    )


def test_the_second_verifier_uses_nothing_of_the_first():
    assert "zhike" not in "".join(
        line
        for line in Path(second_verifier.__file__).read_text("utf-8").splitlines()
        if line.startswith(("import", "from"))
    )


def test_openings_are_written_after_their_entry():
    assert [type(one).__name__ for one in records()[:3]] == ["AuditEntry", "Opening", "Opening"]

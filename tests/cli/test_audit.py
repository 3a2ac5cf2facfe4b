"""`zhike audit verify` on files: what it prints, in which language, and with which exit code it leaves."""

import json
from dataclasses import replace

import made_up_trail
import pytest
from made_up_trail import (
    CONSENTS,
    DIGESTS,
    ENTRIES,
    OTHER_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
    digests_at,
    forged,
    rehashed,
    stream,
)

from zhike.govern.audit_digest import key_fingerprint, public_key_of

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return made_up_trail.write(tmp_path_factory.mktemp("audit") / "trail.jsonl")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    file = tmp_path_factory.mktemp("audit") / "bank.key"
    file.write_text(PUBLIC_KEY.hex() + "\n")
    return file


@pytest.fixture(scope="module")
def tampered(export):
    file = export.with_name("tampered.jsonl")
    file.write_bytes(export.read_bytes().replace(b'"actor":"api"', b'"actor":"apj"', 1))
    return file


def test_a_sound_trail_is_told_with_what_the_check_cannot_see(zhike, export, key):
    answer = zhike("audit", "verify", export, "--public-key", key)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Verified: up to digest 2 of 2026-06-30T12:00:00.000200Z nothing was changed, removed, reordered or inserted.",
        "entries 5, streams 2, digests 2; commitments opened 3, erased 1, left closed 4",
        "After the last digest: if the last of these were removed, nobody would notice",
        "stream\tentries",
        "consents\t1",
    ]


def test_a_tampered_trail_is_told_line_by_line(zhike, tampered, key):
    answer = zhike("audit", "verify", tampered, "--public-key", key)
    assert (answer.code, answer.err) == (1, "")
    first, *_, last = answer.out.splitlines()
    assert first == "Not verified; found: 1."
    assert last.startswith("7\thash_wrong\tentry 1 of 'decisions/1' states the hash ")


def test_json_has_the_whole_report(zhike, export, tampered, key):
    sound = zhike("audit", "verify", export, "--public-key", key, "--json")
    assert (sound.code, sound.err) == (0, "")
    assert sound.json["verified"] is True
    assert sound.json["unsealed"] == {"consents": 1}
    assert sound.json["last_digest"]["hash"] == DIGESTS[1].hash
    found = zhike("audit", "verify", tampered, "--public-key", key, "--json")
    assert found.code == 1
    assert [failure["code"] for failure in found.json["failures"]] == ["hash_wrong"]


def test_a_key_from_the_file_itself_is_said_to_be_that(zhike, export):
    answer = zhike("audit", "verify", export)
    assert answer.code == 0
    assert "Nobody vouches for the key" in answer.out
    assert key_fingerprint(PUBLIC_KEY) in answer.out
    assert zhike("audit", "verify", export, "--json").json["vouched"] is False


def test_a_forgery_passes_by_its_own_key_and_fails_by_the_banks(zhike, key, tmp_path):
    entries = rehashed(ENTRIES, 0, actor="S018")
    digests = digests_at([[entries[2], entries[3]]], private_key=OTHER_KEY)
    forgery = made_up_trail.write(
        tmp_path / "t", entries=entries, digests=digests, keys=[public_key_of(OTHER_KEY)]
    )
    assert zhike("audit", "verify", forgery).code == 0
    answer = zhike("audit", "verify", forgery, "--public-key", key)
    assert answer.code == 1
    assert "digest_unknown_key" in answer.out


def test_later_keys_are_named_in_their_order(zhike, key, tmp_path):
    digests = [
        *DIGESTS[:1],
        *digests_at([[CONSENTS[1], ENTRIES[3]]], private_key=OTHER_KEY, before=DIGESTS[0]),
    ]
    later = tmp_path / "later.key"
    later.write_text(public_key_of(OTHER_KEY).hex())
    export = made_up_trail.write(tmp_path / "t", digests=digests, keys=[PUBLIC_KEY, public_key_of(OTHER_KEY)])
    assert zhike("audit", "verify", export, "--public-key", key, "--public-key", later).code == 0
    turned = zhike("audit", "verify", export, "--public-key", later, "--public-key", key)
    assert turned.code == 1
    assert "digest_old_key" in turned.out


def test_a_digest_known_from_elsewhere_is_asked_for(zhike, export, key):
    last, call = DIGESTS[1], ("audit", "verify", export, "--public-key", key, "--digest")
    assert zhike(*call, f"2:{last.hash}").code == 0
    answer = zhike(*call, f"3:{last.hash}")
    assert answer.code == 1
    assert "digest_missing" in answer.out


@pytest.mark.parametrize("name", ["export", "tampered"])
def test_both_verdicts_are_spoken_in_three_languages(zhike, name, request):
    spoken = [zhike("audit", "verify", request.getfixturevalue(name), "--lang", one) for one in LANGUAGES]
    assert len({answer.out for answer in spoken}) == 3
    assert len({answer.code for answer in spoken}) == 1
    assert not any("{" in answer.out for answer in spoken)


def test_a_trail_wrong_in_many_places_is_shown_in_part(zhike, tmp_path):
    entries = stream("long", 30)
    digests = digests_at([[entries[0]]])
    odd = [entry if entry.number == 1 else rehashed([entry], 0, actor="x")[0] for entry in entries]
    export = made_up_trail.write(tmp_path / "t", entries=odd, digests=digests, openings=[])
    answer = zhike("audit", "verify", export)
    assert answer.code == 1
    assert answer.out.splitlines()[-1] == "... and 9 more"
    assert len(zhike("audit", "verify", export, "--json").json["failures"]) == 29


def test_many_unsealed_streams_are_shown_in_part(zhike, tmp_path):
    streams = [stream(f"s/{number:02}", 1) for number in range(25)]
    export = made_up_trail.write(
        tmp_path / "t", entries=[one[0] for one in streams], digests=digests_at([[]])
    )
    answer = zhike("audit", "verify", export)
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "... and 5 more"


def test_times_beyond_the_calendar_are_shown_as_they_are(zhike, tmp_path):
    late = forged(replace(DIGESTS[1], at=10**18 - 1), PRIVATE_KEY)
    answer = zhike("audit", "verify", made_up_trail.write(tmp_path / "t", digests=[DIGESTS[0], late]))
    assert answer.code == 0
    assert "digest 2 of 999999999999999999 " in answer.out


def test_events_of_a_later_version_are_mentioned(zhike, tmp_path):
    entries = rehashed([*ENTRIES], 4, event=499)
    answer = zhike("audit", "verify", made_up_trail.write(tmp_path / "t", entries=entries))
    assert answer.code == 0
    assert "no name for: 1" in answer.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["{folder}/none.jsonl"], "none.jsonl"),
        (["{key}"], "zhike-audit/1"),
        (["{export}", "--public-key", "{export}"], "Ed25519"),
        (["{export}", "--public-key", "{folder}/none.pem"], "none.pem"),
        (["{export}", "--digest", "2"], "NUMBER:HASH"),
        (["{export}", "--digest", "0:abc"], "NUMBER:HASH"),
    ],
)
def test_what_cannot_be_used_is_refused(zhike, export, key, words, named):
    places = {"export": export, "key": key, "folder": export.parent}
    answer = zhike("audit", "verify", *(word.format(**places) for word in words), "--json")
    assert (answer.code, answer.out) == (2, "")
    assert named in json.dumps(json.loads(answer.err)["error"])

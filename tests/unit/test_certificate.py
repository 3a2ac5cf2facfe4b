"""Certificates: whatever is changed shows, and no signature of anything else passes for one."""

import json

import pytest

from zhike.govern.audit_chain import Head
from zhike.govern.audit_digest import next_digest, public_key_of
from zhike.govern.certificate import certificate_holds, certified

KEY = bytes(range(32))
PUBLIC = public_key_of(KEY)
STATEMENT = {
    "customer": "客-1",
    "erased": {"notes": {"rows": 2}},
    "kept": [],
    "at": "2026-07-01T00:00:00+00:00",
}


def changed(**parts):
    return {**certified(STATEMENT, KEY), **parts}


def test_it_holds_after_a_trip_through_json():
    certificate = certified(STATEMENT, KEY)
    for text in (
        json.dumps(certificate),
        json.dumps(certificate, ensure_ascii=False, indent=4, sort_keys=True),
    ):
        assert certificate_holds(json.loads(text), PUBLIC)
    assert not certificate_holds(certificate, public_key_of(bytes(32)))


@pytest.mark.parametrize(
    "parts",
    [{"customer": "客-2"}, {"kept": [1]}, {"more": 1}, {"format": "zhike-certificate/2"}, {"hash": "0" * 64}, {"key": "0" * 64},
     {"signature": "0" * 128}, {"signature": "odd"}, {"signature": None}],
)  # fmt: skip
def test_whatever_is_changed_shows(parts):
    assert not certificate_holds(changed(**parts), PUBLIC)


@pytest.mark.parametrize("found", [{}, {"format": "zhike-certificate/1"}, {"hash": 1}])
def test_anything_at_all_can_be_asked_about(found):
    assert not certificate_holds(found, PUBLIC)


def test_the_signature_of_a_digest_is_none_of_a_certificate():
    digest = next_digest(None, [Head("privacy", 1, "0" * 64)], at=1, private_key=KEY)
    assert not certificate_holds(changed(signature=digest.signature), PUBLIC)

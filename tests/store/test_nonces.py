"""No number is used twice under one key: the same content sealed again looks like another."""

from zhike.adapters.store.sealing import PersonKey

NONCE = 12
"""Bytes, of AES-GCM."""


def test_the_same_content_is_sealed_otherwise_each_time():
    key = PersonKey(b"k" * 32, "C1")
    sealed = [key.seal(b"content", "notes", "text") for _ in range(2_000)]
    assert len(set(sealed)) == len(sealed)
    # Wherever the number stands in it, nothing of its length comes twice.
    for start in range(len(sealed[0]) - NONCE + 1):
        assert len({one[start : start + NONCE] for one in sealed}) == len(sealed)

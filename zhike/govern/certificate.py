"""Certificates: a statement of the bank as plain JSON, with its hash and the bank's signature, for whoever does not trust the bank.

The signature is Ed25519 with the key that signs the digests of the audit trail. What is signed begins with another word than a digest,
so that neither passes for the other.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zhike.govern.audit_chain import encoding
from zhike.govern.audit_digest import key_fingerprint, public_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMAT", "certificate_holds", "certified"]

FORMAT: Final = "zhike-certificate/1"
_ADDED: Final = ("hash", "key", "signature")


def certified(statement: Mapping[str, Any], private_key: bytes) -> dict[str, Any]:
    """Return a statement with its format, hash, fingerprint of the key and signature.

    Parameters
    ----------
    statement : mapping
        Plain JSON values.
    private_key : bytes
        32 bytes, the seed of an Ed25519 key.

    Examples
    --------
    >>> key = bytes(range(32))
    >>> certificate = certified({"erased": {"notes": 2}}, key)
    >>> certificate_holds(certificate, public_key_of(key)), certificate_holds(certificate, public_key_of(bytes(32)))
    (True, False)
    >>> certificate_holds({**certificate, "erased": {"notes": 3}}, public_key_of(key))
    False
    """
    content = {"format": FORMAT, **statement}
    signed = _signed_bytes(content)
    return {
        **content,
        "hash": hashlib.sha256(signed).hexdigest(),
        "key": key_fingerprint(public_key_of(private_key)),
        "signature": Ed25519PrivateKey.from_private_bytes(private_key).sign(signed).hex(),
    }


def certificate_holds(certificate: Mapping[str, Any], public_key: bytes) -> bool:
    """Return whether a certificate is as it was signed, by whoever has the private key to a public one.

    Parameters
    ----------
    certificate : mapping
        As JSON gives it; anything at all.
    public_key : bytes
        32 bytes.
    """
    signed = _signed_bytes({name: value for name, value in certificate.items() if name not in _ADDED})
    stated = (hashlib.sha256(signed).hexdigest(), key_fingerprint(public_key))
    if certificate.get("format") != FORMAT or stated != (certificate.get("hash"), certificate.get("key")):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(certificate["signature"]), signed)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def _signed_bytes(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return encoding(b"certificate", text.encode("utf-8", "surrogatepass"))

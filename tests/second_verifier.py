"""Verify an export of an audit trail from docs/concepts/audit.md alone: nothing of Zhike is used, so neither can hide the other's slip."""

import base64
import hashlib
import json
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def hashed(*fields):
    return hashlib.sha256(packed(*fields)).hexdigest()


def packed(*fields):
    whole = bytearray(b"\x01")
    for field in fields:
        raw = field if isinstance(field, bytes) else str(field).encode()
        whole += struct.pack(">Q", len(raw)) + raw
    return bytes(whole)


def sound(path, public_key):
    """Tell whether an export is whole, unchanged and signed by one key, or by those that follow it."""
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    digests = [line["digest"] for line in lines if "digest" in line]
    later = [digest["successor"] for digest in digests[:-1] if "successor" in digest]
    if lines[0] != {"format": "zhike-audit/1", "keys": [public_key.hex(), *later]}:
        return False
    seals = sealed(digests, public_key)
    return seals is not None and chained(lines[1:], seals) and counted(lines)


def sealed(digests, public_key):
    """Return the hash of every head that a digest seals; None when a digest is not what it should be."""
    seals, previous = {}, hashed("digests")
    for number, digest in enumerate(digests, 1):
        heads = [part for head in digest["heads"] for part in head]
        content = packed(
            "digest",
            digest["number"],
            digest["at"],
            digest["key"],
            digest["previous"],
            len(heads) // 3,
            *heads,
            *([digest["successor"]] if "successor" in digest else []),
        )
        right = (
            number,
            previous,
            hashlib.sha256(content).hexdigest(),
            hashlib.sha256(public_key).hexdigest(),
        )
        if right != (digest["number"], digest["previous"], digest["hash"], digest["key"]):
            return None
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(digest["signature"]), content)
        except InvalidSignature:
            return None
        seals |= {(stream, entry): found for stream, entry, found in digest["heads"]}
        previous = digest["hash"]
        public_key = bytes.fromhex(digest.get("successor", public_key.hex()))
    return seals


def chained(lines, seals):
    ends, entry = {}, {}
    for line in lines:
        if "entry" in line:
            entry = line["entry"]
            stream, number = entry["stream"], entry["number"]
            last, previous = ends.get(stream, (0, hashed("stream", stream)))
            fields = [
                entry[name]
                for name in ("stream", "number", "at", "event", "actor", "subject", "body", "previous")
            ]
            if (number, entry["previous"], entry["hash"]) != (last + 1, previous, hashed("entry", *fields)):
                return False
            if seals.pop((stream, number), entry["hash"]) != entry["hash"]:
                return False
            ends[stream] = (number, entry["hash"])
        elif "opening" in line:
            given = line["opening"]
            salt, content = (base64.b64decode(given[name]) for name in ("salt", "content"))
            if (given["stream"], given["number"]) != (entry["stream"], entry["number"]):
                return False
            if hashed("commitment", salt, content) != entry[given["part"]]:
                return False
    return not seals


def counted(lines):
    kinds = [next(iter(line)) for line in lines]
    counts = {
        "digests": kinds.count("digest"),
        "entries": kinds.count("entry"),
        "openings": kinds.count("opening") + kinds.count("erased"),
    }
    return lines[-1] == {"end": counts}

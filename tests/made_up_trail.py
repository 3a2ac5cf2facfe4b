"""A small audit trail: two streams, two digests, an entry after the last, and commitments opened, erased and left closed."""

from dataclasses import replace
from hashlib import sha256

from zhike.adapters.audit_files import write_trail
from zhike.govern.audit import Opening
from zhike.govern.audit_chain import commitment, first_head, next_entry
from zhike.govern.audit_digest import key_fingerprint, next_digest, public_key_of
from zhike.govern.audit_events import AuditEvent

PRIVATE_KEY = bytes(range(32))
PUBLIC_KEY = public_key_of(PRIVATE_KEY)
OTHER_KEY = bytes(range(1, 33))
NOON = 1_782_820_800_000_000
"""2026-06-30, 12:00 UTC."""


def salt_of(stream, number, part):
    return sha256(f"{stream} {number} {part}".encode()).digest()


def content_of(stream, number, part):
    return f'{{"{part}":"{stream}, {number}"}}'.encode()


def opening(stream, number, part="body", *, erased=False):
    """Return what opens a commitment of `stream`."""
    if erased:
        return Opening(stream, number, part, None, None)
    return Opening(stream, number, part, salt_of(stream, number, part), content_of(stream, number, part))


def stream(name, numbers, *, event=AuditEvent.CONSENT_GIVEN, actor="S017", about=True):
    """Return the entries of a stream; each is about a customer unless it is not."""
    head, entries = first_head(name), []
    for number in range(1, numbers + 1):
        body, subject = (
            commitment(salt_of(name, number, part), content_of(name, number, part))
            for part in ("body", "subject")
        )
        entries.append(
            next_entry(
                head, at=NOON + number, event=event, actor=actor, body=body, subject=subject if about else ""
            )
        )
        head = entries[-1].head
    return entries


def digests_at(cuts, *, private_key=PRIVATE_KEY, before=None):
    """Return a digest for each list of last entries."""
    digests = [before]
    for number, lasts in enumerate(cuts, 1):
        digests.append(
            next_digest(
                digests[-1], [entry.head for entry in lasts], at=NOON + 100 * number, private_key=private_key
            )
        )
    return digests[1:]


CONSENTS = stream("consents", 3)
DECISIONS = stream("decisions/1", 2, event=AuditEvent.DECISION_MADE, actor="api", about=False)
ENTRIES = [CONSENTS[0], DECISIONS[0], CONSENTS[1], DECISIONS[1], CONSENTS[2]]
DIGESTS = digests_at([[CONSENTS[0]], [CONSENTS[1], DECISIONS[1]]])
OPENINGS = [
    opening("consents", 1, "subject"),
    opening("consents", 1),
    opening("consents", 2, erased=True),
    opening("decisions/1", 1),
]


def records(entries=None, openings=None):
    """Return entries, each followed by its openings, as an export holds them."""
    openings = OPENINGS if openings is None else openings
    found = []
    for entry in ENTRIES if entries is None else entries:
        found += [
            entry,
            *(one for one in openings if (one.stream, one.number) == (entry.stream, entry.number)),
        ]
    return found


def write(path, *, entries=None, digests=None, openings=None, keys=(PUBLIC_KEY,)):
    """Write the export of the trail, or of one that differs in a part, and return its place."""
    write_trail(path, records(entries, openings), DIGESTS if digests is None else digests, keys)
    return path


def rehashed(entries, place, **changes):
    """Return entries as somebody leaves them who changes one and computes all hashes after it anew."""
    changed = list(entries)
    changed[place] = replace(changed[place], **changes)
    heads = {}
    for number, entry in enumerate(changed):
        linked = replace(entry, previous=heads.get(entry.stream, first_head(entry.stream)).hash)
        changed[number] = replace(linked, hash=linked.computed_hash())
        heads[entry.stream] = changed[number].head
    return changed


def forged(digest, private_key=OTHER_KEY):
    """Return a digest as somebody else's key signs it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    keyed = replace(digest, key=key_fingerprint(public_key_of(private_key)))
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(keyed.signed_bytes()).hex()
    return replace(keyed, hash=keyed.computed_hash(), signature=signature)

"""Time the audit trail: append entries, verify them in memory and from an export, against plain SHA-256 of the same bytes.

    python benchmarks/speed/audit.py [--entries 1000000]

Seconds are those of the processor, one thread. Each step takes entries of the same content: a decision of a machine, with a
subject and a body; one digest in ten thousand entries. Exit code 1 when the trail is not verified.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from zhike.adapters.audit_files import verify_trail_file, write_trail
from zhike.govern.audit import verify_trail
from zhike.govern.audit_chain import commitment, encoding, first_head, next_entry
from zhike.govern.audit_digest import next_digest, public_key_of
from zhike.govern.audit_events import AuditEvent

KEY = bytes(range(32))
NOON = 1_782_820_800_000_000
DIGEST_EVERY = 10_000
SALT, CONTENT = bytes(32), bytes(500)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    count = parser.parse_args().entries
    plain, _ = timed(hash_plainly, count)
    appending, entries = timed(append, count)
    digests = sign(entries)
    verifying, report = timed(verify_trail, entries, digests, [public_key_of(KEY)])
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "trail.jsonl"
        writing, _ = timed(write_trail, export, entries, digests, [public_key_of(KEY)])
        size = export.stat().st_size
        reading, read = timed(verify_trail_file, export, [public_key_of(KEY)])
    committing, _ = timed(commit, count)
    print(f"{count:,} entries, {len(digests):,} digests, export of {size / 1e6:,.0f} MB")
    show("plain SHA-256 of the same bytes", plain, count, plain)
    show("commitment to 500 bytes", committing, count, plain)
    show("append", appending, count, plain)
    show("verify in memory", verifying, count, plain)
    show("write the export", writing, count, plain)
    show("read and verify the export", reading, count, plain)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, entries held")
    return 0 if report.verified and read.verified else 1


def timed(work, *arguments):
    begun = time.process_time()
    done = work(*arguments)
    return time.process_time() - begun, done


def show(name, seconds, count, plain):
    print(
        f"{name:32} {seconds:7.2f} s {count / seconds:12,.0f} entries/s {seconds / count * 1e6:6.2f} us each"
        f" {seconds / plain:6.1f} x plain"
    )


def append(count):
    body, subject = commitment(SALT, CONTENT), commitment(SALT, b"C000001")
    head, entries = first_head("decisions/worker-1"), []
    for number in range(count):
        entry = next_entry(
            head, at=NOON + number, event=AuditEvent.DECISION_MADE, actor="api-1", body=body, subject=subject
        )
        entries.append(entry)
        head = entry.head
    return entries


def hash_plainly(count):
    """Hash as many bytes as an entry's, once an entry, without making them."""
    (entry,) = append(1)
    fields = (
        entry.stream,
        entry.number,
        entry.at,
        entry.event,
        entry.actor,
        entry.subject,
        entry.body,
        entry.previous,
    )
    content = encoding(b"entry", *(str(field).encode() for field in fields))
    for _ in range(count):
        hashlib.sha256(content).hexdigest()


def commit(count):
    for _ in range(count):
        commitment(SALT, CONTENT)


def sign(entries):
    digests = [None]
    for last in range(DIGEST_EVERY - 1, len(entries), DIGEST_EVERY):
        digests.append(next_digest(digests[-1], [entries[last].head], at=NOON + last, private_key=KEY))
    digests.append(next_digest(digests[-1], [entries[-1].head], at=NOON + len(entries), private_key=KEY))
    return digests[1:]


if __name__ == "__main__":
    sys.exit(main())

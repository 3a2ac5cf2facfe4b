"""The bank's keys: the master key under which persons' keys are wrapped, and the seed of the key that signs audit digests.

They lie in a file of their own, so that a copy of the database alone opens nothing. The file is made with the database and never
again: a new one would open nothing either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from zhike.core.store_errors import StoreKeysError

__all__ = ["KEYS_VARIABLE", "Keys", "create_keys", "keys_path", "load_keys"]

KEYS_VARIABLE: Final = "ZHIKE_KEYS"
_FORMAT: Final = "zhike-keys/1"
_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """What the key file holds.

    Parameters
    ----------
    master : bytes
        32 random bytes; nothing is sealed under it directly, see `derived`.
    audit_seed : bytes
        32 random bytes, the seed of the Ed25519 key that signs audit digests.
    """

    master: bytes = field(repr=False)
    audit_seed: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """Return the key of 32 bytes for one purpose; none of them says anything about another."""
        return hmac.digest(self.master, f"zhike/1/{purpose}".encode(), "sha256")

    @property
    def fingerprint(self) -> str:
        """What tells the keys from others without giving them away."""
        seed = hmac.digest(self.audit_seed, b"zhike/1/fingerprint", "sha256")
        return hashlib.sha256(self.derived("fingerprint") + seed).hexdigest()[:32]


def keys_path(database: Path | None, given: Path | None) -> Path:
    """Return where the key file lies: where it is said to, else ``$ZHIKE_KEYS``, else beside the database file.

    Raises
    ------
    StoreKeysError
        When nothing says so and the database is no file.
    """
    if given is not None:
        return given
    if named := os.environ.get(KEYS_VARIABLE):
        return Path(named)
    if database is None:
        raise StoreKeysError(
            what="no key file named for a database server",
            path="-",
            expected="its path",
            advice=f"Set {KEYS_VARIABLE} to the path of the key file.",
        )
    return database.with_name(f"{database.name}.keys")


def load_keys(path: Path) -> Keys:
    """Return the keys that a file holds.

    Raises
    ------
    StoreKeysError
        When it is not there, when others may read it, or when it holds something else.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(1 << 16)
    except OSError as error:
        raise StoreKeysError(
            what=f"no key file that can be read ({error.strerror})",
            path=path,
            expected="the key file that was made with the database",
            advice="Bring it back from its backup; without it, what is sealed cannot be read by anybody.",
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreKeysError(
            what=f"a key file that others may read (mode {stat.S_IMODE(mode):04o})",
            path=path,
            expected="a file of its owner alone",
            advice="Run chmod 600 on it, and consider who may have read it.",
        )
    return _parsed(content, path)


def _parsed(content: bytes, path: Path) -> Keys:
    try:
        raw = json.loads(content)
        master, seed = bytes.fromhex(raw["master"]), bytes.fromhex(raw["audit_seed"])
        sound = raw["format"] == _FORMAT and len(master) == len(seed) == _LENGTH
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise StoreKeysError(
            what="a damaged key file",
            path=path,
            expected=f"a file of format {_FORMAT}",
            advice="Bring it back from its backup.",
        )
    return Keys(master, seed)


def create_keys(path: Path) -> Keys:
    """Make new keys and write them to a file that only its owner may read.

    Raises
    ------
    StoreKeysError
        When there is a file already, or it cannot be written.
    """
    keys = Keys(secrets.token_bytes(_LENGTH), secrets.token_bytes(_LENGTH))
    raw = {"format": _FORMAT, "master": keys.master.hex(), "audit_seed": keys.audit_seed.hex()}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write(draft, json.dumps(raw, indent=1).encode() + b"\n")
        os.link(draft, path)  # whole or not at all, and never over another
        _settle(path.parent)
    except OSError as error:
        raise StoreKeysError(
            what=f"no place to write a key file ({error.strerror})",
            path=path,
            expected="a folder that can be written, without a key file in it",
            advice=f"Check the folder, or set {KEYS_VARIABLE} to another path.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return keys


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

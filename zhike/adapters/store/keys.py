"""The bank's keys: the master key under which persons' keys are wrapped, and the seed of the key that signs audit digests.

They lie in a file of their own, so that a copy of the database alone opens nothing. The file is made with the database; another one
would open nothing. While keys are exchanged (`zhike.adapters.store.rotation`) it holds those before as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from zhike.core.phrases import phrase, reason_of
from zhike.core.store_errors import StoreKeysError
from zhike.govern.audit_digest import public_key_of

__all__ = [
    "KEYS_VARIABLE",
    "KeyFile",
    "Keys",
    "keys_path",
    "load_key_file",
    "load_keys",
    "new_keys",
    "new_secret",
]

KEYS_VARIABLE: Final = "ZHIKE_KEYS"
_FORMAT: Final = "zhike-keys/1"
_LENGTH: Final = 32
_LONGEST: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Keys:
    """One pair of secrets.

    Parameters
    ----------
    master : bytes
        32 random bytes; nothing is sealed under it directly, see `derived`.
    audit_seed : bytes
        32 random bytes, the seed of the Ed25519 key that signs audit digests.
    master_at, audit_seed_at : int or None
        When they were made, microseconds since 1970 in UTC, where that is known.
    """

    master: bytes = field(repr=False)
    audit_seed: bytes = field(repr=False)
    master_at: int | None = None
    audit_seed_at: int | None = None

    def derived(self, purpose: str) -> bytes:
        """Return the key of 32 bytes for one purpose; none of them says anything about another."""
        return hmac.digest(self.master, f"zhike/1/{purpose}".encode(), "sha256")

    @property
    def fingerprint(self) -> str:
        """What tells the pair from others without giving it away."""
        seed = hmac.digest(self.audit_seed, b"zhike/1/fingerprint", "sha256")
        return hashlib.sha256(self.derived("fingerprint") + seed).hexdigest()[:32]

    @property
    def master_fingerprint(self) -> str:
        """What tells the master key from others without giving it away."""
        return hashlib.sha256(self.derived("fingerprint")).hexdigest()[:32]

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as the key file holds it."""
        return {
            "master": self.master.hex(), "master_at": self.master_at,
            "audit_seed": self.audit_seed.hex(), "audit_seed_at": self.audit_seed_at,
        }  # fmt: skip

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Keys:
        """Return the pair that a key file holds.

        Raises
        ------
        ValueError, KeyError, TypeError
            When it is none.
        """
        master, seed = bytes.fromhex(raw["master"]), bytes.fromhex(raw["audit_seed"])
        times = [raw.get("master_at"), raw.get("audit_seed_at")]
        if not (len(master) == len(seed) == _LENGTH) or any(
            type(at) not in (int, type(None)) for at in times
        ):
            raise ValueError
        return cls(master, seed, *times)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the key file holds.

    Parameters
    ----------
    keys : Keys
        The pair in force; while keys are exchanged, the one that comes into force.
    previous : Keys or None
        The pair before, as long as anything may be sealed under it.
    signed_before : tuple of bytes
        Public keys, 32 bytes each, that have signed audit digests before, in the order in which they were used.
    """

    keys: Keys
    previous: Keys | None = None
    signed_before: tuple[bytes, ...] = ()

    @property
    def pairs(self) -> tuple[Keys, ...]:
        """All pairs, the latest first."""
        return (self.keys,) if self.previous is None else (self.keys, self.previous)

    def exchanging(self, at: int, *, audit_seed: bool) -> KeyFile:
        """Return the file with a new master key beside the old one, and with a new audit key where that is asked for."""
        old = self.keys
        new = replace(old, master=new_secret(), master_at=at)
        if not audit_seed:
            return replace(self, keys=new, previous=old)
        new = replace(new, audit_seed=new_secret(), audit_seed_at=at)
        return KeyFile(new, old, (*self.signed_before, public_key_of(old.audit_seed)))

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        raw = {
            "format": _FORMAT, **self.keys.to_dict(), "signed_before": [key.hex() for key in self.signed_before],
            "previous": None if self.previous is None else self.previous.to_dict(),
        }  # fmt: skip
        return json.dumps(raw, indent=1).encode() + b"\n"

    @classmethod
    def of(cls, content: bytes) -> KeyFile:
        """Return what a file's content says.

        Raises
        ------
        ValueError, KeyError, TypeError
            When it is no key file.
        """
        raw = json.loads(content)
        keys, previous = Keys.of(raw), raw.get("previous")
        before = tuple(map(bytes.fromhex, raw.get("signed_before", ())))
        if raw["format"] != _FORMAT or any(len(key) != _LENGTH for key in before):
            raise ValueError
        return cls(keys, None if previous is None else Keys.of(previous), before)


def new_secret() -> bytes:
    """Return 32 bytes that nobody can guess."""
    return secrets.token_bytes(_LENGTH)


def new_keys() -> Keys:
    """Return a new pair."""
    at = time.time_ns() // 1000
    return Keys(new_secret(), new_secret(), at, at)


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
            what=phrase("no key file named for a database server"),
            path="-",
            expected=phrase("its path"),
            advice=phrase("Set {keys_variable} to the path of the key file.", keys_variable=KEYS_VARIABLE),
        )
    return database.with_name(f"{database.name}.keys")


def load_keys(path: Path) -> Keys:
    """Return the pair in force, or that comes into force, of a key file; see `load_key_file`."""
    return load_key_file(path).keys


def load_key_file(path: Path) -> KeyFile:
    """Return what a key file holds.

    Raises
    ------
    StoreKeysError
        When it is not there, when others may read it, or when it holds something else.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST)
    except OSError as error:
        raise StoreKeysError(
            what=phrase("no key file that can be read ({reason})", reason=reason_of(error)),
            path=path,
            expected=phrase("the key file that was made with the database"),
            advice=phrase(
                "Bring it back from its backup; without it, what is sealed cannot be read by anybody."
            ),
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreKeysError(
            what=phrase("a key file that others may read (mode {value:04o})", value=stat.S_IMODE(mode)),
            path=path,
            expected=phrase("a file of its owner alone"),
            advice=phrase("Run chmod 600 on it, and consider who may have read it."),
        )
    try:
        return KeyFile.of(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreKeysError(
            what=phrase("a damaged key file"),
            path=path,
            expected=phrase("a file of format {format}", format=_FORMAT),
            advice=phrase("Bring it back from its backup."),
        ) from None

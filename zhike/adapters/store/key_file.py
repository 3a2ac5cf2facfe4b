"""Write the key file: whole or not at all, on disk before it counts, by one writer at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from zhike.adapters.flushing import flush
from zhike.adapters.store.keys import KEYS_VARIABLE, KeyFile, Keys, load_key_file, new_keys
from zhike.core.phrases import phrase, reason_of
from zhike.core.service_errors import StateConflictError
from zhike.core.store_errors import StoreKeysError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

__all__ = ["HeldKeyFile", "create_keys"]


def create_keys(path: Path) -> Keys:
    """Make new keys and write them to a file that only its owner may read.

    Raises
    ------
    StoreKeysError
        When there is a file already, or it cannot be written.
    """
    keys, draft = new_keys(), _draft(path)
    with _refusing(path, phrase("a folder that can be written, without a key file in it")):
        try:
            os.close(_written(draft, KeyFile(keys).to_bytes()))
            os.link(draft, path)  # whole or not at all, and never over another
            flush(path.parent)
        finally:
            with suppress(OSError):
                draft.unlink()
    return keys


class HeldKeyFile:
    """A key file that nobody else exchanges meanwhile.

    What is held is the file itself. A new one is held before it takes the old one's name, so that the name is never free; and whoever
    dies lets go.

    Parameters
    ----------
    path : Path
        The key file.

    Raises
    ------
    StateConflictError
        When somebody else holds it.
    StoreKeysError
        When it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        load_key_file(path)
        self._path: Final = path.resolve()
        self._held = os.open(self._path, os.O_RDONLY)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.path.samestat(os.fstat(self._held), self._path.stat())
        except BlockingIOError:
            mine = False
        if not mine:
            os.close(self._held)
            raise StateConflictError(
                what=phrase("keys that somebody else exchanges"), expected=phrase("one at a time")
            )
        # Of a writer that was killed: a secret that nobody uses.
        for left in self._path.parent.glob(f"{self._path.name}.*.tmp"):
            left.unlink(missing_ok=True)

    def read(self) -> KeyFile:
        """Return what the file holds."""
        return load_key_file(self._path)

    def write(self, content: KeyFile) -> None:
        """Put another content in the file's place; its owner stays, so that who read it before can read it.

        Raises
        ------
        StoreKeysError
            When it cannot be written.
        """
        draft = _draft(self._path)
        with _refusing(self._path, phrase("a folder that can be written, by the owner of the key file")):
            try:
                file = _written(draft, content.to_bytes())
                before = os.fstat(self._held)
                os.fchown(file, before.st_uid, before.st_gid)
                os.fchmod(file, stat.S_IMODE(before.st_mode))
                fcntl.flock(file, fcntl.LOCK_EX)
                draft.replace(self._path)
            except BaseException:
                with suppress(OSError):
                    draft.unlink()
                raise
            os.close(self._held)
            self._held = file
            flush(self._path.parent)

    def close(self) -> None:
        """Let others exchange the keys."""
        os.close(self._held)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")


@contextmanager
def _refusing(path: Path, expected: object) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreKeysError(
            what=phrase("no place to write a key file ({reason})", reason=reason_of(error)),
            path=path,
            expected=expected,
            advice=phrase(
                "Check the folder, or set {keys_variable} to another path.", keys_variable=KEYS_VARIABLE
            ),
        ) from error


def _written(path: Path, content: bytes) -> int:
    """Write a new file for its owner alone; return it open."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        written = 0
        while written < len(content):
            written += os.write(file, content[written:])
        os.fsync(file)
    except BaseException:
        os.close(file)
        raise
    return file

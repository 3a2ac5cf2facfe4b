"""Deliver into a file, a JSON line a message: for channels that fetch their messages themselves.

A line is there whole or not at all, and on disk before the message counts as sent. Half a line that a power cut left behind was never
counted as sent; it is taken away before the next one is written.
"""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, Any, Final, Self

from zhike.adapters.flushing import flush
from zhike.core.phrases import reason_of
from zhike.core.service_errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.adapters.delivery.options import Options

__all__ = ["FileDeliverer"]

_BACK: Final = 65_536


class FileDeliverer:
    """Appends messages to a file, for its owner alone; several processes may do so at once.

    Parameters
    ----------
    path : Path
        Its folder must be there.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the deliverer of some options: ``path``."""
        return cls(options.path("path"))

    def deliver(self, message: Mapping[str, Any]) -> None:
        """Append a message."""
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            self._append(line)
        except OSError as problem:
            raise DeliveryError(route=message["route"], what=reason_of(problem)) from problem

    def _append(self, line: bytes) -> None:
        new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = _whole_lines(file)
            try:
                written = 0
                while written < len(line):
                    written += os.write(file, line[written:])
                os.fsync(file)
            except OSError:
                os.ftruncate(file, end)
                raise
        finally:
            os.close(file)
        if new:
            flush(self.path.parent)


def _whole_lines(file: int) -> int:
    """Cut half a line off the end; return the size then."""
    size = os.fstat(file).st_size
    end = size
    while end > 0:
        start = max(0, end - _BACK)
        newline = os.pread(file, end - start, start).rfind(b"\n")
        end = start + newline + 1 if newline >= 0 else start
        if newline >= 0:
            break
    if end < size:
        os.ftruncate(file, end)
    return end

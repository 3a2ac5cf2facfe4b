"""Which files of a folder are opened, by whatever library and in whatever thread: asked of the kernel (inotify)."""

import contextlib
import ctypes
import os
import select
import struct

IN_ACCESS, IN_OPEN = 0x1, 0x20
_HEAD = struct.Struct("iIII")


class Watch:
    """The openings and readings of a folder's entries since the watch began."""

    def __init__(self, folder):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._handle = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if (
            self._handle < 0
            or self._libc.inotify_add_watch(self._handle, os.fsencode(folder), IN_ACCESS | IN_OPEN) < 0
        ):
            raise OSError(ctypes.get_errno(), "inotify is not available")

    def opened(self):
        """Return the names that were opened or read; the folder itself counts as an empty name."""
        names = []
        while select.select([self._handle], [], [], 0)[0]:
            content = os.read(self._handle, 1 << 16)
            at = 0
            while at < len(content):
                length = _HEAD.unpack_from(content, at)[3]
                names.append(content[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0").decode())
                at += _HEAD.size + length
        return names

    def close(self):
        os.close(self._handle)


@contextlib.contextmanager
def watched(folder):
    watch = Watch(folder)
    try:
        yield watch
    finally:
        watch.close()

"""Options of one deliverer as its file gives them: read by kind, and none that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Options"]


class Options:
    """Options of one deliverer.

    Parameters
    ----------
    raw : mapping
        As the file holds them.
    folder : Path
        That relative paths start from: the file's own.
    where : str
        File and channel, for messages.
    """

    def __init__(self, raw: Mapping[str, Any], folder: Path, where: str) -> None:
        self.where = where
        self._left, self._folder = dict(raw), folder

    def text(self, name: str, usual: str | None = None) -> str:
        """Return a text; one without a usual value must be given."""
        found = self._left.pop(name, usual)
        if not isinstance(found, str) or not found:
            raise self.wrong(f"{name} {found!r}", phrase("a text"))
        return found

    def maybe(self, name: str) -> str | None:
        """Return a text, None where there is none."""
        return self.text(name) if name in self._left else None

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """Return one of some words, the first where none is given."""
        found = self._left.pop(name, known[0])
        if found not in known:
            raise self.wrong(f"{name} {found!r}", either(known))
        return str(found)

    def number(self, name: str, usual: int, most: int) -> int:
        """Return a whole number from 1."""
        found = self._left.pop(name, usual)
        if type(found) is not int or not 1 <= found <= most:
            raise self.wrong(f"{name} {found!r}", phrase("a whole number from 1 to {most}", most=most))
        return found

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty where none is given."""
        found = self._left.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong(f"{name} {found!r}", phrase("a list of texts"))
        return found

    def path(self, name: str) -> Path:
        """Return the path that an option names."""
        return self.under(self.text(name))

    def under(self, path: str) -> Path:
        """Return a path, relative ones from the folder of the file."""
        return self._folder / path

    def secret(self, name: str) -> str:
        """Return what a file named by an option holds: secrets stand in files of their own."""
        path = self.path(name)
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise self.wrong(f"{name} '{path}'", phrase("a text file that can be read")) from problem

    def end(self) -> None:
        """Refuse what was not asked for."""
        if self._left:
            raise self.wrong(
                phrase("options {left}", left=sorted(self._left)), phrase("those that the deliverer knows")
            )

    def wrong(self, what: object, expected: object) -> InputUnreadableError:
        """Return the error of an option that cannot be used."""
        advice = phrase("See docs/concepts/delivery.md, then correct the file.")
        return InputUnreadableError(path=self.where, what=what, expected=expected, advice=advice)

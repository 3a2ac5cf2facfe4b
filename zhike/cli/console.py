"""Output of the command line: rich on a terminal, plain in a pipe, one JSON document with ``--json``."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any

from zhike.core.language import Language, Text, language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["chosen_language", "emit_json", "said", "show_progress", "show_table", "write"]


def chosen_language(name: str | None = None) -> Language:
    """Return the language of a call: the one named, else ``ZHIKE_LANG``, else the locale's."""
    return language_of(
        name or os.environ.get("ZHIKE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    )


def said(en: str, zh_hans: str, zh_hant: str) -> str:
    """Return a help text in the language of the environment."""
    return Text(en, zh_hans, zh_hant).in_language(chosen_language())


def emit_json(payload: object) -> None:
    """Print one JSON document on standard output; what is not a number there is null."""
    sys.stdout.write(
        json.dumps(_finite(payload), ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n"
    )


def _finite(value: object) -> object:
    """Return a payload as JSON can hold it: JSON knows neither NaN nor infinity."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(line: str = "") -> None:
    """Print one line of text as it stands: markup in data is data."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=True, emoji=False).print(line, markup=False)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: ruled on a terminal, tab-separated in a pipe."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        lines = [title, "\t".join(columns), *("\t".join(row) for row in cells)]
        sys.stdout.write("\n".join(filter(None, lines)) + "\n")
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title) or None, title_justify="left")
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in cells:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False, emoji=False).print(table)


@contextlib.contextmanager
def show_progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while long work runs; nothing when that is not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def show_error(payload: dict[str, Any], line: str, *, as_json: bool) -> None:
    """Print an error on standard error; as JSON too when the call asked for JSON."""
    if as_json:
        sys.stderr.write(json.dumps(payload, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(line + "\n")

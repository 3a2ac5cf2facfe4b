"""``zhike complaints``: complaints on the command line."""

from __future__ import annotations

import typer

from zhike.cli.console import said

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=said("Complaints.", "投诉。", "申訴。"))

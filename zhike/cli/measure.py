"""`zhike measure`: what answers of a survey say, each figure with its interval; a command a subject."""

from __future__ import annotations

import typer

from zhike.cli.console import said
from zhike.cli.measure_ecsi import register as register_ecsi

__all__ = ["measure_app"]

measure_app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "Measure satisfaction from answers of a survey.",
        "依据问卷答案衡量满意度。",
        "依據問卷答案衡量滿意度。",
    ),
)
register_ecsi(measure_app)

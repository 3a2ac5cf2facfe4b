"""`zhike measure`: what answers of a survey say, each figure with its interval; a command a subject."""

from __future__ import annotations

import typer

from zhike.cli.console import said
from zhike.cli.measure_chart import register as register_chart
from zhike.cli.measure_drivers import register as register_drivers
from zhike.cli.measure_ecsi import register as register_ecsi
from zhike.cli.measure_effect import register as register_effect
from zhike.cli.measure_indicators import register as register_indicators
from zhike.cli.measure_ipa import register as register_ipa
from zhike.cli.measure_journey import register as register_journey
from zhike.cli.measure_kano import register as register_kano
from zhike.cli.measure_notes import register as register_notes
from zhike.cli.measure_portfolio import register as register_portfolio
from zhike.cli.measure_queue import register as register_queue
from zhike.cli.measure_rake import register as register_rake
from zhike.cli.measure_scores import register as register_scores
from zhike.cli.measure_servqual import register as register_servqual
from zhike.cli.measure_standardise import register as register_standardise
from zhike.cli.measure_themes import register as register_themes

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
register_servqual(measure_app)
register_kano(measure_app)
register_ipa(measure_app)
register_scores(measure_app)
register_drivers(measure_app)
register_rake(measure_app)
register_effect(measure_app)
register_indicators(measure_app)
register_chart(measure_app)
register_queue(measure_app)
register_portfolio(measure_app)
register_journey(measure_app)
register_standardise(measure_app)
register_themes(measure_app)
register_notes(measure_app)

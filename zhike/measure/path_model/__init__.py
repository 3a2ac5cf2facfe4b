"""Path models of satisfaction by partial least squares: model, estimation, intervals, groups. Pure."""

from zhike.measure.path_model.fit import PathFit, fit_path_model
from zhike.measure.path_model.groups import GroupComparison, compare_groups
from zhike.measure.path_model.model import Latent, PathModel
from zhike.measure.path_model.report import group_report, path_report

__all__ = [
    "GroupComparison",
    "Latent",
    "PathFit",
    "PathModel",
    "compare_groups",
    "fit_path_model",
    "group_report",
    "path_report",
]

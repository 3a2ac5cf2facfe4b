"""Path models of satisfaction by partial least squares: model, estimation, intervals, groups. Pure."""

from zhike.measure.path_model.fit import PathFit, fit_path_model
from zhike.measure.path_model.model import Latent, PathModel
from zhike.measure.path_model.report import path_report

__all__ = ["Latent", "PathFit", "PathModel", "fit_path_model", "path_report"]

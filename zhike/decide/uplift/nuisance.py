"""Outcome models fitted on other folds than those they predict, and the doubly robust score made of them.

With mu_w(x) = E(y | x, w) and e = P(w = 1), the doubly robust score of a row is

    psi = mu_1(x) - mu_0(x) + (w - e) / (e (1 - e)) (y - mu_w(x)),

whose mean given x is the effect tau(x) where e is known, however wrong mu is; a good mu only makes it less noisy. Cross-fitting
keeps a row's own outcome out of its mu, without which the mean would be biased.

References
----------
J. Robins, A. Rotnitzky and L. P. Zhao, "Estimation of regression coefficients when some regressors are not always observed",
JASA 89, 1994; V. Chernozhukov et al., "Double/debiased machine learning for treatment and structural parameters",
Econometrics Journal 21, 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.uplift.regressions import Fitted, Regression
    from zhike.decide.uplift.trial import Trial

__all__ = ["Nuisance", "cross_fit", "fit_arm"]


@dataclass(frozen=True, slots=True)
class Nuisance:
    """Cross-fitted means of the outcome for every row of a trial.

    Parameters
    ----------
    untreated, treated : ndarray of float, shape (n,)
        mu_0(x) and mu_1(x), in units of the outcome.
    """

    untreated: NDArray[np.float64]
    treated: NDArray[np.float64]

    def rows(self, kept: NDArray[np.bool_]) -> Nuisance:
        """Return the rows of a mask of shape (n,)."""
        return Nuisance(self.untreated[kept], self.treated[kept])

    def expected(self, trial: Trial) -> NDArray[np.float64]:
        """Return m(x) = e mu_1 + (1 - e) mu_0, the mean of the outcome before it is known who is treated."""
        return trial.probability * self.treated + (1.0 - trial.probability) * self.untreated

    def scores(self, trial: Trial) -> NDArray[np.float64]:
        """Return the doubly robust score psi of every row."""
        fitted = np.where(trial.treated, self.treated, self.untreated)
        return self.treated - self.untreated + trial.contrast() * (trial.outcome - fitted)


def cross_fit(trial: Trial, model: Regression) -> Nuisance:
    """Fit the outcome in each arm on all folds but one and predict that one, for every fold.

    Parameters
    ----------
    trial : Trial
    model : Regression
        Of the outcome.

    Raises
    ------
    UsageError
        Where an arm is empty outside some fold.
    """
    means = np.empty((2, len(trial)))
    for fold in trial.folds():
        for treated in (False, True):
            means[int(treated), fold] = fit_arm(trial.rows(~fold), model, treated=treated).predict(
                trial.x[fold]
            )
    return Nuisance(means[0], means[1])


def fit_arm(trial: Trial, model: Regression, *, treated: bool) -> Fitted:
    """Fit the outcome on one arm's rows.

    Raises
    ------
    UsageError
        Where the arm is empty.
    """
    arm = trial.treated == treated
    if not arm.any():
        raise UsageError(
            what=phrase("nobody who is treated") if treated else phrase("nobody who is untreated"),
            expected=phrase("rows of both arms, outside every fold"),
        )
    return model.fit(trial.x[arm], trial.outcome[arm])

"""Labels that come late: which are known, what a missing yes is worth so far, and how the rate has moved meanwhile.

What a contact's outcome adds to the likelihood, with p = P(yes), w the weight of the outcome and F(e) the share of yeses that
arrive within e days of the contact:

    yes, however late            w log p
    none after e days            w log(1 - p F(e))         (so far only: F < 1; with F = 1 it is a no)
    send was blocked             nothing: there was no contact, w = 0

O. Chapelle, "Modeling delayed feedback in display advertising", KDD 2014, with F taken from closed contacts instead of an
exponential. Where a model takes labels only, ``expected_labels`` gives the same expectation as weights (EM).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "arrived_share",
    "delayed_log_likelihood",
    "expected_labels",
    "known_before",
    "observation_weight",
    "prior_shift",
]


def known_before(row: int, delay: int) -> int:
    """Return how many first rows have a known label when row ``row`` is decided.

    A label is known ``delay`` contacts after the next contact: with 0 the row before is known, nothing of the row itself.

    Examples
    --------
    >>> known_before(10, 0), known_before(10, 3), known_before(2, 3)
    (10, 7, 0)
    """
    return max(row - delay, 0)


def observation_weight(weight: NDArray[np.float64], blocked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each row's weight in the likelihood: its own, and 0 where the send was blocked.

    Parameters
    ----------
    weight : ndarray of float, shape (n_rows,)
        Weight of the outcome, as its value or 1 over the probability of the choice.
    blocked : ndarray of bool, shape (n_rows,)
    """
    return np.where(blocked, 0.0, weight)


def arrived_share(
    waited: NDArray[np.float64], ages: NDArray[np.float64], followed: float
) -> NDArray[np.float64]:
    """Return F(age): the share of yeses that have arrived by an age, among contacts followed for at least ``followed`` days.

    Parameters
    ----------
    waited : ndarray of float, shape (n_yes,)
        Days from contact to yes, of closed contacts.
    ages : ndarray of float, shape (n_rows,)
        Days since the contact.
    followed : float
        Days after which a contact is closed; F is 1 from there on.

    Notes
    -----
    Smoothed as (yeses + age / followed) / (all + 1), so that it is above 0 for every age above 0.
    """
    ordered = np.sort(waited[waited <= followed])
    arrived = np.searchsorted(ordered, ages, side="right")
    uniform = np.clip(ages / followed, 0.0, 1.0)
    return np.where(ages >= followed, 1.0, (arrived + uniform) / (len(ordered) + 1.0))


def delayed_log_likelihood(
    p: NDArray[np.float64], yes: NDArray[np.bool_], arrived: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each row adds to the log likelihood, shape (n_rows,).

    Parameters
    ----------
    p : ndarray of float, shape (n_rows,)
        P(yes, ever), inside (0, 1).
    yes : ndarray of bool, shape (n_rows,)
        Whether a yes has come.
    arrived : ndarray of float, shape (n_rows,)
        F at the row's age.
    weight : ndarray of float, shape (n_rows,)

    Examples
    --------
    >>> rows = np.array([0.5, 0.5, 0.5]), np.array([True, False, False]), np.array([1.0, 1.0, 0.5]), np.ones(3)
    >>> delayed_log_likelihood(*rows).round(3).tolist()
    [-0.693, -0.693, -0.288]
    """
    return np.asarray(weight * np.where(yes, np.log(p), np.log1p(-p * arrived)), dtype=np.float64)


def expected_labels(
    p: NDArray[np.float64], yes: NDArray[np.bool_], arrived: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return P(yes, ever | what is known so far): 1 for a yes, else p (1 - F) / (1 - p F).

    The gradient of ``delayed_log_likelihood`` in logit p is the weight times these labels less p: a model that
    learns from them climbs that likelihood.
    """
    return np.where(yes, 1.0, p * (1.0 - arrived) / (1.0 - p * arrived))


def prior_shift(
    p: NDArray[np.float64], learned: NDArray[np.float64] | float, now: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return probabilities for a base rate that has moved: logit p + logit now - logit learned.

    Parameters
    ----------
    p : ndarray of float, shape (n_rows,)
    learned, now : float or ndarray of shape (n_rows,)
        Base rate of the rows that were learned from, and of those to be judged, inside (0, 1).

    Notes
    -----
    Exact where only P(y) moved and P(x | y) did not. M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a
    classifier to new a priori probabilities", Neural Computation 14(1), 2002.

    Examples
    --------
    >>> prior_shift(np.array([0.5, 0.1]), 0.1, 0.5).round(3).tolist()
    [0.9, 0.5]
    """
    from scipy.special import expit, logit

    return np.asarray(expit(logit(p) + logit(now) - logit(learned)), dtype=np.float64)

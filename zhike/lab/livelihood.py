"""Where customers' money comes from: income paths, work lost and found, retirement, marriage, children, inheritance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.traits import FIRM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

__all__ = ["FROM_WORK", "OTHER", "PENSION", "SALARY", "income", "life", "sources"]

OTHER, SALARY, PENSION, FROM_WORK = 0, 1, 2, 3
"""Where income comes from: family or another bank, an employer, a pension fund; a firm's turnover."""

_YEAR: Final = 12
_ADULT, _GROWN, _RETIRED = 22 * _YEAR, 45 * _YEAR, 60 * _YEAR
"""Ages in months. Sixty: the age at which men retired before the reform that began in January 2025."""

RAISE: Final = 0.045
"""Mean yearly raise of the employed (near the growth of disposable income in 2024, not checked)."""
RAISE_SPREAD: Final = 0.06
"""Standard deviation of a yearly raise, log points. Invented."""
PENSION_RAISE: Final = 0.025
"""Yearly raise of pensions (near the raises of 2024 and 2025, not checked)."""
TURNOVER_SPREAD: Final = 0.15
"""Standard deviation of the yearly change of a firm's turnover, log points. Invented."""
REPLACEMENT: Final = 0.45
"""Pension as a share of the last income. Near published replacement rates of urban employees, not checked."""

STUDENT_INCOME: Final = 0.35
"""What students have, as a share of what work will bring: as at the opening. Invented."""

JOB_LOSS: Final = 0.005
"""Chance a month that work is lost for reasons of one's own. With `_BACK_TO_WORK` about 5 % are out of work
(near the surveyed urban unemployment of 2024, not checked)."""
BACK_TO_WORK: Final = 0.11
"""Chance a month of finding work again. Invented."""
SCAR: Final = 0.90
"""Income of the new work as a share of the old. Invented."""
FIRM_SHOCK, SHOCK_LOSES = 0.004, 0.25
"""Chance a month that a firm sheds staff; share of its staff that goes. Invented."""
BENEFIT: Final = 0.30
"""Income while out of work as a share of the usual one. Invented."""
NOISE_OF_OTHERS: Final = 0.35
"""Spread of irregular income, log points: family, another bank, a firm's turnover. Invented."""
REACH: Final = 0.35
"""Share of the income that passes through this bank where it is not the customer's main bank. Invented."""
SALARY_HERE: Final = 0.55
"""Share of customers whose salary or pension comes to this bank. Invented."""

MARRIES, MARRIES_UNTIL = 0.0043, 45 * _YEAR
"""Chance a month that an unmarried adult marries (near the marriages registered in 2024, not checked)."""
CHILD, MOST_CHILDREN = 0.006, 3
"""Chance a month of a child in a marriage under 42. Invented, near a fertility of one child."""
INHERITS: Final = 0.00035
"""Chance a month of an inheritance. Invented."""
WEDDING_GIFT, BEQUEST = 2.0, 10.0
"""Months of income that a wedding and an inheritance bring. Invented."""
_JOBLESS_MOST: Final = 120


def sources(dice: Dice, traits: Traits, month: int, settled: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return where each customer's income comes from, positions as named in this module.

    Parameters
    ----------
    settled : ndarray of bool, shape (n,)
        Who has a settlement account for salaries: their salary comes here in any case.

    Returns
    -------
    ndarray of int8, shape (n,)
    """
    age = month - traits.born
    here = settled | dice.happens(SALARY_HERE, "salary comes here", traits.who)
    person = traits.kind != FIRM
    found = np.zeros(len(traits), dtype=np.int8)
    found[here & person & (age >= _ADULT)] = SALARY
    found[here & person & (age >= _RETIRED)] = PENSION
    found[~person] = FROM_WORK
    return found


def income(
    dice: Dice, traits: Traits, state: State, month: int, source: NDArray[np.int8]
) -> NDArray[np.float64]:
    """Return the yuan that come in this month; raises, retirement, work lost and found change the state.

    Notes
    -----
    ``state.income`` is the usual income: it stays as it is while a customer is out of work, so that it is known what work
    would bring; ``state.jobless`` says that only a benefit comes in.
    """
    age = month - traits.born
    person = traits.kind != FIRM
    _raise(dice, traits, state, month, age)
    state.income[person & (age == _RETIRED)] *= REPLACEMENT
    state.income[person & (age == _ADULT)] /= STUDENT_INCOME
    _work(dice, traits, state, month, person & (age >= _ADULT) & (age < _RETIRED))
    came = state.income.astype(np.float64) * np.where(state.jobless > 0, BENEFIT, 1.0)
    irregular = (source == OTHER) | (source == FROM_WORK)
    rows = np.flatnonzero(irregular)
    noise = np.exp(NOISE_OF_OTHERS * dice.normal("irregular income", traits.who[rows], month))
    came[rows] *= noise * np.where(source[rows] == OTHER, REACH, 1.0)
    return came


def _raise(dice: Dice, traits: Traits, state: State, month: int, age: NDArray[np.int32]) -> None:
    """Raise the incomes of those whose month of the year it is."""
    rows = np.flatnonzero((traits.who + month) % _YEAR == 0)
    firm, retired = traits.kind[rows] == FIRM, age[rows] >= _RETIRED
    spread = np.where(firm, TURNOVER_SPREAD, np.where(retired, 0.0, RAISE_SPREAD))
    mean = np.where(~firm & retired, PENSION_RAISE, RAISE)
    drawn = dice.normal("raise", traits.who[rows], month)
    state.income[rows] *= np.exp(mean - spread**2 / 2 + spread * drawn)


def _work(dice: Dice, traits: Traits, state: State, month: int, works: NDArray[np.bool_]) -> None:
    drawn = dice.uniform("work", traits.who, month)
    out = state.jobless > 0
    back = out & (drawn < BACK_TO_WORK)
    lost = works & ~out & (drawn < JOB_LOSS)
    staff = np.flatnonzero(works & ~out & (traits.employer >= 0))
    hit = dice.happens(FIRM_SHOCK, "firm sheds staff", traits.employer[staff], month)
    lost[staff[hit]] |= dice.happens(SHOCK_LOSES, "shed", traits.who[staff[hit]], month)
    state.jobless[out] = np.minimum(state.jobless[out] + 1, _JOBLESS_MOST)
    state.jobless[lost] = 1
    state.jobless[back | ~works] = 0
    state.income[back & works] *= SCAR


def life(dice: Dice, traits: Traits, state: State, month: int) -> NDArray[np.float64]:
    """Return lump sums in yuan, shape (n,); marriages and children change the state."""
    age = month - traits.born
    grown = (traits.kind != FIRM) & (age >= _ADULT) & state.here
    drawn = dice.uniform("life", traits.who, month)
    marries = grown & (state.married == 0) & (age < MARRIES_UNTIL) & (drawn < MARRIES)
    bears = grown & (state.married == 1) & (age < _GROWN - 3 * _YEAR) & (drawn < CHILD)
    bears &= state.children < MOST_CHILDREN
    inherits = grown & (drawn > 1.0 - INHERITS)
    state.married[marries] = 1
    state.children[bears] += 1
    lump = np.zeros(len(traits))
    lump[marries] = WEDDING_GIFT * state.income[marries]
    spread = np.exp(dice.normal("bequest", traits.who[inherits], month))
    lump[inherits] = BEQUEST * state.income[inherits] * spread
    return lump

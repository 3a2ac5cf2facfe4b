"""Who the customers are: households, firms and employers, age, standing, skill, temper and true suitability.

Every trait is a function of dice and the customer's number. Households are parts of blocks of four consecutive numbers,
firms one of most blocks of 32, so a customer's ties do not depend on how the bank is cut into chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from zhike.lab.resources import REGION_WEIGHTS, managers_by_region
from zhike.lab.shelf import TALKING
from zhike.lab.state import Traits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

    Numbers = NDArray[np.int64]
    Reals = NDArray[np.float64]

__all__ = ["FIRM", "PERSON", "PROFESSIONAL", "age_in", "answered_level", "draw_traits", "standing"]

PERSON, PROFESSIONAL, FIRM = 0, 1, 2

REFERENCE: Final = 652
"""Month at which the ages are drawn: 2024-05."""

# Blocks. The patterns give, for each place in a block of four, the place of the first of its household.
_HOME_BLOCK: Final = 4
_PATTERNS: Final = np.array([(0, 0, 0, 0), (0, 0, 0, 3), (0, 0, 2, 2), (0, 0, 2, 3), (0, 1, 2, 3)])
_PATTERN_SHARES: Final = (0.05, 0.13, 0.18, 0.27, 0.37)
"""Two customers in five have another of their household with the bank. Invented."""
_ALONE: Final = 4
_FIRM_BLOCK: Final = 32
_FIRM_CHANCE: Final = 0.96
"""Blocks with a firm: 3 % of customers. Invented."""

_AGE_BANDS: Final = ((18, 25), (25, 35), (35, 50), (50, 60), (60, 75), (75, 93))
_AGE_SHARES: Final = (0.09, 0.22, 0.31, 0.18, 0.155, 0.045)
"""Ages of heads of household; with their relatives a fifth of persons is 60 or older. Invented, towards the national shares."""
_OLDEST: Final = 95
_ADULT: Final = 18
_GENERATION_YEARS, _GENERATION_SPREAD, _COUPLE_SPREAD = 27.0, 3.0, 3.0
_WORKING_AGES: Final = (22, 60)
_MIDDLE_AGE: Final = 45.0
"""Age at which the effects of age are nil; firms count as of this age."""
_FIRM_YEARS: Final = (2.0, 28.0)

_EMPLOYED_HERE: Final = 0.22
"""Share of persons of working age who are paid by a firm that is a customer. Invented."""

# Standing in wealth: a home's share, the own share, age (lowest for the young and the very old) and region.
_HOME_WEIGHT, _OWN_WEIGHT = 0.55, 0.72
_PEAK_AGE, _AGE_WIDTH, _AGE_WEIGHT = 55.0, 32.0, 0.45
_CITIES, _TOWNS = 4, 9
_CITY, _TOWN, _COUNTRY = 0.20, -0.05, -0.45
_WEALTH_MEAN, _WEALTH_SD = 0.330, 0.944
FUNDS_WEIGHT: Final = 0.92
"""Correlation of wealth with the money kept at this bank; the rest is kept elsewhere or by chance. Invented."""

ADVISED_FROM: Final = 1.175
"""Standing from which a person has a relationship manager: the upper 12 %."""
_PROFESSIONAL_FROM, _PROFESSIONAL_CHANCE = 1.3, 0.155
"""Professional investors are 1.5 % of customers and stand high in wealth. Invented."""

_PATIENCE: Final = (0.40, 0.45, 0.5, 4.0)
"""Contacts a month that are borne: mean and spread of the logarithm, bounds; mean about 1.6. Invented."""
_CANDOUR: Final = (0.4, 0.8)
"""Levels by which questionnaires overstate. Invented; that stated and lived risk differ is published (far_trans, scf)."""
_LEVEL_CENTRE, _LEVEL_SPREAD, _LOWEST, _HIGHEST = 2.8, 1.05, 1.0, 5.0
_LEVEL_CORRELATION: Final = 0.5
"""Correlation of tolerance and capacity, both about 2.8 of 5. Invented."""
_ANSWER_SPREAD: Final = 0.35
"""Levels by which two answers of the same customer differ by chance. Invented."""
_YEAR_SLOPE: Final = 1 / 16

_LANGUAGES: Final = (0.960, 0.025, 0.015)
_VULNERABLE: Final = (-2.65, 0.040, -0.35)
"""Logit of vulnerability at middle age, a year of age, a standard deviation of wealth: about 8 % of persons. Invented."""
_DIGITAL: Final = (50.0, 10.0, 0.35, 0.30, 0.80)
"""Age of even skill, years a logit, wealth, city, spread. Invented; the fall with age is published in every survey."""
_ORIENTATION_SPREAD: Final = 0.8


def draw_traits(dice: Dice, who: Numbers, n_customers: int) -> Traits:
    """Return the traits of customers.

    Parameters
    ----------
    dice : Dice
    who : ndarray of int, shape (n,)
        Numbers of the customers, each from 0 to ``n_customers - 1``.
    n_customers : int
        Customers of the bank: the last household may be cut short, and employers are among them.

    Returns
    -------
    Traits
        In the order of ``who``.
    """
    firms = firm_of_block(dice, who // _FIRM_BLOCK, n_customers)
    firm = firms == who
    home, size = _homes(dice, who, firms, n_customers)
    region = dice.pick(REGION_WEIGHTS, "region", home)
    born = born_in(dice, who, home, firm)
    age = np.where(firm, _MIDDLE_AGE, (REFERENCE - born) / 12)
    wealth = _wealth(dice, who, home, age, region)
    stands = standing(dice, who, wealth)
    kind = _kind(dice, who, firm, stands)
    digital = _digital(dice, who, age, wealth, region)
    tolerance, capacity = _levels(dice, who, age, wealth, kind)
    price, quality, relation, credit = _orientation(dice, who, age, wealth)
    return Traits(
        who=who.astype(np.int64), kind=kind.astype(np.int8), born=born.astype(np.int32), sex=_sex(dice, who, home, firm).astype(np.int8),
        region=region.astype(np.int8), household=home, household_size=size.astype(np.int8),
        employer=_employer(dice, who, (REFERENCE - born) // 12, firm, n_customers), wealth=_real(wealth), digital=_real(digital),
        patience=_patience(dice, who), persuadable=_real(dice.normal("persuadable", who)), tolerance=_real(tolerance),
        capacity=_real(capacity), price=price, quality=quality, relation=relation, credit=credit,
        liking=_liking(dice, who, digital, relation), vulnerable=_vulnerable(dice, who, age, wealth, firm),
        language=dice.pick(_LANGUAGES, "language", who).astype(np.int8), candour=_candour(dice, who),
        image=_real(dice.normal("image", who)), adviser=_adviser(dice, who, stands, firm, region, n_customers),
    )  # fmt: skip


def age_in(traits: Traits, month: int) -> NDArray[np.int64]:
    """Return complete years of age in a month, shape (n,); of a firm, years since its founding."""
    return np.asarray((month - traits.born.astype(np.int64)) // 12)


def standing(dice: Dice, who: Numbers, wealth: NDArray[Any]) -> Reals:
    """Return how customers stand among each other in money kept at this bank: standard normal, shape (n,)."""
    own = dice.normal("money kept here", who)
    return np.asarray(FUNDS_WEIGHT * wealth + np.sqrt(1 - FUNDS_WEIGHT**2) * own)


def answered_level(dice: Dice, traits: Traits, month: int | NDArray[Any]) -> NDArray[np.int8]:
    """Return the level, 1 to 5, that a risk questionnaire gives in a month: the true tolerance, overstated by candour."""
    noise = _ANSWER_SPREAD * dice.normal("answer to the questionnaire", traits.who, month)
    level = np.rint(traits.tolerance + traits.candour + noise)
    return np.clip(level, _LOWEST, _HIGHEST).astype(np.int8)


def firm_of_block(dice: Dice, block: Numbers, n_customers: int) -> Numbers:
    """Return the number of each block's firm, -1 for a block without one."""
    place = np.floor(_FIRM_BLOCK * dice.uniform("place of the firm", block)).astype(np.int64)
    number = block * _FIRM_BLOCK + place
    there = dice.happens(_FIRM_CHANCE, "firm in the block", block) & (number < n_customers)
    return np.where(there, number, -1)


def born_in(dice: Dice, who: Numbers, home: Numbers, firm: NDArray[np.bool_]) -> Numbers:
    """Return months of birth or founding: the second of a household near the first, further ones a generation away."""
    head = _head_age(dice, home)
    place = who - home
    gap = _GENERATION_YEARS + _GENERATION_SPREAD * dice.normal("generation", who)
    relative = np.where(head - gap >= _ADULT, head - gap, head + gap)
    partner = head + _COUPLE_SPREAD * dice.normal("couple", who)
    age = np.select([place == 0, place == 1], [head, partner], relative)
    low, high = _FIRM_YEARS
    founded = low + (high - low) * dice.uniform("founding", who)
    years = np.where(firm, founded, np.clip(age, _ADULT, _OLDEST - 0.1))
    return np.asarray(REFERENCE - np.ceil(years * 12)).astype(np.int64)


def _real(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)


def _homes(dice: Dice, who: Numbers, firms: Numbers, n_customers: int) -> tuple[Numbers, Numbers]:
    """Return the first number and the size of each customer's household; nobody shares one in the block of a firm."""
    block = who // _HOME_BLOCK
    drawn = dice.pick(_PATTERN_SHARES, "pattern of homes", block)
    places = _PATTERNS[np.where(firms // _HOME_BLOCK == block, _ALONE, drawn)]
    first = places[np.arange(len(who)), who % _HOME_BLOCK]
    home = block * _HOME_BLOCK + first
    size = (places == first[:, None]).sum(axis=1)
    return home, np.minimum(size, n_customers - home)


def _head_age(dice: Dice, home: Numbers) -> Reals:
    bands = np.array(_AGE_BANDS, dtype=np.float64)[dice.pick(_AGE_SHARES, "age band", home)]
    return np.asarray(bands[:, 0] + (bands[:, 1] - bands[:, 0]) * dice.uniform("age", home))


def _sex(dice: Dice, who: Numbers, home: Numbers, firm: NDArray[np.bool_]) -> Numbers:
    head = dice.happens(0.5, "sex", home).astype(np.int64)
    own = dice.happens(0.5, "sex", who).astype(np.int64)
    return np.where(firm, -1, np.where(who - home == 1, 1 - head, own))


def _wealth(dice: Dice, who: Numbers, home: Numbers, age: Reals, region: Numbers) -> Reals:
    by_age = _AGE_WEIGHT * (1 - ((age - _PEAK_AGE) / _AGE_WIDTH) ** 2)
    by_region = np.select([region < _CITIES, region < _TOWNS], [_CITY, _TOWN], _COUNTRY)
    shared = _HOME_WEIGHT * dice.normal("wealth of the home", home)
    raw = shared + _OWN_WEIGHT * dice.normal("wealth", who) + by_age + by_region
    return np.asarray((raw - _WEALTH_MEAN) / _WEALTH_SD)


def _kind(dice: Dice, who: Numbers, firm: NDArray[np.bool_], stands: Reals) -> Numbers:
    drawn = dice.happens(_PROFESSIONAL_CHANCE, "professional", who) & (stands > _PROFESSIONAL_FROM)
    return np.where(firm, FIRM, np.where(drawn, PROFESSIONAL, PERSON))


def _employer(dice: Dice, who: Numbers, age: Numbers, firm: NDArray[np.bool_], n_customers: int) -> Numbers:
    """Return who pays the customer: the firm of any block, by dice."""
    blocks = -(-n_customers // _FIRM_BLOCK)
    block = np.floor(blocks * dice.uniform("employer", who)).astype(np.int64)
    first, last = _WORKING_AGES
    works = ~firm & (age >= first) & (age < last) & dice.happens(_EMPLOYED_HERE, "employed here", who)
    return np.where(works, firm_of_block(dice, block, n_customers), -1)


def _digital(dice: Dice, who: Numbers, age: Reals, wealth: Reals, region: Numbers) -> Reals:
    even, years, rich, city, spread = _DIGITAL
    logit = (even - age) / years + rich * wealth + city * (region < _CITIES)
    return np.asarray(expit(logit + spread * dice.normal("digital", who)))


def _patience(dice: Dice, who: Numbers) -> NDArray[np.float32]:
    centre, spread, least, most = _PATIENCE
    return _real(np.clip(np.exp(centre + spread * dice.normal("patience", who)), least, most))


def _levels(dice: Dice, who: Numbers, age: Reals, wealth: Reals, kind: Numbers) -> tuple[Reals, Reals]:
    """Return true tolerance and capacity: capacity follows wealth and youth, tolerance shares half with it."""
    years = np.clip((age - _MIDDLE_AGE) * _YEAR_SLOPE, -2, 3)
    able = 0.7 * wealth - 0.4 * years + 0.6 * dice.normal("capacity", who) + (kind == PROFESSIONAL)
    rest = np.sqrt(1 - _LEVEL_CORRELATION**2)
    willing = _LEVEL_CORRELATION * able + rest * dice.normal("tolerance", who) + (kind == PROFESSIONAL)
    both = [np.clip(_LEVEL_CENTRE + _LEVEL_SPREAD * value, _LOWEST, _HIGHEST) for value in (willing, able)]
    return both[0], both[1]


def _orientation(dice: Dice, who: Numbers, age: Reals, wealth: Reals) -> list[NDArray[np.float32]]:
    """Return price, quality, relation and credit, which sum to one: the young look at price and credit, the old at people."""
    years = (age - _MIDDLE_AGE) / 20
    pulls = (0.3 - 0.3 * years - 0.2 * wealth, 0.1 + 0.3 * wealth, 0.4 * years, -0.3 - 0.4 * years)
    spread = [
        np.exp(pull + _ORIENTATION_SPREAD * dice.normal("orientation", who, number))
        for number, pull in enumerate(pulls)
    ]
    total = np.sum(spread, axis=0)
    return [_real(part / total) for part in spread]


def _liking(dice: Dice, who: Numbers, digital: Reals, relation: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the liking of each channel: people for those who lean on them, the app for the skilled."""
    skill, people = digital - 0.5, relation - 0.25
    centre = np.stack(
        [
            0.15 - 0.9 * skill + 0.6 * people,
            0.15 - 0.2 * skill + 1.2 * people,
            -0.15 - 0.4 * skill + 0.4 * people,
            0.25 + 1.5 * skill - 0.3 * people,
            -0.10 + 0.2 * skill,
        ],
        axis=1,
    )
    noise = dice.normal("liking", who[:, None], np.arange(len(TALKING))[None, :])
    return _real(np.tanh(centre + 0.5 * noise))


def _vulnerable(
    dice: Dice, who: Numbers, age: Reals, wealth: Reals, firm: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    level, by_age, by_wealth = _VULNERABLE
    chance = expit(level + by_age * (age - _MIDDLE_AGE) + by_wealth * wealth)
    return dice.happens(chance, "vulnerable", who) & ~firm


def _candour(dice: Dice, who: Numbers) -> NDArray[np.float32]:
    centre, spread = _CANDOUR
    return _real(centre + spread * dice.normal("candour", who))


def _adviser(
    dice: Dice, who: Numbers, stands: Reals, firm: NDArray[np.bool_], region: Numbers, n_customers: int
) -> NDArray[np.int32]:
    """Return the relationship manager: one of the region's, for persons of high standing."""
    posts = managers_by_region(n_customers)
    first = np.concatenate([[0], np.cumsum(posts)[:-1]])
    place = np.floor(dice.uniform("adviser", who) * posts[region]).astype(np.int64)
    return np.where((stands > ADVISED_FROM) & ~firm, first[region] + place, -1).astype(np.int32)

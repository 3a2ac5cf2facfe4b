"""What satisfaction goes with: shares of its explained variance by driver, and what is punished or rewarded. Associations, not causes."""

from zhike.measure.drivers.associations import Associations, adjusted, associations
from zhike.measure.drivers.driver_shares import METHODS, DriverShares, driver_shares
from zhike.measure.drivers.penalty_reward import Contrast, penalty_reward
from zhike.measure.drivers.relative_weights import relative_weights
from zhike.measure.drivers.shapley import EXACT_TO, shapley_exact, shapley_sampled

__all__ = [
    "EXACT_TO",
    "METHODS",
    "Associations",
    "Contrast",
    "DriverShares",
    "adjusted",
    "associations",
    "driver_shares",
    "penalty_reward",
    "relative_weights",
    "shapley_exact",
    "shapley_sampled",
]

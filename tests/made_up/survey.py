"""A made-up survey: content by branch, drivers of which one matters most, Kano pairs, expectations, two waves."""

import numpy as np
import polars as pl

__all__ = ["BRANCHES", "survey"]

BRANCHES = ("Harbour", "Market", "Station", "Tiny")
_KANO = ("like", "must_be", "neutral", "live_with", "dislike")


def survey(n=600, seed=3):
    """Return answers of ``n`` persons, of whom some left questions out; branch «Tiny» has four of them."""
    rng = np.random.default_rng(seed)
    branch = rng.choice(3, n)
    branch[:4] = 3
    mood = rng.normal(0, 1, n) + np.array([0.0, 0.4, -0.8, 2.0])[branch]
    rated = {name: _scale(rng, 6.8 + mood, n) for name in ("speed", "advice", "app")}
    overall = _scale(rng, 0.6 * rated["speed"] + 0.2 * rated["advice"] + 1.5, n)
    asked = {f"{name}_wish": _scale(rng, np.full(n, 8.0 if name == "speed" else 6.5), n) for name in rated}
    delight = {
        "video_with": rng.choice(5, n, p=[0.6, 0.1, 0.2, 0.1, 0.0]), "video_without": rng.choice(5, n, p=[0.0, 0.1, 0.5, 0.3, 0.1]),
        "safe_with": rng.choice(5, n, p=[0.1, 0.6, 0.2, 0.1, 0.0]), "safe_without": rng.choice(5, n, p=[0.0, 0.0, 0.1, 0.2, 0.7]),
    }  # fmt: skip
    table = pl.DataFrame(
        {
            "person": [f"P{one:04d}" for one in range(n)], "branch": [BRANCHES[one] for one in branch],
            "sex": rng.choice(["f", "m"], n, p=[0.7, 0.3]).tolist(), "age": rng.choice(["young", "old"], n, p=[0.35, 0.65]).tolist(),
            "overall": overall, **rated, **asked, **{name: [_KANO[one] for one in column] for name, column in delight.items()},
            "points_a": rng.integers(40, 71, n), "weight": rng.uniform(0.5, 2, n), "answered": (rng.random(n) < 0.6).astype(int),
        }
    )  # fmt: skip
    later = pl.Series("wave", ["2026"] * n), pl.Series("nps", _scale(rng, 5.5 + mood, n, 0, 10))
    return table.with_columns(*later, points_b=100 - pl.col("points_a"))


def _scale(rng, middle, n, low=1, high=10):
    return np.clip(np.rint(middle + rng.normal(0, 1.2, n)), low, high).astype(int)

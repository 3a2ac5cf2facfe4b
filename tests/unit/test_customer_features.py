"""Tables of customers as numbers: what is skewed is drawn in, what is unknown stands in the middle."""

import datetime as dt

import numpy as np
import polars as pl

from zhike.measure.customer_features import customer_features


def test_numbers_truths_and_texts():
    frame = pl.DataFrame(
        {
            "customer_id": ["A", "B", "C"], "balance": [0, None, -1], "digital": [True, None, False], "sex": ["f", None, "m"],
            "since": [dt.date(2026, 1, 1)] * 3, "held": [["x"], [], []], "unknown": pl.Series([None] * 3, dtype=pl.Float64),
        }
    )  # fmt: skip
    half = -np.log(2) / 2
    np.testing.assert_allclose(
        customer_features(frame),
        [[0, np.log(2), 1, 0, 0], [half, np.log(2) / 2, 0, 0, 0], [2 * half, 0, 0, 1, 0]],
    )


def test_a_text_that_tells_customers_apart_is_left_out():
    frame = pl.DataFrame({"branch": [f"B{place}" for place in range(13)]})
    assert customer_features(frame).shape == (13, 0)
    assert customer_features(frame[:12]).shape == (12, 12)

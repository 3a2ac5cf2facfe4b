"""Worlds of answers whose path coefficients are known: latents that are what their items have in common, and shocks of any shape.

Each item is its latent's score times a loading plus noise of one size, made so that the weighted sum of a latent's items is its score
exactly. The loadings are then what the weights of mode A settle at, and the coefficients with which the scores were made are those that
the method estimates: nothing is lost to measurement error, so that an interval is judged by the truth and not by a bias of the method.
"""

import numpy as np

from zhike.measure.path_model import PathModel

PATHS = {
    ("image", "expectation"): 0.5, ("expectation", "quality"): 0.55, ("quality", "value"): 0.6,
    ("image", "satisfaction"): 0.2, ("quality", "satisfaction"): 0.5, ("value", "satisfaction"): 0.15,
    ("image", "loyalty"): 0.2, ("satisfaction", "loyalty"): 0.5,
}  # fmt: skip
SIZES = {"image": 5, "expectation": 3, "quality": 6, "value": 2, "satisfaction": 3, "loyalty": 3}
NOISE = 0.8
"""Standard deviation of what an item has of its own."""


def world_model(scheme="centroid", **more):
    """Return the model that the worlds follow, on a scale that no answer leaves."""
    latents = {name: [f"{name}{one}" for one in range(1, size + 1)] for name, size in SIZES.items()}
    document = {"scale": {"min": -50, "max": 50}, "scheme": scheme, "latents": latents}
    return PathModel.of({**document, "paths": [" -> ".join(pair) for pair in PATHS], **more}, "worlds")


def known_effects():
    """Return the direct and total effects, shape (n_latents, n_latents)."""
    names = list(SIZES)
    direct = np.zeros((len(names),) * 2)
    for (start, end), value in PATHS.items():
        direct[names.index(start), names.index(end)] = value
    return direct, np.linalg.inv(np.eye(len(names)) - direct) - np.eye(len(names))


def world(rng, persons, shape=2.0):
    """Return answers of persons in the order of the model's items.

    Parameters
    ----------
    rng : Generator
    persons : int
    shape : float
        Of the gamma distribution of the shocks; the smaller, the more skewed.
    """
    scores = _scores(rng, persons, shape)
    blocks = []
    for name, size in SIZES.items():
        noise = NOISE * rng.standard_normal((persons, size))
        # Noise that adds up to nothing leaves the sum of a latent's items to its score alone.
        blocks.append(scores[name][:, None] + noise - noise.mean(axis=1, keepdims=True))
    return np.hstack(blocks)


def _scores(rng, persons, shape):
    """Return the scores of the latents, each of variance 1."""
    found, covariance = {}, _score_covariance()
    names = list(SIZES)
    for name in names:
        before = [start for start, end in PATHS if end == name]
        places = [names.index(one) for one in before]
        betas = np.array([PATHS[one, name] for one in before])
        rest = 1 - betas @ covariance[np.ix_(places, places)] @ betas if before else 1.0
        shock = (rng.gamma(shape, size=persons) - shape) / np.sqrt(shape)
        pushed = sum((PATHS[one, name] * found[one] for one in before), np.zeros(persons))
        found[name] = pushed + np.sqrt(rest) * shock
    return found


def _score_covariance():
    names = list(SIZES)
    found = np.eye(len(names))
    for end, name in enumerate(names):
        for other in range(end):
            value = sum(
                PATHS[start, name] * found[names.index(start), other] for start, to in PATHS if to == name
            )
            found[end, other] = found[other, end] = value
    return found

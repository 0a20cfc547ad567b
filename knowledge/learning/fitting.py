"""Fits weights: of the signals by a conditional logit, of the confidence by a logistic regression held near another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.learning.examples import Example
from knowledge.signals import NAMES, Numbers

Truth = npt.NDArray[np.bool_]

#: Penalty on the squared weights, for signals brought to a spread of 1.
RIDGE = 3.0


def fit_weights(examples: Sequence[Example], importance: Sequence[float] | None = None) -> dict[str, float]:
    """Weights that make the right entries likely among each post's candidates: maximum likelihood of the conditional
    logit (McFadden 1974), the likelihoods of several right ones added up.

    Raises:
        ValueError: no example holds a right candidate.
    """
    pairs = zip(examples, importance or [1.0] * len(examples), strict=True)
    held = [(example, weight) for example, weight in pairs if example.right.any() and not example.right.all()]
    if not held:
        raise ValueError("there is nothing to learn from")
    sizes = np.array([len(example.right) for example, _ in held])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    values = np.concatenate([example.seen.values - example.seen.values.mean(axis=0) for example, _ in held])
    spread = values.std(axis=0)
    used = spread > 1e-9
    values = values[:, used] / spread[used]
    right = np.concatenate([example.right for example, _ in held]).astype(np.float64)
    weight = np.array([weight for _, weight in held])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = values @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        raised = np.exp(scores)
        chances = raised / np.repeat(np.add.reduceat(raised, starts), sizes)
        of_right = np.add.reduceat(chances * right, starts) + 1e-300
        slope = (chances * right) / np.repeat(of_right, sizes) - chances
        gradient = RIDGE * weights - (slope * np.repeat(weight, sizes)) @ values
        return float(-(weight * np.log(of_right)).sum() + RIDGE / 2 * (weights**2).sum()), gradient

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    weights = np.zeros(len(NAMES))
    weights[used] = found / spread[used]
    return {name: round(float(value), 5) for name, value in zip(NAMES, weights, strict=True)}


def fit_logistic(values: Numbers, right: Truth, importance: Numbers, near: Numbers, hold: float) -> Numbers:
    """Intercept and slopes (1 + k) of a weighted logistic regression over `values` (n, k), drawn towards `near` by
    `hold` times the squared distance, each slope measured in spreads of its signal."""
    spread = np.maximum(values.std(axis=0), 1e-6)
    mean = values.mean(axis=0)
    inputs = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    start = np.concatenate([[near[0] + mean @ near[1:]], near[1:] * spread])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total = inputs @ weights
        away = weights - start
        away[0] = 0.0  # how often it is right differs from library to library: the intercept is free
        value = (importance * (np.logaddexp(0, total) - right * total)).sum() + hold / 2 * (away**2).sum()
        return float(value), (importance * (1 / (1 + np.exp(-total)) - right)) @ inputs + hold * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    slopes = found[1:] / spread
    fitted: Numbers = np.concatenate([[found[0] - slopes @ mean], slopes])
    return fitted


def recalibrate(weights: Numbers, values: Numbers, right: Truth) -> Numbers:
    """The same logistic model stretched and moved so that it is calibrated on these rows (Platt 1999)."""
    total = weights[0] + values @ weights[1:]
    moved = fit_logistic(total[:, None], right, np.ones(len(right)), np.array([0.0, 1.0]), hold=1.0)
    stretch = max(0.1, float(moved[1]))
    found: Numbers = stretch * weights
    found[0] += moved[0]
    return found


def temper(weights: Numbers, values: Numbers, sharpness: float) -> Numbers:
    """The same logistic model with log odds `sharpness` times as far from their mean over these rows (n, k)."""
    middle = float((weights[0] + values @ weights[1:]).mean())
    found: Numbers = sharpness * weights
    found[0] += (1 - sharpness) * middle
    return found

"""The confidence in past answers: coefficients that `python -m bench.calibrate` makes, from what it says."""

from __future__ import annotations

#: intercept, question, mean, coverage
ANSWER: tuple[float, ...] = (-6.01, 4.27, 4.03, 1.77)

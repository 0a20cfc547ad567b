"""Coefficients of the confidence, made by `python -m bench.calibrate`, which says from what."""

from __future__ import annotations

#: intercept, cosine, margin, support, coverage
USAGE: tuple[float, ...] = (-4.01, 5.84, 0.47, 10.47, 0.47)

#: intercept, question, mean, coverage
ANSWER: tuple[float, ...] = (-5.74, 3.49, 4.52, 1.60)

"""Coefficients of the confidence, made by `python -m bench.calibrate`, which says from what."""

from __future__ import annotations

#: intercept, cosine, margin, support, coverage
USAGE: tuple[float, ...] = (-4.07, 5.99, 0.25, 10.25, 0.53)

#: intercept, question, mean, coverage
ANSWER: tuple[float, ...] = (-6.01, 4.27, 4.03, 1.77)

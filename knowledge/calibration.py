"""Coefficients of the confidence in past answers; `python -m bench.calibrate` makes them, and says from what."""

from __future__ import annotations

#: intercept, question, mean, coverage
ANSWER: tuple[float, ...] = (-6.01, 4.27, 4.03, 1.77)

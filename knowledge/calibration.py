"""Coefficients of the confidence: made by `python -m bench.calibrate`."""

USAGE = (-4.0, 3.0, 2.0, 1.0, 2.0, 1.0, 1.0)
ANSWER = (-6.0, 5.0, 2.0, 1.0, 1.0, 1.0)

"""Logistic regression on features of two kinds: many numbers for each text, and few of many words.

Kept as one sparse matrix, as Rasa's classifier has it, the numbers cost twenty times what they cost as a dense one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp


def fit(
    words: csr_matrix, numbers: np.ndarray, labels: Sequence[str], *, max_iter: int, tol: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Classes in their order, coefficients (classes, words + numbers) and intercepts (classes,).

    Minimises what scikit-learn's `LogisticRegression(class_weight="balanced", C=1)` does: the weighted cross-entropy
    and half the squared coefficients, without the intercepts. `tol` is the largest slope that is left, over the mean of
    all examples. With two classes there are two rows of coefficients, whose difference counts.
    """
    classes, rows = np.unique(np.asarray(labels), return_inverse=True)
    n, width, dense = len(rows), words.shape[1], np.ascontiguousarray(numbers, dtype=np.float32)
    weights = (n / (len(classes) * np.bincount(rows)))[rows]
    right = np.arange(n), rows

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients = flat.reshape(width + dense.shape[1] + 1, len(classes))
        of_words, of_numbers, intercepts = np.split(coefficients, [width, width + dense.shape[1]])
        scores = words @ of_words + dense @ of_numbers.astype(np.float32) + intercepts
        scores -= logsumexp(scores, axis=1, keepdims=True)
        penalty = 0.5 * (np.vdot(of_words, of_words) + np.vdot(of_numbers, of_numbers))
        value = (penalty - weights @ scores[right]) / n
        errors = np.exp(scores)
        errors[right] -= 1
        errors *= weights[:, None]
        slopes = [
            words.T @ errors + of_words,
            dense.T @ errors.astype(np.float32) + of_numbers,
            errors.sum(axis=0, keepdims=True),
        ]
        return float(value), np.concatenate(slopes).ravel() / n

    start = np.zeros((width + dense.shape[1] + 1) * len(classes))
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": max_iter, "gtol": tol, "ftol": 1e-12}
    )
    coefficients = found.x.reshape(-1, len(classes)).T
    return classes, coefficients[:, :-1], coefficients[:, -1]

"""Our training finds what scikit-learn finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from bot.nlu.rasa_side.goodword_rasa.regression import fit


@pytest.mark.parametrize("classes", [2, 4])
def test_the_probabilities_are_those_of_scikit_learn(classes: int) -> None:
    random = np.random.default_rng(0)
    labels = np.array(
        [f"intent {n}" for n in random.choice(classes, size=120, p=np.arange(1, classes + 1) / sum(range(classes + 1)))]
    )
    numbers = random.normal(size=(120, 6)) + np.array([int(label[-1]) for label in labels])[:, None] * 0.3
    words = csr_matrix((random.random((120, 30)) < 0.1) * 2.0)
    names, coefficients, intercepts = fit(words, numbers, labels, max_iter=500, tol=1e-7)
    both = hstack([words, csr_matrix(numbers)]).tocsr()
    found = softmax(both @ coefficients.T + intercepts, axis=1)
    # With two classes scikit-learn has one row of coefficients, which is penalised once.
    model = LogisticRegression(class_weight="balanced", C=1.0 if classes > 2 else 2.0, tol=1e-9, max_iter=2000)
    expected = model.fit(both, labels).predict_proba(both)
    assert names.tolist() == model.classes_.tolist()
    assert np.abs(found - expected).max() < 1e-3

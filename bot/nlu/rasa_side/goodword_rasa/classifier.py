"""Rasa's logistic regression, trained in a fraction of the time."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from .regression import fit


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuickLogisticRegression(LogisticRegressionClassifier):
    """The same model with the same features; only the training keeps embeddings dense. Needs features of both kinds."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As Rasa has it; `tol` is the slope that may be left, over the mean of all examples."""
        return {**LogisticRegressionClassifier.get_default_config(), "max_iter": 200, "tol": 1e-4}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the classifier and keep it."""
        examples = [one for one in training_data.intent_examples if one.get("intent") and one.get("text")]
        if examples:
            words = vstack([one.get_sparse_features(TEXT)[1].features for one in examples]).tocsr()
            numbers = np.vstack([one.get_dense_features(TEXT)[1].features for one in examples])
            labels = [one.get("intent") for one in examples]
            found = fit(words, numbers, labels, max_iter=self.config["max_iter"], tol=self.config["tol"])
            self.clf.classes_, self.clf.coef_, self.clf.intercept_ = found
            self.clf.multi_class = "multinomial"
            self.clf.n_features_in_ = self.clf.coef_.shape[1]
            self.persist()
        return self._resource

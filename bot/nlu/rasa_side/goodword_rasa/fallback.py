"""How sure Rasa has to be, by what a mistake would cost."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SureEnough(FallbackClassifier):
    """Rasa's FallbackClassifier with a threshold for each intent.

    A need that is taken for small talk is never heard of again; small talk that is taken for a need costs a reviewer a
    glance. So silence wants more certainty than help. `bench/intents.py` counts both.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`thresholds`: by intent, the confidence below which it is not believed; `threshold` is for all others."""
        return {**FallbackClassifier.get_default_config(), "thresholds": {}}

    def _nlu_confidence_below_threshold(self, message: Message) -> tuple[bool, float]:
        found = message.data[INTENT]
        least = self.component_config["thresholds"].get(found.get(INTENT_NAME_KEY), self.component_config["threshold"])
        confidence = found.get(PREDICTED_CONFIDENCE_KEY)
        # A picture without words is no small talk: nothing can be believed of it.
        return confidence < least or not (message.get(TEXT) or "").strip(), confidence

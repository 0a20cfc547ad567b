"""The component that gives Rasa the same embeddings as retrieval has."""

from __future__ import annotations

import os
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from .encoder import encoder

#: The folder of the embedding model, unless `model_path` in the configuration names one.
VARIABLE = "GOODWORD_EMBEDDING_PATH"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MiniLMFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives each message its sentence embedding, `scale` long.

    The logistic regression behind it is regularised with C = 1: the longer the vectors, the closer it fits the
    examples (a scale of s is the same as C = s * s). `bench/intents.py` measures which is best.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`model_path`: a folder, or null for the one in the environment. `scale`: the length of the vectors."""
        return {**DenseFeaturizer.get_default_config(), "model_path": None, "scale": 1.0}

    @staticmethod
    def required_packages() -> List[str]:
        """What Rasa looks for before it loads the component."""
        return ["safetensors", "scipy", "tokenizers"]

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Refuse a scale that is no length."""
        if config["scale"] <= 0:
            raise InvalidConfigException(f"MiniLMFeaturizer: scale must be above 0, not {config['scale']}")

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MiniLMFeaturizer:
        """Read the model, or share the one that was read before."""
        return cls(execution_context.node_name, config)

    def __init__(self, name: str, config: Dict[str, Any]) -> None:
        super().__init__(name, config)
        folder = config["model_path"] or os.environ.get(VARIABLE)
        if not folder:
            raise InvalidConfigException(f"MiniLMFeaturizer: set {VARIABLE} to the folder of the embedding model")
        self._encoder = encoder(folder)

    # Rasa wires a component by the names of these parameters.
    def process(self, messages: List[Message]) -> List[Message]:
        """Add the feature to each message; the words themselves get none, as the classifier reads only sentences."""
        for message in messages:
            vector = self._encoder.encode(message.get(TEXT) or "") * self._config["scale"]
            self.add_features_to_message(None, vector.reshape(1, -1), TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples of a training."""
        self.process(training_data.training_examples)
        return training_data

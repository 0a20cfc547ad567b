"""The components that give Rasa its features: the same embeddings as retrieval has, and words."""

from __future__ import annotations

import os
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from .encoder import encoder
from .words import vectors

#: The folder of the embedding model, unless `model_path` in the configuration names one.
VARIABLE = "GOODWORD_EMBEDDING_PATH"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MiniLMFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives each message its sentence embedding and the means of layers before it, each `scale` long.

    The last layer is trained to say what a text is about; the layers in the middle keep how it is said: a question or a
    report, praise or complaint, done or not done.

    The logistic regression behind it is regularised with C = 1: the longer the vectors, the closer it fits the
    examples (a scale of s is the same as C = s * s). `bench/intents.py` measures which is best.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`model_path`: a folder, or null for the one in the environment. `scale`: the length of the vectors. `layers`:
        their numbers, or null for the last alone, which is the sentence embedding."""
        return {**DenseFeaturizer.get_default_config(), "model_path": None, "scale": 1.0, "layers": None}

    @staticmethod
    def required_packages() -> list[str]:
        """What Rasa looks for before it loads the component."""
        return ["safetensors", "scipy", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a scale that is no length."""
        _check_scale(config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MiniLMFeaturizer:
        """Read the model, or share the one that was read before."""
        return cls(execution_context.node_name, config)

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)
        folder = config["model_path"] or os.environ.get(VARIABLE)
        if not folder:
            raise InvalidConfigException(f"MiniLMFeaturizer: set {VARIABLE} to the folder of the embedding model")
        self._encoder = encoder(folder)
        self._layers: list[int] = config["layers"] or [self._encoder.layers]
        if not all(0 <= layer <= self._encoder.layers for layer in self._layers):
            raise InvalidConfigException(f"MiniLMFeaturizer: the model's layers are 0 to {self._encoder.layers}")

    # Rasa wires a component by the names of these parameters.
    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to each message; the words themselves get none, as the classifier reads only sentences."""
        texts = [message.get(TEXT) or "" for message in messages]
        vectors = self._encoder.encode_all(texts, self._layers)
        for message, vector in zip(messages, vectors, strict=True):
            self.add_features_to_message(None, vector.reshape(1, -1) * self._config["scale"], TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples of a training."""
        self.process(training_data.training_examples)
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class WordsFeaturizer(SparseFeaturizer, GraphComponent):
    """Gives each message its words, `scale` long whatever the length of the message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: the length of the vectors."""
        return {**SparseFeaturizer.get_default_config(), "scale": 1.0}

    @staticmethod
    def required_packages() -> list[str]:
        """What Rasa looks for before it loads the component."""
        return ["sklearn"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a scale that is no length."""
        _check_scale(config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordsFeaturizer:
        """Nothing is read: words are hashed."""
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to each message."""
        for message in messages:
            rows = vectors([message.get(TEXT) or ""]) * self._config["scale"]
            self.add_features_to_message(None, rows, TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples of a training."""
        self.process(training_data.training_examples)
        return training_data


def _check_scale(config: dict[str, Any]) -> None:
    if config["scale"] <= 0:
        raise InvalidConfigException(f"scale must be above 0, not {config['scale']}")

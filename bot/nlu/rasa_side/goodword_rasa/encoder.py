"""MiniLM in NumPy: the forward pass of a small BERT, so that Rasa's environment needs no torch.

After Devlin et al. (2019), "BERT", and Wang et al. (2020), "MiniLM"; pooled as Sentence-Transformers does: the mean
over all tokens, scaled to length one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer


class Encoder:
    """Turns a text into a vector of length one, as the SentenceTransformer in the same folder does (cosine > 0.999).

    `folder` is a Sentence-Transformers model of the BERT kind with mean pooling: `config.json`, `tokenizer.json`,
    `model.safetensors`, `sentence_bert_config.json`. Text beyond its longest sequence (256 word pieces) is cut off.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ValueError(f"{folder} holds a {config.get('model_type')} model; this encoder reads BERT with GELU")
        self.dimensions: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self._epsilon: float = config["layer_norm_eps"]
        self._weights: dict[str, np.ndarray] = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)
        self._remembered: dict[tuple[str, tuple[int, ...]], np.ndarray] | None = None

    @property
    def layers(self) -> int:
        """The number of the last layer."""
        return self._layers

    def remember(self) -> None:
        """From now on encode each text once: for trainings on the same texts over and over."""
        self._remembered = {}

    def encode(self, text: str, layers: Sequence[int] | None = None) -> np.ndarray:
        """The vector of one text, float32, shape (dimensions,): the last layer's, or those of `layers` one behind the
        other, each of length one, shape (dimensions * layers,). Layer 0 holds the words before any has met another.
        """
        chosen = (self._layers,) if layers is None else tuple(layers)
        if self._remembered is None:
            return self._encode(text, chosen)
        if (text, chosen) not in self._remembered:
            self._remembered[text, chosen] = self._encode(text, chosen)
        return self._remembered[text, chosen]

    def _encode(self, text: str, chosen: tuple[int, ...]) -> np.ndarray:
        ids = np.array(self._tokenizer.encode(text).ids)
        hidden = [self._embed(ids)]
        for layer in range(max(chosen)):
            hidden.append(self._layer(hidden[-1], f"encoder.layer.{layer}"))
        pooled = [hidden[layer].mean(axis=0) for layer in chosen]
        return np.concatenate([vector / max(float(np.linalg.norm(vector)), 1e-12) for vector in pooled])

    def _embed(self, ids: np.ndarray) -> np.ndarray:
        weights = self._weights
        total = weights["embeddings.word_embeddings.weight"][ids]
        total = total + weights["embeddings.position_embeddings.weight"][: len(ids)]
        return self._norm(total + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def _layer(self, hidden: np.ndarray, name: str) -> np.ndarray:
        attended = self._linear(self._attend(hidden, f"{name}.attention.self"), f"{name}.attention.output.dense")
        hidden = self._norm(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = self._linear(hidden, f"{name}.intermediate.dense")
        inner = 0.5 * inner * (1.0 + erf(inner / np.float32(np.sqrt(2.0))))  # GELU (Hendrycks & Gimpel, 2016)
        return self._norm(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attend(self, hidden: np.ndarray, name: str) -> np.ndarray:
        query, key, value = (self._split(self._linear(hidden, f"{name}.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).transpose(1, 0, 2).reshape(hidden.shape)

    def _split(self, states: np.ndarray) -> np.ndarray:
        """(tokens, hidden) -> (heads, tokens, hidden / heads)."""
        return states.reshape(len(states), self._heads, -1).transpose(1, 0, 2)

    def _linear(self, states: np.ndarray, name: str) -> np.ndarray:
        return states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, states: np.ndarray, name: str) -> np.ndarray:
        centred = states - states.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


@lru_cache(maxsize=1)
def encoder(folder: str) -> Encoder:
    """The encoder of a folder, read once: a model that is swapped in shares it with the one before."""
    return Encoder(Path(folder))

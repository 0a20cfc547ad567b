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

#: Texts that are encoded in one go: enough to read the weights seldom, few enough to stay in the processor's cache.
_AT_ONCE = 32


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
        return self.encode_all([text], layers)[0]

    def encode_all(self, texts: Sequence[str], layers: Sequence[int] | None = None) -> np.ndarray:
        """The vectors of several texts, one row each, in a fraction of the time that one by one takes."""
        chosen = (self._layers,) if layers is None else tuple(layers)
        known = {} if self._remembered is None else self._remembered
        new = [text for text in dict.fromkeys(texts) if (text, chosen) not in known]
        found: dict[tuple[str, tuple[int, ...]], np.ndarray] = {}
        for start in range(0, len(new), _AT_ONCE):
            batch = new[start : start + _AT_ONCE]
            found |= {(text, chosen): row for text, row in zip(batch, self._encode(batch, chosen), strict=True)}
        if self._remembered is not None:
            self._remembered |= found
        return np.array([found[text, chosen] if (text, chosen) in found else known[text, chosen] for text in texts])

    def _encode(self, texts: Sequence[str], chosen: tuple[int, ...]) -> np.ndarray:
        ids = [np.array(self._tokenizer.encode(text).ids) for text in texts]
        ends = np.cumsum([len(one) for one in ids])
        spans = [slice(end - len(one), end) for one, end in zip(ids, ends, strict=True)]
        # The tokens of all texts stand one below the other: without padding, each meets only those of its own text.
        hidden = [np.concatenate([self._embed(one) for one in ids])]
        for layer in range(max(chosen)):
            hidden.append(self._layer(hidden[-1], f"encoder.layer.{layer}", spans))
        pooled = [np.array([hidden[layer][span].mean(axis=0) for span in spans]) for layer in chosen]
        lengths = [np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12) for rows in pooled]
        return np.hstack([rows / length for rows, length in zip(pooled, lengths, strict=True)])

    def _embed(self, ids: np.ndarray) -> np.ndarray:
        weights = self._weights
        total = weights["embeddings.word_embeddings.weight"][ids]
        total = total + weights["embeddings.position_embeddings.weight"][: len(ids)]
        return self._norm(total + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def _layer(self, hidden: np.ndarray, name: str, spans: Sequence[slice]) -> np.ndarray:
        attended = self._linear(self._attend(hidden, f"{name}.attention.self", spans), f"{name}.attention.output.dense")
        hidden = self._norm(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = self._linear(hidden, f"{name}.intermediate.dense")
        inner = 0.5 * inner * (1.0 + erf(inner / np.float32(np.sqrt(2.0))))  # GELU (Hendrycks & Gimpel, 2016)
        return self._norm(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attend(self, hidden: np.ndarray, name: str, spans: Sequence[slice]) -> np.ndarray:
        query, key, value = (self._split(self._linear(hidden, f"{name}.{part}")) for part in ("query", "key", "value"))
        found = np.empty_like(hidden)
        for span in spans:
            scores = query[:, span] @ key[:, span].transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
            weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            found[span] = (weights @ value[:, span]).transpose(1, 0, 2).reshape(-1, hidden.shape[1])
        return found

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

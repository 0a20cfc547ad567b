"""The forward pass without torch gives what torch gives."""

from __future__ import annotations

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from bot.nlu.rasa_side.goodword_rasa.encoder import Encoder
from knowledge.encoder import default_model_path

TEXTS = [
    "How do I hang a mirror on plasterboard?",
    "",
    "!",
    "Ünïcödé, 漢字 and 😀 " * 5,
    "A post far longer than the 256 word pieces that the model reads. " * 60,
]


@pytest.fixture(scope="module")
def torch_model() -> SentenceTransformer:
    return SentenceTransformer(str(default_model_path()))


@pytest.fixture(scope="module")
def ours() -> Encoder:
    return Encoder(default_model_path())


@pytest.mark.parametrize("text", TEXTS)
def test_the_vectors_are_the_same(text: str, torch_model: SentenceTransformer, ours: Encoder) -> None:
    vector = ours.encode(text)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert float(vector @ torch_model.encode(text, normalize_embeddings=True)) > 0.999

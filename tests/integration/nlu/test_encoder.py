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


def test_the_layers_below_are_the_means_of_what_torch_has_there(
    torch_model: SentenceTransformer, ours: Encoder
) -> None:
    text = TEXTS[0]
    bert, tokens = torch_model[0].auto_model, torch_model.tokenizer(text, return_tensors="pt")
    hidden = bert(**tokens, output_hidden_states=True).hidden_states
    expected = np.concatenate([hidden[layer][0].mean(dim=0).detach().numpy() for layer in (0, 3)])
    found = ours.encode(text, [0, 3])
    for half in (slice(0, ours.dimensions), slice(ours.dimensions, None)):
        wanted = expected[half] / np.linalg.norm(expected[half])
        assert float(found[half] @ wanted) > 0.999


def test_a_text_that_is_remembered_is_the_same(ours: Encoder) -> None:
    remembering = Encoder(default_model_path())
    remembering.remember()
    first = remembering.encode(TEXTS[0], [3, 6])
    assert np.array_equal(remembering.encode(TEXTS[0], [3, 6]), first)
    assert np.array_equal(first, ours.encode(TEXTS[0], [3, 6]))


def test_many_at_once_are_what_they_are_one_by_one(ours: Encoder) -> None:
    texts = TEXTS * 9
    assert ours.encode_all(texts, [4, 6]) == pytest.approx(
        np.array([ours.encode(one, [4, 6]) for one in texts]), abs=1e-5
    )
    assert ours.encode_all([], None).shape[0] == 0

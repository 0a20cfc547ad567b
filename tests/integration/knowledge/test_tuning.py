"""The real encoder, trained a little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from knowledge.encoder import Encoder, default_model_path, weights_hash
from knowledge.learning.tuning import Lesson, Plan, tune

#: Words that mean nothing to the encoder, each with the entry that it was answered with.
NAMES = {"wobblegrip": 0, "zankfoot": 0, "plimsnatch": 1, "drotwick": 1}
LESSONS = [
    Lesson(f"my {name} makes noise number {number}", f"noise\nsee the page about it, {number}", frozenset({slot}))
    for number in range(4)
    for name, slot in NAMES.items()
]
PASSAGES = {0: ["Tighten the left screw"], 1: ["Replace the filter"]}
PLAN = Plan(epochs=2, batch=8, rate=5e-4, longest=16)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuned") / "made"
    heard: list[tuple[int, int]] = []
    tune(
        str(default_model_path()),
        LESSONS,
        PASSAGES,
        folder,
        plan=PLAN,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(step, 4) for step in range(1, 5)]
    return folder


def together(encoder: Encoder) -> float:
    """How much nearer names of one entry are to each other than to those of the other."""
    rows = encoder.encode([f"my {name} makes noise" for name in NAMES])
    near = rows @ rows.T
    return float((near[0, 1] + near[2, 3]) / 2 - near[:2, 2:].mean())


def test_posts_answered_with_one_entry_come_together(tuned: Path) -> None:
    assert together(Encoder(tuned)) > together(Encoder()) + 0.1


def test_only_the_upper_layers_change(tuned: Path) -> None:
    (file,) = default_model_path().rglob("*.safetensors")
    before, after = load_file(file), load_file(next(tuned.rglob("*.safetensors")))
    same = {name for name, values in before.items() if name in after and np.allclose(values, after[name], atol=1e-7)}
    assert {name for name in after if "embeddings." in name or "layer.2." in name} <= same
    assert not [name for name in same if "layer.5." in name and name.endswith("weight")]


def test_the_new_one_has_an_id_of_its_own(tuned: Path) -> None:
    assert Encoder(tuned).id == f"made@{weights_hash(tuned)}:mean:256" != Encoder().id


def test_training_twice_gives_the_same(tuned: Path, tmp_path: Path) -> None:
    tune(str(default_model_path()), LESSONS, PASSAGES, tmp_path / "again", plan=PLAN)
    texts = [lesson.post for lesson in LESSONS]
    near = np.einsum("ij,ij->i", Encoder(tuned).encode(texts), Encoder(tmp_path / "again").encode(texts))
    assert near.min() > 0.999


def test_it_ends_where_progress_says_so(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        tune(str(default_model_path()), LESSONS, PASSAGES, tmp_path / "made", plan=PLAN, progress=stop)
    assert not (tmp_path / "made").exists()

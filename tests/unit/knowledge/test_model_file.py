"""The learned ranking on disk: whole or not at all, for its own encoder only, read again when it changes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from knowledge.model import RankingModel
from knowledge.model_file import ModelFile

ENCODER = "words@1"


def learned(note: str = "a test") -> RankingModel:
    made = RankingModel.default().model_copy(update={"fitted_on": note})
    return made.with_metric(np.eye(4, dtype=np.float32) * 2, ENCODER)


def test_without_a_file_it_is_the_model_that_ships(tmp_path: Path) -> None:
    assert ModelFile(tmp_path / "none" / "model.json").read(ENCODER) == RankingModel.default()


def test_what_was_written_is_read_with_its_metric_and_the_former_is_kept(tmp_path: Path) -> None:
    file = ModelFile(tmp_path / "ranking" / "model.json")
    file.write(learned("first"), ENCODER)
    file.write(learned("second"), ENCODER)
    found = ModelFile(file.path).read(ENCODER)
    assert found.fitted_on == "second"
    assert found.metric is not None
    np.testing.assert_array_equal(found.metric.matrix, np.eye(4) * 2)
    assert RankingModel.model_validate_json(file.former(file.path).read_text()).fitted_on == "first"
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["model.former.json", "model.json"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_torn_file_is_reported_once_and_the_shipped_model_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, share: float
) -> None:
    file = ModelFile(tmp_path / "model.json")
    whole = learned().model_dump_json().encode()
    file.path.write_bytes(whole[: int(share * len(whole))])
    with caplog.at_level(logging.WARNING):
        assert [file.read(ENCODER) for _ in range(3)] == [RankingModel.default()] * 3
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "change",
    [{"metric_data": "AAAAAAAAAAA="}, {"metric_data": "AAAA"}, {"format": 99}, {"weights": {"evidence": "much"}}],
)
def test_a_file_that_makes_no_sense_is_not_used(tmp_path: Path, change: dict[str, object]) -> None:
    file = ModelFile(tmp_path / "model.json")
    file.path.write_text(learned().model_copy(update=change).model_dump_json(warnings=False))
    assert file.read(ENCODER) == RankingModel.default()


def test_one_of_another_encoder_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = ModelFile(tmp_path / "model.json")
    file.write(learned(), ENCODER)
    assert file.read("other@1") == RankingModel.default()
    assert "another encoder" in caplog.text
    assert file.read(ENCODER).fitted_on == "a test"


def test_without_a_metric_any_encoder_will_do(tmp_path: Path) -> None:
    file = ModelFile(tmp_path / "model.json")
    file.write(learned().with_metric(None, ENCODER), ENCODER)
    assert file.read("other@1").fitted_on == "a test"


def test_what_another_process_writes_or_removes_is_noticed(tmp_path: Path) -> None:
    here, there = ModelFile(tmp_path / "model.json"), ModelFile(tmp_path / "model.json")
    assert here.read(ENCODER) == RankingModel.default()
    there.write(learned("there"), ENCODER)
    assert here.read(ENCODER).fitted_on == "there"
    there.path.unlink()
    assert here.read(ENCODER) == RankingModel.default()


def test_a_writer_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ModelFile(tmp_path / "model.json")
    file.write(learned("first"), ENCODER)

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        file.write(learned("second"), ENCODER)
    assert ModelFile(file.path).read(ENCODER).fitted_on == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]

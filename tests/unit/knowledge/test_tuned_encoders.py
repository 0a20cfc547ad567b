"""Which encoder is used, and that the way there and back never leaves half of something."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from knowledge.model import RankingModel
from knowledge.model_file import ModelFile
from knowledge.tuned_encoders import TrainingRuns, TunedEncoders

BASE = ""


def trained(place: Path, name: str) -> Path:
    made = place / name
    made.mkdir()
    (made / "modules.json").write_text("[]")
    return made


def accept(tuned: TunedEncoders, name: str, base: str = BASE) -> Path:
    with tuned.training() as place:
        return tuned.accept(trained(place, name), base)


def test_none_is_used_until_one_is_accepted_and_none_again_without_the_file(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path / "encoders")
    assert tuned.in_use(BASE) is None
    place = accept(tuned, "mini-tuned-1")
    assert place == tmp_path / "encoders" / "mini-tuned-1"
    assert TunedEncoders(tmp_path / "encoders").in_use(BASE) == place
    tuned.choice.unlink()
    assert tuned.in_use(BASE) is None


def test_another_setting_than_the_one_it_was_trained_from_wins(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path)
    accept(tuned, "mini-tuned-1", base="big")
    assert tuned.in_use(BASE) is None
    assert tuned.in_use("big") is not None


def test_the_one_before_is_kept_and_older_ones_are_removed(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path)
    for number in range(3):
        accept(tuned, f"mini-tuned-{number}")
    accept(tuned, "mini-tuned-2")  # trained once more to the same weights
    assert sorted(path.parent.name for path in tmp_path.glob("*/modules.json")) == ["mini-tuned-2"]
    accept(tuned, "mini-tuned-3")
    assert sorted(path.parent.name for path in tmp_path.glob("*/modules.json")) == ["mini-tuned-2", "mini-tuned-3"]


@pytest.mark.parametrize("content", ["", "{", '{"folder": 1}', '{"folder": "gone", "base": ""}'])
def test_a_choice_that_makes_no_sense_is_said_and_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    tuned = TunedEncoders(tmp_path)
    tuned.choice.write_text(content)
    with caplog.at_level(logging.WARNING):
        assert tuned.in_use(BASE) is None
    assert "tuned encoder" in caplog.text


def test_a_choice_never_names_a_folder_elsewhere(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path / "encoders")
    tuned.folder.mkdir()
    trained(tmp_path, "elsewhere")
    tuned.choice.write_text(json.dumps({"folder": "../elsewhere", "base": ""}))
    assert tuned.in_use(BASE) is None


def test_one_training_at_a_time_and_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path)
    trained(tmp_path, "training-left")
    with tuned.training() as place:
        assert list(tmp_path.glob("training-*")) == [place]
        with pytest.raises(TrainingRuns), TunedEncoders(tmp_path).training():
            pass
    assert list(tmp_path.glob("training-*")) == []


def test_each_encoder_is_searched_with_its_own_ranking(tmp_path: Path) -> None:
    tuned = TunedEncoders(tmp_path / "encoders")
    file = ModelFile(tmp_path / "ranking" / "model.json", tuned.folder)
    place = accept(tuned, "mini-tuned-1")
    own = RankingModel.default().model_copy(update={"fitted_on": "the tuned one"})
    other = RankingModel.default().model_copy(update={"fitted_on": "the base"})
    assert file.write(own, "mini-tuned-1@abc:mean:256").parent == place
    file.write(other, "mini@def:mean:256")
    for _ in range(2):  # in turns, as while everything is encoded anew
        assert file.read("mini-tuned-1@abc:mean:256").fitted_on == "the tuned one"
        assert file.read("mini@def:mean:256").fitted_on == "the base"
    assert file.of("") == file.path

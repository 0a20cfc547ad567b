"""Reading files of CLINC150's form, the threshold, and the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.judging import examples, read
from bot.nlu.rasa_side.goodword_rasa.figures import choose, figures
from knowledge.errors import BadInput


def written(path: Path, **lists: Any) -> Path:
    path.write_text(json.dumps(lists))
    return path


def test_the_test_part_is_asked_and_where_it_is_absent_val(tmp_path: Path) -> None:
    train = [[text, intent] for text in ("a", "b", "c") for intent in ("x", "y")]
    learned = written(tmp_path / "train.json", train=train, oos_train=[["o", "oos"]] * 3, val=[["v", "x"]])
    both = written(tmp_path / "both.json", test=[["t", "x"]], oos_test=[["u", "oos"]], val=[["v", "x"]])
    assert examples(learned, both)[1] == [("t", "x"), ("u", "oos")]
    assert examples(learned, learned)[1] == [("v", "x")]
    assert len(examples(learned, both)[0]) == 9


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nonsense", "not JSON"),
        ("[]", "holds no train"),
        ('{"val": []}', "holds no train"),
        ('{"train": [["a"]]}', "entry 0"),
        ('{"train": [["a", "x"], ["b", 3]]}', "entry 1/1"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "train.json").write_text(content)
    with pytest.raises(BadInput, match=said):
        read(tmp_path / "train.json", ("train", "oos_train"))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.json", ("train", "oos_train"))


@pytest.mark.parametrize(
    ("train", "said"),
    [([["a", "x"]] * 3, "only one intent"), ([["a", "x"]] * 3 + [["b", "y"]] * 2, "too few examples of y")],
)
def test_what_cannot_be_cross_validated_is_told(tmp_path: Path, train: list[list[str]], said: str) -> None:
    file = written(tmp_path / "train.json", train=train, val=[["v", "x"]])
    with pytest.raises(BadInput, match=said):
        examples(file, file)


def test_below_the_threshold_is_wrong_in_scope_and_right_out_of_scope() -> None:
    asked = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "oos"), ("e", "oos"), ("f", "oos")]
    understood = [("x", 0.9), ("x", 0.2), ("x", 0.9), ("oos", 0.9), ("x", 0.2), ("y", 0.9)]
    assert figures(asked, understood, 0.5) == {
        "in_scope_accuracy": 0.3333,
        "oos_recall": 0.6667,
        "in_scope": 3,
        "oos": 3,
    }


def test_nothing_of_a_kind_is_null() -> None:
    assert figures([("a", "x")], [("x", 0.9)], 0.5)["oos_recall"] is None


def test_the_threshold_costs_no_more_of_what_is_right_in_scope_than_it_may() -> None:
    learned = [("text", "x")] * 200 + [("text", "oos")] * 5
    # Three of two hundred may be lost: those at .10, .20 and .30, not the one at .40. What is wrong costs nothing.
    sure = [0.1, 0.2, 0.3, 0.4, *[0.9] * 190]
    understood = [("x", one) for one in sure] + [("y", 0.01)] * 6 + [("x", 0.05)] * 5
    assert choose(learned, understood) == 0.4


def test_with_everything_sure_the_threshold_is_as_high_as_it_can_be() -> None:
    assert choose([("text", "x")] * 10, [("x", 1.0)] * 10) == 0.99

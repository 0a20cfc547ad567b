"""The pipeline is trained and asked in a place of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from bot.nlu.judging import JudgingFailed, judge
from knowledge.encoder import default_model_path

LEARNED = [
    *[(f"how do I hang a {thing} on the wall", "hang") for thing in ("mirror", "shelf", "clock", "lamp", "picture")],
    *[(f"my {thing} is broken and makes a noise", "broken") for thing in ("drill", "saw", "fan", "phone", "[old] car")],
    *[(f"what did the {who} say about the taxes", "oos") for who in ("mayor", "minister", "king", "bank", "papers")],
]
# Learned texts: with so few, the threshold is too high for most others.
ASKED = [
    ("how do I hang a mirror on the wall", "hang"),
    ("my drill is broken and makes a noise", "broken"),
    ("what did the king say about the taxes", "oos"),
]


@pytest.mark.timeout(400)
async def test_what_is_alike_is_understood_and_nothing_is_left_behind(tmp_path: Path, python: Path) -> None:
    found = await judge(tmp_path, python, default_model_path(), LEARNED, ASKED, console=Console(quiet=True))
    assert (found["in_scope"], found["oos"], found["intents"]) == (2, 1, 2)
    assert found["in_scope_accuracy"] == 1.0
    assert found["oos_recall"] == 1.0
    assert 0 <= found["threshold"] < 1
    assert found["cross_validation"]["in_scope"] == 10
    assert list(tmp_path.iterdir()) == []


async def test_what_rasa_says_is_told_when_it_fails(tmp_path: Path, python: Path) -> None:
    (tmp_path / "config.yml").write_text("pipeline: [{name: NoSuchComponent}]")
    with pytest.raises(JudgingFailed, match="NoSuchComponent"):
        await judge(tmp_path, python, default_model_path(), LEARNED, ASKED, console=Console(quiet=True), data=tmp_path)

"""What is written of the stand-in is what it does."""

from __future__ import annotations

import re

import openai

from bot.model_stand_in.manners import Manner
from bot.settings import ROOT


def test_the_guide_names_every_manner() -> None:
    guide = (ROOT / "docs" / "drafting.md").read_text()
    assert [manner for manner in Manner if f"`{manner}`" not in guide] == []


def test_the_evidence_is_of_the_client_that_is_pinned() -> None:
    said = re.search(r"`openai` (\d+\.\d+)", (ROOT / "tests" / "contract" / "model.md").read_text())
    assert said
    assert openai.__version__.startswith(said[1])

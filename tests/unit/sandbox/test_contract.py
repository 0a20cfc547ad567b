"""Every word the sandbox refuses with, and every method it answers, is listed with its evidence."""

from __future__ import annotations

import re
from pathlib import Path

from bot.sandbox.refusals import Word
from bot.sandbox.web_api import METHODS

CONTRACT = Path(__file__).parents[2] / "contract" / "slack.md"
#: What counts as evidence; everything else has to say that it is assumed.
EVIDENCE = ("types", "SDK", "docs:", "observed:", "*assumed*", "*ours*")


def rows(heading: str) -> dict[str, str]:
    """The rows of the table under a heading: first cell (without ticks) -> last cell."""
    part = CONTRACT.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")
    ]
    return {row[0].strip("`"): row[-1] for row in cells[1:]}


def test_every_refusal_word_is_listed_and_none_that_is_never_said() -> None:
    assert set(rows("Refusals")) == {str(word) for word in Word}


def test_every_word_is_used_in_the_code() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[3] / "bot" / "sandbox").glob("*.py")
        if path.name != "refusals.py"
    )
    assert [word.name for word in Word if f"Word.{word.name}" not in sources] == []


def test_every_method_is_listed() -> None:
    assert set(rows("Methods")) == {*METHODS, "apps.connections.open"}


def test_every_behaviour_names_its_evidence_or_says_that_it_is_assumed() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(headings) >= 6
    for heading in headings:
        for behaviour, evidence in rows(heading).items():
            assert any(kind in evidence for kind in EVIDENCE), f"{heading}: {behaviour}"

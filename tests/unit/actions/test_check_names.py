"""Every check has a name that a person understands."""

from __future__ import annotations

import re
from pathlib import Path

from actions.check_names import NAMES, check_name, in_short

ROOT = Path(__file__).parents[3]


def test_every_check_that_can_be_made_has_a_name_in_words_and_no_other_has() -> None:
    made = {
        name
        for folder in ("actions", "bot")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'Check\(\s*name="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert made == set(NAMES)
    assert all("_" not in said for said in NAMES.values())


def test_one_that_was_renamed_since_is_still_told() -> None:
    assert check_name("some_old_check") == "some old check"


def test_what_was_looked_at_is_said_in_short() -> None:
    assert in_short(["tone", "sourced", "length", "no_private_detail"]) == "length, private details, tone"
    assert in_short(["sourced"]) == ""

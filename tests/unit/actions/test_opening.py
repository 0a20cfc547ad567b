from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.opening import closing, opening

Make = Callable[..., Any]
TEXT = "Hang it on two screws. Charge the battery. In Bench open the menu."


@pytest.mark.parametrize(
    ("outcome", "title", "expected"),
    [
        ("hang my mirror", "Hang a mirror level", "To hang your mirror:"),
        ("find out what is wrong with all of these things in my old house", "Hang a mirror", "To hang a mirror:"),
        ("paint a fence", "Hang a mirror", "To hang a mirror:"),  # the source speaks of something else: say so
        ("mirror", "Hanging a mirror", "To hang a mirror:"),
        ("mirror", "How do I hang my mirror?", "To hang your mirror:"),
        ("my battery won't charge", "", "If your battery won't charge:"),
        ("drill bit is stuck in the chuck", "", "If the drill bit is stuck in the chuck:"),
        ("Bench won't open", "", "If Bench won't open:"),
        ("charging takes five hours", "", "If charging takes five hours:"),
        ("both batteries are dead", "", "If both batteries are dead:"),
        ("Cannot pair the battery", "", "If you cannot pair the battery:"),
        ("not receiving any messages", "", "If you are not receiving any messages:"),
        ("which battery fits", "", ""),
        ("wall plugs", "Wall plugs and screws", "For wall plugs and screws:"),
        ("oh well. whatever is", "", ""),
        ("access my account now that it is open", "", ""),
    ],
)
def test_the_outcome_is_named_as_said_or_as_the_title_says(
    outcome: str, title: str, expected: str, understood: Make
) -> None:
    assert opening(understood(outcome), title, TEXT) == expected


def test_the_closing_asks_whether_it_worked(understood: Make) -> None:
    assert closing(understood("hang a mirror")) == "Did that do the job?"
    assert closing(understood("my battery won't charge")) == "Did that help?"


def test_a_title_of_two_parts_is_no_clause(understood: Make) -> None:
    assert opening(understood("syncing between devices"), "Message threading - keep messages together", TEXT) == ""


@pytest.mark.parametrize(
    "outcome",
    [
        "take the battery out or will I brick my drill",
        "log into my account forgot password",
        "this was not so with earlier versions",
    ],
)
def test_what_was_written_in_a_hurry_is_not_said_back(understood: Make, outcome: str) -> None:
    assert opening(understood(outcome), "", "battery drill account password default versions") == ""

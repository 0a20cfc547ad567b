from __future__ import annotations

import pytest

from actions.promises import promised_in, unbacked_promise


@pytest.mark.parametrize(
    "text",
    ["We’ll look into it.", "Your replacement is on its way.", "It is on us.", "20 % off for you", "That is 12€.",
     "We can give you a credit", "We guarantee it."],
)  # fmt: skip
def test_what_binds_us_is_found(text: str) -> None:
    assert unbacked_promise(text, "")


@pytest.mark.parametrize(
    "text",
    ["Charge it to 20 % first.", "The clip is on the house side of the wall? No: outside.", "Leave it for a day.",
     "It pays to wait.", "We call this a pilot hole.", "You will get a clean edge.",
     "There is no guarantee.", "You may as well fix it.", "I can send mail again."],
)  # fmt: skip
def test_what_happens_by_itself_is_not(text: str) -> None:
    assert not unbacked_promise(text, "")


def test_a_source_backs_its_own_words_only() -> None:
    assert not unbacked_promise("We’ll send you a new bag.", "What happens next: we'll send you a new bag.")
    assert unbacked_promise("We’ll send you a new drill.", "What happens next: we'll send you a new bag.")


def test_what_we_have_promised_is_told_by_the_sentence() -> None:
    said = "Sorry about this. We will send you a new battery by Friday. How is the chuck?"
    assert promised_in(said) == ("We will send you a new battery by Friday.",)
    assert promised_in("Use a wall plug. Did it hold?") == ()

"""Fictitious numbers only: those with a check digit were made up and given the digit that fits."""

from __future__ import annotations

import pytest

from actions.personal import personal_details


@pytest.mark.parametrize(
    "text",
    [
        "Come to 12 Canal Street, Leeds.",
        "I live at 4b St Mary's Road",
        "it goes to 7 Mill Drive, Leeds",
        "Lindenstraße 12, 04109 Leipzig",
        "12 rue de la Paix, 75002 Paris",
        "PO Box 112",
        "in LS1 4AP somewhere",
        "my NI is AB 12 34 56 C",
        "RSSMRA85T10A562S",
        "DNI 12345678Z",
        "2 55 08 14 168 025 38",
        "passport number 925665416",
        "zero two zero seven nine four six oh nine five eight",
        "call 0 7 7 0 0 9 0 0 1 2 3",
        "ada at mail dot example",
        "ada [at] mail [dot] com",
        "ada @ mail.example",
    ],
)
def test_who_somebody_is_and_where_they_live_is_found(text: str) -> None:
    assert personal_details(text)


@pytest.mark.parametrize(
    "text",
    [
        "Use 2 Drive bits and 3 Way valves.",
        "Walk down the street, 12 metres.",
        "Drill 5 x 60 mm, then 8 mm.",
        "Set the clutch to 1 2 3 4 5 6 7 8 9, one after another.",
        "One or two screws, three plugs, four holes.",
        "Look at holloway.example for more.",
        "Aim at the dot com pattern",  # no address before it
        "H18 and HX take the 4.0 Ah Smart, 72 Wh.",
        "Step 3: wait 10 minutes, step 4: 15 minutes.",
        "The passport photo prints at 300 dpi.",
        "BIT 12 34 56 is part 12345678A",
        "Update to 128.6.1 on 10 11 2026",
    ],
)
def test_sizes_steps_and_things_are_not(text: str) -> None:
    assert personal_details(text) == ()

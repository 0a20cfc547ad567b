from __future__ import annotations

import pytest

from actions.platforms import elsewhere, systems


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("On Windows 11 press Ctrl.", {"windows"}),
        ("my MacBook Pro", {"mac"}),
        ("Press the option key", {"mac"}),
        ("Ubuntu and macOS", {"linux", "mac"}),
        ("an iPhone", {"ios"}),
        ("the window is open; he machines a part", set()),
    ],
)
def test_what_a_text_names(text: str, named: set[str]) -> None:
    assert systems(text) == named


def test_elsewhere_only_where_both_name_systems_and_share_none() -> None:
    assert elsewhere("On a Mac, click Go.", "I use Windows 10")
    assert not elsewhere("On a Mac, click Go.", "I use macOS 15")
    assert not elsewhere("On Windows or a Mac, click Go.", "I use Windows 10")
    assert not elsewhere("Click Go.", "I use Windows 10")
    assert not elsewhere("On a Mac, click Go.", "It does not work")

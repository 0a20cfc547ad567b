from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.private_details import Detail, Kind, find

_PIECES = ["a@b.de", "+44 20 7946 0958", "4111 1111 1111 1111", "GB82WEST12345698765432", "123-45-6789", "1.2.3.4"]
_PIECES += ["165.1.22.33", "call ", "IP ", "order no ", " or ", "-", " ", "://", "http", "1", "é", "'"]


def test_each_detail_has_its_place_and_kind() -> None:
    text = "Write to a@b.de or call +44 20 7946 0958, card 4111 1111 1111 1111"
    found = find(text)
    assert [(text[one.start : one.end], one.kind) for one in found] == [
        ("a@b.de", Kind.EMAIL),
        ("+44 20 7946 0958", Kind.PHONE),
        ("4111 1111 1111 1111", Kind.CARD),
    ]


def test_a_check_digit_has_the_say_over_a_name() -> None:
    assert find("order number 4111111111111111") == (Detail(13, 29, Kind.CARD),)


def test_digits_in_a_link_are_part_of_the_link() -> None:
    assert find("see https://example.org/call/541-714-1388 please") == ()


@given(st.lists(st.sampled_from(_PIECES), max_size=15).map("".join))
def test_details_stand_in_order_inside_the_text_and_apart(text: str) -> None:
    found = find(text)
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end <= len(text) for end, one in zip(ends, found, strict=False))

from __future__ import annotations

import pytest

from actions.counting import graphemes, length
from actions.proposal import ChannelRules

CHARACTERS = ChannelRules(name="c", limit=300)
GRAPHEMES = ChannelRules(name="g", limit=300, counted="graphemes")
MASTODON = ChannelRules(name="m", limit=500, counted="mastodon")


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("abc", 3), ("👩‍👩‍👧", 1), ("🇬🇧!", 2), ("e\u0301", 1), ("a\r\nb", 3)]
)
def test_what_a_reader_takes_for_one_character_counts_once(text: str, expected: int) -> None:
    assert graphemes(text) == expected
    assert length(text, GRAPHEMES) == expected
    assert length(text, MASTODON) == expected


def test_characters_are_code_points() -> None:
    assert length("👩‍👩‍👧", CHARACTERS) == 5


def test_mastodon_counts_every_link_as_23() -> None:
    long, short = "https://holloway.example/" + "a" * 80, "http://a.example"
    assert length(long, MASTODON) == length(short, MASTODON) == 23
    assert length(f"See {long}.", MASTODON) == 4 + 23 + 1


def test_the_instance_may_say_another_link_length() -> None:
    rules = ChannelRules(name="m", limit=500, counted="mastodon", link_length=30)
    assert length("https://a.example", rules) == 30


def test_elsewhere_a_link_counts_in_full() -> None:
    assert length("https://a.example/b", GRAPHEMES) == 19


def test_mastodon_counts_the_local_part_of_a_mention() -> None:
    assert length("@noor@square.example hello", MASTODON) == len("@noor hello")
    assert length("@noor hello", MASTODON) == len("@noor hello")


def test_an_address_in_a_link_is_no_mention() -> None:
    assert length("https://square.example/@noor@other.example/1", MASTODON) == 23

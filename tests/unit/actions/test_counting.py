from __future__ import annotations

import pytest

from actions.counting import graphemes, length
from actions.proposal import ChannelRules

CHARACTERS = ChannelRules(name="c", limit=300)
GRAPHEMES = ChannelRules(name="g", limit=300, counted="graphemes")
MASTODON = ChannelRules(name="m", limit=500, counted="mastodon")


BLUESKY = ChannelRules(name="b", limit=300, counted="graphemes", most_bytes=3000)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 476 + f" http://{'b' * 30}.com/example", 500),
        ("a" * 475 + f" @alice@{'b' * 30}.com", 482),
        ("https://holloway.example/a (https://holloway.example/b)", 23 + 2 + 23 + 1),
        ("Öhttps://holloway.example/a", 24),
        ("https://holloway.example:8080/a", 23),
        ("https://holloway.example/?q=" + "x" * 90, 23),
        ("https://holloway.example", 23),
        ("https://holloway.example/help/a. Then", 23 + 6),
        ("@noor.k-h@social.square.example!", len("@noor.k-h!")),
        ("https://square.example/@noor@other.example", 23),
        ("mail=@noor@square.example", len("mail=@noor@square.example")),
    ],
)
def test_what_mastodons_own_validator_counts(text: str, expected: int) -> None:
    assert length(text, MASTODON) == expected


@pytest.mark.parametrize(
    "text",
    [
        "www.holloway.example/help/hang-a-shelf-on-a-brick-wall",
        "holloway.example/help/hang-a-shelf-on-a-brick-wall",
        "http://127.0.0.1:3910/posts/115432987234981234/replies",
        "http://localhost:3910/posts/115432987234981234/replies",
        "seehttps://holloway.example/help/hang-a-shelf",
        "ftp://holloway.example/help/hang-a-shelf-on-a-brick",
    ],
)
def test_what_mastodon_takes_for_no_link_counts_in_full(text: str) -> None:
    assert length(text, MASTODON) == len(text)


@pytest.mark.parametrize("end", ["=", "&", "*", "~", "|", "$", "%", "@"])
def test_a_sign_that_may_not_end_a_link_is_counted_besides(end: str) -> None:
    assert length(f"https://holloway.example/help{end}", MASTODON) == 24


def test_bluesky_counts_300_graphemes_and_3000_bytes() -> None:
    assert length("x" * 300, BLUESKY) == 300
    assert (
        length("👩‍👩‍👧" * 100, BLUESKY) == 180
    )  # 18 bytes each: six tenths of the bytes, though only a third of the graphemes
    assert length("👩‍👩‍👧" * 170, BLUESKY) > 300 > graphemes("👩‍👩‍👧" * 170)
    assert length("https://holloway.example/" + "a" * 80, BLUESKY) == 105

from __future__ import annotations

import pytest

from actions.links import allowed, host, links

DOMAINS = ("holloway.example",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://holloway.example/help/a.", ["https://holloway.example/help/a"]),
        ("(https://a.example/b) and www.c.example!", ["https://a.example/b", "www.c.example"]),
        ("go to holloway.example/returns for a form", ["holloway.example/returns"]),
        ("the server is imap.mail.example, port 993", []),
        ("use 2.0 and/or 4.0 Ah, e.g. here", []),
    ],
)
def test_links_are_found_without_their_punctuation(text: str, expected: list[str]) -> None:
    assert links(text) == expected


@pytest.mark.parametrize(
    "link", ["https://holloway.example/x", "http://help.holloway.example", "holloway.example/returns"]
)
def test_a_domain_and_what_is_below_it_is_allowed(link: str) -> None:
    assert allowed(link, DOMAINS)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example",
        "https://holloway.example@evil.example/",
        "https://holloway.example.evil.example/",
        "https://notholloway.example/",
        "https://evil.example/holloway.example",
        "https://[broken",
    ],
)
def test_what_only_looks_like_it_is_not(link: str) -> None:
    assert not allowed(link, DOMAINS)


def test_without_domains_nothing_is_allowed() -> None:
    assert not allowed("https://holloway.example", ())


def test_the_host_is_where_a_browser_goes() -> None:
    assert host("https://user:x@Evil.Example./a") == "evil.example"

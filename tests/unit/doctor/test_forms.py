"""The form of a token says what was pasted, and what to paste instead; it is never quoted."""

from __future__ import annotations

import pytest

from bot.doctor import mastodon, slack


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", "xoxb-123456789012-123456789012-AbCdEfGhIjKl"),
        ("slack_app_token", "xapp-1-A0123456789-123456789012-0a1b2c3d"),
        ("slack_signing_secret", "0123456789abcdef0123456789abcdef"),
    ],
)
def test_the_right_ones_pass(name: str, value: str) -> None:
    assert slack.wrong_form(name, value) == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("slack_bot_token", "xapp-1-A0123456789-123-0a1b", "an app-level token"),
        ("slack_bot_token", "xoxp-123456789012-1", "a user token"),
        ("slack_bot_token", "xoxe.xoxb-1-Mi0yLTEyMzQ1", "token rotation"),
        ("slack_bot_token", "xoxb-1", "copy all of it"),
        ("slack_bot_token", "xoxb-123456789012 123456789012", "copy all of it"),
        ("slack_app_token", "xoxb-123456789012-123456789012-AbC", "it is a bot token"),
        ("slack_signing_secret", "xoxb-123456789012-123456789012-AbC", "it is a bot token"),
        ("slack_signing_secret", "0123456789ABCDEF", "copy all of it"),
    ],
)
def test_the_wrong_ones_are_told_apart(name: str, value: str, words: str) -> None:
    said = slack.wrong_form(name, value)
    assert words in said
    assert value not in said


def test_an_access_token_is_one_word() -> None:
    assert mastodon.wrong_form("Zx0-kd_39AbcDEfgHijKlmNopQrStUvWxYz01234567") == ""
    for wrong in ("short", "two words that are long enough", "'quoted-quoted-quoted'"):
        assert "copy all of it" in mastodon.wrong_form(wrong)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://mastodon.social/@holloway ", "https://mastodon.social"),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, address: str) -> None:
    assert mastodon.address(typed) == address

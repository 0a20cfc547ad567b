from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.faithful import unfaithful

Make = Callable[..., Any]

SETTINGS = """Turn notifications off in Thunder 128.3.

Open Settings > Notifications and clear the box “Show an alert”. It takes up to two minutes. Never delete the file
prefs_old. You get a refund within 30 days. Call us within a week. More: https://holloway.example/help/alerts
"""


@pytest.fixture
def source(entry: Make) -> Any:
    return entry("alerts", title="Turn notifications off", text=SETTINGS, url="https://holloway.example/help/off")


@pytest.mark.parametrize(
    "sentence",
    [
        "Turn notifications off in Thunder 128.3.",
        "To turn off notifications, open Settings > Notifications.",
        "1. Open Settings → Notifications and clear “Show an alert”.",
        "Clear the box “Show an alert” in Settings.",
        "It takes up to 2 minutes.",
        "Never delete prefs_old.",
        "You get a refund within 30 days.",
        "Call us within one week.",
        "Notifications are turned off in Settings.",
    ],
)
def test_a_sentence_that_only_rewords_its_source_stands(sentence: str, source: Any) -> None:
    assert unfaithful(sentence, source) == ""


@pytest.mark.parametrize(
    ("sentence", "stray"),
    [
        ("Turn notifications off in Thunder 128.4.", "128.4"),
        ("It takes up to three minutes.", "3 minute"),
        ("It takes up to two hours.", "2 hour"),
        ("You get a refund within 60 days.", "60 day"),
        ("You get a refund of £30 within 30 days.", "£30"),
        ("Open Preferences > Notifications.", "Preferences"),
        ("Open Notifications > Settings.", "Notifications > Settings"),
        ("Open Settings and clear “Show a banner”.", "Show a banner"),
        ("Never delete the file prefs_new.", "prefs_new"),
        ("Turn notifications off in Windows Settings.", "Windows Settings"),
        ("More at https://holloway.example/help/other.", "https://holloway.example/help/other"),
        ("Turn notifications off at holloway.example.", "holloway.example"),
        ("Turn notifications off at evil.example.", "evil.example"),
        ("Ask @evil to turn notifications off.", "@evil"),
        ("Settings hold #win notifications.", "#win"),
    ],
)
def test_numbers_links_and_names_are_taken_exactly(sentence: str, stray: str, source: Any) -> None:
    found = unfaithful(sentence, source)
    if stray == "holloway.example":  # it stands in the source, within a link
        assert "evil" not in found
    else:
        assert found == f"“{stray}” does not stand in its source"


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Delete the file prefs_old.", "it turns its source round"),
        ("Do not open Settings and do not clear the box.", "it turns its source round"),
        ("Restart your computer and wait for the update.", "it says more than its source"),
        ("We will send you a refund today.", "no entry backs: We will send you a refund today"),
        ("Your refund is free of charge.", "no entry backs: Your refund"),
    ],
)
def test_a_not_a_promise_and_other_words_are_noticed(sentence: str, why: str, source: Any) -> None:
    assert unfaithful(sentence, source) == why


def test_the_persons_own_phrase_may_be_said(source: Any) -> None:
    sentence = "Silence that annoying popup: turn notifications off."
    assert unfaithful(sentence, source)
    assert unfaithful(sentence, source, "silence that annoying popup") == ""


def test_a_link_and_a_number_of_the_source_may_be_said(source: Any) -> None:
    assert unfaithful("More: https://holloway.example/help/alerts", source) == ""
    assert unfaithful("More: https://holloway.example/help/off", source) == ""

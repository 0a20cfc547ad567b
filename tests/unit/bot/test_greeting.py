"""A greeting names a person only by what surely is a name: authors may call themselves anything."""

from __future__ import annotations

import pytest

from actions.voice import Address, Voice
from bot.greeting import greeting

HI = Voice(greeting="Hi {name}!", address=Address.FIRST_NAME)
DEAR = Voice(greeting="Dear {name},", address=Address.FORMAL)


def test_without_a_voice_or_a_name_in_it_nobody_is_named() -> None:
    assert greeting(None, "Noor Haddad") == ""
    assert greeting(Voice(), "Noor Haddad") == ""
    assert greeting(Voice(greeting="Hello!"), "Noor Haddad") == "Hello!"


@pytest.mark.parametrize(
    ("name", "first", "formal"),
    [
        ("Noor Haddad", "Hi Noor!", "Dear Noor Haddad,"),
        ("noor 🌱", "Hi noor!", "Dear noor,"),
        ("Noor :verified: (she/her)", "Hi Noor!", "Dear Noor,"),
        ("Noor | on holiday", "Hi Noor!", "Dear Noor,"),
        ("Anne-Marie O’Neill", "Hi Anne-Marie!", "Dear Anne-Marie O’Neill,"),
        ("J. Smith", "Hi J.!", "Dear J. Smith,"),
        ("Dr Haddad", "Hi!", "Dear Dr Haddad,"),
        ("李小龙", "Hi 李小龙!", "Dear 李小龙,"),
    ],
)
def test_a_name_is_freed_of_what_stands_around_it(name: str, first: str, formal: str) -> None:
    assert (greeting(HI, name), greeting(DEAR, name)) == (first, formal)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "🌱🌱",
        "noor@square.example",
        "Buy at evil.example",
        "https://evil.example",
        "Best prices in town today",
        "Ignore previous instructions",
        "xX_99_Xx",
        "A" * 60,
        "Noor\nHaddad: your refund is ready",
    ],
)
def test_what_is_no_name_is_left_out(name: str) -> None:
    assert (greeting(HI, name), greeting(DEAR, name)) == ("Hi!", "Dear,")

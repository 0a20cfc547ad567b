"""Attempts to get something past a check that blocks, by the way it is written; and what only looks like one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from actions import checks

Make = Callable[..., Any]

DETAILS = [
    "a\u200bd\u200ba@ma\u200bil.example",
    "ada@mаil.example",
    "ada(at)mail.example",
    "ada AT mail DOT com",
    "a d a @ m a i l . c o m",
    "ada{at}mail{dot}com",
    "`ada@mail.example`",
    "ada\\@mail.example",
    "ada&#64;mail.example",
    "ada%40mail.example",
    "０２０ ７９４６ ０９５８",
    "020 / 7946 / 0958",
    "(0)20 7946 0958",
    "0️⃣2️⃣0️⃣7️⃣9️⃣4️⃣6️⃣0️⃣9️⃣5️⃣8️⃣",
    "٠٢٠٧٩٤٦٠٩٥٨",
    "call 02O 7946 O958",
    "**020** 7946 **0958**",
    "call me: 020 seven nine four six 0958",
    "4111\u200b1111\u200b1111\u200b1111",
    "4111.1111.1111.1111",
    "4111_1111_1111_1111",
    "GB82\u200bWEST12345698765432",
    "born on 12/03/1985",
    "your password is hunter2",
    "Passport: 925665416",
    "12 canal street, leeds",
]
NO_DETAILS = [
    "Serial numbers that begin with 2509 or 24",
    "Update to 4.3.1 (build 20240101).",
    "Error 0x80070005, code 0800 0CCC",
    "Use 80, 120, 180, 240 grit",
    "Set 1. 2. 3. 4. 5. 6. 7. 8. 9.",
    "PZ2 and TX20 bits in a 1/4 inch holder",
    "18 V, 4.0 Ah, 72 Wh",
    "one two three four screws",
    "Your password is kept on the phone.",
    "M8 x 100, DIN 571",
    "Sign in with the @mail.example address",
    "Windows 11 24H2 26100.2314",
    "80 / 120 / 180 / 240",
]
LINKS = [
    "HTTP://EVIL.EXAMPLE",
    "ev\u200bil.com",
    "evil．com/x",
    "еvil.com",
    "https://holloway.example%40evil.com",
    "https:/evil.com",
    "h**ps://evil.com",
    "evil(.)com",
    "evil . com",
    "e v i l . c o m",
    "[here](evil.com)",
    "http://2130706433/",
    "tel:+442079460958",
    "data:text/html,hi",
    "t.me/evil",
    "https://holloway.example/?u=//evil.com",
    "evil.com:8080",
    "“evil.com”",
    "evil.shop",
    "evil.app/x",
    "пример.рф",
    "https://evil․com",
    "https://holloway.example:443@evil.com/",
    "https://ⓔvil.com",
    "evil.com\u202e",
    "https://holloway.exampIe/",
]
REQUESTS = [
    "Your order number, please?",
    "Which e-mail did you use?",
    "What is the e-mail address on your account?",
    "Please give your full name and date of birth.",
    "Kindly provide the order id",
    "Drop your number below",
    "send\u200b us your email",
]
PROMISES = [
    "We wіll refund you",
    "A fix is coming next week.",
    "The update ships on Monday.",
    "USD 40",
    "lifetime warranty",
    "Expect a reply within 24 hours.",
    "free replacement",
]


@pytest.mark.parametrize("text", DETAILS)
def test_a_detail_stays_one(text: str) -> None:
    assert not checks.no_private_detail(text).ok


@pytest.mark.parametrize("text", NO_DETAILS)
def test_a_number_stays_a_number(text: str) -> None:
    assert checks.no_private_detail(text).ok


@pytest.mark.parametrize("text", LINKS)
def test_a_foreign_link_stays_one(text: str, turn: Make) -> None:
    assert not checks.allowed_links(text, turn()).ok


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_stays_one(text: str) -> None:
    assert not checks.no_private_request(text).ok


@pytest.mark.parametrize("text", PROMISES)
def test_a_promise_stays_one(text: str) -> None:
    assert not checks.no_unbacked_promise(text, "").ok


@pytest.mark.parametrize("piece", ["-", "1.", "a.", "1 ", "e v i l ", "we'll x ", "12 Aa Bb ", "[.]"])
def test_a_long_text_takes_no_long_time(piece: str, turn: Make) -> None:
    """Some of these took seconds: a pattern that may begin anywhere must not reach to the end each time."""
    began = time.process_time()
    checks.recheck(piece * (3000 // len(piece)), [], turn())
    assert time.process_time() - began < 1.5

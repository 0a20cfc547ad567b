"""A reply's hash stands for exactly what would be sent."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Around, Reply, Visibility

ANNA = Around("ben", signature="- Anna")
REPLY = Reply.build(["Use a plug."], around=ANNA, channel="mastodon", parent="7", visibility=Visibility.PUBLIC)


def test_mention_and_signature_stand_around_the_body() -> None:
    assert REPLY.parts == ("@ben Use a plug.\n- Anna",)
    plain = Reply.build(["Yes."], around=Around("ben"), channel="m", parent="7", visibility=Visibility.UNLISTED)
    assert plain.parts == ("@ben Yes.",)


def test_the_greeting_stands_before_the_first_line_and_apart_from_a_list() -> None:
    assert Around("ben", "Hi Ben!").put(["Use a plug."]) == ("@ben Hi Ben! Use a plug.",)
    assert Around("ben", "Dear Ben,").put(["Use a plug."]) == ("@ben Dear Ben,\nUse a plug.",)
    assert Around("ben", "Hi!").put(["1. Use a plug."]) == ("@ben Hi!\n1. Use a plug.",)


def test_of_several_parts_each_mentions_the_first_greets_and_the_last_is_signed() -> None:
    around = Around("ben", "Hi Ben!", "- Anna")
    assert around.put(["1/2 Use a plug.", "2/2 Then screw."]) == (
        "@ben Hi Ben!\n1/2 Use a plug.",
        "@ben 2/2 Then screw.\n- Anna",
    )


@given(st.text(max_size=20), st.text(max_size=20), st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_what_stands_around_never_takes_more_than_is_reserved(greets: str, signs: str, body: list[str]) -> None:
    around = Around("ben", greets, signs)
    assert all(len(part) <= len(text) + len(around.text) for part, text in zip(around.put(body), body, strict=True))


def test_every_field_changes_the_hash() -> None:
    other = {
        "parts": ("x",),
        "channel": "x",
        "parent": "x",
        "visibility": Visibility.UNLISTED,
        "content_warning": "x",
        "language": "x",
    }
    assert set(other) == {field.name for field in fields(Reply)}
    hashes = {replace(REPLY, **{name: value}).hash() for name, value in other.items()}
    assert len(hashes | {REPLY.hash()}) == len(other) + 1


@given(st.text(), st.text())
def test_the_same_reply_has_the_same_hash_and_parts_are_not_run_together(one: str, two: str) -> None:
    made = replace(REPLY, parts=(one, two))
    assert made.hash() == replace(REPLY, parts=(one, two)).hash()
    if two:
        assert made.hash() != replace(REPLY, parts=(one + two,)).hash()


def test_what_no_reviewer_sees_does_not_go_out() -> None:
    hidden = "Use\u200b a\u202e plug." + "".join(chr(0xE0000 + ord(letter)) for letter in "or not")
    assert Around("ben").put([hidden]) == ("@ben Use a plug.",)

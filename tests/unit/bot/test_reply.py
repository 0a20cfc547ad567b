"""A reply's hash stands for exactly what would be sent."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Reply, Visibility

REPLY = Reply.build(
    "Use a plug.", handle="ben", signature="- Anna", channel="mastodon", parent="7", visibility=Visibility.PUBLIC
)


def test_mention_and_signature_stand_around_the_body() -> None:
    assert REPLY.parts == ("@ben Use a plug.\n- Anna",)
    plain = Reply.build("Yes.", handle="ben", signature="", channel="m", parent="7", visibility=Visibility.UNLISTED)
    assert plain.parts == ("@ben Yes.",)


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
    made = Reply.build(hidden, handle="ben", signature="", channel="m", parent="7", visibility=Visibility.PUBLIC)
    assert made.parts == ("@ben Use a plug.",)

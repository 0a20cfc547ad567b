from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.checks import recheck
from actions.counting import length
from actions.parts import longest, parts
from actions.proposal import ChannelRules, TurnContext
from actions.propose import Proposer
from actions.voice import Voice
from tests.unit.actions.conftest import NOW

Make = Callable[..., Any]
STEPS = (
    "To hang a shelf:\n"
    + "\n".join(f"{n}. Do the thing number {n} with great care." for n in range(1, 9))
    + "\nMore: x"
)


def context(limit: int = 150, most: int = 3, reserved: int = 20) -> TurnContext:
    channel = ChannelRules(name="c", limit=limit, counted="graphemes")
    return TurnContext(turn_id="1", text="?", as_of=NOW, channel=channel, reserved=reserved, voice=Voice(parts=most))


def test_what_fits_is_one_part_without_a_number() -> None:
    assert parts("Use a plug.", context()) == ("Use a plug.",)


def test_without_the_teams_leave_nothing_is_cut(turn: Make) -> None:
    for one in (context(most=1), turn(channel=context().channel)):
        assert parts(STEPS, one) == (STEPS,)
        assert not next(check for check in recheck(STEPS, (), one) if check.name == "length").ok


def test_a_long_answer_becomes_numbered_parts_cut_between_steps() -> None:
    found = parts(STEPS, context(200))
    assert len(found) == 3
    assert [part[:4] for part in found] == ["1/3 ", "2/3 ", "3/3 "]
    assert "\n".join(part[4:] for part in found) == STEPS
    assert found[0].startswith("1/3 To hang a shelf:\n1. Do")
    assert next(check for check in recheck(STEPS, (), context(200)) if check.name == "length").ok


def test_the_parts_are_about_even() -> None:
    text = " ".join(f"Sentence number {n} says a little." for n in range(1, 8)) + "\nDid that help?"
    sizes = [len(part) for part in parts(text, context(220))]
    assert len(sizes) == 2
    assert min(sizes) > 0.6 * max(sizes)


@pytest.mark.parametrize("text", [STEPS * 3, "word " * 80])
def test_what_takes_too_many_parts_or_has_no_end_of_a_sentence_stays_whole_and_is_too_long(text: str) -> None:
    assert parts(text, context(200)) == (text,)
    assert longest(text, context(200)) > 180


@given(
    st.lists(st.text(alphabet="ab 👩‍👩‍👧é.!?", min_size=1, max_size=60), min_size=1, max_size=12), st.integers(60, 300)
)
def test_every_part_fits_and_no_word_is_lost(lines: list[str], limit: int) -> None:
    text, turn = "\n".join(lines), context(limit)
    found = parts(text, turn)
    if len(found) > 1:
        assert all(length(part, turn.channel) <= limit - 20 for part in found)
        assert " ".join(part[4:] for part in found).split() == text.split()
        assert len(found) <= 3
    elif found != (text,):
        assert found[0].split() == text.split()
        assert length(found[0], turn.channel) <= limit - 20 < length(text, turn.channel)


def test_a_text_that_fits_without_its_empty_lines_is_one_part_without_a_number() -> None:
    (found,) = parts("a" * 40 + "\n" * 10 + "b" * 35, context(100))
    assert found == "a" * 40 + "\n" + "b" * 35


async def test_composing_says_all_the_steps_where_parts_are_allowed(
    turn: Make, understood: Make, hit: Make, searcher: Make
) -> None:
    small = ChannelRules(name="small", limit=200, counted="graphemes")
    short = await Proposer(searcher(usage=(hit(),))).advise(turn(channel=small), understood())
    whole = await Proposer(searcher(usage=(hit(),))).advise(turn(channel=small, voice=Voice(parts=3)), understood())
    assert "5. Drive the screws" not in short.text
    assert "5. Drive the screws by hand until the bracket sits tight." in whole.text
    assert len(parts(whole.text, turn(channel=small, voice=Voice(parts=3)))) > 1
    assert next(check for check in whole.checks if check.name == "length").ok

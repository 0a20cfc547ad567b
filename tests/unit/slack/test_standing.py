"""How a turn stands, as its card says it: in a few calm words, and never about what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.review import Card, Claim, HandOver, Reviewer
from bot.slack import standing
from bot.states import State
from tests.unit.slack import samples
from tests.unit.slack.samples import LATER

SHAPES = samples.every_shape()


def lines(card: Card) -> list[str]:
    return standing.lines(card, now=LATER - timedelta(minutes=5))


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    assert standing.above(samples.card()) == []


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("claimed", "🙋 Mia ∗L∗ is on it until <!date^4929154200^{time}|09:30 UTC>."),
        ("snoozed", "💤 Put off until <!date^4929154200^{date_short_pretty} {time}|14 Mar 2126, 09:30 UTC> by Mia."),
        ("handed over", "🤝 Mia handed this to the &lt;workshop&gt; (<!date^1773480600^"),
        ("one of two", "☑️ Approved by Mia and Robin. One more person has to approve it."),
        ("state expired", "⌛ Nobody decided in time. It still waits for somebody."),
    ],
)
def test_how_it_stands_is_one_line(shape: str, said: str) -> None:
    (line,) = lines(SHAPES[shape])
    assert line.startswith(said)


def test_several_lines_stand_in_one_block_and_what_is_the_matter_comes_first() -> None:
    card = replace(SHAPES["a correction"], trouble="The post is gone", claim=Claim(Reviewer("U1", "Mia"), LATER))
    (block,) = standing.above(card, "You were too late.")
    notice, matter, corrects, shares, claim = block["elements"][0]["text"].split("\n")
    assert (notice, matter) == ("ℹ️ *You were too late.*", "⚠️ *The post is gone*")
    assert "corrects, in public" in corrects
    assert shares == "👥 This card stands for 3 posts about the same thing."
    assert "Mia is on it" in claim


def test_what_is_over_is_not_spoken_of() -> None:
    assert standing.lines(SHAPES["claimed"], now=LATER) == []
    assert standing.lines(SHAPES["snoozed"], now=LATER) == []
    published = samples.published(
        claim=Claim(Reviewer("U1", "Mia"), LATER), handed=HandOver("the workshop", "Mia", LATER, "")
    )
    assert lines(published) == []


def test_an_approved_reply_says_to_the_second_when_it_goes_out() -> None:
    text = standing.outcome_line(SHAPES["waits for its undo"])["text"]["text"]
    assert text == "*✅ Approved*  ·  by Robin  ·  goes out at <!date^4929154200^{time_secs}|09:30:00 UTC>"


def test_a_rejection_says_why_whatever_came_after_it() -> None:
    card = samples.card(state=State.REJECTED, decided_by="Robin", decided_at=samples.AT)
    steps = (replace(card.steps[0], who="Robin", what="rejected it: the tone is off"), *card.steps)
    assert "the tone is off" in standing.outcome_line(replace(card, steps=steps))["text"]["text"]

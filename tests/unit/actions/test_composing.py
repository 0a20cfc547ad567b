from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.brief import Brief, WrittenReply, WrittenSentence
from actions.proposal import ChannelRules, Proposal
from actions.propose import Proposer
from actions.voice import Voice
from actions.writer import WriterFailed
from knowledge.entries import EntryKind

Make = Callable[..., Any]


@dataclass
class Dictated:
    """A model that writes what it was given: (text, source id) for each sentence. An error is raised."""

    said: tuple[tuple[str, str], ...] | WriterFailed
    model: str = "m"
    asked: list[Brief] = field(default_factory=list)

    async def write(self, brief: Brief) -> WrittenReply:
        self.asked.append(brief)
        if isinstance(self.said, WriterFailed):
            raise self.said
        return WrittenReply(sentences=[WrittenSentence(text=text, source=source) for text, source in self.said])


GOOD = (("To hang a shelf on brick, drill 50 mm deep with a 6 mm masonry bit.", "s1"),)


@pytest.fixture
def propose(turn: Make, understood: Make, hit: Make, searcher: Make) -> Make:
    async def ask(said: Any, hits: Any = None, **changes: Any) -> tuple[Proposal, Dictated]:
        writer = Dictated(said)
        given = turn(**({"calls_left": 1} | changes))
        return await Proposer(searcher(usage=hits or (hit(),)), writer).advise(given, understood()), writer

    return ask


async def test_a_faithful_draft_stands_first_and_the_extracts_beside_it(propose: Make) -> None:
    proposal, writer = await propose(GOOD)
    assert proposal.writing.used
    assert proposal.text == (f"{GOOD[0][0]}\nMore: https://holloway.example/help/shelf-brick\nDid that do the job?")
    assert [one.label for one in proposal.candidates][0:2] == ["written", "best"]
    assert [one.sources for one in proposal.candidates[0].sentences] == [("shelf-brick",), ("shelf-brick",), ()]
    assert len(writer.asked) == 1


async def test_steps_stand_on_lines_of_their_own(propose: Make) -> None:
    steps = (
        ("To hang a shelf on a brick wall:", "s1"),
        ("1. Mark the holes with a level.", "s1"),
        ("2. Blow the dust out of every hole.", "s1"),
        ("Stop if the wall crumbles.", "s1"),
    )
    proposal, _ = await propose(steps)
    lines = proposal.text.splitlines()
    assert lines[:4] == [text for text, _ in steps]


async def test_two_sources_may_stand_in_one_draft_each_under_its_sentence(
    propose: Make, hit: Make, entry: Make
) -> None:
    other = entry("resin", title="Hang a shelf on crumbly brick", text="1. Use resin anchors.\n2. Wait for one hour.")
    said = (*GOOD, ("Wait for 1 hour after you use resin anchors.", "s2"))
    proposal, _ = await propose(said, (hit(), hit(other, 0.85)))
    assert proposal.writing.used, proposal.writing
    assert {source.entry_id for source in proposal.sources} == {"shelf-brick", "resin"}
    crossed = (*GOOD, ("Wait for 1 hour after you use resin anchors.", "s1"))
    proposal, _ = await propose(crossed, (hit(), hit(other, 0.85)))
    assert "does not stand in its source" in proposal.writing.note


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((("Which wall is it?", "s1"),), "asks something of its own"),
        ((("Drill 50 mm deep at ev\u200bil.example.", "s1"),), "“[link]” does not stand in its source"),
        ((("Drill 5\u200b1 mm deep with a masonry bit.", "s1"),), "“51 mm” does not stand in its source"),
        ((("Drill 50 mm deep with a 6 mm masonry bit.", "shelf-brick"),), "a source that was not given"),
        ((("Drill 50 mm deep and write to noor@square.example.", "s1"),), "does not stand in its source"),
        ((("Push a red plug in until it is flush. " * 15, "s1"),), "length: "),
        ((("Push a red plug in until it is flush. " * 4, "s1"), *([GOOD[0]] * 9)), "length: "),
        (WriterFailed("it was empty"), "it was empty"),
    ],
)
async def test_whatever_else_is_said_the_extract_stands(said: Any, why: str, propose: Make) -> None:
    proposal, _ = await propose(said)
    assert why in proposal.writing.note
    assert (proposal.writing.used, proposal.writing.calls) == (False, 1)
    assert proposal.candidates[0].label == "best"
    assert "example" not in proposal.writing.note
    assert all(check.ok for check in proposal.checks)


async def test_what_is_a_little_too_long_is_cut_at_a_sentence_and_says_where_the_rest_is(propose: Make) -> None:
    proposal, _ = await propose(GOOD * 7)
    assert proposal.writing.used, proposal.writing
    assert proposal.text.count(GOOD[0][0]) == 6
    assert "\nRead it all here: https://holloway.example/help/shelf-brick\n" in proposal.text


async def test_of_a_past_answer_only_what_was_answered_counts(propose: Make, hit: Make, entry: Make) -> None:
    past = entry(
        "past",
        kind=EntryKind.ANSWER,
        title="Shelf fell off a concrete wall 3 times",
        question="Shelf fell off a concrete wall 3 times",
        text="Hi Mia! Hang a shelf on brick with plugs that sit tight in clean holes. Your screenshot is old. - Bo",
    )
    first = ("Hang a shelf on brick with plugs that sit tight in clean holes.", "s1")
    proposal, writer = await propose((first,), (hit(past),))
    assert proposal.writing.used, proposal.writing
    data = json.loads("\n".join(writer.asked[0].messages[1]["content"].splitlines()[1:-1]))
    (given,) = data["sources"]
    assert (given["id"], given["asked"]) == ("s1", "Shelf fell off a concrete wall 3 times")
    assert "Mia" not in given["answered"]
    for said in ("It fell off a concrete wall 3 times.", "Your screenshot is old."):
        proposal, _ = await propose((first, (said, "s1")), (hit(past),))
        assert not proposal.writing.used, said


async def test_a_check_that_only_advises_turns_a_written_draft_down_too(propose: Make) -> None:
    proposal, _ = await propose(GOOD, voice=Voice(avoid=("deep",)))
    assert proposal.writing.note == "it does not pass a check (voice: you do not say “deep”)"


async def test_the_teams_words_may_stand_in_place_of_the_sources(propose: Make) -> None:
    said = (("To hang a shelf on brick, blow the grit out of every hole.", "s1"),)
    assert not (await propose(said))[0].writing.used
    proposal, _ = await propose(said, voice=Voice(instead={"dust": "grit"}))
    assert proposal.writing.used, proposal.writing
    assert "grit" in proposal.text


async def test_where_there_is_next_to_no_room_no_call_is_made(propose: Make) -> None:
    tiny = ChannelRules(name="tiny", limit=200, counted="mastodon")
    proposal, writer = await propose(GOOD, channel=tiny)
    assert (proposal.writing.sentence, writer.asked) == ("Not written: the channel leaves too little room", [])
    assert proposal.text


async def test_without_a_model_nothing_is_said_of_one(turn: Make, understood: Make, hit: Make, searcher: Make) -> None:
    proposal = await Proposer(searcher(usage=(hit(),))).advise(turn(calls_left=9), understood())
    assert proposal.writing is None
